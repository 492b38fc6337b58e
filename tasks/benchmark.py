"""The backends themselves, put to standard tasks: what they gave, how fast, and on which day.

What is measured here is captured, never derived: it holds times of day and seconds, and on
hardware nobody could get it again. It lies in ``var/<study>/benchmarks``, one file a backend
and run, named by the first 16 characters of its SHA-256, and stays for good: `put_on_record`
writes each file's digest in the study's record, and the cut copies what is on record.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from probatum.capture.benchmarks import benchmarked, may_be_recorded
from probatum.ledger.canonical import sha256
from probatum.quantum.backend_standing import standings
from probatum.quantum.backends.backend import Backend, Execution
from probatum.quantum.backends.choice import SNAPSHOT, backend
from probatum.quantum.backends.faults import Fault
from probatum.quantum.backends.link import Link
from probatum.quantum.device_history import history
from probatum.quantum.devices import snapshot
from probatum.quantum.standard_tasks import Task, standard_tasks
from probatum.quantum.task_record import of_executions
from probatum.study.protocol import Protocol
from probatum.study.robustness import Robustness
from tasks.hardware import Outside, Purse, link, purse_of
from tasks.milestones import grade_of_deeds
from tasks.places import Places, benchmark_name, capturing, hand_over

NOTHING_TO_BIND: list[list[float]] = [[]]
"""One row, no parameters: the tasks have none."""


@task(
    task_run_name="{at:%Y-%m-%d}: put the backends to the standard tasks", cache_policy=NO_CACHE
)
def measure(
    study: str, at: datetime, root: Path = Path(), outside: Outside | None = None
) -> tuple[Path, ...]:
    """Run every task on every backend the protocol names; a file of records for each.

    A study without a plan for robustness has none, and nothing is run. Where hardware cannot
    be asked, or may not be, the reason is said and the others go on.
    """
    places = Places(root=root, study=study)
    protocol = places.protocol()
    if protocol.robustness is None:
        get_run_logger().info("the protocol names no tasks; nothing was run")
        return ()
    bench = Bench(
        places=places,
        protocol=protocol,
        plan=protocol.robustness,
        at=at,
        outside=outside or Outside(),
    )
    return tuple(path for name in names(protocol) if (path := bench.measured(name)))


def names(protocol: Protocol) -> tuple[str, ...]:
    """The backends of a study: its primary one, each device it names, and its hardware.

    What the simulators give stands beside what the hardware does, so an exact one is always
    among them.
    """
    devices = protocol.robustness.devices if protocol.robustness else ()
    primary, terms = protocol.backends.primary, protocol.backends.hardware
    simulator = "exact" if primary == "hardware" else primary
    return tuple(dict.fromkeys((simulator, *devices, *(("hardware",) if terms else ()))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Everything at hand while backends are put to tasks."""

    places: Places
    protocol: Protocol
    plan: Robustness
    at: datetime
    outside: Outside

    def measured(self, name: str) -> Path | None:
        """Keep the records of one backend; none where it could not be asked.

        What came back before a fault is kept: on hardware it was paid for.
        """
        records: list[dict[str, Any]] = []
        try:
            for record in self._records(name):
                records.append(record)
        except Fault as fault:
            get_run_logger().warning("%s was left out: %s", name, fault)
        return self._kept(records) if records else None

    def _records(self, name: str) -> Iterator[dict[str, Any]]:
        purse = purse_of(self.places, self.at) if name == "hardware" else None
        way = link(self.protocol.backends.hardware, purse, self.outside) if purse else None
        each = [self._backend(name, way, again) for again in self._repeats()]
        qubits = _qubits(name, way)
        for one in self._tasks():
            if qubits is None or one.width <= qubits:
                yield self._record(one, each, qubits, purse)

    def _repeats(self) -> range:
        return range(self.plan.benchmark.repeats)

    def _backend(self, name: str, way: Link | None, again: int) -> Backend:
        """The backend as one repeat meets it: circuits are fitted with a seed of its own."""
        return backend(
            self.protocol.backends,
            seed=self.protocol.seeds.transpiler + again,
            name=name,
            link=way,
            clock=self.outside.clock,
            processor_clock=time.process_time,
        )

    def _tasks(self) -> Iterator[Task]:
        for width in self.plan.benchmark.widths:
            yield from standard_tasks(width, seed=self._seed)

    def _record(
        self, one: Task, each: Sequence[Backend], qubits: int | None, purse: Purse | None
    ) -> dict[str, Any]:
        runs = [
            self._run(one, where, purse, self._seed + again) for again, where in enumerate(each)
        ]
        table = runs[0].record.calibration
        told = of_executions(one, runs, qubits=qubits, timestamp=self.at, seed=self._seed)
        return {
            **told.as_dict(),
            "calibration": table.as_dict() if table else None,
            "executions": [run.record.as_dict() for run in runs],
            "counts": [dict(run.counts[0]) for run in runs],
        }

    def _run(self, one: Task, where: Backend, purse: Purse | None, seed: int) -> Execution:
        shots = self.plan.benchmark.shots
        found = where.sample(one.circuit, NOTHING_TO_BIND, shots=shots, seed=seed)
        if purse:
            purse.settle(found.record.cost)
        return found

    def _kept(self, records: list[dict[str, Any]]) -> Path:
        text = json.dumps(records, indent=2, sort_keys=True, allow_nan=False)
        content = f"{text}\n".encode()
        name = benchmark_name(sha256(content))
        self.places.benchmarks.mkdir(parents=True, exist_ok=True)
        hand_over(name, content, self.places.benchmarks)
        device = records[0]["platform"]["device"]
        get_run_logger().info("%s: %d records in %s", device, len(records), name)
        return self.places.benchmarks / name

    @property
    def _seed(self) -> int:
        return self.protocol.seeds.robustness or 0


def _qubits(name: str, way: Link | None) -> int | None:
    """How many qubits a device has; None where nothing but memory sets a limit."""
    if way is not None:
        return int(way.transport.device.num_qubits)
    return int(snapshot(name).num_qubits) if name.startswith(SNAPSHOT) else None


@task(task_run_name="put the benchmarks on record", cache_policy=NO_CACHE)
def put_on_record(study: str, root: Path = Path()) -> int:
    """Write in the record which benchmarks were captured and are not there yet; how many.

    In the midst of a replay none is written, since the replay must come out the same wherever
    it is run again; they wait for a later call.
    """
    places = Places(root=root, study=study)
    grade = grade_of_deeds(study, root)
    with capturing(places) as ledger:
        before = ledger.entries()
        if not may_be_recorded(places.protocol(), before):
            get_run_logger().info("the replay is not over; the benchmarks wait for its end")
            return 0
        events = [
            benchmarked(json.loads(content), sha256(content), study, grade)
            for content in _contents(places)
        ]
        ledger.append(sorted(events, key=lambda event: (event.at, event.purpose)))
        return len(ledger.entries()) - len(before)


@task(task_run_name="post how the devices changed", cache_policy=NO_CACHE)
def post_history(study: str, root: Path = Path()) -> None:
    """Show how each backend stands and how each device changed, from all that was captured."""
    contents = list(_contents(Places(root=root, study=study)))
    records = [record for content in contents for record in json.loads(content)]
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
        key=f"backends-{study}",
        table=[standing.as_dict() for standing in standings(records)],
        description=f"Backends of **{study}** on the standard tasks: accuracy, spread over "
        "repeats, latency, throughput, cost.",
    )
    create_table_artifact(
        key=f"devices-{study}",
        table=rows,
        description=f"Devices of **{study}**, calibration by calibration, from {len(contents)} "
        "records.",
    )


def _contents(places: Places) -> Iterator[bytes]:
    for file in sorted(places.benchmarks.glob("*.json")):
        yield file.read_bytes()
