"""Other patients of the same kind: who is drawn, alone or with the others of a cluster.

Replicate r draws from the r-th child of one seed, so the same seed gives the same bytes however
many workers share the work, and in whatever order they finish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.choices import whole_number
from probatum.analysis.observations import FloatArray, same_length
from probatum.errors import NotEstimable

Column: TypeAlias = NDArray[Any]
Places: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drawing:
    """How replicates are drawn from n patients.

    Attributes
    ----------
    n : int
        Patients.
    units : tuple of (u,) int arrays or None
        Patients of each cluster, drawn together; ``None`` where each is drawn alone.
    strata : tuple of (s,) int arrays
        Places of the units (clusters, or patients) of each stratum, drawn within it.

    Examples
    --------
    >>> drawing = Drawing.of(4, stratify=[0, 0, 1, 1], cluster=None)
    >>> sorted(drawing.drawn(np.random.SeedSequence(1)) // 2)
    [np.int64(0), np.int64(0), np.int64(1), np.int64(1)]
    """

    n: int
    units: tuple[Places, ...] | None
    strata: tuple[Places, ...]

    @classmethod
    def of(cls, n: int, *, stratify: ArrayLike | None, cluster: ArrayLike | None) -> Drawing:
        """Return the drawing of n patients within strata, by clusters, or plainly.

        Raises
        ------
        NotEstimable
            When a label is missing for somebody, there is one cluster only, or a cluster lies
            in two strata.
        """
        stratum = None if stratify is None else _labels(stratify, n, "stratum")
        if cluster is None:
            return cls(n=n, units=None, strata=_places(stratum, n))
        member = _labels(cluster, n, "cluster")
        units = _places(member, n)
        if len(units) < 2:
            raise NotEstimable("bootstrap — expected at least two clusters, got one")
        return cls(n=n, units=units, strata=_places(_of_units(stratum, units), len(units)))

    def drawn(self, child: np.random.SeedSequence) -> Places:
        """Return the places of one replicate's patients."""
        rng = np.random.default_rng(child)
        picked = np.concatenate([rng.choice(places, places.size) for places in self.strata])
        if self.units is None:
            return picked
        return np.concatenate([self.units[unit] for unit in picked])

    def counts(self, child: np.random.SeedSequence) -> FloatArray:
        """Return how often each patient stands in one replicate."""
        return np.bincount(self.drawn(child), minlength=self.n).astype(np.float64)

    @property
    def words(self) -> str:
        """What a report says of the drawing."""
        within = ", within strata" if len(self.strata) > 1 else ""
        return f"{within}, of {len(self.units)} whole clusters" if self.units else within

    def left_out(self, most: int) -> list[Places]:
        """Return who stays as each unit, or each of at most so many groups, is left out."""
        units = self.units or [*np.arange(self.n)[:, None]]
        groups = np.array_split(np.arange(len(units)), min(len(units), most))
        everyone = np.arange(self.n)
        return [
            np.setdiff1d(everyone, np.concatenate([units[unit] for unit in group]))
            for group in groups
        ]


def rooted(seed: int) -> np.random.SeedSequence:
    """Return where all that is drawn by one seed comes from.

    Raises
    ------
    NotEstimable
        When it is no whole number of at least 0.

    Examples
    --------
    >>> rooted(7).entropy
    7
    """
    if not whole_number(seed) >= 0:
        raise NotEstimable(f"seed — expected a whole number of at least 0, got {seed!r}")
    return np.random.SeedSequence(int(seed))


def children(seed: int, replicates: int) -> list[np.random.SeedSequence]:
    """Return a seed for each replicate.

    Raises
    ------
    NotEstimable
        For fewer than two replicates, or a seed that is none.

    Examples
    --------
    >>> len(children(7, 3))
    3
    """
    if not whole_number(replicates) >= 2:
        raise NotEstimable(f"bootstrap — expected at least 2 replicates, got {replicates!r}")
    return rooted(seed).spawn(int(replicates))


def patients(arrays: Sequence[ArrayLike]) -> tuple[list[Column], int]:
    """Return columns of the same patients, and how many those are.

    Raises
    ------
    NotEstimable
        Without columns or patients, or for columns of other lengths.

    Examples
    --------
    >>> patients([[1, 2, 3]])[1]
    3
    """
    columns: list[Column] = [np.asarray(array) for array in arrays]
    if not columns or any(column.ndim == 0 for column in columns):
        raise NotEstimable("bootstrap — expected columns of patients, got none")
    same_length(**{f"array {place}": column for place, column in enumerate(columns)})
    n = columns[0].shape[0]
    if n == 0:
        raise NotEstimable("bootstrap — expected at least one patient, got none")
    return columns, n


def _places(labels: Column | None, n: int) -> tuple[Places, ...]:
    if labels is None:
        return (np.arange(n),)
    _, member = np.unique(labels, return_inverse=True)
    order = np.argsort(member, kind="stable")
    return tuple(np.split(order, np.flatnonzero(np.diff(member[order])) + 1))


def _of_units(stratum: Column | None, units: tuple[Places, ...]) -> Column | None:
    if stratum is None:
        return None
    if any((stratum[unit] != stratum[unit[0]]).any() for unit in units):
        raise NotEstimable(
            "bootstrap — expected each cluster inside one stratum, got one in two — "
            "stratify by what clusters share, or not at all"
        )
    return np.array([stratum[unit[0]] for unit in units])


def _labels(given: ArrayLike, n: int, what: str) -> Column:
    labels = np.asarray(given)
    if labels.dtype.kind == "U" and not hasattr(given, "dtype"):
        labels = np.asarray(given, dtype=object)  # numpy has made a word of a missing label
    if labels.shape != (n,):
        raise NotEstimable(
            f"bootstrap — expected one {what} for each of {n} patients, got shape "
            f"{labels.shape}"
        )
    if pd.isna(labels).any():
        raise NotEstimable(f"bootstrap — expected a {what} for everybody, got some missing")
    is_mixed = labels.dtype.kind == "O" and len({type(label) for label in labels}) > 1
    return labels.astype(str) if is_mixed else labels
