"""A file as it arrived: rows of text, in which nothing has been interpreted yet."""

import csv
import io
import re

import pandas as pd

from probatum.errors import DataError
from probatum.study.population import Column
from probatum.study.protocol import Protocol

_WHOLE = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")


def rows_of(content: bytes) -> pd.DataFrame:
    """The rows of a CSV file, every cell as the text that was written.

    Returns
    -------
    (N, columns) DataFrame of str
        An empty cell is the empty text.

    Raises
    ------
    DataError
        If the bytes are not UTF-8, a column is named twice, or a row is longer or shorter than
        the header. Rows are never padded, cut or skipped.

    Examples
    --------
    >>> rows_of(b"case_id,age\\nP-1,70\\n").to_dict("list")
    {'case_id': ['P-1'], 'age': ['70']}
    """
    try:
        header, *lines = csv.reader(
            io.StringIO(content.decode("utf-8"), newline=""), strict=True
        )
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise _unreadable(f"other content ({type(error).__name__})") from error
    if len(set(header)) != len(header):
        raise _unreadable("a column named twice")
    ragged = sum(len(line) != len(header) for line in lines)
    if ragged:
        raise _unreadable(f"{ragged} row(s) of another length")
    return pd.DataFrame(lines, columns=header, dtype=object)


def _unreadable(found: str) -> DataError:
    return DataError(
        "file — expected UTF-8 CSV with one header and rows of its length, got "
        f"{found} — write the file again"
    )


def is_empty(cells: pd.Series) -> pd.Series:
    """Which cells hold nothing."""
    return cells == ""


def is_readable(cells: pd.Series, column: Column) -> pd.Series:
    """Which cells can be read as the column's type; an empty cell can.

    Words such as ``nan``, ``inf`` or ``NA`` are no numbers: what is missing is left empty.
    """
    if column.type == "category":
        return cells.isin([*(column.categories or ()), ""])
    if column.type == "text":
        return pd.Series(True, index=cells.index)
    pattern = _WHOLE if column.type == "integer" else _NUMBER
    return cells.map(lambda cell: cell == "" or pattern.fullmatch(cell) is not None)


def values(cells: pd.Series, column: Column) -> pd.Series:
    """Readable cells as values: numbers as float64, or int64 where whole and complete.

    Missing numbers are NaN, missing categories and texts are None.
    """
    if column.type in ("category", "text"):
        return cells.where(cells != "", None)
    numbers = pd.Series(
        [float(cell) if cell else float("nan") for cell in cells],
        index=cells.index,
        dtype="float64",
    )
    is_whole = column.type == "integer" and not numbers.isna().any()
    return numbers.astype("int64") if is_whole else numbers


def typed(rows: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """The baseline columns of admitted rows as values, in the protocol's order."""
    columns = protocol.columns_known_at("baseline")
    return pd.DataFrame({column.name: values(rows[column.name], column) for column in columns})
