"""How a model with a further predictor moves the risks of a model without it."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
from scipy import special

from benchmarks.coverage.row import Row, interval, since
from probatum.analysis import decision as d

POINTS = 2000
OLD, NEW = 0.8, 0.6
CUT = 0.3


def rows() -> Iterator[Row]:
    """Both indices, with both of their parts."""
    for part in ("total", "events", "nonevents"):
        yield interval(
            f"net-reclassification (threshold 0.3, {part})",
            _two,
            lambda *a, part=part: getattr(d.net_reclassification(*a, threshold=CUT), part),
            lambda part=part: _moved(part, lambda a, b: (b >= CUT) * 1.0 - (a >= CUT)),
            since(200),
            why="few patients cross the threshold",
        )
        yield interval(
            f"net-reclassification (continuous, {part})",
            _two,
            lambda *a, part=part: getattr(d.net_reclassification(*a, threshold=None), part),
            lambda part=part: _moved(part, lambda a, b: np.sign(b - a)),
            since(200),
        )
        yield interval(
            f"integrated-discrimination ({part})",
            _two,
            lambda *a, part=part: getattr(d.integrated_discrimination(*a), part),
            lambda part=part: _moved(part, lambda a, b: b - a),
            since(200),
        )


def _two(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome, risks by one predictor, and right risks by both."""
    x, z = rng.normal(size=n), rng.normal(size=n)
    new = special.expit(-1 + OLD * x + NEW * z)
    return rng.random(n) < new, special.expit(-1 + OLD * x), new


@cache
def _population() -> tuple[np.ndarray, np.ndarray]:
    x = special.ndtri((np.arange(POINTS) + 0.5) / POINTS)
    old = special.expit(-1 + OLD * x)[:, None] * np.ones(POINTS)
    return old, special.expit(-1 + OLD * x[:, None] + NEW * x)


def _moved(part: str, move: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> float:
    old, new = _population()
    up = move(old, new)
    events = float((up * new).sum() / new.sum())
    others = -float((up * (1 - new)).sum() / (1 - new).sum())
    return {"events": events, "nonevents": others, "total": events + others}[part]
