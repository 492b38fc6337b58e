"""The backends themselves, put to standard tasks: what they gave, how fast, and on which day.

What is measured here is captured, never derived: it holds times of day and seconds, and on
hardware nobody could get it again. It lies in ``var/<study>/benchmarks``, one file a run.
"""

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from probatum.quantum.backends.backend import Backend
from probatum.quantum.backends.choice import backend
from probatum.quantum.device_history import history
from probatum.quantum.standard_tasks import Task, standard_tasks
from probatum.quantum.task_record import of_executions
from probatum.study.protocol import Protocol
from probatum.study.robustness import Benchmark, Robustness
from tasks.places import Places, hand_over

NOTHING_TO_BIND: list[list[float]] = [[]]
"""One row, no parameters: the tasks have none."""


@task(
    task_run_name="{at:%Y-%m-%d}: put the backends to the standard tasks", cache_policy=NO_CACHE
)
def measure(study: str, at: datetime, root: Path = Path()) -> Path | None:
    """Run every task on every backend the protocol names; the file of records.

    A study without a plan for robustness has none, and nothing is run.
    """
    places = Places(root=root, study=study)
    protocol = places.protocol()
    if protocol.robustness is None:
        get_run_logger().info("the protocol names no tasks; nothing was run")
        return None
    folder = folder_of(places)
    folder.mkdir(parents=True, exist_ok=True)
    records = list(_records(protocol, protocol.robustness, at))
    name = f"{at:%Y%m%dT%H%M%SZ}.json"
    text = json.dumps(records, indent=2, sort_keys=True, allow_nan=False)
    hand_over(name, f"{text}\n".encode(), folder)
    get_run_logger().info("%d records in %s", len(records), folder / name)
    return folder / name


@task(task_run_name="post how the devices changed", cache_policy=NO_CACHE)
def post_history(study: str, root: Path = Path()) -> None:
    """Show every device calibration by calibration, from all records that were captured."""
    files = sorted(folder_of(Places(root=root, study=study)).glob("*.json"))
    records = [record for file in files for record in json.loads(file.read_text())]
    rows = [moment.as_dict() for moment in history(records)]
    for row in rows:
        if row["change"] is not None:
            get_run_logger().info(
                "%s, calibrated %s: mean score changed by %+.3f",
                row["device"],
                row["calibrated_at"],
                row["change"],
            )
    create_table_artifact(
        key=f"devices-{study}",
        table=rows,
        description=f"Devices of **{study}**, calibration by calibration: {len(files)} runs.",
    )


def folder_of(places: Places) -> Path:
    """Where the records of a study's backends lie."""
    return places.live / "benchmarks"


def _records(protocol: Protocol, plan: Robustness, at: datetime) -> Iterator[dict[str, Any]]:
    seed = protocol.seeds.robustness or 0
    tasks = [t for width in plan.benchmark.widths for t in standard_tasks(width, seed=seed)]
    for name in names(protocol):
        where = backend(
            protocol.backends,
            seed=protocol.seeds.transpiler,
            name=name,
            clock=time.monotonic,
            processor_clock=time.process_time,
        )
        for one in tasks:
            yield _record(one, where, plan.benchmark, seed, at)


def names(protocol: Protocol) -> tuple[str, ...]:
    """The backends of a study: its primary one, and each device it names.

    Hardware is not among them: a run that costs money is started by the stage that has its
    budget, not by a schedule.
    """
    devices = protocol.robustness.devices if protocol.robustness else ()
    primary = protocol.backends.primary
    return tuple(dict.fromkeys(("exact" if primary == "hardware" else primary, *devices)))


def _record(
    one: Task, where: Backend, asked: Benchmark, seed: int, at: datetime
) -> dict[str, Any]:
    runs = [
        where.sample(one.circuit, NOTHING_TO_BIND, shots=asked.shots, seed=seed + again)
        for again in range(asked.repeats)
    ]
    table = runs[0].record.calibration
    return {
        **of_executions(one, runs, timestamp=at, seed=seed).as_dict(),
        "calibration": table.as_dict() if table else None,
        "executions": [run.record.as_dict() for run in runs],
        "counts": [dict(run.counts[0]) for run in runs],
    }
