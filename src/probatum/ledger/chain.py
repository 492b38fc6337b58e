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
HEAD = b'{"digest":"%b","event":'
"""What it begins with, before its event."""


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
    return digest_of_bytes(seq, previous, canonical_bytes(event.as_dict()))


def digest_of_bytes(seq: int, previous: str, event: bytes) -> Digest:
    """The same of an event in canonical JSON; lists and texts have one spelling only."""
    return sha256(b'["%b",%d,"%b",%b]' % (_DOMAIN.encode(), seq, previous.encode(), event))


def record_of(entry: Entry) -> bytes:
    """The entry in canonical JSON, as it is kept and travels.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from probatum.ledger.events import Kind
    >>> from probatum.study.grade import Grade
    >>> event = Event(kind=Kind.DEVIATION, study="demo", at=datetime(1999, 1, 1, tzinfo=UTC),
    ...               who="data manager", why="thawed twice", grade=Grade.REHEARSAL,
    ...               purpose=("1",), payload={"what": "thawed twice"})
    >>> entry = Entry.after(None, event)
    >>> record_of(entry) == canonical_bytes(entry.as_dict())
    True
    """
    event = canonical_bytes(entry.event.as_dict())
    return HEAD % entry.digest.encode() + event + tail(entry.seq, entry.previous)


def tail(seq: int, previous: str) -> bytes:
    """What the canonical JSON of an entry ends with, after its event."""
    return b',"previous":"%b","seq":%d}' % (previous.encode(), seq)


def verify(entries: Iterable[Entry]) -> Digest:
    """Return the digest of the last entry; `GENESIS` for an empty record.

    As `probatum.ledger.verification.verify_records`, of entries that were read.

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
            raise repeated(seq)
        ids.add(entry.event.id)
        seq, previous = seq + 1, entry.digest
    return previous


def repeated(seq: int) -> BrokenChain:
    """The refusal of an event that was recorded before."""
    return BrokenChain(
        f"entry {seq} — expected an event not recorded before, got one again — restore the "
        "record from a good copy"
    )


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
