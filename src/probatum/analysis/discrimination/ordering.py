"""How many of those who come before a patient score lower, without comparing every pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from probatum.analysis.observations import FloatArray


def weight_before(rank: NDArray[np.intp], weight: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Summed weight of the members before each one of a sequence, of lower and of equal rank.

    The sequence is split by one binary digit of the rank after the other, from the highest,
    keeping the order within each part. A member that goes right has left the weight of all
    before it that go left behind it. The cost is :math:`O(n \log n)`, in passes through memory
    from end to end.

    Parameters
    ----------
    rank : (n,) of int, at least 0
    weight : (n,) of float
        0 for a member that only asks.

    Returns
    -------
    lower, tied : (n,) of float

    References
    ----------
    Claude F, Navarro G, Ordonez A. Inf Syst 2015;47:15-32 (the wavelet matrix).

    Examples
    --------
    >>> weight_before(np.array([0, 2, 1, 2]), np.ones(4))
    (array([0., 1., 1., 2.]), array([0., 0., 0., 1.]))
    """
    place, part = np.arange(rank.size), np.zeros(rank.size, dtype=np.intp)
    lower = np.zeros(rank.size)
    for digit in reversed(range(int(rank.max(initial=0)).bit_length())):
        right = (rank >> digit) & 1 == 1
        passed = _running(np.where(right, 0.0, weight))
        lower += np.where(right, passed[:-1] - passed[part], 0.0)
        lefts = np.concatenate([[0], np.cumsum(~right)])
        before = lefts[part]
        part = np.where(right, lefts[-1] + part - before, before)
        order = np.concatenate([np.flatnonzero(~right), np.flatnonzero(right)])
        rank, weight, lower = rank[order], weight[order], lower[order]
        part, place = part[order], place[order]
    total = _running(weight)
    return _restored(lower, place), _restored(total[:-1] - total[part], place)


def _running(weight: FloatArray) -> FloatArray:
    return np.concatenate([[0.0], np.cumsum(weight)])


def _restored(values: FloatArray, place: NDArray[np.intp]) -> FloatArray:
    back = np.empty_like(values)
    back[place] = values
    return back
