"""Do two tests of the same patients come out positive equally often?

Each patient is a pair of results. Only patients in whom the tests disagree tell them apart, but
all of them say how much the difference matters.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from statsmodels.stats.proportion import proportion_confint

from probatum.analysis.estimate import Estimate, check_level, normal_quantile
from probatum.analysis.proportion.counts import check_method, keep_whole
from probatum.analysis.proportion.score import edges, two_sided
from probatum.errors import NotEstimable

DIFFERENCES: Final = {
    "tango": "Tango score interval of pairs, with McNemar's asymptotic test",
    "newcombe": "Newcombe interval of pairs from Wilson scores (method 10), no test",
}
"""Intervals of a paired difference, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """How two tests of the same patients came out.

    Attributes
    ----------
    both, only_a, only_b, neither : int, at least 0
        Patients positive in both tests, in A only, in B only, in neither; at least one in all.

    Raises
    ------
    NotEstimable
        When a count is negative or not whole, or there is no patient.

    Examples
    --------
    >>> Pairs(both=59, only_a=6, only_b=16, neither=80).n
    161
    """

    both: int
    only_a: int
    only_b: int
    neither: int

    def __post_init__(self) -> None:
        keep_whole(self)
        if self.n < 1:
            raise NotEstimable("pairs — expected at least one patient, got none")

    @property
    def n(self) -> int:
        """Patients."""
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def discordant(self) -> int:
        """Patients in whom the tests disagree."""
        return self.only_a + self.only_b

    @property
    def difference(self) -> float:
        """Share positive in A less share positive in B."""
        return (self.only_a - self.only_b) / self.n


def paired_difference(
    both: int,
    only_a: int,
    only_b: int,
    neither: int,
    *,
    method: Literal["tango", "newcombe"] = "tango",
    confidence: float = 0.95,
) -> Estimate:
    r"""How much more often test A is positive than test B in the same patients.

    .. math:: \left\{\Delta : \frac{(b - c - n \Delta)^2}
        {n \left(2 \tilde q(\Delta) + \Delta (1 - \Delta)\right)} \le z^2 \right\}

    with b, c the patients positive in A only and in B only, and :math:`\tilde q` the share
    positive in B only that is likeliest at the difference :math:`\Delta`.

    Parameters
    ----------
    both, only_a, only_b, neither : int, at least 0
        Patients positive in both tests, in A only, in B only, in neither.
    method : {"tango", "newcombe"}
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        (b - c) / n, in [-1, 1]; 0 when both are positive equally often. Under Tango's method
        ``statistic`` is :math:`(b - c) / \sqrt{b + c}` and ``p_value`` two-sided; without
        disagreement there is no test, and the interval is
        :math:`\pm z^2 / (n + z^2)`. There is no ``se``: neither interval is made from one, and
        a Wald test from it could contradict the interval. For a margin see
        :func:`~probatum.analysis.proportion.paired_non_inferiority`.

    Raises
    ------
    NotEstimable
        When counts cannot be, there is no patient, or under another method.

    References
    ----------
    Tango T. Stat Med 1998;17:891-908. Newcombe RG. Stat Med 1998;17:2635-2650,
    method 10.

    Examples
    --------
    >>> found = paired_difference(59, 6, 16, 80)
    >>> round(found.value, 4), round(found.lower, 4), round(found.upper, 4)
    (-0.0621, -0.124, -0.0054)
    """
    pairs = Pairs(both=both, only_a=only_a, only_b=only_b, neither=neither)
    return difference_of(pairs, method=method, confidence=confidence)


def difference_of(pairs: Pairs, *, method: str, confidence: float) -> Estimate:
    """The paired difference with the interval and the test of a method.

    Examples
    --------
    >>> pairs = Pairs(both=59, only_a=6, only_b=16, neither=80)
    >>> round(difference_of(pairs, method="tango", confidence=0.95).statistic, 3)
    -2.132
    """
    check_method(method, DIFFERENCES, "paired difference")
    is_tango = method == "tango"
    bounds = (tango_bounds if is_tango else newcombe_bounds)(pairs, confidence=confidence)
    z = None
    if is_tango and pairs.discordant:
        z = (pairs.only_a - pairs.only_b) / math.sqrt(pairs.discordant)
    return Estimate(
        value=pairs.difference,
        se=None,
        lower=bounds[0],
        upper=bounds[1],
        level=confidence,
        n=pairs.n,
        method=DIFFERENCES[method],
        statistic=z,
        p_value=two_sided(z),
    )


def tango_bounds(pairs: Pairs, *, confidence: float) -> tuple[float, float]:
    """Tango's score interval of a paired difference.

    Examples
    --------
    >>> pairs = Pairs(both=43, only_a=0, only_b=1, neither=0)
    >>> [round(bound, 4) for bound in tango_bounds(pairs, confidence=0.95)]
    [-0.1181, 0.0594]
    """
    reach = normal_quantile(confidence) ** 2

    def excess(candidate: float) -> float:
        return (pairs.difference - candidate) ** 2 - reach * tango_spread(pairs, candidate)

    return edges(excess, pairs.difference, -1.0, 1.0)


def tango_spread(pairs: Pairs, difference: float) -> float:
    """Variance of a paired difference if ``difference`` were the truth.

    Examples
    --------
    >>> round(tango_spread(Pairs(both=0, only_a=6, only_b=16, neither=139), 0.0), 8)
    0.00084873
    """
    n, b, c = pairs.n, pairs.only_a, pairs.only_b
    if difference < 0:  # exchanged, so that no sum below cancels
        b, c, difference = c, b, -difference
    linear = (2 * n - b + c) * difference - b - c
    free = 8 * n * c * difference * (1 - difference)
    root = math.sqrt(linear**2 + free)
    only_b = free / (root + linear) if linear > 0 else root - linear
    return (only_b / (2 * n) + difference * (1 - difference)) / n


def newcombe_bounds(pairs: Pairs, *, confidence: float) -> tuple[float, float]:
    """Newcombe's interval of a paired difference: Wilson bounds joined by their correlation.

    Examples
    --------
    >>> pairs = Pairs(both=59, only_a=6, only_b=16, neither=80)
    >>> [round(bound, 4) for bound in newcombe_bounds(pairs, confidence=0.95)]
    [-0.1186, -0.0046]
    """
    check_level(confidence)
    a, b = pairs.both + pairs.only_a, pairs.both + pairs.only_b
    (least_a, most_a), (least_b, most_b) = (
        proportion_confint(events, pairs.n, alpha=1 - confidence, method="wilson")
        for events in (a, b)
    )
    shared = 2 * _correlation(pairs)
    down_a, up_a = a / pairs.n - least_a, most_a - a / pairs.n
    down_b, up_b = b / pairs.n - least_b, most_b - b / pairs.n
    down = math.sqrt(max(down_a**2 - shared * down_a * up_b + up_b**2, 0.0))
    up = math.sqrt(max(up_a**2 - shared * up_a * down_b + down_b**2, 0.0))
    return max(pairs.difference - down, -1.0), min(pairs.difference + up, 1.0)


def _correlation(pairs: Pairs) -> float:
    """Newcombe's corrected phi: a positive association is drawn towards none by n / 2."""
    a, b = pairs.both + pairs.only_a, pairs.both + pairs.only_b
    margins = a * (pairs.n - a) * b * (pairs.n - b)
    together = float(pairs.both * pairs.neither - pairs.only_a * pairs.only_b)
    if together > 0:
        together = max(together - pairs.n / 2, 0.0)
    return together / math.sqrt(margins) if margins else 0.0
