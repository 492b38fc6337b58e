"""How small a part of the best served group's rate the worst served group has."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.equity.parity import shares_at_once
from probatum.analysis.equity.shares import Decided, Share, decided, ratio_bounds
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import BoolArray
from probatum.errors import NotEstimable


def demographic_parity_ratio(
    positive: ArrayLike,
    group: ArrayLike,
    *,
    minimum_cell: int = 1,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Smallest selection rate of a group as a part of the largest.

    .. math:: \min_g \hat p_g / \max_g \hat p_g

    The interval holds for all pairs of groups at once: with m pairs each ratio gets its own at
    level :math:`1 - \alpha / m`, from two Wilson intervals (squared and added), and the bounds
    are the smallest lower bound and the smallest upper bound, or 1, of any pair.

    Parameters
    ----------
    positive : (n,) of bool
        Whether the patient is selected, such as ``risk >= threshold``.
    group : (n,) of labels
        One group a patient, at least two groups.
    minimum_cell : int, at least 1
        Fewest patients that a group's rate may be counted among, from the protocol. A smaller
        group is refused, never left out in silence: merge it with another beforehand.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; 1 when all groups are selected alike, 0 when one is never selected. It lies
        below the true one on average, the more so the smaller the groups are. There is no
        standard error.

    Raises
    ------
    NotEstimable
        With one group, a group that is too small, a missing label, unequal lengths, or when
        nobody is selected.

    References
    ----------
    Agarwal A et al. Proc Mach Learn Res 2018;80:60-69. Fairlearn user guide, common fairness
    metrics (method ``between_groups``). Donner A, Zou GY. Stat Methods Med Res 2012;21:347-359.

    Departures
    ----------
    Fairlearn gives no interval, and NaN when nobody is selected. A ratio of four fifths is a
    rule of one country's employment law, not of medicine; no limit is built in.

    Examples
    --------
    >>> demographic_parity_ratio([1, 1, 1, 1, 1, 0, 0, 0], list("AAAABBBB")).value
    0.25
    """
    cohort = decided(positive, positive, group, weight)
    return _smallest(
        [np.ones_like(cohort[0])], cohort, minimum_cell, confidence, "selection rate"
    )


def equal_opportunity_ratio(
    outcome: ArrayLike,
    positive: ArrayLike,
    group: ArrayLike,
    *,
    minimum_cell: int = 1,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Smallest true positive rate of a group as a part of the largest.

    As :func:`demographic_parity_ratio`, among the patients with the event.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; to somebody in every group.
    positive, group, minimum_cell, weight, confidence
        As :func:`demographic_parity_ratio`.

    Returns
    -------
    Estimate
        In [0, 1]; 1 when the events of all groups are found alike.

    Raises
    ------
    NotEstimable
        As :func:`demographic_parity_ratio`, or when a group has no event.

    References
    ----------
    Hardt M, Price E, Srebro N. Adv Neural Inf Process Syst 2016;29:3315-3323.

    Examples
    --------
    >>> equal_opportunity_ratio([1, 1, 1, 1], [1, 1, 1, 0], list("AABB")).value
    0.5
    """
    cohort = decided(outcome, positive, group, weight)
    return _smallest([cohort[0]], cohort, minimum_cell, confidence, "true positive rate")


def false_positive_rate_ratio(
    outcome: ArrayLike,
    positive: ArrayLike,
    group: ArrayLike,
    *,
    minimum_cell: int = 1,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Smallest false positive rate of a group as a part of the largest.

    As :func:`demographic_parity_ratio`, among the patients without the event.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; not to everybody in any group.
    positive, group, minimum_cell, weight, confidence
        As :func:`demographic_parity_ratio`.

    Returns
    -------
    Estimate
        In [0, 1]; 1 when false alarms are as frequent in all groups.

    Raises
    ------
    NotEstimable
        As :func:`demographic_parity_ratio`, or when everybody in a group had the event.

    References
    ----------
    Hardt M, Price E, Srebro N. Adv Neural Inf Process Syst 2016;29:3315-3323.

    Examples
    --------
    >>> false_positive_rate_ratio([0, 0, 0, 0], [1, 1, 1, 0], list("AABB")).value
    0.5
    """
    cohort = decided(outcome, positive, group, weight)
    return _smallest([~cohort[0]], cohort, minimum_cell, confidence, "false positive rate")


def equalized_odds_ratio(
    outcome: ArrayLike,
    positive: ArrayLike,
    group: ArrayLike,
    *,
    minimum_cell: int = 1,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Smaller of the ratios of the true and of the false positive rate.

    As :func:`demographic_parity_ratio`, over the groups and both rates.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; to some, not to all, in every group.
    positive, group, minimum_cell, weight, confidence
        As :func:`demographic_parity_ratio`.

    Returns
    -------
    Estimate
        In [0, 1]; 1 when all groups have the same sensitivity and the same specificity.

    Raises
    ------
    NotEstimable
        As :func:`demographic_parity_ratio`, when a group lacks either class, or when a rate is
        0 in all groups: report the difference.

    References
    ----------
    Hardt M, Price E, Srebro N. Adv Neural Inf Process Syst 2016;29:3315-3323. Fairlearn user
    guide, common fairness metrics (``agg="worst_case"``).

    Examples
    --------
    >>> equalized_odds_ratio([1, 1, 0, 0, 1, 1, 0, 0], [1, 1, 1, 0, 1, 0, 1, 0],
    ...                      list("AAAABBBB")).value
    0.5
    """
    cohort = decided(outcome, positive, group, weight)
    y = cohort[0]
    return _smallest([y, ~y], cohort, minimum_cell, confidence, "true or false positive rate")


def _smallest(
    among: list[BoolArray],
    cohort: Decided,
    minimum_cell: int,
    confidence: float,
    name: str,
) -> Estimate:
    by_class, pairs = shares_at_once(
        among, cohort, minimum_cell=minimum_cell, confidence=confidence, name=name
    )
    found = [_ratio(shares, name) for shares in by_class]
    value, lower, upper = (min(each) for each in zip(*found, strict=True))
    return Estimate(
        value=value,
        se=None,
        lower=lower,
        upper=upper,
        level=confidence,
        n=cohort[0].size,
        method=f"smallest ratio of {name} between {len(by_class[0])} groups, intervals of "
        f"{pairs} ratios from Wilson intervals at once (Bonferroni)",
    )


def _ratio(shares: list[Share], name: str) -> tuple[float, float, float]:
    """Ratio of the smallest to the largest share, and how small and large it may be."""
    rates = [one.estimate for one in shares]
    values = [rate.value for rate in rates]
    if max(values) == 0:
        raise NotEstimable(
            f"ratio of {name} — expected somebody selected, got nobody in any group — "
            "report the difference"
        )
    lowers, uppers = zip(*(ratio_bounds(a, b) for a, b in permutations(rates, 2)), strict=True)
    return min(values) / max(values), min(lowers), min(1.0, *uppers)
