"""The table the record is kept in, and the triggers by which it defends its own past."""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

ENTRY = sa.Table(
    "entry",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("previous", sa.Text, nullable=False, unique=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("event_id", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False, index=True),
    sa.Column("record", sa.Text, nullable=False),
    sqlite_strict=True,
)
"""One row an entry: ``record`` holds it in canonical JSON, the other columns find it."""

_REFUSALS = (
    """
    CREATE TRIGGER no_change BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER no_removal BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    # INSERT OR REPLACE removes rows without firing the trigger above; only this one stops it
    """
    CREATE TRIGGER only_next BEFORE INSERT ON entry
    WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq) + 1, 0) FROM entry)
      OR NEW.previous IS NOT COALESCE(
             (SELECT digest FROM entry ORDER BY seq DESC LIMIT 1), NEW.previous)
      OR EXISTS (SELECT 1 FROM entry
                 WHERE event_id = NEW.event_id OR digest = NEW.digest)
    BEGIN SELECT RAISE(ABORT, 'the ledger takes only the next entry'); END
    """,
)


def make(path: Path) -> None:
    """Make an empty ledger at ``path`` if there is none; it appears whole or not at all.

    The journal mode is a property of the file and cannot be set while others open it, so a new
    ledger is made aside and put in place by its last step. Whoever comes second uses the first.
    """
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix=".ledger-", suffix=".part", dir=path.parent)
    os.close(handle)
    engine = sa.create_engine(sa.URL.create("sqlite", database=aside), poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        metadata.create_all(connection)
        for refusal in _REFUSALS:
            connection.exec_driver_sql(refusal)
        connection.commit()
    with contextlib.suppress(FileExistsError):
        os.link(aside, path)
    Path(aside).unlink()


def settle(connection: Any, _record: object) -> None:
    """Set up a connection: wait for other writers; no commit counts before it is on disk."""
    connection.isolation_level = None  # the driver starts no transaction behind our back
    connection.execute("PRAGMA busy_timeout = 60000")
    connection.execute("PRAGMA synchronous = FULL")
