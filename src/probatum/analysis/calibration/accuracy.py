"""How far predicted risks lie from what happened, calibration and discrimination together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.calibration.bounded import NO_SPREAD, bounded_mean
from probatum.analysis.estimate import Estimate, wald
from probatum.analysis.observations import (
    at_risk,
    both_classes,
    effective_size,
    taken_as_known,
    weighted_mean,
)


def brier(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Mean squared distance between risk and outcome; smaller is better.

    .. math:: B = \frac{\sum w_i (p_i - y_i)^2}{\sum w_i}

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; 0 is certainty that came true, the prevalence's variance is no use. Where
        every patient has the same distance, ``se`` is 0 and the interval an exact bound.

    Raises
    ------
    NotEstimable
        With fewer than two patients or a risk outside [0, 1].

    References
    ----------
    Brier GW. Mon Weather Rev 1950;78:1-3. Graf E et al. Stat Med 1999;18:2529-2545 (weights).

    Examples
    --------
    >>> brier([1, 0], [0.5, 0.5]).value
    0.25
    """
    y, p, w = at_risk(outcome, risk, weight)
    found = bounded_mean(
        *weighted_mean((p - y) ** 2, w),
        confidence=confidence,
        n=y.size,
        effective=effective_size(w),
        method="Brier score",
        within=(0.0, 1.0),
    )
    return replace(found, method=found.method + taken_as_known(weight))


def scaled_brier(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Share of the outcome's variance that the risks take away; higher is better.

    .. math:: 1 - \frac{B}{\bar y (1 - \bar y)}

    with the standard error by the delta method, each patient contributing
    :math:`-[(p - y)^2 - B] / v + B (1 - 2 \bar y)(y - \bar y) / v^2`,
    :math:`v = \bar y (1 - \bar y)`.

    Parameters
    ----------
    outcome, risk, weight, confidence
        As :func:`brier`, with both classes present.

    Returns
    -------
    Estimate
        At most 1; 0 when no better than the prevalence for all, below 0 when worse. Where
        every patient's contribution is 0, as with right and certain risks or with the
        prevalence for all, the first order says nothing of chance: there is no interval.

    Raises
    ------
    NotEstimable
        As :func:`brier`, or with one class only.

    References
    ----------
    Steyerberg EW et al. Epidemiology 2010;21:128-138. Kattan MW, Gerds TA. Diagn Progn Res
    2018;2:7 (index of prediction accuracy).

    Examples
    --------
    >>> round(scaled_brier([1, 1, 0, 0], [0.9, 0.6, 0.2, 0.1]).value, 3)
    0.78
    """
    y, p, w = at_risk(outcome, risk, weight)
    both_classes(y)
    distance = (p - y) ** 2
    score, _ = weighted_mean(distance, w)
    prevalence, _ = weighted_mean(y, w)
    variance = prevalence * (1 - prevalence)
    influence = (
        -(distance - score) / variance
        + score * (1 - 2 * prevalence) * (y - prevalence) / variance**2
    )
    _, standard_error = weighted_mean(influence, w)
    found = wald(
        1 - score / variance,
        standard_error,
        confidence=confidence,
        n=y.size,
        method="scaled Brier score, delta method, Wald interval" + taken_as_known(weight),
        within=(-np.inf, 1.0),
    )
    if standard_error > NO_SPREAD:
        return found
    method = "scaled Brier score, no interval: the error is of second order for these risks"
    return replace(
        found, se=None, lower=None, upper=None, method=method + taken_as_known(weight)
    )
