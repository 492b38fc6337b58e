"""How often trials cross a boundary, look by look, when the effect is of a given size."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from probatum.analysis.choices import one_number
from probatum.analysis.observations import FloatArray, finite, read_only, same_length
from probatum.analysis.sequential.spending import looks
from probatum.analysis.sequential.undecided import Undecided
from probatum.errors import NotEstimable

Region = tuple[FloatArray, FloatArray]
"""Lower and upper boundary of each look, between which a trial goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """Chances of stopping above or below, look by look.

    Attributes
    ----------
    information : (k,) of float
        Information time of each look.
    above : (k,) of float
        Chance to cross the upper boundary at this look and at none before.
    below : (k,) of float
        Chance to fall below the lower boundary at this look and at none before.
    drift : float or None
        Mean of the test statistic at full information; ``None`` when averaged over.
    method : str
    """

    information: FloatArray
    above: FloatArray
    below: FloatArray
    drift: float | None
    method: str

    @property
    def power(self) -> float:
        """Chance to cross the upper boundary at some look."""
        return float(self.above.sum())

    @property
    def expected_information(self) -> float:
        """Mean information at the stop, which is the last look at the latest."""
        stopped = self.above + self.below
        stopped[-1] = 1 - stopped[:-1].sum()
        return float(stopped @ self.information)

    def as_dict(self) -> dict[str, Any]:
        """Return the chances as plain JSON values."""
        under = {} if self.drift is None else {"drift": self.drift}
        return {
            "method": self.method,
            **under,
            "power": self.power,
            "below_at_some_look": float(self.below.sum()),
            "expected_information": self.expected_information,
            "information": self.information.tolist(),
            "above": self.above.tolist(),
            "below": self.below.tolist(),
        }


def crossing_probabilities(
    information: Sequence[float],
    critical: Sequence[float],
    *,
    drift: float = 0.0,
    futility: Sequence[float] | None = None,
    sides: int = 2,
) -> Crossing:
    r"""Chance to cross boundaries, whichever rule they come from, at each look.

    .. math:: P_\theta\bigl(l_j < Z_j < c_j,\ j < k;\ Z_k \ge c_k\bigr), \qquad
        Z_j \sim N(\theta \sqrt{t_j}, 1), \quad
        \mathrm{Cov}(Z_i, Z_j) = \sqrt{t_i / t_j}

    Parameters
    ----------
    information : (k,) of float in (0, 1], increasing
        Share of the planned information seen at each look.
    critical : (k,) of float
        Upper boundary for the test statistic at each look.
    drift : float
        :math:`\theta`, mean of the test statistic at full information; 0 is no effect.
    futility : (k,) of float, optional
        Lower boundary for the test statistic, at most ``critical``; for one side only.
    sides : {1, 2}
        Two-sided, the lower boundary is ``-critical``.

    Returns
    -------
    Crossing
        Under no effect ``above`` (and ``below``, two-sided) add up to the error.

    Raises
    ------
    NotEstimable
        When information does not increase within (0, 1], boundaries are of other lengths,
        cross, or a futility boundary is given for two sides.

    References
    ----------
    Jennison C, Turnbull BW. Group Sequential Methods. Chapman & Hall 2000, chapter 19.

    Examples
    --------
    >>> pocock = crossing_probabilities([0.5, 1.0], [2.178, 2.178])
    >>> round(pocock.power + float(pocock.below.sum()), 4)
    0.05
    """
    time = looks(information)
    region = region_of(time, critical, futility=futility, sides=sides)
    if not math.isfinite(one_number(drift)):
        raise NotEstimable(f"drift — expected a finite number, got {drift}")
    lower, upper = (bound * np.sqrt(time) for bound in region)
    steps = np.diff(time, prepend=0.0)
    above, below = stopping(Undecided.at_the_start(), (lower, upper), steps, drift * steps)
    return Crossing(
        information=read_only(time),
        above=read_only(above),
        below=read_only(below),
        drift=float(drift),
        method="recursive integration of the group sequential density",
    )


def region_of(
    time: FloatArray,
    critical: Sequence[float],
    *,
    futility: Sequence[float] | None,
    sides: int,
) -> Region:
    """Lower and upper boundaries for the test statistic; minus infinity where there is none.

    Raises
    ------
    NotEstimable
        As :func:`crossing_probabilities`.

    Examples
    --------
    >>> region_of(np.array([1.0]), [2.0], futility=None, sides=2)
    (array([-2.]), array([2.]))
    """
    upper = finite(critical, "critical")
    same_length(information=time, critical=upper)
    if one_number(sides) not in (1, 2) or (sides == 2 and futility is not None):
        raise NotEstimable(
            f"sides — expected 1, or 2 without a futility boundary, got {sides} — "
            "a futility boundary belongs to a one-sided test"
        )
    lower = -upper if sides == 2 else np.full(time.size, -np.inf)
    if futility is not None:
        lower = finite(futility, "futility")
        same_length(critical=upper, futility=lower)
    if np.any(lower > upper) or np.any(lower[:-1] == upper[:-1]):
        raise NotEstimable(
            "boundaries — expected each lower boundary below its upper one, got crossed ones"
        )
    return lower, upper


def stopping(
    start: Undecided, region: Region, variances: FloatArray, means: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Chance to stop above and below at each look, on the scale of the process itself.

    Examples
    --------
    >>> one = np.ones(1)
    >>> above, _ = stopping(Undecided.at_the_start(), (-one, one), one, 0 * one)
    >>> above.round(4)
    array([0.1587])
    """
    exits = list(_exits(start, region, variances, means))
    return np.array([above for above, _ in exits]), np.array([below for _, below in exits])


def _exits(
    undecided: Undecided, region: Region, variances: FloatArray, means: FloatArray
) -> Iterator[tuple[float, float]]:
    walk = zip(*region, variances, means, strict=True)
    for look, (lower, upper, variance, mean) in enumerate(walk, start=1):
        step = {"variance": float(variance), "mean": float(mean)}
        yield undecided.above(float(upper), **step), undecided.below(float(lower), **step)
        if look < variances.size:
            finest = float(variances[look:].min())
            undecided = undecided.after(float(lower), float(upper), **step, finest=finest)
