"""Do prediction sets hold the truth as often as was promised?

A split conformal set holds the truth of a new patient with the promised probability whatever
the model, as long as new patients and those it was calibrated on are exchangeable. What follows
is how wide to cut, how far coverage may scatter, and whether what was seen still agrees.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from probatum.analysis.choices import one_number, whole_number
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import finite, outcomes, same_length
from probatum.analysis.proportion import proportion
from probatum.errors import NotEstimable

__all__ = ["conformal_quantile", "coverage", "coverage_range", "interval_coverage"]

_MOST: Final = 2**53
"""Largest count up to which every whole number is one of the machine's."""


def conformal_quantile(scores: ArrayLike, *, alpha: float) -> float:
    r"""Largest non-conformity that a prediction set still admits.

    .. math:: \hat q = s_{(k)}, \qquad k = \lceil (n + 1)(1 - \alpha) \rceil

    Parameters
    ----------
    scores : (n,) of float
        Non-conformity of the calibration patients at their true outcome.
    alpha : float in (0, 1)
        Share of new patients whose truth may lie outside their set.

    Returns
    -------
    float
        One of the scores.

    Raises
    ------
    NotEstimable
        With fewer than :math:`1/\alpha - 1` patients, where only a set of everything holds the
        promise.

    References
    ----------
    Vovk V, Gammerman A, Shafer G. Algorithmic Learning in a Random World. Springer 2005,
    proposition 4.1. Lei J et al. J Am Stat Assoc 2018;113:1094-1111, algorithm 2.

    Examples
    --------
    >>> conformal_quantile([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], alpha=0.2)
    0.8
    """
    s = np.sort(finite(scores, "scores"))
    _, place = _promised(s.size, alpha)
    return float(s[place - 1])


def coverage_range(
    calibrated_on: int, *, alpha: float, confidence: float = 0.95
) -> tuple[float, float]:
    r"""Where the coverage of one calibrated model lies, over calibration samples.

    Given the calibration patients, coverage of a continuous score is

    .. math:: \mathrm{Beta}(k, n + 1 - k), \qquad k = \lceil (n + 1)(1 - \alpha) \rceil

    the promise is kept on the average over calibrations, not by each.

    Parameters
    ----------
    calibrated_on : int, at least 1
        Calibration patients n.
    alpha : float in (0, 1)
    confidence : float in (0, 1)
        Share of calibrations inside the range.

    Returns
    -------
    (float, float)

    Raises
    ------
    NotEstimable
        As :func:`conformal_quantile`.

    References
    ----------
    Vovk V. Conditional validity of inductive conformal predictors. PMLR 2012;25:475-490,
    proposition 2a.

    Examples
    --------
    >>> [round(bound, 3) for bound in coverage_range(999, alpha=0.1)]
    [0.881, 0.918]
    """
    check_level(confidence)
    n, place = _promised(calibrated_on, alpha)
    law = stats.beta(place, n + 1 - place)
    lower, upper = law.ppf([(1 - confidence) / 2, (1 + confidence) / 2])
    return float(lower), float(upper)


def coverage(
    covered: ArrayLike, *, calibrated_on: int, alpha: float, confidence: float = 0.95
) -> Estimate:
    r"""Share of patients whose set holds the truth, and whether the promise is still kept.

    The number covered of m new patients is beta-binomial,
    :math:`\mathrm{BetaBin}(m, k, n + 1 - k)`, which takes into account that the calibration was
    one sample, too; ``p_value`` is one-sided, of so few or fewer.

    Parameters
    ----------
    covered : (m,) of bool
        Whether the set held the truth.
    calibrated_on : int, at least 1
        Calibration patients n.
    alpha : float in (0, 1)
        As promised.
    confidence : float in (0, 1)
        Two-sided confidence level of the Clopper-Pearson interval.

    Returns
    -------
    Estimate
        Near ``1 - alpha`` or above while patients are exchangeable; a small ``p_value`` says
        they no longer are.

    Raises
    ------
    NotEstimable
        As :func:`conformal_quantile`, or without patients.

    References
    ----------
    Vovk V. PMLR 2012;25:475-490. Angelopoulos AN, Bates S. Found Trends Mach Learn
    2023;16:494-591, appendix C (the beta-binomial law).

    Examples
    --------
    >>> coverage([1] * 85 + [0] * 15, calibrated_on=999, alpha=0.1).p_value.__round__(3)
    0.082
    """
    held = outcomes(covered, "covered")
    hits, m = int(np.count_nonzero(held)), held.size
    n, place = _promised(calibrated_on, alpha)
    found = proportion(hits, m, method="clopper-pearson", confidence=confidence)
    return replace(
        found,
        statistic=float(hits),
        p_value=float(stats.betabinom(m, place, n + 1 - place).cdf(hits)),
        method=f"observed coverage, {found.method}; beta-binomial test of {1 - alpha:g} "
        f"promised, calibrated on {n}",
    )


def interval_coverage(
    value: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    calibrated_on: int,
    alpha: float,
    confidence: float = 0.95,
) -> Estimate:
    """Share of patients whose value lies in their own interval, bounds included.

    Parameters
    ----------
    value, lower, upper : (m,) of float
        What was observed, and each patient's interval.
    calibrated_on, alpha, confidence
        As :func:`coverage`.

    Raises
    ------
    NotEstimable
        As :func:`coverage`, or for an interval upside down.

    References
    ----------
    As :func:`coverage`.

    Examples
    --------
    >>> interval_coverage([1, 5], [0, 0], [2, 2], calibrated_on=99, alpha=0.1).value
    0.5
    """
    v, a, b = finite(value, "value"), finite(lower, "lower"), finite(upper, "upper")
    same_length(value=v, lower=a, upper=b)
    if np.any(a > b):
        raise NotEstimable("interval — expected lower bounds below upper ones, got some above")
    held = (a <= v) & (v <= b)
    return coverage(held, calibrated_on=calibrated_on, alpha=alpha, confidence=confidence)


def _promised(calibrated_on: int, alpha: float) -> tuple[int, int]:
    """Calibration patients, and the place of the quantile among them, where it has one."""
    if not (1 <= whole_number(calibrated_on) <= _MOST and 0 < one_number(alpha) < 1):
        raise NotEstimable(
            "conformal — expected calibration patients and alpha in (0, 1), got "
            f"{calibrated_on!r} and {alpha!r}"
        )
    n = int(calibrated_on)
    place = max(math.ceil(round((n + 1) * (1 - alpha), 9)), 1)
    if place > n:
        raise NotEstimable(
            f"conformal — expected at least {np.ceil(1 / alpha) - 1:.0f} calibration patients "
            f"for alpha {alpha:g}, got {n} — calibrate on more"
        )
    return n, place
