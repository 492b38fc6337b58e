"""Does the model give those who will have the event a higher score than those who will not?

The direction is fixed: a higher score means a higher risk. An area below one half is reported
as it is, never flipped. Ties count one half.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from probatum.analysis.discrimination.placements import (
    exact_area,
    exact_difference,
    has_no_spread,
    placements,
    spread,
)
from probatum.analysis.estimate import Estimate, wald, with_test
from probatum.analysis.observations import (
    both_classes,
    finite,
    same_length,
    scored,
)
from probatum.errors import NotEstimable


def auc(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""Chance that a patient with the event scores above one without; one half is no use.

    .. math:: \hat\theta = \frac{\sum_{i \in D} \sum_{j \in H} w_i w_j \psi(x_i, y_j)}
        {\sum_{i \in D} w_i \sum_{j \in H} w_j}, \quad
        \psi = 1, \tfrac12, 0 \text{ for } x_i >, =, < y_j

    .. math:: \widehat{\mathrm{Var}} = \frac{m}{m-1}
        \frac{\sum_{i \in D} w_i^2 (V_i - \hat\theta)^2}{(\sum_{i \in D} w_i)^2}
        + \text{the same over } H

    with :math:`V` a patient's placement: the weighted share of the other class it beats.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least two with and two without.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event is likelier.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [0, 1]; 1 is perfect separation, 0 perfect separation the wrong way round.

    Raises
    ------
    NotEstimable
        With fewer than two patients of a class, missing scores or weights not positive.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845, eqs. 3-6.
    Sun X, Xu W. IEEE Signal Process Lett 2014;21:1389-1393 (sorting instead of pairs).

    Departures
    ----------
    Weights are not in the paper. They are taken as known, so the uncertainty of estimating them
    is left out; with equal weights the variance is DeLong's.
    Where the variance is 0 the paper's interval has no width. With perfect separation, or one
    score for all, k = min(m, n) disjoint pairs of patients all agree; the interval is then the
    exact (conservative) one from :math:`\theta^k \ge \alpha/2`, and ``method`` says so.

    Examples
    --------
    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).value
    0.75
    >>> auc([0, 0, 1, 1], [1, 2, 3, 4]).method
    'DeLong variance is 0 (perfect separation); exact bound from 2 disjoint pairs'
    """
    y, s, w = scored(outcome, risk, weight)
    both_classes(y, least=2)
    case, control = placements(y, s, w)
    area = float(np.average(case, weights=w[y]))
    if has_no_spread(case, control):
        return exact_area(area, y, confidence=confidence)
    variance = spread(case - area, w[y]) + spread(control - area, w[~y])
    return wald(
        area,
        np.sqrt(variance),
        confidence=confidence,
        n=y.size,
        method=_named("DeLong, Wald interval within [0, 1]", weight),
        within=(0.0, 1.0),
    )


def auc_difference(
    outcome: ArrayLike,
    risk_a: ArrayLike,
    risk_b: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> Estimate:
    r"""How much better model A ranks the same patients than model B: AUC(A) - AUC(B).

    DeLong's paired variance, through each patient's difference of placements
    :math:`V^A_i - V^B_i`, which carries the covariance of the two areas.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least two with and two without.
    risk_a, risk_b : (n,) of float
        Scores of the same patients, higher means the event is likelier.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In [-1, 1]; 0 when both rank alike. ``p_value`` is two-sided, of no difference.

    Raises
    ------
    NotEstimable
        As :func:`auc`.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845, eqs. 5-7.

    Departures
    ----------
    Weights as in :func:`auc`. Where every patient's difference of placements is the same the
    variance is 0; k = min(m, n) disjoint pairs then all show the same difference c, which
    leaves the share of pairs that differ at most 1 - b, :math:`b = (\alpha/2)^{1/k}`, and the
    interval :math:`cb \pm (1 - b)`. It has no p-value.

    Examples
    --------
    >>> auc_difference([0, 0, 1, 1], [1, 2, 3, 4], [1, 3, 2, 4]).value
    0.25
    """
    y, a, w = scored(outcome, risk_a, weight)
    b = finite(risk_b, "risk_b")
    same_length(outcome=y, risk_b=b)
    both_classes(y, least=2)
    case, control = (
        of_a - of_b for of_a, of_b in zip(placements(y, a, w), placements(y, b, w), strict=True)
    )
    difference = float(np.average(case, weights=w[y]))
    if has_no_spread(case, control):
        return exact_difference(difference, y, confidence=confidence)
    variance = spread(case - difference, w[y]) + spread(control - difference, w[~y])
    estimate = wald(
        difference,
        np.sqrt(variance),
        confidence=confidence,
        n=y.size,
        method=_named("paired DeLong, Wald interval", weight),
        within=(-1.0, 1.0),
    )
    return with_test(estimate)


def non_inferiority(difference: Estimate, *, margin: float) -> Estimate:
    r"""Test whether A is worse than B by less than the margin agreed beforehand.

    .. math:: z = \frac{\hat\Delta + \delta}{\mathrm{SE}}, \qquad p = 1 - \Phi(z)

    Parameters
    ----------
    difference : Estimate
        A - B, higher is better for A.
    margin : float > 0
        :math:`\delta`, the largest loss that is still acceptable, on the same scale.

    Returns
    -------
    Estimate
        The difference and its interval unchanged, with the one-sided test of
        :math:`\Delta \le -\delta`. With the interval at 0.95, ``lower > -margin`` is the test
        at one-sided 0.025. Without a standard error there is no p-value: read the interval.

    Raises
    ------
    NotEstimable
        When the margin is not positive.

    References
    ----------
    ICH E9, section 3.3.2; FDA, Non-Inferiority Clinical Trials, 2016.

    Examples
    --------
    >>> paired = wald(0.0, 0.01, confidence=0.95, n=900, method="paired DeLong")
    >>> round(non_inferiority(paired, margin=0.02).p_value, 4)
    0.0228
    """
    if not 0 < margin < np.inf:
        raise NotEstimable(f"margin — expected a positive number, got {margin}")
    method = f"{difference.method}; non-inferiority, margin {margin:g}, one-sided"
    if not difference.se:
        return replace(difference, method=method, statistic=None, p_value=None)
    z = (difference.value + margin) / difference.se
    return replace(difference, method=method, statistic=z, p_value=float(special.ndtr(-z)))


def _named(method: str, weight: ArrayLike | None) -> str:
    return method if weight is None else f"{method}; censoring weights taken as known"
