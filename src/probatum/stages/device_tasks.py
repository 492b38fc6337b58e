"""Standard tasks on each device as it was calibrated, and what is left of their answers."""

from typing import Any

import pandas as pd

from probatum.quantum.standard_tasks import standard_tasks
from probatum.quantum.task_record import TaskRecord, on_exact, on_snapshot, platform_of
from probatum.study.protocol import Protocol
from probatum.study.robustness import Robustness

Records = list[dict[str, Any]]


def task_records(plan: Robustness, protocol: Protocol) -> Records:
    """One record a task, width and device; the noiseless simulator comes first."""
    seed, asked = protocol.seeds.robustness or 0, plan.benchmark
    tasks = [task for width in asked.widths for task in standard_tasks(width, seed=seed)]
    drawn = {"seed": seed, "shots": asked.shots, "repeats": asked.repeats}
    found: list[TaskRecord] = [on_exact(task, **drawn) for task in tasks]
    level = protocol.backends.optimization_level
    for device in plan.devices:
        found += [
            on_snapshot(task, device, optimization_level=level, **drawn)
            for task in tasks
            if task.width <= platform_of(device).qubits
        ]
    return [record.as_dict() for record in found]


def task_table(records: Records) -> pd.DataFrame:
    """One row a record."""
    return pd.DataFrame([_row(record) for record in records])


def _row(record: dict[str, Any]) -> dict[str, Any]:
    results, circuits = record["results"], record["circuit_metadata"]
    return {
        "task": record["job_type"],
        "width": record["params"]["width"],
        "device": record["platform"]["device"],
        "calibrated_at": record["platform"]["device_metadata"]["calibrated_at"],
        "score": results["score"]["value"],
        "score_uncertainty": results["score"]["uncertainty"],
        "hellinger_fidelity": results["hellinger_fidelity"]["value"],
        "depth": circuits["transpiled_depth"],
        "two_qubit_gates": circuits["transpiled_two_qubit_gate_counts"],
        **record["features"],
    }
