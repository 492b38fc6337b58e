"""What a policy of acting on a risk uses up: money for each event found, and days in a bed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.choices import one_number
from probatum.analysis.decision.means import mean_worth
from probatum.analysis.decision.policy import checked, taken
from probatum.analysis.decision.ratio import ratio_of_means
from probatum.analysis.estimate import Estimate, with_test
from probatum.analysis.observations import BoolArray, FloatArray, at_risk
from probatum.errors import NotEstimable

PER: Final = 1000
"""Patients among whom bed-days are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What three policies use up, and what the model saves over the two that need no model.

    Attributes
    ----------
    unit : str
        What is counted, and among how many patients.
    model, treat_all, treat_none : Estimate
        Mean use under each policy.
    saved_over_all, saved_over_none : Estimate
        Paired differences on the same patients; above 0 where the model uses less.
    per_event_found : Estimate or None
        Spent more than by acting on nobody, for each event acted on; below 0 where finding
        events saves more than it costs. ``None`` where no event was found.
    saved_per_event_missed : Estimate or None
        Spent less than by acting on all, for each event not acted on. ``None`` where none was
        missed.
    """

    unit: str
    model: Estimate
    treat_all: Estimate
    treat_none: Estimate
    saved_over_all: Estimate
    saved_over_none: Estimate
    per_event_found: Estimate | None
    saved_per_event_missed: Estimate | None

    def as_dict(self) -> dict[str, Any]:
        """Return the consequences as they stand in evidence."""
        told = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            name: one.as_dict() if isinstance(one, Estimate) else one
            for name, one in told.items()
        }


def cost_per_outcome(
    outcome: ArrayLike,
    risk: ArrayLike,
    threshold: float,
    *,
    cost_test: float,
    cost_action: float,
    cost_missed: float,
    cost_found: float,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Consequences:
    r"""Expected cost of acting on the model, per patient and for each event found.

    .. math:: C_i = c_{test} + a_i (c_{action} + y_i c_{found}) + (1 - a_i) y_i c_{missed}

    with :math:`a_i` whether the patient is acted on. Acting on all and on nobody need no test.
    For each event found, against acting on nobody,

    .. math:: R = \frac{\bar C_{model} - \bar C_{none}}{\overline{a y}}

    and, against acting on all, what is saved for each event that is missed,
    :math:`(\bar C_{all} - \bar C_{model}) / \overline{(1 - a) y}`; both by Fieller's interval.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event.
    threshold : float in (0, 1)
        A patient is acted on when ``risk >= threshold``.
    cost_test : float, at least 0
        Of getting a patient's risk.
    cost_action : float, at least 0
        Of acting on a patient, event or not.
    cost_missed : float, at least 0
        Of an event that was not acted on.
    cost_found : float, at least 0
        Of an event although it was acted on; 0 only where acting prevents every cost of it.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Consequences
        In the unit of the prices, per patient. Prices are taken as known: the intervals speak
        of which patients were seen, not of what things may cost elsewhere.

    Raises
    ------
    NotEstimable
        With fewer than two patients, a price below 0 or missing, a risk outside [0, 1] or a
        threshold outside (0, 1).

    References
    ----------
    Willan AR, O'Brien BJ. Health Econ 1996;5:297-305. Drummond MF et al. Methods for the
    Economic Evaluation of Health Care Programmes, 4th ed., Oxford 2015, chapters 3 and 9.

    Departures
    ----------
    Costs at one time: nothing is discounted. Means of costs take a normal interval within
    what the prices allow, which a few very costly patients can make too narrow in small
    studies. Where all patients use the same the bounds are exact ones, as of the net benefit.

    Examples
    --------
    >>> found = cost_per_outcome([1, 1, 0, 0], [.9, .1, .6, .2], .5, cost_test=1,
    ...                          cost_action=10, cost_missed=100, cost_found=20)
    >>> found.model.value, found.treat_all.value, found.treat_none.value
    (36.0, 20.0, 50.0)
    """
    prices = {
        "cost_test": cost_test,
        "cost_action": cost_action,
        "cost_missed": cost_missed,
        "cost_found": cost_found,
    }
    return _consequences(
        outcome, risk, threshold, prices, "cost per patient", 1, weight, confidence
    )


def bed_days(
    outcome: ArrayLike,
    risk: ArrayLike,
    threshold: float,
    *,
    days_action: float,
    days_missed: float,
    days_found: float,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Consequences:
    """Bed-days that acting on the model takes, and saves, per 1,000 patients.

    The sums of :func:`cost_per_outcome` with days in a bed for money; a risk takes no bed.

    Parameters
    ----------
    outcome, risk, threshold, weight, confidence
        As :func:`cost_per_outcome`.
    days_action : float, at least 0
        In a bed for each patient acted on, event or not.
    days_missed : float, at least 0
        For each event not acted on.
    days_found : float, at least 0
        For each event although it was acted on.

    Returns
    -------
    Consequences
        Per 1,000 patients, and per event found or missed; saved above 0 means fewer days.

    Raises
    ------
    NotEstimable
        As :func:`cost_per_outcome`.

    References
    ----------
    As :func:`cost_per_outcome`.

    Examples
    --------
    >>> found = bed_days([1, 1, 0, 0], [.9, .1, .6, .2], .5, days_action=1, days_missed=8,
    ...                  days_found=4)
    >>> found.model.value, found.saved_over_none.value
    (3500.0, 500.0)
    """
    prices = {
        "days_test": 0.0,
        "days_action": days_action,
        "days_missed": days_missed,
        "days_found": days_found,
    }
    return _consequences(
        outcome, risk, threshold, prices, "bed-days per 1,000 patients", PER, weight, confidence
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Policies:
    """What each patient uses up under the three policies."""

    model: FloatArray
    treat_all: FloatArray
    treat_none: FloatArray

    @classmethod
    def of(cls, y: BoolArray, acted_on: BoolArray, prices: tuple[float, ...]) -> Self:
        test, action, missed, found = prices
        treated: FloatArray = np.asarray(action + found * y, dtype=np.float64)
        left: FloatArray = np.asarray(missed * y, dtype=np.float64)
        model: FloatArray = np.asarray(test + np.where(acted_on, treated, left))
        return cls(model=model, treat_all=treated, treat_none=left)

    @property
    def saved_over_all(self) -> FloatArray:
        return np.asarray(self.treat_all - self.model)

    @property
    def saved_over_none(self) -> FloatArray:
        return np.asarray(self.treat_none - self.model)


_EVERY_PATIENT: Final[tuple[BoolArray, BoolArray]] = (
    np.array([True, True, False, False]),
    np.array([True, False, True, False]),
)
"""With and without the event, acted on and not: what a patient can use lies among these."""

_WORDS: Final = {
    "model": "acting on the model",
    "treat_all": "acting on all",
    "treat_none": "acting on nobody",
    "saved_over_all": "saved over acting on all",
    "saved_over_none": "saved over acting on nobody",
}


def _consequences(
    outcome: ArrayLike,
    risk: ArrayLike,
    threshold: float,
    prices: Mapping[str, float],
    unit: str,
    per: int,
    weight: ArrayLike | None,
    confidence: float,
) -> Consequences:
    y, p, w = at_risk(outcome, risk, weight)
    acted_on, known = p >= checked(threshold), _priced(prices)
    seen, possible = _Policies.of(y, acted_on, known), _Policies.of(*_EVERY_PATIENT, known)

    def mean(of: str) -> Estimate:
        values, among = per * getattr(seen, of), per * getattr(possible, of)
        found = mean_worth(
            values,
            w,
            least=float(among.min()),
            most=float(among.max()),
            confidence=confidence,
            method=f"{unit}, {_WORDS[of]}",
        )
        return taken(found, weight)

    def each(spent: FloatArray, events: BoolArray, what: str) -> Estimate | None:
        if not events.any():
            return None
        name, below = f"{unit.partition(' per ')[0]} {what}", events.astype(np.float64)
        found = ratio_of_means(spent, below, w, confidence=confidence, name=name)
        return taken(found, weight)

    return Consequences(
        unit=unit,
        model=mean("model"),
        treat_all=mean("treat_all"),
        treat_none=mean("treat_none"),
        saved_over_all=with_test(mean("saved_over_all")),
        saved_over_none=with_test(mean("saved_over_none")),
        per_event_found=each(-seen.saved_over_none, acted_on & y, "spent for each event found"),
        saved_per_event_missed=each(
            seen.saved_over_all, ~acted_on & y, "saved for each event missed"
        ),
    )


def _priced(prices: Mapping[str, float]) -> tuple[float, ...]:
    for name, price in prices.items():
        if not 0 <= one_number(price) < np.inf:
            raise NotEstimable(
                f"{name} — expected a finite number of at least 0, got {price} — "
                "a saving is a difference of two prices, not a price below 0"
            )
    return tuple(float(price) for price in prices.values())
