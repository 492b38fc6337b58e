"""Where each patient's score stands among the scores of those who fared otherwise.

A placement is the share of the other class a patient beats, ties counting one half. The area
under the curve is the mean placement, and DeLong's variance is the spread of placements.
"""

from __future__ import annotations

import numpy as np

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
    order = np.argsort(score, kind="quicksort" if np.ptp(weight) == 0 else "stable")
    ranked, is_case, w = score[order], outcome[order], weight[order]
    last_of_tie = np.append(ranked[1:] != ranked[:-1], True)
    beaten = np.where(
        is_case,
        _share_below(np.where(is_case, 0.0, w), last_of_tie),
        1.0 - _share_below(np.where(is_case, w, 0.0), last_of_tie),
    )
    placed = np.empty_like(beaten)
    placed[order] = beaten
    return placed[outcome], placed[~outcome]


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


def _share_below(weight: FloatArray, last_of_tie: BoolArray) -> FloatArray:
    """Share of the (ranked) weight below each rank, of that at the same score one half."""
    total = np.cumsum(weight)
    ends = np.flatnonzero(last_of_tie)
    up_to = total[ends]
    before = np.concatenate([[0.0], up_to[:-1]])
    middle = (before + up_to) / (2 * total[-1])
    return np.asarray(np.repeat(middle, np.diff(ends, prepend=-1)), dtype=np.float64)
