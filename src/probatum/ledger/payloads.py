"""What an event of each kind says: the fields its payload has, and what each holds.

A payload is refused at birth unless it has every field its kind asks for, each of its type, and
no other field; so whoever reads a record need not guess.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from probatum.errors import LedgerError
from probatum.ledger.canonical import Digest
from probatum.ledger.instants import instant
from probatum.ledger.kinds import Kind


class Holds(NamedTuple):
    """What a field holds, in words and as a question."""

    words: str
    is_so: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return type(value) in (int, float)


def _is_read_by(read: Callable[[str], object], value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        read(value)
    except (ValueError, LedgerError):
        return False
    return True


def _each(one: Holds) -> Holds:
    return Holds(
        f"a list of {one.words}s",
        lambda value: isinstance(value, list) and all(map(one.is_so, value)),
    )


def _or_none(one: Holds) -> Holds:
    return Holds(f"{one.words} or null", lambda value: value is None or one.is_so(value))


TEXT: Final = Holds("text", lambda value: isinstance(value, str) and bool(value))
WORDS: Final = Holds("text, or none", lambda value: isinstance(value, str))
DIGEST: Final = Holds("a SHA-256", lambda value: _is_read_by(Digest, value))
INSTANT: Final = Holds("an instant", lambda value: _is_read_by(instant, value))
NUMBER: Final = Holds("a number", _is_number)
WHOLE: Final = Holds("a whole number", lambda value: type(value) is int)
COUNT: Final = Holds("a count", lambda value: type(value) is int and value >= 0)
SHARE: Final = Holds(
    "a number from 0 to 1", lambda value: _is_number(value) and 0 <= value <= 1
)
YES_OR_NO: Final = Holds("true or false", lambda value: isinstance(value, bool))


_OF_A_RULE: Final = frozenset({"rule", "count", "case_ids"})


def _is_reason(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == _OF_A_RULE
        and TEXT.is_so(value["rule"])
        and COUNT.is_so(value["count"])
        and _each(TEXT).is_so(value["case_ids"])
    )


REASON: Final = Holds("rule, count and case_ids", _is_reason)


class Payload(NamedTuple):
    """The fields of one kind of event."""

    needed: Mapping[str, Holds]
    optional: Mapping[str, Holds] = {}
    is_open: bool = False
    """Whether there may be other fields too, for what nobody foresaw."""


_FILE: Final = {
    "batch_sha256": DIGEST,
    "name": TEXT,
    "period": _or_none(WHOLE),
    "rows": COUNT,
    "reasons": _each(REASON),
}
_JOB: Final = {"tag": DIGEST, "batch_sha256": DIGEST, "backend": TEXT}
_MODEL: Final = {"batch_sha256": DIGEST, "model_sha256": DIGEST, "role": TEXT}

PAYLOADS: Final[Mapping[Kind, Payload]] = {
    Kind.PROTOCOL_LOCKED: Payload({"protocol_sha256": DIGEST, "version": TEXT}),
    Kind.AMENDMENT: Payload(
        {"protocol_sha256": DIGEST, "version": TEXT, "previous_sha256": DIGEST}
    ),
    Kind.MODEL_FROZEN: Payload({"model_sha256": DIGEST, "protocol_sha256": DIGEST}),
    Kind.RESULTS_OPENED: Payload(
        {
            "partition": TEXT,
            "protocol_sha256": DIGEST,
            "model_sha256": DIGEST,
            "quality_sha256": DIGEST,
        }
    ),
    Kind.BATCH_RECEIVED: Payload(_FILE),
    Kind.BATCH_ADMITTED: Payload({**_FILE, "case_ids": _each(TEXT)}),
    Kind.BATCH_QUARANTINED: Payload(_FILE),
    Kind.PREDICTION_SEALED: Payload(
        {**_MODEL, "case_id": TEXT, "inputs_sha256": DIGEST, "risk": SHARE, "backend": TEXT},
        {
            "risk_raw": SHARE,
            "execution_sha256": DIGEST,
            "shots": _or_none(COUNT),
            "seed": WHOLE,
        },
    ),
    Kind.FALLBACK_USED: Payload({**_MODEL, "period": WHOLE}),
    Kind.JOB_ANNOUNCED: Payload(
        {
            "asked_sha256": DIGEST,
            "batch_sha256": DIGEST,
            "period": WHOLE,
            "protocol_sha256": DIGEST,
            "backend": TEXT,
            "tasks": COUNT,
            "estimated_seconds": NUMBER,
            "amount": NUMBER,
            "currency": TEXT,
            "priced_as_of": TEXT,
        },
        is_open=True,
    ),
    Kind.JOB_DISPATCHED: Payload({**_JOB, "job_id": TEXT, "sent_sha256": DIGEST}),
    Kind.JOB_ANSWERED: Payload(
        {
            **_JOB,
            "job_id": TEXT,
            "queue_seconds": _or_none(NUMBER),
            "run_seconds": _or_none(NUMBER),
            "quantum_seconds": _or_none(NUMBER),
            "amount": NUMBER,
            "currency": TEXT,
        }
    ),
    Kind.JOB_LOST: Payload({**_JOB, "job_id": _or_none(TEXT)}),
    Kind.OUTCOME_LINKED: Payload(
        {
            "case_id": TEXT,
            "time": NUMBER,
            "event": COUNT,
            "known_at": INSTANT,
            "source_sha256": DIGEST,
        }
    ),
    Kind.OUTCOME_CORRECTED: Payload(
        {
            "case_id": TEXT,
            "time": NUMBER,
            "event": COUNT,
            "known_at": INSTANT,
            "source_sha256": DIGEST,
        }
    ),
    Kind.INCIDENT: Payload({"what": TEXT}, is_open=True),
    Kind.DEVIATION: Payload({"what": TEXT}, is_open=True),
    Kind.LOOK_TAKEN: Payload({"name": TEXT, "information": NUMBER, "planned": COUNT}),
    Kind.CUT_MADE: Payload({"head": DIGEST, "entries": COUNT}),
    Kind.GATE_DECIDED: Payload({"gate": TEXT, "decision": TEXT}, is_open=True),
    Kind.SIGNED: Payload(
        {
            "gate": TEXT,
            "role": TEXT,
            "decision": TEXT,
            "name": TEXT,
            "meaning": TEXT,
            "comment": WORDS,
            "basis_sha256": DIGEST,
            "gates_sha256": DIGEST,
        }
    ),
    Kind.BACKEND_BENCHMARKED: Payload(
        {
            "device": TEXT,
            "kind": TEXT,
            "is_simulated": YES_OR_NO,
            "calibrated_at": _or_none(TEXT),
            "record_sha256": DIGEST,
            "tasks": _each(TEXT),
            "shots": COUNT,
            "repeats": COUNT,
            "seed": WHOLE,
            "cost": _or_none(NUMBER),
            "currency": _or_none(TEXT),
        }
    ),
}


def check(kind: Kind, payload: Mapping[str, Any]) -> None:
    """Refuse a payload that is not what its kind of event says.

    Raises
    ------
    LedgerError
        For a field that is absent, not known, or of another type; its value is not repeated.

    Examples
    --------
    >>> check(Kind.CUT_MADE, {"head": "ab" * 32, "entries": 3})
    """
    asked = PAYLOADS[kind]
    if absent := asked.needed.keys() - payload.keys():
        raise _unlike(kind, f"a field {min(absent)!r}", "none")
    for name, value in payload.items():
        holds = asked.needed.get(name) or asked.optional.get(name)
        if holds is None:
            if not asked.is_open:
                raise _unlike(kind, f"no other field than {_names(asked)}", f"{name[:40]!r}")
        elif not holds.is_so(value):
            raise _unlike(kind, f"{holds.words} as {name!r}", f"a {type(value).__name__}")


def _names(asked: Payload) -> str:
    return ", ".join([*asked.needed, *asked.optional])


def _unlike(kind: Kind, expected: str, found: str) -> LedgerError:
    return LedgerError(
        f"event {kind.value} — expected {expected}, got {found} — record what happened in the "
        "fields of its kind"
    )
