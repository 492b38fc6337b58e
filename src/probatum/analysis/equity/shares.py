"""How often something happens in one group, and how much more often than in another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from probatum.analysis.equity.labels import labels_of
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    effective_size,
    finite,
    outcomes,
    same_length,
    weights,
)
from probatum.analysis.proportion import weighted_proportion
from probatum.errors import NotEstimable

__all__ = ["Decided", "Share", "decided", "difference", "ratio", "ratio_bounds", "share"]

Decided: TypeAlias = tuple[BoolArray, BoolArray, FloatArray, NDArray[np.str_]]
"""Outcome, decision, weight and group of the same patients."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share of patients with its Wilson interval, and the patients it is worth.

    Attributes
    ----------
    estimate : Estimate
    size : float
        Patients, or Kish's effective number where they are weighted.
    """

    estimate: Estimate
    size: float


def decided(
    outcome: ArrayLike, positive: ArrayLike, group: ArrayLike, weight: ArrayLike | None
) -> Decided:
    """Return outcome, decision, weight and group of the same patients, or refuse.

    Raises
    ------
    NotEstimable
        When lengths differ, a label is missing, or outcome or decision is not 0 or 1.

    Examples
    --------
    >>> decided([1, 0], [1, 1], ["F", "M"], None)[3].tolist()
    ['F', 'M']
    """
    t, y = _selected(positive), outcomes(outcome)
    w = weights(weight, y.size)
    same_length(outcome=y, positive=t, weight=w)
    return y, t, w, labels_of(group, y.size)


def share(
    positive: BoolArray, among: BoolArray, weight: FloatArray, *, confidence: float, name: str
) -> Share:
    """Share of the positive among some patients, Wilson interval.

    Raises
    ------
    NotEstimable
        When there is nobody to count among.

    Examples
    --------
    >>> everybody = np.ones(4, bool)
    >>> half = share(np.array([True, True, False, False]), everybody, np.ones(4),
    ...              confidence=.95, name="selection rate")
    >>> half.estimate.value, half.size
    (0.5, 4.0)
    """
    if not among.any():
        raise NotEstimable(
            f"{name} — expected somebody to count among in every group, got a group with "
            "nobody — merge groups, or leave it out by a stated rule"
        )
    w = weight[among]
    found = weighted_proportion(positive[among], weight=w, confidence=confidence)
    return Share(
        estimate=replace(found, method=f"{name}, {found.method}"), size=effective_size(w)
    )


def difference(a: Share, b: Share, *, name: str) -> Estimate:
    r"""How much larger one group's share is than another's, from their Wilson intervals.

    .. math:: \hat\Delta - \sqrt{(\hat p_a - l_a)^2 + (u_b - \hat p_b)^2}, \qquad
        \hat\Delta + \sqrt{(u_a - \hat p_a)^2 + (\hat p_b - l_b)^2}

    with the score test of no difference, :math:`z = \hat\Delta /
    \sqrt{\bar p (1 - \bar p)(1/n_a + 1/n_b)}` at the pooled share.

    Parameters
    ----------
    a, b : Share
        Of different patients, at one confidence level.
    name : str
        For ``method``.

    Returns
    -------
    Estimate
        In [-1, 1]. Where both shares are 0, or both 1, nothing speaks against no difference:
        the statistic is 0 and the p-value 1.

    References
    ----------
    Newcombe RG. Stat Med 1998;17:873-890, method 10.

    Departures
    ----------
    With weights the paper's sizes are Kish's effective ones.

    Examples
    --------
    >>> a, b = (share(np.arange(n) < k, np.ones(n, bool), np.ones(n), confidence=.95, name="")
    ...         for k, n in [(56, 70), (48, 80)])
    >>> found = difference(a, b, name="selection rate")
    >>> round(found.lower, 4), round(found.upper, 4)
    (0.0524, 0.3339)
    """
    p, q = a.estimate, b.estimate
    (low_a, high_a), (low_b, high_b) = p.interval, q.interval
    delta = p.value - q.value
    z = _score(a, b)
    return Estimate(
        value=delta,
        se=float(np.hypot(p.se or 0.0, q.se or 0.0)),
        lower=delta - float(np.hypot(p.value - low_a, high_b - q.value)),
        upper=delta + float(np.hypot(high_a - p.value, q.value - low_b)),
        level=p.level,
        n=p.n + q.n,
        method=f"difference of {name}, Newcombe interval from two Wilson intervals, score test",
        statistic=z,
        p_value=float(2 * special.ndtr(-abs(z))),
    )


def ratio(a: Share, b: Share, *, name: str) -> Estimate | None:
    """How many times one group's share is another's; ``None`` where the other's is 0.

    The interval is that of :func:`ratio_bounds`.

    Examples
    --------
    >>> a, b = (share(np.arange(n) < k, np.ones(n, bool), np.ones(n), confidence=.95, name="")
    ...         for k, n in [(56, 70), (48, 80)])
    >>> round(ratio(a, b, name="selection rate").value, 4)
    1.3333
    """
    above, below = a.estimate, b.estimate
    if below.value == 0:
        return None
    lower, upper = ratio_bounds(above, below)
    return Estimate(
        value=above.value / below.value,
        se=None,
        lower=lower,
        upper=upper,
        level=above.level,
        n=above.n + below.n,
        method=f"ratio of {name}, interval from two Wilson intervals",
    )


def ratio_bounds(a: Estimate, b: Estimate) -> tuple[float, float]:
    r"""Between which the ratio of two groups' shares lies, from their Wilson intervals.

    The bounds are the :math:`\theta` with

    .. math:: (\hat p_a - \theta \hat p_b)^2 = (\hat p_a - l_a)^2 + \theta^2 (u_b - \hat p_b)^2

    for the lower one, and with :math:`u_a, l_b` for :math:`l_a, u_b` for the upper one, which
    is infinite where the share of b may be 0. Square and add, as for a difference.

    References
    ----------
    Donner A, Zou GY. Stat Methods Med Res 2012;21:347-359. Fagerland MW, Lydersen S, Laake P.
    Statistical Analysis of Contingency Tables, CRC 2017, chapter 4 (MOVER-R Wilson).

    Examples
    --------
    >>> a, b = (share(np.arange(n) < k, np.ones(n, bool), np.ones(n), confidence=.95,
    ...               name="rate").estimate for k, n in [(56, 70), (48, 80)])
    >>> low, high = ratio_bounds(a, b)
    >>> round(low, 3), round(high, 3)
    (1.078, 1.663)
    """
    lower, reverse = _least_ratio(a, b), _least_ratio(b, a)
    return lower, 1 / reverse if reverse > 0 else np.inf


def _selected(positive: ArrayLike) -> BoolArray:
    vector = finite(positive, "positive")
    if not np.all((vector == 0) | (vector == 1)):
        raise NotEstimable(
            "positive — expected 0 or 1 for every patient, got other values — "
            "pass the decision, not the risk"
        )
    return vector.astype(np.bool_)


def _least_ratio(a: Estimate, b: Estimate) -> float:
    """Lower bound of a over b, in the form that divides by no small difference."""
    (low, _), (_, high), both = a.interval, b.interval, a.value * b.value
    if low <= 0:
        return 0.0
    reach = low * (2 * a.value - low)
    root = both**2 - reach * high * (2 * b.value - high)
    return reach / (both + float(np.sqrt(max(root, 0.0))))


def _score(a: Share, b: Share) -> float:
    p, q = a.estimate.value, b.estimate.value
    pooled = (a.size * p + b.size * q) / (a.size + b.size)
    variance = pooled * (1 - pooled) * (1 / a.size + 1 / b.size)
    return float((p - q) / np.sqrt(variance)) if variance > 0 else 0.0
