"""What is written down when a backend was put to standard tasks, and when it may be.

What was measured holds times of day and seconds, so nobody gets it twice; a replay, which must
come out the same wherever it is run again, takes it down only after its last instant.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from probatum.capture.calendar import deliveries
from probatum.capture.due import Act, due
from probatum.errors import CaptureError
from probatum.ledger.canonical import Digest
from probatum.ledger.chain import Entry
from probatum.ledger.events import Event, Kind
from probatum.study.grade import Grade
from probatum.study.protocol import Protocol

Record = Mapping[str, Any]
"""What one task left behind, in the words of `probatum.quantum.task_record`."""


def benchmarked(records: Sequence[Record], digest: Digest, study: str, grade: Grade) -> Event:
    """The event that says a backend was benchmarked, and which record holds what it gave.

    Parameters
    ----------
    records : sequence of Record
        Of one backend, at one instant; at least one.
    digest : Digest
        SHA-256 of the file that holds them, raw counts included.
    study, grade
        Of the event. No patient is in a benchmark: the grade is that of everything the study
        records now, and ``kind`` says whether the device was real.
    """
    platforms = {_platform(record) for record in records}
    if len(platforms) != 1:
        raise CaptureError(
            f"benchmark — expected the records of one backend, got those of {len(platforms)} — "
            "keep one file for each"
        )
    [(device, kind, calibrated_at)] = platforms
    asked = records[0]["params"]
    return Event(
        kind=Kind.BACKEND_BENCHMARKED,
        study=study,
        at=datetime.fromisoformat(records[0]["timestamp"]),
        who="benchmark",
        why="a device is known by how it does on tasks whose answers are known",
        grade=grade,
        purpose=(device, calibrated_at or "never calibrated", str(asked["seed"]), digest),
        payload={
            "device": device,
            "kind": kind,
            "is_simulated": bool(records[0]["platform"]["device_metadata"]["simulator"]),
            "calibrated_at": calibrated_at,
            "record_sha256": digest,
            "tasks": [f"{r['job_type']} on {r['params']['width']} qubits" for r in records],
            "shots": asked["shots"],
            "repeats": asked["repeats"],
            "seed": asked["seed"],
            **_paid(records),
        },
    )


def _platform(record: Record) -> tuple[str, str, str | None]:
    platform = record["platform"]
    at = platform["device_metadata"]["calibrated_at"]
    return platform["device"], platform["provider"], at


def _paid(records: Iterable[Record]) -> dict[str, Any]:
    """What all runs cost together; nothing where nobody asked for money."""
    runs = [run for record in records for run in record["executions"]]
    paid = [run for run in runs if run["cost"] is not None]
    if not paid:
        return {"cost": None, "currency": None}
    return {"cost": sum(run["cost"] for run in paid), "currency": paid[0]["currency"]}


def may_be_recorded(protocol: Protocol, entries: Sequence[Entry]) -> bool:
    """Whether a benchmark may be written down now: always, but not in the midst of a replay."""
    calendar = [delivery.at for delivery in deliveries(protocol)]
    if not calendar:
        return True
    left = due(protocol, entries, max(calendar))
    return all(one.act is Act.CUT for one in left)
