"""Of those the model calls likely, how many have the event: precision, at every recall.

Precision moves with the prevalence, and so does its average: compare models on the same
patients only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.discrimination.bounds import logit_wald
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    both_classes,
    read_only,
    scored,
)
from probatum.errors import NotEstimable

_WORDS = {
    "influence": "infinitesimal jackknife variance",
    "binomial": "binomial variance among those with the event",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecisionRecallCurve:
    """Precision and recall, one point a distinct score, from the strictest threshold on.

    There is no point at which nobody is called positive: precision does not exist there.

    Attributes
    ----------
    precision, recall : (k,) of float in [0, 1]
        When ``risk >= threshold`` is called positive; recall is sensitivity.
    threshold : (k,) of float, decreasing
    prevalence : float in (0, 1)
        The precision of a model of no use.
    """

    precision: FloatArray
    recall: FloatArray
    threshold: FloatArray
    prevalence: float

    def as_dict(self) -> dict[str, float | list[float]]:
        """Return the points as plain lists.

        Examples
        --------
        >>> precision_recall_curve([0, 1], [0.1, 0.8]).as_dict()["precision"]
        [1.0, 0.5]
        """
        return {
            "prevalence": self.prevalence,
            "threshold": self.threshold.tolist(),
            "precision": self.precision.tolist(),
            "recall": self.recall.tolist(),
        }


def precision_recall_curve(outcome: ArrayLike, risk: ArrayLike) -> PrecisionRecallCurve:
    r"""Positive predictive value against sensitivity at every distinct score.

    .. math:: P(c) = \frac{TP(c)}{TP(c) + FP(c)}, \qquad R(c) = \frac{TP(c)}{m}

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least one with and one without.
    risk : (n,) of float
        Risk or any other score; higher means the event is likelier; positive is
        ``risk >= threshold``.

    Returns
    -------
    PrecisionRecallCurve
        The last point calls everybody positive: recall 1, precision the prevalence.

    Raises
    ------
    NotEstimable
        With one class only, or missing scores.

    References
    ----------
    Davis J, Goadrich M. ICML 2006:233-240.

    Examples
    --------
    >>> precision_recall_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).recall
    array([0.5, 0.5, 1. , 1. ])
    """
    y, s, _ = scored(outcome, risk, None)
    both_classes(y)
    threshold, _, found, called = _counts(y, s)
    return PrecisionRecallCurve(
        precision=read_only((found / called)[::-1]),
        recall=read_only(found[::-1] / found[0]),
        threshold=read_only(threshold[::-1]),
        prevalence=float(y.mean()),
    )


def average_precision(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    variance: Literal["influence", "binomial"] = "influence",
    confidence: float = 0.95,
) -> Estimate:
    r"""Precision at the score of a patient with the event, averaged over those patients.

    .. math:: \widehat{AP} = \frac1m \sum_{i \in D} P(x_i) = \sum_k (R_k - R_{k-1}) P_k

    .. math:: \widehat{\mathrm{Var}} = \sum_k \Bigl[ \frac{y_k (P(x_k) - \widehat{AP})}{m} +
        \frac1m \sum_{i \in D,\, x_i \le x_k} \frac{y_k - P(x_i)}{N(x_i)} \Bigr]^2

    with :math:`P(x)` the share of events among the :math:`N(x)` patients who score at least
    :math:`x`. The interval is on the scale of log odds.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least two with and two without.
    risk : (n,) of float
        Risk or any other score, finite; higher means the event is likelier. Patients of one
        score share one point: nothing is drawn between points.
    variance : {"influence", "binomial"}
        Each patient's influence (above), or :math:`\widehat{AP}(1 - \widehat{AP})/m`.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    Estimate
        In (0, 1]; the prevalence for a model of no use, 1 for perfect separation.

    Raises
    ------
    NotEstimable
        With fewer than two patients of a class, missing scores, or another variance.

    References
    ----------
    Boyd K, Eng KH, Page CD. ECML PKDD 2013, LNCS 8190:451-466 (average precision,
    logit interval, binomial variance).
    Efron B. The Jackknife, the Bootstrap and Other Resampling Plans. SIAM 1982 (the
    infinitesimal jackknife).

    Departures
    ----------
    The paper's logit interval takes the binomial variance, which knows only the number of
    events; it is offered, but each patient's influence is the default. In simulated cohorts of
    100 to 2,000 patients with normal scores the interval at 0.95 held the truth 92 to 95 times
    in a hundred with influence, 93 to 99 times with the binomial variance.
    With perfect separation the variance is 0 and log odds do not exist; the lower bound is then
    :math:`(\alpha/2)^{1/m}`, exact for the share of cases above all controls seen (which are
    taken as given), and that share is at most the average precision.

    Examples
    --------
    >>> round(average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).value, 4)
    0.8333
    """
    if variance not in list(_WORDS):
        raise NotEstimable(f"variance — expected one of {sorted(_WORDS)}, got {variance!r}")
    y, s, _ = scored(outcome, risk, None)
    both_classes(y, least=2)
    value, influence = _influence(y, s)
    m, n = int(np.count_nonzero(y)), y.size
    if s[y].min() > s[~y].max():
        return _separated(m, n, confidence)
    square = value * (1 - value) / m if variance == "binomial" else influence @ influence
    return logit_wald(
        value,
        float(np.sqrt(square)),
        confidence=confidence,
        n=n,
        method=f"average precision, {_WORDS[variance]}, logit interval",
    )


def _counts(
    outcome: BoolArray, score: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Distinct scores upwards; events at each; events and patients at each or above."""
    order = np.argsort(score)
    ranked = score[order]
    start = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    events = np.add.reduceat(outcome[order].astype(np.float64), start)
    found = np.cumsum(events[::-1])[::-1]
    return ranked[start], events, found, (score.size - start).astype(np.float64)


def _influence(outcome: BoolArray, score: FloatArray) -> tuple[float, FloatArray]:
    """Average precision, and how far each patient moves it."""
    distinct, events, found, called = _counts(outcome, score)
    precision, m = found / called, found[0]
    value = float(events @ precision / m)
    at = np.searchsorted(distinct, score)
    per_call = np.cumsum(events / called)[at]
    lost = np.cumsum(events * precision / called)[at]
    moved = outcome * (precision[at] - value + per_call) - lost
    return value, np.asarray(moved / m, dtype=np.float64)


def _separated(m: int, n: int, confidence: float) -> Estimate:
    check_level(confidence)
    return Estimate(
        value=1.0,
        se=0.0,
        lower=float(((1 - confidence) / 2) ** (1 / m)),
        upper=1.0,
        level=confidence,
        n=n,
        method=f"average precision, variance is 0 (perfect separation); exact bound from "
        f"{m} of {m} cases above all controls seen",
    )
