"""What one decision is worth at a threshold: the sum that every measure of use starts from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.choices import one_number
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import BoolArray, FloatArray, at_risk, taken_as_known
from probatum.errors import NotEstimable

__all__ = ["checked", "odds", "other_policy", "range_of_gain", "taken", "worth"]


def checked(threshold: float) -> float:
    """Return a threshold that is a risk.

    Raises
    ------
    NotEstimable
        Unless ``0 < threshold < 1``.

    Examples
    --------
    >>> checked(0.2)
    0.2
    """
    if not 0 < one_number(threshold) < 1:
        raise NotEstimable(
            f"threshold — expected a risk in (0, 1), got {threshold} — "
            "state the risk at which acting and waiting are worth the same"
        )
    return threshold


def odds(threshold: float) -> float:
    """True positives that one false positive costs, at the threshold.

    Examples
    --------
    >>> odds(0.2)
    0.25
    """
    return threshold / (1 - threshold)


def worth(outcome: BoolArray, acted_on: BoolArray, threshold: float) -> FloatArray:
    """What each patient's decision is worth: 1, minus the odds, or 0 when not acted on.

    Examples
    --------
    >>> worth(np.array([True, False, True]), np.array([True, True, False]), 0.2).tolist()
    [1.0, -0.25, 0.0]
    """
    return np.asarray(
        np.where(acted_on, np.where(outcome, 1.0, -odds(threshold)), 0.0), dtype=np.float64
    )


def other_policy(versus: str | ArrayLike, outcome: BoolArray, threshold: float) -> BoolArray:
    """Whom another policy acts on: all, nobody, or those whom another model's risks name.

    Raises
    ------
    NotEstimable
        When ``versus`` is another word, or the risks are of other patients.

    Examples
    --------
    >>> other_policy("treat_none", np.array([True, False]), 0.2).tolist()
    [False, False]
    """
    if isinstance(versus, str):
        policies = {"treat_all": True, "treat_none": False}
        if versus not in policies:
            raise NotEstimable(f"versus — expected one of {sorted(policies)}, got {versus!r}")
        return np.full(outcome.size, policies[versus])
    _, other, _ = at_risk(outcome, versus, None)
    return np.asarray(other >= threshold, dtype=np.bool_)


def range_of_gain(versus: str | ArrayLike, threshold: float) -> tuple[float, float]:
    """Between which a patient's gain over another policy lies, whatever the model.

    Over acting on all only an event left alone is a loss, of 1, and an intervention spared a
    gain, of the odds; over acting on nobody it is the other way round.

    Examples
    --------
    >>> range_of_gain("treat_all", 0.2), range_of_gain([0.1, 0.3], 0.2)
    ((-1.0, 0.25), (-1.0, 1.0))
    """
    price = odds(threshold)
    known = {"treat_all": (-1.0, price), "treat_none": (-price, 1.0)}
    either = max(1.0, price)
    return known[versus] if isinstance(versus, str) else (-either, either)


def taken(estimate: Estimate, weight: ArrayLike | None) -> Estimate:
    """Return the estimate, its method saying what was assumed of the weights, if there are any.

    Examples
    --------
    >>> from probatum.analysis.estimate import wald
    >>> found = wald(.1, .02, confidence=.95, n=50, method="net benefit, Wald interval")
    >>> taken(found, [2.0] * 50).method
    'net benefit, Wald interval; censoring weights taken as known'
    """
    return replace(estimate, method=estimate.method + taken_as_known(weight))
