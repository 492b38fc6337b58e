"""Where a silent stage stands: what its record says of batches, predictions and outcomes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from probatum.errors import CaptureError
from probatum.ledger.canonical import Digest
from probatum.ledger.chain import Entry
from probatum.ledger.events import Kind

CAPTURED = frozenset(
    {
        Kind.BATCH_RECEIVED,
        Kind.BATCH_ADMITTED,
        Kind.BATCH_QUARANTINED,
        Kind.PREDICTION_SEALED,
        Kind.OUTCOME_LINKED,
        Kind.LOOK_TAKEN,
    }
)
"""Kinds of events that capture alone writes, and whose times therefore follow its clock.

People's deeds, such as a signature, have the time of day even while old records are replayed.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """An admitted batch: its digest, its period, its cases, and who of them is predicted."""

    sha256: Digest
    name: str
    period: int
    case_ids: tuple[str, ...]
    ineligible: frozenset[str]

    @classmethod
    def admitted_by(cls, payload: Mapping[str, Any]) -> "Batch":
        """The batch that the payload of a ``batch_admitted`` event describes."""
        left_out = (case for reason in payload["reasons"] for case in reason["case_ids"])
        return cls(
            sha256=Digest(payload["batch_sha256"]),
            name=payload["name"],
            period=payload["period"],
            case_ids=tuple(payload["case_ids"]),
            ineligible=frozenset(left_out),
        )

    @property
    def to_predict(self) -> tuple[str, ...]:
        """The eligible cases, in the batch's order."""
        return tuple(case for case in self.case_ids if case not in self.ineligible)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What the record says of one sealed prediction."""

    period: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A reading of the whole record; it decides nothing."""

    batches: Mapping[Digest, Batch]
    quarantined: Mapping[Digest, str]
    """Digest and name of every file set aside."""
    with_incident: frozenset[Digest]
    """Batches whose pre-stated handling is the fallback."""
    predictions: Mapping[str, Prediction]
    outcomes: Mapping[str, tuple[float, int]]
    """Time and event of each linked case, corrections applied."""
    sources: frozenset[Digest]
    """Files that linked outcomes came from."""
    looks: tuple[str, ...]
    frozen: Digest | None
    """The model frozen last; ``None`` before any was."""
    latest: datetime | None
    """The latest instant at which anything was captured."""
    cut_after: int
    """How many entries the last cut holds."""
    length: int
    """How many entries there are."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Standing":
        """Read a record from its beginning."""
        entries = tuple(entries)
        said = _said(entries)
        batches = {b.sha256: b for b in map(Batch.admitted_by, said[Kind.BATCH_ADMITTED])}
        outcomes = said[Kind.OUTCOME_LINKED] + said[Kind.OUTCOME_CORRECTED]
        times = [e.event.at for e in entries if e.event.kind in CAPTURED]
        frozen = [Digest(p["model_sha256"]) for p in said[Kind.MODEL_FROZEN]]
        return cls(
            batches=batches,
            quarantined={
                Digest(p["batch_sha256"]): p["name"] for p in said[Kind.BATCH_QUARANTINED]
            },
            with_incident=frozenset(
                Digest(p["batch_sha256"])
                for p in said[Kind.INCIDENT]
                if p.get("handling") == "fallback" and "batch_sha256" in p
            ),
            predictions={
                p["case_id"]: Prediction(
                    period=batches[Digest(p["batch_sha256"])].period, role=p["role"]
                )
                for p in said[Kind.PREDICTION_SEALED]
            },
            outcomes={p["case_id"]: (p["time"], p["event"]) for p in outcomes},
            sources=frozenset(Digest(p["source_sha256"]) for p in said[Kind.OUTCOME_LINKED]),
            looks=tuple(p["name"] for p in said[Kind.LOOK_TAKEN]),
            frozen=frozen[-1] if frozen else None,
            latest=max(times, default=None),
            cut_after=max((p["entries"] for p in said[Kind.CUT_MADE]), default=0),
            length=len(entries),
        )

    @property
    def case_ids(self) -> frozenset[str]:
        """Every case of every admitted batch."""
        return frozenset(case for batch in self.batches.values() for case in batch.case_ids)

    @property
    def ineligible(self) -> frozenset[str]:
        """Every case left out at admission, as recorded there."""
        return frozenset(case for batch in self.batches.values() for case in batch.ineligible)

    @property
    def unsealed(self) -> tuple[Batch, ...]:
        """Admitted batches with an eligible case not predicted yet, in order of admission."""
        return tuple(
            batch
            for batch in self.batches.values()
            if any(case not in self.predictions for case in batch.to_predict)
        )

    def frozen_model(self) -> Digest:
        """The frozen model.

        Raises
        ------
        CaptureError
            If none was frozen.
        """
        if self.frozen is None:
            raise CaptureError(
                "prediction — expected a frozen model, got none in the ledger — freeze the "
                "model before patients arrive"
            )
        return self.frozen


def _said(entries: Iterable[Entry]) -> Mapping[Kind, list[Mapping[str, Any]]]:
    """The payloads of each kind, in order."""
    said: dict[Kind, list[Mapping[str, Any]]] = {kind: [] for kind in Kind}
    for entry in entries:
        said[entry.event.kind].append(entry.event.payload)
    return said
