"""Does it still work elsewhere: with shots, on a noisy device, with other folds or less input?

The evaluation people are read only where the retrospective stage read them, which it does once
the record says that they were opened; nothing here can change a model, it was frozen before.
"""

import sys
from pathlib import Path
from typing import Any

import pandas as pd
from joblib import cpu_count

from probatum.models.intervals.kernel_measurement import dual_of
from probatum.models.tuning import Patients
from probatum.quantum.mitigation.noisy_kernel import SCALES
from probatum.stages.agreement import agreement
from probatum.stages.device_history import device_history
from probatum.stages.device_tasks import by_device, task_records, task_table
from probatum.stages.doubt import conformal_coverage, held_out, intervals
from probatum.stages.elsewhere import (
    developed_again,
    fallback,
    missing_input,
    other_folds,
    single_precision,
)
from probatum.stages.evidence import (
    Evidence,
    Status,
    empty,
    read_evidence_under,
    stage_main,
    write_evidence,
    write_json,
    write_table,
)
from probatum.stages.frozen import frozen_model
from probatum.stages.hardware import device_row, on_simulator
from probatum.stages.honest_page import ablation, joined_and_not, judged, sensitivity
from probatum.stages.layout import Layout
from probatum.stages.on_devices import Measured, measured, tried, with_landmarks, with_shots
from probatum.stages.trial import development_patients, read_trial
from probatum.stages.understanding import explained
from probatum.stages.wide_work import wide_work
from probatum.study.grade import lowest
from probatum.study.protocol import Protocol
from probatum.study.robustness import Robustness

FILE = "robustness.json"
Rows = list[dict[str, Any]]


def robustness(layout: Layout, protocol: Protocol) -> None:
    """Write ``evidence/<study>/robustness``: what was found, or why nobody looked."""
    hashes = {
        "protocol_sha256": layout.protocol_sha256(),
        "model_sha256": layout.model_sha256(),
    }
    folder = layout.evidence / "robustness"
    empty(folder)
    sources = _sources(layout, hashes["protocol_sha256"])
    results: dict[str, Any] = {}
    status, reason = _standing(sources["retrospective"], protocol, hashes["model_sha256"])
    if status is Status.PERFORMED and protocol.robustness:
        with wide_work():
            results = _found(folder, layout, protocol, protocol.robustness, sources)
    grades = [layout.data_grade(), *(source.grade for source in sources.values())]
    evidence = Evidence(
        study=layout.study,
        stage="robustness",
        status=status,
        reason=reason,
        grade=lowest(grades),
        results=results,
        **hashes,
    )
    write_evidence(folder / FILE, evidence)
    write_json(folder / "metrics.json", flat(results))


def _sources(layout: Layout, protocol_sha256: str) -> dict[str, Evidence]:
    files = {
        "develop": layout.models / "training.json",
        "retrospective": layout.evidence / "retrospective/performance.json",
    }
    return {word: read_evidence_under(path, protocol_sha256) for word, path in files.items()}


def _standing(
    retrospective: Evidence, protocol: Protocol, model_sha256: str
) -> tuple[Status, str]:
    if protocol.robustness is None:
        return Status.NOT_PLANNED, "the protocol has no section robustness"
    if not retrospective.is_performed:
        return Status.CLOSED, retrospective.reason
    if retrospective.model_sha256 != model_sha256:
        return Status.CLOSED, "the evaluation people were opened for another model"
    return Status.PERFORMED, ""


def _found(
    folder: Path,
    layout: Layout,
    protocol: Protocol,
    plan: Robustness,
    sources: dict[str, Evidence],
) -> dict[str, Any]:
    """Try the model in every way the protocol names: write the tables, return the results."""
    model = frozen_model(layout, layout.model_sha256())
    trial = read_trial(layout, protocol, model)
    development = development_patients(layout, protocol)
    sample = measured(trial, model, development, plan=plan, protocol=protocol)
    chosen = sources["develop"].results["models"][protocol.model.index.name]["chosen"]
    _tell(f"{len(trial.people)} people, {len(sample.trial.people)} of them on devices")
    devices, dual = tried(sample), dual_of(model.index, development)
    rows = [
        single_precision(trial, model),
        *missing_input(trial, model, protocol),
        fallback(trial, model, protocol),
        other_folds(trial, model, development, chosen, workers=cpu_count()),
        developed_again(trial, development, workers=cpu_count()),
        *with_shots(sample, dual),
        *with_landmarks(sample),
        *devices.rows,
    ]
    _tell(f"{len(rows)} scenarios")
    differences = sources["retrospective"].results["differences"]
    tasks = task_records(plan, protocol, workers=cpu_count())
    results = {
        "sample": _sample(sample, development),
        "reference": {"everyone": trial.standing(), "sample": sample.trial.standing()},
        "scenarios": rows,
        "backends": agreement(sample),
        "devices": [
            device_row(device, kernel, sample, len(development))
            for device, kernel in devices.kernels.items()
        ],
        "simulator": on_simulator(sample),
        "tasks": tasks,
        "task_devices": by_device(tasks),
        "device_history": device_history(layout),
        "advantage": {
            **judged(differences, plan.advantage),
            "ablation": ablation(trial, model, development),
            "candidates": joined_and_not(sources["develop"].results["search"], model, protocol),
            "sensitivity": sensitivity(rows),
        },
    }
    _tell("explanations and intervals")
    seen = held_out(model, development, protocol, workers=cpu_count())
    results["conformal_coverage"] = conformal_coverage(trial, development, seen)
    results["intervals"] = intervals(
        sample,
        development,
        seen,
        dual=dual,
        device_variance=devices.variance,
        workers=cpu_count(),
    )
    results["explanations"] = explained(trial, model, development, plan=plan)
    write_table(folder / "scenarios.csv", scenario_table(rows))
    write_table(folder / "tasks.csv", task_table(tasks))
    return results


def _sample(sample: Measured, development: Patients) -> dict[str, Any]:
    return {
        "people": len(sample.trial.people),
        "landmarks": len(sample.landmarks.angles),
        "development": len(development),
        "seed": sample.protocol.seeds.robustness,
        "shots": list(sample.plan.shots),
        "runs": sample.plan.repeats,
        "flip_limit": sample.plan.flip_limit,
        "extrapolation": {"fit": "linear", "scales": list(SCALES)},
    }


def flat(results: dict[str, Any]) -> dict[str, float]:
    """The numbers that DVC compares between versions: the share of flips in each scenario."""
    rows = results.get("scenarios", [])
    return {f"flips {row['id']}": row["flips"]["value"] for row in rows}


def scenario_table(rows: Rows) -> pd.DataFrame:
    """One row a scenario, without what only a reader of JSON needs."""
    return pd.DataFrame([_flat_row(row) for row in rows])


def _flat_row(row: dict[str, Any]) -> dict[str, Any]:
    area, difference = row["auc"] or {}, row["auc_difference"] or {}
    offset = row["calibration_in_the_large"] or {}
    kept = ("id", "family", "name", "device", "shots", "mitigation", "people", "runs")
    return {
        **{name: row[name] for name in kept},
        "flips": row["flips"]["value"],
        "flips_lower": row["flips"]["lower"],
        "flips_upper": row["flips"]["upper"],
        "verdict": row["verdict"],
        "largest_change": row["largest_change"],
        "median_change": row["median_change"],
        "auc": area.get("value"),
        "auc_difference": difference.get("value"),
        "auc_difference_lower": difference.get("lower"),
        "auc_difference_upper": difference.get("upper"),
        "calibration_in_the_large": offset.get("value"),
    }


def _tell(what: str) -> None:
    print(f"robustness: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    stage_main("robustness", robustness)
