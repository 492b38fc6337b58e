"""What acting on a model's risk is worth to the patients it is used on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.decision.means import mean_worth
from probatum.analysis.decision.policy import (
    checked,
    odds,
    other_policy,
    range_of_gain,
    taken,
    worth,
)
from probatum.analysis.estimate import Estimate, with_test
from probatum.analysis.observations import (
    FloatArray,
    at_risk,
    finite,
    outcomes,
    read_only,
    same_length,
    weights,
)


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

    def as_dict(self) -> dict[str, Any]:
        """Return the curve as it stands in evidence."""
        return {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in asdict(self).items()
        }


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
        Net true positives per patient; at most the prevalence, 0 when nobody is acted on. Where
        all patients are worth the same the bounds are exact ones, and ``method`` says so.

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
    earned = worth(y, p >= checked(threshold), threshold)
    found = mean_worth(
        earned,
        w,
        least=-odds(threshold),
        most=1.0,
        confidence=confidence,
        method="net benefit",
    )
    return taken(found, weight)


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
    other = other_policy(versus, y, threshold)
    gain = worth(y, p >= checked(threshold), threshold) - worth(y, other, threshold)
    policy = versus.replace("_", " ") if isinstance(versus, str) else "another model"
    least, most = range_of_gain(versus, threshold)
    found = mean_worth(
        gain,
        w,
        least=least,
        most=most,
        confidence=confidence,
        method=f"paired difference of net benefit to {policy}",
    )
    return with_test(taken(found, weight))


def treat_all(
    outcome: ArrayLike, threshold: float, *, weight: ArrayLike | None = None
) -> float:
    r"""Net benefit of acting on everybody.

    .. math:: \pi - (1 - \pi) \frac{p_t}{1 - p_t}

    Parameters
    ----------
    outcome, threshold, weight
        As :func:`net_benefit`; :math:`\pi` is the (weighted) prevalence.

    Returns
    -------
    float
        Net true positives per patient; 0 where the threshold is the prevalence.

    Raises
    ------
    NotEstimable
        Without patients, or with a threshold outside (0, 1).

    References
    ----------
    Vickers AJ, Elkin EB. Med Decis Making 2006;26(6):565-574.

    Examples
    --------
    >>> treat_all([1, 0, 0, 0], 0.2)
    0.0625
    """
    y = outcomes(outcome)
    w = weights(weight, y.size)
    same_length(outcome=y, weight=w)
    prevalence = float(np.average(y, weights=w))
    return prevalence - (1 - prevalence) * odds(checked(threshold))


def decision_curve(
    outcome: ArrayLike,
    risk: ArrayLike,
    thresholds: Sequence[float],
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
    at = finite(thresholds, "thresholds").tolist()
    return curve(
        at,
        [net_benefit(outcome, risk, t, weight=weight, confidence=confidence) for t in at],
        [treat_all(outcome, t, weight=weight) for t in at],
    )


def curve(
    thresholds: Sequence[float], model: Sequence[Estimate], acting_on_all: Sequence[float]
) -> DecisionCurve:
    """The points of a curve put together."""
    return DecisionCurve(
        threshold=read_only(thresholds),
        model=read_only([point.value for point in model]),
        treat_all=read_only(acting_on_all),
        treat_none=read_only(np.zeros(len(thresholds))),
        lower=read_only([point.interval[0] for point in model]),
        upper=read_only([point.interval[1] for point in model]),
        level=model[0].level,
        n=model[0].n,
        method=model[0].method,
    )
