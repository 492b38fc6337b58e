"""A run that is tried again, waiting longer each time, and given up when the protocol says so.

What is not allowed or not affordable stays so however often it is asked, and is not tried
again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from probatum.errors import BackendError, Unavailable
from probatum.quantum.backends.breaker import Breaker
from probatum.quantum.backends.faults import Fault, NotCalled
from probatum.study.execution import Patience

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Succeeded(Generic[Answer]):
    """The run's answer, and what the breaker remembers."""

    answer: Answer
    breaker: Breaker


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """The run's last fault, and what the breaker remembers."""

    fault: Fault
    breaker: Breaker


def tried(
    run: Callable[[], Answer],
    *,
    patience: Patience,
    breaker: Breaker,
    now: Callable[[], datetime],
    wait: Callable[[float], None],
    again: Callable[[Fault], None],
) -> Succeeded[Answer] | GivenUp:
    """Run until it succeeds, or is given up.

    Parameters
    ----------
    run : callable
        Sends the circuits; raises `BackendError` where that fails.
    patience : Patience
        How often it is tried, and how long the first wait is; each wait doubles the last.
    breaker : Breaker
        What is remembered of the backend so far.
    now, wait : callable
        The time, and waiting some seconds; supplied by the shell.
    again : callable
        Told of each fault after which the run is tried again, before the wait.

    Returns
    -------
    Succeeded or GivenUp
        The fault that ended it is in the answer, and ``again`` was not told of it.
    """
    for pause in _pauses(patience):
        try:
            breaker.check(now())
            answer = run()
        except BackendError as error:
            fault, may_heal = _named(error), isinstance(error, Unavailable)
        else:
            return Succeeded(answer=answer, breaker=breaker.after_success())
        if may_heal and not isinstance(fault, NotCalled):
            breaker = breaker.after_failure(now())
        if not may_heal or pause is None or breaker.state(now()) == "open":
            return GivenUp(fault=fault, breaker=breaker)
        again(fault)
        wait(pause)
    raise AssertionError("the last pause is None")


def _pauses(patience: Patience) -> list[float | None]:
    """The wait after each try; none after the last."""
    waits = [patience.first_wait_seconds * 2**n for n in range(patience.tries - 1)]
    return [*waits, None]


def _named(error: BackendError) -> Fault:
    return error if isinstance(error, Fault) else Fault(str(error))
