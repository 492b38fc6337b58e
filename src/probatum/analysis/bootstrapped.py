"""Discrimination and calibration with bootstrap intervals, thousands of replicates a second.

What does not change from replicate to replicate, such as the order of the risks, is worked out
once; a replicate is then a count for each patient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.calibration.logistic import fitted_logistic, log_odds, refuse_separation
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import (
    BoolArray,
    FloatArray,
    at_risk,
    both_classes,
    finite,
    same_length,
    scored,
)
from probatum.analysis.resampling import bootstrap_counts
from probatum.analysis.resampling.drawing import Drawing
from probatum.errors import NotEstimable

__all__ = ["bootstrap_auc", "bootstrap_auc_difference", "bootstrap_slope"]

REPLICATES: Final = 2000
"""Replicates unless others are asked for: tails of a 95 % interval hold fifty each."""

Counted = Callable[[FloatArray], float]


def bootstrap_auc(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    seed: int,
    replicates: int = REPLICATES,
    cluster: ArrayLike | None = None,
    interval: Literal["percentile", "basic", "bca"] = "percentile",
    confidence: float = 0.95,
    workers: int = 1,
) -> Estimate:
    r"""Area under the curve with a bootstrap interval.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present.
    risk : (n,) of float
        Risk or any other score; higher means the event is likelier.
    seed : int
        Of the protocol.
    replicates : int, at least 2
    cluster : (n,) of labels, optional
        Patients of a cluster are drawn together. Without it, patients are drawn within either
        class, whose sizes are kept.
    interval : {"percentile", "basic", "bca"}
    confidence : float in (0, 1)
        Two-sided confidence level.
    workers : int
        Threads; the result is the same bytes for any number.

    Raises
    ------
    NotEstimable
        With one class only, in the sample, in a replicate of clusters, or without the one
        patient whom BCa's jackknife leaves out.

    References
    ----------
    Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall 1993.

    Examples
    --------
    >>> bootstrap_auc([0, 0, 1, 1], [1, 3, 2, 4], seed=1, replicates=50).value
    0.75
    """
    y, s, _ = scored(outcome, risk, None)
    both_classes(y)
    return bootstrap_counts(
        _area(y, s),
        _drawing(y, cluster),
        seed=seed,
        replicates=replicates,
        interval=interval,
        confidence=confidence,
        workers=workers,
    )


def bootstrap_auc_difference(
    outcome: ArrayLike,
    risk_a: ArrayLike,
    risk_b: ArrayLike,
    *,
    seed: int,
    replicates: int = REPLICATES,
    cluster: ArrayLike | None = None,
    interval: Literal["percentile", "basic", "bca"] = "percentile",
    confidence: float = 0.95,
    workers: int = 1,
) -> Estimate:
    """Difference of two areas on the same patients, with a bootstrap interval.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present.
    risk_a, risk_b : (n,) of float
        Of the same patients, drawn together.
    seed, replicates, cluster, interval, confidence, workers
        As :func:`bootstrap_auc`.

    Returns
    -------
    Estimate
        Above 0 when A ranks better.

    Raises
    ------
    NotEstimable
        As :func:`bootstrap_auc`.

    References
    ----------
    As :func:`bootstrap_auc`.

    Examples
    --------
    >>> bootstrap_auc_difference([0, 0, 1, 1], [1, 2, 3, 4], [1, 3, 2, 4], seed=1,
    ...                          replicates=50).value
    0.25
    """
    y, a, _ = scored(outcome, risk_a, None)
    b = finite(risk_b, "risk_b")
    same_length(outcome=y, risk_b=b)
    both_classes(y)
    of_a, of_b = _area(y, a), _area(y, b)
    return bootstrap_counts(
        lambda counts: of_a(counts) - of_b(counts),
        _drawing(y, cluster),
        seed=seed,
        replicates=replicates,
        interval=interval,
        confidence=confidence,
        workers=workers,
    )


def bootstrap_slope(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    seed: int,
    replicates: int = REPLICATES,
    cluster: ArrayLike | None = None,
    interval: Literal["percentile", "basic", "bca"] = "percentile",
    limit: float | None = None,
    confidence: float = 0.95,
    workers: int = 1,
) -> Estimate:
    """Calibration slope with a bootstrap interval.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened; both classes present.
    risk : (n,) of float in (0, 1)
        Predicted probability of the event.
    seed, replicates, interval, confidence, workers
        As :func:`bootstrap_auc`.
    cluster : (n,) of labels, optional
        As :func:`bootstrap_auc`; without it patients are drawn from all, since the number of
        events belongs to what is calibrated.
    limit : float in (0, 0.5), optional
        Risks nearer to 0 or 1 than this are moved to it, and ``method`` says how many.

    Returns
    -------
    Estimate
        1 when risks are spread as they should be.

    Raises
    ------
    NotEstimable
        As :func:`probatum.analysis.calibration.slope`, in the sample or in a replicate.

    References
    ----------
    Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall 1993. Cox DR.
    Biometrika 1958;45:562-565 (the slope).

    Examples
    --------
    >>> told = np.linspace(0.1, 0.9, 200)
    >>> happened = np.arange(200) % 10 < 10 * told
    >>> bootstrap_slope(happened, told, seed=1, replicates=50).value.__round__(2)
    0.92
    """
    y, p, _ = at_risk(outcome, risk, None)
    both_classes(y)
    logit, note = log_odds(p, limit)
    refuse_separation(y, logit)

    def of(counts: FloatArray) -> float:
        drawn = np.flatnonzero(counts)
        happened, told = y[drawn], logit[drawn]
        both_classes(happened)
        refuse_separation(happened, told)
        design = np.column_stack([np.ones(drawn.size), told])
        return float(fitted_logistic(happened, design, counts[drawn])[0][1])

    found = bootstrap_counts(
        of,
        Drawing.of(y.size, stratify=None, cluster=cluster),
        seed=seed,
        replicates=replicates,
        interval=interval,
        confidence=confidence,
        workers=workers,
    )
    return replace(found, method=found.method + note)


def _drawing(y: BoolArray, cluster: ArrayLike | None) -> Drawing:
    return Drawing.of(y.size, stratify=y if cluster is None else None, cluster=cluster)


def _area(y: BoolArray, score: FloatArray) -> Counted:
    """The area as a function of how often each patient was drawn."""
    _, rank = np.unique(score, return_inverse=True)
    case, control, size = rank[y], rank[~y], int(rank.max()) + 1

    def of(counts: FloatArray) -> float:
        cases = np.bincount(case, weights=counts[y], minlength=size)
        controls = np.bincount(control, weights=counts[~y], minlength=size)
        pairs = cases.sum() * controls.sum()
        if pairs == 0:
            raise NotEstimable(
                "bootstrap — expected both classes in each replicate, got one — more clusters "
                "are needed, or patients drawn one by one; BCa needs two of each class"
            )
        return float(cases @ (np.cumsum(controls) - controls / 2) / pairs)

    return of
