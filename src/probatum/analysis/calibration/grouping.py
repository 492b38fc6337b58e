"""Patients put into groups of similar risk, by one rule wherever calibration is grouped.

Equal risks are never parted, so ties may leave fewer groups than were asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from probatum.analysis.choices import whole_number
from probatum.analysis.observations import BoolArray, FloatArray
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What is summed over each group; groups ascend in risk and none is empty.

    Attributes
    ----------
    member : (n,) of int
        Each patient's group.
    size, events, told : (g,) of float
        Weighted patients, events and risks.
    """

    member: NDArray[np.intp]
    size: FloatArray
    events: FloatArray
    told: FloatArray

    @property
    def gap(self) -> FloatArray:
        """Share with the event less mean risk, group by group."""
        return (self.events - self.told) / self.size


def grouped(
    y: BoolArray,
    p: FloatArray,
    w: FloatArray,
    *,
    bins: int,
    binning: Literal["quantile", "width", "distinct"] = "quantile",
) -> Grouped:
    """Patients by quantiles of risk, by equal widths of [0, 1], or by each distinct risk.

    Groups are open below and closed above, so a risk on a cut belongs to the lower group.

    Raises
    ------
    NotEstimable
        With no whole number of groups, or under another rule.

    Examples
    --------
    >>> told = np.array([0.1, 0.2, 0.2, 0.9])
    >>> grouped(told > 0.5, told, np.ones(4), bins=2).size
    array([3., 1.])
    """
    group = _member(p, bins, binning)
    kept, member = np.unique(group, return_inverse=True)
    size, events, told = (
        np.bincount(member, sums, kept.size).astype(np.float64) for sums in (w, w * y, w * p)
    )
    return Grouped(member=member, size=size, events=events, told=told)


def check_groups(number: int, name: str) -> None:
    """Refuse a number of groups that is none.

    Raises
    ------
    NotEstimable
        Unless it is whole and at least 1.

    Examples
    --------
    >>> check_groups(10, "bins")
    """
    if not whole_number(number) >= 1:
        raise NotEstimable(f"{name} — expected a whole number of at least 1, got {number}")


def quantile_cuts(p: FloatArray, bins: int) -> FloatArray:
    """Inner quantiles of the risks, interpolated between patients and exact on them.

    Examples
    --------
    >>> quantile_cuts(np.array([0.1, 0.2, 0.4]), 2)
    array([0.2])
    """
    place = np.arange(1, bins) * (p.size - 1) / bins
    below = place.astype(np.intp)
    risk = np.sort(p)
    above = risk[np.minimum(below + 1, p.size - 1)]
    return np.unique(risk[below] + (above - risk[below]) * (place - below))


def _member(p: FloatArray, bins: int, binning: str) -> NDArray[np.intp]:
    check_groups(bins, "bins")
    if binning == "distinct":
        return np.asarray(np.unique(p, return_inverse=True)[1], dtype=np.intp)
    if binning == "quantile":
        return np.searchsorted(quantile_cuts(p, int(bins)), p, side="left")
    if binning == "width":
        return np.searchsorted(np.arange(1, bins) / bins, p, side="left")
    raise NotEstimable(f"binning — expected quantile, width or distinct, got {binning!r}")
