"""Every operating point a score can be used at, from nobody to everybody positive."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike
from sklearn.metrics import roc_curve as sklearn_roc_curve

from probatum.analysis.observations import FloatArray, both_classes, read_only, scored


@dataclass(frozen=True, slots=True, kw_only=True)
class RocCurve:
    """Operating characteristic, one point a distinct score, from nobody to everybody positive.

    Attributes
    ----------
    fpr, tpr : (k,) float in [0, 1]
        1 - specificity and sensitivity when ``risk >= threshold`` is called positive.
    threshold : (k,) float, decreasing
        The first is ``inf``: nobody is called positive.
    """

    fpr: FloatArray
    tpr: FloatArray
    threshold: FloatArray

    def as_dict(self) -> dict[str, list[float | str]]:
        """Return the points as plain lists; the first threshold is the word ``"inf"``.

        Examples
        --------
        >>> roc_curve([0, 1], [0.1, 0.8]).as_dict()["threshold"]
        ['inf', 0.8, 0.1]
        """
        return {
            "threshold": ["inf", *self.threshold[1:].tolist()],
            "fpr": self.fpr.tolist(),
            "tpr": self.tpr.tolist(),
        }


def roc_curve(
    outcome: ArrayLike, risk: ArrayLike, *, weight: ArrayLike | None = None
) -> RocCurve:
    r"""Sensitivity against 1 - specificity at every distinct score.

    .. math:: \mathrm{TPR}(c) = \frac{\sum_{i \in D} w_i \mathbb 1[x_i \ge c]}
        {\sum_{i \in D} w_i}, \qquad \mathrm{FPR}(c) = \text{the same over } H

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; at least one with and one without.
    risk : (n,) of float
        Risk or any other score; higher means the event is likelier; positive is
        ``risk >= threshold``.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights.

    Raises
    ------
    NotEstimable
        With one class only, missing scores or weights not positive.

    References
    ----------
    Green DM, Swets JA. Signal Detection Theory and Psychophysics. Wiley 1966.
    Fawcett T. Pattern Recognit Lett 2006;27:861-874.

    Examples
    --------
    >>> roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]).tpr
    array([0. , 0.5, 0.5, 1. , 1. ])
    """
    y, s, w = scored(outcome, risk, weight)
    both_classes(y)
    fpr, tpr, threshold = sklearn_roc_curve(y, s, sample_weight=w, drop_intermediate=False)
    return RocCurve(fpr=read_only(fpr), tpr=read_only(tpr), threshold=read_only(threshold))
