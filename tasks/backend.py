"""The frozen model and the machine it runs on: asked for risks, which are sealed at once.

``seal(study, at, root=Path())`` predicts every admitted batch that has no sealed predictions
yet and returns how many predictions it sealed. A model whose SHA-256 is not the one frozen in
the ledger is refused, and so is an admitted file that is no longer what was admitted.

Where the protocol's primary backend is the exact simulator, the model computes here. Anywhere
else its circuits are sent, tried again with patience, and given up for the classical fallback:
each fault is an incident in the record at once, and a prediction of the fallback says so. A job
that waits at the provider is in the record too: a run that was cut short is gone on with, and
paid once.
Where the protocol mitigates a device's errors, what each risk would be without is scored from
the counts that were just kept, and sealed beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd
from prefect import task
from prefect.cache_policies import NO_CACHE

from probatum.capture.due import check_clock
from probatum.capture.faults import Handling, backend_incident, breaker_of, faults_of
from probatum.capture.jobs import ended_by, lost
from probatum.capture.reception import Hand
from probatum.capture.refusals import RECORDED, prediction_refused
from probatum.capture.sealing import Measured, check
from probatum.capture.sealing import seal as sealed
from probatum.capture.standing import Batch, Standing
from probatum.cohort.tables import text_of
from probatum.errors import CaptureError
from probatum.ledger.canonical import sha256
from probatum.ledger.chain import Entry
from probatum.ledger.events import Kind
from probatum.ledger.store import Ledger
from probatum.models.frozen import FrozenModel, load
from probatum.models.on_backend import rescored
from probatum.quantum.backends.breaker import Breaker
from probatum.quantum.backends.faults import Fault
from probatum.quantum.backends.kept import read_run
from probatum.quantum.backends.mitigated import mitigation_of
from probatum.quantum.backends.retry import Succeeded, tried
from probatum.study.execution import Backends, Patience
from tasks.hardware import Outside, measured
from tasks.jobs import Logbook
from tasks.ledger import AGAIN
from tasks.places import Places, capturing

ONCE = Patience(
    run_seconds=1,
    queue_seconds=1,
    tries=1,
    first_wait_seconds=1,
    failures_to_open=1,
    open_seconds=1,
)
"""A simulator on this machine has no queue, and gives the same answer however often asked."""


@task(task_run_name="predict and seal", cache_policy=NO_CACHE, **AGAIN)
def seal(study: str, at: datetime, root: Path = Path(), outside: Outside | None = None) -> int:
    """Predict and seal every admitted batch not yet predicted; how many were sealed.

    Raises
    ------
    ModelError, CaptureError, Conflict
        Where the model is not the frozen one, it is too late, or a case would get a second,
        different prediction. That it was tried is recorded first.
    """
    places = Places(root=root, study=study)
    hand = Hand(protocol=places.protocol(), at=at)
    with capturing(places) as ledger:
        standing = Standing.of(ledger.entries())
        check_clock(hand.protocol, standing, at)
        if not standing.unsealed:
            return 0
        try:
            desk = Desk(
                places=places,
                hand=hand,
                ledger=ledger,
                model=load(places.models),
                outside=outside or Outside(),
            )
            written = desk.seal(standing.unsealed)
        except RECORDED as refusal:
            ledger.append([prediction_refused(refusal, standing.unsealed[0], hand)])
            raise
    return sum(entry.event.kind is Kind.PREDICTION_SEALED for entry in written)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything at hand while batches are predicted."""

    places: Places
    hand: Hand
    ledger: Ledger
    model: FrozenModel
    outside: Outside

    def seal(self, batches: Sequence[Batch]) -> list[Entry]:
        """Predict and seal batch after batch; what was written."""
        if self._plan.primary == "exact":
            return [entry for batch in batches for entry in self._sealed(batch)]
        breaker = breaker_of(self._device, self._patience, self.ledger.entries())
        written: list[Entry] = []
        for batch in batches:
            entries, breaker = self._on_backend(batch, breaker)
            written += entries
        return written

    def _on_backend(self, batch: Batch, breaker: Breaker) -> tuple[tuple[Entry, ...], Breaker]:
        """Seal a batch from the backend's answer, or the fallback's where there is none."""
        standing = self._standing()
        if batch.sha256 in standing.with_incident:
            return self._sealed(batch, because=self._why(batch)), breaker
        check(batch, self.model, standing, self.hand)
        found = tried(
            lambda: self._measured(batch),
            patience=self._patience,
            breaker=breaker,
            now=self.outside.now,
            wait=self.outside.wait,
            again=lambda fault: self._write(fault, batch, "tried again"),
        )
        if isinstance(found, Succeeded):
            return self._sealed(batch, self._with_raw(found.answer)), found.breaker
        self._write(found.fault, batch, "fallback")
        return self._sealed(batch, because=self._why(batch)), found.breaker

    def _sealed(
        self, batch: Batch, answer: Measured | None = None, because: str | None = None
    ) -> tuple[Entry, ...]:
        rows = _rows(batch, self.places)
        return self.ledger.append(
            sealed(
                batch,
                rows,
                self.model,
                self._standing(),
                self.hand,
                measured=answer,
                because=because,
            )
        )

    def _measured(self, batch: Batch) -> Measured:
        """Send a batch's circuits, or go on waiting for those that were sent."""
        logbook = Logbook(
            ledger=self.ledger, places=self.places, batch=batch, now=self.outside.now
        )
        rows = _rows(batch, self.places)
        return measured(batch, rows, self.model, self.places, self.hand, self.outside, logbook)

    def _with_raw(self, answer: Measured) -> Measured:
        """Return an answer with its risks as they were before mitigation, if any was done."""
        if self._plan.mitigation == "none":
            return answer
        run = read_run(self.places.executions / f"{answer.execution_sha256[:16]}.jsonl")
        if not mitigation_of(run.record).is_on:
            return answer
        return replace(answer, raw_risks=rescored(self.model.index, run, "none").risks)

    def _write(self, fault: Fault, batch: Batch, handling: Handling) -> None:
        """Write an incident down at once, with the jobs it ended."""
        entries = self.ledger.entries()
        number = len(faults_of(batch.sha256, entries))
        incident = backend_incident(fault, batch, self._device, number, handling, self.hand)
        ended = ended_by(fault, batch, entries, for_good=handling == "fallback")
        today = replace(self.hand, at=self.outside.now())
        self.ledger.append([*(lost(job, fault, today) for job in ended), incident])

    def _why(self, batch: Batch) -> str | None:
        """The last fault of a batch; none where something else called for the fallback."""
        return next(reversed(faults_of(batch.sha256, self.ledger.entries())), None)

    def _standing(self) -> Standing:
        return Standing.of(self.ledger.entries())

    @property
    def _plan(self) -> Backends:
        return self.hand.protocol.backends

    @property
    def _device(self) -> str:
        """What the record calls the backend."""
        terms = self._plan.hardware
        return (
            terms.device if self._plan.primary == "hardware" and terms else self._plan.primary
        )

    @property
    def _patience(self) -> Patience:
        terms = self._plan.hardware
        return terms.patience if self._plan.primary == "hardware" and terms else ONCE


def _rows(batch: Batch, places: Places) -> pd.DataFrame:
    """The rows of an admitted batch, read only if they are what was admitted."""
    return text_of(admitted_bytes(batch, places), batch.name)


def admitted_bytes(batch: Batch, places: Places) -> bytes:
    """The content of an admitted file.

    Raises
    ------
    CaptureError
        If it is absent, or is not what was admitted.
    """
    file = places.admitted / f"{batch.sha256[:16]}.csv"
    content = file.read_bytes() if file.exists() else b""
    if sha256(content) != batch.sha256:
        raise CaptureError(
            f"batch {batch.sha256.short}… — expected the file as it was admitted, got another "
            "or none — restore it from the sender or from a cut"
        )
    return content
