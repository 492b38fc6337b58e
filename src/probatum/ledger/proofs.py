"""Signing for a record in a database, and proving that an entry is in it."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from probatum.errors import BrokenChain, LedgerError
from probatum.ledger import rows
from probatum.ledger.canonical import Digest
from probatum.ledger.chain import Entry, record_of
from probatum.ledger.checkpoint import Checkpoint, Receipt
from probatum.ledger.merkle import consistency, consistent, inclusion, root
from probatum.ledger.schema import CHECKPOINT
from probatum.ledger.signing import SigningKey
from probatum.ledger.subtrees import nodes
from probatum.ledger.verification import Head, Verification


def sign(connection: sa.Connection, key: SigningKey, at: datetime) -> Checkpoint:
    """Sign for the record as far as it goes; see `probatum.ledger.store.Ledger.checkpoint`."""
    last = rows.last(connection)
    if last is None:
        raise LedgerError(
            "checkpoint — expected an entry to sign for, got none — record something first"
        )
    before = rows.last_checkpoint(connection)
    if before and before.size == last.seq + 1:
        return before
    node = nodes(connection)
    signed = Checkpoint.sign(
        key,
        study=last.event.study,
        size=last.seq + 1,
        head=last.digest,
        root=Digest(root(last.seq + 1, node).hex()),
        at=at,
    )
    if before:
        _refuse_rewritten(before, signed, consistency(before.size, signed.size, node))
    connection.execute(CHECKPOINT.insert(), rows.row_of_checkpoint(signed))
    return signed


def receipt(connection: sa.Connection, event_id: Digest) -> Receipt:
    """The proof that an event is in; see `probatum.ledger.store.Ledger.receipt`."""
    entry = rows.known(connection, [event_id]).get(event_id)
    signed = rows.last_checkpoint(connection)
    if entry is None:
        raise LedgerError(
            f"receipt for event {event_id.short}… — expected an event in the record, got none "
            "— name a case that was predicted, by its pseudonym"
        )
    if signed is None or entry.seq >= signed.size:
        raise LedgerError(
            f"receipt for event {event_id.short}… — expected a checkpoint signed after it, got "
            "none — see that capture has a key and takes a cut: docs/ledger.md"
        )
    path = inclusion(entry.seq, signed.size, nodes(connection))
    return Receipt(
        entry=entry, path=tuple(Digest(step.hex()) for step in path), checkpoint=signed
    )


def expect_beginning(connection: sa.Connection, copy: Head) -> None:
    """Refuse a copy that the record does not begin with."""
    last = rows.last(connection)
    size = last.seq + 1 if last else 0
    if copy.size > size or root(copy.size, nodes(connection)).hex() != copy.root:
        raise BrokenChain(
            f"copy of {copy.size:,} entries — expected one that this record of {size:,} begins "
            "with, got another — keep both and find out which one was changed"
        )


def _refuse_rewritten(before: Checkpoint, now: Checkpoint, path: Sequence[bytes]) -> None:
    old, new = (bytes.fromhex(one.root) for one in (before, now))
    if not consistent(before.size, old, now.size, new, path):
        raise another_record(before)


def heads(entries: Sequence[Entry], sizes: Collection[int]) -> dict[int, Head]:
    """How far a record went at some of its sizes."""
    if not sizes:
        return {}
    checked, found = Verification(), {}
    for entry in entries:
        checked.add(record_of(entry))
        if entry.seq + 1 in sizes:
            found[entry.seq + 1] = checked.head()
    return found


def another_record(signed: Checkpoint) -> BrokenChain:
    """The refusal of a record that is not what was signed for."""
    return BrokenChain(
        f"checkpoint of {signed.size} entries — expected the record that was signed for, got "
        "another or a shorter one — restore the ledger from a good copy"
    )
