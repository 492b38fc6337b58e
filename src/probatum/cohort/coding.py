"""Writing a published table in the study's own terms, and counting what that changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from probatum.cohort.arff import ArffTable
from probatum.cohort.source import Ingestion, SourceColumn
from probatum.errors import DataError
from probatum.ledger.canonical import canonical_bytes, sha256

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change made to a column, and to how many rows it was made."""

    column: str
    change: str
    rows: int

    def as_dict(self) -> dict[str, Any]:
        """The change as plain JSON values."""
        return {"column": self.column, "change": self.change, "rows": self.rows}


def coded(
    table: ArffTable, recipe: Ingestion, *, study: str, id_column: str
) -> tuple[list[Row], list[Change]]:
    """The rows in the study's terms, each under a pseudonym, sorted by it; and what changed.

    Cells that no recipe touches keep every digit of the source.

    Raises
    ------
    DataError
        If the table is not the one the recipe describes.
    """
    _check_shape(table, recipe)
    rows: list[Row] = [{} for _ in table.rows]
    changes: list[Change] = []
    for column in recipe.columns:
        place = table.columns.index(column.source)
        old = [row[place] for row in table.rows]
        new = [_cell(value, column, recipe, n) for n, value in enumerate(old, start=1)]
        changes += _changes(column, recipe, old, new)
        for row, value in zip(rows, new, strict=True):
            row[column.name] = value
    _name_the_rows(rows, recipe, study, id_column)
    changes.append(Change(column=id_column, change="added: a pseudonym", rows=len(rows)))
    return sorted(rows, key=lambda row: row[id_column]), changes


def pseudonym(study: str, member_sha256: str, number: int, prefix: str) -> str:
    """A name for a row that says nothing of its place in the source.

    The prefix and the first 12 hexadecimal characters of the SHA-256 of the canonical JSON of
    study, digest of the source file and number of the row, counted from 0. It is no secret:
    who holds the source can compute it again. Its use is that ids, and the order of the rows,
    carry nothing.

    Examples
    --------
    >>> pseudonym("demo", "ab" * 32, 0, "demo")
    'demo-7860f59c7367'
    """
    key = canonical_bytes([study, member_sha256, number])
    return f"{prefix}-{sha256(key)[:12]}"


def _check_shape(table: ArffTable, recipe: Ingestion) -> None:
    named = sorted(column.source for column in recipe.columns)
    if named != sorted(table.columns) or len(table.rows) != recipe.rows:
        raise DataError(
            f"{recipe.member} — expected {recipe.rows} rows of the columns {named}, got "
            f"{len(table.rows)} rows of {sorted(table.columns)} — correct the datasheet"
        )


def _cell(value: str, column: SourceColumn, recipe: Ingestion, number: int) -> str:
    place = f"{recipe.member}, row {number} of the data, column {column.source}"
    if value == recipe.missing_code:
        return ""
    if column.codes is not None:
        if value not in column.codes:
            raise DataError(
                f"{place} — expected one of {sorted(column.codes)}, got another value — "
                "correct the codes in the datasheet"
            )
        return column.codes[value]
    return value if column.top_code is None else _at_most(value, column.top_code, place)


def _at_most(value: str, top: int, place: str) -> str:
    try:
        return str(top) if float(value) > top else value
    except ValueError:
        raise DataError(
            f"{place} — expected a number to top-code, got text — correct the datasheet"
        ) from None


def _changes(
    column: SourceColumn, recipe: Ingestion, old: Sequence[str], new: Sequence[str]
) -> Iterator[Change]:
    def change(words: str, rows: int) -> Change:
        return Change(column=column.name, change=words, rows=rows)

    if column.source != column.name:
        yield change(f"renamed from {column.source}", len(old))
    empty = sum(value == recipe.missing_code for value in old)
    if empty:
        yield change(f"{recipe.missing_code!r} written as an empty cell", empty)
    altered = sum(b not in (a, "") for a, b in zip(old, new, strict=True))
    if column.codes is not None:
        codes = ", ".join(f"{was} as {now}" for was, now in sorted(column.codes.items()))
        yield change(f"coded: {codes}", altered)
    if column.top_code is not None:
        yield change(f"top-coded: above {column.top_code} as {column.top_code}", altered)


def _name_the_rows(rows: Sequence[Row], recipe: Ingestion, study: str, id_column: str) -> None:
    for number, row in enumerate(rows):
        row[id_column] = pseudonym(study, recipe.member_sha256, number, recipe.case_prefix)
    different = len({row[id_column] for row in rows})
    if different != len(rows):
        raise DataError(
            f"pseudonyms — expected {len(rows)} different ones, got {different} — "
            "take more characters of the digest"
        )
