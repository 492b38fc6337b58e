"""An append-only record in which every entry names the one before it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from probatum.errors import BrokenChain, LedgerError
from probatum.ledger.canonical import Digest, canonical_bytes, sha256
from probatum.ledger.events import Event

GENESIS = Digest("0" * 64)
"""What the first entry names as its predecessor."""

_DOMAIN = "probatum/entry/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the record: its place, its predecessor, what happened, and its digest."""

    seq: int
    previous: Digest
    event: Event
    digest: Digest

    @classmethod
    def after(cls, previous: "Entry | None", event: Event) -> "Entry":
        """The entry that records ``event`` next; ``previous`` is None at the beginning."""
        seq, head = (previous.seq + 1, previous.digest) if previous else (0, GENESIS)
        digest = digest_of(seq, head, event)
        return cls(seq=seq, previous=head, event=event, digest=digest)

    def as_dict(self) -> dict[str, Any]:
        """The entry as plain JSON values."""
        return {
            "seq": self.seq,
            "previous": self.previous,
            "event": self.event.as_dict(),
            "digest": self.digest,
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> "Entry":
        """The entry that `as_dict` wrote; whether it is true to its digest, `verify` says."""
        if not isinstance(record, Mapping) or set(record) != set(cls.__slots__):
            raise LedgerError(
                "entry — expected seq, previous, event and digest, got other fields — "
                "restore the record from a good copy"
            )
        if type(record["seq"]) is not int or not isinstance(record["event"], Mapping):
            raise LedgerError(
                "entry — expected a whole number as seq and an event, got other types — "
                "restore the record from a good copy"
            )
        return cls(
            seq=record["seq"],
            previous=Digest(str(record["previous"])),
            event=Event.from_dict(record["event"]),
            digest=Digest(str(record["digest"])),
        )


def digest_of(seq: int, previous: Digest, event: Event) -> Digest:
    """SHA-256 of an entry: domain tag, place, predecessor and event, as canonical JSON."""
    return sha256(canonical_bytes([_DOMAIN, seq, previous, event.as_dict()]))


def verify(entries: Iterable[Entry]) -> Digest:
    """Return the digest of the last entry; `GENESIS` for an empty record.

    A chain cannot tell that its own end was cut off: compare the returned head with one kept
    elsewhere, such as in a cut.

    Raises
    ------
    BrokenChain
        At the first entry that is out of order, does not name its predecessor, is not what its
        digest says, or repeats an event already recorded.
    """
    seq, previous, ids = 0, GENESIS, set[Digest]()
    for entry in entries:
        _check(entry, seq, previous)
        if entry.event.id in ids:
            raise BrokenChain(
                f"entry {seq} — expected an event not recorded before, got event "
                f"{entry.event.id.short}… again — restore the record from a good copy"
            )
        ids.add(entry.event.id)
        seq, previous = seq + 1, entry.digest
    return previous


def _check(entry: Entry, seq: int, previous: Digest) -> None:
    if entry.seq != seq or entry.previous != previous:
        raise BrokenChain(
            f"entry {seq} — expected seq {seq} after {previous.short}…, got seq {entry.seq} "
            f"after {entry.previous.short}… — restore the record from a good copy"
        )
    actual = digest_of(entry.seq, entry.previous, entry.event)
    if entry.digest != actual:
        raise BrokenChain(
            f"entry {seq} — expected the digest {actual.short}… of its content, got "
            f"{entry.digest.short}… — restore the record from a good copy"
        )


def first_difference(one: Sequence[Entry], other: Sequence[Entry]) -> int | None:
    """Place of the first entry in which two records differ; None if one begins the other.

    Examples
    --------
    >>> first_difference([], []) is None
    True
    """
    pairs = zip(one, other, strict=False)
    return next((seq for seq, (a, b) in enumerate(pairs) if a.digest != b.digest), None)
