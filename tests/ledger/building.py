"""Valid events and ledgers to start a test from; change the one thing that matters."""

from datetime import UTC, datetime
from typing import Any

from probatum.ledger.chain import Entry
from probatum.ledger.events import Event, Kind
from probatum.study.grade import Grade


def an_event(number: int = 1, **changes: Any) -> Event:
    """A rehearsed deviation; ``number`` tells one from another."""
    fields: dict[str, Any] = {
        "kind": Kind.DEVIATION,
        "study": "demo",
        "at": datetime(1999, 1, 1, tzinfo=UTC),
        "who": "data manager",
        "why": "the freezer failed",
        "grade": Grade.REHEARSAL,
        "purpose": ("deviation", str(number)),
        "payload": {"what": "thawed", "samples": number, "share": number / 7},
    }
    fields |= changes
    if fields["kind"] is Kind.DEVIATION:
        fields["payload"] = {"what": "thawed", **fields["payload"]}
    return Event(**fields)


def a_chain(length: int) -> list[Entry]:
    """A sound chain of different events."""
    entries: list[Entry] = []
    for number in range(length):
        entries.append(Entry.after(entries[-1] if entries else None, an_event(number)))
    return entries
