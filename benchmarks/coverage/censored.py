"""What is said of patients followed up, of whom a third is lost before the horizon."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from scipy import special

from benchmarks.coverage import populations as of
from benchmarks.coverage.row import Row, interval, since
from probatum.analysis import calibration, decision, discrimination

POINTS = 2000


def rows() -> Iterator[Row]:
    """By the horizon 1."""
    d, c = discrimination, calibration
    at = {"horizon": 1.0}
    yield interval(
        "time-dependent-auc",
        of.followed,
        lambda *a: d.time_dependent_auc(*a, **at),
        _area_at_horizon,
        since(200),
    )
    yield interval("c-index", of.followed, d.c_index, lambda: _concordance(None), since(200))
    yield interval(
        "uno-c-index",
        of.followed,
        lambda *a: d.uno_c_index(*a, **at),
        lambda: _concordance(1.0),
        since(200),
    )
    yield interval(
        "brier-survival",
        of.followed,
        lambda *a: c.brier_survival(*a, **at),
        lambda: float(np.mean(_risk() * (1 - _risk()))),
        since(200),
    )
    yield interval(
        "observed-expected-survival",
        of.followed,
        lambda *a: c.observed_expected_survival(*a, **at),
        1,
        since(200),
    )
    yield interval(
        "net-benefit-survival",
        of.followed,
        lambda *a: decision.net_benefit_survival(*a, threshold=of.THRESHOLD, **at),
        lambda: float(np.mean(of.worth(_risk()))),
        since(200),
    )


@cache
def _log_hazard(points: int = POINTS) -> np.ndarray:
    return special.ndtri((np.arange(points) + 0.5) / points)


@cache
def _risk() -> np.ndarray:
    """Right risks by the horizon, at quantiles of the population."""
    return -np.expm1(-np.exp(_log_hazard(1_000_000) - 0.5))


def _area_at_horizon() -> float:
    risk = -np.expm1(-np.exp(_log_hazard() - 0.5))
    free_below = np.cumsum(1 - risk) - (1 - risk) / 2
    return float(risk @ free_below / risk.sum() / (1 - risk).sum())


def _concordance(horizon: float | None) -> float:
    """Harrell's, whose pairs depend on losses (rate 1/2 each); or Uno's, which do not."""
    rate = np.exp(_log_hazard() - 0.5)
    both = rate[:, None] + rate[None, :]
    if horizon is None:
        first = rate[:, None] / (both + 1.0)
    else:
        first = rate[:, None] / both * -np.expm1(-both * horizon)
    ties = np.trace(first) / 2
    return float((np.tril(first, -1).sum() + ties) / first.sum())
