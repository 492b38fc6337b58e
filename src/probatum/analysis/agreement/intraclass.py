"""How much of the spread of measurements is between cases, and how much between raters?"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from probatum.analysis.agreement.ratings import refuse_rated_twice
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import FloatArray, finite, same_length
from probatum.analysis.reader_study.reads import labels
from probatum.errors import NotEstimable

Form: TypeAlias = Literal["1", "2", "3"]
Unit: TypeAlias = Literal["single", "average"]

_ROUNDING = 1e-14


class MeanSquares(NamedTuple):
    """Mean squares between cases, within cases, between raters, and of what is left."""

    cases: float
    within: float
    raters: float
    error: float


def icc(
    rater: ArrayLike,
    case: ArrayLike,
    rating: ArrayLike,
    *,
    form: Literal["1", "2", "3"],
    unit: Literal["single", "average"] = "single",
    confidence: float = 0.95,
) -> Estimate:
    r"""Share of the variance of a measurement that is between cases.

    .. math:: (1, 1)\; \frac{B - W}{B + (k - 1) W}, \quad
        (2, 1)\; \frac{B - E}{B + (k - 1) E + k (J - E)/n}, \quad
        (3, 1)\; \frac{B - E}{B + (k - 1) E}

    of n cases and k raters, with the mean squares of cases B, of raters J, within cases W and
    of what is left E; of the mean of k ratings :math:`(B - W)/B`,
    :math:`(B - E)/(B + (J - E)/n)` and :math:`(B - E)/B`.

    Parameters
    ----------
    rater, case : (m,) labels
        Every rater rates every case once. With form 1 the labels of raters only tell ratings
        of one case apart.
    rating : (m,) of float
    form : {"1", "2", "3"}
        1: each case has raters of its own. 2: the same raters rate all and stand for others
        (absolute agreement). 3: these raters alone (consistency; a constant shift is no error).
    unit : {"single", "average"}
        Reliability of one rating, or of the mean of k.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At most 1 (all spread is between cases); about 0 or below where cases do not differ.
        ``statistic``, ``df`` (of the denominator) and ``p_value`` are of the F test that they
        do not.

    Raises
    ------
    NotEstimable
        When a rater missed a case or rated it twice, with fewer than two cases or raters, when
        nothing is left to judge by, when all cases have one mean, or when the mean of k
        ratings is so unreliable that its coefficient, or a bound of it, does not exist.

    References
    ----------
    Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-428. McGraw KO, Wong SP. Psychol Methods
    1996;1:30-46, tables 4 and 7.

    Departures
    ----------
    In the degrees of freedom of form 2 an estimate below 0 counts as 0: with it they can be
    near 0, and the interval leaves the estimate out.

    Examples
    --------
    >>> case, rater = (x.ravel() for x in np.indices((3, 2)))
    >>> round(icc(rater, case, [1, 2, 5, 5, 8, 9], form="3").value, 4)
    0.9865
    """
    _check_form(form, unit)
    check_level(confidence)
    table = _crossed(labels(rater, "rater"), labels(case, "case"), finite(rating, "rating"))
    n, k = table.shape
    ms = _mean_squares(table)
    within = ms.within if form == "1" else ms.error
    if within <= _ROUNDING * max(ms.cases, ms.raters):
        raise NotEstimable(
            "intraclass correlation — expected ratings that differ within cases, got none "
            "beyond shifts of whole raters — there is no error to judge by"
        )
    if ms.cases <= _ROUNDING * within:
        raise NotEstimable(
            "intraclass correlation — expected cases that differ on average, got cases of one "
            "mean — there is no spread between cases to be a share of"
        )
    df1, df2 = n - 1, n * (k - 1) if form == "1" else (n - 1) * (k - 1)
    f = ms.cases / within
    found = (
        _value(ms, n, k, form),
        *_interval(ms, f, (df1, df2), n, k, form, (1 + confidence) / 2),
    )
    value, lower, upper = (_stepped_up(one, k) if unit == "average" else one for one in found)
    return Estimate(
        value=value,
        se=None,
        lower=lower,
        upper=upper,
        level=confidence,
        n=n,
        method=f"ICC({form},{1 if unit == 'single' else k}), {k} raters, F interval, "
        f"F test on {df1} and {df2} degrees of freedom",
        statistic=f,
        df=float(df2),
        p_value=float(stats.f.sf(f, df1, df2)),
    )


def _check_form(form: Form, unit: Unit) -> None:
    if form not in ("1", "2", "3") or unit not in ("single", "average"):
        raise NotEstimable(
            f"intraclass correlation — expected form '1', '2' or '3' and unit 'single' or "
            f"'average', got {form!r} and {unit!r}"
        )


def _crossed(rater: NDArray[Any], case: NDArray[Any], rating: FloatArray) -> FloatArray:
    same_length(rater=rater, case=case, rating=rating)
    refuse_rated_twice(rater, case)
    raters, column = np.unique(rater, return_inverse=True)
    cases, row = np.unique(case, return_inverse=True)
    table = np.full((cases.size, raters.size), np.nan)
    table[row, column] = rating
    if rating.size != table.size:
        raise NotEstimable(
            f"ratings — expected one of each case by each rater, {table.size}, got "
            f"{rating.size} — use krippendorff_alpha where ratings are missing"
        )
    if min(table.shape) < 2:
        raise NotEstimable(
            f"ratings — expected at least two cases and two raters, got {table.shape}"
        )
    return table


def _mean_squares(table: FloatArray) -> MeanSquares:
    n, k = table.shape
    of_case, of_rater = table.mean(axis=1), table.mean(axis=0)
    rest = table - of_case[:, None] - of_rater + table.mean()
    return MeanSquares(
        cases=float(k * of_case.var(ddof=1)),
        within=float(np.sum((table - of_case[:, None]) ** 2) / (n * (k - 1))),
        raters=float(n * of_rater.var(ddof=1)),
        error=float(np.sum(rest**2) / ((n - 1) * (k - 1))),
    )


def _value(ms: MeanSquares, n: int, k: int, form: Form) -> float:
    """Reliability of one rating."""
    within = ms.within if form == "1" else ms.error
    shift = (ms.raters - ms.error) / n if form == "2" else 0.0
    return (ms.cases - within) / (ms.cases + (k - 1) * within + k * shift)


def _interval(
    ms: MeanSquares,
    f: float,
    df: tuple[int, int],
    n: int,
    k: int,
    form: Form,
    level: float,
) -> tuple[float, float]:
    """Bounds of the reliability of one rating."""
    if form == "2":
        return _absolute(ms, n, k, level)
    df1, df2 = df
    low = f / stats.f.ppf(level, df1, df2)
    high = f * stats.f.ppf(level, df2, df1)
    return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _absolute(ms: MeanSquares, n: int, k: int, level: float) -> tuple[float, float]:
    """Form 2, with Satterthwaite degrees of freedom (Shrout & Fleiss 1979)."""
    rho = max(_value(ms, n, k, "2"), 0.0)
    shift, rest = k * rho * ms.raters / ms.error, n * (1 + (k - 1) * rho) - k * rho
    df = (k - 1) * (n - 1) * (shift + rest) ** 2 / ((n - 1) * shift**2 + rest**2)
    over = k * ms.raters + (k * n - k - n) * ms.error
    low, high = stats.f.ppf(level, n - 1, df), stats.f.ppf(level, df, n - 1)
    return (
        float(n * (ms.cases - low * ms.error) / (low * over + n * ms.cases)),
        float(n * (high * ms.cases - ms.error) / (over + n * high * ms.cases)),
    )


def _stepped_up(single: float, k: int) -> float:
    """Reliability of the mean of k ratings (Spearman and Brown)."""
    rest = 1 + (k - 1) * single
    if rest <= 0:
        raise NotEstimable(
            "intraclass correlation of a mean — expected one rating, and its bounds, to be "
            "worth more than -1/(k - 1), got less — report the single rating"
        )
    return k * single / rest
