"""Who signed for a gate, and whether what they signed still stands."""

from typing import Any

from probatum.ledger.canonical import Digest
from probatum.ledger.chain import Entry
from probatum.ledger.events import Kind, written
from probatum.stages.record import Cut
from probatum.study.conduct import Gate

_PROMISE = (Kind.PROTOCOL_LOCKED, Kind.AMENDMENT, Kind.MODEL_FROZEN)
_RESTS_ON: dict[str, tuple[Kind, ...]] = {
    "quality": _PROMISE,
    "retrospective": (*_PROMISE, Kind.RESULTS_OPENED),
    "silent": (
        *_PROMISE,
        Kind.PREDICTION_SEALED,
        Kind.OUTCOME_LINKED,
        Kind.OUTCOME_CORRECTED,
        Kind.LOOK_TAKEN,
    ),
}
"""What a gate's evidence rests on, by the stage it comes after."""


def signatures(cut: Cut, gate: Gate, basis: Digest) -> list[dict[str, Any]]:
    """One row a role that must sign: its last answer that still stands, or none.

    An answer stands while nothing that the gate's evidence rests on was recorded after it, and
    while the ``basis_sha256`` it names, if it names one, is the gate's.

    Parameters
    ----------
    cut : Cut
        Holds the ``signed`` events.
    gate : Gate
        Names the roles.
    basis : Digest
        SHA-256 of what the gate is decided on.
    """
    since = max((entry.seq for entry in cut.of(*_RESTS_ON[gate.after])), default=-1)
    standing = {
        entry.event.payload["role"]: entry
        for entry in cut.of(Kind.SIGNED)
        if entry.event.payload["gate"] == gate.id
        and entry.seq > since
        and entry.event.payload.get("basis_sha256", basis) == basis
    }
    return [_told(role, standing.get(role)) for role in gate.signed_by]


def _told(role: str, entry: Entry | None) -> dict[str, Any]:
    if entry is None:
        return {"role": role, "name": None, "at": None, "decision": None, "entry_digest": None}
    return {
        "role": role,
        "name": entry.event.payload["name"],
        "at": written(entry.event.at),
        "decision": entry.event.payload["decision"],
        "entry_digest": entry.digest,
    }
