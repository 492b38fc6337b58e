"""Drift of many recorded values at a time, each put in order once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from joblib import Parallel, delayed
from numpy.typing import ArrayLike

from probatum.analysis.drift.binning import ordered_shares
from probatum.analysis.drift.distances import largest_gap, mean_move
from probatum.analysis.drift.indices import divergence, stability
from probatum.analysis.drift.ordering import course, ordered
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray, numbers
from probatum.errors import NotEstimable

_INDICES: Final = ("psi", "jensen_shannon", "ks", "wasserstein")
"""The first two count bins, whose number is each column's own and told with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDrift:
    """Four indices of one recorded value.

    Attributes
    ----------
    column : str
    psi, jensen_shannon, ks, wasserstein : Estimate
        As the functions of these names tell; ``wasserstein`` in standard deviations of the
        reference.
    """

    column: str
    psi: Estimate
    jensen_shannon: Estimate
    ks: Estimate
    wasserstein: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftTable:
    """Drift of each recorded value, in the order of the columns.

    Attributes
    ----------
    rows : tuple of ColumnDrift
    """

    rows: tuple[ColumnDrift, ...]

    def as_dict(self) -> dict[str, float | int | str | list[str] | list[float | None]]:
        """Return the table as it stands in evidence, a list for each part of an index."""
        told: dict[str, float | int | str | list[str] | list[float | None]] = {
            "n": self.rows[0].psi.n,
            "level": self.rows[0].psi.level,
            "method": "; ".join(getattr(self.rows[0], index).method for index in _INDICES[2:]),
            "column": [row.column for row in self.rows],
        }
        for index in _INDICES:
            for part in ("value", "lower", "upper", "p_value"):
                name = index if part == "value" else f"{index}_{part}"
                told[name] = [getattr(getattr(row, index), part) for row in self.rows]
        for index in _INDICES[:2]:
            told[f"{index}_method"] = [getattr(row, index).method for row in self.rows]
        return told


def drift_table(
    reference: ArrayLike,
    current: ArrayLike,
    *,
    bins: int = 10,
    confidence: float = 0.95,
    workers: int = 1,
) -> DriftTable:
    """Stability index, Jensen-Shannon, Kolmogorov-Smirnov and Wasserstein of every column.

    Each column is sorted once for all four, which are those of :func:`psi`,
    :func:`jensen_shannon`, :func:`ks` and :func:`wasserstein` to the last digit.

    Parameters
    ----------
    reference, current : (n, k), (m, k) of float
        Recorded values side by side, or (n,), (m,) for one. The column names of a data frame
        are kept; others are ``column 1`` and so on.
    bins : int, at least 2
        As :func:`psi`.
    confidence : float in (0, 1)
        Of each interval by itself.
    workers : int
        Threads; the result is the same for any number.

    Returns
    -------
    DriftTable
        Limits are set on the indices beforehand; p-values of many columns and many patients
        find something always.

    Raises
    ------
    NotEstimable
        When the two sides have other columns, or a column has missing values or one value for
        all: it is named, and left to its own rule.

    References
    ----------
    Siddiqi N. Credit Risk Scorecards. Wiley 2006, ch. 8 (the stability index). Lin J. IEEE
    Trans Inf Theory 1991;37:145-151 (Jensen-Shannon). Massart P. Ann Probab 1990;18:1269-1283
    (Kolmogorov-Smirnov). Vallender SS. Theory Probab Appl 1973;18:784-786 (Wasserstein).

    Examples
    --------
    >>> import numpy as np
    >>> before, now = np.arange(20.0).reshape(10, 2), np.arange(5.0, 25.0).reshape(10, 2)
    >>> [(row.column, round(row.ks.value, 3)) for row in drift_table(before, now).rows]
    [('column 1', 0.3), ('column 2', 0.3)]
    """
    e, a, names = same_columns(reference, current, "drift table")
    titles = names or [f"column {place + 1}" for place in range(e.shape[1])]
    rows = Parallel(n_jobs=workers, prefer="threads")(
        delayed(_row)(title, e[:, place], a[:, place], bins, confidence)
        for place, title in enumerate(titles)
    )
    return DriftTable(rows=tuple(rows))


def same_columns(
    reference: ArrayLike, current: ArrayLike, what: str
) -> tuple[FloatArray, FloatArray, Sequence[str]]:
    """Columns of numbers of both sides, and their names where they have some.

    Raises
    ------
    NotEstimable
        When the sides have other columns, or the same in another order; when there are no
        patients, no columns or no numbers.

    Examples
    --------
    >>> import pandas as pd
    >>> before = pd.DataFrame({"age": [50, 60], "sodium": [140, 135]})
    >>> same_columns(before, before, "drift table")[2]
    ['age', 'sodium']
    """
    e, a = side_by_side(reference, "reference"), side_by_side(current, "current")
    before, now = (
        [str(c) for c in getattr(side, "columns", ())] for side in (reference, current)
    )
    if before != now or e.shape[1] != a.shape[1]:
        told = "others" if before != now else f"{e.shape[1]} and {a.shape[1]}"
        raise NotEstimable(
            f"{what} — expected the same columns on both sides, in the same order, got {told}"
        )
    return e, a, before


def side_by_side(values: ArrayLike, name: str) -> FloatArray:
    """Return columns of numbers, one where a vector is given.

    Raises
    ------
    NotEstimable
        When there are no patients, no columns or no numbers.

    Examples
    --------
    >>> side_by_side([1, 2, 3], "reference").shape
    (3, 1)
    """
    table = numbers(values, name)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or table.size == 0:
        raise NotEstimable(
            f"{name} — expected columns of at least one patient, got shape {table.shape}"
        )
    return table


def _row(
    column: str,
    reference: FloatArray,
    current: FloatArray,
    bins: int,
    confidence: float,
) -> ColumnDrift:
    try:
        samples = ordered(reference, current)
        found, shares = course(samples), ordered_shares(samples, bins=bins)
        return ColumnDrift(
            column=column,
            psi=stability(shares, confidence=confidence),
            jensen_shannon=divergence(shares, confidence=confidence),
            ks=largest_gap(samples, found, confidence=confidence),
            wasserstein=mean_move(samples, found, is_standardised=True, confidence=confidence),
        )
    except NotEstimable as fault:
        raise NotEstimable(f"drift of {column}: {fault}") from fault
