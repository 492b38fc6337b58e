"""Does something happen more often in one group of patients than in another?

The groups are different patients; for two tests of the same patients see the paired methods.
"""

from __future__ import annotations

import math
from typing import Final, Literal

from statsmodels.stats.proportion import proportion_confint

from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.proportion.counts import TwoGroups, check_method
from probatum.analysis.proportion.score import (
    difference_bounds,
    ratio_bounds,
    two_sided,
)
from probatum.errors import NotEstimable

DIFFERENCES: Final = {
    "miettinen-nurminen": "Miettinen-Nurminen score interval and test of no difference",
    "newcombe": "Newcombe hybrid of two Wilson score intervals, no test",
}
"""Intervals of a difference of two groups, by name."""
RATIOS: Final = {
    "miettinen-nurminen": "Miettinen-Nurminen score interval and test of ratio 1",
    "koopman": "Koopman score interval and test of ratio 1",
}
"""Intervals of a ratio of two groups, by name."""


def proportion_difference(
    events_a: int,
    n_a: int,
    events_b: int,
    n_b: int,
    *,
    method: Literal["miettinen-nurminen", "newcombe"] = "miettinen-nurminen",
    confidence: float = 0.95,
) -> Estimate:
    r"""How much more often something happened in group A than in group B.

    .. math:: \left\{\Delta : \frac{(\hat p_a - \hat p_b - \Delta)^2}
        {\tilde V(\Delta)\, N / (N - 1)} \le z^2 \right\}

    with :math:`\tilde V(\Delta)` the variance at the shares that are likeliest among those
    that differ by :math:`\Delta`. Newcombe's interval joins the Wilson bounds of both shares:
    :math:`\hat\Delta - \sqrt{(\hat p_a - l_a)^2 + (u_b - \hat p_b)^2}` and its mirror.

    Parameters
    ----------
    events_a, events_b : int in [0, n_a] and [0, n_b]
        Patients with the event.
    n_a, n_b : int, at least 1
        Patients of either group.
    method : {"miettinen-nurminen", "newcombe"}
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [-1, 1]; 0 when both shares are the same. ``statistic`` and two-sided ``p_value``
        are the score test of no difference; Newcombe's method has none, and there is none
        where nobody or everybody had the event. There is no ``se``: neither interval is made
        from one, and a Wald test from it could contradict the interval. For a margin see
        :func:`~probatum.analysis.proportion.proportion_non_inferiority`.

    Raises
    ------
    NotEstimable
        When counts cannot be, or under another method.

    References
    ----------
    Miettinen OS, Nurminen M. Stat Med 1985;4:213-226. Newcombe RG. Stat Med
    1998;17:873-890, methods 6 and 10.

    Examples
    --------
    >>> found = proportion_difference(56, 70, 48, 80)
    >>> found.value, round(found.lower, 4), round(found.upper, 4)
    (0.2, 0.0528, 0.3382)
    """
    two = TwoGroups(events_a=events_a, n_a=n_a, events_b=events_b, n_b=n_b)
    check_method(method, DIFFERENCES, "difference of proportions")
    if method == "newcombe":
        return _difference(two, hybrid_bounds(two, confidence), None, confidence, method)
    inflation = two.n / (two.n - 1)
    bounds = difference_bounds(two, confidence=confidence, inflation=inflation)
    z = _z_of_no_difference(two, inflation)
    return _difference(two, bounds, z, confidence, method)


def proportion_ratio(
    events_a: int,
    n_a: int,
    events_b: int,
    n_b: int,
    *,
    method: Literal["miettinen-nurminen", "koopman"] = "miettinen-nurminen",
    confidence: float = 0.95,
) -> Estimate:
    r"""How many times as often something happened in group A as in group B.

    .. math:: \left\{\phi : \frac{(\hat p_a - \phi \hat p_b)^2}
        {c \left(\tilde p_a \tilde q_a / n_a + \phi^2 \tilde p_b \tilde q_b / n_b\right)}
        \le z^2 \right\}

    with the shares :math:`\tilde p_a = \phi \tilde p_b` that are likeliest at the ratio
    :math:`\phi`, and c = N / (N - 1) after Miettinen and Nurminen, 1 after Koopman.

    Parameters
    ----------
    events_a, events_b : int in [0, n_a] and [1, n_b]
        Patients with the event; at least one in B.
    n_a, n_b : int, at least 1
        Patients of either group.
    method : {"miettinen-nurminen", "koopman"}
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        At least 0; 1 when both shares are the same, 0 when nobody in A had the event. ``se``
        is the delta method's on the ratio's own scale, absent where it would be 0.

    Raises
    ------
    NotEstimable
        When counts cannot be, nobody in B had the event, or under another method.

    References
    ----------
    Koopman PAR. Biometrics 1984;40:513-517. Miettinen OS, Nurminen M. Stat Med
    1985;4:213-226.

    Examples
    --------
    >>> found = proportion_ratio(7, 34, 1, 34, method="koopman")
    >>> round(found.value, 4), round(found.lower, 4), round(found.upper, 4)
    (7.0, 1.2209, 42.5757)
    """
    two = TwoGroups(events_a=events_a, n_a=n_a, events_b=events_b, n_b=n_b)
    check_method(method, RATIOS, "ratio of proportions")
    inflation = 1.0 if method == "koopman" else two.n / (two.n - 1)
    bounds = finite_ratio_bounds(
        two,
        confidence=confidence,
        inflation=inflation,
        name="ratio of proportions",
        needed="an event in group B",
    )
    z = _z_of_no_difference(two, inflation)
    return Estimate(
        value=two.share_a / two.share_b,
        se=ratio_error(two),
        lower=bounds[0],
        upper=bounds[1],
        level=confidence,
        n=two.n,
        method=RATIOS[method],
        statistic=z,
        p_value=two_sided(z),
    )


def hybrid_bounds(two: TwoGroups, confidence: float) -> tuple[float, float]:
    """Newcombe's interval of a difference, from the Wilson bounds of both shares.

    Examples
    --------
    >>> two = TwoGroups(events_a=56, n_a=70, events_b=48, n_b=80)
    >>> [round(bound, 4) for bound in hybrid_bounds(two, 0.95)]
    [0.0524, 0.3339]
    """
    check_level(confidence)
    (least_a, most_a), (least_b, most_b) = (
        proportion_confint(events, n, alpha=1 - confidence, method="wilson")
        for events, n in ((two.events_a, two.n_a), (two.events_b, two.n_b))
    )
    down = math.hypot(two.share_a - least_a, most_b - two.share_b)
    up = math.hypot(most_a - two.share_a, two.share_b - least_b)
    return max(two.difference - down, -1.0), min(two.difference + up, 1.0)


def finite_ratio_bounds(
    two: TwoGroups, *, confidence: float, inflation: float = 1.0, name: str, needed: str
) -> tuple[float, float]:
    """Score interval of a ratio of shares that is finite, or a refusal that names its bound.

    Examples
    --------
    >>> two = TwoGroups(events_a=7, n_a=34, events_b=1, n_b=34)
    >>> bounds = finite_ratio_bounds(two, confidence=0.95, name="ratio", needed="an event")
    >>> [round(bound, 4) for bound in bounds]
    [1.2209, 42.5757]
    """
    if not two.events:
        raise NotEstimable(f"{name} — expected {needed}, got none in either group: 0 / 0")
    lower, upper = ratio_bounds(two, confidence=confidence, inflation=inflation)
    if not two.events_b:
        raise NotEstimable(
            f"{name} — expected {needed}, got none: the ratio is infinite — "
            f"report its lower score bound, {lower:.4g}"
        )
    return lower, upper


def ratio_error(two: TwoGroups) -> float | None:
    """Delta-method error of the ratio of shares; ``None`` where it would be 0.

    Examples
    --------
    >>> round(ratio_error(TwoGroups(events_a=5, n_a=10, events_b=5, n_b=10)), 4)
    0.4472
    """
    if not two.events_a:
        return None
    relative = 1 / two.events_a - 1 / two.n_a + 1 / two.events_b - 1 / two.n_b
    return two.share_a / two.share_b * math.sqrt(relative) if relative > 0 else None


def _z_of_no_difference(two: TwoGroups, inflation: float) -> float | None:
    if two.events in (0, two.n):
        return None
    pooled = two.events / two.n
    spread = pooled * (1 - pooled) * (1 / two.n_a + 1 / two.n_b)
    return two.difference / math.sqrt(inflation * spread)


def _difference(
    two: TwoGroups,
    bounds: tuple[float, float],
    z: float | None,
    confidence: float,
    method: str,
) -> Estimate:
    return Estimate(
        value=two.difference,
        se=None,
        lower=bounds[0],
        upper=bounds[1],
        level=confidence,
        n=two.n,
        method=DIFFERENCES[method],
        statistic=z,
        p_value=two_sided(z),
    )
