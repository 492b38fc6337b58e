"""Calibration: weak, by groups and along a curve."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
from scipy import optimize, special

from benchmarks.coverage import populations as of
from benchmarks.coverage.row import Row, interval, none, null_test, since
from probatum.analysis import calibration as c
from probatum.analysis.calibration.logistic import fitted_logistic

UPWARDS = none("a distance is biased upwards, its replicates more; far from 0 it wears off")
REPLICATES = {"seed": 1, "replicates": 200}


def rows() -> Iterator[Row]:
    """Of right risks, and of risks too extreme."""
    yield from _weak()
    yield from _scores()
    yield from _distances()
    yield from _curve()
    yield from _tests()


def _weak() -> Iterator[Row]:
    yield interval("in-the-large", of.risks, c.in_the_large, 0, since(50))
    yield interval(
        "slope", of.risks, c.slope, 1, since(200), why="few events for a fit of two parameters"
    )
    yield interval(
        "slope (of risks too extreme)",
        of.extreme_risks,
        c.slope,
        1 / of.SPREAD,
        since(200),
        why="few events for a fit of two parameters",
    )
    yield interval("observed-expected", of.risks, c.observed_expected, 1, since(50))


def _scores() -> Iterator[Row]:
    spread = lambda: of.mean_risk(lambda p: p * (1 - p))  # noqa: E731
    events = lambda: of.mean_risk(lambda p: p)  # noqa: E731
    yield interval("brier", of.risks, c.brier, spread, since(200), why="skewed")
    yield interval(
        "scaled-brier",
        of.risks,
        c.scaled_brier,
        lambda: 1 - spread() / events() / (1 - events()),
        since(200),
        why="skewed",
    )
    yield interval("spiegelhalter", of.risks, c.spiegelhalter, 0, since(200), why="skewed")


@cache
def _told() -> tuple[np.ndarray, np.ndarray]:
    """Right risk and the one told, at quantiles of the population."""
    share = (np.arange(1_000_000) + 0.5) / 1_000_000
    log_odds = special.ndtri(share) - 1
    return special.expit(log_odds), special.expit(of.SPREAD * log_odds + of.SHIFT)


def _gap(of_gaps: Callable[[np.ndarray], float]) -> Callable[[], float]:
    def found() -> float:
        right, told = _told()
        return float(of_gaps(np.abs(right - told)))

    return found


def _largest_gap() -> float:
    """Over all risks that there are, however rare."""
    far = optimize.minimize_scalar(
        lambda x: special.expit(x) - special.expit(of.SPREAD * x + of.SHIFT),
        bounds=(0, 6),
        method="bounded",
    )
    near = optimize.minimize_scalar(
        lambda x: special.expit(of.SPREAD * x + of.SHIFT) - special.expit(x),
        bounds=(-6, 0),
        method="bounded",
    )
    return float(max(-far.fun, -near.fun))


def _grouped_gap(groups: int = 10) -> float:
    right, told = _told()
    return float(np.mean([abs(part.mean()) for part in np.split(right - told, groups)]))


def _distances() -> Iterator[Row]:
    truths: dict[Callable[..., Any], Callable[[], float]] = {
        c.ici: _gap(np.mean),
        c.e50: _gap(np.median),
        c.e90: _gap(lambda gaps: float(np.quantile(gaps, 0.9))),
        c.emax: _largest_gap,
    }
    for ask, truth in truths.items():
        yield _far(
            f"{ask.__name__} (spline, of risks too extreme)",
            of.extreme_risks,
            lambda *a, f=ask: f(*a, smoother="spline", **REPLICATES),
            truth,
            why="percentiles of replicates that are further off than the patients",
        )
    yield _far(
        "ici (spline, of right risks)",
        of.risks,
        lambda *a: c.ici(*a, smoother="spline", **REPLICATES),
        0,
        why="no replicate is 0: read it as how far off the model can be, not whether it is",
        rounds=200,
    )
    yield _far(
        "ici (loess, of risks too extreme)",
        of.extreme_risks,
        lambda *a: c.ici(*a, **REPLICATES),
        _gap(np.mean),
        why="as with the spline",
    )
    yield interval(
        "ece (10 groups, of risks too extreme)",
        of.extreme_risks,
        lambda *a: c.ece(*a, **REPLICATES),
        _grouped_gap,
        UPWARDS,
        why="with groups of 20 or fewer chance is most of the distance",
        rounds=500,
    )


def _far(
    name: str,
    draw: of.Draw,
    ask: Callable[..., Any],
    truth: float | Callable[[], float],
    *,
    why: str,
    rounds: int = 300,
) -> Row:
    """A distance that each sample asks many replicates for."""
    return interval(name, draw, ask, truth, UPWARDS, why=why, rounds=rounds, sizes=(50, 200))


def _curve() -> Iterator[Row]:
    for smoother in ("spline", "loess"):
        yield interval(
            f"calibration-curve ({smoother}, band at a risk of 0.2)",
            of.risks,
            lambda *a, s=smoother: _band(c.calibration_curve(*a, smoother=s, points=30)),
            0.2,
            since(200),
            why="a small sample bends the curve more than its band allows",
            rounds=4000,
        )


def _band(curve: c.CalibrationCurve) -> of.Bounds:
    at = [float(np.interp(0.2, curve.risk, edge)) for edge in (curve.lower, curve.upper)]
    return of.Bounds((at[0], at[1]))


def _fitted(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome, and risks of a model fitted to the same patients."""
    log_odds = rng.normal(-1, 1, n)
    y = rng.random(n) < special.expit(log_odds)
    design = np.column_stack([np.ones(n), log_odds])
    return y, special.expit(design @ fitted_logistic(y, design, np.ones(n))[0])


def _tests() -> Iterator[Row]:
    yield null_test("in-the-large", of.risks, lambda *a: c.in_the_large(*a).p_value, since(50))
    yield null_test("slope", of.risks, lambda *a: c.slope(*a).p_value, since(200))
    for method in ("likelihood-ratio", "wald"):
        yield null_test(
            f"weak-calibration-test ({method})",
            of.risks,
            lambda *a, m=method: c.weak_calibration_test(*a, method=m).p_value,
            since(200),
            why="few events for a fit of two parameters",
        )
    yield null_test(
        "spiegelhalter", of.risks, lambda *a: c.spiegelhalter(*a).p_value, since(50)
    )
    rough = "groups of two patients at n = 20"
    yield null_test(
        "hosmer-lemeshow (validation)",
        of.risks,
        lambda *a: c.hosmer_lemeshow(*a, setting="validation").p_value,
        since(200),
        why=rough,
    )
    yield null_test(
        "hosmer-lemeshow (development)",
        _fitted,
        lambda *a: c.hosmer_lemeshow(*a, setting="development").p_value,
        since(200),
        why=rough,
    )
