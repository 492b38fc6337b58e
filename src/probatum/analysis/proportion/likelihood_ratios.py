"""How much a test result changes the odds that a patient has the event."""

from __future__ import annotations

import math
from typing import Final, Literal

from numpy.typing import ArrayLike

from probatum.analysis.estimate import Estimate, normal_quantile
from probatum.analysis.observations import both_classes, outcomes, same_length
from probatum.analysis.proportion.counts import TwoGroups, check_method, how_many
from probatum.analysis.proportion.score import odds_ratio_bounds
from probatum.analysis.proportion.two_groups import finite_ratio_bounds, ratio_error
from probatum.errors import NotEstimable

INTERVALS: Final = {
    "koopman": "Koopman score interval",
    "log": "Simel log interval",
}
"""Intervals of a likelihood ratio, by name."""
ODDS_RATIO_INTERVALS: Final = {
    "cornfield": "Cornfield score interval",
    "log": "Woolf log interval",
}
"""Intervals of the diagnostic odds ratio, by name."""


def likelihood_ratio_positive(
    outcome: ArrayLike,
    positive: ArrayLike,
    *,
    method: Literal["koopman", "log"] = "koopman",
    confidence: float = 0.95,
) -> Estimate:
    r"""How many times as often a positive result comes with the event as without it.

    .. math:: \mathrm{LR}^+ = \frac{\text{sensitivity}}{1 - \text{specificity}}

    Koopman's interval holds the ratios that a score test of both shares does not reject.
    Simel's is :math:`\mathrm{LR}\, e^{\pm z\,\mathrm{SE}}` with
    :math:`\mathrm{SE}^2 = 1/TP - 1/(TP + FN) + 1/FP - 1/(FP + TN)`.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least one with and one without.
    positive : (n,) of bool
        Whether the test is positive; in at least one without the event.
    method : {"koopman", "log"}
        The log interval needs true and false positives; the score interval has no such need.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At least 0; 1 is a result that changes nothing, 10 or more a strong one. ``se`` is the
        delta method's on the ratio's own scale, absent where it would be 0.

    Raises
    ------
    NotEstimable
        With one class only, or without a false positive: the ratio is then infinite, and the
        refusal names its lower bound.

    References
    ----------
    Simel DL, Samsa GP, Matchar DB. J Clin Epidemiol 1991;44:763-770. Koopman PAR. Biometrics
    1984;40:513-517.

    Examples
    --------
    >>> likelihood_ratio_positive([1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0]).value
    2.0
    """
    two = with_and_without(outcome, positive)
    return _ratio(two, method, confidence, "positive likelihood ratio", "a false positive")


def likelihood_ratio_negative(
    outcome: ArrayLike,
    positive: ArrayLike,
    *,
    method: Literal["koopman", "log"] = "koopman",
    confidence: float = 0.95,
) -> Estimate:
    r"""How many times as often a negative result comes with the event as without it.

    .. math:: \mathrm{LR}^- = \frac{1 - \text{sensitivity}}{\text{specificity}}

    Parameters, intervals and refusals as :func:`likelihood_ratio_positive`, among negative
    results: without a true negative the ratio is infinite.

    Returns
    -------
    Estimate
        At least 0; 1 is a result that changes nothing, 0 when no event is missed.

    References
    ----------
    As :func:`likelihood_ratio_positive`.

    Examples
    --------
    >>> likelihood_ratio_negative([1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0]).value
    0.5
    """
    two = other_result(with_and_without(outcome, positive))
    return _ratio(two, method, confidence, "negative likelihood ratio", "a true negative")


def diagnostic_odds_ratio(
    outcome: ArrayLike,
    positive: ArrayLike,
    *,
    method: Literal["cornfield", "log"] = "cornfield",
    confidence: float = 0.95,
) -> Estimate:
    r"""How many times greater the odds of a positive result are with the event than without.

    .. math:: \mathrm{DOR} = \frac{TP \cdot TN}{FP \cdot FN}
        = \frac{\mathrm{LR}^+}{\mathrm{LR}^-}

    Cornfield's interval holds the odds ratios that a score test does not reject. Woolf's is
    :math:`\mathrm{DOR}\, e^{\pm z\,\mathrm{SE}}`,
    :math:`\mathrm{SE}^2 = 1/TP + 1/FN + 1/FP + 1/TN`.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least one with and one without.
    positive : (n,) of bool
        Whether the test is positive; at least one error of either kind.
    method : {"cornfield", "log"}
        The log interval needs patients in all four cells.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At least 0; 1 is a test of no use, below it one the wrong way round. ``se`` is the
        delta method's on the ratio's own scale, absent where it would not exist.

    Raises
    ------
    NotEstimable
        With one class only, or without a false positive or a false negative: the ratio is then
        infinite (or 0 / 0), and the refusal names its lower bound where there is one.

    References
    ----------
    Glas AS et al. J Clin Epidemiol 2003;56:1129-1135. Cornfield J. Proc Third Berkeley
    Symposium 1956;4:135-148. Woolf B. Ann Hum Genet 1955;19:251-253.

    Examples
    --------
    >>> diagnostic_odds_ratio([1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0]).value
    4.0
    """
    check_method(method, ODDS_RATIO_INTERVALS, "diagnostic odds ratio")
    two = with_and_without(outcome, positive)
    missed, cleared = two.n_a - two.events_a, two.n_b - two.events_b
    right, wrong = two.events_a * cleared, two.events_b * missed
    if not right and not wrong:
        raise NotEstimable("diagnostic odds ratio — expected no row of zeros, got 0 / 0")
    bounds = odds_ratio_bounds(two, confidence=confidence)
    if not wrong:
        raise NotEstimable(
            "diagnostic odds ratio — expected false positives and false negatives, got none of "
            f"one kind: the ratio is infinite — report its lower score bound, {bounds[0]:.4g}"
        )
    value = right / wrong
    error = None
    if right:
        cells = (two.events_a, missed, two.events_b, cleared)
        error = math.sqrt(sum(1 / cell for cell in cells))
    if method == "log":
        bounds = log_bounds(value, error, confidence, "diagnostic odds ratio")
    return _told(
        two, value, error and value * error, bounds, confidence, ODDS_RATIO_INTERVALS[method]
    )


def with_and_without(outcome: ArrayLike, positive: ArrayLike) -> TwoGroups:
    """Positive results among those with the event (A) and without it (B).

    Examples
    --------
    >>> with_and_without([1, 1, 0], [1, 0, 0]).share_a
    0.5
    """
    y, t = outcomes(outcome), outcomes(positive, "positive")
    same_length(outcome=y, positive=t)
    both_classes(y)
    return TwoGroups(
        events_a=how_many(t & y), n_a=how_many(y), events_b=how_many(t & ~y), n_b=how_many(~y)
    )


def other_result(two: TwoGroups) -> TwoGroups:
    """The same groups, with negative results counted instead of positive ones.

    Examples
    --------
    >>> other_result(with_and_without([1, 1, 0], [1, 1, 0])).events_b
    1
    """
    return TwoGroups(
        events_a=two.n_a - two.events_a,
        n_a=two.n_a,
        events_b=two.n_b - two.events_b,
        n_b=two.n_b,
    )


def log_bounds(
    value: float, error: float | None, confidence: float, name: str
) -> tuple[float, float]:
    """Bounds of a ratio whose logarithm has a normal ``error``.

    Raises
    ------
    NotEstimable
        When there is no error to speak of: a cell is empty.

    Examples
    --------
    >>> [round(bound, 3) for bound in log_bounds(2.0, 0.5, 0.95, "odds ratio")]
    [0.751, 5.329]
    """
    reach = normal_quantile(confidence)
    if not error:
        raise NotEstimable(
            f"{name} — expected patients in every cell for the log interval, got none in one — "
            "ask for the score interval, which needs none"
        )
    return value * math.exp(-reach * error), value * math.exp(reach * error)


def _ratio(two: TwoGroups, method: str, confidence: float, name: str, needed: str) -> Estimate:
    check_method(method, INTERVALS, name)
    bounds = finite_ratio_bounds(two, confidence=confidence, name=name, needed=needed)
    value, error = two.share_a / two.share_b, ratio_error(two)
    if method == "log":
        bounds = log_bounds(value, error and error / value, confidence, name)
    return _told(two, value, error, bounds, confidence, INTERVALS[method])


def _told(
    two: TwoGroups,
    value: float,
    error: float | None,
    bounds: tuple[float, float],
    confidence: float,
    method: str,
) -> Estimate:
    return Estimate(
        value=value,
        se=error,
        lower=bounds[0],
        upper=bounds[1],
        level=confidence,
        n=two.n,
        method=method,
    )
