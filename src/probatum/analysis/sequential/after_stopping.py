"""What may be said of the effect at a look, and once a look has stopped the study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import optimize

from probatum.analysis.choices import one_number, whole_number
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import FloatArray
from probatum.analysis.sequential.crossing import Region, region_of, stopping
from probatum.analysis.sequential.spending import looks
from probatum.analysis.sequential.undecided import Undecided
from probatum.errors import NotEstimable


def repeated_interval(estimate: Estimate, *, critical: float) -> Estimate:
    r"""Interval that holds at every look at once, :math:`\hat\theta \pm c_k\,\mathrm{SE}`.

    Parameters
    ----------
    estimate : Estimate
        Of the look, with its standard error.
    critical : float > 0
        The look's critical value; ``level`` stays that of all looks together and is the
        caller's to match with ``alpha``.

    Returns
    -------
    Estimate
        It holds whether or not the study stops at this look. A test of the estimate, which
        knows nothing of the other looks, is left out.

    Raises
    ------
    NotEstimable
        Without a standard error, or when the critical value is not positive.

    References
    ----------
    Jennison C, Turnbull BW. J R Stat Soc B 1989;51:305-361.

    Examples
    --------
    >>> from probatum.analysis.estimate import wald
    >>> look = wald(0.8, 0.02, confidence=0.95, n=300, method="DeLong")
    >>> repeated_interval(look, critical=2.5).lower
    0.75
    """
    if not estimate.se:
        raise NotEstimable("repeated interval — expected a standard error, got none")
    if not 0 < one_number(critical) < np.inf:
        raise NotEstimable(f"repeated interval — expected a critical value, got {critical}")
    half = critical * estimate.se
    return replace(
        estimate,
        lower=estimate.value - half,
        upper=estimate.value + half,
        statistic=None,
        df=None,
        p_value=None,
        method=f"{estimate.method}; repeated interval, critical value {critical:.4f}",
    )


def stage_wise_interval(
    value: float,
    se: float,
    information: Sequence[float],
    critical: Sequence[float],
    *,
    n: int,
    null: float = 0.0,
    futility: Sequence[float] | None = None,
    sides: int = 2,
    confidence: float = 0.95,
) -> Estimate:
    r"""Estimate and interval that allow for having stopped early, from a study that stopped.

    Results are ordered by the look at which the study stopped: crossing above early is more
    extreme than crossing above late, and at one look the larger statistic is. With :math:`k`
    the last look taken and :math:`z` its statistic, the chance of at least as much is

    .. math:: p(\theta) = \sum_{j < k} P_\theta(\text{stop above at } j)
        + P_\theta(\text{go on to } k,\ Z_k \ge z),

    and the estimate and bounds are the effects at which it is 1/2, :math:`\alpha/2` and
    :math:`1 - \alpha/2`.

    Parameters
    ----------
    value : float
        Ordinary estimate at the look at which the study stopped.
    se : float > 0
        Its standard error.
    information : (k,) of float in (0, 1], increasing
        Share of the planned information at each look up to that one.
    critical : (k,) of float
        Upper boundary of each of them.
    n : int
        Patients.
    null : float
        Value of no effect, from which the test statistic is measured.
    futility : (k,) of float, optional
        Lower boundary of each, for one side, if the study was to stop below it.
    sides : {1, 2}
        Two-sided, the lower boundary is ``-critical``.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        Median unbiased: above the truth as often as below. At the first look it is the
        ordinary one; after more looks it lies nearer the null than ``value`` does. ``p_value``
        is as many-sided as the test. However strong, the result of a later look counts for
        less than any stop above before it. With ``confidence`` of ``1 - alpha`` (two-sided) the
        interval leaves the null out exactly when a boundary was crossed.

    Raises
    ------
    NotEstimable
        When boundaries are none, the error is not positive, or the study had no reason to
        stop: no boundary is crossed and the look is not the last, at information 1.

    References
    ----------
    Tsiatis AA, Rosner GL, Mehta CR. Biometrics 1984;40:797-803. Jennison C, Turnbull BW.
    Group Sequential Methods. Chapman & Hall 2000, chapter 8.

    Departures
    ----------
    ``se`` is left out of the result: the ordinary error does not belong to this estimate.
    Patients whose outcome arrives after the stop (overrunning) are not in the paper and are
    to be left out here.

    Examples
    --------
    >>> found = stage_wise_interval(0.30, 0.10, [0.5, 1.0], [2.797, 1.977], n=400)
    >>> round(found.value, 4), round(found.lower, 4), round(found.upper, 4)
    (0.292, 0.0843, 0.4914)
    """
    check_level(confidence)
    if not whole_number(n) >= 1:
        raise NotEstimable(f"stage-wise interval — expected at least one patient, got {n}")
    time = looks(information)
    region = region_of(time, critical, futility=futility, sides=sides)
    z = _statistic(one_number(value) - one_number(null), se)
    _refuse_without_a_stop(z, region, is_last=time[-1] == 1)
    result = _Stopped(time=time, region=region, z=z)
    scale = float(se * np.sqrt(time[-1]))
    beyond = result.more_extreme(0.0)
    return Estimate(
        value=float(null) + scale * result.drift_at(0.5),
        se=None,
        lower=float(null) + scale * result.drift_at((1 - confidence) / 2),
        upper=float(null) + scale * result.drift_at((1 + confidence) / 2),
        level=confidence,
        n=n,
        method="median unbiased estimate and interval by stage-wise ordering",
        statistic=z,
        p_value=beyond if sides == 1 else 2 * min(beyond, 1 - beyond),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stopped:
    """A study that stopped at the last of its looks with the statistic ``z``."""

    time: FloatArray
    region: Region
    z: float

    def more_extreme(self, drift: float) -> float:
        """Chance of a result at least as far up, in the stage-wise ordering."""
        root, steps = np.sqrt(self.time), np.diff(self.time, prepend=0.0)
        lower, upper = (bound * root for bound in self.region)
        upper[-1] = self.z * root[-1]
        above, _ = stopping(Undecided.at_the_start(), (lower, upper), steps, drift * steps)
        return float(above.sum())

    def drift_at(self, chance: float) -> float:
        """The drift under which so extreme a result has this chance; it rises with drift."""
        naive = self.z / float(np.sqrt(self.time[-1]))
        reach = 1.0

        def excess(drift: float) -> float:
            return self.more_extreme(drift) - chance

        while excess(naive - reach) > 0 or excess(naive + reach) < 0:
            reach *= 2
        return float(optimize.brentq(excess, naive - reach, naive + reach, xtol=1e-12))


def _statistic(effect: float, se: float) -> float:
    if not 0 < one_number(se) < np.inf or not np.isfinite(effect):
        raise NotEstimable(
            "stage-wise interval — expected an effect with a standard error, got an effect of "
            f"{effect} and an error of {se}"
        )
    return float(effect / se)


def _refuse_without_a_stop(z: float, region: Region, *, is_last: bool) -> None:
    lower, upper = (float(bound[-1]) for bound in region)
    if lower < z < upper and not is_last:
        raise NotEstimable(
            "stage-wise interval — expected a study that has stopped, got a look between its "
            "boundaries before the last — use the repeated interval while it goes on"
        )
