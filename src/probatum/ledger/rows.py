"""Entries and checkpoints as rows of the database, and rows as what they were written as."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from probatum.errors import BrokenChain, LedgerError
from probatum.ledger.canonical import Digest, canonical_bytes
from probatum.ledger.chain import Entry, record_of
from probatum.ledger.checkpoint import Checkpoint
from probatum.ledger.schema import CHECKPOINT, ENTRY
from probatum.ledger.verification import Found

_AT_A_TIME = 500
"""Ids asked for in one query; SQLite limits the number of parameters."""


def known(connection: sa.Connection, ids: Sequence[Digest]) -> dict[Digest, Entry]:
    """The entries of those events that are recorded, by the events' ids."""
    found: dict[Digest, Entry] = {}
    for start in range(0, len(ids), _AT_A_TIME):
        wanted = ENTRY.c.event_id.in_(ids[start : start + _AT_A_TIME])
        for row in connection.execute(sa.select(ENTRY).where(wanted)):
            entry = entry_of(row)
            found[entry.event.id] = entry
    return found


def last(connection: sa.Connection) -> Entry | None:
    """The last entry; ``None`` of an empty record."""
    row = connection.execute(sa.select(ENTRY).order_by(ENTRY.c.seq.desc()).limit(1)).first()
    return entry_of(row) if row else None


def last_checkpoint(connection: sa.Connection) -> Checkpoint | None:
    """The checkpoint signed last; ``None`` before the first."""
    query = sa.select(CHECKPOINT.c.record).order_by(CHECKPOINT.c.size.desc()).limit(1)
    record = connection.execute(query).scalar()
    return None if record is None else checkpoint_of(record)


def checkpoint_of(record: str) -> Checkpoint:
    """The checkpoint that a row keeps."""
    return Checkpoint.from_dict(json.loads(record))


def row_of_checkpoint(signed: Checkpoint) -> dict[str, object]:
    """A checkpoint as it is kept."""
    return {"size": signed.size, "record": canonical_bytes(signed.as_dict()).decode()}


def row_of(entry: Entry) -> dict[str, object]:
    """An entry as it is kept."""
    return {**_index(entry), "record": record_of(entry).decode()}


def _index(entry: Entry) -> dict[str, object]:
    """What a row is found by."""
    return {
        "seq": entry.seq,
        "previous": entry.previous,
        "digest": entry.digest,
        "event_id": entry.event.id,
        "kind": entry.event.kind.value,
    }


def entry_of(row: sa.Row[Any]) -> Entry:
    """The entry that a row keeps.

    Raises
    ------
    BrokenChain
        If the row was altered.
    """
    found = row._asdict()
    try:
        entry = Entry.from_dict(json.loads(found["record"]))
    except (ValueError, LedgerError) as error:
        raise _altered(found["seq"]) from error
    if any(found[name] != value for name, value in _index(entry).items()):
        raise _altered(found["seq"])
    return entry


def check_found_by(row: sa.Row[Any], found: Found) -> None:
    """Refuse a row whose columns are not what its record says.

    Raises
    ------
    BrokenChain
        If one of them was altered.
    """
    columns = row._asdict()
    if any(columns[name] != value for name, value in found._asdict().items()):
        raise _altered(columns["seq"])


def _altered(seq: int) -> BrokenChain:
    return BrokenChain(
        f"entry {seq} — expected a row as it was written, got one changed in the file — "
        "restore the ledger from a good copy"
    )
