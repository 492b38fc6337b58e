"""How many people share what others may know of them: age band, sex and the like."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from probatum.errors import DataError
from probatum.study.population import Deidentification
from probatum.study.protocol import Protocol

UNKNOWN = "unknown"
"""The value of a quasi-identifier that is missing; missing is something one may know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KAnonymity:
    """The cells into which the quasi-identifiers divide a table, and the smallest of them."""

    k: int
    people: int
    quasi_identifiers: tuple[str, ...]
    cells: tuple[tuple[tuple[str, ...], int], ...]
    """Values of the quasi-identifiers, and the number of people who share them; sorted."""

    @property
    def smallest_cell(self) -> int:
        """People in the smallest cell; 0 for a table of nobody."""
        return min((count for _, count in self.cells), default=0)

    @property
    def people_below_k(self) -> int:
        """People who share their values with fewer than k - 1 others."""
        return sum(count for _, count in self.cells if count < self.k)

    @property
    def share(self) -> float:
        """Share of the people who are below k; 0 for a table of nobody."""
        return self.people_below_k / self.people if self.people else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values; cells smaller than k are counted, and not described."""
        cells = [
            dict(zip(self.quasi_identifiers, values, strict=True)) | {"n": count}
            for values, count in self.cells
            if count >= self.k
        ]
        return {
            "k": self.k,
            "smallest_cell": self.smallest_cell,
            "people_below_k": self.people_below_k,
            "share": self.share,
            "cells": cells,
        }


def k_anonymity(frame: pd.DataFrame, protocol: Protocol) -> KAnonymity:
    """Count the people in each combination of quasi-identifiers, age in the protocol's bands.

    A table is k-anonymous when its smallest cell holds at least k people.

    Parameters
    ----------
    frame : DataFrame
        Typed, or as `lenient` gives it. Quasi-identifiers that it lacks cannot be counted.

    Raises
    ------
    DataError
        If the protocol names no quasi-identifier, or the table has none of them.

    References
    ----------
    Sweeney L. k-anonymity: a model for protecting privacy. Int J Uncertain Fuzziness
    Knowledge-Based Syst 2002;10(5):557-570, definition 3.
    """
    names = [column.name for column in protocol.columns if column.quasi_identifier]
    present = [name for name in names if name in frame]
    if not present:
        raise DataError(
            "k-anonymity — expected a column marked quasi_identifier, got none — mark the "
            "columns that others may know"
        )
    rule = protocol.deidentification
    values = [[_known(value, name, rule) for value in frame[name]] for name in present]
    counts = Counter(zip(*values, strict=True))
    return KAnonymity(
        k=rule.k,
        people=len(frame),
        quasi_identifiers=tuple(_labels(present, rule)),
        cells=tuple(sorted(counts.items())),
    )


def age_band(age: float, width: float, top: float) -> str:
    """The band of ``width`` years that holds an age; the one that holds the top code is open.

    Examples
    --------
    >>> age_band(61, 10, 90), age_band(90, 10, 90)
    ('60-69', '90 and over')
    """
    low = min(age, top) // width * width
    return f"{low:g} and over" if low + width > top else f"{low:g}-{low + width - 1:g}"


def _known(value: Any, name: str, rule: Deidentification) -> str:
    if pd.isna(value):
        return UNKNOWN
    if name == rule.age_column:
        return age_band(float(value), rule.age_width, rule.age_top_code)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _labels(names: list[str], rule: Deidentification) -> Iterator[str]:
    for name in names:
        yield f"{name}_band" if name == rule.age_column else name
