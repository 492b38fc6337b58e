"""What may be said of a file that arrived: a rule, a count, pseudonyms, and never a value."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from probatum.cohort.deidentification import shown_ids
from probatum.cohort.rules import RuleResult
from probatum.cohort.tables import typed
from probatum.errors import DataError
from probatum.study.population import Column
from probatum.study.protocol import Protocol

THE_FILE = "the file"
"""What a file is called in a refusal that is written down; its name may name someone."""

_FILE_NAME = re.compile(r"(?:baseline|followup)(?:-[0-9]{1,4}){0,4}\.csv")
_MOST_POSITIONS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One rule that a file broke, how often, and in which cases."""

    rule: str
    count: int
    case_ids: tuple[str, ...] = ()
    """Pseudonyms, or the numbers of lines whose id is none."""

    def as_dict(self) -> dict[str, Any]:
        """The reason as plain JSON values."""
        return {"rule": self.rule, "count": self.count, "case_ids": list(self.case_ids)}


def file_name(name: str) -> str:
    """A file's name as it may be written down; one that may name someone is not repeated.

    Examples
    --------
    >>> file_name("baseline-1998.csv"), file_name("smith-1950.csv")
    ('baseline-1998.csv', 'unnamed')
    """
    return name if _FILE_NAME.fullmatch(name) else "unnamed"


def unreadable(error: DataError) -> Reason:
    """The reason to set aside a file that is no table; the refusal holds no value."""
    return Reason(rule=f"readable: {error}", count=1)


def where(
    rule: str, broken: "pd.Series[bool]", table: pd.DataFrame, protocol: Protocol
) -> Iterator[Reason]:
    """A reason if any row breaks the rule, with what each such row may be called, in order."""
    if broken.any():
        shown = pd.Series(shown_ids(table, protocol), index=table.index)
        cases = tuple(dict.fromkeys(shown[broken]))
        yield Reason(rule=rule, count=int(broken.sum()), case_ids=cases)


def broken_rules(
    failures: Iterable[RuleResult], table: pd.DataFrame, columns: Sequence[Column]
) -> Iterator[Reason]:
    """Each rule of the protocol's suites that does not hold, as a reason.

    Where the columns are not those of the protocol, that is said once, and not again of every
    cell of a column that is absent.
    """
    wanted = {column.name for column in columns}
    others = set(table.columns) != wanted
    for failed in failures:
        rule = f"{failed.rule}: {failed.description}"
        if failed.expectation == "expect_table_columns_to_match_set":
            rule += _difference(table, wanted)
        elif others and failed.expectation.startswith("expect_column_") and not failed.case_ids:
            continue
        yield Reason(rule=rule, count=failed.count, case_ids=failed.case_ids)


def ill_typed(
    table: pd.DataFrame, columns: Sequence[Column], protocol: Protocol
) -> Iterator[Reason]:
    """A reason if some cell cannot be taken for what its column is to hold.

    The suite of a protocol that asks for every rule has said so before; one that asks for few
    may not have.
    """
    try:
        typed(table, columns, protocol, THE_FILE)
    except DataError as error:
        yield Reason(rule=f"cells: {error}", count=1)


def _difference(table: pd.DataFrame, wanted: set[str]) -> str:
    """Which columns are absent, by name, and which nobody asked for, by place."""
    absent = sorted(wanted - set(table.columns))
    strange = [str(n) for n, name in enumerate(table.columns, start=1) if name not in wanted]
    places = ", ".join(strange[:_MOST_POSITIONS])
    more = f" and {len(strange) - _MOST_POSITIONS} more" if strange[_MOST_POSITIONS:] else ""
    parts = [
        f"absent: {', '.join(absent)}" if absent else "",
        f"unknown: column {places}{more}" if strange else "",
    ]
    return "".join(f"; {part}" for part in parts if part)
