r"""Which differences, ratios and odds ratios two counts leave possible, by the score test.

A candidate is compared with what was seen in units of the error that it would itself produce:
the variance is that of the two shares that are likeliest while the candidate holds. An
interval is all candidates within :math:`z` of the data,

.. math:: (\hat\theta - \theta)^2 \le z^2\, c\, \tilde V(\theta),

with :math:`c = N / (N - 1)` after Miettinen and Nurminen and 1 after Mee, Koopman and
Cornfield. No half patient is added, and where nobody or everybody had the event the interval
still has width.

References
----------
Miettinen OS, Nurminen M. Stat Med 1985;4:213-226. Farrington CP, Manning G. Stat Med
1990;9:1447-1454, appendix. Koopman PAR. Biometrics 1984;40:513-517. Mee RW. Biometrics
1984;40:1175-1176. Cornfield J. Proc Third Berkeley Symposium 1956;4:135-148.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from scipy import optimize, special

from probatum.analysis.estimate import normal_quantile
from probatum.analysis.proportion.counts import TwoGroups

FAR: Final = 60.0
"""Logarithm of a ratio that no study can reach."""
MENDINGS: Final = 4
"""Newton steps after the cubic, which loses its last digits where shares are near 0 or 1."""
STEP: Final = 1e-10
"""Share of the way from the estimate at which the search for a bound starts."""


def edges(
    excess: Callable[[float], float], estimate: float, least: float, most: float
) -> tuple[float, float]:
    """Where ``excess`` leaves the negative on either side of the estimate.

    Parameters
    ----------
    excess : callable
        Negative at candidates that the data leave possible, positive at others.
    estimate : float in [least, most]
    least, most : float
        Range of the quantity.

    Examples
    --------
    >>> edges(lambda x: x * x - 4, 0.0, -10.0, 1.0)
    (-2.0, 1.0)
    """
    return _edge(excess, estimate, least), _edge(excess, estimate, most)


def _edge(excess: Callable[[float], float], estimate: float, end: float) -> float:
    start = estimate + STEP * (end - estimate)
    if excess(start) >= 0:
        return estimate
    if excess(end) < 0:
        return end
    return float(optimize.brentq(excess, start, end, xtol=1e-15, rtol=1e-14))


def two_sided(z: float | None) -> float | None:
    """Two-sided p-value of a normal statistic, where there is one.

    Examples
    --------
    >>> two_sided(0.0)
    1.0
    """
    return None if z is None else float(2 * special.ndtr(-abs(z)))


def one_sided(z: float) -> float:
    """Chance of a normal statistic as large or larger.

    Examples
    --------
    >>> one_sided(0.0)
    0.5
    """
    return float(special.ndtr(-z))


def chance(odds: float) -> float:
    """The chance that odds stand for, 1 where they are infinite.

    Examples
    --------
    >>> chance(3.0), chance(math.inf)
    (0.75, 1.0)
    """
    return 1.0 if math.isinf(odds) else odds / (1 + odds)


def difference_spread(two: TwoGroups, difference: float) -> float:
    """Variance of the difference of shares if ``difference`` were the truth.

    Examples
    --------
    >>> two = TwoGroups(events_a=5, n_a=10, events_b=5, n_b=10)
    >>> round(difference_spread(two, 0.0), 12)
    0.05
    """
    a, b = shares_apart(two, difference)
    return a * (1 - a) / two.n_a + b * (1 - b) / two.n_b


def shares_apart(two: TwoGroups, difference: float) -> tuple[float, float]:
    r"""Likeliest shares of A and B among those that differ by ``difference``.

    The root of Farrington and Manning's cubic, put right by the likelihood equation

    .. math:: \frac{x_a - n_a p_a}{p_a (1 - p_a)} + \frac{x_b - n_b p_b}{p_b (1 - p_b)} = 0,
        \qquad p_a = p_b + \Delta

    Examples
    --------
    >>> two = TwoGroups(events_a=83, n_a=100, events_b=88, n_b=110)
    >>> [round(share, 6) for share in shares_apart(two, -0.05)]
    [0.784105, 0.834105]
    """
    least, most = max(0.0, -difference), min(1.0, 1.0 - difference)
    b = min(max(_cubic_root(two, difference), least), most)
    for _ in range(MENDINGS):
        b = min(max(_one_step(two, difference, b), least), most)
    return min(max(b + difference, 0.0), 1.0), b


def _cubic_root(two: TwoGroups, difference: float) -> float:
    ratio = two.n_b / two.n_a
    seen_a, seen_b, d = two.share_a, two.share_b, difference
    c3 = 1 + ratio
    c2 = -(1 + ratio + seen_a + ratio * seen_b + d * (ratio + 2))
    c1 = d * d + d * (2 * seen_a + ratio + 1) + seen_a + ratio * seen_b
    c0 = -seen_a * d * (1 + d)
    v = (c2 / (3 * c3)) ** 3 - c1 * c2 / (6 * c3**2) + c0 / (2 * c3)
    u = math.copysign(math.sqrt(max((c2 / (3 * c3)) ** 2 - c1 / (3 * c3), 0.0)), v)
    if u == 0:
        return -c2 / (3 * c3) - d
    turn = (math.pi + math.acos(min(max(v / u**3, -1.0), 1.0))) / 3
    return 2 * u * math.cos(turn) - c2 / (3 * c3) - d


def _one_step(two: TwoGroups, difference: float, b: float) -> float:
    """One step of Newton's on the likelihood equation, which mends the cubic's rounding."""
    a = b + difference
    if not (0 < a < 1 and 0 < b < 1):
        return b
    slope = score = 0.0
    for events, n, p in ((two.events_a, two.n_a, a), (two.events_b, two.n_b, b)):
        score += events / p - (n - events) / (1 - p)
        slope += events / p**2 + (n - events) / (1 - p) ** 2
    return b + score / slope


def ratio_spread(two: TwoGroups, ratio: float) -> float:
    r"""Variance of :math:`\hat p_a - \phi \hat p_b` if the ratio of shares were :math:`\phi`.

    Examples
    --------
    >>> two = TwoGroups(events_a=5, n_a=10, events_b=5, n_b=10)
    >>> round(ratio_spread(two, 1.0), 12)
    0.05
    """
    ahead, behind = ratio * (two.n_a + two.events_b), two.n_b + two.events_a
    free = 4 * ratio * (two.n_a - two.events_a) * (two.n_b - two.events_b)
    b = 2 * two.events / (ahead + behind + math.sqrt((ahead - behind) ** 2 + free))
    a = min(ratio * b, 1.0)
    return a * (1 - a) / two.n_a + ratio**2 * b * (1 - min(b, 1.0)) / two.n_b


def odds_ratio_excess(two: TwoGroups, odds_ratio: float, z: float) -> float:
    r"""How far events of A lie from what an odds ratio expects, beyond ``z`` errors; squared.

    .. math:: (x_a - n_a \tilde p_a)^2 - z^2
        \left(\frac{1}{n_a \tilde p_a \tilde q_a}
        + \frac{1}{n_b \tilde p_b \tilde q_b}\right)^{-1}

    Examples
    --------
    >>> two = TwoGroups(events_a=5, n_a=10, events_b=5, n_b=10)
    >>> round(odds_ratio_excess(two, 1.0, 2.0), 12)
    -5.0
    """
    n_a, n_b, events = two.n_a, two.n_b, two.events
    linear = odds_ratio * (n_a - events) + n_b + events
    root = math.hypot(
        (n_a - events) * odds_ratio - (n_b - events), 2 * math.sqrt(n_a * n_b * odds_ratio)
    )
    if linear >= 0:
        b = 2 * events / (linear + root)
    else:
        b = (root - linear) / (2 * n_b * (odds_ratio - 1))
    b = min(b, 1.0)
    a = odds_ratio * b / (1 - b + odds_ratio * b)
    spread_a, spread_b = n_a * a * (1 - a), n_b * b * (1 - b)
    together = spread_a + spread_b
    spread = spread_a * spread_b / together if together > 0 else 0.0
    return (two.events_a - n_a * a) ** 2 - z * z * spread


def difference_bounds(
    two: TwoGroups, *, confidence: float, inflation: float = 1.0
) -> tuple[float, float]:
    """Score interval of the difference of shares; ``inflation`` is c above.

    Examples
    --------
    >>> two = TwoGroups(events_a=56, n_a=70, events_b=48, n_b=80)
    >>> [round(bound, 4) for bound in difference_bounds(two, confidence=0.95)]
    [0.0533, 0.3377]
    """
    reach = normal_quantile(confidence) ** 2 * inflation

    def excess(candidate: float) -> float:
        return (two.difference - candidate) ** 2 - reach * difference_spread(two, candidate)

    return edges(excess, two.difference, -1.0, 1.0)


def ratio_bounds(
    two: TwoGroups, *, confidence: float, inflation: float = 1.0
) -> tuple[float, float]:
    """Score interval of the ratio of shares; the upper bound is infinite at no event in B.

    Examples
    --------
    >>> two = TwoGroups(events_a=7, n_a=34, events_b=1, n_b=34)
    >>> [round(bound, 4) for bound in ratio_bounds(two, confidence=0.95)]
    [1.2209, 42.5757]
    """
    reach = normal_quantile(confidence) ** 2 * inflation

    def excess(logarithm: float) -> float:
        ratio = math.exp(logarithm)
        apart = two.share_a - ratio * two.share_b
        return (apart**2 - reach * ratio_spread(two, ratio)) / (1 + ratio**2)

    return _from_log(excess, two.share_a, two.share_b)


def odds_ratio_bounds(two: TwoGroups, *, confidence: float) -> tuple[float, float]:
    """Score interval of the odds ratio; infinite above where its estimate is.

    Examples
    --------
    >>> two = TwoGroups(events_a=0, n_a=16, events_b=15, n_b=72)
    >>> [round(bound, 4) for bound in odds_ratio_bounds(two, confidence=0.95)]
    [0.0, 0.9532]
    """
    z = normal_quantile(confidence)
    above = two.events_a * (two.n_b - two.events_b)
    below = two.events_b * (two.n_a - two.events_a)

    def excess(logarithm: float) -> float:
        return odds_ratio_excess(two, math.exp(logarithm), z)

    return _from_log(excess, above, below)


def _from_log(
    excess: Callable[[float], float], above: float, below: float
) -> tuple[float, float]:
    if above == 0:
        return 0.0, math.exp(_edge(excess, -FAR, FAR))
    if below == 0:
        return math.exp(_edge(excess, FAR, -FAR)), math.inf
    centre = math.log(above / below)
    lower, upper = edges(excess, centre, -FAR, FAR)
    return math.exp(lower), math.exp(upper)
