"""How much a result would move had other patients of the same kind been seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike

from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import FloatArray
from probatum.analysis.resampling.drawing import Column, Drawing, Places, children, patients
from probatum.analysis.resampling.intervals import Interval, check_interval, from_replicates
from probatum.errors import NotEstimable

Statistic: TypeAlias = Callable[..., float | Estimate]

LEFT_OUT: Final = 500
"""The most groups of patients, or of clusters, that a jackknife leaves out."""


def bootstrap(
    statistic: Statistic,
    arrays: Sequence[ArrayLike],
    *,
    seed: int,
    replicates: int,
    stratify: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    interval: Interval = "percentile",
    confidence: float = 0.95,
    workers: int = 1,
) -> Estimate:
    """Interval of any statistic of patients, drawn with replacement.

    Columns are drawn together, so the difference of two models on the same patients is paired.
    See :func:`probatum.analysis.resampling.intervals.from_replicates` for the intervals; the
    standard error is the standard deviation over replicates.

    Parameters
    ----------
    statistic : callable
        Takes the arrays, in order, and returns a number or an :class:`Estimate`.
    arrays : sequence of (n, ...) arrays
        Columns of the same n patients, resampled together.
    seed : int
        Of the protocol.
    replicates : int, at least 2
    stratify : (n,), optional
        Patients are drawn within its values, keeping each stratum's size: the outcome keeps
        both classes present.
    cluster : (n,), optional
        Patients of a value, such as a site, are drawn together: what one patient's says of the
        next is kept. The intervals need many clusters, thirty rather than ten.
    interval : {"percentile", "basic", "bca"}
        BCa allows for bias and skewness, and asks for a jackknife: units are left out one by
        one, or in 500 groups of neighbours where there are more.
    confidence : float in (0, 1)
        Two-sided confidence level.
    workers : int
        Threads; the result is the same bytes for any number.

    Returns
    -------
    Estimate
        The statistic of the patients as they are, with the interval. The estimate may lie
        outside a percentile interval when the statistic is biased. No interval where no
        replicate differs.

    Raises
    ------
    NotEstimable
        Without patients, with lengths that differ, or when the statistic does not exist for
        the sample or for a replicate (none is skipped; stratify instead).

    References
    ----------
    Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman & Hall 1993, eq. 13.5.

    Examples
    --------
    >>> age = [50.0, 60.0, 70.0, 80.0]
    >>> told = bootstrap(np.mean, [age], seed=7, replicates=200)
    >>> told == bootstrap(np.mean, [age], seed=7, replicates=200, workers=2)
    True
    """
    check_interval(interval, confidence)
    columns, n = patients(arrays)
    drawing = Drawing.of(n, stratify=stratify, cluster=cluster)

    def of(places: Places) -> float:
        return _value(statistic, [column[places] for column in columns])

    def replicate(child: np.random.SeedSequence) -> float:
        return of(drawing.drawn(child))

    left = drawing.left_out(LEFT_OUT) if interval == "bca" else []
    return from_replicates(
        _value(statistic, columns),
        _each(replicate, children(seed, replicates), workers),
        interval=interval,
        confidence=confidence,
        n=n,
        method=f", {replicates} replicates{drawing.words}, seed {seed}",
        without=_each(of, left, workers) if left else None,
    )


def bootstrap_counts(
    statistic: Callable[[FloatArray], float],
    drawing: Drawing,
    *,
    seed: int,
    replicates: int,
    interval: Interval = "percentile",
    confidence: float = 0.95,
    workers: int = 1,
) -> Estimate:
    """The same, of a statistic that takes how often each patient was drawn.

    Where sorting or another preparation can be done once for all replicates this is many times
    faster, and draws the same patients.

    Parameters
    ----------
    statistic : callable
        Takes (n,) counts and returns a number.
    drawing : Drawing
        Of the n patients.
    seed, replicates, interval, confidence, workers
        As :func:`bootstrap`.

    Raises
    ------
    NotEstimable
        As :func:`bootstrap`.

    Examples
    --------
    >>> age = np.array([50.0, 60.0, 70.0, 80.0])
    >>> alone = Drawing.of(4, stratify=None, cluster=None)
    >>> counted = bootstrap_counts(lambda c: float(c @ age / c.sum()), alone, seed=7,
    ...                            replicates=200)
    >>> counted == bootstrap(np.mean, [age], seed=7, replicates=200)
    True
    """
    check_interval(interval, confidence)

    def of(counts: FloatArray) -> float:
        return _value(statistic, [counts])

    def without(places: Places) -> float:
        return of(np.bincount(places, minlength=drawing.n).astype(np.float64))

    def replicate(child: np.random.SeedSequence) -> float:
        return of(drawing.counts(child))

    left = drawing.left_out(LEFT_OUT) if interval == "bca" else []
    return from_replicates(
        of(np.ones(drawing.n)),
        _each(replicate, children(seed, replicates), workers),
        interval=interval,
        confidence=confidence,
        n=drawing.n,
        method=f", {replicates} replicates{drawing.words}, seed {seed}",
        without=_each(without, left, workers) if left else None,
    )


def _each(function: Callable[[Any], float], over: Sequence[Any], workers: int) -> FloatArray:
    """A number for each, in their order."""
    found = Parallel(n_jobs=workers, prefer="threads")(delayed(function)(one) for one in over)
    return np.array(found, dtype=np.float64)


def _value(statistic: Statistic, columns: Sequence[Column]) -> float:
    value = float(statistic(*columns))
    if not np.isfinite(value):
        raise NotEstimable(
            "bootstrap — expected a finite statistic in each replicate, got none"
        )
    return value
