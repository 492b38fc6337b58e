"""One interval, the population it is put to, and the truth it should hold."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.coverage.populations import Draw
from probatum.analysis.estimate import Estimate

SIZES = (20, 50, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """One interval, put to samples of one population.

    Attributes
    ----------
    name : str
        Of the statistic, as `probatum stat` knows it, and in brackets what was asked for.
    draw : callable
        Takes a size and a generator; returns what the statistic is asked of.
    ask : callable
        Returns an `Estimate`.
    truth : callable
        The value in the population.
    rounds : int
        Samples of each size.
    sizes : tuple of int
    """

    name: str
    draw: Draw
    ask: Callable[..., Estimate]
    truth: Callable[[], float]
    rounds: int = 4000
    sizes: tuple[int, ...] = SIZES


def row(
    name: str, draw: Draw, ask: Callable[..., Estimate], truth: Any, **of_it: Any
) -> Interval:
    """An interval whose truth may be a number."""
    found = truth if callable(truth) else lambda: float(truth)
    return Interval(name=name, draw=draw, ask=ask, truth=found, **of_it)
