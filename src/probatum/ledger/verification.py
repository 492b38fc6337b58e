"""Checking a record as bytes, entry by entry, in memory that hardly grows."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import orjson

from probatum.errors import BrokenChain
from probatum.ledger.canonical import Digest
from probatum.ledger.chain import GENESIS, HEAD, digest_of_bytes, repeated, tail
from probatum.ledger.events import id_of
from probatum.ledger.merkle import Growing
from probatum.ledger.subtrees import leaf_of

_BEFORE = len(HEAD % GENESIS.encode())
_KEPT = 16
"""Bytes kept of an event's id; two that agree in so many are taken for the same."""


class Head(NamedTuple):
    """How far a record goes, and the two digests that stand for all of it."""

    size: int
    """How many entries there are."""
    digest: Digest
    """Of the last entry; `probatum.ledger.chain.GENESIS` for an empty record."""
    root: Digest
    """Of the Merkle tree over the entries' digests."""


class Found(NamedTuple):
    """What an entry is found by, computed from its bytes."""

    seq: int
    previous: Digest
    digest: Digest
    event_id: Digest
    kind: str


class Verification:
    """A record that is being checked from its beginning.

    A chain cannot tell that its own end was cut off: compare the head with one kept elsewhere,
    such as a checkpoint.
    """

    def __init__(self) -> None:
        """Start before the first entry."""
        self._previous, self._tree, self._ids = GENESIS, Growing(), bytearray()

    def add(self, record: bytes) -> Found:
        """Check the next entry, as `probatum.ledger.chain.record_of` writes it.

        Raises
        ------
        BrokenChain
            If it is out of order, does not name its predecessor, or is not what its digest
            says.
        """
        seq, previous = self._tree.size, self._previous
        event = _event(record, seq, previous)
        digest = digest_of_bytes(seq, previous, event)
        if record[:_BEFORE] != HEAD % digest.encode():
            raise BrokenChain(
                f"entry {seq} — expected the digest {digest.short}… of its content, got "
                "another — restore the record from a good copy"
            )
        event_id, kind = _about(event, seq)
        self._ids += bytes.fromhex(event_id)[:_KEPT]
        self._tree.add(leaf_of(digest))
        self._previous = digest
        return Found(seq, previous, digest, event_id, kind)

    def head(self) -> Head:
        """How far it went."""
        return Head(self._tree.size, self._previous, Digest(self._tree.root().hex()))

    def finish(self) -> Head:
        """How far the record went.

        Raises
        ------
        BrokenChain
            At the first entry that repeats an event recorded before.
        """
        if (again := _first_repetition(self._ids)) is not None:
            raise repeated(again)
        return self.head()


def verify_records(records: Iterable[bytes]) -> Head:
    """Check a whole record, one canonical entry each; return how far it goes.

    Raises
    ------
    BrokenChain
        At the first entry that is not what it was when it was written.

    Examples
    --------
    >>> verify_records([]).size
    0
    """
    checked = Verification()
    for record in records:
        checked.add(record)
    return checked.finish()


def _event(record: bytes, seq: int, previous: Digest) -> bytes:
    """The part of a record that is the event, if what stands around it is as it must be."""
    ending = tail(seq, previous)
    if not record.endswith(ending) or len(record) < _BEFORE + len(ending):
        raise BrokenChain(
            f"entry {seq} — expected an entry in canonical JSON with seq {seq} after "
            f"{previous.short}…, got another one — restore the record from a good copy"
        )
    return record[_BEFORE : -len(ending)]


def _about(event: bytes, seq: int) -> tuple[Digest, str]:
    """Id and kind of an event."""
    try:
        said = orjson.loads(event)
        return id_of(said["study"], said["kind"], said["purpose"]), said["kind"]
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenChain(
            f"entry {seq} — expected an event with study, kind and purpose, got none — restore "
            "the record from a good copy"
        ) from error


def _first_repetition(ids: bytearray) -> int | None:
    """Place of the first id that came before; ``None`` where all are different."""
    high, low = np.frombuffer(ids, dtype=np.uint64).reshape(-1, 2).T
    order = np.lexsort((low, high))  # stable: of two alike the later comes later
    is_same = (np.diff(high[order]) == 0) & (np.diff(low[order]) == 0)
    return int(order[1:][is_same].min()) if is_same.any() else None
