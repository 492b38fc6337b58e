"""Outcomes nobody knows, and estimates pooled over imputations."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.coverage import populations as of
from benchmarks.coverage.row import Row, conservative, interval, since
from probatum.analysis import missing as m

IMPUTATIONS = 20
ALIKE = 0.6
"""Correlation of what is missing and what is known."""
WIDEST = conservative("it holds all that the unknown outcomes leave possible")


def rows() -> Iterator[Row]:
    """Outcomes missing more often with the event; a value missing in three of ten."""
    yield interval(
        "auc-bounds",
        lambda n, rng: _unknown(*of.scores(n, rng), rng),
        lambda *a: of.Bounds.of(m.auc_bounds(*a)),
        of.area(),
        WIDEST,
        why="by design",
    )
    for word, truth in {"sensitivity": of.FOUND, "specificity": of.CLEARED}.items():
        ask = getattr(m, f"{word}_bounds")
        yield interval(
            f"{word}-bounds",
            lambda n, rng: _unknown(*of.tested(n, rng), rng),
            lambda *a, f=ask: of.Bounds.of(f(*a)),
            truth,
            WIDEST,
            why="by design",
        )
    yield interval("rubin (mean, 20 imputations)", _imputed, _pooled, 0, since(50))


def _unknown(y: np.ndarray, seen: np.ndarray, rng: np.random.Generator) -> tuple[Any, ...]:
    lost = rng.random(y.size) < np.where(y, 0.2, 0.1)
    return np.where(lost, np.nan, y), seen


def _imputed(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Means and errors of sets imputed by regression with its parameters drawn."""
    x = rng.normal(size=n)
    y = ALIKE * x + np.sqrt(1 - ALIKE**2) * rng.normal(size=n)
    lost = rng.random(n) < np.where(x > 0, 0.4, 0.2)
    seen = np.column_stack([np.ones(n), x])[~lost]
    best, left, *_ = np.linalg.lstsq(seen, y[~lost], rcond=None)
    free = len(seen) - 2
    spread = np.sqrt(float(left[0]) / rng.chisquare(free, IMPUTATIONS))
    root = np.linalg.cholesky(np.linalg.inv(seen.T @ seen))
    drawn = best[:, None] + spread * (root @ rng.normal(size=(2, IMPUTATIONS)))
    noise = spread * rng.normal(size=(int(lost.sum()), IMPUTATIONS))
    filled = np.repeat(y[:, None], IMPUTATIONS, axis=1)
    filled[lost] = drawn[0] + np.outer(x[lost], drawn[1]) + noise
    return filled.mean(axis=0), filled.std(axis=0, ddof=1) / np.sqrt(n), n


def _pooled(means: np.ndarray, errors: np.ndarray, n: int) -> Any:
    return m.rubin(means, errors, n=n, complete_df=n - 1)
