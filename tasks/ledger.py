"""The ledger on disk: the one place this project writes what it cannot take back.

==========================================  =================================================
``record(study, events, root=Path())``      append what is not there yet; give the new head
``entries(study, root=Path())``             everything written, in order (a read, not a task)
``restore(study, root=Path())``             take over the committed cut where it goes further
==========================================  =================================================

``root`` is the working tree; the live ledger is ``var/<study>/ledger.sqlite`` below it, or on
the PostgreSQL server whose address is in the environment variable ``PROBATUM_LEDGER``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from probatum.errors import LedgerError, Refusal
from probatum.ledger.canonical import Digest
from probatum.ledger.chain import Entry
from probatum.ledger.checkpoint import read_checkpoints
from probatum.ledger.events import Event
from probatum.ledger.jsonl import read_jsonl
from probatum.ledger.store import Ledger
from tasks.places import CHECKPOINTS, INDEX, Places, capturing, hand_over


def unless_refused(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again makes sense: a refusal stays one however often it is asked."""
    return not isinstance(state.result(raise_on_failure=False), Refusal)


AGAIN: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": 2,
    "retry_condition_fn": unless_refused,
}
"""How a task that writes the record is tried again; doing it twice is doing it once."""


@task(task_run_name="write in the record", cache_policy=NO_CACHE, **AGAIN)
def record(study: str, events: Sequence[Event], root: Path = Path()) -> Digest:
    """Append the events that are not there yet, all or none; return the new head.

    A retried or resumed run calls this twice with the same events, and must.
    """
    if any(event.study != study for event in events):
        raise LedgerError(
            f"ledger of {study} — expected events of this study, got another's — name the "
            "study that they belong to"
        )
    with Ledger(Places(root=root, study=study).ledger) as ledger:
        ledger.append(events)
        return ledger.head()


def entries(study: str, root: Path = Path()) -> tuple[Entry, ...]:
    """Everything the live ledger of the study holds, in order; empty when there is none."""
    place = Places(root=root, study=study).ledger
    if not place.exists:
        return ()
    with Ledger(place) as ledger:
        return ledger.entries()


@task(task_run_name="bring the record up to the cut", cache_policy=NO_CACHE)
def restore(study: str, root: Path = Path()) -> Digest:
    """Bring the live ledger up to the committed cut, where the cut goes further.

    For a fresh clone that goes on with a study instead of beginning it anew: the cut's batches
    become admitted files again, and the records of runs live again. Where there is no cut,
    nothing is done.

    Raises
    ------
    BrokenChain
        If the cut is not a sound chain, or says something else than the live ledger.
    """
    places = Places(root=root, study=study)
    file = places.cut / "ledger.jsonl"
    committed = read_jsonl(file) if file.exists() else []
    with capturing(places) as ledger:
        if len(committed) > len(ledger.entries()):
            ledger.adopt(committed, read_checkpoints(places.cut / CHECKPOINTS))
        _bring(sorted((places.cut / "batches").glob("*.csv")), places.admitted)
        _bring(sorted((places.cut / "executions").glob("*.jsonl")), places.executions)
        records = sorted((places.cut / "benchmarks").glob("*.json"))
        _bring([file for file in records if file.name != INDEX], places.benchmarks)
        return ledger.head()


def _bring(files: Sequence[Path], folder: Path) -> None:
    """Bring files of the cut back to where they live, unless they are there."""
    for file in files:
        if not (folder / file.name).exists():
            folder.mkdir(parents=True, exist_ok=True)
            hand_over(file.name, file.read_bytes(), folder)
