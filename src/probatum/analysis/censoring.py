"""Who is known to have had the event by the horizon, and who stands in for the unknown.

A patient lost before the horizon without the event has an unknown outcome, not a negative one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.choices import one_number
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    finite,
    outcomes,
    read_only,
    same_length,
)
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonOutcome:
    """Outcome at a fixed horizon, and for whom it is known.

    Attributes
    ----------
    known : (n,) of bool
        Whether the patient had the event by the horizon or was followed up to it.
    outcome : (n,) of float
        1 event by the horizon, 0 none; NaN where unknown, which every estimator refuses.
    horizon : float
        In the unit of the times.
    n_known, n_unknown : int
        Patients of either kind.
    """

    known: BoolArray
    outcome: FloatArray
    horizon: float
    n_known: int
    n_unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CensoringWeights:
    """How many patients each patient of known outcome stands for.

    Attributes
    ----------
    known : (n,) of bool
        As :attr:`HorizonOutcome.known`.
    weight : (n,) of float
        At least 1 where known, 0 where unknown; pass ``weight[known]`` to an estimator.
    n_known, n_unknown : int
        Patients of either kind.
    largest : float
        The largest weight; a large one means a result that rests on few patients.
    """

    known: BoolArray
    weight: FloatArray
    n_known: int
    n_unknown: int
    largest: float


def horizon_outcome(time: ArrayLike, event: ArrayLike, horizon: float) -> HorizonOutcome:
    """Outcome at ``horizon``: the event happened at or before it.

    Parameters
    ----------
    time : (n,) of float, at least 0
        Time to the event or to the end of follow-up.
    event : (n,) of bool
        Whether ``time`` ends in the event.
    horizon : float > 0
        In the unit of ``time``.

    Raises
    ------
    NotEstimable
        When times are negative or missing, lengths differ, or the horizon is no positive
        number.

    Examples
    --------
    >>> horizon_outcome([2, 5, 9, 3], [1, 0, 0, 0], 5).outcome
    array([ 1.,  0.,  0., nan])
    """
    t, e = _followed(time, event, horizon)
    happened = e & (t <= horizon)
    known = happened | (t >= horizon)
    known.setflags(write=False)
    n_known = int(np.count_nonzero(known))
    return HorizonOutcome(
        known=known,
        outcome=read_only(np.where(known, happened.astype(np.float64), np.nan)),
        horizon=float(horizon),
        n_known=n_known,
        n_unknown=t.size - n_known,
    )


def censoring_weights(time: ArrayLike, event: ArrayLike, horizon: float) -> CensoringWeights:
    r"""Inverse probability of still being followed, for those whose outcome is known.

    .. math:: w_i = \frac{\mathbb 1[\text{known}_i]}{\hat G(\min(t_i, \tau)^-)}, \qquad
        \hat G(t) = \prod_{u \le t} \Bigl(1 - \frac{c_u}{Y_u - d_u}\Bigr)

    with, at time :math:`u`, :math:`Y_u` patients under observation, :math:`d_u` events and
    :math:`c_u` ends of follow-up, events first. The weights sum to n, and the weighted share of
    events is one minus the Kaplan-Meier survival at the horizon, both exactly.

    Parameters
    ----------
    time : (n,) of float, at least 0
        Time to the event or to the end of follow-up.
    event : (n,) of bool
        Whether ``time`` ends in the event.
    horizon : float > 0
        :math:`\tau`, in the unit of ``time``.

    Returns
    -------
    CensoringWeights
        All ones when nobody is lost before the horizon.

    Raises
    ------
    NotEstimable
        As :func:`horizon_outcome`; and when follow-up ends before the horizon with patients
        still free of the event, whom nobody can then stand for.

    References
    ----------
    Graf E et al. Stat Med 1999;18:2529-2545, section 3.
    Satten GA, Datta S. Am Stat 2001;55:207-210 (the identity with Kaplan-Meier).

    Departures
    ----------
    Censoring is taken as independent of outcome and predictors: one curve for all.
    A patient last seen exactly at the horizon is known, so the left limit is used there too.

    Examples
    --------
    >>> censoring_weights([1, 2, 3, 6, 6], [1, 0, 1, 0, 0], 5).weight.round(3)
    array([1.   , 0.   , 1.333, 1.333, 1.333])
    """
    at_horizon = horizon_outcome(time, event, horizon)
    t, e = _followed(time, event, horizon)
    known = at_horizon.known
    if not np.any(t >= horizon) and not e[t == t.max()].all():
        raise NotEstimable(
            f"censoring weights — expected follow-up to the horizon {horizon:g}, "
            f"got {t.max():g} at most — shorten the horizon or wait"
        )
    weight = np.zeros(t.size)
    weight[known] = 1.0 / _followed_just_before(np.minimum(t[known], horizon), t, e)
    return CensoringWeights(
        known=known,
        weight=read_only(weight),
        n_known=at_horizon.n_known,
        n_unknown=at_horizon.n_unknown,
        largest=float(weight.max()),
    )


def followed(time: ArrayLike, event: ArrayLike) -> tuple[FloatArray, BoolArray]:
    """Return time to the event, or to the end of follow-up, and which of the two it was.

    Raises
    ------
    NotEstimable
        When a time is negative or missing, an event is not 0 or 1, or lengths differ.

    Examples
    --------
    >>> followed([2, 5], [1, 0])
    (array([2., 5.]), array([ True, False]))
    """
    t, e = finite(time, "time"), outcomes(event, "event")
    same_length(time=t, event=e)
    if np.any(t < 0):
        raise NotEstimable("time — expected follow-up of at least 0, got negative times")
    return t, e


def _followed(
    time: ArrayLike, event: ArrayLike, horizon: float
) -> tuple[FloatArray, BoolArray]:
    t, e = followed(time, event)
    if not 0 < one_number(horizon) < np.inf:
        raise NotEstimable(f"horizon — expected a positive time, got {horizon}")
    return t, e


def _followed_just_before(when: FloatArray, time: FloatArray, event: BoolArray) -> FloatArray:
    """Kaplan-Meier probability of being followed until just before ``when``."""
    moments, position = np.unique(time, return_inverse=True)
    ends = np.bincount(position, minlength=moments.size)
    events = np.bincount(position, weights=event, minlength=moments.size)
    observed = time.size - np.concatenate([[0], np.cumsum(ends)[:-1]])
    free = observed - events
    stay = np.where(free > 0, 1 - (ends - events) / np.maximum(free, 1), 1.0)
    followed = np.concatenate([[1.0], np.cumprod(stay)])
    return np.asarray(followed[np.searchsorted(moments, when, side="left")], dtype=np.float64)
