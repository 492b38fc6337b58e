"""How a new model moves the risks of those who have the event, and of those who have not.

Indices that are asked for, with the warning that belongs beside them: they say how far risks
moved, not whether anybody is better off for it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.decision.means import mean_worth
from probatum.analysis.decision.policy import checked
from probatum.analysis.estimate import Estimate, wald
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    at_risk,
    both_classes,
    risks,
    same_length,
)

WARNING: Final = (
    "A badly calibrated model can show improvement where there is none, a test of no "
    "improvement is not valid for nested models, nor is the interval then reliable: "
    "report both parts, calibration and net benefit, and decide by net benefit"
)
"""Printed wherever one of these indices is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Improvement:
    """An index of improvement, its two parts and the warning they must not be read without.

    Attributes
    ----------
    total : Estimate
        Sum of the two parts, which have different denominators: it is no share of patients.
    events : Estimate
        The part of patients with the event.
    nonevents : Estimate
        The part of patients without it.
    threshold : float or None
        What divides the two classes of risk; ``None`` where every movement counts.
    warning : str
    """

    total: Estimate
    events: Estimate
    nonevents: Estimate
    threshold: float | None = None
    warning: str = WARNING

    def as_dict(self) -> dict[str, Any]:
        """Return the index as it stands in evidence; never without its warning."""
        parts = ("total", "events", "nonevents")
        return asdict(self) | {part: getattr(self, part).as_dict() for part in parts}


def net_reclassification(
    outcome: ArrayLike,
    risk_old: ArrayLike,
    risk_new: ArrayLike,
    *,
    threshold: float | None,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Improvement:
    r"""Share moved the right way less share moved the wrong way, in each class (NRI).

    .. math:: \mathrm{NRI} = [P(\uparrow \mid D) - P(\downarrow \mid D)]
        + [P(\downarrow \mid \bar D) - P(\uparrow \mid \bar D)]

    With a threshold :math:`p_t` a patient moves who crosses it, and

    .. math:: \Delta \mathrm{NB}(p_t) = \pi \, \mathrm{NRI}_D
        + (1 - \pi) \frac{p_t}{1 - p_t} \mathrm{NRI}_{\bar D}

    so the sum is a difference of net benefit only where the threshold equals the prevalence.
    Without one every change of risk is a move (the continuous NRI).

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least two with and two without.
    risk_old, risk_new : (n,) of float in [0, 1]
        Risks of the same patients by the model in use and by the one that may replace it.
    threshold : float in (0, 1) or None
        Positive is ``risk >= threshold``; ``None`` for the continuous NRI.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Improvement
        The parts in [-1, 1], the total in [-2, 2]; 0 where as many moved either way. There is
        no p-value.

    Raises
    ------
    NotEstimable
        With fewer than two patients of a class, risks outside [0, 1] or a threshold outside
        (0, 1).

    References
    ----------
    Pencina MJ et al. Stat Med 2008;27:157-172; 2011;30:11-21 (continuous, interval).
    Hilden J, Gerds TA. Stat Med 2014;33:3405-3414 (it rewards miscalibration).
    Kerr KF et al. Epidemiology 2014;25:114-121. Pepe MS et al. Stat Biosci 2015;7:282-295.

    Departures
    ----------
    The variance within a class divides by n - 1, the papers' by n. No test is given. A class
    in which all moved alike has no variance; its bounds are then exact ones from a class of
    n that all agree, and ``method`` says so.

    Examples
    --------
    >>> found = net_reclassification([1, 1, 0, 0], [.3, .6, .6, .2], [.7, .8, .4, .1],
    ...                              threshold=.5)
    >>> found.total.value, found.events.value, found.nonevents.value
    (1.0, 0.5, 0.5)
    """
    y, old, new, w = _both(outcome, risk_old, risk_new, weight)
    if threshold is None:
        moved, name = np.sign(new - old), "continuous net reclassification"
    else:
        above = checked(threshold)
        moved = (new >= above).astype(np.float64) - (old >= above)
        name = f"net reclassification across {threshold:g}"
    return _improvement(y, moved, w, _named(name, weight), threshold, confidence)


def integrated_discrimination(
    outcome: ArrayLike,
    risk_old: ArrayLike,
    risk_new: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Improvement:
    r"""Mean rise of risk among events plus mean fall of risk among the others (IDI).

    .. math:: \mathrm{IDI} = \overline{(p_{new} - p_{old})}_D
        - \overline{(p_{new} - p_{old})}_{\bar D}

    It is the gain in the slope of discrimination: the difference of mean risk between those
    with and without the event.

    Parameters
    ----------
    outcome, risk_old, risk_new, weight, confidence
        As :func:`net_reclassification`.

    Returns
    -------
    Improvement
        The parts in [-1, 1], the total in [-2, 2]; 0 where the classes stand as far apart as
        before. There is no p-value.

    Raises
    ------
    NotEstimable
        As :func:`net_reclassification`.

    References
    ----------
    Pencina MJ et al. Stat Med 2008;27:157-172, section 3.
    Kerr KF et al. Am J Epidemiol 2011;174:364-374 (the test is not valid).
    Hilden J, Gerds TA. Stat Med 2014;33:3405-3414.

    Departures
    ----------
    No test is given.

    Examples
    --------
    >>> found = integrated_discrimination([1, 1, 0, 0], [.3, .5, .5, .2], [.5, .8, .4, .1])
    >>> round(found.total.value, 4), round(found.events.value, 4)
    (0.35, 0.25)
    """
    y, old, new, w = _both(outcome, risk_old, risk_new, weight)
    name = _named("integrated discrimination improvement", weight)
    return _improvement(y, new - old, w, name, None, confidence)


def _both(
    outcome: ArrayLike, risk_old: ArrayLike, risk_new: ArrayLike, weight: ArrayLike | None
) -> tuple[BoolArray, FloatArray, FloatArray, FloatArray]:
    y, old, w = at_risk(outcome, risk_old, weight)
    new = risks(risk_new)
    same_length(outcome=y, risk_new=new)
    both_classes(y, least=2)
    return y, old, new, w


def _named(name: str, weight: ArrayLike | None) -> str:
    return name if weight is None else f"{name} (censoring weights taken as known)"


def _improvement(
    y: BoolArray,
    moved: FloatArray,
    w: FloatArray,
    method: str,
    threshold: float | None,
    confidence: float,
) -> Improvement:
    def part(right: FloatArray, of: BoolArray, who: str) -> Estimate:
        words = f"patients {who} the event, {method}"
        return mean_worth(
            right[of], w[of], least=-1.0, most=1.0, confidence=confidence, method=words
        )

    events, nonevents = part(moved, y, "with"), part(-moved, ~y, "without")
    return Improvement(
        total=_sum(events, nonevents, method),
        events=events,
        nonevents=nonevents,
        threshold=threshold,
    )


def _sum(events: Estimate, nonevents: Estimate, method: str) -> Estimate:
    """Sum of both parts; where one has an exact bound, that of the sum is of both parts'."""
    value = events.value + nonevents.value
    if events.se and nonevents.se:
        return wald(
            value,
            float(np.hypot(events.se, nonevents.se)),
            confidence=events.level,
            n=events.n + nonevents.n,
            method=f"sum of both parts, {method}, Wald interval",
            within=(-2.0, 2.0),
        )
    (low_a, high_a), (low_b, high_b) = events.interval, nonevents.interval
    return Estimate(
        value=value,
        se=float(np.hypot(events.se or 0.0, nonevents.se or 0.0)),
        lower=value - float(np.hypot(events.value - low_a, nonevents.value - low_b)),
        upper=value + float(np.hypot(high_a - events.value, high_b - nonevents.value)),
        level=events.level,
        n=events.n + nonevents.n,
        method=f"sum of both parts, {method}, bounds of both squared and added",
    )
