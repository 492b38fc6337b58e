"""Where a record is kept: in an SQLite file, or in a schema of a PostgreSQL database.

A new database gets its tables by the migrations; an older one is brought up to the newest of
them, in one transaction, by whoever opens it first.
"""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from probatum.errors import LedgerError

NEWEST = "0002"
"""The revision that the tables of `probatum.ledger.schema` are at."""

SERVER = "PROBATUM_LEDGER"
"""Names the environment variable that holds the address of a PostgreSQL database."""

_FIRST = "0001"
_SCHEMA = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A place for one record; its secrets are never shown.

    Attributes
    ----------
    url : sqlalchemy.URL
        Of dialect ``sqlite`` or ``postgresql+pg8000``.
    schema : str, optional
        In PostgreSQL: where this record's tables are, apart from those of other studies.
    """

    url: sa.URL
    schema: str | None = None

    @classmethod
    def in_file(cls, path: Path) -> "Database":
        """A record in an SQLite file."""
        return cls(url=sa.URL.create("sqlite", database=str(path)))

    @classmethod
    def on_server(cls, address: str, study: str) -> "Database":
        """A record in a schema, named by the study, of a PostgreSQL database.

        Parameters
        ----------
        address : str
            ``postgresql://user:password@host:port/database``.

        Raises
        ------
        LedgerError
            When it is no such address, or the study's name no name of a schema.
        """
        try:
            url = sa.make_url(address)
        except sa.exc.ArgumentError:  # whose message would repeat the password
            url = sa.URL.create("unreadable")
        if url.get_backend_name() != "postgresql" or not _SCHEMA.fullmatch(study):
            raise LedgerError(
                f"ledger of {study[:63]} — expected postgresql://user:password@host/database "
                "and a study named in lower case, got an address of the kind "
                f"{url.drivername!r} — see docs/ledger.md"
            )
        return cls(url=url.set(drivername="postgresql+pg8000"), schema=study)

    @classmethod
    def of_study(cls, study: str, root: Path) -> "Database":
        """Where a study's live record is kept, seen from the top of a working tree.

        On the server that ``PROBATUM_LEDGER`` names, where it names one; else in
        ``var/<study>/ledger.sqlite``.
        """
        if address := os.environ.get(SERVER):
            return cls.on_server(address, study)
        return cls.in_file(root / "var" / study / "ledger.sqlite")

    @property
    def exists(self) -> bool:
        """Whether there may be a record: a file, or a server to ask."""
        return self.schema is not None or Path(self.url.database or "").exists()

    @property
    def name(self) -> str:
        """What it is called in a refusal: a file, or a schema of a database."""
        if self.schema is None:
            return Path(self.url.database or "").name
        return f"{self.url.host or 'local'}/{self.url.database}/{self.schema}"

    def engine(self) -> sa.Engine:
        """Connections, each set up so that no commit counts before it is on disk."""
        if self.schema is None:
            made = sa.create_engine(self.url)
            sa.event.listen(made, "connect", _settle_file)
            return made
        made = sa.create_engine(self.url, pool_size=2)
        schema = self.schema

        def settle(connection: Any, _record: object) -> None:
            _run(connection, f'SET search_path TO "{schema}"', "SET synchronous_commit TO on")

        sa.event.listen(made, "connect", settle)
        dead = (made.dialect.loaded_dbapi.Error, OSError)

        def expect_answer(connection: Any, _record: object, _proxy: object) -> None:
            # the driver says that nobody answers by its own errors or by the system's, and
            # SQLAlchemy's pool_pre_ping knows the first kind only
            try:
                _run(connection, "SELECT 1")
            except dead as error:
                raise sa.exc.DisconnectionError from error

        sa.event.listen(made, "checkout", expect_answer)
        return made

    def open(self) -> sa.Engine:
        """Connections to the record, which is made where there is none and brought up to date.

        Raises
        ------
        LedgerError
            When it was made by a newer version than this.
        """
        if self.schema is None:
            self._make_file()
        engine = self.engine()
        try:
            _bring_up_to_date(engine, self)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _make_file(self) -> None:
        """A new file appears whole or not at all; whoever comes second uses the first.

        The journal mode is a property of the file and cannot be set while others open it, so a
        new ledger is made aside and put in place by its last step.
        """
        path = Path(self.url.database or "")
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=".ledger-", suffix=".part", dir=path.parent)
        os.close(handle)
        new = Database.in_file(Path(aside))
        engine = new.engine()
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        _bring_up_to_date(engine, new)
        engine.dispose()
        with contextlib.suppress(FileExistsError):
            os.link(aside, path)
        for part in (aside, f"{aside}-wal", f"{aside}-shm"):
            Path(part).unlink(missing_ok=True)


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction of the one writer there is at a time; all of it is kept, or nothing.

    A second writer waits at its beginning, and then reads the head that the first one left.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            _lock(connection)
            yield connection
        return
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def _lock(connection: sa.Connection) -> None:
    connection.exec_driver_sql(
        "SELECT pg_advisory_xact_lock(hashtextextended(current_setting('search_path'), 0))"
    )


def _settle_file(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver starts no transaction behind our back
    _run(connection, "PRAGMA busy_timeout = 60000", "PRAGMA synchronous = FULL")


def _run(connection: Any, *statements: str) -> None:
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
    if hasattr(connection, "commit"):
        connection.commit()


def _bring_up_to_date(engine: sa.Engine, database: Database) -> None:
    with engine.connect() as connection:
        if _revision(connection) == NEWEST:
            return
    with writing(engine) as connection:
        if database.schema is not None:
            connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{database.schema}"')
        found = _revision(connection)
        if found is not None and found > NEWEST:
            raise LedgerError(
                f"{database.name} — expected a ledger of revision {NEWEST} or older, got "
                f"{found} — use the version of Probatum that made it, or a newer one"
            )
        if found != NEWEST:
            _migrate(connection, found)


def _revision(connection: sa.Connection) -> str | None:
    """The revision that the tables are at; ``None`` where there are none."""
    if _has(connection, "alembic_version"):
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return _FIRST if _has(connection, "entry") else None


def _has(connection: sa.Connection, table: str) -> bool:
    """Whether there is a table, in the first schema that is searched."""
    asked = (
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :table"
        if connection.dialect.name == "sqlite"
        else "SELECT to_regclass(:table)"
    )
    return connection.execute(sa.text(asked), {"table": table}).scalar() is not None


def _migrate(connection: sa.Connection, found: str | None) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "probatum.ledger:migrations")
    config.attributes["connection"] = connection
    if found == _FIRST:
        command.stamp(config, _FIRST)
    command.upgrade(config, NEWEST)
