"""How far apart the best and the worst served group are: largest differences of a rate."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.choices import one_number
from probatum.analysis.equity.labels import coded
from probatum.analysis.equity.shares import Decided, Share, decided, difference, share
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import BoolArray
from probatum.errors import NotEstimable


def demographic_parity_difference(
    positive: ArrayLike,
    group: ArrayLike,
    *,
    minimum_cell: int = 1,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Largest selection rate of a group less the smallest, whatever the outcomes are.

    .. math:: \max_{g, h} \, (\hat p_g - \hat p_h)

    The interval holds for all pairs of groups at once: with m pairs each difference gets its
    Newcombe interval at level :math:`1 - \alpha / m`, and the bounds are the largest lower
    bound, or 0, and the largest upper bound of any pair.

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
        In [0, 1]; 0 when all groups are selected alike. It is the largest of several noisy
        differences, so it lies above the true one on average, the more so the smaller the
        groups are: read the interval. There is no standard error.

    Raises
    ------
    NotEstimable
        With one group, a group that is too small, a missing label, or unequal lengths.

    References
    ----------
    Agarwal A et al. Proc Mach Learn Res 2018;80:60-69. Fairlearn user guide, common fairness
    metrics (method ``between_groups``). Newcombe RG. Stat Med 1998;17:873-890, method 10.

    Departures
    ----------
    Fairlearn gives no interval. Bonferroni's is conservative.

    Examples
    --------
    >>> demographic_parity_difference([1, 1, 1, 0, 1, 0, 0, 0], list("AAAABBBB")).value
    0.5
    """
    cohort = decided(positive, positive, group, weight)
    return _largest([_everybody(cohort)], cohort, minimum_cell, confidence, "selection rate")


def equal_opportunity_difference(
    outcome: ArrayLike,
    positive: ArrayLike,
    group: ArrayLike,
    *,
    minimum_cell: int = 1,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Largest true positive rate of a group less the smallest.

    As :func:`demographic_parity_difference`, among the patients with the event.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; to somebody in every group.
    positive, group, minimum_cell, weight, confidence
        As :func:`demographic_parity_difference`.

    Returns
    -------
    Estimate
        In [0, 1]; 0 when the events of all groups are found alike.

    Raises
    ------
    NotEstimable
        As :func:`demographic_parity_difference`, or when a group has no event.

    References
    ----------
    Hardt M, Price E, Srebro N. Adv Neural Inf Process Syst 2016;29:3315-3323.

    Examples
    --------
    >>> equal_opportunity_difference([1, 1, 1, 1], [1, 1, 1, 0], list("AABB")).value
    0.5
    """
    cohort = decided(outcome, positive, group, weight)
    return _largest([cohort[0]], cohort, minimum_cell, confidence, "true positive rate")


def false_positive_rate_difference(
    outcome: ArrayLike,
    positive: ArrayLike,
    group: ArrayLike,
    *,
    minimum_cell: int = 1,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Largest false positive rate of a group less the smallest.

    As :func:`demographic_parity_difference`, among the patients without the event.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; not to everybody in any group.
    positive, group, minimum_cell, weight, confidence
        As :func:`demographic_parity_difference`.

    Returns
    -------
    Estimate
        In [0, 1]; 0 when false alarms are as frequent in all groups.

    Raises
    ------
    NotEstimable
        As :func:`demographic_parity_difference`, or when everybody in a group had the event.

    References
    ----------
    Hardt M, Price E, Srebro N. Adv Neural Inf Process Syst 2016;29:3315-3323.

    Examples
    --------
    >>> false_positive_rate_difference([0, 0, 0, 0], [1, 1, 1, 0], list("AABB")).value
    0.5
    """
    cohort = decided(outcome, positive, group, weight)
    return _largest([~cohort[0]], cohort, minimum_cell, confidence, "false positive rate")


def equalized_odds_difference(
    outcome: ArrayLike,
    positive: ArrayLike,
    group: ArrayLike,
    *,
    minimum_cell: int = 1,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Larger of the differences of the true and of the false positive rate.

    As :func:`demographic_parity_difference`, over the pairs of groups and both rates.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; to some, not to all, in every group.
    positive, group, minimum_cell, weight, confidence
        As :func:`demographic_parity_difference`.

    Returns
    -------
    Estimate
        In [0, 1]; 0 when all groups have the same sensitivity and the same specificity.

    Raises
    ------
    NotEstimable
        As :func:`demographic_parity_difference`, or when a group lacks either class.

    References
    ----------
    Hardt M, Price E, Srebro N. Adv Neural Inf Process Syst 2016;29:3315-3323. Fairlearn user
    guide, common fairness metrics (``agg="worst_case"``).

    Examples
    --------
    >>> equalized_odds_difference([1, 1, 0, 0, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0, 0, 0],
    ...                           list("AAAABBBB")).value
    0.5
    """
    cohort = decided(outcome, positive, group, weight)
    y = cohort[0]
    return _largest([y, ~y], cohort, minimum_cell, confidence, "true or false positive rate")


def shares_by_group(
    among: BoolArray, cohort: Decided, *, minimum_cell: int, confidence: float, name: str
) -> list[Share]:
    """Share of the positive among some patients, a group at a time.

    Raises
    ------
    NotEstimable
        When there are fewer than two groups, or too few to count among in one.
    """
    _, positive, weight, labels = cohort
    names, place = coded(labels)
    if not one_number(minimum_cell) >= 1:
        raise NotEstimable(f"minimum cell — expected at least 1 patient, got {minimum_cell}")
    if len(names) < 2:
        raise NotEstimable(f"{name} — expected at least two groups to compare, got 1")
    too_small = int(np.sum(np.bincount(place[among], minlength=len(names)) < minimum_cell))
    if too_small:
        raise NotEstimable(
            f"{name} — expected at least {minimum_cell} to count among in every group, got "
            f"{too_small} smaller groups — merge groups, or leave them out by a stated rule"
        )
    return [
        share(positive, among & (place == one), weight, confidence=confidence, name=name)
        for one in range(len(names))
    ]


def shares_at_once(
    among: list[BoolArray],
    cohort: Decided,
    *,
    minimum_cell: int,
    confidence: float,
    name: str,
) -> tuple[list[list[Share]], int]:
    """The shares of all groups at the level at which all pairs hold together; and the pairs.

    Raises
    ------
    NotEstimable
        As :func:`shares_by_group`, or for a level that is none.
    """
    check_level(confidence)
    groups = len(coded(cohort[3])[0])
    pairs = max(len(among) * groups * (groups - 1) // 2, 1)
    level = 1 - (1 - confidence) / pairs
    found = [
        shares_by_group(who, cohort, minimum_cell=minimum_cell, confidence=level, name=name)
        for who in among
    ]
    return found, pairs


def _everybody(cohort: Decided) -> BoolArray:
    return np.ones_like(cohort[0])


def _largest(
    among: list[BoolArray],
    cohort: Decided,
    minimum_cell: int,
    confidence: float,
    name: str,
) -> Estimate:
    by_class, pairs = shares_at_once(
        among, cohort, minimum_cell=minimum_cell, confidence=confidence, name=name
    )
    found = [
        difference(a, b, name=name) for shares in by_class for a, b in combinations(shares, 2)
    ]
    bounds = [bound for one in found for bound in (one.interval, _mirrored(one.interval))]
    return Estimate(
        value=max(abs(one.value) for one in found),
        se=None,
        lower=max(0.0, *(lower for lower, _ in bounds)),
        upper=max(upper for _, upper in bounds),
        level=confidence,
        n=cohort[0].size,
        method=f"largest difference of {name} between {len(by_class[0])} groups, Newcombe "
        f"intervals of {pairs} differences at once (Bonferroni)",
    )


def _mirrored(interval: tuple[float, float]) -> tuple[float, float]:
    return -interval[1], -interval[0]
