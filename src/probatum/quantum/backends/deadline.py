"""A question that may never be answered, asked so that nobody waits for it for ever.

A provider's client may wait without end for a server that took its question and fell silent.
The question is therefore asked beside the one who waits, and is left behind when time is up:
it keeps no program from ending.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

Answer = TypeVar("Answer")


def asked(ask: Callable[[], Answer]) -> Future[Answer]:
    """Ask, and return at once; the answer, or what was raised instead, comes in the future."""
    answer: Future[Answer] = Future()
    Thread(target=_ask, args=(ask, answer), daemon=True).start()
    return answer


def is_answered(answer: Future[Answer], seconds: float) -> bool:
    """Wait some seconds at most; whether the answer, or an error, is there.

    Examples
    --------
    >>> from threading import Event
    >>> is_answered(asked(lambda: 42), 60), is_answered(asked(Event().wait), 0.01)
    (True, False)
    """
    return bool(wait([answer], timeout=seconds).done)


def _ask(ask: Callable[[], Answer], answer: Future[Answer]) -> None:
    try:
        answer.set_result(ask())
    except BaseException as error:  # noqa: BLE001  (raised again where the answer is taken)
        answer.set_exception(error)
