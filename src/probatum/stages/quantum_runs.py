"""The runs that sealed predictions rest on: where, when calibrated, how long, at what cost.

Each is read from the record and the raw counts that were kept of it, once their digest is found
to be the one that was sealed.
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from probatum.capture.jobs import dispatches_of
from probatum.errors import DataError
from probatum.ledger.canonical import Digest, sha256
from probatum.ledger.events import Kind
from probatum.quantum.backends.kept import read_run
from probatum.quantum.backends.record import ExecutionRecord
from probatum.stages.layout import Layout
from probatum.stages.record import Cut

_TOLD = (
    "backend",
    "kind",
    "region",
    "circuit_sha256",
    "rows",
    "shots",
    "mitigation",
    "optimization_level",
    "depth",
    "two_qubit_gates",
    "queue_seconds",
    "run_seconds",
    "quantum_seconds",
    "cost",
    "currency",
)


def quantum_runs(layout: Layout, cut: Cut) -> dict[str, Any] | None:
    """What each run was, in the order of its predictions, and what all that was sent cost.

    Returns
    -------
    dict or None
        ``None`` where no prediction rests on a run, as with the exact simulator.

    Raises
    ------
    DataError
        If the counts kept of a run are absent, or are not those that were sealed.
    """
    sealed = cut.payloads(Kind.PREDICTION_SEALED)
    rests_on = Counter(p["execution_sha256"] for p in sealed if "execution_sha256" in p)
    if not rests_on:
        return None
    folder = layout.cut / "executions"
    return {
        "runs": [_run(folder, Digest(run), n) for run, n in rests_on.items()],
        "sent": _sent([*_jobs(cut), *_notes(folder / "dispatches.jsonl")]),
    }


def _run(folder: Path, digest: Digest, predictions: int) -> dict[str, Any]:
    file = folder / f"{digest[:16]}.jsonl"
    content = file.read_bytes() if file.exists() else b""
    if sha256(content) != digest:
        raise DataError(
            f"{file.name} — expected the counts that predictions were sealed from, got other "
            "or none — restore the file from where the run was made, and cut again"
        )
    kept = read_run(file)
    return {
        "execution_sha256": digest,
        "predictions": predictions,
        "circuits": len(kept.executions) * kept.record.rows,
        **_facts(kept.record),
    }


def _facts(record: ExecutionRecord) -> dict[str, Any]:
    known = record.calibration
    return {
        **{name: getattr(record, name) for name in _TOLD},
        "software": dict(record.software),
        "device_version": known and known.device_version,
        "calibrated_at": known and known.at,
        "oldest_error_rate_at": known and known.oldest_at,
    }


def _jobs(cut: Cut) -> list[tuple[str, float]]:
    """Currency and cost of each job of a batch."""
    return [(job.currency, job.amount) for job in dispatches_of(cut.entries)]


def _notes(file: Path) -> list[tuple[str, float]]:
    """Currency and cost of each benchmark, and of each correction."""
    lines = file.read_bytes().splitlines() if file.exists() else []
    return [(note["currency"], note["amount"]) for note in map(json.loads, lines)]


def _sent(costs: Iterable[tuple[str, float]]) -> list[dict[str, Any]]:
    """What all that was sent cost, lost or not, in each currency."""
    amounts: dict[str, float] = {}
    for currency, amount in costs:
        amounts[currency] = amounts.get(currency, 0.0) + amount
    return [{"amount": amounts[one], "currency": one} for one in sorted(amounts)]
