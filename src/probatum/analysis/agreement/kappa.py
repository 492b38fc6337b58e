"""Do two raters agree more often than their habits alone would have it?"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from probatum.analysis.agreement.ratings import numbers, unanimous
from probatum.analysis.choices import whole_number
from probatum.analysis.estimate import Estimate, check_level, wald
from probatum.analysis.observations import FloatArray, same_length
from probatum.analysis.proportion import proportion
from probatum.analysis.reader_study.reads import labels
from probatum.errors import NotEstimable

Weights: TypeAlias = Literal["none", "linear", "quadratic"]

_WORDS: Final = {
    "none": "unweighted",
    "linear": "linear weights",
    "quadratic": "quadratic weights",
}
_POWERS: Final = {"linear": 1, "quadratic": 2}
_ROUNDING: Final = 1e-12
_NUMBERS: Final = "biuf"
"""Kinds of columns that hold numbers."""


def cohen_kappa(
    rating_a: ArrayLike,
    rating_b: ArrayLike,
    *,
    weights: Literal["none", "linear", "quadratic"] = "none",
    confidence: float = 0.95,
) -> Estimate:
    r"""Agreement of two raters beyond chance, each with habits of their own.

    .. math:: \hat\kappa_w = \frac{p_o - p_e}{1 - p_e}, \quad p_o = \sum w_{ij} p_{ij}, \quad
        p_e = \sum w_{ij} p_{i.} p_{.j}

    .. math:: \widehat{\mathrm{Var}} = \frac{\sum p_{ij} [w_{ij} - (\bar w_{i.} + \bar w_{.j})
        (1 - \hat\kappa_w)]^2 - [\hat\kappa_w - p_e (1 - \hat\kappa_w)]^2}{n (1 - p_e)^2}

    with :math:`w_{ij} = 1 - (|x_i - x_j| / r)^d`, r the range of the ratings, d = 1 (linear)
    or 2 (quadratic).

    Parameters
    ----------
    rating_a, rating_b : (n,) labels
        What each rater said of the same n cases: words, or numbers where there are weights.
    weights : {"none", "linear", "quadratic"}
        How much a near miss counts.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At most 1 (they always agree); 0 is what chance gives, below 0 less than that. The
        p-value is of a kappa of 0, with the variance under that hypothesis.

    Raises
    ------
    NotEstimable
        When both use one category only, a rating is missing, one rater's are numbers and the
        other's words, or words are to be weighted.

    References
    ----------
    Cohen J. Educ Psychol Meas 1960;20:37-46. Cohen J. Psychol Bull 1968;70:213-220.
    Fleiss JL, Cohen J, Everitt BS. Psychol Bull 1969;72:323-327.

    Departures
    ----------
    Weights are of the ratings' values, not of their places among the categories seen, so that
    a category nobody used changes nothing. With all in agreement the variance is 0; the bound
    is then exact, the chance agreement held, and ``method`` says so. Where it is 0 otherwise
    (two raters who never agree) there is no interval.

    Examples
    --------
    >>> a = ["yes"] * 25 + ["no"] * 25
    >>> b = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    >>> round(cohen_kappa(a, b).value, 4)
    0.4
    """
    table, w = _table(rating_a, rating_b, weights)
    n = int(table.sum())
    p, method = table / n, f"Cohen kappa, {_WORDS[weights]}, Fleiss-Cohen-Everitt variance"
    chance = np.outer(p.sum(axis=1), p.sum(axis=0))
    expected = float(np.sum(w * chance))
    if 1 - expected <= _ROUNDING:
        raise NotEstimable(
            "kappa — expected at least two categories, got one — both always say the same"
        )
    kappa = (float(np.sum(w * p)) - expected) / (1 - expected)
    if np.trace(table) == n:
        return unanimous(
            cases=n, worst=1.0, chance=1 - expected, confidence=confidence, n=n, method=method
        )
    habits = (w @ p.sum(axis=0))[:, None] + p.sum(axis=1) @ w
    departures = np.sum(p * (w - habits * (1 - kappa)) ** 2)
    variance = departures - (kappa - expected * (1 - kappa)) ** 2
    if variance <= _ROUNDING:
        return _without_spread(kappa, n, confidence, method)
    scale = np.sqrt(n) * (1 - expected)
    found = wald(
        kappa,
        np.sqrt(variance) / scale,
        confidence=confidence,
        n=n,
        method=method,
        within=(-1.0, 1.0),
    )
    at_chance = np.sum(chance * (w - habits) ** 2) - expected**2
    return _tested(found, float(np.sqrt(max(at_chance, 0.0)) / scale))


def prevalence_adjusted_kappa(
    rating_a: ArrayLike,
    rating_b: ArrayLike,
    *,
    categories: int | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Agreement beyond that of raters who say each category equally often (PABAK).

    .. math:: \frac{k p_o - 1}{k - 1}, \qquad 2 p_o - 1 \text{ for two categories}

    Where nearly all cases are of one kind, Cohen's kappa is low however well raters agree;
    this one is the agreement itself on another scale. Report both.

    Parameters
    ----------
    rating_a, rating_b : (n,) labels
        What each rater said of the same n cases.
    categories : int, at least 2, optional
        k, how many there are to choose from; the number seen (at least 2) when not given.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [-1/(k-1), 1]; the interval is Wilson's for the share of cases agreed on.

    Raises
    ------
    NotEstimable
        When a rating is missing, one rater's are numbers and the other's words, or more
        categories were seen than there are said to be.

    References
    ----------
    Bennett EM, Alpert R, Goldstein AC. Public Opin Q 1954;18:303-308.
    Byrt T, Bishop J, Carlin JB. J Clin Epidemiol 1993;46:423-429.

    Examples
    --------
    >>> prevalence_adjusted_kappa([1, 1, 0, 0], [1, 1, 1, 0]).value
    0.5
    """
    table, _ = _table(rating_a, rating_b, "none")
    seen = max(table.shape[0], 2)
    if categories is not None and not whole_number(categories) >= seen:
        raise NotEstimable(f"categories — expected at least the {seen} seen, got {categories}")
    k = seen if categories is None else int(categories)
    n = int(table.sum())
    share = proportion(int(np.trace(table)), n, confidence=confidence)
    lower, upper = share.interval
    return Estimate(
        value=(k * share.value - 1) / (k - 1),
        se=None if share.se is None else share.se * k / (k - 1),
        lower=(k * lower - 1) / (k - 1),
        upper=(k * upper - 1) / (k - 1),
        level=confidence,
        n=n,
        method=f"prevalence-adjusted kappa, {k} categories, {share.method}",
    )


def _table(
    rating_a: ArrayLike, rating_b: ArrayLike, weights: Weights
) -> tuple[FloatArray, FloatArray]:
    """Cases by what A and what B said, and what each pair of ratings is worth."""
    a, b = labels(rating_a, "rating_a"), labels(rating_b, "rating_b")
    same_length(rating_a=a, rating_b=b)
    if (a.dtype.kind in _NUMBERS) != (b.dtype.kind in _NUMBERS):
        raise NotEstimable(
            "ratings — expected numbers of both raters or words of both, got one of each — "
            "code them alike"
        )
    category, code = np.unique(np.concatenate([a, b]), return_inverse=True)
    table = np.zeros((category.size, category.size))
    np.add.at(table, (code[: a.size], code[a.size :]), 1.0)
    if weights == "none":
        return table, np.eye(category.size)
    if weights not in _POWERS:
        raise NotEstimable(
            f"weights — expected 'none', 'linear' or 'quadratic', got {weights!r}"
        )
    x = numbers(category, f"{weights} weights")
    apart = np.abs(x[:, None] - x) / max(float(np.ptp(x)), _ROUNDING)
    return table, 1 - apart ** _POWERS[weights]


def _without_spread(kappa: float, n: int, confidence: float, method: str) -> Estimate:
    """Kappa whose variance is 0 though the raters do not always agree."""
    check_level(confidence)
    return Estimate(
        value=kappa,
        se=0.0,
        lower=None,
        upper=None,
        level=confidence,
        n=n,
        method=f"{method}; the variance is 0, so there is no interval",
    )


def _tested(found: Estimate, se: float) -> Estimate:
    if se <= _ROUNDING:
        return found
    z = found.value / se
    return replace(found, statistic=z, p_value=float(2 * special.ndtr(-abs(z))))
