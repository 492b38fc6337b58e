"""The record: sealing with every commit on disk, checking a million entries, proving one.

    python -m benchmarks.ledger verify FILE

says of a ledger how long it took to check it, and the most memory the process held.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import apart
from benchmarks.harness import Comparison, Contender, How
from probatum.ledger.canonical import canonical_bytes
from probatum.ledger.chain import verify
from probatum.ledger.database import Database
from probatum.ledger.events import Event, Kind, id_of
from probatum.ledger.merkle import combined, inclusion
from probatum.ledger.signing import SigningKey
from probatum.ledger.store import Ledger
from probatum.ledger.subtrees import leaf_of
from probatum.study.grade import Grade

AT = datetime(1999, 1, 1, tzinfo=UTC)
STUDY = "demo"
A_SECOND = 2_000
"""Predictions to be sealed in one."""
GROUP = 100
"""Predictions of a commit."""
SEALED, RECORD, RECEIPTS = 20_000, 1_000_000, 100
CHECKED_WITHIN, PROVED_WITHIN = 20.0, 0.01
ALLOWED = 256 << 20
"""Bytes that checking may take, libraries and all."""


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Sealing, checking and proving."""
    sealed, record = (2_000, 20_000) if quick else (SEALED, RECORD)
    with tempfile.TemporaryDirectory(dir="var", prefix="ledger-") as name:
        folder = Path(name)
        yield _sealing(folder, sealed)
        sizes = [record // 2, record]
        files = [_made(folder / f"{size}.sqlite", size) for size in sizes]
        yield _checking(files, sizes)
        yield _proving(files[-1], record)


def a_prediction(number: int) -> Event:
    """A sealed prediction as a study has it."""
    case = f"case-{number:012x}"
    return Event(
        kind=Kind.PREDICTION_SEALED,
        study=STUDY,
        at=AT,
        who="capture",
        why="the case was admitted and its outcome is not known",
        grade=Grade.REHEARSAL,
        purpose=(case,),
        payload={
            "backend": "exact",
            "batch_sha256": "af" * 32,
            "case_id": case,
            "inputs_sha256": "77" * 32,
            "model_sha256": "d8" * 32,
            "risk": number % 10_007 / 10_007,
            "role": "index",
        },
    )


# ------------------------------------------------------------------ sealing


def _sealing(folder: Path, n: int) -> Comparison:
    limit = f"{n / A_SECOND:g} s by the clock"
    number = itertools.count()

    def place() -> Path:
        return folder / f"sealing-{next(number)}.sqlite"

    return Comparison(
        title="predictions sealed, every commit on disk",
        params={"predictions": n, "a commit": GROUP},
        contenders=(
            Contender(name="probatum, SQLite", how="ours", run=lambda: seal(place(), n, GROUP)),
            Contender(
                name="probatum, a commit each",
                how="limit",
                run=lambda: seal(place(), n // 20, 1),
                share=1 / 20,
                rounds=1,
            ),
            Contender(
                name="sqlite3, the same texts without chain, tree or triggers",
                how="tuned",
                run=lambda: _insert(place(), n),
            ),
            Contender(name=limit, how="limit", run=partial(time.sleep, n / A_SECOND), rounds=1),
        ),
        targets={limit: 1.0},
    )


def seal(place: Path | Database, n: int, group: int, first: int = 0) -> None:
    """Seal so many predictions, a group a commit."""
    with Ledger(place) as ledger:
        for start in range(first, first + n, group):
            ledger.append(map(a_prediction, range(start, min(start + group, first + n))))


def _insert(path: Path, n: int) -> None:
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
    connection.execute("CREATE TABLE entry (seq INTEGER PRIMARY KEY, record TEXT)")
    for start in range(0, n, GROUP):
        group = range(start, min(start + GROUP, n))
        texts = [
            (number, canonical_bytes(a_prediction(number).as_dict()).decode())
            for number in group
        ]
        with connection:
            connection.executemany("INSERT INTO entry VALUES (?, ?)", texts)
    connection.close()


# ------------------------------------------------------------------ checking


def _made(path: Path, n: int) -> Path:
    """A record of so many entries; large groups, since making it is not what is timed."""
    seal(path, n, 5_000)
    return path


def _checking(files: list[Path], sizes: list[int]) -> Comparison:
    half = f"{sizes[0]:,} entries, times two"
    limit = f"{CHECKED_WITHIN:g} s by the clock"
    return Comparison(
        title="a record checked, chain and tree",
        params={"entries": sizes[1]},
        contenders=(
            _checker(f"probatum, {sizes[1]:,} entries", "ours", files[1]),
            _checker(half, "limit", files[0], share=0.5),
            Contender(
                name="each entry parsed, written and hashed again",
                how="as used",
                run=partial(_by_entries, files[0]),
                share=0.5,
                rounds=1,
            ),
            Contender(
                name=limit, how="limit", run=partial(time.sleep, CHECKED_WITHIN), rounds=1
            ),
        ),
        details=lambda found: {"peak_bytes": found["peak_bytes"]} if found else {},
        targets={limit: 1.0},
    )


def _checker(name: str, how: How, file: Path, *, share: float = 1.0) -> Contender:
    """One record, checked in a process of its own."""
    return apart.contender(name, how, lambda: _checked(file), share=share)


def _checked(file: Path) -> dict[str, Any]:
    return apart.figures("benchmarks.ledger", "verify", str(file), allowed=ALLOWED)


def _by_entries(file: Path) -> None:
    with Ledger(file) as ledger:
        verify(ledger.entries())


# ------------------------------------------------------------------ proving


def _proving(file: Path, size: int) -> Comparison:
    with Ledger(file) as ledger:
        ledger.checkpoint(SigningKey.generate(), AT)
    places = range(0, size, size // RECEIPTS)
    limit = f"{PROVED_WITHIN * len(places):g} s by the clock"
    return Comparison(
        title="receipts from a record",
        params={"entries": size, "receipts": len(places)},
        contenders=(
            Contender(name="probatum", how="ours", run=partial(_receipts, file, places)),
            Contender(
                name="the tree made anew for each",
                how="as used",
                run=partial(_from_all, file, size, places[1:2]),
                share=1 / len(places),
                rounds=1,
            ),
            Contender(
                name=limit,
                how="limit",
                run=partial(time.sleep, PROVED_WITHIN * len(places)),
                rounds=1,
            ),
        ),
        difference=lambda ours, theirs: float(ours[1] != theirs[0]) if theirs else None,
        targets={limit: 1.0},
        tolerance=0.0,
    )


def _receipts(file: Path, places: range) -> list[tuple[str, ...]]:
    with Ledger(file) as ledger:
        ids = [
            id_of(STUDY, Kind.PREDICTION_SEALED, a_prediction(place).purpose)
            for place in places
        ]
        return [tuple(ledger.receipt(one).path) for one in ids]


def _from_all(file: Path, size: int, places: range) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(file)
    digests = connection.execute("SELECT digest FROM entry ORDER BY seq").fetchall()
    connection.close()
    leaves = [leaf_of(digest) for (digest,) in digests]

    def node(level: int, place: int) -> bytes:
        return combined(leaves[place << level : (place + 1) << level])

    return [tuple(step.hex() for step in inclusion(place, size, node)) for place in places]


def main() -> None:
    """Print the figures of one record as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["verify"])
    parser.add_argument("file", type=Path)
    file = parser.parse_args().file
    start, spent = time.perf_counter(), time.process_time()
    with Ledger(file) as ledger:
        ledger.verify()
    figures = {
        "seconds": round(time.perf_counter() - start, 3),
        "processor_seconds": round(time.process_time() - spent, 3),
        "peak_bytes": apart.most_resident(),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
