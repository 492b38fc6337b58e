"""The ledger on disk takes each event once, all of a group or none, and gives it back."""

import multiprocessing
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from probatum.errors import BrokenChain, Conflict, LedgerError
from probatum.ledger.chain import GENESIS
from probatum.ledger.database import Database, writing
from probatum.ledger.events import Kind
from probatum.ledger.signing import SigningKey
from probatum.ledger.store import Ledger
from probatum.study.grade import Grade
from tests.ledger.building import a_chain, an_event

AT = datetime(1999, 1, 2, tzinfo=UTC)


def test_an_empty_ledger_has_the_head_before_all_others(ledger: Ledger) -> None:
    assert ledger.head() == ledger.verify().digest == GENESIS


def test_events_are_given_back_in_order_and_chained(ledger: Ledger) -> None:
    written = ledger.append([an_event(n) for n in range(5)])
    assert ledger.entries() == written
    assert [entry.seq for entry in written] == [0, 1, 2, 3, 4]
    assert ledger.verify().digest == ledger.head() == written[-1].digest


def test_recording_the_same_event_twice_changes_nothing(ledger: Ledger) -> None:
    first = ledger.append([an_event(1), an_event(1)])
    again = ledger.append([an_event(1, who="a retry")])
    assert first[0] == first[1] == again[0]
    assert len(ledger.entries()) == 1


def test_many_more_events_than_one_query_takes_are_recognised_again(ledger: Ledger) -> None:
    events = [an_event(n) for n in range(1203)]
    assert ledger.append(events) == ledger.append(reversed(events))[::-1]
    assert len(ledger.entries()) == 1203


def test_a_different_statement_under_the_same_id_is_refused_and_nothing_is_written(
    ledger: Ledger,
) -> None:
    ledger.append([an_event(1)])
    for change in ({"payload": {"samples": 2}}, {"grade": Grade.LIVE}):
        with pytest.raises(Conflict, match="entry 0"):
            ledger.append([an_event(2), an_event(1, **change)])
    assert len(ledger.entries()) == 1


def test_two_different_statements_in_one_group_are_refused(ledger: Ledger) -> None:
    with pytest.raises(Conflict):
        ledger.append([an_event(1), an_event(1, payload={"samples": 2})])
    assert ledger.entries() == ()


def test_entries_of_one_kind_are_found(ledger: Ledger) -> None:
    ledger.append([an_event(1), an_event(2, kind=Kind.INCIDENT), an_event(3)])
    assert [entry.seq for entry in ledger.entries(Kind.INCIDENT)] == [1]


def test_a_ledger_opened_again_goes_on_where_it_ended(place: Database) -> None:
    for number in range(3):
        with Ledger(place) as ledger:
            ledger.append([an_event(number)])
    with Ledger(place) as ledger:
        assert ledger.verify().digest == a_chain(3)[-1].digest


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"not a database, but long enough to be looked at as one" * 99)
    with pytest.raises(LedgerError, match=r"ledger\.sqlite"):
        Ledger(path)


def test_every_commit_is_forced_to_the_disk(ledger: Ledger, place: Database) -> None:
    with ledger._reading() as connection:
        if place.schema is None:
            synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
            journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
            assert (synchronous, journal) == (2, "wal")
        else:
            asked = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
            assert asked == "on"


ON_BOTH = [
    "UPDATE entry SET record = '{}' WHERE seq = 0",
    "DELETE FROM entry WHERE seq = 1",
    "INSERT INTO entry VALUES (5, 'a', 'b', 'c', 'deviation', '{}')",
    "INSERT INTO entry VALUES (2, 'not the head', 'b', 'c', 'deviation', '{}')",
    "UPDATE subtree SET hash = 'other'",
    "DELETE FROM subtree",
    "UPDATE checkpoint SET record = '{}'",
    "DELETE FROM checkpoint",
]
OF_ONE = {
    "sqlite": [
        "INSERT OR REPLACE INTO entry SELECT 0, previous, digest, event_id, kind, record "
        "FROM entry WHERE seq = 1",
        "INSERT OR REPLACE INTO entry SELECT 2, digest, 'new', event_id, kind, record "
        "FROM entry WHERE seq = 1",
        "UPDATE OR REPLACE entry SET seq = 0 WHERE seq = 1",
        "INSERT OR REPLACE INTO subtree SELECT level, place, 'other' FROM subtree",
        "INSERT OR REPLACE INTO checkpoint SELECT size, '{}' FROM checkpoint",
    ],
    "postgresql": [
        "TRUNCATE entry",
        "TRUNCATE subtree",
        "TRUNCATE checkpoint",
        "INSERT INTO entry SELECT * FROM entry WHERE seq = 1 "
        "ON CONFLICT (seq) DO UPDATE SET record = '{}'",
    ],
}


def test_the_database_itself_refuses_to_change_the_past(
    ledger: Ledger, place: Database
) -> None:
    before = ledger.append([an_event(n) for n in range(257)])
    signed = ledger.checkpoint(SigningKey.generate(), AT)
    engine = place.engine()
    for statement in (*ON_BOTH, *OF_ONE[engine.dialect.name]):
        with (
            pytest.raises(sa.exc.DatabaseError, match="the ledger"),
            writing(engine) as connection,
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert ledger.entries() == before
    assert ledger.checkpoints() == (signed,)
    assert ledger.verify().size == 257


def _append_from(place: Database, start: int, barrier: threading.Barrier) -> None:
    barrier.wait()
    with Ledger(place) as ledger:
        for number in range(start, start + 40):
            ledger.append([an_event(number), an_event(number + 10_000)])


def test_two_processes_writing_at_once_leave_one_sound_chain(place: Database) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    writers = [
        context.Process(target=_append_from, args=(place, start, barrier)) for start in (0, 20)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    with Ledger(place) as ledger:
        assert ledger.verify().size == 2 * 60


def test_a_copy_that_goes_further_is_taken_over(ledger: Ledger) -> None:
    chain = a_chain(5)
    ledger.append(entry.event for entry in chain[:2])
    assert ledger.adopt(chain) == chain[-1].digest
    assert ledger.entries() == tuple(chain)


def test_a_copy_of_another_record_is_not_taken_over(ledger: Ledger) -> None:
    ledger.append([an_event(0), an_event(9)])
    with pytest.raises(BrokenChain, match="entry 1 "):
        ledger.adopt(a_chain(5))
    with pytest.raises(BrokenChain, match="entry 1 "):
        ledger.adopt(a_chain(1))
    assert len(ledger.entries()) == 2
