"""Timing contenders against each other: in one run, in turns, as ratios.

A round runs every contender once and measures the machine's own matrix-product rate beside
them, so that a ratio compares two things that happened under the same load. Seconds of one
machine mean little; ratios, and the processor time that each contender used, mean more.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

How = Literal["ours", "as used", "tuned", "limit"]
BLAS_SIZE = 768
"""Side of the complex product whose rate stands beside each round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way of doing the same work."""

    name: str
    how: How
    run: Callable[[], Any]
    share: float = 1.0
    """The part of the work that is really done; the time is divided by it, and says so."""
    rounds: int | None = None
    """Times it is run; slow peers are run once."""
    threads: int = 2
    tolerance: float | None = None
    """Largest difference from ours that still is the same result; else the comparison's."""
    clock: Callable[[Any], tuple[float, float]] | None = None
    """Wall and processor seconds from the result, where another process took them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One piece of work and all who do it; the first contender is ours."""

    title: str
    params: Mapping[str, Any]
    contenders: tuple[Contender, ...]
    difference: Callable[[Any, Any], float | None] = lambda ours, theirs: None
    """The largest difference of a peer's result from ours."""
    details: Callable[[Any], Mapping[str, Any]] = lambda result: {}
    """What else of a result is worth keeping, such as the memory it took."""
    targets: Mapping[str, float] = field(default_factory=dict)
    """Contender -> least ratio of its time to ours; for a limit, the largest of ours to it."""
    tolerance: float | None = None
    """Largest difference from ours that still is the same result."""

    def __post_init__(self) -> None:
        unknown = set(self.targets) - {c.name for c in self.contenders}
        if unknown or self.contenders[0].how != "ours":
            raise ValueError(f"{self.title}: ours first, targets of contenders, not {unknown}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What one contender took."""

    name: str
    how: How
    seconds: tuple[float, ...]
    cpu_seconds: float
    difference: float | None
    tolerance: float | None
    extrapolated: bool
    details: Mapping[str, Any]

    @property
    def median(self) -> float:
        """The middle of its rounds."""
        return statistics.median(self.seconds)

    @property
    def agrees(self) -> bool | None:
        """Whether its result is ours; None where results are not compared."""
        if self.difference is None or self.tolerance is None:
            return None
        return self.difference <= self.tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All timings of one comparison, and the machine's rate while they were taken."""

    comparison: Comparison
    timings: tuple[Timing, ...]
    blas_gigaflops: float

    @property
    def ours(self) -> Timing:
        """Our own timing."""
        return self.timings[0]

    def ratio(self, timing: Timing) -> float:
        """A peer's time over ours; for a limit, our time over the limit's."""
        over = timing.median / self.ours.median
        return 1 / over if timing.how == "limit" else over

    def is_met(self, timing: Timing) -> bool | None:
        """Whether the target of a contender is reached; None where it has none."""
        target = self.comparison.targets.get(timing.name)
        if target is None:
            return None
        ratio = self.ratio(timing)
        return ratio <= target if timing.how == "limit" else ratio >= target


def measured(comparison: Comparison, *, rounds: int) -> Outcome:
    """Run a comparison in interleaved rounds.

    A contender that is run more than once is run before each timing, untimed: memory that a
    machine took back while the others ran would be charged to whoever asks for it first.
    """
    seconds: dict[str, list[float]] = {c.name: [] for c in comparison.contenders}
    spent: dict[str, list[float]] = {c.name: [] for c in comparison.contenders}
    results: dict[str, Any] = {}
    rates = []
    for turn in range(rounds):
        rates.append(blas_rate())
        for contender in comparison.contenders:
            if turn < (contender.rounds or rounds):
                if contender.rounds is None:
                    _timed(contender)
                wall, cpu, results[contender.name] = _timed(contender)
                seconds[contender.name].append(wall)
                spent[contender.name].append(cpu)
    first = comparison.contenders[0].name
    timings = tuple(
        Timing(
            name=c.name,
            how=c.how,
            seconds=tuple(seconds[c.name]),
            cpu_seconds=statistics.median(spent[c.name]),
            difference=_difference(comparison, c, results[first], results[c.name]),
            tolerance=comparison.tolerance if c.tolerance is None else c.tolerance,
            extrapolated=c.share != 1.0,
            details=comparison.details(results[c.name]),
        )
        for c in comparison.contenders
    )
    return Outcome(
        comparison=comparison, timings=timings, blas_gigaflops=statistics.median(rates)
    )


def blas_rate(size: int = BLAS_SIZE) -> float:
    """Gigaflops of one complex matrix product on two threads, the better of two."""
    a = np.random.default_rng(0).normal(size=(size, 2 * size)).view(np.complex128)
    best = np.inf
    with threadpool_limits(limits=2):
        for _ in range(2):
            start = time.perf_counter()
            np.matmul(a, a)
            best = min(best, time.perf_counter() - start)
    return 8 * size**3 / best / 1e9


@cache
def blas() -> dict[str, str]:
    """Say which BLAS NumPy and SciPy have, and for which processor its kernels were made."""
    folders = ("numpy.libs", "scipy.libs")
    found = [i for i in threadpool_info() if any(f in i["filepath"] for f in folders)]
    versions = {f"{info['internal_api']} {info['version']}" for info in found}
    kernels = {str(info.get("architecture", "unknown")) for info in found}
    return {"version": ", ".join(sorted(versions)), "kernels": ", ".join(sorted(kernels))}


def _timed(contender: Contender) -> tuple[float, float, Any]:
    gc.collect()
    with threadpool_limits(limits=contender.threads):
        wall, cpu = time.perf_counter(), time.process_time()
        result = contender.run()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if contender.clock:
        wall, cpu = contender.clock(result)
    return wall / contender.share, cpu / contender.share, result


def _difference(
    comparison: Comparison, contender: Contender, ours: Any, theirs: Any
) -> float | None:
    if contender.how == "ours" and theirs is ours:
        return None
    return comparison.difference(ours, theirs)


def lines(outcome: Outcome) -> Iterator[str]:
    """The table of one comparison."""
    params = ", ".join(f"{name} {value}" for name, value in outcome.comparison.params.items())
    yield f"{outcome.comparison.title}: {params}"
    rate = f"{outcome.blas_gigaflops:.0f} Gflop/s complex product on two threads"
    yield f"  {rate} beside it, {blas()['version']} {blas()['kernels']}"
    for timing in outcome.timings:
        yield "  " + _line(outcome, timing)
        if timing.details:
            yield "    " + ", ".join(f"{name} {v:,}" for name, v in timing.details.items())


def _line(outcome: Outcome, timing: Timing) -> str:
    mark = "~" if timing.extrapolated else " "
    ratio = "" if timing is outcome.ours else f"{outcome.ratio(timing):10.2f} x"
    return (
        f"{timing.name:46} {timing.how:8} {mark}{timing.median:11.5f} s  "
        f"cpu {timing.cpu_seconds:10.4f} s {ratio:12}"
        f"{_verdict(outcome, timing)}{_difference_said(timing)}"
    )


def _difference_said(timing: Timing) -> str:
    if timing.difference is None:
        return ""
    more = f", MORE THAN {timing.tolerance:g}" if timing.agrees is False else ""
    return f"  differs by {timing.difference:.1e}{more}"


def _verdict(outcome: Outcome, timing: Timing) -> str:
    met = outcome.is_met(timing)
    if met is None:
        return ""
    sign = "<=" if timing.how == "limit" else ">="
    wanted = f"{sign} {outcome.comparison.targets[timing.name]:g}"
    return f" [{wanted} {'reached' if met else 'MISSED'}]"
