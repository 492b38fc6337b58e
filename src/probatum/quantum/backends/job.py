"""A job at a provider: sent, asked after, and taken or given up.

Whatever is asked of the provider, it is waited for no longer than the protocol's patience: one
that takes a question and never answers costs a study no more time than one that is slow.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass
from typing import Any

from qiskit.exceptions import QiskitError
from qiskit_ibm_runtime.exceptions import RuntimeJobMaxTimeoutError

from probatum.quantum.backends.deadline import asked, is_answered
from probatum.quantum.backends.faults import Fault, JobLost, QueueTooLong, TimedOut
from probatum.quantum.backends.transport import Job, Metered
from probatum.study.execution import Patience

LOST = (QiskitError, OSError, CancelledError)
"""What a provider's client raises when a job cannot be sent, asked after or fetched."""

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError)
"""What it raises when the provider answers with something else than it should."""

ENDED = ("DONE", "ERROR", "CANCELLED")

POLL_SECONDS = 1.0
"""How long until a job is asked after again."""

ANSWER_SECONDS = 60.0
"""How long one question about a job is waited for before it is asked again."""

CANCEL_SECONDS = 5.0
"""How long a request to cancel is given to leave this machine."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """A job's answer, and how long it took."""

    job_id: str
    result: Any
    queue_seconds: float | None
    """By the provider's clock, else by ours; ``None`` where neither saw it."""
    run_seconds: float | None
    quantum_seconds: float | None
    """As the provider charges; ``None`` where it says nothing, as in local mode."""


def submitted(submit: Callable[[], Job], patience: Patience) -> Job:
    """Send a job; one that is taken after patience ended is cancelled.

    Raises
    ------
    QueueTooLong
        When patience ended.
    JobLost
        When it could not be sent, as far as the answer says.
    """
    answer = asked(submit)
    if not is_answered(answer, patience.queue_seconds):
        answer.add_done_callback(_cancel_late)
        raise _not_begun("not yet named", patience, patience.queue_seconds)
    try:
        return answer.result()
    except (*LOST, LookupError) as error:
        raise _lost(error) from error


def awaited(
    job: Job,
    patience: Patience,
    *,
    sent: float | None,
    clock: Callable[[], float],
    wait: Callable[[float], None],
    meter: Callable[[Job], Metered],
) -> Answered:
    """Wait for a job's answer, no longer than the protocol's patience.

    A job that is given up is cancelled, as far as the provider lets itself be asked.

    Parameters
    ----------
    sent : float or None
        When, by the clock; ``None`` for a job of an earlier process, for which patience begins
        anew.
    meter : callable
        What the provider says of how long it took.

    Raises
    ------
    QueueTooLong, TimedOut
        When patience ended.
    JobLost
        When it failed, or the provider knows nothing of it or answers what cannot be read.
    """
    began = clock() if sent is None else sent
    watch = _Watch(job=job, patience=patience, clock=clock, sent=began)
    try:
        while watch.status() not in ENDED:
            watch.check()
            wait(POLL_SECONDS)
        begun = clock() if watch.begun is None else watch.begun
        result = _result(watch.job, patience)
    except Fault as fault:
        fault.job_id = watch.job.job_id()
        _cancel(watch.job)
        raise
    ours = (None, None) if sent is None else (begun - sent, clock() - begun)
    told = _told(job, meter)
    return Answered(
        job_id=job.job_id(),
        result=result,
        queue_seconds=ours[0] if told.queue_seconds is None else told.queue_seconds,
        run_seconds=ours[1] if told.run_seconds is None else told.run_seconds,
        quantum_seconds=told.quantum_seconds,
    )


@dataclass(slots=True, kw_only=True)
class _Watch:
    """A job that was sent, and when it was first seen to have left the queue."""

    job: Job
    patience: Patience
    clock: Callable[[], float]
    sent: float
    begun: float | None = None

    def status(self) -> str:
        """What the provider says of it; nothing where it does not answer this time."""
        answer = asked(self.job.status)
        if not is_answered(answer, min(ANSWER_SECONDS, max(self._left, POLL_SECONDS))):
            return ""
        try:
            status = answer.result()
        except (*LOST, *UNREADABLE) as error:
            raise _lost(error) from error
        word = str(getattr(status, "name", status)).upper()
        if word == "RUNNING" and self.begun is None:
            self.begun = self.clock()
        return word

    def check(self) -> None:
        """Give it up when it has waited or run for too long."""
        if self._left >= 0:
            return
        if self.begun is None:
            raise _not_begun(self.job.job_id(), self.patience, self.clock() - self.sent)
        raise _not_ended(self.job.job_id(), self.patience, self.clock() - self.begun)

    @property
    def _left(self) -> float:
        """Seconds of patience, with its queue or with its run."""
        if self.begun is None:
            return self.sent + self.patience.queue_seconds - self.clock()
        return self.begun + self.patience.run_seconds - self.clock()


def _result(job: Job, patience: Patience) -> Any:
    """A job's answer. One that failed raises here, and so does one that answers nothing."""
    answer = asked(job.result)
    if not is_answered(answer, patience.run_seconds):
        raise _not_ended(job.job_id(), patience, patience.run_seconds)
    try:
        result = answer.result()
    except RuntimeJobMaxTimeoutError as error:
        raise _not_ended(job.job_id(), patience, patience.run_seconds) from error
    except (*LOST, *UNREADABLE) as error:
        raise _lost(error) from error
    if result is None:
        raise JobLost(
            f"job {job.job_id()} — expected an answer, got none — it is tried again as often "
            "as the protocol says"
        )
    return result


def _told(job: Job, meter: Callable[[Job], Metered]) -> Metered:
    """What the provider says of a job; counts that are here are not lost over it."""
    try:
        return asked(lambda: meter(job)).result(ANSWER_SECONDS)
    except (*LOST, *UNREADABLE):
        return Metered()


def _cancel(job: Job) -> None:
    """Ask for a job to be stopped; that this fails changes nothing for us."""
    wait([asked(job.cancel)], timeout=CANCEL_SECONDS)


def _cancel_late(answer: Future[Job]) -> None:
    """A job that was taken after it was given up is not wanted any more."""
    if answer.exception() is None:
        _cancel(answer.result())


def _not_begun(job: str, patience: Patience, seconds: float) -> QueueTooLong:
    return QueueTooLong(
        f"job {job} — expected it to begin within {patience.queue_seconds:g} s, got "
        f"{seconds:.0f} s in the queue — it was cancelled",
        observed=math.ceil(seconds),
        limit=math.floor(patience.queue_seconds),
    )


def _not_ended(job: str, patience: Patience, seconds: float) -> TimedOut:
    return TimedOut(
        f"job {job} — expected it to end within {patience.run_seconds:g} s, got "
        f"{seconds:.0f} s — it was cancelled",
        observed=math.ceil(seconds),
        limit=math.floor(patience.run_seconds),
    )


def _lost(error: BaseException) -> JobLost:
    return JobLost(
        f"job — expected the provider to answer, got {type(error).__name__} — it is tried "
        "again as often as the protocol says"
    )
