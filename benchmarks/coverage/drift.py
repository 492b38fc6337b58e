"""Whether patients now are those of the reference, and calibration what it was."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from scipy import special

from benchmarks.coverage import populations as of
from benchmarks.coverage.row import Row, conservative, interval, none, null_test, since
from probatum.analysis import drift as d

BINS = 10
SHARES = (0.5, 0.3, 0.2)
MOVED = (0.4, 0.3, 0.3)
FEW = "ten bins of two patients at n = 20"
FAR = 1.0


def rows() -> Iterator[Row]:
    """n patients of either side."""
    yield from _indices()
    yield from _changes()
    yield from _classified()
    yield from _tests()


def _indices() -> Iterator[Row]:
    truths = {d.psi: of.stability, d.jensen_shannon: _divergence}
    for ask, truth in truths.items():
        name = ask.__name__.replace("_", "-")
        yield interval(name, of.shifted, ask, truth, since(200), why=FEW)
    yield interval(
        "psi-categorical",
        _categories,
        d.psi_categorical,
        _moved,
        since(50),
        why="wide: the index varies less than the law that is inverted",
    )
    wide = conservative("bounds of both empirical curves")
    yield interval("ks", of.shifted, d.ks, 2 * special.ndtr(0.15) - 1, wide, why="by design")
    yield interval(
        "wasserstein",
        of.shifted,
        d.wasserstein,
        0.3,
        none("a distance is never 0, and is biased upwards"),
        why="biased upwards where samples are small",
    )
    yield interval(
        "standardised-difference", of.shifted, d.standardised_difference, 0.3, since(50)
    )


def _divergence() -> float:
    cuts = special.ndtri(np.arange(1, BINS) / BINS)
    now = np.diff(np.concatenate([[0], special.ndtr(cuts - 0.3), [1]]))
    then = np.full(BINS, 1 / BINS)
    mixed = (now + then) / 2
    both = np.sum(then * np.log2(then / mixed)) + np.sum(now * np.log2(now / mixed))
    return float(np.sqrt(both / 2))


def _categories(
    n: int, rng: np.random.Generator, now: tuple[float, ...] = MOVED
) -> tuple[Any, ...]:
    names = np.array(["a", "b", "c"])
    return rng.choice(names, n, p=SHARES), rng.choice(names, n, p=now)


def _moved() -> float:
    then, now = np.array(SHARES), np.array(MOVED)
    return float(np.sum((now - then) * np.log(now / then)))


def _recalibrated(a: float, b: float) -> Callable[..., tuple[Any, ...]]:
    """Two halves; now events have log-odds a + b times those told."""

    def draw(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
        told, now = rng.normal(-1, 1, n), np.arange(n) % 2
        right = np.where(now == 1, a + b * told, told)
        return rng.random(n) < special.expit(right), special.expit(told), now

    return draw


def _changes() -> Iterator[Row]:
    few = "few events in either half for a fit of four parameters"
    yield interval(
        "calibration-drift-test (change in the large)",
        _recalibrated(0.5, 1.0),
        lambda *a: d.calibration_drift_test(*a).in_the_large,
        0.5,
        since(200),
    )
    yield interval(
        "calibration-drift-test (change of slope)",
        _recalibrated(0.0, 0.6),
        lambda *a: d.calibration_drift_test(*a).slope,
        -0.4,
        since(200),
        why=few,
    )
    pieces: dict[str, Callable[[d.CalibrationDrift], float | None]] = {
        "both": lambda found: found.p_value,
        "in the large": lambda found: found.in_the_large.p_value,
        "slope": lambda found: found.slope.p_value,
    }
    for word, p_value in pieces.items():
        yield null_test(
            f"calibration-drift-test ({word})",
            _recalibrated(0.0, 1.0),
            lambda *a, f=p_value: f(d.calibration_drift_test(*a)),
            since(200),
            why=few if word != "in the large" else "",
        )


def _far(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    return rng.normal(size=n), rng.normal(FAR, 1, n)


def _three_columns(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    return rng.normal(size=(n, 3)), rng.normal(size=(n, 3))


def _classified() -> Iterator[Row]:
    logistic = {"seed": 1, "classifier": "logistic"}
    yield interval(
        "classifier-test (logistic, one column)",
        _far,
        lambda *a: d.classifier_test(*a, **logistic),
        special.ndtr(FAR / np.sqrt(2)),
        since(50),
        why="folds of four patients a side at n = 20",
        rounds=500,
    )
    yield null_test(
        "classifier-test (logistic, 19 permutations)",
        _three_columns,
        lambda *a: d.classifier_test(*a, **logistic, permutations=19).p_value,
        conservative("exact"),
        rounds=200,
        sizes=(20, 50),
    )


def _tests() -> Iterator[Row]:
    yield null_test(
        "ks",
        of.still,
        lambda *a: d.ks(*a).p_value,
        conservative("the limit's p-value is too large in small samples"),
    )
    for ask in (d.psi, d.jensen_shannon):
        yield null_test(
            ask.__name__.replace("_", "-"),
            of.still,
            lambda *a, f=ask: f(*a).p_value,
            since(200),
            why=FEW,
        )
    yield null_test(
        "psi-categorical",
        lambda n, rng: _categories(n, rng, SHARES),
        lambda *a: d.psi_categorical(*a).p_value,
        since(50),
    )
    yield null_test(
        "wasserstein",
        of.still,
        lambda *a: d.wasserstein(*a).p_value,
        conservative("an upper bound of the p-value"),
    )
    yield null_test(
        "standardised-difference",
        of.still,
        lambda *a: d.standardised_difference(*a).p_value,
        since(50),
    )
