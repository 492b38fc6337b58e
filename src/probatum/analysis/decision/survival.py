"""What acting on a risk is worth when some patients are lost before the horizon."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.censoring import followed
from probatum.analysis.choices import one_number
from probatum.analysis.decision.benefit import DecisionCurve, curve
from probatum.analysis.decision.means import exact_bound
from probatum.analysis.decision.policy import checked, odds
from probatum.analysis.estimate import Estimate, wald
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    finite,
    risks,
    same_length,
)
from probatum.errors import NotEstimable


def net_benefit_survival(
    time: ArrayLike,
    event: ArrayLike,
    risk: ArrayLike,
    threshold: float,
    horizon: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""Net benefit at a horizon, the event rate among those acted on by Kaplan-Meier.

    .. math:: \mathrm{NB}(p_t) = x \Bigl[ (1 - S) - S \frac{p_t}{1 - p_t} \Bigr]
        = x \Bigl( 1 - \frac{S}{1 - p_t} \Bigr)

    with :math:`x` the share of patients whose risk is at or above the threshold and :math:`S`
    their Kaplan-Meier survival at the horizon. By the delta method

    .. math:: \widehat{\mathrm{Var}} = \frac{n}{n - 1} \Bigl[ \frac{x (1 - x)}{n}
        \Bigl(1 - \frac{S}{1 - p_t}\Bigr)^2
        + \frac{x^2}{(1 - p_t)^2} \widehat{\mathrm{Var}}(S) \Bigr]

    with Greenwood's variance of :math:`S`, which :math:`x` does not share.

    Parameters
    ----------
    time : (n,) of float, at least 0
        Time to the event or to the end of follow-up.
    event : (n,) of bool
        Whether ``time`` ends in the event.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event by the horizon, :math:`1 - S(t)`, never
        :math:`S(t)`.
    threshold : float in (0, 1)
        :math:`p_t`, the risk at which acting and waiting are worth the same.
    horizon : float > 0
        In the unit of ``time``.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        Net true positives per patient, at least the odds of the threshold below 0 and at most
        1; 0 when nobody is acted on. Then, and when all are acted on and either all or none of
        them have the event, the bounds are exact ones, from those whose state is known.

    Raises
    ------
    NotEstimable
        With fewer than two patients, times below 0, risks outside [0, 1]; and when follow-up
        of those acted on ends before the horizon with some of them still free of the event.

    References
    ----------
    Vickers AJ, Cronin AM, Elkin EB, Gonen M. BMC Med Inform Decis Mak 2008;8:53.
    Greenwood M. Reports on Public Health 33, HMSO 1926.

    Departures
    ----------
    The paper bootstraps. The factor :math:`n / (n - 1)` makes value and error those of
    :func:`~probatum.analysis.decision.net_benefit` when nobody is lost. Competing events are
    not counted as such: with them, survival is overstated as lost patients are taken to go on.

    Examples
    --------
    >>> found = net_benefit_survival([1, 2, 3, 6, 6], [1, 0, 1, 0, 0],
    ...                              [.9, .8, .7, .6, .1], threshold=.5, horizon=5)
    >>> round(found.value, 4)
    0.2
    """
    t, e, p = _followed(time, event, risk, horizon)
    acted_on = p >= checked(threshold)
    n, x = t.size, float(np.mean(acted_on))
    method = f"net benefit at horizon {horizon:g}, Kaplan-Meier among those acted on"
    within = (-odds(threshold), 1.0)
    if not acted_on.any():
        return exact_bound(0.0, n, within, confidence, n, f"{method}: nobody")
    survival, variance = _survival_at(horizon, t[acted_on], e[acted_on])
    earned = 1 - survival * (1 + odds(threshold))
    if x == 1 and survival in (0.0, 1.0):
        known = int(np.count_nonzero(e | (t >= horizon)))
        return exact_bound(earned, known, within, confidence, n, f"{method}: all of them")
    spread = x * (1 - x) / n * earned**2 + (x / (1 - threshold)) ** 2 * variance
    return wald(
        x * earned,
        np.sqrt(spread * n / (n - 1)),
        confidence=confidence,
        n=n,
        method=f"{method}; Greenwood variance, Wald interval",
        within=within,
    )


def decision_curve_survival(
    time: ArrayLike,
    event: ArrayLike,
    risk: ArrayLike,
    thresholds: Sequence[float],
    horizon: float,
    *,
    confidence: float = 0.95,
) -> DecisionCurve:
    """Net benefit of the model, of acting on all and on none, at a horizon over thresholds.

    Parameters
    ----------
    time, event, risk, horizon, confidence
        As :func:`net_benefit_survival`.
    thresholds : (k,) of float in (0, 1)
        Agreed beforehand.

    Raises
    ------
    NotEstimable
        As :func:`net_benefit_survival`.

    References
    ----------
    Vickers AJ, Cronin AM, Elkin EB, Gonen M. BMC Med Inform Decis Mak 2008;8:53.

    Examples
    --------
    >>> found = decision_curve_survival([1, 2, 3, 6, 6], [1, 0, 1, 0, 0],
    ...                                 [.9, .8, .7, .6, .1], [.2, .5], horizon=5)
    >>> found.treat_all.round(4).tolist()
    [0.3333, -0.0667]
    """
    at = finite(thresholds, "thresholds").tolist()
    everybody = np.ones_like(finite(risk, "risk"))

    def earned(whose: ArrayLike, threshold: float) -> Estimate:
        return net_benefit_survival(
            time, event, whose, threshold, horizon, confidence=confidence
        )

    return curve(at, [earned(risk, t) for t in at], [earned(everybody, t).value for t in at])


def _followed(
    time: ArrayLike, event: ArrayLike, risk: ArrayLike, horizon: float
) -> tuple[FloatArray, BoolArray, FloatArray]:
    (t, e), p = followed(time, event), risks(risk)
    same_length(time=t, risk=p)
    if not 0 < one_number(horizon) < np.inf:
        raise NotEstimable(f"horizon — expected a positive time, got {horizon}")
    if t.size < 2:
        raise NotEstimable("net benefit — expected at least two patients, got 1")
    return t, e, p


def _survival_at(horizon: float, time: FloatArray, event: BoolArray) -> tuple[float, float]:
    """Kaplan-Meier survival at the horizon and Greenwood's variance of it."""
    moments, place = np.unique(time, return_inverse=True)
    ends = np.bincount(place, minlength=moments.size)
    died = np.bincount(place, weights=event, minlength=moments.size)
    observed = time.size - np.concatenate([[0], np.cumsum(ends)[:-1]])
    until = (moments <= horizon) & (died > 0)
    died, observed = died[until], observed[until]
    survival = float(np.prod(1 - died / observed))
    if survival == 0:
        return 0.0, 0.0
    if moments[-1] < horizon:
        raise NotEstimable(
            f"net benefit — expected follow-up to the horizon {horizon:g} among those acted "
            f"on, got {moments[-1]:g} at most — shorten the horizon or wait"
        )
    return survival, survival**2 * float(np.sum(died / (observed * (observed - died))))
