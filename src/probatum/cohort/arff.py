"""Reading a table in the attribute-relation file format without changing a digit of it.

Values stay the text they are in the file: a reader that turned them into numbers would write
other digits than the source holds.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from probatum.errors import DataError

_ATTRIBUTE = re.compile(r"@attribute\s+(?:'([^']+)'|(\S+))\s+(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArffTable:
    """Names of the columns, and the rows as text, in the order of the file."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def read_arff(text: str, name: str) -> ArffTable:
    """The table in the text of an ARFF file.

    Parameters
    ----------
    text : str
        The file's content.
    name : str
        What to call the file in a refusal.

    Raises
    ------
    DataError
        If a line before the data is no declaration, a row has another number of values than
        there are columns, a row is sparse, or the file has no data.

    Examples
    --------
    >>> read_arff("@relation r\\n@attribute age numeric\\n@data\\n61\\n", "r.arff").rows
    (('61',),)
    """
    lines = [line.strip() for line in text.splitlines()]
    start = next((n for n, line in enumerate(lines) if line.lower() == "@data"), None)
    if start is None:
        raise DataError(f"{name} — expected a line @data, got none — give an ARFF file")
    columns = tuple(_columns(lines[:start], name))
    rows = tuple(_rows(lines, start + 1, len(columns), name))
    return ArffTable(columns=columns, rows=rows)


def _is_content(line: str) -> bool:
    return bool(line) and not line.startswith("%")


def _columns(header: list[str], name: str) -> Iterator[str]:
    for number, line in enumerate(header, start=1):
        if not _is_content(line) or line.lower().startswith("@relation"):
            continue
        match = _ATTRIBUTE.fullmatch(line)
        if match is None:
            raise DataError(
                f"{name}, line {number} — expected @attribute with a name and a type, got "
                "another declaration — give an ARFF file"
            )
        yield match.group(1) or match.group(2)


def _rows(lines: list[str], start: int, width: int, name: str) -> Iterator[tuple[str, ...]]:
    for number, line in enumerate(lines[start:], start=start + 1):
        if not _is_content(line):
            continue
        values = tuple(next(csv.reader([line], quotechar="'", skipinitialspace=True)))
        if line.startswith("{") or len(values) != width:
            raise DataError(
                f"{name}, line {number} — expected {width} values, got {len(values)} or a "
                "sparse row — give an ARFF file with dense rows"
            )
        yield values
