"""From an estimate, its error and its degrees of freedom to an interval and a test."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from scipy import special, stats

from probatum.analysis.choices import one_number
from probatum.analysis.estimate import Estimate, check_level
from probatum.errors import NotEstimable

_ROUNDING = 1e-15


class Question(NamedTuple):
    """What a test asks.

    Attributes
    ----------
    null : float
        Value that is tested against.
    is_one_sided : bool
        Whether only values above ``null`` count against it.

    Examples
    --------
    >>> Question().is_one_sided
    False
    """

    null: float = 0.0
    is_one_sided: bool = False


def about_difference(margin: float | None) -> Question:
    """Of no difference; of a loss of ``margin`` or more, one-sided, where there is one.

    Raises
    ------
    NotEstimable
        When the margin is no loss of area in (0, 1).

    Examples
    --------
    >>> about_difference(0.05)
    Question(null=-0.05, is_one_sided=True)
    """
    if margin is None:
        return Question()
    if not 0 < one_number(margin) < 1:
        raise NotEstimable(f"margin — expected a loss of area in (0, 1), got {margin}")
    return Question(null=-margin, is_one_sided=True)


def judged(
    value: float,
    se: float,
    df: float,
    *,
    question: Question,
    confidence: float,
    n: int,
    method: str,
    within: tuple[float, float],
) -> Estimate:
    r"""Estimate with :math:`\hat\theta \pm t_{df}\,\mathrm{SE}`, kept in range, and its test.

    Infinite degrees of freedom are the normal distribution, and are not printed.

    Raises
    ------
    NotEstimable
        When the error is 0: there is then nothing to judge the estimate by.

    Examples
    --------
    >>> found = judged(0.1, 0.05, 10.0, question=Question(), confidence=0.95, n=50,
    ...                method="t", within=(-1, 1))
    >>> round(found.p_value, 4), round(found.lower, 4)
    (0.0734, -0.0114)
    """
    check_level(confidence)
    if not se**2 > _ROUNDING:
        raise NotEstimable(
            f"{method} — expected readings that vary, got a standard error of 0 — "
            "there is nothing to judge by; report the estimates alone"
        )
    half = t_quantile(0.5 + confidence / 2, df) * se
    statistic = (value - question.null) / se
    tail = t_tail(statistic if question.is_one_sided else abs(statistic), df)
    return Estimate(
        value=float(value),
        se=float(se),
        lower=float(np.clip(value - half, *within)),
        upper=float(np.clip(value + half, *within)),
        level=confidence,
        n=n,
        method=method,
        statistic=float(statistic),
        df=None if math.isinf(df) else float(df),
        p_value=float(tail if question.is_one_sided else 2 * tail),
    )


def judged_on_log_odds(
    value: float,
    se: float,
    df: float,
    *,
    question: Question,
    confidence: float,
    n: int,
    method: str,
) -> Estimate:
    r"""As :func:`judged`, interval and test on the scale of log odds, the interval turned back.

    .. math:: \operatorname{logit}\hat\theta \pm t_{df}\,
        \frac{\mathrm{SE}}{\hat\theta(1 - \hat\theta)}, \qquad
        t = \hat\theta(1 - \hat\theta)\,
        \frac{\operatorname{logit}\hat\theta - \operatorname{logit}\theta_0}{\mathrm{SE}}

    The error of an area falls as the area rises, so that one that came out high by chance
    looks surer than it is; on this scale it hardly does. Value and null lie inside (0, 1).

    Raises
    ------
    NotEstimable
        As :func:`judged`.

    References
    ----------
    Pepe MS. The Statistical Evaluation of Medical Tests. Oxford 2003, chapter 5.

    Examples
    --------
    >>> found = judged_on_log_odds(0.9, 0.05, 10.0, question=Question(0.7, True),
    ...                            confidence=0.95, n=50, method="t")
    >>> round(found.lower, 4), round(found.upper, 4), round(found.p_value, 4)
    (0.723, 0.9688, 0.0177)
    """
    steepness = value * (1 - value)
    found = judged(
        float(special.logit(value)),
        se / steepness if steepness > 0 else 0.0,
        df,
        question=question._replace(null=float(special.logit(question.null))),
        confidence=confidence,
        n=n,
        method=method,
        within=(-math.inf, math.inf),
    )
    lower, upper = (float(special.expit(bound)) for bound in found.interval)
    return replace(found, value=float(value), se=float(se), lower=lower, upper=upper)


def t_quantile(level: float, df: float) -> float:
    """Quantile of Student's distribution; of the normal where ``df`` is infinite.

    Examples
    --------
    >>> round(t_quantile(0.975, float("inf")), 4)
    1.96
    """
    return float(special.ndtri(level) if math.isinf(df) else special.stdtrit(df, level))


def t_tail(statistic: float, df: float) -> float:
    """Chance of a larger value than ``statistic``.

    Examples
    --------
    >>> t_tail(0.0, 5.0)
    0.5
    """
    return float(special.ndtr(-statistic) if math.isinf(df) else special.stdtr(df, -statistic))


def f_tail(statistic: float, df1: float, df2: float) -> float:
    """Chance of a larger F; chi-square over its degrees of freedom where ``df2`` is infinite.

    Examples
    --------
    >>> round(f_tail(3.841459, 1, float("inf")), 4)
    0.05
    """
    if math.isinf(df2):
        return float(stats.chi2.sf(statistic * df1, df1))
    return float(stats.f.sf(statistic, df1, df2))
