"""What acting on a model's risk is worth to the patients it is used on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.estimate import Estimate, wald, with_test
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    at_risk,
    finite,
    outcomes,
    read_only,
    weighted_mean,
    weights,
)
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCurve:
    """Net benefit of three policies over the thresholds at which people may wish to act.

    Attributes
    ----------
    threshold : (k,) float in (0, 1)
    model, treat_all, treat_none : (k,) float
        Net benefit; ``treat_none`` is 0 everywhere.
    lower, upper : (k,) float
        Pointwise interval of ``model``, at ``level``.
    level : float
    n : int
    method : str
    """

    threshold: FloatArray
    model: FloatArray
    treat_all: FloatArray
    treat_none: FloatArray
    lower: FloatArray
    upper: FloatArray
    level: float
    n: int
    method: str


def net_benefit(
    outcome: ArrayLike,
    risk: ArrayLike,
    threshold: float,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""True positives per patient, less false positives at the threshold's exchange rate.

    .. math:: \mathrm{NB}(p_t) = \frac{TP}{n} - \frac{FP}{n} \cdot \frac{p_t}{1 - p_t}

    A patient is acted on when ``risk >= threshold``. The standard error is that of the mean
    over patients of :math:`\mathbb 1[\text{acted on}] (y - (1 - y) p_t / (1 - p_t))`.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event. For time-to-event data this is
        :math:`1 - S(t)`, never :math:`S(t)`.
    threshold : float in (0, 1)
        :math:`p_t`, the risk at which acting and waiting are worth the same.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        Net true positives per patient; at most the prevalence, 0 when nobody is acted on.

    Raises
    ------
    NotEstimable
        With fewer than two patients, a risk outside [0, 1] or a threshold outside (0, 1).

    References
    ----------
    Vickers AJ, Elkin EB. Med Decis Making 2006;26(6):565-574.
    Marsh TL, Janes H, Pepe MS. Biometrics 2020;76:843-852 (the variance).

    Examples
    --------
    >>> net_benefit([1, 1, 0, 0], [0.9, 0.1, 0.6, 0.2], threshold=0.2).value
    0.125
    """
    y, p, w = at_risk(outcome, risk, weight)
    worth = _worth(y, p >= _threshold(threshold), threshold)
    return wald(
        *weighted_mean(worth, w),
        confidence=confidence,
        n=y.size,
        method=_named("net benefit", weight),
    )


def net_benefit_difference(
    outcome: ArrayLike,
    risk: ArrayLike,
    threshold: float,
    *,
    versus: str | ArrayLike = "treat_all",
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Net benefit gained over another policy on the same patients.

    .. math:: \Delta = \mathrm{NB}_{\text{model}}(p_t) - \mathrm{NB}_{\text{other}}(p_t)

    with the standard error of the mean of the patients' own differences (paired).

    Parameters
    ----------
    outcome, risk, threshold, weight, confidence
        As :func:`net_benefit`.
    versus : {"treat_all", "treat_none"} or (n,) of float in [0, 1]
        The other policy, or another model's risks.

    Returns
    -------
    Estimate
        Above 0 when acting on the model is worth more; ``p_value`` is two-sided.

    Raises
    ------
    NotEstimable
        As :func:`net_benefit`, or when ``versus`` is another word.

    References
    ----------
    Vickers AJ, Elkin EB. Med Decis Making 2006;26(6):565-574.

    Examples
    --------
    >>> net_benefit_difference([1, 1, 0, 0], [0.9, 0.3, 0.6, 0.1], threshold=0.2).value
    0.0625
    """
    y, p, w = at_risk(outcome, risk, weight)
    other = _other_policy(versus, y, threshold)
    gain = _worth(y, p >= _threshold(threshold), threshold) - _worth(y, other, threshold)
    named = versus.replace("_", " ") if isinstance(versus, str) else "another model"
    return with_test(
        wald(
            *weighted_mean(gain, w),
            confidence=confidence,
            n=y.size,
            method=_named(f"paired difference of net benefit to {named}", weight),
        )
    )


def treat_all(
    outcome: ArrayLike, threshold: float, *, weight: ArrayLike | None = None
) -> float:
    r"""Net benefit of acting on everybody, :math:`\pi - (1 - \pi) p_t / (1 - p_t)`.

    Parameters
    ----------
    outcome, threshold, weight
        As :func:`net_benefit`; :math:`\pi` is the (weighted) prevalence.

    Examples
    --------
    >>> treat_all([1, 0, 0, 0], 0.2)
    0.0625
    """
    y = outcomes(outcome)
    prevalence = float(np.average(y, weights=weights(weight, y.size)))
    return prevalence - (1 - prevalence) * _odds(_threshold(threshold))


def decision_curve(
    outcome: ArrayLike,
    risk: ArrayLike,
    thresholds: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> DecisionCurve:
    """Net benefit of the model, of acting on all and of acting on none, over thresholds.

    Parameters
    ----------
    outcome, risk, weight, confidence
        As :func:`net_benefit`.
    thresholds : (k,) of float in (0, 1)
        Agreed beforehand.

    Raises
    ------
    NotEstimable
        As :func:`net_benefit`.

    References
    ----------
    Vickers AJ, Elkin EB. Med Decis Making 2006;26(6):565-574.

    Examples
    --------
    >>> decision_curve([1, 1, 0, 0], [.9, .1, .6, .2], [.2, .5]).treat_all
    array([0.375, 0.   ])
    """
    at = finite(thresholds, "thresholds")
    model = [
        net_benefit(outcome, risk, float(t), weight=weight, confidence=confidence) for t in at
    ]
    return DecisionCurve(
        threshold=read_only(at),
        model=read_only([point.value for point in model]),
        treat_all=read_only([treat_all(outcome, float(t), weight=weight) for t in at]),
        treat_none=read_only(np.zeros(at.size)),
        lower=read_only([point.interval[0] for point in model]),
        upper=read_only([point.interval[1] for point in model]),
        level=confidence,
        n=model[0].n,
        method=model[0].method,
    )


def _threshold(threshold: float) -> float:
    if not 0 < threshold < 1:
        raise NotEstimable(f"threshold — expected a risk in (0, 1), got {threshold}")
    return threshold


def _odds(threshold: float) -> float:
    return threshold / (1 - threshold)


def _worth(outcome: BoolArray, acted_on: BoolArray, threshold: float) -> FloatArray:
    return np.asarray(
        np.where(acted_on, np.where(outcome, 1.0, -_odds(threshold)), 0.0), dtype=np.float64
    )


def _other_policy(versus: str | ArrayLike, outcome: BoolArray, threshold: float) -> BoolArray:
    if isinstance(versus, str):
        policies = {"treat_all": True, "treat_none": False}
        if versus not in policies:
            raise NotEstimable(f"versus — expected one of {sorted(policies)}, got {versus!r}")
        return np.full(outcome.size, policies[versus])
    _, other, _ = at_risk(outcome, versus, None)
    return np.asarray(other >= threshold, dtype=np.bool_)


def _named(method: str, weight: ArrayLike | None) -> str:
    taken = "" if weight is None else "; censoring weights taken as known"
    return f"{method}, Wald interval{taken}"
