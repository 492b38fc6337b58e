"""Whether a table holds anything that may identify a person; where, but never what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from probatum.cohort.identifiers import SAFE_HARBOR, Identifier
from probatum.cohort.pseudonyms import PSEUDONYM, are_pseudonyms
from probatum.cohort.tables import NUMBER, WHOLE_NUMBER
from probatum.errors import IdentifierFound
from probatum.study.population import Column
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A kind of identifier in a column: where, never what."""

    letter: str
    identifier: str
    column: str
    """The column's name if the protocol has it, else its position: a name may be a value."""
    rows: tuple[int, ...]
    """Positions of the rows, from 0; empty if it is the column's name that identifies."""

    def __str__(self) -> str:
        """Where it is, in words."""
        where = f"in {len(self.rows)} rows of" if self.rows else "by the name of"
        return f"({self.letter}) {self.identifier} {where} {self.column}"


def findings(frame: pd.DataFrame, protocol: Protocol) -> tuple[Finding, ...]:
    """Every kind of identifier that shows in a table, column by column.

    Looked at are the name of every column but the one of case ids, and every cell except
    numbers in columns of numbers, the categories of a category, and ids that are pseudonyms.

    Parameters
    ----------
    frame : DataFrame of text
        As `read_text` gives it.
    """
    declared = {column.name: column for column in protocol.columns}
    found: list[Finding] = []
    for position, name in enumerate(frame.columns, start=1):
        column = declared.get(name)
        label = name if column else f"column {position}"
        found += _in_name(str(name), label, protocol)
        found += _in_cells(frame[name], column, label)
    return tuple(found)


def refuse_identifiers(frame: pd.DataFrame, protocol: Protocol, name: str) -> None:
    """Return nothing if no identifier shows in the table.

    Raises
    ------
    IdentifierFound
        Naming kinds, columns and numbers of rows.
    """
    found = findings(frame, protocol)
    if found:
        raise IdentifierFound(
            f"{name} — expected no identifiers, got {'; '.join(map(str, found))} — remove them "
            "where the table was made"
        )


def shown_ids(frame: pd.DataFrame, protocol: Protocol) -> tuple[str, ...]:
    """For each row what it may be called in a report: its id if a pseudonym, else its line."""
    name = protocol.population.id_column
    ids = frame[name] if name in frame else pd.Series([""] * len(frame), dtype=object)
    may_be_shown = are_pseudonyms(ids, protocol.deidentification.k)
    return tuple(
        str(case_id) if is_shown else f"line {line}"
        for line, (case_id, is_shown) in enumerate(zip(ids, may_be_shown, strict=True), start=2)
    )


def _in_name(name: str, label: str, protocol: Protocol) -> Iterator[Finding]:
    if name == protocol.population.id_column:
        return
    for kind in SAFE_HARBOR:
        if kind.is_named_by(name):
            yield _finding(kind, label, ())


def _in_cells(cells: "pd.Series[str]", column: Column | None, label: str) -> Iterator[Finding]:
    suspects = {cell for cell in cells.unique() if cell and not _is_expected(cell, column)}
    for kind in SAFE_HARBOR:
        guilty = {cell for cell in suspects if kind.shows_in(cell)}
        if guilty:
            rows = np.flatnonzero(cells.isin(guilty).to_numpy())
            yield _finding(kind, label, tuple(int(row) for row in rows))


def _is_expected(cell: str, column: Column | None) -> bool:
    if column is None:
        return False
    match column.type:
        case "integer":
            return re.fullmatch(WHOLE_NUMBER, cell) is not None
        case "number":
            return re.fullmatch(NUMBER, cell) is not None
        case "category":
            return cell in (column.categories or ())
        case "text":
            return column.role == "identifier" and PSEUDONYM.fullmatch(cell) is not None


def _finding(kind: Identifier, label: str, rows: tuple[int, ...]) -> Finding:
    return Finding(letter=kind.letter, identifier=kind.name, column=label, rows=rows)
