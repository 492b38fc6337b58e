"""Where the record is kept while a study runs: a database that lets nobody change the past."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from probatum.errors import BrokenChain, Conflict, LedgerError
from probatum.ledger import chain
from probatum.ledger.canonical import Digest, canonical_bytes
from probatum.ledger.chain import GENESIS, Entry
from probatum.ledger.events import Event, Kind
from probatum.ledger.table import ENTRY, make, settle

_AT_A_TIME = 500
"""Ids asked for in one query; SQLite limits the number of parameters."""


class Ledger:
    """The append-only record of one study, in one SQLite file.

    Every append is one transaction: all its events are there, or none. The database itself
    refuses to change or remove an entry; whoever works around the database is found by
    `verify`.

    Parameters
    ----------
    path : Path
        The database file; made, with its folder, where there is none.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import UTC, datetime
    >>> from probatum.ledger.events import Event, Kind
    >>> from probatum.study.grade import Grade
    >>> event = Event(
    ...     kind=Kind.DEVIATION, study="demo", at=datetime(1999, 1, 1, tzinfo=UTC),
    ...     who="data manager", why="the sample was thawed twice", grade=Grade.REHEARSAL,
    ...     purpose=("deviation", "1"), payload={"samples": 3},
    ... )
    >>> folder = tempfile.TemporaryDirectory()
    >>> with folder, Ledger(Path(folder.name) / "ledger.sqlite") as ledger:
    ...     first, again = ledger.append([event]), ledger.append([event])
    ...     first == again, len(ledger.entries()), ledger.verify() == ledger.head()
    (True, 1, True)
    """

    def __init__(self, path: Path) -> None:
        """Open the ledger; refuse a file that is none, or whose last entry was altered."""
        self._path = path
        make(path)
        self._engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
        sa.event.listen(self._engine, "connect", settle)
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
        with self._writing() as connection:
            known = _known(connection, [event.id for event in events])
            last = _last(connection)
            new: list[Entry] = []
            for event in events:
                if event.id in known:
                    _refuse_conflict(event, known[event.id])
                    continue
                last = known[event.id] = Entry.after(last, event)
                new.append(last)
            if new:
                connection.execute(ENTRY.insert(), [_row(entry) for entry in new])
        return tuple(known[event.id] for event in events)

    def entries(self, kind: Kind | None = None) -> tuple[Entry, ...]:
        """All entries in order, or those of one kind."""
        query = sa.select(ENTRY).order_by(ENTRY.c.seq)
        if kind is not None:
            query = query.where(ENTRY.c.kind == kind.value)
        with self._reading() as connection:
            return tuple(_entry(row) for row in connection.execute(query))

    def head(self) -> Digest:
        """Digest of the last entry; `probatum.ledger.chain.GENESIS` when there is none."""
        with self._reading() as connection:
            last = _last(connection)
        return last.digest if last else GENESIS

    def verify(self) -> Digest:
        """Check every entry against its digest and its predecessor; return the head.

        Raises
        ------
        BrokenChain
            At the first entry that is not what it was when it was written.
        """
        return chain.verify(self.entries())

    def adopt(self, entries: Sequence[Entry]) -> Digest:
        """Take over a verified copy of this same record that goes further; return the head.

        Raises
        ------
        BrokenChain
            If the copy is broken, or does not begin with what is already here.
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
        self.append(entry.event for entry in entries[len(mine) :])
        return self.head()

    def close(self) -> None:
        """Let go of the file."""
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

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        # a second writer waits at BEGIN, and then reads the head that the first one left
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.DatabaseError as error:
            raise LedgerError(
                f"{self._path.name} — expected a ledger that can be read and appended to, got "
                f"{type(error.orig).__name__}: {error.orig} — check the file and the disk"
            ) from error


def _known(connection: sa.Connection, ids: Sequence[Digest]) -> dict[Digest, Entry]:
    found: dict[Digest, Entry] = {}
    for start in range(0, len(ids), _AT_A_TIME):
        wanted = ENTRY.c.event_id.in_(ids[start : start + _AT_A_TIME])
        for row in connection.execute(sa.select(ENTRY).where(wanted)):
            entry = _entry(row)
            found[entry.event.id] = entry
    return found


def _last(connection: sa.Connection) -> Entry | None:
    row = connection.execute(sa.select(ENTRY).order_by(ENTRY.c.seq.desc()).limit(1)).first()
    return _entry(row) if row else None


def _row(entry: Entry) -> dict[str, object]:
    return {**_index(entry), "record": canonical_bytes(entry.as_dict()).decode()}


def _index(entry: Entry) -> dict[str, object]:
    """What a row is found by."""
    return {
        "seq": entry.seq,
        "previous": entry.previous,
        "digest": entry.digest,
        "event_id": entry.event.id,
        "kind": entry.event.kind.value,
    }


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    found = row._asdict()
    try:
        entry = Entry.from_dict(json.loads(found["record"]))
    except (ValueError, LedgerError) as error:
        raise _altered(found["seq"]) from error
    if any(found[name] != value for name, value in _index(entry).items()):
        raise _altered(found["seq"])
    return entry


def _altered(seq: int) -> BrokenChain:
    return BrokenChain(
        f"entry {seq} — expected a row as it was written, got one changed in the file — "
        "restore the ledger from a good copy"
    )


def _refuse_conflict(event: Event, entry: Entry) -> None:
    if not event.says_the_same_as(entry.event):
        raise Conflict(
            f"{event.kind.value} — expected what entry {entry.seq} already says under event "
            f"{event.id.short}…, got another payload or grade — record a correction instead"
        )
