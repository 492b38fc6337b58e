"""Where each patient's score stands among the scores of those who fared otherwise.

A placement is the share of the other class a patient beats, ties counting one half. The area
under the curve is the mean placement, and DeLong's variance is the spread of placements.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    has_equal_weights = np.ptp(weight) == 0
    order = np.argsort(score, kind="quicksort" if has_equal_weights else "stable")
    is_case, ends = outcome[order], _ends_of_ties(score[order])
    if has_equal_weights:
        cases = np.cumsum(is_case)
        controls = np.arange(1, score.size + 1) - cases
    else:
        w = weight[order]
        cases, controls = (np.cumsum(np.where(of, w, 0.0)) for of in (is_case, ~is_case))
    placed = np.empty(score.size)
    placed[order] = np.where(is_case, _below(controls, ends), _below(cases, ends))
    return placed.compress(outcome) / controls[-1], 1.0 - placed.compress(~outcome) / cases[-1]


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


def _ends_of_ties(ranked: FloatArray) -> NDArray[np.intp]:
    """Last place of each score among the ranked."""
    return np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))


def _below(total: NDArray[Any], ends: NDArray[np.intp]) -> NDArray[Any]:
    """How much of one class lies below each member of the other, of equal score one half.

    Parameters
    ----------
    total : (n,) of float or int
        Weight, or number, of the one class up to each rank.
    ends : (k,) of int
        Last rank of each score; k = n where nobody is tied.
    """
    if ends.size == total.size:
        return total
    up_to = total[ends]
    before = np.concatenate([[0], up_to[:-1]])
    return np.repeat((before + up_to) / 2, np.diff(ends, prepend=-1))
