"""Shares of one group of patients under two tests, from the four counts of pairs."""

from collections.abc import Iterator

import numpy as np

from benchmarks.coverage import populations as of
from benchmarks.coverage.row import Promise, Row, conservative, interval, null_test, since
from probatum.analysis import proportion as p

COUNTS = "counts of discordant pairs leave few p-values"
METHODS = {
    "exact": conservative("exact and discrete"),
    "mid-p": conservative("close to the level, seldom above it", since=50),
    "asymptotic": since(50),
    "continuity": conservative("as the exact test"),
}


def rows() -> Iterator[Row]:
    """Differences, McNemar's tests and non-inferiority."""
    yield from _intervals()
    yield from _tests()


def pairs(
    n: int, rng: np.random.Generator, shares: tuple[float, ...] = (0.5, 0.15, 0.1, 0.25)
) -> tuple[int, ...]:
    """Patients positive in both tests, in the first, in the second, in neither."""
    return tuple(int(k) for k in rng.multinomial(n, shares))


def _intervals() -> Iterator[Row]:
    for method in ("tango", "newcombe"):
        ask = lambda *a, m=method: p.paired_difference(*a, method=m)  # noqa: E731
        yield interval(f"paired-difference ({method})", pairs, ask, 0.05, since(50))
    for method, promise in _held().items():
        yield interval(
            f"mcnemar ({method})",
            pairs,
            lambda _, b, c, __, m=method: p.mcnemar(b, c, method=m),
            0.6,
            promise,
            why="two of the three or four discordant pairs of n = 20 decide",
        )
    ask = lambda *a: p.paired_non_inferiority(*a, margin=0.1)  # noqa: E731
    yield interval("paired-non-inferiority", pairs, ask, 0.05, since(50))
    apart = {"margin": 0.1}
    for word, tested in {
        "sensitivity": p.sensitivity_non_inferiority,
        "specificity": p.specificity_non_inferiority,
    }.items():
        ask = lambda *a, f=tested: f(*a, **apart)  # noqa: E731
        name = f"{word}-non-inferiority"
        yield interval(name, of.tested_twice, ask, 0.05, since(200))


def _held() -> dict[str, Promise]:
    return {
        "exact": conservative("exact in each tail"),
        "mid-p": conservative("close to the level", since=50),
        "asymptotic": since(200),
        "continuity": conservative("as the exact interval"),
    }


def _tests() -> Iterator[Row]:
    alike = lambda n, rng: pairs(n, rng, (0.5, 0.15, 0.15, 0.2))  # noqa: E731
    for method, promise in METHODS.items():
        yield null_test(
            f"mcnemar ({method})",
            alike,
            lambda _, b, c, __, m=method: p.mcnemar(b, c, method=m).p_value,
            promise,
            why=COUNTS,
        )
    yield null_test(
        "paired-difference (tango)",
        alike,
        lambda *a: p.paired_difference(*a).p_value,
        since(50),
        why=COUNTS,
    )
    worse = lambda n, rng: pairs(n, rng, (0.6, 0.05, 0.15, 0.2))  # noqa: E731
    yield null_test(
        "paired-non-inferiority (at the margin)",
        worse,
        lambda *a: p.paired_non_inferiority(*a, margin=0.1).p_value,
        since(50),
        level=0.025,
    )
    for word, tested in {
        "sensitivity": p.sensitivity_non_inferiority,
        "specificity": p.specificity_non_inferiority,
    }.items():
        yield null_test(
            f"{word}-non-inferiority (at the margin)",
            lambda n, rng: _turned(*of.tested_twice(n, rng)),
            lambda *a, f=tested: f(*a, margin=0.05).p_value,
            since(200),
            level=0.025,
            why="a class holds 60 or 140 of 200 patients, and a fifth of them are discordant",
        )
    yield from _of_tests()


def _of_tests() -> Iterator[Row]:
    for word, tested in {
        "sensitivity": p.sensitivity_difference,
        "specificity": p.specificity_difference,
    }.items():
        yield null_test(
            f"{word}-difference",
            of.tested_twice_alike,
            lambda *a, f=tested: f(*a).p_value,
            since(200),
            why=COUNTS,
        )


def _turned(y: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, ...]:
    return y, b, a
