"""Are the risks right at a horizon that not every patient was followed up to?

Whoever is lost before the horizon without the event has an unknown outcome. Kaplan-Meier says
how many events there were; those whose outcome is known stand for those lost. Follow-up is
taken as ending independently of outcome and risk.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.calibration.bounded import bounded_mean
from probatum.analysis.censoring import censoring_weights, followed
from probatum.analysis.estimate import Estimate, normal_quantile
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    effective_size,
    risks,
    same_length,
)
from probatum.errors import NotEstimable


def observed_expected_survival(
    time: ArrayLike,
    event: ArrayLike,
    risk: ArrayLike,
    horizon: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""Events by the horizon, by Kaplan-Meier, for each one predicted.

    .. math:: \frac{O}{E} = \frac{1 - \hat S(\tau)}{\frac1n \sum_i p_i}, \qquad
        \mathrm{SE}(\ln O/E) = \frac{\hat S(\tau)}{1 - \hat S(\tau)}
        \sqrt{\sum_{u \le \tau} \frac{d_u}{Y_u (Y_u - d_u)}}

    with :math:`d_u` events among :math:`Y_u` under observation (Greenwood), and the interval
    taken on the log scale.

    Parameters
    ----------
    time : (n,) of float, at least 0
        Time to the event or to the end of follow-up.
    event : (n,) of bool
        Whether ``time`` ends in the event.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event by the horizon, :math:`1 - S(\tau)`, not all 0.
    horizon : float > 0
        :math:`\tau`, in the unit of ``time``.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        1 when right on the whole, above 1 when risks are too low. ``se`` is that of
        the ratio. Without loss of follow-up it is :func:`observed_expected`.

    Raises
    ------
    NotEstimable
        When nobody or everybody had the event by the horizon, no event is expected, or
        follow-up ends before the horizon.

    References
    ----------
    Greenwood M. Rep Public Health Med Subj 1926;33:1-26.
    Debray TPA et al. BMJ 2017;356:i6460, appendix.

    Departures
    ----------
    The patients' risks are taken as given, so the expected number has no error.

    Examples
    --------
    >>> time, event = [1, 2, 3, 6, 6], [1, 0, 1, 0, 0]
    >>> round(observed_expected_survival(time, event, [0.3] * 5, 5).value, 4)
    1.5556
    """
    t, e, p = _followed(time, event, risk, horizon)
    survival, greenwood = _kaplan_meier(t, e, horizon)
    if not 0 < survival < 1:
        raise NotEstimable(
            "observed to expected — expected patients with and without the event by the "
            "horizon, got one kind only"
        )
    if not p.any():
        raise NotEstimable("observed to expected — expected some predicted events, got none")
    ratio = float((1 - survival) / p.mean())
    error = survival / (1 - survival) * float(np.sqrt(greenwood))
    reach = float(np.exp(normal_quantile(confidence) * error))
    return Estimate(
        value=ratio,
        se=ratio * error,
        lower=ratio / reach,
        upper=ratio * reach,
        level=confidence,
        n=t.size,
        method="observed (Kaplan-Meier) to expected events at the horizon, Greenwood variance, "
        "log-scale Wald interval",
    )


def brier_survival(
    time: ArrayLike,
    event: ArrayLike,
    risk: ArrayLike,
    horizon: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""Brier score at a horizon, with the error that the censoring weights bring counted in.

    .. math:: B(\tau) = \frac1n \sum_i w_i (y_i - p_i)^2, \qquad
        w_i = \frac{\mathbb 1[\text{known}_i]}{\hat G(\min(t_i, \tau)^-)}

    .. math:: \widehat{\mathrm{Var}} = \frac{1}{n (n - 1)} \sum_i \Bigl(
        w_i (y_i - p_i)^2 - B + \sum_{u < \tau} \frac{Q_u}{R_u - c_u}
        \bigl(c_{iu} - \tfrac{c_u}{R_u} r_{iu}\bigr) \Bigr)^2

    with, at time :math:`u`, :math:`R_u` patients still free of the event of whom :math:`c_u`
    are lost (:math:`r_{iu}`, :math:`c_{iu}` whether patient i is one of them), and
    :math:`Q_u` the sum of :math:`w (y - p)^2` over patients known later.

    Parameters
    ----------
    time, event, risk, horizon, confidence
        As :func:`observed_expected_survival`.

    Returns
    -------
    Estimate
        In [0, 1]; 0 is certainty that came true. Without loss of follow-up it is
        :func:`brier`; the value is always :func:`brier`'s under
        :func:`probatum.analysis.censoring.censoring_weights`.

    Raises
    ------
    NotEstimable
        With fewer than two patients, or when follow-up ends before the horizon.

    References
    ----------
    Graf E et al. Stat Med 1999;18:2529-2545, section 3.
    Gerds TA, Schumacher M. Biom J 2006;48:1029-1040 (the estimator and its expansion).

    Departures
    ----------
    The variance is the infinitesimal jackknife of the estimator with the censoring curve
    fitted anew, so that ties between events and losses are exact; a factor n/(n - 1) makes it
    the variance of a mean where nobody is lost.

    Examples
    --------
    >>> time, event = [1, 2, 3, 6, 6], [1, 0, 1, 0, 0]
    >>> round(brier_survival(time, event, [0.5] * 5, 5).value, 4)
    0.25
    """
    t, e, p = _followed(time, event, risk, horizon)
    if t.size < 2:
        raise NotEstimable("standard error — expected at least two patients, got 1")
    happened = e & (t <= horizon)
    weight = censoring_weights(t, e, horizon).weight
    distance = weight * (happened - p) ** 2
    score = float(distance.mean())
    moved = distance - score + _through_the_weights(t, e, distance, horizon)
    error = float(np.sqrt(np.sum(moved**2) / (t.size * (t.size - 1))))
    return bounded_mean(
        score,
        error,
        confidence=confidence,
        n=t.size,
        effective=effective_size(weight),
        method="Brier score at the horizon, censoring weights by Kaplan-Meier and taken as "
        "estimated",
        within=(0.0, 1.0),
    )


def _followed(
    time: ArrayLike, event: ArrayLike, risk: ArrayLike, horizon: float
) -> tuple[FloatArray, BoolArray, FloatArray]:
    """Times, events and risks of patients, some of them followed up to the horizon."""
    censoring_weights(time, event, horizon)  # refuses follow-up that ends before it
    (t, e), p = followed(time, event), risks(risk)
    same_length(time=t, risk=p)
    return t, e, p


def _kaplan_meier(t: FloatArray, e: BoolArray, horizon: float) -> tuple[float, float]:
    """Survival at the horizon, and Greenwood's sum up to it; 0 where nobody is left."""
    moments, position = np.unique(t, return_inverse=True)
    ends = np.bincount(position)
    died = np.bincount(position, weights=e)[moments <= horizon]
    watched = (t.size - np.concatenate([[0], np.cumsum(ends)[:-1]]))[moments <= horizon]
    left = watched - died
    if np.any(left == 0):
        return 0.0, 0.0
    return float(np.prod(left / watched)), float(np.sum(died / (watched * left)))


def _through_the_weights(
    t: FloatArray, e: BoolArray, distance: FloatArray, horizon: float
) -> FloatArray:
    """How far the score moves with each patient through everybody else's weight."""
    moments, position = np.unique(t, return_inverse=True)
    ends = np.bincount(position)
    died = np.bincount(position, weights=e, minlength=moments.size)
    free = t.size - np.concatenate([[0], np.cumsum(ends)[:-1]]) - died
    lost = ends - died
    owed = np.bincount(position, weights=distance, minlength=moments.size)
    later = owed.sum() - np.cumsum(owed)
    counts = (moments < horizon) & (free > lost)
    share = np.divide(later, free - lost, out=np.zeros(moments.size), where=counts)
    hazard = np.cumsum(np.divide(share * lost, free, out=np.zeros_like(share), where=counts))
    before = np.concatenate([[0.0], hazard[:-1]])
    return np.where(e, -before[position], share[position] - hazard[position])
