"""How many of the unknown outcomes would have to be bad before the conclusion falls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray, read_only
from probatum.analysis.proportion import proportion
from probatum.errors import NotEstimable


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
    if missing < 1 or not 0 < goal < 1:
        raise NotEstimable(
            f"tipping point — expected somebody missing and a goal in (0, 1), got {missing} "
            f"and {goal}"
        )

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
