"""Do patients whom the model puts at higher risk have the event sooner?

A pair can be compared when the earlier of two times ends in the event. A patient lost at the
time of another's event is taken to have outlived it; two events at one time are not compared.
Ties of the risk count one half.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.censoring import censoring_weights, followed
from probatum.analysis.discrimination.lost import influence_of_loss
from probatum.analysis.discrimination.ordering import weight_before
from probatum.analysis.estimate import Estimate, check_level, wald
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    finite,
    same_length,
)
from probatum.errors import NotEstimable


def c_index(
    time: ArrayLike, event: ArrayLike, risk: ArrayLike, *, confidence: float = 0.95
) -> Estimate:
    r"""Harrell's concordance: of two comparable patients, how often the riskier goes first.

    .. math:: \hat C = \frac{\sum_{i,j} \delta_i \mathbb 1[t_i < t_j] \psi(x_i, x_j)}
        {\sum_{i,j} \delta_i \mathbb 1[t_i < t_j]}, \qquad
        \widehat{\mathrm{Var}} = \sum_k \Bigl( \frac{A_k - \hat C B_k}{B} \Bigr)^2

    with :math:`\psi = 1, \frac12, 0` for :math:`x_i >, =, < x_j`; :math:`B` comparable pairs,
    :math:`B_k` of them with patient k, on which :math:`A_k` is the sum of :math:`\psi`.

    Parameters
    ----------
    time : (n,) of float, at least 0
        Time to the event or to the end of follow-up.
    event : (n,) of bool
        Whether ``time`` ends in the event.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event comes sooner. Not a predicted
        survival time.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; 1/2 is no use, 1 perfect order. It depends on how long patients were
        followed: :func:`uno_c_index` does not.

    Raises
    ------
    NotEstimable
        When no two patients can be compared, or no patient's removal moves the index without
        the order being perfect, reversed or all tied.

    References
    ----------
    Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361-387.
    Therneau TM, Atkinson E. Concordance. Vignette of the R package survival (infinitesimal
    jackknife).

    Departures
    ----------
    Where every comparable pair agrees the variance is 0. Of :math:`h = \lfloor n/2 \rfloor`
    disjoint pairs a share :math:`p` is comparable, all of which agree with probability
    :math:`(1 - p(1 - C))^h`; the bound is where that equals :math:`\alpha/2`, with
    :math:`p` as it is among all pairs.

    Examples
    --------
    >>> c_index([1, 2, 3, 4], [1, 1, 0, 1], [4, 2, 3, 1]).value
    0.8
    """
    t, e, s = _ranked(time, event, risk)
    pairs = _compared(t, e, s, e.astype(np.float64))
    return _estimate(pairs, pairs.influence, confidence, "Harrell, infinitesimal jackknife")


def uno_c_index(
    time: ArrayLike,
    event: ArrayLike,
    risk: ArrayLike,
    horizon: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""Concordance up to a horizon that does not depend on who was lost when.

    .. math:: \hat C_\tau = \frac{\sum_{i,j} \delta_i \hat G(t_i^-)^{-2}
        \mathbb 1[t_i < t_j, t_i < \tau] \psi(x_i, x_j)}
        {\sum_{i,j} \delta_i \hat G(t_i^-)^{-2} \mathbb 1[t_i < t_j, t_i < \tau]}

    with :math:`\hat G` the Kaplan-Meier probability of still being followed. The variance is
    the sum of squared influences, those through :math:`\hat G` included.

    Parameters
    ----------
    time : (n,) of float, at least 0
        Time to the event or to the end of follow-up.
    event : (n,) of bool
        Whether ``time`` ends in the event.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event comes sooner.
    horizon : float > 0
        :math:`\tau`, in the unit of ``time``; only earlier events start a pair.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; 1/2 is no use. Without losses before the horizon it is Harrell's, of pairs
        that start before the horizon.

    Raises
    ------
    NotEstimable
        As :func:`c_index`; and when follow-up ends before the horizon.

    References
    ----------
    Uno H, Cai T, Pencina MJ, D'Agostino RB, Wei LJ. Stat Med 2011;30:1105-1117.

    Departures
    ----------
    The paper finds the variance by perturbation; here it is the closed form of the same
    influences. :math:`\hat G` is taken just before :math:`t_i`, events first, which is the
    chance that the event was seen, and that a patient lost at :math:`t_i` counts as later.
    R's survival leaves the error of :math:`\hat G` out. Where the variance is 0, as
    :func:`c_index`.

    Examples
    --------
    >>> round(uno_c_index([1, 2, 3, 4, 5], [1, 0, 1, 1, 0], [5, 1, 2, 3, 1], 4.5).value, 4)
    0.8095
    """
    t, e, s = _ranked(time, event, risk)
    inverse = censoring_weights(t, e, horizon).weight
    pairs = _compared(t, e, s, np.where(e & (t < horizon), inverse**2, 0.0))
    through_weights = influence_of_loss(t, e, 2 * pairs.started, np.minimum(t, horizon))
    return _estimate(
        pairs,
        pairs.influence + through_weights,
        confidence,
        f"Uno at {horizon:g}, influence function with the censoring weights estimated",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pairs:
    """Concordance of the comparable pairs, and what each patient has to do with it."""

    value: float
    influence: FloatArray
    started: FloatArray
    """The part of the influence through pairs in which the patient goes first."""
    n_pairs: float
    """Comparable pairs, not weighted."""
    is_all_tied: bool


def _compared(
    time: FloatArray, event: BoolArray, risk: FloatArray, weight: FloatArray
) -> _Pairs:
    _, rank = np.unique(risk, return_inverse=True)
    won, faced = _as_earlier(time, event, rank, weight > 0)
    lost_to, met = _as_later(time, event, rank, weight)
    total = float(weight @ faced)
    if total <= 0:
        raise NotEstimable(
            "concordance — expected an event before another patient's time, got none"
        )
    value = float(weight @ won) / total
    started = weight * (won - value * faced) / total
    return _Pairs(
        value=value,
        started=started,
        influence=started + (lost_to - value * met) / total,
        n_pairs=float(faced.sum()),
        is_all_tied=bool(np.all(won == faced / 2)),
    )


def _as_earlier(
    time: FloatArray, event: BoolArray, rank: NDArray[np.intp], starts: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Of those who outlive each patient with the event: how many it outscores, and how many."""
    won, faced = np.zeros(time.size), np.zeros(time.size)
    won[starts], faced[starts] = _beaten_before(
        np.concatenate([-time, -time[starts]]),
        np.concatenate([np.where(event, 2, 0), np.ones(np.count_nonzero(starts), dtype=int)]),
        np.concatenate([rank, rank[starts]]),
        np.concatenate([np.ones(time.size), np.zeros(np.count_nonzero(starts))]),
        asking=slice(time.size, None),
    )
    return won, faced


def _as_later(
    time: FloatArray, event: BoolArray, rank: NDArray[np.intp], weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Weight of the earlier events by which each patient is outscored, and of all of them."""
    starts = weight > 0
    beaten, total = _beaten_before(
        np.concatenate([time, time[starts]]),
        np.concatenate([np.where(event, 0, 2), np.ones(np.count_nonzero(starts), dtype=int)]),
        np.concatenate([rank, rank[starts]]),
        np.concatenate([np.zeros(time.size), weight[starts]]),
        asking=slice(time.size),
    )
    return total - beaten, total


def _beaten_before(
    moment: FloatArray,
    turn: NDArray[np.intp],
    rank: NDArray[np.intp],
    weight: FloatArray,
    *,
    asking: slice,
) -> tuple[FloatArray, FloatArray]:
    """Weight of those who come before and rank lower (as high: one half), and of all before.

    At one moment they come by their ``turn``: those who ask stand between those of their time
    whom they can be compared with and those whom they cannot.
    """
    order = np.lexsort((turn, moment))
    lower, tied = weight_before(rank[order], weight[order])
    beaten, total = np.empty(order.size), np.empty(order.size)
    beaten[order] = lower + tied / 2
    total[order] = np.cumsum(weight[order]) - weight[order]
    return beaten[asking], total[asking]


def _ranked(
    time: ArrayLike, event: ArrayLike, risk: ArrayLike
) -> tuple[FloatArray, BoolArray, FloatArray]:
    (t, e), s = followed(time, event), finite(risk, "risk")
    same_length(time=t, risk=s)
    return t, e, s


def _estimate(pairs: _Pairs, influence: FloatArray, confidence: float, name: str) -> Estimate:
    check_level(confidence)
    se = float(np.sqrt(influence @ influence))
    if se <= 1e-12:
        return _exact(pairs, influence.size, confidence, name)
    return wald(
        pairs.value,
        se,
        confidence=confidence,
        n=influence.size,
        method=f"{name}, Wald interval within [0, 1]",
        within=(0.0, 1.0),
    )


def _exact(pairs: _Pairs, n: int, confidence: float, name: str) -> Estimate:
    """Bounds where every comparable pair agrees."""
    comparable = pairs.n_pairs / (n * (n - 1) / 2)
    reach = (1 - ((1 - confidence) / 2) ** (1 / (n // 2))) / comparable
    value = round(pairs.value, 9)
    if value in (0.0, 1.0):
        why = "perfect order" if value else "order reversed"
        below, above = reach * value, reach * (1 - value)
    elif pairs.is_all_tied:
        why, below, above = "one risk for all", reach / 2, reach / 2
    else:
        raise NotEstimable(
            "concordance — expected a variance above 0, got none without perfect order — "
            "there are too few patients for an interval"
        )
    return Estimate(
        value=value,
        se=0.0,
        lower=float(max(value - below, 0.0)),
        upper=float(min(value + above, 1.0)),
        level=confidence,
        n=n,
        method=f"{name}; variance is 0 ({why}), bound from {n // 2} disjoint pairs",
    )
