"""How many of the unknown outcomes would have to be bad before the conclusion falls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from probatum.analysis.choices import one_number, whole_number
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray, read_only
from probatum.analysis.proportion import proportion, proportion_difference
from probatum.analysis.proportion.counts import whole
from probatum.errors import NotEstimable

MOST_MISSING: Final = 100_000
"""Each number of successes among so many is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TippingPoint:
    """A conclusion on a proportion, held against every number of unknown successes.

    Attributes
    ----------
    goal : float
        The conclusion is that the lower bound lies above it.
    known : Estimate
        Of those whose outcome is known.
    successes : (u + 1,) of float
        0 to u: how many of the unknown succeeded.
    lower : (u + 1,) of float
        Lower bound with so many.
    needed : int or None
        Fewest unknown successes with which the conclusion stands; ``None`` where it never does,
        0 where nothing unknown can undo it.
    needed_share : float or None
        The same as a share of the unknown, to be held against the share among the known.

    Examples
    --------
    >>> tipping_point(90, 100, 10, goal=0.8).needed
    7
    """

    goal: float
    known: Estimate
    successes: FloatArray
    lower: FloatArray
    needed: int | None
    needed_share: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return the tipping point as plain JSON values."""
        return {
            "goal": self.goal,
            "needed": self.needed,
            "needed_share": self.needed_share,
            "known": self.known.as_dict(),
            "successes": self.successes.tolist(),
            "lower_bound": self.lower.tolist(),
        }


def tipping_point(
    events: int,
    n: int,
    missing: int,
    *,
    goal: float,
    method: Literal["wilson", "clopper-pearson", "jeffreys", "agresti-coull"] = "wilson",
    confidence: float = 0.95,
) -> TippingPoint:
    """Hold "the lower bound exceeds the goal" against every number of unknown successes.

    Parameters
    ----------
    events : int in [0, n]
        Successes, such as diseased patients whom the test found, of known outcome.
    n : int, at least 1
        Patients of known outcome.
    missing : int, at least 1
        Patients of unknown outcome who would be counted.
    goal : float in (0, 1)
        Performance goal of the protocol.
    method : {"wilson", "clopper-pearson", "jeffreys", "agresti-coull"}
        Interval of the proportion.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    TippingPoint

    Raises
    ------
    NotEstimable
        For counts that cannot be, a goal outside (0, 1), or nobody missing.

    References
    ----------
    Yan X, Lee S, Li N. J Biopharm Stat 2009;19:1085-1098. National Research Council. The
    Prevention and Treatment of Missing Data in Clinical Trials. 2010, chapter 5.

    Examples
    --------
    >>> tipping_point(90, 100, 10, goal=0.95).needed is None
    True
    """
    events, n = whole(events, "events"), whole(n, "n")
    if not (1 <= whole_number(missing) <= MOST_MISSING and 0 < one_number(goal) < 1):
        raise NotEstimable(
            f"tipping point — expected 1 to {MOST_MISSING} patients missing and a goal in "
            f"(0, 1), got {missing!r} and {goal!r}"
        )
    missing = int(missing)

    def of(hits: int, among: int) -> Estimate:
        return proportion(hits, among, method=method, confidence=confidence)

    counts = np.arange(missing + 1)
    lower = [of(events + int(k), n + missing).interval[0] for k in counts]
    stands = np.flatnonzero(np.array(lower) > goal)
    needed = int(stands[0]) if stands.size else None
    return TippingPoint(
        goal=goal,
        known=of(events, n),
        successes=read_only(counts),
        lower=read_only(lower),
        needed=needed,
        needed_share=None if needed is None else needed / missing,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TippingFrontier:
    """A conclusion on two groups, held against every number of unknown events in both.

    Attributes
    ----------
    goal : float
        The conclusion is that the lower bound of A's share less B's lies above it.
    known : Estimate
        The difference among those whose outcome is known.
    events_b : (v + 1,) of float
        0 to v: how many of B's unknown had the event.
    needed : (v + 1,) of float
        Fewest events among A's unknown with which the conclusion stands; one more than there
        are unknown where it never does. It never falls.
    missing_a : int
        Patients of A of unknown outcome.

    Examples
    --------
    >>> tipping_point_difference(45, 50, 30, 50, missing_a=2, missing_b=2).needed.tolist()
    [0.0, 0.0, 0.0]
    """

    goal: float
    known: Estimate
    events_b: FloatArray
    needed: FloatArray
    missing_a: int

    @property
    def is_safe(self) -> bool:
        """Whether no assignment of the unknown undoes the conclusion."""
        return not np.any(self.needed > 0)

    def as_dict(self) -> dict[str, Any]:
        """Return the frontier as plain JSON values."""
        return {
            "goal": self.goal,
            "is_safe": self.is_safe,
            "missing_a": self.missing_a,
            "known": self.known.as_dict(),
            "events_b": self.events_b.tolist(),
            "needed": self.needed.tolist(),
        }


def tipping_point_difference(
    events_a: int,
    n_a: int,
    events_b: int,
    n_b: int,
    *,
    missing_a: int,
    missing_b: int,
    goal: float = 0.0,
    method: Literal["miettinen-nurminen", "newcombe"] = "miettinen-nurminen",
    confidence: float = 0.95,
) -> TippingFrontier:
    """Hold "A's share exceeds B's by more than the goal" against every unknown outcome.

    For each number of events among B's unknown, the fewest among A's with which the lower
    bound of the difference still lies above the goal.

    Parameters
    ----------
    events_a, n_a, events_b, n_b : int
        Events and patients of known outcome in either group.
    missing_a, missing_b : int, at least 0
        Patients of unknown outcome who would be counted; somebody in one group at least.
    goal : float in (-1, 1)
        0 for superiority, minus the margin for non-inferiority.
    method : {"miettinen-nurminen", "newcombe"}
        Interval of the difference.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    TippingFrontier

    Raises
    ------
    NotEstimable
        For counts that cannot be, a goal outside (-1, 1), or nobody missing.

    References
    ----------
    Yan X, Lee S, Li N. J Biopharm Stat 2009;19:1085-1098.

    Examples
    --------
    >>> tipping_point_difference(45, 50, 30, 50, missing_a=9, missing_b=9).needed.tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0, 3.0, 4.0]
    """
    events_a, n_a = whole(events_a, "events_a"), whole(n_a, "n_a")
    events_b, n_b = whole(events_b, "events_b"), whole(n_b, "n_b")
    missing_a, missing_b = whole(missing_a, "missing_a"), whole(missing_b, "missing_b")
    if not (1 <= missing_a + missing_b <= MOST_MISSING and -1 < one_number(goal) < 1):
        raise NotEstimable(
            f"tipping point — expected 1 to {MOST_MISSING} patients missing and a goal in "
            f"(-1, 1), got {missing_a} and {missing_b} missing and {goal!r}"
        )

    def stands(more_a: int, more_b: int) -> bool:
        found = proportion_difference(
            events_a + more_a,
            n_a + missing_a,
            events_b + more_b,
            n_b + missing_b,
            method=method,
            confidence=confidence,
        )
        return found.interval[0] > goal

    known = proportion_difference(
        events_a, n_a, events_b, n_b, method=method, confidence=confidence
    )
    needed, least = [], 0
    for more_b in range(missing_b + 1):  # the bound falls with each event of B
        while least <= missing_a and not stands(least, more_b):
            least += 1
        needed.append(least)
    return TippingFrontier(
        goal=goal,
        known=known,
        events_b=read_only(np.arange(missing_b + 1)),
        needed=read_only(needed),
        missing_a=missing_a,
    )
