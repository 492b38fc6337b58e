"""What is written down of a job on a device: announced, dispatched, and answered or lost.

A job is announced before it is sent, with all that decides what is sent and what it will cost.
From these events alone follow what is still waited for and what the study has spent: a process
that begins after another was cut short knows what that one knew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from probatum.capture.reception import Hand
from probatum.capture.standing import Batch
from probatum.errors import BackendError
from probatum.ledger.canonical import Digest
from probatum.ledger.chain import Entry
from probatum.ledger.events import Event, Kind
from probatum.quantum.backends.dispatch import Asked
from probatum.quantum.backends.faults import Fault
from probatum.quantum.backends.transport import Metered


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """Where one job stands, as the record says."""

    tag: Digest
    """The id of the event that announced it; the job carries it at the provider."""
    asked: Digest
    """What was asked."""
    batch: Digest
    backend: str
    amount: float
    """What it costs: the estimate, until the answer says what was charged."""
    currency: str
    job_id: str | None = None
    sent_sha256: Digest | None = None
    """Of what is kept of the circuits as they were sent."""
    metered: Metered | None = None
    """How long it took; ``None`` until it was answered."""
    is_lost: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether nobody knows yet what became of it."""
        return self.metered is None and not self.is_lost


def announced(asked: Asked, batch: Batch, protocol: Digest, earlier: int, hand: Hand) -> Event:
    """The event that says what is about to be sent, and what it will cost.

    Parameters
    ----------
    protocol : Digest
        SHA-256 of the protocol as it is now.
    earlier : int
        How many jobs of the same question were lost; it keeps this one apart from them.
    """
    cost = asked.estimate
    return hand.event(
        Kind.JOB_ANNOUNCED,
        "what may be charged for is known before it is sent",
        (batch.sha256, protocol, asked.sha256, str(earlier)),
        {
            **asked.as_dict(),
            "asked_sha256": asked.sha256,
            "batch_sha256": batch.sha256,
            "period": batch.period,
            "protocol_sha256": protocol,
            "tasks": cost.tasks,
            "estimated_seconds": cost.quantum_seconds,
            "amount": cost.amount,
            "currency": cost.currency,
            "priced_as_of": cost.as_of,
        },
    )


def dispatched(job: Dispatch, job_id: str, sent: Digest, hand: Hand) -> Event:
    """The event that says a provider took a job, and how both sides call it."""
    return hand.event(
        Kind.JOB_DISPATCHED,
        "the provider took it and may charge for it",
        (job.tag,),
        {**_about(job), "job_id": job_id, "sent_sha256": sent},
    )


def answered(job: Dispatch, metered: Metered, amount: float, hand: Hand) -> Event:
    """The event that says a job's answer was read, how long it took and what it costs."""
    return hand.event(
        Kind.JOB_ANSWERED,
        "the provider gave all that was asked for",
        (job.tag,),
        {
            **_about(job),
            "job_id": job.job_id,
            "queue_seconds": metered.queue_seconds,
            "run_seconds": metered.run_seconds,
            "quantum_seconds": metered.quantum_seconds,
            "amount": amount,
            "currency": job.currency,
        },
    )


def lost(job: Dispatch, fault: Fault, hand: Hand) -> Event:
    """The event that says a job is no longer waited for; it may have been charged."""
    return hand.event(
        Kind.JOB_LOST, fault.what, (job.tag,), {**_about(job), "job_id": job.job_id}
    )


def ended_by(
    fault: Fault, batch: Batch, entries: Iterable[Entry], *, for_good: bool
) -> tuple[Dispatch, ...]:
    """The jobs that a fault ended: its own, and all that wait where the batch is given up."""
    return tuple(
        job
        for job in dispatches_of(entries)
        if job.batch == batch.sha256
        and not job.is_lost
        and (job.tag == fault.tag or (for_good and job.is_waiting))
    )


def dispatches_of(entries: Iterable[Entry]) -> tuple[Dispatch, ...]:
    """Every job of a record, in the order in which they were announced."""
    found: dict[str, Dispatch] = {}
    for entry in entries:
        event, said = entry.event, entry.event.payload
        if event.kind is Kind.JOB_ANNOUNCED:
            found[event.id] = _first(event.id, said)
        elif event.kind in _NEXT:
            found[said["tag"]] = replace(found[said["tag"]], **_NEXT[event.kind](said))
    return tuple(found.values())


def spent_on_jobs(entries: Iterable[Entry], currency: str) -> float:
    """What all jobs of a record cost; one that was lost, or still waits, with its estimate.

    Raises
    ------
    BackendError
        If one was paid in another currency.
    """
    jobs = dispatches_of(entries)
    if others := {job.currency for job in jobs} - {currency}:
        raise BackendError(
            f"jobs in the ledger — expected all paid in {currency}, got {sorted(others)} too — "
            "state the price in the currency of the jobs that were sent"
        )
    return sum(job.amount for job in jobs)


def _about(job: Dispatch) -> dict[str, Any]:
    return {"tag": job.tag, "batch_sha256": job.batch, "backend": job.backend}


def _first(tag: Digest, said: Mapping[str, Any]) -> Dispatch:
    return Dispatch(
        tag=tag,
        asked=Digest(said["asked_sha256"]),
        batch=Digest(said["batch_sha256"]),
        backend=said["backend"],
        amount=float(said["amount"]),
        currency=said["currency"],
    )


def _taken(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"job_id": said["job_id"], "sent_sha256": Digest(said["sent_sha256"])}


def _over(said: Mapping[str, Any]) -> dict[str, Any]:
    names = ("queue_seconds", "run_seconds", "quantum_seconds")
    told = Metered(**{name: said[name] for name in names})
    return {"metered": told, "amount": float(said["amount"])}


def _gone(_said: Mapping[str, Any]) -> dict[str, Any]:
    return {"is_lost": True}


_NEXT = {Kind.JOB_DISPATCHED: _taken, Kind.JOB_ANSWERED: _over, Kind.JOB_LOST: _gone}
"""What each later event adds to what is known of a job."""
