"""A question on its way to a device and back: sent once, whoever is cut short meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from probatum.quantum.backends.costs import check_budget, cost
from probatum.quantum.backends.deadline import asked as ask
from probatum.quantum.backends.deadline import is_answered
from probatum.quantum.backends.dispatch import Asked, Begun, Sent
from probatum.quantum.backends.faults import Fault, JobLost, NotReached, QueueTooLong
from probatum.quantum.backends.job import (
    ANSWER_SECONDS,
    LOST,
    UNREADABLE,
    Answered,
    awaited,
    submitted,
)
from probatum.quantum.backends.link import Link
from probatum.quantum.backends.pubs import expect_complete
from probatum.quantum.backends.record import ExecutionRecord
from probatum.quantum.backends.transport import Job, Metered
from probatum.study.execution import Hardware, Patience, Price

Send = Callable[[Sequence[Any], str], Job]
"""Hands circuits to the provider, with a tag."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ready:
    """Circuits as they will be sent, and what is known of each."""

    pubs: Sequence[Any]
    sent: tuple[Sent, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Underway:
    """A job that a provider has taken, now or in an earlier process."""

    job: Job
    tag: str
    sent: tuple[Sent, ...]
    link: Link
    terms: Hardware
    price: Price
    since: float | None
    """When this process sent it; ``None`` where an earlier one did."""
    metered: Metered | None = None
    """How long it took, where an earlier process read its answer."""

    def answer(self) -> Answered:
        """Wait for it; see `probatum.quantum.backends.job.awaited`."""
        found = awaited(
            self.job,
            self.terms.patience,
            sent=self.since,
            clock=self.link.clock,
            wait=self.link.wait,
            meter=self.link.transport.metered,
        )
        expect_complete(len(found.result), sum(one.parts for one in self.sent))
        if self.metered is None:
            return found
        return replace(
            found,
            queue_seconds=self.metered.queue_seconds,
            run_seconds=self.metered.run_seconds,
            quantum_seconds=self.metered.quantum_seconds,
        )

    def records(self, answer: Answered, circuits: int = 1) -> list[ExecutionRecord]:
        """Return the records of what was sent, completed; the seconds are shared out evenly.

        Parameters
        ----------
        circuits : int
            Run for each row of a template; more than one where a vendor adds some of its own.
        """
        return [self._ended(one.record, answer, circuits) for one in self.sent]

    def _ended(self, sent: ExecutionRecord, answer: Answered, circuits: int) -> ExecutionRecord:
        assert sent.shots is not None  # noqa: S101  (a device has shots)
        tasks, stated = circuits * sent.rows, answer.quantum_seconds
        modelled = tasks * sent.shots * self.terms.repetition_seconds
        seconds = modelled if stated is None else stated / len(self.sent)
        shots, currency = tasks * sent.shots, self.price.currency
        return replace(
            sent,
            job_ids=(answer.job_id,),
            queue_seconds=answer.queue_seconds,
            run_seconds=answer.run_seconds,
            quantum_seconds=seconds,
            cost=cost(self.price, tasks=tasks, shots=shots, seconds=seconds),
            currency=currency,
        )

    def remember(self, answer: Answered, records: Sequence[ExecutionRecord]) -> None:
        """Have the journal remember, once, that the answer was read and what it costs."""
        if self.metered is None:
            told = Metered(
                queue_seconds=answer.queue_seconds,
                run_seconds=answer.run_seconds,
                quantum_seconds=answer.quantum_seconds,
            )
            amount = sum(one.cost or 0.0 for one in records)
            self.link.journal.answered(self.tag, told, amount)


def underway(
    asked: Asked,
    ready: Callable[[], Ready],
    send: Send,
    *,
    link: Link,
    terms: Hardware,
    price: Price,
) -> Underway:
    """Send a question, or find the job by which it was sent before.

    Only a new question is held against the budget; what was announced before is in it.

    Parameters
    ----------
    ready : callable
        Fits the circuits to the device as it is now; refuses what is not allowed.

    Raises
    ------
    NotAllowed, OverBudget
        Before anything is sent.
    QueueTooLong, JobLost
        When it could not be sent, or the provider no longer knows a job it took.
    NotReached
        When the provider does not say whether it has it; it may still be answered.
    """
    begun = link.journal.begun(asked)
    job = _found(begun, link, terms.patience) if begun else None
    if begun and job:
        if begun.job_id is None:
            link.journal.dispatched(begun.tag, job.job_id())
        tag, sent, since, metered = begun.tag, begun.sent, None, begun.metered
    else:
        made, metered = ready(), None
        if begun is None:
            check_budget(asked.estimate, terms.budget, link.spent())
            link.dispatching(asked.estimate)
        tag, sent, since = link.journal.announced(asked, made.sent), made.sent, link.clock()
        job = _submitted(lambda: send(made.pubs, tag), tag, link, terms.patience)
    return Underway(
        job=job,
        tag=tag,
        sent=sent,
        link=link,
        terms=terms,
        price=price,
        since=since,
        metered=metered,
    )


@contextmanager
def ending(tag: str) -> Iterator[None]:
    """Have a fault say that it ended the job of a tag."""
    try:
        yield
    except Fault as fault:
        fault.tag = tag
        raise


def _submitted(submit: Callable[[], Job], tag: str, link: Link, patience: Patience) -> Job:
    """Send; where the answer is lost, the announcement stays open.

    The provider may have taken the job all the same: the next try asks it by the tag before it
    sends. A job that is taken too late is cancelled, so that its announcement is at an end.
    """
    try:
        job = submitted(submit, patience)
    except QueueTooLong as fault:
        fault.tag = tag
        raise
    link.journal.dispatched(tag, job.job_id())
    return job


def _found(begun: Begun, link: Link, patience: Patience) -> Job | None:
    """The job of an earlier process; none where the provider was never handed it."""
    way, name = link.transport, begun.job_id
    answer = ask(lambda: way.tagged(begun.tag) if name is None else way.job(name))
    if not is_answered(answer, min(ANSWER_SECONDS, patience.queue_seconds)):
        raise _unsaid(begun, "no answer")
    try:
        found = answer.result()
    except (*LOST, *UNREADABLE) as error:
        raise _unsaid(begun, type(error).__name__) from error
    if found is None and name is not None:
        raise _unknown(begun.tag, name)
    return found


def _unsaid(begun: Begun, got: str) -> NotReached:
    fault = NotReached(
        f"job {begun.job_id or begun.tag[:12] + '…'} — expected the provider to say whether it "
        f"has it, got {got} — nothing is sent a second time; it is asked again"
    )
    fault.job_id = begun.job_id
    return fault


def _unknown(tag: str, job_id: str) -> JobLost:
    fault = JobLost(
        f"job {job_id} — expected the provider to know the job that it took, got no such job — "
        "it is tried again as often as the protocol says"
    )
    fault.job_id, fault.tag = job_id, tag
    return fault
