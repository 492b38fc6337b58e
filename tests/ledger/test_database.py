"""A ledger made by an older version is brought up to date; one by a newer is left alone."""

import gc
import sqlite3
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from probatum.errors import LedgerError
from probatum.ledger.chain import record_of
from probatum.ledger.database import NEWEST, Database, writing
from probatum.ledger.schema import metadata
from probatum.ledger.signing import SigningKey
from probatum.ledger.store import Ledger
from tests.ledger.building import a_chain
from tests.postgresql import a_database

BEFORE_MIGRATIONS = """
CREATE TABLE entry (
  seq INTEGER NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL, event_id TEXT NOT NULL,
  kind TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (seq), UNIQUE (previous), UNIQUE (digest), UNIQUE (event_id)
) STRICT;
CREATE INDEX ix_entry_kind ON entry (kind);
CREATE TRIGGER no_change BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER no_removal BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER only_next BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq) + 1, 0) FROM entry)
  OR NEW.previous IS NOT COALESCE(
         (SELECT digest FROM entry ORDER BY seq DESC LIMIT 1), NEW.previous)
  OR EXISTS (SELECT 1 FROM entry WHERE event_id = NEW.event_id OR digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'the ledger takes only the next entry'); END;
"""
"""The tables as they were before there were migrations."""


def test_a_ledger_from_before_there_were_migrations_goes_on(tmp_path):
    entries, file = a_chain(600), tmp_path / "ledger.sqlite"
    old = sqlite3.connect(file)
    old.executescript(f"PRAGMA journal_mode = WAL; {BEFORE_MIGRATIONS}")
    old.executemany(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
        [
            (e.seq, e.previous, e.digest, e.event.id, e.event.kind, record_of(e).decode())
            for e in entries
        ],
    )
    old.commit()
    old.close()
    key = SigningKey.generate()
    with Ledger(file) as ledger:
        assert ledger.verify().digest == entries[-1].digest
        ledger.checkpoint(key, datetime(1999, 1, 2, tzinfo=UTC))
        ledger.receipt(entries[3].event.id).check(key.public)
        assert ledger.append(entry.event for entry in a_chain(601))[-1].seq == 600


def test_the_newest_migration_leaves_the_tables_of_the_schema(place):
    Ledger(place).close()
    engine = place.engine()
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert not differences


def test_a_ledger_of_a_newer_version_is_refused(place):
    Ledger(place).close()
    engine = place.engine()
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(LedgerError, match=f"revision {NEWEST} or older, got 9999"):
        Ledger(place)


@pytest.mark.parametrize(
    "address",
    ["", "not an address", "mysql://u:secret-word@host/db", "postgresql//u:secret-word@h/d"],
)
def test_an_address_that_is_none_is_refused_without_its_password(address):
    with pytest.raises(LedgerError, match="expected postgresql://") as refused:
        Database.on_server(address, "study")
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize("study", ["", "A", 'a"; DROP SCHEMA public; --', "a" * 64])
def test_a_study_whose_name_is_no_schema_is_refused(study):
    with pytest.raises(LedgerError, match="lower case"):
        Database.on_server("postgresql://host/db", study)


def test_a_database_that_does_not_answer_is_refused_without_its_password(tmp_path):
    url = f"postgresql://u:secret-word@/db?unix_sock={tmp_path}/none"
    place = Database.on_server(url, "study")
    with pytest.raises(LedgerError, match="check the database") as refused:
        Ledger(place)
    assert "secret-word" not in f"{refused.value}{place}{place.name}{refused.value.__cause__}"


def test_two_studies_on_one_server_have_records_of_their_own(postgresql, tmp_path):
    names = [f"{tmp_path.name.replace('_', '-')[:40]}-{n}" for n in (1, 2)]
    for name, length in zip(names, (2, 3), strict=True):
        with Ledger(Database.on_server(postgresql, name)) as ledger:
            ledger.append(entry.event for entry in a_chain(length))
    for name, length in zip(names, (2, 3), strict=True):
        with Ledger(Database.on_server(postgresql, name)) as ledger:
            assert ledger.verify().size == length


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_a_connection_cut_off_between_two_writes_is_made_anew(postgresql):
    """Somebody restarts the server; the dead socket that the driver leaves is collected."""
    place = Database.on_server(a_database(postgresql), "study")
    events = [entry.event for entry in a_chain(20)]
    everyone_else = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    engine = place.engine()
    with Ledger(place) as ledger:
        ledger.append(events[:10])
        with engine.connect() as other:
            other.execute(everyone_else)
        ledger.append(events)
        assert ledger.verify().size == 20
    engine.dispose()
    gc.collect()
