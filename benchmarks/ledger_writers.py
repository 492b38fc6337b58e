"""Eight processes write one record on PostgreSQL: one order, no gap, and what it costs."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from functools import partial

from benchmarks.harness import Comparison, Contender
from benchmarks.ledger import GROUP, STUDY, seal
from probatum.ledger.database import Database
from probatum.ledger.store import Ledger
from tests.postgresql import a_database, a_server

WRITERS, WRITTEN = 8, 100_000


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Yield one, against a single writer."""
    with a_server() as address:
        yield _comparison(address, 4_000 if quick else WRITTEN)


def _comparison(address: str, n: int) -> Comparison:
    def written_by(writers: int) -> None:
        _write_at_once(a_database(address), writers, n)

    return Comparison(
        title="events written on PostgreSQL, one order and no gap",
        params={"events": n, "a commit": GROUP},
        contenders=(
            Contender(
                name=f"probatum, {WRITERS} writers",
                how="ours",
                run=partial(written_by, WRITERS),
                rounds=1,
            ),
            Contender(name="one writer", how="limit", run=partial(written_by, 1), rounds=1),
        ),
    )


def _write_at_once(address: str, writers: int, n: int) -> None:
    """Write, and refuse what is not one sound chain of all of them."""
    place = Database.on_server(address, STUDY)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(writers)
    each = n // writers
    started = [
        context.Process(target=_write, args=(place, writer * each, each, barrier))
        for writer in range(writers)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join()
    with Ledger(place) as ledger:
        if ledger.verify().size != each * writers:
            raise RuntimeError(f"expected {each * writers} entries, got another number")


def _write(place: Database, first: int, n: int, barrier: threading.Barrier) -> None:
    barrier.wait()
    seal(place, n, GROUP, first)
