"""A batch's jobs, written in the ledger at once: what a later process must know of this one.

Before a job is sent, its announcement is in the ledger and the records of its circuits, as they
were fitted to the device of the day, lie in ``var/<study>/executions/<tag>.sent.jsonl``. A
process that is cut short leaves both; the next one asks the provider for the job instead of
sending another, and reads its answer by the records of the day it was sent.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from probatum.capture import jobs
from probatum.capture.jobs import Dispatch, dispatches_of
from probatum.capture.reception import Hand
from probatum.capture.standing import Batch
from probatum.errors import BackendError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Event
from probatum.ledger.store import Ledger
from probatum.quantum.backends.dispatch import (
    Asked,
    Begun,
    Sent,
    sent_as_bytes,
    sent_of_bytes,
)
from probatum.quantum.backends.transport import Metered
from tasks.places import Places, hand_over


@dataclass(frozen=True, slots=True, kw_only=True)
class Logbook:
    """The journal of a batch: `probatum.quantum.backends.dispatch.Journal` in the ledger."""

    ledger: Ledger
    places: Places
    batch: Batch
    now: Callable[[], datetime]
    """Events of jobs have the time of day, also where old records are replayed."""

    def begun(self, asked: Asked) -> Begun | None:
        """What was announced for a question and not lost since."""
        job = self._open(asked)
        if job is None:
            return None
        return Begun(tag=job.tag, job_id=job.job_id, sent=self._sent(job), metered=job.metered)

    def announced(self, asked: Asked, sent: Sequence[Sent]) -> str:
        """Keep what is about to be sent, and write its announcement unless it is there."""
        waiting = self._open(asked)
        earlier = len([job for job in self._of(asked) if job.is_lost])
        protocol = sha256(self.places.protocol_file.read_bytes())
        event = jobs.announced(asked, self.batch, protocol, earlier, self._hand())
        tag = waiting.tag if waiting else event.id
        self.places.executions.mkdir(parents=True, exist_ok=True)
        hand_over(self._name(tag), sent_as_bytes(sent), self.places.executions)
        if waiting is None:
            self._write(event)
        return tag

    def dispatched(self, tag: str, job_id: str) -> None:
        """Write down that the provider took it."""
        sent = sha256(self._content(tag))
        self._write(jobs.dispatched(self._job(tag), job_id, sent, self._hand()))

    def answered(self, tag: str, metered: Metered, amount: float) -> None:
        """Write down that its answer was read."""
        self._write(jobs.answered(self._job(tag), metered, amount, self._hand()))

    def _sent(self, job: Dispatch) -> tuple[Sent, ...]:
        content = self._content(job.tag)
        if job.sent_sha256 not in (None, sha256(content)):
            raise BackendError(
                f"{self._name(job.tag)} — expected what was sent with job {job.job_id}, got "
                "other bytes or none — restore the file from a cut"
            )
        return sent_of_bytes(content)

    def _content(self, tag: str) -> bytes:
        file = self.places.executions / self._name(tag)
        return file.read_bytes() if file.exists() else b""

    def _name(self, tag: str) -> str:
        return f"{tag[:16]}.sent.jsonl"

    def _open(self, asked: Asked) -> Dispatch | None:
        return next((job for job in reversed(self._of(asked)) if not job.is_lost), None)

    def _of(self, asked: Asked) -> list[Dispatch]:
        return [
            job
            for job in dispatches_of(self.ledger.entries())
            if (job.batch, job.asked) == (self.batch.sha256, asked.sha256)
        ]

    def _job(self, tag: str) -> Dispatch:
        return next(job for job in dispatches_of(self.ledger.entries()) if job.tag == tag)

    def _hand(self) -> Hand:
        return Hand(protocol=self.places.protocol(), at=self.now())

    def _write(self, event: Event) -> None:
        self.ledger.append([event])
