"""How much a result would move had other patients of the same kind been seen.

Replicate r draws from the r-th child of one seed, so the same seed gives the same bytes however
many workers share the work, and in whatever order they finish.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import same_length
from probatum.errors import NotEstimable

Column: TypeAlias = NDArray[Any]
Statistic: TypeAlias = Callable[..., float | Estimate]


def bootstrap(
    statistic: Statistic,
    arrays: Sequence[ArrayLike],
    *,
    seed: int,
    replicates: int,
    stratify: ArrayLike | None = None,
    confidence: float = 0.95,
    workers: int = 1,
) -> Estimate:
    r"""Percentile interval of any statistic of patients, drawn with replacement.

    .. math:: [\hat F^{-1}(\alpha/2), \hat F^{-1}(1 - \alpha/2)]

    with :math:`\hat F` the distribution of the statistic over replicates; the standard error is
    their standard deviation.

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
    confidence : float in (0, 1)
        Two-sided confidence level.
    workers : int
        Threads; the result is the same bytes for any number.

    Returns
    -------
    Estimate
        The statistic of the patients as they are, with the interval. The estimate may lie
        outside a percentile interval when the statistic is biased.

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
    check_level(confidence)
    columns, n = _patients(arrays)
    if replicates < 2:
        raise NotEstimable(f"bootstrap — expected at least 2 replicates, got {replicates}")
    strata = _strata(stratify, n)
    children = np.random.SeedSequence(seed).spawn(replicates)
    drawn = np.array(
        Parallel(n_jobs=workers, prefer="threads")(
            delayed(_replicate)(statistic, columns, strata, child) for child in children
        )
    )
    lower, upper = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    within = "" if stratify is None else ", within strata"
    return Estimate(
        value=float(statistic(*columns)),
        se=float(drawn.std(ddof=1)),
        lower=float(lower),
        upper=float(upper),
        level=confidence,
        n=n,
        method=f"bootstrap percentile interval, {replicates} replicates{within}, seed {seed}",
    )


def _patients(arrays: Sequence[ArrayLike]) -> tuple[list[Column], int]:
    columns: list[Column] = [np.asarray(array) for array in arrays]
    if not columns or any(column.ndim == 0 for column in columns):
        raise NotEstimable("bootstrap — expected columns of patients, got none")
    same_length(**{f"array {place}": column for place, column in enumerate(columns)})
    n = columns[0].shape[0]
    if n == 0:
        raise NotEstimable("bootstrap — expected at least one patient, got none")
    return columns, n


def _strata(stratify: ArrayLike | None, n: int) -> list[NDArray[np.intp]]:
    if stratify is None:
        return [np.arange(n)]
    labels = np.asarray(stratify)
    if labels.shape != (n,):
        raise NotEstimable(
            f"bootstrap — expected one stratum for each of {n} patients, got shape "
            f"{labels.shape}"
        )
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def _replicate(
    statistic: Statistic,
    columns: list[Column],
    strata: list[NDArray[np.intp]],
    child: np.random.SeedSequence,
) -> float:
    rng = np.random.default_rng(child)
    drawn = np.concatenate([rng.choice(stratum, stratum.size) for stratum in strata])
    value = float(statistic(*(column[drawn] for column in columns)))
    if not np.isfinite(value):
        raise NotEstimable(
            "bootstrap — expected a finite statistic in each replicate, got none"
        )
    return value
