"""What estimating the chance of still being followed adds to each patient's influence."""

from __future__ import annotations

import numpy as np

from probatum.analysis.observations import BoolArray, FloatArray


def influence_of_loss(
    time: FloatArray, event: BoolArray, contribution: FloatArray, until: FloatArray
) -> FloatArray:
    r"""Influence of each patient through the Kaplan-Meier estimate of being followed.

    .. math:: \psi_l = \sum_u \frac{g_u}{Y_u - d_u - c_u}
        \bigl( \mathbb 1[l \text{ lost at } u]
        - \lambda_u \mathbb 1[l \text{ may be lost at } u] \bigr),

    .. math:: g_u = \sum_{k:\, s_k > u} a_k, \qquad \lambda_u = \frac{c_u}{Y_u - d_u}

    the derivative by a patient's weight of an estimate that weights patient k by
    :math:`1/\hat G(s_k^-)` and moves by :math:`a_k` per unit of the log of that weight.

    Parameters
    ----------
    time : (n,) of float, at least 0
    event : (n,) of bool
        Events come before losses at the same time.
    contribution : (n,) of float
        :math:`a_k`, 0 for a patient without such a weight.
    until : (n,) of float
        :math:`s_k`.

    Returns
    -------
    (n,) of float
        Sums to 0; all 0 when nobody is lost before the last ``until``.

    References
    ----------
    Blanche P, Dartigues JF, Jacqmin-Gadda H. Stat Med 2013;32:5381-5397.

    Examples
    --------
    >>> time, event = np.array([1.0, 2.0, 3.0]), np.array([False, True, True])
    >>> influence_of_loss(time, event, np.ones(3), until=time)
    array([ 0.66666667, -0.33333333, -0.33333333])
    """
    moments, at = np.unique(time, return_inverse=True)
    ends = np.bincount(at, minlength=moments.size)
    lost = np.bincount(at, weights=~event, minlength=moments.size)
    may_be_lost = time.size - np.cumsum(ends) + lost
    staying = may_be_lost - lost
    pull = np.where(staying > 0, _beyond(moments, contribution, until), 0.0)
    pull = pull / np.maximum(staying, 1)
    hazard = lost / np.maximum(may_be_lost, 1)
    expected = np.concatenate([[0.0], np.cumsum(pull * hazard)])
    return np.asarray(
        np.where(event, -expected[at], pull[at] - expected[at + 1]), dtype=np.float64
    )


def _beyond(moments: FloatArray, contribution: FloatArray, until: FloatArray) -> FloatArray:
    """Sum of the contributions that reach beyond each moment."""
    order = np.argsort(until, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(contribution[order])])
    reached = np.searchsorted(until[order], moments, side="right")
    return np.asarray(total[-1] - total[reached], dtype=np.float64)
