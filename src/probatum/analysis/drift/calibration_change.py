"""Are risks still as right as they were: has calibration itself moved?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from probatum.analysis.calibration.logistic import (
    fitted_logistic,
    log_odds,
    refuse_separation,
)
from probatum.analysis.estimate import Estimate, wald, with_test
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    at_risk,
    both_classes,
    finite,
    same_length,
)
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationDrift:
    """How calibration changes over time, in the large and in slope, and whether it does.

    Attributes
    ----------
    in_the_large : Estimate
        Change of the calibration intercept (slope held at 1) a unit of time; above 0 when
        risks come to be too low.
    slope : Estimate
        Change of the calibration slope a unit of time; below 0 when risks come to be too
        extreme.
    statistic, p_value : float
        Robust Wald test, chi-square on 2 degrees of freedom, that neither intercept nor slope
        changes.
    n : int
    method : str
    """

    in_the_large: Estimate
    slope: Estimate
    statistic: float
    p_value: float
    n: int
    method: str

    def as_dict(self) -> dict[str, float | int | str | dict[str, float | int | str | None]]:
        """Return the changes and the test as they stand in evidence."""
        return {
            "in_the_large": self.in_the_large.as_dict(),
            "slope": self.slope.as_dict(),
            "statistic": self.statistic,
            "df": 2,
            "p_value": self.p_value,
            "n": self.n,
            "method": self.method,
        }


def calibration_drift_test(
    outcome: ArrayLike,
    risk: ArrayLike,
    period: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
    limit: float | None = None,
) -> CalibrationDrift:
    r"""Change of calibration between two periods, or over time.

    .. math:: \operatorname{logit} P(y = 1) = \operatorname{logit} p + a + c\,t, \qquad
        \operatorname{logit} P(y = 1) = \alpha + \beta \operatorname{logit} p + \gamma\,t
        + \delta\,t \operatorname{logit} p

    :math:`c` is the change in the large, :math:`\delta` that of the slope; the test is of
    :math:`\gamma = \delta = 0`.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present, in each of two periods.
    risk : (n,) of float in (0, 1)
        Predicted probability of the event; 0 and 1 have no log-odds.
    period : (n,) of float
        t: 0 for the reference and 1 for now, which gives the differences between the two; or
        a time in any unit, which gives linear changes a unit.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.
    limit : float in (0, 0.5), optional
        Risks nearer to 0 or 1 than this are moved to it, and ``method`` says how many.

    Returns
    -------
    CalibrationDrift
        0 and 0 where calibration stays as it was, good or bad.

    Raises
    ------
    NotEstimable
        With one period, one class, risks of exactly 0 or 1 and no ``limit``, or risks that
        separate the classes of a period.

    References
    ----------
    Cox DR. Biometrika 1958;45:562-565. Davis SE et al. J Am Med Inform Assoc 2017;24:1052-1061
    (calibration drift of clinical models).

    Departures
    ----------
    Robust variance (Huber 1967), as for calibration itself.

    Examples
    --------
    >>> risk = [0.2, 0.2, 0.2, 0.8, 0.8, 0.8] * 2
    >>> outcome = [0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0]
    >>> found = calibration_drift_test(outcome, risk, [0] * 6 + [1] * 6)
    >>> round(found.in_the_large.value, 3), round(found.slope.value, 3)
    (1.041, -0.5)
    """
    y, p, w = at_risk(outcome, risk, weight)
    t = finite(period, "period")
    same_length(outcome=y, period=t)
    logit, note = log_odds(p, limit)
    _refuse_what_has_no_change(y, logit, t)
    unit = float(t.std())
    time, ones = (t - t.mean()) / unit, np.ones(y.size)
    large, of_large = fitted_logistic(y, np.column_stack([ones, time]), w, offset=logit)
    design = np.column_stack([ones, logit, time, time * logit])
    both, of_both = fitted_logistic(y, design, w)
    words = "logistic recalibration with time, robust variance" + note
    words += "" if weight is None else "; censoring weights taken as known"
    told = partial(_change, unit=unit, confidence=confidence, n=y.size, words=words)
    statistic = float(both[2:] @ np.linalg.solve(of_both[2:, 2:], both[2:]))
    return CalibrationDrift(
        in_the_large=told("calibration in the large", large[1], of_large[1, 1]),
        slope=told("calibration slope", both[3], of_both[3, 3]),
        statistic=statistic,
        p_value=float(special.chdtrc(2, statistic)),
        n=y.size,
        method=f"no change of intercept or slope, {words}, Wald test",
    )


def _change(
    what: str,
    value: float,
    variance: float,
    *,
    unit: float,
    confidence: float,
    n: int,
    words: str,
) -> Estimate:
    """A change a unit of time, told a standard deviation of time."""
    error = float(np.sqrt(variance)) / unit
    method = f"change of {what}, {words}, Wald interval"
    return with_test(wald(value / unit, error, confidence=confidence, n=n, method=method))


def _refuse_what_has_no_change(y: BoolArray, logit: FloatArray, t: FloatArray) -> None:
    periods = np.unique(t)
    if periods.size == 1:
        raise NotEstimable("period — expected at least two periods, got one")
    both_classes(y)
    for period in periods if periods.size == 2 else ():
        both_classes(y[t == period])
        refuse_separation(y[t == period], logit[t == period])
