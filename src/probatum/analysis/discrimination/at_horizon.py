"""Does the model rank those who have the event by the horizon above those still free of it?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.censoring import censoring_weights, followed
from probatum.analysis.discrimination.bounds import exact_area
from probatum.analysis.discrimination.lost import influence_of_loss
from probatum.analysis.discrimination.placements import has_no_spread, placements
from probatum.analysis.estimate import Estimate, wald
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    both_classes,
    finite,
    same_length,
)


def time_dependent_auc(
    time: ArrayLike,
    event: ArrayLike,
    risk: ArrayLike,
    horizon: float,
    *,
    confidence: float = 0.95,
) -> Estimate:
    r"""Chance that a patient with the event by the horizon scores above one free of it then.

    .. math:: \hat\theta(\tau) = \frac{\sum_i \sum_j w_i w_j \psi(x_i, x_j)}
        {\sum_i w_i \sum_j w_j}, \qquad i: \text{event}, t_i \le \tau, \quad
        j: t_j > \tau \text{ or followed to } \tau

    with the weights of :func:`probatum.analysis.censoring.censoring_weights`, and ties one
    half. The variance is :math:`\frac{n}{n-1}` times the sum of squared influences, each
    patient's through its own placement and through the estimated weights of all others.

    Parameters
    ----------
    time : (n,) of float, at least 0
        Time to the event or to the end of follow-up.
    event : (n,) of bool
        Whether ``time`` ends in the event.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event is likelier (or sooner).
    horizon : float > 0
        :math:`\tau`, in the unit of ``time``.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; 1/2 is no use. ``n`` counts all patients, ``method`` those of known outcome.

    Raises
    ------
    NotEstimable
        With fewer than two events by the horizon, or two patients free of it then; and when
        follow-up ends before the horizon.

    References
    ----------
    Uno H, Cai T, Tian L, Wei LJ. J Am Stat Assoc 2007;102:527-537.
    Blanche P, Dartigues JF, Jacqmin-Gadda H. Stat Med 2013;32:5381-5397 (R package
    timeROC).

    Departures
    ----------
    A patient last seen exactly at the horizon is known to be free of the event.
    The influence through the weights is the exact derivative of the product-limit estimate,
    where the paper has its limit; the difference is of order 1/n.
    Where all placements agree, the bound is exact from disjoint pairs of patients of known
    outcome, their weights left aside.

    Examples
    --------
    >>> found = time_dependent_auc([1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 0, 0],
    ...                            [5, 1, 2, 4, 3, 1], horizon=4.5)
    >>> round(found.value, 4)
    0.8214
    """
    (t, e), s = followed(time, event), finite(risk, "risk")
    same_length(time=t, risk=s)
    weighing = censoring_weights(t, e, horizon)
    known, weight = weighing.known, weighing.weight[weighing.known]
    y = (e & (t <= horizon))[known]
    both_classes(y, least=2)
    case, control = placements(y, s[known], weight)
    area = float(np.average(case, weights=weight[y]))
    if has_no_spread(case, control):
        return exact_area(area, y, confidence=confidence)
    own = np.zeros(t.size)
    own[known] = _own(y, weight, case - area, control - area)
    influence = own + influence_of_loss(t, e, own, np.minimum(t, horizon))
    return wald(
        area,
        float(np.sqrt(influence @ influence * t.size / (t.size - 1))),
        confidence=confidence,
        n=t.size,
        method=f"cumulative/dynamic at {horizon:g}, inverse probability of censoring weights "
        f"({weighing.n_known} of known outcome), influence function with the weights "
        "estimated, Wald interval within [0, 1]",
        within=(0.0, 1.0),
    )


def _own(
    outcome: BoolArray, weight: FloatArray, case: FloatArray, control: FloatArray
) -> FloatArray:
    """Each patient's influence with the weights as they are."""
    moved = np.empty(outcome.size)
    moved[outcome] = weight[outcome] / weight[outcome].sum() * case
    moved[~outcome] = weight[~outcome] / weight[~outcome].sum() * control
    return moved
