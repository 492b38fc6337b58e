"""Intervals that hold where the usual one has no width or leaves the range.

The logit interval stays within (0, 1). Where a variance is 0 because every pair of patients
agrees, the exact bound from disjoint pairs says how far agreement by chance can reach.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from probatum.analysis.estimate import Estimate, check_level, normal_quantile
from probatum.analysis.observations import BoolArray
from probatum.errors import NotEstimable


def logit_wald(value: float, se: float, *, confidence: float, n: int, method: str) -> Estimate:
    r"""Estimate with the normal interval on the scale of log odds, turned back.

    .. math:: \operatorname{logit}\hat\theta \pm z\,
        \frac{\mathrm{SE}}{\hat\theta(1 - \hat\theta)}

    Parameters
    ----------
    value : float in (0, 1)
    se : float, at least 0
        On the scale of ``value``.
    confidence : float in (0, 1)
    n : int
    method : str

    Raises
    ------
    NotEstimable
        When ``value`` rounds to 0 or 1, where there are no log odds.

    References
    ----------
    Pepe MS. The Statistical Evaluation of Medical Tests. Oxford 2003, chapter 5.

    Examples
    --------
    >>> logit_wald(0.9, 0.05, confidence=0.95, n=50, method="DeLong").upper.__round__(4)
    0.9639
    """
    if not 0 < value < 1:
        raise NotEstimable(f"{method} — expected a value inside (0, 1), got {value:g}")
    half = normal_quantile(confidence) * se / (value * (1 - value))
    middle = special.logit(value)
    return Estimate(
        value=float(value),
        se=float(se),
        lower=float(special.expit(middle - half)),
        upper=float(special.expit(middle + half)),
        level=confidence,
        n=n,
        method=method,
    )


def exact_area(area: float, outcome: BoolArray, *, confidence: float) -> Estimate:
    r"""Estimate of an area whose DeLong variance is 0, with a bound that still holds.

    All of k = min(m, n) disjoint pairs agree, which has a probability of at most
    :math:`\theta^k`; the bound is where that equals :math:`\alpha/2`.

    Parameters
    ----------
    area : float
        1, 0 (perfect separation) or 1/2 (one score for all).
    outcome : (n,) of bool
    confidence : float in (0, 1)

    Examples
    --------
    >>> exact_area(1.0, np.repeat([False, True], 5), confidence=0.95).lower.__round__(4)
    0.4782
    """
    return exact_area_of_pairs(
        area, disjoint_pairs(outcome), n=outcome.size, confidence=confidence
    )


def exact_area_of_pairs(
    area: float, k: int, *, n: int, confidence: float, of: str = "disjoint pairs"
) -> Estimate:
    """As :func:`exact_area`, from ``k`` independent pairs of whatever kind.

    Parameters
    ----------
    area : float
        1, 0 or 1/2.
    k : int, at least 1
        Independent pairs, which all agree.
    n : int
        Patients, or what else is counted.
    confidence : float in (0, 1)
    of : str
        What the pairs are, for ``method``.

    Examples
    --------
    >>> exact_area_of_pairs(1.0, 5, n=10, confidence=0.95).lower.__round__(4)
    0.4782
    """
    b = _least_credible(k, confidence)
    separated = abs(area - 0.5) > 0.25
    lower, upper = (b / 2, 1 - b / 2)
    if separated:
        lower, upper = (b, 1.0) if area > 0.5 else (0.0, 1 - b)
    why = "perfect separation" if separated else "one score for all"
    return _without_spread(
        area,
        (lower, upper),
        n,
        confidence,
        f"DeLong variance is 0 ({why}); exact bound from {k} {of}",
    )


def exact_difference(difference: float, outcome: BoolArray, *, confidence: float) -> Estimate:
    r"""Estimate of a difference of areas whose paired DeLong variance is 0.

    All of k disjoint pairs show the same difference c, so at most a share 1 - b,
    :math:`b = (\alpha/2)^{1/k}`, of pairs can show another, and no other lies beyond [-1, 1].

    Parameters
    ----------
    difference : float in [-1, 1]
    outcome : (n,) of bool
    confidence : float in (0, 1)

    Examples
    --------
    >>> same = exact_difference(0.0, np.repeat([False, True], 500), confidence=0.95)
    >>> round(same.lower, 4), round(same.upper, 4)
    (-0.0074, 0.0074)
    """
    return exact_difference_of_pairs(
        difference, disjoint_pairs(outcome), n=outcome.size, confidence=confidence
    )


def exact_difference_of_pairs(
    difference: float, k: int, *, n: int, confidence: float, of: str = "disjoint pairs"
) -> Estimate:
    """As :func:`exact_difference`, from ``k`` independent pairs of whatever kind.

    Examples
    --------
    >>> exact_difference_of_pairs(0.0, 500, n=1000, confidence=0.95).upper.__round__(4)
    0.0074
    """
    b = _least_credible(k, confidence)
    lower = max(difference * b - (1 - b), -1.0)
    upper = min(difference * b + (1 - b), 1.0)
    return _without_spread(
        difference,
        (lower, upper),
        n,
        confidence,
        f"paired DeLong variance is 0 (placements agree); exact bound from {k} {of}",
    )


def disjoint_pairs(outcome: BoolArray) -> int:
    """Pairs of a patient with and one without the event that share nobody.

    Examples
    --------
    >>> disjoint_pairs(np.array([True, False, False]))
    1
    """
    events = int(np.count_nonzero(outcome))
    return min(events, outcome.size - events)


def _least_credible(k: int, confidence: float) -> float:
    """Least probability at which the agreement of all k pairs stays credible."""
    check_level(confidence)
    return float(((1 - confidence) / 2) ** (1 / k))


def _without_spread(
    value: float, bounds: tuple[float, float], n: int, confidence: float, method: str
) -> Estimate:
    return Estimate(
        value=round(value, 9),
        se=0.0,
        lower=bounds[0],
        upper=bounds[1],
        level=confidence,
        n=n,
        method=method,
    )
