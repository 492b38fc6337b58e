"""What may be said of a file that arrived: a rule, a count, pseudonyms, and never a value."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from probatum.capture.rows import is_empty, is_readable, values
from probatum.study.population import Column
from probatum.study.protocol import Protocol

PSEUDONYM = re.compile(r"(?=.*[0-9]|.*-[a-f]{12}$)[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
"""Letters, digits and ``_.-``, with a digit or a hexadecimal end; a name has neither."""

_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule that a file broke, how often, and in which cases."""

    rule: str
    count: int
    case_ids: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The reason as plain JSON values."""
        return {"rule": self.rule, "count": self.count, "case_ids": list(self.case_ids)}


def file_name(name: str) -> str:
    """A file's name as it may be written down; one of an unusual form is not repeated.

    Examples
    --------
    >>> file_name("baseline-1998.csv"), file_name("Mary Smith.csv")
    ('baseline-1998.csv', 'unnamed')
    """
    return name if _FILE_NAME.fullmatch(name) else "unnamed"


def where(rule: str, broken: pd.Series, ids: pd.Series) -> Iterable[Reason]:
    """A reason if any row breaks the rule; ids that are no pseudonyms are not repeated."""
    count = int(broken.sum())
    if count:
        cases = sorted({case for case in ids[broken] if PSEUDONYM.fullmatch(case)})
        yield Reason(rule=rule, count=count, case_ids=tuple(cases))


def wrong_columns(found: Iterable[str], wanted: Iterable[Column]) -> Iterable[Reason]:
    """Columns that are absent, by name, and columns that nobody asked for, by number."""
    found, names = set(found), [column.name for column in wanted]
    for name in names:
        if name not in found:
            yield Reason(rule=f"column-absent:{name}", count=1)
    if strange := found - set(names):
        yield Reason(rule="column-unknown", count=len(strange))


def wrong_ids(rows: pd.DataFrame, protocol: Protocol) -> Iterable[Reason]:
    """Ids that are no pseudonyms, and pseudonyms that stand in more than one row."""
    ids = rows[protocol.population.id_column]
    yield from where("case-id-form", ~ids.map(lambda i: bool(PSEUDONYM.fullmatch(i))), ids)
    yield from where("case-id-repeated", ids.duplicated(keep=False), ids)


def wrong_cells(rows: pd.DataFrame, column: Column, protocol: Protocol) -> Iterable[Reason]:
    """Cells of another type than promised, over the age top code, or outside the range."""
    cells, ids = rows[column.name], rows[protocol.population.id_column]
    readable = is_readable(cells, column)
    yield from where(f"unreadable:{column.name}", ~readable, ids)
    if column.allowed is None:
        return
    numbers = values(cells.where(readable, ""), column)
    rule = protocol.deidentification
    identifying = (numbers > rule.age_top_code) & (column.name == rule.age_column)
    yield from where(f"over-age-top-code:{column.name}", identifying, ids)
    outside = numbers.notna() & ~numbers.between(*column.allowed) & ~identifying
    yield from where(f"out-of-range:{column.name}", outside, ids)


def missing_share(cells: pd.Series) -> float:
    """The share of empty cells, from 0 to 1; 0 for no cells."""
    return float(is_empty(cells).mean()) if len(cells) else 0.0
