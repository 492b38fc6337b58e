"""Shares, differences and ratios, from counts."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.coverage.row import Row, conservative, interval, null_test, since
from probatum.analysis import proportion as p

TWO_AND_A_HALF = 0.025


def rows() -> Iterator[Row]:
    """One group, two groups."""
    yield from _one()
    yield from _two()
    yield from _tests()


def _one() -> Iterator[Row]:
    promises = {
        "wilson": since(50),
        "clopper-pearson": conservative("exact in each tail"),
        "jeffreys": since(50),
        "agresti-coull": conservative("holds Wilson's", since=50),
    }
    for method, promise in promises.items():
        yield interval(
            f"proportion ({method}, of 0.1)",
            lambda n, rng: (int(rng.binomial(n, 0.1)), n),
            lambda k, n, m=method: p.proportion(k, n, method=m),
            0.1,
            promise,
            why="counts leave few intervals: coverage swings with n",
        )
    yield interval(
        "weighted-proportion (by one over the chance to be seen)",
        _seen_in_part,
        lambda happened, w: p.weighted_proportion(happened, weight=w),
        0.35,
        since(50),
    )


def _seen_in_part(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Half of the patients are seen nine times of ten, half every other time."""
    frail = np.arange(n) % 2 == 1
    chance = np.where(frail, 0.5, 0.9)
    seen = rng.random(n) < chance
    happened = rng.random(n) < np.where(frail, 0.5, 0.2)
    return happened[seen], 1 / chance[seen]


def groups(n: int, rng: np.random.Generator, a: float = 0.3, b: float = 0.2) -> tuple[int, ...]:
    """Events and patients of two halves."""
    return int(rng.binomial(n // 2, a)), n // 2, int(rng.binomial(n // 2, b)), n // 2


def _two() -> Iterator[Row]:
    for method in ("miettinen-nurminen", "newcombe"):
        ask = lambda *a, m=method: p.proportion_difference(*a, method=m)  # noqa: E731
        yield interval(f"proportion-difference ({method})", groups, ask, 0.1, since(50))
    for method in ("miettinen-nurminen", "koopman"):
        ask = lambda *a, m=method: p.proportion_ratio(*a, method=m)  # noqa: E731
        yield interval(f"proportion-ratio ({method})", groups, ask, 1.5, since(50))
    yield interval(
        "proportion-non-inferiority",
        groups,
        lambda *a: p.proportion_non_inferiority(*a, margin=0.1),
        0.1,
        since(50),
    )


def _tests() -> Iterator[Row]:
    alike = lambda n, rng: groups(n, rng, 0.3, 0.3)  # noqa: E731
    few = "score test; counts leave few p-values"
    yield null_test(
        "proportion-difference (miettinen-nurminen)",
        alike,
        lambda *a: p.proportion_difference(*a).p_value,
        since(50),
        why=few,
    )
    for method in ("miettinen-nurminen", "koopman"):
        yield null_test(
            f"proportion-ratio ({method})",
            alike,
            lambda *a, m=method: p.proportion_ratio(*a, method=m).p_value,
            since(50),
            why=few,
        )
    yield null_test(
        "proportion-non-inferiority (Farrington-Manning, at the margin)",
        lambda n, rng: groups(n, rng, 0.7, 0.8),
        lambda *a: p.proportion_non_inferiority(*a, margin=0.1).p_value,
        since(50),
        level=TWO_AND_A_HALF,
    )
