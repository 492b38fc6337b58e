"""The record while a study runs: a database that lets nobody change the past."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa

from probatum.errors import BrokenChain, Conflict, LedgerError
from probatum.ledger import chain, proofs, rows
from probatum.ledger.canonical import Digest
from probatum.ledger.chain import GENESIS, Entry
from probatum.ledger.checkpoint import Checkpoint, Receipt
from probatum.ledger.database import Database, writing
from probatum.ledger.events import Event, Kind
from probatum.ledger.merkle import root
from probatum.ledger.schema import CHECKPOINT, ENTRY
from probatum.ledger.signing import SigningKey
from probatum.ledger.subtrees import complete, nodes
from probatum.ledger.verification import Head, Verification

_PAGE = 2_000
"""Entries read at a time, so that a record of any length takes the same memory."""


class Ledger:
    """The append-only record of one study, in an SQLite file or a PostgreSQL schema.

    Every append is one transaction: all its events are there, or none. The database itself
    refuses to change or remove an entry; whoever works around the database is found by
    `verify`, and whoever rewrites all of it by a checkpoint kept elsewhere.

    Parameters
    ----------
    place : Path or Database
        The SQLite file, or the database; made where there is none.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from probatum.ledger.events import Event, Kind
    >>> from probatum.study.grade import Grade
    >>> event = Event(
    ...     kind=Kind.DEVIATION, study="demo", at=datetime(1999, 1, 1, tzinfo=UTC),
    ...     who="data manager", why="the sample was thawed twice", grade=Grade.REHEARSAL,
    ...     purpose=("deviation", "1"), payload={"what": "thawed twice", "samples": 3},
    ... )
    >>> folder = tempfile.TemporaryDirectory()
    >>> with folder, Ledger(Path(folder.name) / "ledger.sqlite") as ledger:
    ...     first, again = ledger.append([event]), ledger.append([event])
    ...     first == again, len(ledger.entries()), ledger.verify().digest == ledger.head()
    (True, 1, True)
    """

    def __init__(self, place: Path | Database) -> None:
        """Open the ledger; refuse what is none, or whose last entry was altered."""
        self._place = Database.in_file(place) if isinstance(place, Path) else place
        with self._translated():
            self._engine = self._place.open()
        try:
            self.head()
        except LedgerError:
            self.close()
            raise

    def append(self, events: Iterable[Event]) -> tuple[Entry, ...]:
        """Record events in order, all or none; an event already there is not written again.

        Returns
        -------
        tuple of Entry
            One entry for each event: the one written now, or the one written before.

        Raises
        ------
        Conflict
            If an id is already recorded with another payload or grade. Nothing is written.
        """
        events = tuple(events)
        with self._translated(), writing(self._engine) as connection:
            known = rows.known(connection, [event.id for event in events])
            last = rows.last(connection)
            size = last.seq + 1 if last else 0
            new: list[Entry] = []
            for event in events:
                if event.id in known:
                    _refuse_conflict(event, known[event.id])
                    continue
                last = known[event.id] = Entry.after(last, event)
                new.append(last)
            if new:
                connection.execute(ENTRY.insert(), [rows.row_of(entry) for entry in new])
                complete(connection, size, size + len(new))
        return tuple(known[event.id] for event in events)

    def entries(self, kind: Kind | None = None) -> tuple[Entry, ...]:
        """All entries in order, or those of one kind."""
        return tuple(rows.entry_of(row) for row in self._rows(kind))

    def records(self) -> Iterator[bytes]:
        """All entries in order as canonical JSON, a page at a time; `verify` checks them."""
        return (str(row.record).encode() for row in self._rows())

    def head(self) -> Digest:
        """Digest of the last entry; `probatum.ledger.chain.GENESIS` when there is none."""
        with self._reading() as connection:
            last = rows.last(connection)
        return last.digest if last else GENESIS

    def verify(self) -> Head:
        """Check every entry against its digest and predecessor, and each checkpoint's root.

        Raises
        ------
        BrokenChain
            At the first entry that is not what it was when it was written.
        """
        signed = {one.size: one for one in self.checkpoints()}
        checked = Verification()
        for row in self._rows():
            found = checked.add(str(row.record).encode())
            rows.check_found_by(row, found)
            if (one := signed.pop(found.seq + 1, None)) and one.head_signed != checked.head():
                raise proofs.another_record(one)
        head = checked.finish()
        if signed:
            raise proofs.another_record(next(iter(signed.values())))
        with self._reading() as connection:
            kept = root(head.size, nodes(connection)).hex()
        if kept != head.root:
            raise BrokenChain(
                "Merkle tree — expected the root of the entries, got another — restore the "
                "ledger from a good copy"
            )
        return head

    def checkpoint(self, key: SigningKey, at: datetime) -> Checkpoint:
        """Sign for the record as far as it goes; where that is done already, give it again.

        Raises
        ------
        LedgerError
            When there is no entry yet.
        BrokenChain
            When the record does not go on from the checkpoint before.
        """
        with self._translated(), writing(self._engine) as connection:
            return proofs.sign(connection, key, at)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All that were signed, in order."""
        query = sa.select(CHECKPOINT.c.record).order_by(CHECKPOINT.c.size)
        with self._reading() as connection:
            return tuple(map(rows.checkpoint_of, connection.execute(query).scalars()))

    def receipt(self, event_id: Digest) -> Receipt:
        """The proof that an event is in the record, below the last checkpoint.

        Raises
        ------
        LedgerError
            When there is no such event, or it came after the last checkpoint.
        """
        with self._reading() as connection:
            return proofs.receipt(connection, event_id)

    def beyond(self, copy: Head) -> tuple[Entry, ...]:
        """The entries that a copy which went so far does not hold.

        Parameters
        ----------
        copy : Head
            As `probatum.ledger.verification.verify_records` gives it.

        Raises
        ------
        BrokenChain
            If this record does not begin with the copy.
        """
        with self._reading() as connection:
            proofs.expect_beginning(connection, copy)
        return tuple(map(rows.entry_of, self._rows(after=copy.size - 1)))

    def adopt(self, entries: Sequence[Entry], checkpoints: Sequence[Checkpoint] = ()) -> Digest:
        """Take over a verified copy of this same record that goes further; return the head.

        Raises
        ------
        BrokenChain
            If the copy is broken, does not begin with what is already here, or is not what its
            checkpoints were signed for.
        """
        chain.verify(entries)
        mine = self.entries()
        differs = chain.first_difference(mine, entries)
        if differs is not None or len(mine) > len(entries):
            place = len(entries) if differs is None else differs
            raise BrokenChain(
                f"entry {place} — expected a copy that begins with this ledger, got another "
                "record — keep both and find out which one was changed"
            )
        heads = proofs.heads(entries, {one.size for one in checkpoints})
        for signed in checkpoints:
            if heads.get(signed.size) != signed.head_signed:
                raise proofs.another_record(signed)
        self.append(entry.event for entry in entries[len(mine) :])
        known = {one.size for one in self.checkpoints()}
        with self._translated(), writing(self._engine) as connection:
            for signed in checkpoints:
                if signed.size not in known:
                    connection.execute(CHECKPOINT.insert(), rows.row_of_checkpoint(signed))
        return self.head()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        """Open for a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close at the end of a ``with`` block."""
        self.close()

    def _rows(self, kind: Kind | None = None, after: int = -1) -> Iterator[sa.Row[Any]]:
        """Rows in order, read by pages; what is appended meanwhile comes at the end."""
        query = sa.select(ENTRY).order_by(ENTRY.c.seq).limit(_PAGE)
        if kind is not None:
            query = query.where(ENTRY.c.kind == kind.value)
        while True:
            with self._reading() as connection:
                page = connection.execute(query.where(ENTRY.c.seq > after)).all()
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].seq

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.DBAPIError, OSError) as error:
            raise LedgerError(
                f"{self._place.name} — expected a ledger that can be read and appended to, got "
                f"{_said(error)} — check the database and the disk"
            ) from error


def _said(error: sa.exc.DBAPIError | OSError) -> str:
    """What the database or the system said, in one line; never an address."""
    if isinstance(error, OSError):
        return f"{type(error).__name__}: {error.strerror or 'no answer'}"
    said = error.orig.args[0] if error.orig and error.orig.args else ""
    words = said.get("M", "") if isinstance(said, dict) else str(said)
    return f"{type(error.orig).__name__}: {' '.join(words.split())}"


def _refuse_conflict(event: Event, entry: Entry) -> None:
    if not event.says_the_same_as(entry.event):
        raise Conflict(
            f"{event.kind.value} — expected what entry {entry.seq} already says under event "
            f"{event.id.short}…, got another payload or grade — record a correction instead"
        )
