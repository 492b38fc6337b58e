"""Counts of patients, checked once: whole, not negative, and no more than there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from probatum.analysis.choices import one_number
from probatum.errors import NotEstimable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_MOST: Final = 2**53
"""Largest count up to which every whole number is one of the machine's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoGroups:
    """How many of two groups of different patients had the event.

    Attributes
    ----------
    events_a, events_b : int in [0, n_a] and [0, n_b]
        Patients with the event.
    n_a, n_b : int, at least 1
        Patients.

    Raises
    ------
    NotEstimable
        When a count is not whole, negative, or a group has no patients or more events than
        patients.

    Examples
    --------
    >>> TwoGroups(events_a=56, n_a=70, events_b=48, n_b=80).difference
    0.2
    """

    events_a: int
    n_a: int
    events_b: int
    n_b: int

    def __post_init__(self) -> None:
        keep_whole(self)
        check_share(self.events_a, self.n_a, "group A")
        check_share(self.events_b, self.n_b, "group B")

    @property
    def n(self) -> int:
        """Patients of both groups."""
        return self.n_a + self.n_b

    @property
    def events(self) -> int:
        """Events of both groups."""
        return self.events_a + self.events_b

    @property
    def share_a(self) -> float:
        """Share of group A with the event."""
        return self.events_a / self.n_a

    @property
    def share_b(self) -> float:
        """Share of group B with the event."""
        return self.events_b / self.n_b

    @property
    def difference(self) -> float:
        """Share of A less share of B, rounded once."""
        crossed = self.events_a * self.n_b - self.events_b * self.n_a
        return crossed / (self.n_a * self.n_b)


def whole(count: int, name: str) -> int:
    """Return a count of patients as Python's own number, which no product overflows.

    Raises
    ------
    NotEstimable
        When it is negative, not whole, or more than 2**53.

    Examples
    --------
    >>> whole(np.uint8(200), "n") + whole(3.0, "events")
    203
    """
    try:
        number = int(count)
    except (TypeError, ValueError, OverflowError):  # no number, several, or none that is finite
        number = -1
    if not 0 <= number <= _MOST or number != count:
        raise NotEstimable(f"{name} — expected a whole number of patients, got {count}")
    return number


def keep_whole(counts: DataclassInstance) -> None:
    """Keep every field of a frozen set of counts as :func:`whole` gives it.

    Raises
    ------
    NotEstimable
        As :func:`whole`.

    Examples
    --------
    >>> TwoGroups(events_a=np.int32(5), n_a=9, events_b=4.0, n_b=8)
    TwoGroups(events_a=5, n_a=9, events_b=4, n_b=8)
    """
    for field in fields(counts):
        object.__setattr__(counts, field.name, whole(getattr(counts, field.name), field.name))


def check_share(events: int, n: int, name: str) -> None:
    """Refuse events that are more than the patients, or of no patients.

    Raises
    ------
    NotEstimable
        As said.

    Examples
    --------
    >>> check_share(3, 10, "group A")
    """
    if not events <= n or n < 1:
        raise NotEstimable(f"{name} — expected 0 <= events <= n, got {events} of {n}")


def check_method(method: str, offered: Iterable[str], name: str) -> None:
    """Refuse a method that is not offered.

    Raises
    ------
    NotEstimable
        As said.

    Examples
    --------
    >>> check_method("tango", ("tango", "newcombe"), "paired difference")
    """
    known = sorted(offered)
    if method not in known:
        raise NotEstimable(f"{name} — expected method in {known}, got {method!r}")


def check_margin(margin: float) -> None:
    """Refuse a margin of non-inferiority that allows no loss, or every loss.

    Raises
    ------
    NotEstimable
        Unless ``0 < margin < 1``.

    Examples
    --------
    >>> check_margin(0.05)
    """
    if not 0 < one_number(margin) < 1:
        raise NotEstimable(
            f"margin — expected a loss of proportion in (0, 1), got {margin} — "
            "take the largest loss the protocol accepts"
        )


def how_many(happened: NDArray[np.bool_]) -> int:
    """Patients in whom it happened.

    Examples
    --------
    >>> how_many(np.array([True, False, True]))
    2
    """
    return int(np.count_nonzero(happened))
