"""Where each patient's score stands among the scores of those who fared otherwise.

A placement is the share of the other class a patient beats, ties counting one half. The area
under the curve is the mean placement, and DeLong's variance is the spread of placements.
"""

from __future__ import annotations

import numpy as np

from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import BoolArray, FloatArray

_ROUNDING = 1e-12


def placements(
    outcome: BoolArray, score: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    r"""Weighted share of controls below each case, and of cases above each control.

    Sorting and cumulative weights stand in for comparing every pair: :math:`O(n \log n)`.

    Parameters
    ----------
    outcome : (n,) of bool
    score : (n,) of float
    weight : (n,) of float > 0

    Returns
    -------
    case : (m,) of float in [0, 1]
    control : (n - m,) of float in [0, 1]

    References
    ----------
    Sun X, Xu W. IEEE Signal Process Lett 2014;21:1389-1393.

    Examples
    --------
    >>> placements(np.array([False, False, True]), np.array([1., 2., 2.]), np.ones(3))
    (array([0.75]), array([1. , 0.5]))
    """
    case, control = score[outcome], score[~outcome]
    below = _share_below(case, among=control, weight=weight[~outcome])
    return below, 1.0 - _share_below(control, among=case, weight=weight[outcome])


def spread(deviation: FloatArray, weight: FloatArray) -> float:
    r"""Variance of a weighted mean of one class, the weights taken as known.

    .. math:: \frac{m}{m-1} \frac{\sum w_i^2 d_i^2}{(\sum w_i)^2}

    Parameters
    ----------
    deviation : (m,) of float
        :math:`d_i`, placement less area.
    weight : (m,) of float > 0

    Examples
    --------
    >>> spread(np.array([-1.0, 1.0]), np.ones(2))
    1.0
    """
    m = deviation.size
    share = weight / weight.sum()
    return float(np.sum((share * deviation) ** 2) * m / (m - 1))


def has_no_spread(case: FloatArray, control: FloatArray) -> bool:
    """Whether placements (or their differences) are one value in each class."""
    return bool(max(np.ptp(case), np.ptp(control)) <= _ROUNDING)


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
    k, b = _pairs(outcome, confidence)
    separated = abs(area - 0.5) > 0.25
    lower, upper = (b / 2, 1 - b / 2)
    if separated:
        lower, upper = (b, 1.0) if area > 0.5 else (0.0, 1 - b)
    why = "perfect separation" if separated else "one score for all"
    return _without_spread(
        area,
        (lower, upper),
        outcome.size,
        confidence,
        f"DeLong variance is 0 ({why}); exact bound from {k} disjoint pairs",
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
    k, b = _pairs(outcome, confidence)
    lower = max(difference * b - (1 - b), -1.0)
    upper = min(difference * b + (1 - b), 1.0)
    return _without_spread(
        difference,
        (lower, upper),
        outcome.size,
        confidence,
        f"paired DeLong variance is 0 (placements agree); exact bound from {k} disjoint pairs",
    )


def _share_below(values: FloatArray, *, among: FloatArray, weight: FloatArray) -> FloatArray:
    order = np.argsort(among, kind="stable")
    ranked = among[order]
    total = np.concatenate([[0.0], np.cumsum(weight[order])])
    strictly = total[np.searchsorted(ranked, values, side="left")]
    or_tied = total[np.searchsorted(ranked, values, side="right")]
    return np.asarray((strictly + or_tied) / (2 * total[-1]), dtype=np.float64)


def _pairs(outcome: BoolArray, confidence: float) -> tuple[int, float]:
    """Disjoint pairs, and the least probability at which all agreeing stays credible."""
    check_level(confidence)
    events = int(np.count_nonzero(outcome))
    k = min(events, outcome.size - events)
    return k, float(((1 - confidence) / 2) ** (1 / k))


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
