"""Looks at data that are still growing: boundaries, intervals after a stop, bets."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from benchmarks.coverage.row import ALWAYS, EXACT, Row, conservative, null_test
from probatum.analysis import sequential as s
from probatum.analysis.estimate import wald
from probatum.errors import NotEstimable

LOOKS = (0.2, 0.4, 0.6, 0.8, 1.0)
DRIFT = 2.5
"""Mean of the test statistic at full information."""
CHANCE = 0.3


def rows() -> Iterator[Row]:
    """Five looks at means of normal values, or a look after every patient."""
    yield from _boundaries()
    yield from _after_stopping()
    yield from _any_time()
    yield from _bets()


def _looks(n: int, rng: np.random.Generator, drift: float = 0.0) -> tuple[Any, ...]:
    """The test statistic at each look."""
    sums = np.cumsum(rng.normal(drift / np.sqrt(n), 1, n))
    seen = (np.array(LOOKS) * n).round().astype(int)
    return (sums[seen - 1] / np.sqrt(seen), n)


@cache
def _limits(spending: str, shape: float | None, sides: int) -> np.ndarray:
    alpha = 0.025 * sides
    return s.boundaries(spending, LOOKS, alpha, sides=sides, shape=shape).critical


def _boundaries() -> Iterator[Row]:
    families = {
        "obrien-fleming": None,
        "pocock": None,
        "kim-demets": 2.0,
        "hwang-shih-decani": -4.0,
    }
    for spending, shape in families.items():
        yield null_test(
            f"boundaries ({spending}, any of five looks)",
            _looks,
            lambda z, _, limit=(spending, shape): float(
                not np.any(np.abs(z) >= _limits(*limit, 2))
            ),
            EXACT,
            rounds=20_000,
        )
    yield null_test(
        "boundaries (obrien-fleming, one side)",
        _looks,
        lambda z, _: float(not np.any(z >= _limits("obrien-fleming", None, 1))),
        EXACT,
        level=0.025,
        rounds=20_000,
    )
    for binding in (True, False):
        yield null_test(
            f"group-sequential-design ({'binding' if binding else 'advisory'} futility)",
            _looks,
            lambda z, _, b=binding: float(not _succeeds(z, b)),
            EXACT if binding else conservative("a futility rule that is obeyed costs no error"),
            level=0.025,
            rounds=20_000,
        )


@cache
def _design(binding: bool) -> s.Design:
    return s.group_sequential_design(
        "obrien-fleming",
        LOOKS,
        0.025,
        power=0.9,
        sides=1,
        beta_spending="obrien-fleming",
        binding=binding,
    )


def _succeeds(z: np.ndarray, binding: bool) -> bool:
    plan = _design(binding)
    above, below = z >= plan.critical, z < plan.futility
    return bool(above.any()) and int(np.argmax(above)) <= (
        int(np.argmax(below)) if below.any() else z.size
    )


def _stopped(z: np.ndarray, n: int) -> Any:
    limit = _limits("obrien-fleming", None, 2)
    crossed = np.abs(z) >= limit
    last = int(np.argmax(crossed)) if crossed.any() else z.size - 1
    se = 1 / np.sqrt(round(LOOKS[last] * n))
    until = slice(last + 1)
    return s.stage_wise_interval(z[last] * se, se, LOOKS[until], limit[until], n=n)


def _after_stopping() -> Iterator[Row]:
    yield Row(
        name="stage-wise-interval (five looks, stopped at the first crossed)",
        kind="interval",
        draw=lambda n, rng: _looks(n, rng, DRIFT),
        says=lambda z, n: _within(_stopped(z, n).interval, DRIFT / np.sqrt(n)),
        nominal=95,
        promise=EXACT,
        rounds=2000,
    )
    yield null_test(
        "stage-wise-interval (its p-value)",
        _looks,
        lambda *a: _stopped(*a).p_value,
        EXACT,
        rounds=2000,
    )
    yield Row(
        name="repeated-interval (five looks, all hold)",
        kind="interval",
        draw=lambda n, rng: _looks(n, rng, DRIFT),
        says=_all_hold,
        nominal=95,
        promise=EXACT,
    )


def _within(bounds: tuple[float, float], truth: float) -> bool:
    return bool(bounds[0] <= truth <= bounds[1])


def _all_hold(z: np.ndarray, n: int) -> bool:
    limits = _limits("obrien-fleming", None, 2)
    for statistic, share, critical in zip(z, LOOKS, limits, strict=True):
        seen = round(share * n)
        look = wald(
            statistic / np.sqrt(seen), seen**-0.5, confidence=0.95, n=seen, method="mean"
        )
        bounds = s.repeated_interval(look, critical=float(critical)).interval
        if not _within(bounds, DRIFT / np.sqrt(n)):
            return False
    return True


def _alarms(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    return ((rng.random(n) < CHANCE).astype(float),)


def _measured(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
    return (rng.beta(3, 7, n),)


def _any_time() -> Iterator[Row]:
    kinds = (("betting", _alarms), ("empirical-bernstein", _alarms), ("beta-binomial", _alarms))
    for method, draw in (*kinds, ("betting", _measured), ("empirical-bernstein", _measured)):
        of_what = "shares" if draw is _alarms else "measurements"
        yield Row(
            name=f"confidence-sequence ({method}, {of_what}, at all patients)",
            kind="interval",
            draw=draw,
            says=lambda x, m=method: _holds_always(x, m),
            nominal=95,
            promise=ALWAYS,
            why="the price of looking at any time",
            rounds=4000,
        )


def _holds_always(x: np.ndarray, method: str) -> bool:
    """A sequence that leaves no mean has missed the true one."""
    try:
        found = s.confidence_sequence(x, method=method, resolution=500)
    except NotEstimable:
        return False
    return bool(np.all((found.lower <= CHANCE) & (found.upper >= CHANCE)))


def _bets() -> Iterator[Row]:
    for method, side in (
        ("betting", "two-sided"),
        ("betting", "greater"),
        ("betting", "less"),
        ("beta-binomial", "two-sided"),
    ):
        asked = {"null": CHANCE, "method": method, "alternative": side}
        yield null_test(
            f"e-value ({method}, {side}, after every patient)",
            _alarms,
            lambda x, o=asked: s.e_value(x, **o).p_value_best,
            ALWAYS,
        )
