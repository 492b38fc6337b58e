"""Is A worse than B by less than the margin that the protocol accepts?

The margin is a loss of the share in whom the good thing happened, fixed before the data are
seen. A p-value of no difference that is not small is no evidence of non-inferiority.
"""

from __future__ import annotations

import math

from numpy.typing import ArrayLike

from probatum.analysis.estimate import Estimate
from probatum.analysis.proportion.counts import TwoGroups, check_margin
from probatum.analysis.proportion.pairs import Pairs, tango_bounds, tango_spread
from probatum.analysis.proportion.score import difference_bounds, difference_spread, one_sided
from probatum.analysis.proportion.two_tests import pairs_with_event, pairs_without_event


def proportion_non_inferiority(
    events_a: int,
    n_a: int,
    events_b: int,
    n_b: int,
    margin: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""Is something good happening in group A less often than in B by less than the margin?

    .. math:: z = \frac{\hat p_a - \hat p_b + \delta}{\sqrt{\tilde V(-\delta)}},
        \qquad p = 1 - \Phi(z)

    with the variance at the shares that are likeliest when A is worse by exactly
    :math:`\delta`.

    Parameters
    ----------
    events_a, events_b : int in [0, n_a] and [0, n_b]
        Patients in whom the good thing happened: more is better. Count those without the event
        where the event is a harm.
    n_a, n_b : int, at least 1
        Patients of either group.
    margin : float in (0, 1)
        :math:`\delta`, the largest loss that is still acceptable.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        The difference A - B with the score interval that belongs to the test, and the
        one-sided test of :math:`\Delta \le -\delta`: at 0.95, ``lower > -margin`` exactly when
        ``p_value < 0.025``.

    Raises
    ------
    NotEstimable
        When counts cannot be or the margin is no loss.

    References
    ----------
    Farrington CP, Manning G. Stat Med 1990;9:1447-1454, method 3 and appendix.

    Departures
    ----------
    The paper gives a test. The interval is Mee's, all differences that the same statistic does
    not reject, so that both always say the same.

    Examples
    --------
    >>> found = proportion_non_inferiority(83, 100, 88, 110, margin=0.05)
    >>> round(found.statistic, 4), round(found.p_value, 4)
    (1.4727, 0.0704)
    """
    two = TwoGroups(events_a=events_a, n_a=n_a, events_b=events_b, n_b=n_b)
    check_margin(margin)
    lower, upper = difference_bounds(two, confidence=confidence)
    z = (two.difference + margin) / math.sqrt(difference_spread(two, -margin))
    return Estimate(
        value=two.difference,
        se=None,
        lower=lower,
        upper=upper,
        level=confidence,
        n=two.n,
        method=f"Farrington-Manning score test, margin {margin:g}, one-sided; "
        "score interval of the same statistic",
        statistic=z,
        p_value=one_sided(z),
    )


def paired_non_inferiority(
    both: int,
    only_a: int,
    only_b: int,
    neither: int,
    margin: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""Is test A right less often than test B in the same patients by less than the margin?

    .. math:: z = \frac{b - c + n \delta}{\sqrt{n\,(2 \tilde q - \delta (1 + \delta))}},
        \qquad p = 1 - \Phi(z)

    with b, c the patients positive in A only and in B only, and :math:`\tilde q` the share
    positive in B only that is likeliest when A is worse by exactly :math:`\delta`.

    Parameters
    ----------
    both, only_a, only_b, neither : int, at least 0
        Patients in whom the good thing happened in both, in A only, in B only, in neither.
    margin : float in (0, 1)
        :math:`\delta`, the largest loss that is still acceptable.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        The difference A - B with Tango's interval and the one-sided score test of
        :math:`\Delta \le -\delta`: at 0.95, ``lower > -margin`` exactly when
        ``p_value < 0.025``.

    Raises
    ------
    NotEstimable
        When counts cannot be, there is no patient, or the margin is no loss.

    References
    ----------
    Tango T. Stat Med 1998;17:891-908.

    Examples
    --------
    >>> found = paired_non_inferiority(43, 0, 1, 0, margin=0.1)
    >>> round(found.value, 4), round(found.p_value, 4)
    (-0.0227, 0.0438)
    """
    pairs = Pairs(both=both, only_a=only_a, only_b=only_b, neither=neither)
    return non_inferior(pairs, margin, confidence)


def sensitivity_non_inferiority(
    outcome: ArrayLike,
    positive_a: ArrayLike,
    positive_b: ArrayLike,
    margin: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Does test A find fewer of the patients with the event than B by less than the margin?

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least one did.
    positive_a, positive_b : (n,) of bool
        Whether either test of the same patient is positive.
    margin : float in (0, 1)
        The largest loss of sensitivity that is still acceptable.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        Sensitivity of A less that of B, with the test of :func:`paired_non_inferiority`.

    Raises
    ------
    NotEstimable
        When nobody had the event, or the margin is no loss.

    References
    ----------
    As :func:`paired_non_inferiority`.

    Examples
    --------
    >>> found = sensitivity_non_inferiority([1, 1, 1, 0], [1, 1, 0, 0], [1, 1, 0, 1], 0.2)
    >>> found.value, round(found.p_value, 3)
    (0.0, 0.193)
    """
    return non_inferior(pairs_with_event(outcome, positive_a, positive_b), margin, confidence)


def specificity_non_inferiority(
    outcome: ArrayLike,
    positive_a: ArrayLike,
    positive_b: ArrayLike,
    margin: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    """Does test A clear fewer of the patients without the event than B by less than the margin?

    Parameters, returns and refusals as :func:`sensitivity_non_inferiority`, with the classes
    exchanged.

    References
    ----------
    As :func:`sensitivity_non_inferiority`.

    Examples
    --------
    >>> found = specificity_non_inferiority([1, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], 0.2)
    >>> round(found.value, 4)
    0.3333
    """
    pairs = pairs_without_event(outcome, positive_a, positive_b)
    return non_inferior(pairs, margin, confidence)


def non_inferior(pairs: Pairs, margin: float, confidence: float) -> Estimate:
    """Tango's difference, interval and one-sided test of a margin.

    Examples
    --------
    >>> pairs = Pairs(both=43, only_a=0, only_b=1, neither=0)
    >>> round(non_inferior(pairs, 0.1, 0.95).statistic, 4)
    1.7086
    """
    check_margin(margin)
    lower, upper = tango_bounds(pairs, confidence=confidence)
    z = (pairs.difference + margin) / math.sqrt(tango_spread(pairs, -margin))
    return Estimate(
        value=pairs.difference,
        se=None,
        lower=lower,
        upper=upper,
        level=confidence,
        n=pairs.n,
        method=f"Tango score test of pairs, margin {margin:g}, one-sided; "
        "score interval of the same statistic",
        statistic=z,
        p_value=one_sided(z),
    )
