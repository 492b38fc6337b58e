"""The paired DeLong difference of two models on a million patients, here and elsewhere.

Ours is ``auc_difference``, checks included, on one thread. A peer is a package that people
install: where scores all differ, ours is to be twenty times as fast as any. Risks in
thousandths stand beside that without a promise: where many tie, the loops of the peers have
less to do. The algorithm of Sun and Xu, which they implement, is also written for NumPy as well
as we can: it shows how much of each ratio is a loop in Python.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import in_r
from benchmarks.harness import Comparison, Contender
from probatum.analysis.discrimination import auc_difference

Column = NDArray[Any]
Found = NDArray[np.float64]
"""The difference of both areas, and its standard error."""

PATIENTS = 1_000_000
CLOCK = "1 s by the clock"
FASTER = 20.0
SINGLE = 1e-5
"""How far a peer that ranks in single precision may be off, of itself."""

PROC = """
test <- roc.test(roc(y, a, levels = c(0, 1), direction = "<", quiet = TRUE),
                 roc(y, b, levels = c(0, 1), direction = "<", quiet = TRUE),
                 method = "delong", paired = TRUE)
difference <- as.numeric(test$estimate[1] - test$estimate[2])
result <- c(difference, difference / as.numeric(test$statistic))
"""


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Yield two: scores that all differ, and risks in thousandths, which tie."""
    patients = PATIENTS // 50 if quick else PATIENTS
    yield _comparison(patients, decimals=None)
    yield _comparison(patients, decimals=3)


def _comparison(patients: int, *, decimals: int | None) -> Comparison:
    y, a, b = cohort(patients, decimals=decimals)
    packages = (
        _contender("MLstatkit, Delong_test", "as used", partial(_mlstatkit, y, a, b)),
        _contender(
            "confidenceinterval, its fastDeLong",
            "as used",
            partial(_confidenceinterval, y, a, b),
            tolerance=SINGLE,
        ),
        *in_r.contenders(
            "pROC roc.test",
            how="as used",
            package="pROC",
            code=PROC,
            columns={"y": y, "a": a, "b": b},
        ),
    )
    return Comparison(
        title="paired DeLong difference of two areas",
        params={
            "patients": patients,
            "events": int(y.sum()),
            "scores": "all different" if decimals is None else f"of {decimals} decimals",
        },
        contenders=(
            _contender("probatum", "ours", partial(_ours, y, a, b)),
            _contender("textbook: Sun and Xu in NumPy", "tuned", partial(sun_xu, y, a, b)),
            *packages,
            Contender(name=CLOCK, how="limit", run=partial(time.sleep, 1), rounds=1),
        ),
        difference=_difference,
        targets={CLOCK: 1.0} | ({} if decimals else {one.name: FASTER for one in packages}),
        tolerance=1e-9,
    )


def _contender(name: str, how: Any, run: Any, tolerance: float | None = None) -> Contender:
    return Contender(name=name, how=how, run=run, threads=1, tolerance=tolerance)


def cohort(patients: int, *, decimals: int | None) -> tuple[Column, Column, Column]:
    """Return who had the event, one in ten, and the risks that two models told."""
    rng = np.random.default_rng(0)
    y = rng.random(patients) < 0.1
    a = rng.normal(size=patients) + y
    b = 0.7 * a + 0.7 * rng.normal(size=patients)
    a, b = (1 / (1 + np.exp(2.5 - score)) for score in (a, b))
    return (y, a, b) if decimals is None else (y, a.round(decimals), b.round(decimals))


def _difference(ours: Found, theirs: Any) -> float | None:
    """The larger of both relative differences."""
    if theirs is None:
        return None
    found = theirs.numbers if isinstance(theirs, in_r.Told) else theirs
    return float(np.abs(found / ours - 1).max())


def _ours(y: Column, a: Column, b: Column) -> Found:
    found = auc_difference(y, a, b)
    return np.array([found.value, found.se])


def _mlstatkit(y: Column, a: Column, b: Column) -> Found:
    from MLstatkit import Delong_test

    *_, area_a, area_b, info = Delong_test(y, a, b)
    return np.array([area_a - area_b, np.sqrt(info["var_diff"])])


def _confidenceinterval(y: Column, a: Column, b: Column) -> Found:
    """Its published functions give one model's variance; this is what they call, for two."""
    from confidenceinterval.delong import compute_ground_truth_statistics, fastDeLong

    order, events, _ = compute_ground_truth_statistics(y, None)
    areas, covariance = fastDeLong(np.stack([a, b])[:, order], events, None)
    return _of_two(areas, covariance)


def sun_xu(y: Column, a: Column, b: Column) -> Found:
    """Return what their algorithm gives: placements from the ranks in all and in the class."""
    case, control = (np.empty((2, int(of.sum()))) for of in (y, ~y))
    for place, score in enumerate((a, b)):
        ranks = _midranks(score)
        case[place] = (ranks[y] - _midranks(score[y])) / control.shape[1]
        control[place] = 1 - (ranks[~y] - _midranks(score[~y])) / case.shape[1]
    covariance = np.cov(case) / case.shape[1] + np.cov(control) / control.shape[1]
    return _of_two(case.mean(axis=1), covariance)


def _midranks(score: Column) -> NDArray[np.float64]:
    order = np.argsort(score)
    ranked = score[order]
    begins = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1]))
    ends = np.append(begins[1:], score.size)
    ranks = np.empty(score.size)
    ranks[order] = np.repeat((begins + 1 + ends) / 2, ends - begins)
    return ranks


def _of_two(areas: Column, covariance: Column) -> Found:
    variance = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    return np.array([areas[0] - areas[1], np.sqrt(variance)])
