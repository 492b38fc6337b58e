"""What a test result would mean where the event is as common as there, not as in the study.

A study enriched with events overstates what a positive result means. Sensitivity and
specificity are carried to the prevalence of the intended use; whether they may be is a claim
about the spectrum of patients, not about arithmetic.
"""

from __future__ import annotations

from typing import Final, Literal

from numpy.typing import ArrayLike

from probatum.analysis.choices import one_number
from probatum.analysis.estimate import Estimate
from probatum.analysis.proportion.counts import TwoGroups, check_method
from probatum.analysis.proportion.likelihood_ratios import (
    log_bounds,
    other_result,
    with_and_without,
)
from probatum.analysis.proportion.score import chance, ratio_bounds
from probatum.analysis.proportion.two_groups import ratio_error
from probatum.errors import NotEstimable

INTERVALS: Final = {
    "logit": "Mercaldo logit interval",
    "koopman": "Koopman score interval of the likelihood ratio",
}
"""Intervals of a predictive value at a stated prevalence, by name."""


def ppv_at_prevalence(
    outcome: ArrayLike,
    positive: ArrayLike,
    prevalence: float,
    *,
    method: Literal["logit", "koopman"] = "logit",
    confidence: float = 0.95,
) -> Estimate:
    r"""Share of the test's positives who have the event, where ``prevalence`` of all have it.

    .. math:: \mathrm{PPV} = \frac{\mathrm{Se}\, \pi}
        {\mathrm{Se}\, \pi + (1 - \mathrm{Sp}) (1 - \pi)}, \qquad
        \mathrm{Var}(\operatorname{logit}) = \frac{1 - \mathrm{Se}}{n_1 \mathrm{Se}}
        + \frac{\mathrm{Sp}}{n_0 (1 - \mathrm{Sp})}

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least one with and one without.
    positive : (n,) of bool
        Whether the test is positive.
    prevalence : float in (0, 1)
        :math:`\pi`, share with the event where the test is to be used; taken as known.
    method : {"logit", "koopman"}
        The logit interval is the log interval of the likelihood ratio, carried over; the other
        carries over the score interval.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; the prevalence itself when the result says nothing. ``se`` is the delta
        method's, absent at 0 and 1.

    Raises
    ------
    NotEstimable
        With one class only, a prevalence outside (0, 1), or when nobody is positive.

    References
    ----------
    Mercaldo ND, Lau KF, Zhou XH. Stat Med 2007;26:2170-2183.

    Departures
    ----------
    Without a true or a false positive the logit does not exist. The paper adds
    patients to the cells; here the score interval is given, and ``method`` says so.

    Examples
    --------
    >>> found = ppv_at_prevalence([1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0], 0.2)
    >>> round(found.value, 4)
    0.3333
    """
    two = with_and_without(outcome, positive)
    odds = _odds(prevalence)
    return _carried(two, odds, prevalence, method, confidence, "positive predictive value")


def npv_at_prevalence(
    outcome: ArrayLike,
    positive: ArrayLike,
    prevalence: float,
    *,
    method: Literal["logit", "koopman"] = "logit",
    confidence: float = 0.95,
) -> Estimate:
    r"""Share of the test's negatives who are without the event at the stated ``prevalence``.

    .. math:: \mathrm{NPV} = \frac{\mathrm{Sp}\, (1 - \pi)}
        {\mathrm{Sp}\, (1 - \pi) + (1 - \mathrm{Se})\, \pi}

    Parameters, intervals and refusals as :func:`ppv_at_prevalence`, among negative results.

    Returns
    -------
    Estimate
        In [0, 1]; :math:`1 - \pi` when the result says nothing.

    References
    ----------
    As :func:`ppv_at_prevalence`.

    Examples
    --------
    >>> found = npv_at_prevalence([1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0], 0.2)
    >>> round(found.value, 4)
    0.8889
    """
    negative = other_result(with_and_without(outcome, positive))
    two = TwoGroups(
        events_a=negative.events_b,
        n_a=negative.n_b,
        events_b=negative.events_a,
        n_b=negative.n_a,
    )
    odds = 1 / _odds(prevalence)
    return _carried(two, odds, prevalence, method, confidence, "negative predictive value")


def _odds(prevalence: float) -> float:
    if not 0 < one_number(prevalence) < 1:
        raise NotEstimable(f"prevalence — expected a share in (0, 1), got {prevalence}")
    return prevalence / (1 - prevalence)


def _carried(
    two: TwoGroups, odds: float, prevalence: float, method: str, confidence: float, name: str
) -> Estimate:
    """The predictive value whose odds are ``odds`` times a likelihood ratio."""
    check_method(method, INTERVALS, name)
    if not two.events:
        raise NotEstimable(f"{name} — expected at least one such result, got none")
    right, wrong = odds * two.share_a, two.share_b
    value = right / (right + wrong)
    error = ratio_error(two) if two.events_b else None
    relative = error / (two.share_a / two.share_b) if error else None
    lower, upper, words = _ratio_interval(two, relative, method, confidence)
    return Estimate(
        value=value,
        se=value * (1 - value) * relative if relative else None,
        lower=chance(odds * lower),
        upper=chance(odds * upper),
        level=confidence,
        n=two.n,
        method=f"{name} at prevalence {prevalence:g}, {words}",
    )


def _ratio_interval(
    two: TwoGroups, error: float | None, method: str, confidence: float
) -> tuple[float, float, str]:
    if method == "logit" and error:
        ratio = two.share_a / two.share_b
        return *log_bounds(ratio, error, confidence, "likelihood ratio"), INTERVALS["logit"]
    words = INTERVALS["koopman"] + ("; a cell is empty" if method == "logit" else "")
    return *ratio_bounds(two, confidence=confidence), words
