"""Of patients told a certain risk, how many had the event, drawn as a smooth curve.

The curve is a loess of outcome on risk, degree 2, tricube weights, span as stated (0.75 by
default): what R's ``loess(y ~ p)`` draws, and what the integrated calibration index is defined
by. Calibration indices depend on the smoother, so it is named wherever they are printed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from skmisc.loess import loess

from probatum.analysis.estimate import Estimate, normal_quantile
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    at_risk,
    both_classes,
    read_only,
)
from probatum.analysis.proportion import weighted_proportion
from probatum.analysis.resampling import bootstrap
from probatum.errors import NotEstimable

_DEGREE = 2
_FEWEST_RISKS = 10


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
    span, level : float
    n : int
    method : str
    """

    risk: FloatArray
    observed: FloatArray
    lower: FloatArray
    upper: FloatArray
    groups: tuple[CalibrationGroup, ...]
    span: float
    level: float
    n: int
    method: str


def calibration_curve(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    points: int = 100,
    span: float = 0.75,
    groups: int = 10,
    confidence: float = 0.95,
) -> CalibrationCurve:
    r"""Smooth share with the event over predicted risk, with band and grouped points.

    The smooth at :math:`x` is linear in the outcomes, :math:`\sum_i l_i(x) y_i`; the band is

    .. math:: \sum_i l_i(x) y_i \pm z \sqrt{\sum_i l_i(x)^2 \hat p_i (1 - \hat p_i)}

    with :math:`\hat p` the smooth itself.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event, at least ten distinct values.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    points : int, at least 2
        Size of the grid.
    span : float in (0, 1]
        Share of patients in each local fit.
    groups : int, at least 2
        Number of groups of equal size by risk; ties in risk may leave fewer.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Raises
    ------
    NotEstimable
        With one class, too few distinct risks, or where the local fits do not exist.

    References
    ----------
    Cleveland WS, Devlin SJ. J Am Stat Assoc 1988;83:596-610.
    Austin PC, Steyerberg EW. Stat Med 2014;33:517-535.

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
    y, p, w = at_risk(outcome, risk, weight)
    both_classes(y)
    grid = np.linspace(p.min(), p.max(), points)
    fitted = np.clip(_smooth(y, p, w, span), 0.0, 1.0)
    operator = _local_fits(p, grid, w, span)
    observed = operator @ y
    half = normal_quantile(confidence) * np.sqrt(operator**2 @ (fitted * (1 - fitted)))
    return CalibrationCurve(
        risk=read_only(grid),
        observed=read_only(np.clip(observed, 0.0, 1.0)),
        lower=read_only(np.clip(observed - half, 0.0, 1.0)),
        upper=read_only(np.clip(observed + half, 0.0, 1.0)),
        groups=_grouped(y, p, w, groups, confidence),
        span=span,
        level=confidence,
        n=y.size,
        method=_named("calibration curve, binomial band", span, weight),
    )


def ici(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    span: float = 0.75,
    seed: int | None = None,
    replicates: int = 500,
    confidence: float = 0.95,
) -> Estimate:
    r"""Integrated calibration index: mean distance between predicted and smoothed risk.

    .. math:: \mathrm{ICI} = \frac{\sum w_i |\hat p(r_i) - r_i|}{\sum w_i}

    Parameters
    ----------
    outcome, risk, weight, span
        As :func:`calibration_curve`.
    seed : int, optional
        Of the protocol. Without it there is no interval, and ``method`` says so.
    replicates : int
        Bootstrap samples of the interval, drawn within the classes of outcome.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At least 0; 0 is a smooth on the diagonal. It cannot average to 0 in a finite sample,
        and a percentile interval inherits that upward bias.

    Raises
    ------
    NotEstimable
        As :func:`calibration_curve`.

    References
    ----------
    Austin PC, Steyerberg EW. Stat Med 2019;38:4051-4065, section 2.

    Examples
    --------
    >>> told = np.linspace(0.05, 0.95, 200)
    >>> happened = np.arange(200) % 20 < 20 * told
    >>> ici(happened, told).value < 0.05
    True
    """
    y, p, w = at_risk(outcome, risk, weight)
    both_classes(y)
    method = _named("integrated calibration index", span, weight)
    if seed is None:
        return Estimate(
            value=_mean_distance(y, p, w, span),
            se=None,
            lower=None,
            upper=None,
            level=confidence,
            n=y.size,
            method=f"{method}; no interval asked for",
        )
    resampled = bootstrap(
        lambda *drawn: _mean_distance(drawn[0], drawn[1], drawn[2], span),
        (y, p, w),
        seed=seed,
        replicates=replicates,
        stratify=y,
        confidence=confidence,
    )
    return replace(resampled, method=f"{method}; {resampled.method}")


def _mean_distance(y: BoolArray, p: FloatArray, w: FloatArray, span: float) -> float:
    return float(np.average(np.abs(_smooth(y, p, w, span) - p), weights=w))


def _smooth(y: BoolArray, p: FloatArray, w: FloatArray, span: float) -> FloatArray:
    """Loess at every patient's own risk, interpolated between vertices as R does."""
    distinct = np.unique(p).size
    if distinct < _FEWEST_RISKS:
        raise NotEstimable(
            f"calibration curve — expected at least {_FEWEST_RISKS} distinct risks, got "
            f"{distinct} — report grouped points instead"
        )
    model = loess(p, y.astype(np.float64), weights=w, span=span, degree=_DEGREE)
    model.control.trace_hat = "approximate"
    try:
        model.fit()
    except ValueError as fault:
        raise NotEstimable(
            f"calibration curve — expected local fits at span {span:g}, got none that hold "
            "— widen the span in the protocol"
        ) from fault
    return np.array(model.outputs.fitted_values, dtype=np.float64)  # the buffer is loess's own


def _local_fits(p: FloatArray, grid: FloatArray, w: FloatArray, span: float) -> FloatArray:
    """Row x: the weights by which outcomes enter the local quadratic at ``grid[x]``."""
    return np.stack([_local_fit(p, float(at), w, span) for at in grid])


def _local_fit(p: FloatArray, at: float, w: FloatArray, span: float) -> FloatArray:
    distance = np.abs(p - at)
    nearest = max(int(p.size * span + 1e-5), 1) - 1
    reach = float(np.partition(distance, nearest)[nearest])
    near = w * np.clip(1 - (distance / (reach or 1.0)) ** 3, 0.0, None) ** 3
    powers = np.vander((p - at) / (reach or 1.0), _DEGREE + 1, increasing=True)
    if reach == 0 or np.unique(p[near > 0]).size <= _DEGREE:
        raise NotEstimable(
            "calibration curve — expected enough distinct risks in each local fit, got too "
            "few — widen the span in the protocol or report grouped points"
        )
    weighted = powers * near[:, None]
    return np.asarray(np.linalg.solve(powers.T @ weighted, weighted.T)[0], dtype=np.float64)


def _grouped(
    y: BoolArray, p: FloatArray, w: FloatArray, groups: int, confidence: float
) -> tuple[CalibrationGroup, ...]:
    cuts = np.unique(np.quantile(p, np.linspace(0, 1, groups + 1)[1:-1]))
    member = np.searchsorted(cuts, p, side="left")
    return tuple(
        CalibrationGroup(
            mean_risk=float(np.average(p[member == g], weights=w[member == g])),
            observed=weighted_proportion(
                y[member == g], weight=w[member == g], confidence=confidence
            ),
        )
        for g in np.unique(member)
    )


def _named(method: str, span: float, weight: ArrayLike | None) -> str:
    taken = "" if weight is None else "; censoring weights taken as known"
    return f"{method}, loess of degree {_DEGREE}, span {span:g}{taken}"
