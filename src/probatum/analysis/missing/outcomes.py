"""What patients of unknown outcome could do to a result, if all fared as badly as they might.

Nothing is assumed of why an outcome is missing. The bounds are the smallest and the largest
value that any assignment of the unknown outcomes gives: no method can promise more without an
assumption that the data cannot check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.discrimination import auc
from probatum.analysis.discrimination.placements import placements
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    finite,
    numbers,
    outcomes,
    same_length,
)
from probatum.analysis.proportion import proportion
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeBounds:
    """A result among those of known outcome, and how far the others could move it.

    Attributes
    ----------
    known : Estimate
        Complete cases only.
    worst, best : Estimate
        With unknown outcomes assigned so that the value is smallest, and largest.
    n_unknown : int
        Patients of unknown outcome.

    Examples
    --------
    >>> found = sensitivity_bounds([1, 1, float("nan")], [1, 0, 0])
    >>> found.worst.value, found.known.value, found.best.value
    (0.3333333333333333, 0.5, 0.5)
    """

    known: Estimate
    worst: Estimate
    best: Estimate
    n_unknown: int

    @property
    def lower(self) -> float | None:
        """Lower bound of the interval where all unknown outcomes are the worst."""
        return self.worst.lower

    @property
    def upper(self) -> float | None:
        """Upper bound of the interval where all unknown outcomes are the best."""
        return self.best.upper

    def as_dict(self) -> dict[str, Any]:
        """Return the bounds as plain JSON values."""
        return {
            "n_unknown": self.n_unknown,
            "lower": self.lower,
            "upper": self.upper,
            "known": self.known.as_dict(),
            "worst": self.worst.as_dict(),
            "best": self.best.as_dict(),
        }


def sensitivity_bounds(
    outcome: ArrayLike, positive: ArrayLike, *, confidence: float = 0.95
) -> OutcomeBounds:
    r"""Sensitivity if unknown outcomes are all against the test, and all for it.

    .. math:: \frac{TP}{TP + FN + u_-} \le Se \le \frac{TP + u_+}{TP + u_+ + FN}

    with :math:`u_+, u_-` positives and negatives of unknown outcome.

    Parameters
    ----------
    outcome : (n,) of bool, or missing
        Whether the event happened; NaN where nobody knows.
    positive : (n,) of bool
        Whether the test is positive.
    confidence : float in (0, 1)
        Two-sided confidence level of the three Wilson intervals.

    Returns
    -------
    OutcomeBounds
        The bounds meet where every outcome is known.

    Raises
    ------
    NotEstimable
        When nobody is known to have had the event, or an outcome is neither 0, 1 nor missing.

    References
    ----------
    Kosinski AS, Barnhart HX. Stat Med 2003;22:2711-2721 (the region of ignorance). Manski CF.
    Partial Identification of Probability Distributions. Springer 2003, chapter 1.

    Examples
    --------
    >>> sensitivity_bounds([1, 0, float("nan")], [1, 0, 1]).n_unknown
    1
    """
    happened, known, test = _tested(outcome, positive)
    return _bounds(test & happened, happened, known, test, confidence)


def specificity_bounds(
    outcome: ArrayLike, positive: ArrayLike, *, confidence: float = 0.95
) -> OutcomeBounds:
    """Specificity if unknown outcomes are all against the test, and all for it.

    Parameters and refusals as :func:`sensitivity_bounds`, with the classes exchanged.

    References
    ----------
    As :func:`sensitivity_bounds`.

    Examples
    --------
    >>> found = specificity_bounds([0, 0, float("nan")], [0, 1, 1])
    >>> found.worst.value, found.best.value
    (0.3333333333333333, 0.5)
    """
    happened, known, test = _tested(outcome, positive)
    free = known & ~happened
    return _bounds(~test & free, free, known, ~test, confidence)


def auc_bounds(
    outcome: ArrayLike, risk: ArrayLike, *, confidence: float = 0.95
) -> OutcomeBounds:
    r"""Area under the curve at the least and the most favourable unknown outcomes.

    Exchanging the outcomes of two unknown patients so that the higher risk has the event never
    lowers the area. The most favourable assignment is therefore "the k highest had it" for some
    k, the least favourable "the k lowest had it": all k are tried, which is exact.

    Parameters
    ----------
    outcome : (n,) of bool, or missing
        Whether the event happened; NaN where nobody knows.
    risk : (n,) of float
        Risk or any other score, known for everybody.
    confidence : float in (0, 1)
        Two-sided confidence level of the three intervals.

    Returns
    -------
    OutcomeBounds

    Raises
    ------
    NotEstimable
        As :func:`probatum.analysis.discrimination.auc`, among those of known outcome.

    References
    ----------
    Manski CF. Partial Identification of Probability Distributions. Springer 2003, chapter 1.

    Departures
    ----------
    The bounds of an area are not in the reference; the argument is the one above.

    Examples
    --------
    >>> found = auc_bounds([0, 1, 0, 1, float("nan")], [1, 2, 3, 4, 5])
    >>> round(found.worst.value, 3), round(found.known.value, 3), round(found.best.value, 3)
    (0.5, 0.75, 0.833)
    """
    happened, known = _partly_known(outcome)
    score = finite(risk, "risk")
    same_length(outcome=known, risk=score)
    seen = auc(happened[known], score[known], confidence=confidence)
    extremes = [
        auc(_assigned(happened, known, score, sign), score, confidence=confidence)
        for sign in (1, -1)
    ]
    return OutcomeBounds(
        known=seen, worst=extremes[0], best=extremes[1], n_unknown=int(np.sum(~known))
    )


def _assigned(happened: BoolArray, known: BoolArray, score: FloatArray, sign: int) -> BoolArray:
    """Outcomes that make the area smallest (sign 1: the lowest risks) or largest (-1)."""
    unknown = np.flatnonzero(~known)
    order = unknown[np.argsort(sign * score[unknown], kind="stable")]
    areas = _areas(happened[known], sign * score[known], sign * score[order])
    full = happened.copy()
    full[order[: int(np.argmax(areas))]] = True
    return full


def _areas(outcome: BoolArray, score: FloatArray, unknown: FloatArray) -> FloatArray:
    """For each k, 1 - area when the k lowest unknown had the event; scores rise."""
    case, control = score[outcome], score[~outcome]
    above = 1 - _share(unknown, control)
    k = np.arange(unknown.size + 1)
    total = np.sum(placements(outcome, score, np.ones(score.size))[0]) * control.size
    against = case.size * control.size - total
    as_case = np.concatenate([[0.0], np.cumsum(above)]) * control.size
    rest = np.concatenate([[0.0], np.cumsum(_share(unknown, case))]) * case.size
    among = k * (unknown.size - k) - _tied_across(unknown)
    pairs = (case.size + k) * (control.size + unknown.size - k)
    return np.asarray((against + as_case + (rest[-1] - rest) + among) / pairs, np.float64)


def _share(of: FloatArray, among: FloatArray) -> FloatArray:
    """Share of others that lie below each, ties counting one half."""
    ranked = np.sort(among)
    left, right = (np.searchsorted(ranked, of, side=side) for side in ("left", "right"))
    return np.asarray((left + right) / (2 * among.size), dtype=np.float64)


def _tied_across(rising: FloatArray) -> FloatArray:
    """Half the tied pairs that a cut after the first k parts, for each k."""
    k = np.arange(rising.size + 1)
    at = np.concatenate([rising, rising[-1:]]) if rising.size else np.zeros(1)
    first, last = (np.searchsorted(rising, at, side=side) for side in ("left", "right"))
    return np.asarray(np.maximum(k - first, 0) * np.maximum(last - k, 0) / 2, dtype=np.float64)


def _bounds(
    right: BoolArray, among: BoolArray, known: BoolArray, favours: BoolArray, confidence: float
) -> OutcomeBounds:
    """Of those the share is taken among, and of the unknown whom the test speaks for."""
    hits, n = int(np.sum(right)), int(np.sum(among))
    for_it, against = int(np.sum(~known & favours)), int(np.sum(~known & ~favours))
    if n == 0:
        raise NotEstimable("missing outcomes — expected one known patient at least, got none")
    return OutcomeBounds(
        known=proportion(hits, n, confidence=confidence),
        worst=proportion(hits, n + against, confidence=confidence),
        best=proportion(hits + for_it, n + for_it, confidence=confidence),
        n_unknown=for_it + against,
    )


def _tested(outcome: ArrayLike, positive: ArrayLike) -> tuple[BoolArray, BoolArray, BoolArray]:
    happened, known = _partly_known(outcome)
    test = outcomes(positive, "positive")
    same_length(outcome=known, positive=test)
    return happened, known, test


def _partly_known(outcome: ArrayLike) -> tuple[BoolArray, BoolArray]:
    """Whether the event is known to have happened, and whether anything is known."""
    values = numbers(outcome, "outcome")
    if values.ndim != 1:
        raise NotEstimable(f"outcome — expected one a patient, got shape {values.shape}")
    known = ~np.isnan(values)
    if not known.any():
        raise NotEstimable("outcome — expected some known outcomes, got none")
    happened = np.zeros(values.shape, dtype=np.bool_)
    happened[known] = outcomes(values[known])
    return happened, known
