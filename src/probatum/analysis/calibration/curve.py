"""Of patients told a certain risk, how many had the event, drawn as a smooth curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.calibration.grouping import grouped
from probatum.analysis.calibration.smooth import Smoother
from probatum.analysis.choices import whole_number
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    at_risk,
    both_classes,
    read_only,
    taken_as_known,
)
from probatum.analysis.proportion import weighted_proportion
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationGroup:
    """Patients of similar risk: what they were told, and what happened.

    Attributes
    ----------
    mean_risk : float
        Weighted mean of the predicted risks.
    observed : Estimate
        Weighted share with the event, with its Wilson interval.
    """

    mean_risk: float
    observed: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationCurve:
    """Observed against predicted risk.

    Attributes
    ----------
    risk : (k,) of float
        Grid from the smallest to the largest predicted risk; nothing is extrapolated.
    observed : (k,) of float in [0, 1]
        Smoothed share with the event.
    lower, upper : (k,) of float in [0, 1]
        Pointwise band at ``level``.
    groups : tuple of CalibrationGroup
        Patients by tenths of risk, for those who trust no smoother.
    smoother : str
        With its setting.
    level : float
    n : int
    method : str
    """

    risk: FloatArray
    observed: FloatArray
    lower: FloatArray
    upper: FloatArray
    groups: tuple[CalibrationGroup, ...]
    smoother: str
    level: float
    n: int
    method: str

    def as_dict(self) -> dict[str, Any]:
        """Return the curve as it stands in evidence; groups have columns of their own."""
        lines = ("risk", "observed", "lower", "upper")
        shares = [group.observed for group in self.groups]
        return {
            **{name: getattr(self, name).tolist() for name in lines},
            "group_risk": [group.mean_risk for group in self.groups],
            "group_observed": [share.value for share in shares],
            "group_lower": [share.lower for share in shares],
            "group_upper": [share.upper for share in shares],
            "group_n": [share.n for share in shares],
            **{name: getattr(self, name) for name in ("smoother", "level", "n", "method")},
        }


def calibration_curve(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    points: int = 100,
    smoother: Literal["loess", "spline"] = "loess",
    span: float = 0.75,
    knots: int = 4,
    groups: int = 10,
    confidence: float = 0.95,
) -> CalibrationCurve:
    r"""Smooth share with the event over predicted risk, with band and grouped points.

    The loess at :math:`x` is linear in the outcomes, :math:`\sum_i l_i(x) y_i`; its band is

    .. math:: \sum_i l_i(x) y_i \pm z \sqrt{\sum_i l_i(x)^2 \hat p_i (1 - \hat p_i)}

    with :math:`\hat p` the smooth itself. The spline is a logistic regression on a restricted
    cubic spline of :math:`\operatorname{logit} p`; its band is the robust Wald interval of the
    log-odds, taken back to risks.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event, at least ten distinct values for the loess; inside
        (0, 1) for the spline.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    points : int, at least 2
        Size of the grid.
    smoother : {"loess", "spline"}
        A million patients take several seconds with the loess and fewer with the spline.
    span : float in (0, 1]
        Share of patients in each local fit of the loess.
    knots : int, 3 to 7
        Knots of the spline, at Harrell's quantiles. Four are his compromise; five need a large
        cohort, three suit a small one.
    groups : int, at least 2
        Number of groups of equal size by risk; ties in risk may leave fewer.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    CalibrationCurve
        On the diagonal where the risks are right, above it where they are too low.

    Raises
    ------
    NotEstimable
        With one class, too few distinct risks, or where the smooth does not exist.

    References
    ----------
    Cleveland WS, Devlin SJ. J Am Stat Assoc 1988;83:596-610.
    Austin PC, Steyerberg EW. Stat Med 2014;33:517-535.
    Harrell FE. Regression Modeling Strategies, 2nd ed., Springer 2015, section 2.4.6 (knots).

    Departures
    ----------
    Loess assumes one error variance; the band here uses that of a 0/1 outcome. Curve and band
    are kept within [0, 1].

    Examples
    --------
    >>> told = np.linspace(0.05, 0.95, 200)
    >>> happened = np.arange(200) % 20 < 20 * told
    >>> curve = calibration_curve(happened, told, points=3)
    >>> curve.risk, len(curve.groups)
    (array([0.05, 0.5 , 0.95]), 10)
    """
    check_level(confidence)
    y, p, w = at_risk(outcome, risk, weight)
    both_classes(y)
    _refuse_no_curve(points, groups)
    chosen = Smoother(kind=smoother, span=span, knots=knots)
    grid = np.linspace(p.min(), p.max(), int(points))
    observed, lower, upper = chosen.along(y, p, w, grid, confidence=confidence)
    return CalibrationCurve(
        risk=read_only(grid),
        observed=read_only(observed),
        lower=read_only(lower),
        upper=read_only(upper),
        groups=_groups(y, p, w, groups, confidence),
        smoother=chosen.named(),
        level=confidence,
        n=y.size,
        method=_method(chosen, weight),
    )


def _refuse_no_curve(points: int, groups: int) -> None:
    for number, name in ((points, "points"), (groups, "groups")):
        if not whole_number(number) >= 2:
            raise NotEstimable(f"calibration curve — expected at least 2 {name}, got {number}")


def _groups(
    y: BoolArray, p: FloatArray, w: FloatArray, groups: int, confidence: float
) -> tuple[CalibrationGroup, ...]:
    """Each group's mean risk and its share with the event."""
    found = grouped(y, p, w, bins=groups)
    return tuple(
        CalibrationGroup(
            mean_risk=float(found.told[g] / found.size[g]),
            observed=weighted_proportion(
                y[found.member == g], weight=w[found.member == g], confidence=confidence
            ),
        )
        for g in range(found.size.size)
    )


def _method(chosen: Smoother, weight: ArrayLike | None) -> str:
    band = "binomial band" if chosen.kind == "loess" else "robust band of the log-odds"
    return f"calibration curve, {band}, {chosen.named()}{taken_as_known(weight)}"
