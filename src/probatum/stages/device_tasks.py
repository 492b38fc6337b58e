"""Standard tasks on each device as it was calibrated, and what is left of their answers."""

from functools import partial
from statistics import fmean
from typing import Any

import pandas as pd
from joblib import Parallel, delayed

from probatum.quantum.derived_tasks import on_exact, on_snapshot, platform_of
from probatum.quantum.standard_tasks import standard_tasks
from probatum.quantum.task_record import TaskRecord
from probatum.stages.hardware import price_of, priced
from probatum.study.protocol import Protocol
from probatum.study.robustness import Robustness

Records = list[dict[str, Any]]


def task_records(plan: Robustness, protocol: Protocol, *, workers: int = 1) -> Records:
    """One record a task, width and device; the noiseless simulator comes first."""
    seed, asked = protocol.seeds.robustness or 0, plan.benchmark
    tasks = [task for width in asked.widths for task in standard_tasks(width, seed=seed)]
    draws: Any = {"seed": seed, "shots": asked.shots, "repeats": asked.repeats}
    level = protocol.backends.optimization_level
    on = delayed(partial(on_snapshot, optimization_level=level, **draws))
    found = Parallel(n_jobs=workers)(
        [
            *(delayed(partial(on_exact, **draws))(task) for task in tasks),
            *(
                on(task, device)
                for device in plan.devices
                for task in tasks
                if task.width <= platform_of(device).qubits
            ),
        ]
    )
    return [one.as_dict() | {"estimated": estimated(one, plan, protocol)} for one in found]


def estimated(
    record: TaskRecord, plan: Robustness, protocol: Protocol
) -> dict[str, Any] | None:
    """How long one repeat would take the real device, and at what price; nothing was run.

    Seconds follow the calibration's durations and the protocol's assumption about reset and
    readout; no wait in a queue is in them. None where nothing is calibrated.
    """
    durations = [size.seconds for size in record.fitted if size.seconds is not None]
    if not durations:
        return None
    a_shot = fmean(durations) + plan.energy.repetition_seconds
    price = price_of(protocol, record.platform.device)
    return {
        "processor_seconds": a_shot * record.shots,
        "shots_per_second": 1 / a_shot,
        "cost": priced(price, 1, record.shots, a_shot),
    }


def by_device(records: Records) -> Records:
    """All tasks together, one row a device: how right, how steady, how fast, how dear."""
    devices = dict.fromkeys(record["platform"]["device"] for record in records)
    return [
        _summed_up([record for record in records if record["platform"]["device"] == device])
        for device in devices
    ]


def _summed_up(own: Records) -> dict[str, Any]:
    scores = [record["results"]["score"] for record in own]
    expected = [(one, record["params"]) for record in own if (one := record["estimated"])]
    seconds = sum(one["processor_seconds"] * asked["repeats"] for one, asked in expected)
    shots = sum(asked["shots"] * asked["repeats"] for _, asked in expected)
    paid = [(cost, asked) for one, asked in expected if (cost := one["cost"])]
    return {
        "device": own[0]["platform"]["device"],
        "calibrated_at": own[0]["platform"]["device_metadata"]["calibrated_at"],
        "tasks": len(own),
        "repeats": own[0]["params"]["repeats"],
        "mean_score": fmean(score["value"] for score in scores),
        "mean_spread": fmean(score["uncertainty"] for score in scores),
        "processor_seconds": seconds or None,
        "shots_per_second": shots / seconds if seconds else None,
        "cost": sum(c["amount"] * a["repeats"] for c, a in paid) if paid else None,
        "currency": paid[0][0]["currency"] if paid else None,
    }


def task_table(records: Records) -> pd.DataFrame:
    """One row a record."""
    return pd.DataFrame([_row(record) for record in records])


def _row(record: dict[str, Any]) -> dict[str, Any]:
    results, circuits = record["results"], record["circuit_metadata"]
    expected = record["estimated"] or {}
    cost = expected.get("cost") or {}
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
        "estimated_processor_seconds": expected.get("processor_seconds"),
        "estimated_shots_per_second": expected.get("shots_per_second"),
        "estimated_cost": cost.get("amount"),
        "currency": cost.get("currency"),
        **record["features"],
    }
