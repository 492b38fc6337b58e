"""What is written down when circuits could not be run: each fault, and what was done about it.

A batch falls to the fallback as a whole, never case by case: its predictions then come from one
model, and a reader of the record need not ask which patient had the worse luck.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from probatum.capture.reception import Hand
from probatum.capture.standing import Batch
from probatum.ledger.canonical import Digest
from probatum.ledger.chain import Entry
from probatum.ledger.events import Event, Kind
from probatum.quantum.backends.breaker import Breaker
from probatum.quantum.backends.faults import Fault, JobLost, NotReached, QueueTooLong, TimedOut
from probatum.study.execution import Patience

Handling = Literal["tried again", "fallback"]

FAILURES = frozenset(fault.what for fault in (JobLost, NotReached, QueueTooLong, TimedOut))
"""What is held against the backend; a budget or a rule of the protocol is not."""


def backend_incident(
    fault: Fault, batch: Batch, backend: str, number: int, handling: Handling, hand: Hand
) -> Event:
    """The event that says a backend failed a batch, and what was done.

    Parameters
    ----------
    number : int
        How many were written of this batch before; see :func:`faults_of`. It keeps each
        fault's event apart from the next.
    """
    return hand.event(
        Kind.INCIDENT,
        "the backend did not give what the protocol asks of it",
        (batch.sha256, "backend", str(number)),
        {
            "what": fault.what,
            "batch_sha256": batch.sha256,
            "period": batch.period,
            "column": None,
            "observed": fault.observed,
            "limit": fault.limit,
            "handling": handling,
            "backend": backend,
            "job_id": fault.job_id,
        },
    )


def faults_of(batch: Digest, entries: Iterable[Entry]) -> tuple[str, ...]:
    """What went wrong for a batch on backends so far, in order."""
    return tuple(
        entry.event.payload["what"]
        for entry in entries
        if _is_backends(entry) and entry.event.payload["batch_sha256"] == batch
    )


def breaker_of(backend: str, patience: Patience, entries: Iterable[Entry]) -> Breaker:
    """The circuit breaker of a backend, as the study's record left it.

    Every failure in the record counts, at the instant it was written; a prediction sealed from
    the backend's own counts closes it.
    """
    breaker = Breaker.of(patience)
    for entry in entries:
        payload = entry.event.payload
        if payload.get("backend") != backend:
            continue
        if entry.event.kind is Kind.PREDICTION_SEALED:
            breaker = breaker.after_success()
        elif _is_backends(entry) and payload["what"] in FAILURES:
            breaker = breaker.after_failure(entry.event.at)
    return breaker


def _is_backends(entry: Entry) -> bool:
    event = entry.event
    return event.kind is Kind.INCIDENT and {"backend", "batch_sha256"} <= event.payload.keys()
