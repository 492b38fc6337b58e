"""One interval or one test, the population it is put to, and what theory promises of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from benchmarks.coverage.populations import Draw
from probatum.analysis.estimate import Estimate
from probatum.errors import NotEstimable

SIZES: Final = (20, 50, 200)
ROUNDS: Final = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What theory says of a level.

    Attributes
    ----------
    kind : {"about", "no worse", "none"}
        The nominal level; at least that coverage, or at most that error; or nothing.
    since : int
        Size of the samples from which it is promised; 1 is an exact method.
    words : str
        What the page says.
    """

    kind: Literal["about", "no worse", "none"]
    since: int
    words: str


EXACT: Final = Promise(kind="about", since=1, words="exact")
ALWAYS: Final = Promise(kind="no worse", since=1, words="always valid: no worse at any time")


def since(n: int) -> Promise:
    """An approximation for large samples, promised from some size."""
    return Promise(kind="about", since=n, words=f"asymptotic, from n = {n}")


def conservative(why: str, since: int = 1) -> Promise:
    """No worse than nominal by design."""
    return Promise(kind="no worse", since=since, words=f"no worse: {why}")


def none(why: str) -> Promise:
    """No level at these sizes."""
    return Promise(kind="none", since=1, words=f"nothing: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the page.

    Attributes
    ----------
    name : str
        Of the statistic, as `probatum stat` knows it, and in brackets what was asked for.
    kind : {"interval", "test"}
    draw : callable
        Takes a size and a generator; returns what is asked of.
    says : callable
        Takes what was drawn: whether the interval held the truth, or the test found what is
        not there.
    nominal : float
        Per cent.
    promise : Promise
    why : str
        What explains a cell that is off.
    rounds : int
        Samples of each size.
    sizes : tuple of int
    gives : callable or None
        Takes what was drawn: the estimate of an interval, which may hold a p-value, too.
    """

    name: str
    kind: Literal["interval", "test"]
    draw: Draw
    says: Callable[..., bool]
    nominal: float
    promise: Promise
    why: str = ""
    rounds: int = ROUNDS
    sizes: tuple[int, ...] = SIZES
    gives: Callable[..., object] | None = None

    @property
    def key(self) -> str:
        """No other row's: an interval and a test may have one name."""
        return f"{self.kind} {self.name}"

    @property
    def statistic(self) -> str:
        """The statistic of the row."""
        return self.name.partition(" (")[0]


def interval(
    name: str,
    draw: Draw,
    ask: Callable[..., Estimate],
    truth: float | Callable[[], float],
    promise: Promise,
    **of_it: Any,
) -> Row:
    """An interval at 95 %, and the value in the population."""
    known = cache(truth if callable(truth) else lambda: float(truth))

    def holds(*drawn: Any) -> bool:
        lower, upper = ask(*drawn).interval
        return bool(lower <= known() <= upper)

    return Row(
        name=name,
        kind="interval",
        draw=draw,
        says=holds,
        gives=ask,
        nominal=95,
        promise=promise,
        **of_it,
    )


def null_test(
    name: str,
    draw: Draw,
    p_value: Callable[..., float | None],
    promise: Promise,
    *,
    level: float = 0.05,
    **of_it: Any,
) -> Row:
    """A test, on a population of which its hypothesis is true."""

    def errs(*drawn: Any) -> bool:
        p = p_value(*drawn)
        if p is None:
            raise NotEstimable("test — expected a p-value, got none for these patients")
        return bool(p <= level + 1e-12)

    return Row(
        name=name,
        kind="test",
        draw=draw,
        says=errs,
        nominal=100 * level,
        promise=promise,
        **of_it,
    )
