"""The cut: the ledger's prefix and its frozen inputs, copied to where numbers are derived.

``take(study, at, root=Path())`` returns ``True`` when ``data/<study>/cut`` changed. It may be
called at any time: with nothing new it does nothing.

A cut only ever grows. Where the committed cut goes further than the live ledger, as in a fresh
clone that replays the study, nothing is written; where the two differ, the first entry in which
they do is named and nothing is done. The event ``cut_made`` is appended after the copy, so the
next cut holds it.
"""

import json
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from probatum.capture.due import is_cut_due
from probatum.capture.standing import Batch, Standing
from probatum.errors import BrokenChain, LedgerError
from probatum.ledger.canonical import sha256
from probatum.ledger.chain import Entry, first_difference, verify
from probatum.ledger.checkpoint import Checkpoint, write_checkpoints
from probatum.ledger.events import Event, Kind
from probatum.ledger.jsonl import read_jsonl, write_jsonl
from probatum.ledger.signing import SigningKey
from probatum.ledger.store import Ledger
from probatum.study.grade import lowest
from probatum.study.protocol import Protocol
from tasks.backend import admitted_bytes
from tasks.places import (
    CHECKPOINT_KEY,
    CHECKPOINTS,
    INDEX,
    Places,
    benchmark_name,
    capturing,
)
from tasks.programs import running
from tasks.reproduce import AGAIN, BUSY, Busy


@task(task_run_name="copy the record out", cache_policy=NO_CACHE, **AGAIN)
def take(study: str, at: datetime, root: Path = Path()) -> bool:
    """Bring ``data/<study>/cut`` up to the live ledger; whether anything was written.

    Raises
    ------
    BrokenChain
        If the live ledger or the committed cut is not a sound chain, or they differ.
    Busy
        If another DVC is at work; the task is tried again.
    """
    places = Places(root=root, study=study)
    with capturing(places) as ledger:
        live = ledger.entries()
        verify(live)
        standing = Standing.of(live)
        if not is_cut_due(live, standing):
            return False
        committed = _committed(places)
        _check_same(live, committed, study)
        if len(live) > len(committed):
            _sign(ledger, at)
            _write(places, live, standing, ledger.checkpoints())
        if len(live) >= len(committed):
            _track(places.root)
        made = _made(live, at, places.protocol())
        if _follows(made, live, committed):
            ledger.append([made])
    return len(live) > len(committed)


def _sign(ledger: Ledger, at: datetime) -> None:
    """Sign for the record as it is copied, where a key is named."""
    if file := os.environ.get(CHECKPOINT_KEY):
        ledger.checkpoint(SigningKey.read(Path(file)), at)


def _committed(places: Places) -> list[Entry]:
    file = places.cut / "ledger.jsonl"
    committed = read_jsonl(file) if file.exists() else []
    verify(committed)
    return committed


def _check_same(live: Sequence[Entry], committed: Sequence[Entry], study: str) -> None:
    place = first_difference(live, committed)
    if place is not None:
        raise BrokenChain(
            f"entry {place} — expected the live ledger of {study} and its committed cut to say "
            f"the same, got {live[place].digest.short}… and {committed[place].digest.short}… — "
            "keep both and find out which one was changed"
        )


def _made(live: Sequence[Entry], at: datetime, protocol: Protocol) -> Event:
    """The event of a cut. In a replay it has the time of the last entry, not of a clock."""
    is_live = protocol.silent is None or protocol.silent.capture == "live"
    head = live[-1].digest
    return Event(
        kind=Kind.CUT_MADE,
        study=protocol.study.id,
        at=at if is_live else live[-1].event.at,
        who="programme",
        why="the record holds something that no cut held",
        grade=lowest(entry.event.grade for entry in live),
        purpose=(head,),
        payload={"head": head, "entries": len(live)},
    )


def _follows(made: Event, live: Sequence[Entry], committed: Sequence[Entry]) -> bool:
    """Whether ``cut_made`` may come next: nothing is committed beyond, or exactly this is."""
    beyond = committed[len(live) :]
    return not beyond or beyond[0].event.id == made.id


def _write(
    places: Places,
    live: Sequence[Entry],
    standing: Standing,
    checkpoints: Sequence[Checkpoint],
) -> None:
    """Put the new cut in place whole; killed in between, the next call does it again."""
    new, old = places.live / "cut.new", places.live / "cut.old"
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
    (new / "batches").mkdir(parents=True)
    for batch in standing.batches.values():
        name = f"{batch.sha256[:16]}.csv"
        (new / "batches" / name).write_bytes(admitted_bytes(batch, places))
    if places.executions.is_dir():
        shutil.copytree(places.executions, new / "executions")
    _write_benchmarks(new / "benchmarks", live, places)
    write_jsonl(new / "ledger.jsonl", live)
    if checkpoints:
        write_checkpoints(new / CHECKPOINTS, checkpoints)
    (new / "cut.json").write_text(_json(_summary(live, standing)), encoding="utf-8")
    places.cut.parent.mkdir(parents=True, exist_ok=True)
    if places.cut.exists():
        places.cut.rename(old)
    new.rename(places.cut)
    shutil.rmtree(old, ignore_errors=True)


def _write_benchmarks(folder: Path, live: Sequence[Entry], places: Places) -> None:
    """The benchmarks on record, and an index that is there even where none was captured."""
    folder.mkdir()
    on_record = []
    for entry in live:
        if entry.event.kind is Kind.BACKEND_BENCHMARKED:
            payload = dict(entry.event.payload)
            name = benchmark_name(payload["record_sha256"])
            (folder / name).write_bytes(_benchmark(payload["record_sha256"], places))
            on_record.append({**payload, "file": name, "entry": entry.digest})
    (folder / INDEX).write_text(_json(on_record), encoding="utf-8")


def _benchmark(digest: str, places: Places) -> bytes:
    file = places.benchmarks / benchmark_name(digest)
    content = file.read_bytes() if file.exists() else b""
    if sha256(content) != digest:
        raise LedgerError(
            f"benchmark {digest[:12]}… — expected the records as they were put on record, got "
            "others or none — restore them from a cut"
        )
    return content


def _summary(live: Sequence[Entry], standing: Standing) -> dict[str, Any]:
    return {
        "study": live[0].event.study,
        "head": live[-1].digest,
        "entries": len(live),
        "grade": lowest(entry.event.grade for entry in live),
        "model_sha256": standing.frozen,
        "batches": list(map(_described, standing.batches.values())),
    }


def _described(batch: Batch) -> dict[str, Any]:
    return {
        "sha256": batch.sha256,
        "name": batch.name,
        "period": batch.period,
        "rows": len(batch.case_ids),
    }


def _json(value: dict[str, Any] | list[dict[str, Any]]) -> str:
    return json.dumps(value, sort_keys=True, indent=2) + "\n"


def _track(root: Path) -> None:
    """Let DVC take note of ``data/``, where the working tree is one of DVC's."""
    if not (root / ".dvc").is_dir():
        return
    command = [sys.executable, "-m", "dvc", "--wait-for-lock", "add", "data"]
    with running(command, root) as program:
        said = (program.stdout.read() if program.stdout else "").strip()
        code = program.wait()
    if code:
        kind = Busy if any(sign in said for sign in BUSY) else LedgerError
        raise kind(
            f"dvc add data — expected it to succeed, got: {said[-300:]} — resolve it and take "
            "the cut again"
        )
