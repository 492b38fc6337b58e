"""Of the patients in whom two tests disagree, how often is it the first that is positive?"""

from __future__ import annotations

import math
from typing import Final, Literal

from scipy import optimize, special, stats
from statsmodels.stats.proportion import proportion_confint

from probatum.analysis.estimate import Estimate, check_level, normal_quantile
from probatum.analysis.proportion.counts import check_method, whole
from probatum.analysis.proportion.score import two_sided
from probatum.errors import NotEstimable

TESTS: Final = {
    "exact": "McNemar exact conditional test, Clopper-Pearson interval of the discordant share",
    "mid-p": "McNemar mid-p test, mid-p interval of the discordant share",
    "asymptotic": "McNemar asymptotic test, Wilson interval of the discordant share",
    "continuity": "McNemar test with continuity correction, corrected Wilson interval of the "
    "discordant share",
}
"""McNemar's tests offered, by name."""


def mcnemar(
    b: int,
    c: int,
    *,
    method: Literal["exact", "mid-p", "asymptotic", "continuity"] = "exact",
    confidence: float = 0.95,
) -> Estimate:
    r"""Do two tests of the same patients disagree as often one way as the other?

    .. math:: \hat\pi = \frac{b}{b + c}, \qquad
        z = \frac{b - c}{\sqrt{b + c}} \quad\text{or, corrected,}\quad
        \frac{|b - c| - 1}{\sqrt{b + c}}

    exact: :math:`2 P(X \le \min(b, c))`, X binomial of b + c at one half; mid-p: the same less
    :math:`P(X = \min(b, c))`.

    The estimate is the discordant share, not the difference of the tests: it is what the test
    is about, needs no concordant patient, and its interval leaves out one half when the test
    rejects. How much the tests differ over all patients is :func:`paired_difference`.

    Parameters
    ----------
    b : int, at least 0
        Patients positive in the first test only.
    c : int, at least 0
        Patients positive in the second test only.
    method : {"exact", "mid-p", "asymptotic", "continuity"}
        The exact test never errs more often than it says and is conservative for it; mid-p
        errs about as often as it says, also with few patients.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; one half when they disagree equally often either way, 0 and 1 when always
        the same way. ``n`` counts the discordant patients. ``p_value`` is two-sided;
        ``statistic`` is z, absent under the exact and mid-p tests. ``se`` is the binomial
        one, absent at 0 and 1.

    Raises
    ------
    NotEstimable
        When the tests never disagree, counts cannot be, or under another method.

    References
    ----------
    McNemar Q. Psychometrika 1947;12:153-157. Edwards AL. Psychometrika 1948;13:185-187.
    Fagerland MW, Lydersen S, Laake P. BMC Med Res Methodol 2013;13:91. Newcombe RG. Stat Med
    1998;17:857-872, methods 3 to 6.

    Departures
    ----------
    With b = c the exact test has p-value 1, and the mid-p test what Fagerland and colleagues
    give, :math:`1 - P(X = b) / 2`. The corrected statistic is 0 when b = c, not negative.

    Examples
    --------
    >>> round(mcnemar(1, 7).p_value, 4), round(mcnemar(1, 7, method="mid-p").p_value, 4)
    (0.0703, 0.0391)
    """
    b, c = whole(b, "b"), whole(c, "c")
    check_method(method, TESTS, "McNemar's test")
    n = b + c
    if n == 0:
        raise NotEstimable(
            "McNemar's test — expected patients in whom the tests disagree, got none — "
            "report the paired difference, which counts those in whom they agree"
        )
    lower, upper = _bounds(b, n, method, confidence)
    z = _statistic(b, c, method)
    return Estimate(
        value=b / n,
        se=math.sqrt(b * c / n**3) if b and c else None,
        lower=lower,
        upper=upper,
        level=confidence,
        n=n,
        method=TESTS[method],
        statistic=z,
        p_value=_binomial_p_value(b, c, method) if z is None else two_sided(z),
    )


def _statistic(b: int, c: int, method: str) -> float | None:
    if method == "asymptotic":
        return (b - c) / math.sqrt(b + c)
    if method == "continuity":
        excess = max(abs(b - c) - 1, 0)
        return (excess if b > c else -excess) / math.sqrt(b + c)
    return None


def _binomial_p_value(b: int, c: int, method: str) -> float:
    n, least = b + c, min(b, c)
    tail, point = float(stats.binom.cdf(least, n, 0.5)), float(stats.binom.pmf(least, n, 0.5))
    if method == "exact":
        return min(2 * tail, 1.0)
    return 1 - point / 2 if b == c else 2 * tail - point


def _bounds(b: int, n: int, method: str, confidence: float) -> tuple[float, float]:
    check_level(confidence)
    if method == "mid-p":
        return mid_p_bounds(b, n, confidence)
    if method == "continuity":
        return corrected_bounds(b, n, confidence)
    name = {"exact": "beta", "asymptotic": "wilson"}[method]
    lower, upper = proportion_confint(b, n, alpha=1 - confidence, method=name)
    return (float(lower) if b else 0.0), (float(upper) if b < n else 1.0)


def mid_p_bounds(events: int, n: int, confidence: float) -> tuple[float, float]:
    r"""Shares :math:`\pi` at which half the chance of the count and that beyond is alpha / 2.

    Examples
    --------
    >>> [round(bound, 4) for bound in mid_p_bounds(81, 263, 0.95)]
    [0.2544, 0.3658]
    """
    error = (1 - confidence) / 2
    lower = 0.0 if events == 0 else 1 - _upper_mid_p(n - events, n, error)
    return lower, (1.0 if events == n else _upper_mid_p(events, n, error))


def _upper_mid_p(events: int, n: int, error: float) -> float:
    def excess(share: float) -> float:
        at_most = float(special.betaincc(events + 1, n - events, share))
        below = float(special.betaincc(events, n - events + 1, share)) if events else 0.0
        return (at_most + below) / 2 - error

    return float(optimize.brentq(excess, 0.0, 1.0, xtol=1e-15, rtol=1e-14))


def corrected_bounds(events: int, n: int, confidence: float) -> tuple[float, float]:
    r"""Shares with :math:`|\hat\pi - \pi| - 1/(2n) \le z \sqrt{\pi (1 - \pi) / n}`.

    Examples
    --------
    >>> [round(bound, 4) for bound in corrected_bounds(81, 263, 0.95)]
    [0.2535, 0.3682]
    """
    z2 = normal_quantile(confidence) ** 2
    lower, upper = (0.0 if k == 0 else _corrected_lower(k, n, z2) for k in (events, n - events))
    return lower, 1 - upper


def _corrected_lower(events: int, n: int, z2: float) -> float:
    """The smaller root: ``(x - n p - 1/2)^2 = z^2 n p (1 - p)``, x of n."""
    x = events - 0.5
    middle = 2 * x + z2
    root = math.sqrt(z2 * (z2 + 4 * x * (1 - x / n)))
    return (middle - root) / (2 * (n + z2))
