"""What exactly was built, and from whom?

Only people of the development periods are read into a model, and only if the data passed every
blocking quality rule. People whose outcome is unknown at the horizon train no model; those of
known outcome stand in for them by their weight.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import cpu_count

from probatum.errors import QualityFailure
from probatum.ledger.canonical import sha256
from probatum.models import record
from probatum.models.bandwidth_diagnostics import bandwidths_tried
from probatum.models.frozen import CIRCUIT, frozen_files, load
from probatum.models.kernel_diagnostics import KernelDiagnostics, kernel_diagnostics
from probatum.models.learning_curve import learning_curve
from probatum.models.training import Built, Development, development
from probatum.models.tuning import Patients
from probatum.quantum.backends.circuit_record import CircuitRecord, circuit_record
from probatum.stages.evidence import (
    Evidence,
    Status,
    read_evidence,
    stage_main,
    write_evidence,
)
from probatum.stages.followed import Followed
from probatum.stages.layout import Layout
from probatum.stages.people import enrolled, followed
from probatum.stages.wide_work import wide_work
from probatum.study.grade import lowest
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cohort:
    """The eligible people of the development periods, and what became of them."""

    patients: Patients
    """Those of known outcome."""
    outcomes: Followed


def develop(layout: Layout, protocol: Protocol) -> None:
    """Write ``models/<study>``: the frozen models, their circuit and how they came to be.

    Raises
    ------
    QualityFailure
        When the data's quality was not checked, or a blocking rule is broken.
    """
    quality = _passed(read_evidence(layout.evidence / "quality" / "quality.json"))
    cohort = _cohort(layout, protocol)
    _tell(f"{len(cohort.patients)} patients of known outcome, {cohort.outcomes.events} events")
    with wide_work():
        built = development(
            protocol.model,
            cohort.patients,
            seeds=protocol.seeds,
            workers=cpu_count(),
            progress=_tell,
        )
    circuit = _circuit(built, protocol)
    digest = _freeze(layout.models, built, circuit)
    evidence = Evidence(
        study=layout.study,
        stage="develop",
        status=Status.PERFORMED,
        grade=lowest([layout.data_grade(), quality.grade]),
        protocol_sha256=layout.protocol_sha256(),
        model_sha256=digest,
        results=_results(built, cohort, circuit, layout, protocol),
    )
    write_evidence(layout.models / "training.json", evidence)
    _tell(f"frozen as {digest[:12]}…")


def _passed(quality: Evidence) -> Evidence:
    if not quality.is_performed or not quality.results["blocking_passed"]:
        raise QualityFailure(
            "quality — expected every blocking rule passed, got "
            f"{quality.reason or 'a broken one'} — correct the data and run the stage quality"
        )
    return quality


def _cohort(layout: Layout, protocol: Protocol) -> Cohort:
    people = enrolled(layout, protocol, "development").people
    outcomes = followed(layout, protocol, people)
    known = outcomes.known
    patients = Patients(
        frame=people[known],
        outcome=outcomes.outcome[known].astype(np.float64),
        weight=outcomes.weight[known],
    )
    return Cohort(patients=patients, outcomes=outcomes)


def _circuit(built: Development, protocol: Protocol) -> CircuitRecord:
    return circuit_record(
        built.index.model.pipeline["model"].circuit(),
        device=protocol.backends.transpile_to,
        optimization_level=protocol.backends.optimization_level,
        seed=protocol.seeds.transpiler,
    )


def _freeze(folder: Path, built: Development, circuit: CircuitRecord) -> str:
    """Write the model files in place of any earlier ones; return the frozen model's digest."""
    files = frozen_files(
        index=built.index.model,
        fallback=built.fallback.model,
        comparators={rival.recipe.name: rival.model for rival in built.comparators},
        best_comparator=built.best_comparator.recipe.name,
        circuit_qasm=circuit.qasm,
    )
    folder.mkdir(parents=True, exist_ok=True)
    for earlier in sorted(folder.glob("*.skops")):
        earlier.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return load(folder).sha256


def _results(
    built: Development,
    cohort: Cohort,
    circuit: CircuitRecord,
    layout: Layout,
    protocol: Protocol,
) -> dict[str, Any]:
    outcomes = cohort.outcomes
    return {
        "patients": int(outcomes.known.size),
        "known": outcomes.n_known,
        "unknown": outcomes.n_unknown,
        "events": outcomes.events,
        "seeds": protocol.seeds.model_dump(),
        "packages": record.packages(),
        "circuit": circuit.as_dict() | {"qasm_file": CIRCUIT},
        "models": record.models(built, _digests(layout.models)),
        "best_comparator": built.best_comparator.recipe.name,
        "search": record.searches(built),
        "kernel": _kernel(built, cohort, protocol).as_dict(),
        "bandwidths": _bandwidths(built, cohort, protocol),
        "learning_curve": _learning(built, cohort.patients, protocol),
        "threshold": protocol.model.threshold,
    }


def _digests(folder: Path) -> Mapping[str, str]:
    files = sorted(folder.glob("*.skops"))
    return {path.name: sha256(path.read_bytes()) for path in files}


def _kernel(built: Development, cohort: Cohort, protocol: Protocol) -> KernelDiagnostics:
    radial = [rival for rival in built.comparators if rival.recipe.kind == "rbf_svm"]
    return kernel_diagnostics(
        built.index.model.pipeline,
        cohort.patients,
        rival_gamma=radial[0].search.chosen["gamma"] if radial else None,
        rng=np.random.default_rng(protocol.seeds.resampling),
    )


def _bandwidths(built: Development, cohort: Cohort, protocol: Protocol) -> list[dict[str, Any]]:
    return bandwidths_tried(
        built.index.model.pipeline,
        cohort.patients,
        protocol.model.index.bandwidths,
        rng=np.random.default_rng(protocol.seeds.resampling),
    )


def _learning(
    built: Development, patients: Patients, protocol: Protocol
) -> list[dict[str, Any]]:
    def curve(model: Built, role: str) -> list[dict[str, Any]]:
        _tell(f"learning curve of {model.recipe.name}")
        points = learning_curve(
            model.recipe,
            model.search.chosen,
            patients,
            shares=protocol.analysis.learning_curve_shares,
            count=protocol.model.tuning.outer_folds,
            seed=protocol.seeds.partition,
            workers=cpu_count(),
        )
        return [{"model": model.recipe.name, "role": role, **p.as_dict()} for p in points]

    with wide_work():
        return [*curve(built.index, "index"), *curve(built.best_comparator, "comparator")]


def _tell(what: str) -> None:
    print(f"develop: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    stage_main("develop", develop)
