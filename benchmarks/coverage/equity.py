"""Rates of groups, the largest differences and smallest ratios, and comparisons with one."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from benchmarks.coverage.populations import Bounds
from benchmarks.coverage.row import Row, conservative, interval, null_test
from probatum.analysis import equity as e

GROUPS = ("a", "b", "c")
FOUND = (0.8, 0.7, 0.6)
ALARMED = (0.4, 0.3, 0.2)
EVENTS = 0.4
SEVERAL = conservative("all pairs at once, by Bonferroni; the extreme of them is bounded")
PAIR = "Newcombe's interval of small groups, and one bound for all pairs"


def rows() -> Iterator[Row]:
    """Three groups of a third each."""
    yield from _extremes()
    yield from _of_two_alike()
    yield from _against_one()


def _three(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Outcome, result and group; each group has rates of its own."""
    place = np.arange(n) % 3
    y = rng.random(n) < EVENTS
    chance = np.where(y, np.array(FOUND)[place], np.array(ALARMED)[place])
    return y, rng.random(n) < chance, np.array(GROUPS)[place]


def _three_alike(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    place = np.arange(n) % 3
    y = rng.random(n) < EVENTS
    return y, rng.random(n) < np.where(y, FOUND[0], ALARMED[1]), np.array(GROUPS)[place]


def _selected() -> list[float]:
    return [
        EVENTS * found + (1 - EVENTS) * alarmed
        for found, alarmed in zip(FOUND, ALARMED, strict=True)
    ]


def _extremes() -> Iterator[Row]:
    chosen, low, high = _selected(), min, max
    apart = {
        e.demographic_parity_difference: high(chosen) - low(chosen),
        e.equal_opportunity_difference: high(FOUND) - low(FOUND),
        e.false_positive_rate_difference: high(ALARMED) - low(ALARMED),
        e.equalized_odds_difference: 0.2,
        e.demographic_parity_ratio: low(chosen) / high(chosen),
        e.equal_opportunity_ratio: low(FOUND) / high(FOUND),
        e.false_positive_rate_ratio: low(ALARMED) / high(ALARMED),
        e.equalized_odds_ratio: low(ALARMED) / high(ALARMED),
    }
    for ask, truth in apart.items():
        name = ask.__name__.replace("_", "-")
        yield interval(
            f"{name} (three groups)",
            _three,
            _columns(ask),
            truth,
            SEVERAL,
            why="by design",
        )
    for ask, truth in {
        e.demographic_parity_difference: 0,
        e.demographic_parity_ratio: 1,
        e.equalized_odds_difference: 0,
    }.items():
        name = ask.__name__.replace("_", "-")
        yield interval(
            f"{name} (three groups alike)",
            _three_alike,
            _columns(ask),
            truth,
            SEVERAL,
            why="by design",
        )


def _of_two_alike() -> Iterator[Row]:
    def two(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
        y, positive, group = _three(n + n // 2, rng)
        kept = group != "b"
        return y[kept], positive[kept], group[kept]

    chosen = _selected()
    for ask, truth in {
        e.demographic_parity_difference: chosen[0] - chosen[2],
        e.demographic_parity_ratio: chosen[2] / chosen[0],
    }.items():
        name = ask.__name__.replace("_", "-")
        yield interval(f"{name} (two groups)", two, _columns(ask), truth, SEVERAL, why=PAIR)


def _columns(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Parity of selection does not ask for outcomes."""
    if ask.__name__.startswith("demographic"):
        return lambda y, positive, group: ask(positive, group)
    return ask


def _compared(*drawn: Any) -> dict[tuple[str, str], e.GroupDifference]:
    found = e.against_reference(*drawn, reference="a", minimum_cell=2)
    return {(one.label, one.rate): one for one in found}


def _against_one() -> Iterator[Row]:
    chosen = _selected()
    truths = {"difference": chosen[2] - chosen[0], "ratio": chosen[2] / chosen[0]}
    for word, truth in truths.items():
        yield interval(
            f"against-reference (selection rate, {word})",
            _three,
            lambda *a, w=word: Bounds.of_existing(
                getattr(_compared(*a)["c", "selection_rate"], w)
            ),
            truth,
            conservative("Newcombe's interval, or made as his is"),
            rounds=4000,
        )
    yield null_test(
        "against-reference (selection rate, either of two groups, Holm)",
        _three_alike,
        lambda *a: _smallest(_compared(*a)),
        conservative("Holm", since=50),
        rounds=4000,
    )


def _smallest(found: dict[tuple[str, str], e.GroupDifference]) -> float | None:
    told = [found[label, "selection_rate"].adjusted_p_value for label in ("b", "c")]
    known = [p for p in told if p is not None]
    return min(known) if known else None
