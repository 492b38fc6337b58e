"""However many write at once, there is one order, no gap and nothing twice."""

import multiprocessing
import threading

from probatum.ledger.database import Database
from probatum.ledger.store import Ledger
from tests.ledger.building import an_event

WRITERS, EACH, AT_ONCE = 8, 300, 25


def _write(place: Database, writer: int, barrier: threading.Barrier) -> None:
    """Events of its own, and every tenth one that all the others send too."""
    barrier.wait()
    with Ledger(place) as ledger:
        for start in range(0, EACH, AT_ONCE):
            own = [an_event(writer * EACH + n) for n in range(start, start + AT_ONCE)]
            ledger.append([*own, *(an_event(100_000 + start + n) for n in range(3))])


def test_eight_writers_leave_one_sound_chain_without_a_gap(place: Database) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(WRITERS)
    writers = [
        context.Process(target=_write, args=(place, writer, barrier))
        for writer in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    with Ledger(place) as ledger:
        entries = ledger.entries()
        assert ledger.verify().size == len(entries) == WRITERS * EACH + 3 * EACH // AT_ONCE
    assert [entry.seq for entry in entries] == list(range(len(entries)))
    assert len({entry.event.id for entry in entries}) == len(entries)
