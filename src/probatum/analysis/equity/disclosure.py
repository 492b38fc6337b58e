"""Which groups may be told of without telling of a patient, or of a group too small to judge.

Hiding one small group is not enough where totals are told: what is missing from the total is
the hidden count. So a second group is hidden with it, the smallest of those left, until what
subtraction leaves is no longer small. The other remedy, not to tell the total, is out of this
library's hands: the size of a study is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from probatum.analysis.choices import one_number
from probatum.analysis.equity.labels import coded
from probatum.analysis.observations import BoolArray
from probatum.errors import NotEstimable

__all__ = ["REPORTED", "TOO_SMALL", "WITHHELD", "sizes_told", "statuses"]

REPORTED: Final = "reported"
TOO_SMALL: Final = "too small to report"
WITHHELD: Final = "withheld to protect another group"


def statuses(
    outcome: BoolArray,
    labels: NDArray[np.str_],
    *,
    minimum_cell: int,
    complementary: bool,
    attributes: Sequence[NDArray[np.str_]] = (),
) -> Mapping[str, str]:
    """Return what may be told of each group, in the order of the labels.

    A group is too small with fewer than ``minimum_cell`` patients with or without the event.
    Complementary suppression then hides further groups, smallest first, until in the whole and
    in every margin no group is hidden alone and those hidden hold together at least
    ``minimum_cell`` patients of either class.

    Parameters
    ----------
    outcome : (n,) of bool
    labels : (n,) of str
        The group of each patient.
    minimum_cell : int, at least 2
        Fewest patients of a class that may be reported, from the protocol.
    complementary : bool
        Whether totals of the same patients are told, so that subtraction must be foiled.
    attributes : sequence of (n,) of str
        What the groups are crossed from; the total of each value of each is taken as told.

    Raises
    ------
    NotEstimable
        When the minimum cell is below 2.

    References
    ----------
    Hundepool A et al. Statistical Disclosure Control. Wiley 2012, chapter 4.

    Departures
    ----------
    Each margin is protected by itself. Totals of several margins taken together, or tables of
    the same patients by other attributes, can in rare patterns still give a count away, and
    the bounds they set are not computed: an auditor is needed where such tables are published.

    Examples
    --------
    >>> y = np.array([1, 1, 0, 0, 1, 1, 1, 0, 0, 1]).astype(bool)
    >>> statuses(y, np.array(list("AAAABBBBBC")), minimum_cell=2, complementary=True)
    {'A': 'withheld to protect another group', 'B': 'reported', 'C': 'too small to report'}
    """
    if not one_number(minimum_cell) >= 2:
        raise NotEstimable(f"minimum cell — expected at least 2 patients, got {minimum_cell}")
    names, place = coded(labels)
    _, first = np.unique(place, return_index=True)
    events = np.bincount(place[outcome], minlength=len(names))
    cells = np.column_stack([events, np.bincount(place) - events])
    too_small = cells.min(axis=1) < minimum_cell
    hidden = too_small.copy()
    if complementary:
        margins = [np.zeros(len(names), int), *(attribute[first] for attribute in attributes)]
        while _hide_one_more(hidden, cells, margins, minimum_cell):
            pass
    told = np.where(too_small, TOO_SMALL, np.where(hidden, WITHHELD, REPORTED))
    return dict(zip(names, told.tolist(), strict=True))


def sizes_told(
    labels: NDArray[np.str_],
    told: Mapping[str, str],
    *,
    minimum_cell: int,
    complementary: bool,
) -> Mapping[str, int | None]:
    """Return how many patients each group has, ``None`` where that is not to be told.

    The size of a group that is not reported is told when it is no small count itself and, with
    complementary suppression, when no other hidden group's is: else it would be subtracted.

    Examples
    --------
    >>> labels, told = np.array(list("AAABB")), {"A": REPORTED, "B": TOO_SMALL}
    >>> sizes_told(labels, told, minimum_cell=3, complementary=True)
    {'A': 3, 'B': None}
    """
    names, place = coded(labels)
    sizes: dict[str, int | None] = dict(zip(names, np.bincount(place).tolist(), strict=True))
    small = {label for label, n in sizes.items() if n is not None and n < minimum_cell}
    hidden = [label for label, status in told.items() if status != REPORTED]
    if complementary and small & set(hidden):
        return sizes | dict.fromkeys(hidden)
    return sizes | dict.fromkeys(small & set(hidden))


def _hide_one_more(
    hidden: BoolArray,
    cells: NDArray[np.int_],
    margins: Sequence[NDArray[np.generic]],
    minimum_cell: int,
) -> bool:
    """Hide the smallest group left of a margin that gives one away; whether there was one."""
    for margin in margins:
        for value in np.unique(margin):
            of_it = margin == value
            left = np.flatnonzero(of_it & ~hidden)
            if left.size and _gives_away(cells[of_it & hidden], minimum_cell):
                hidden[left[np.argmin(cells[left].min(axis=1))]] = True
                return True
    return False


def _gives_away(hidden: NDArray[np.int_], minimum_cell: int) -> bool:
    """Whether the total less what is told leaves one group, or a count that is small."""
    if len(hidden) == 0:
        return False
    return len(hidden) == 1 or bool(hidden.sum(axis=0).min() < minimum_cell)
