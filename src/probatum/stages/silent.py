"""Did predictions sealed before their outcomes hold up, look by look?

Nothing is read but the cut: the ledger, verified, and the batches it admitted.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from probatum.capture.looks import is_complete
from probatum.capture.standing import Standing
from probatum.cohort.subgroups import subgroups as groups_of
from probatum.ledger.events import Kind
from probatum.stages.batches import silent_people
from probatum.stages.curves import write_curves
from probatum.stages.endpoints import judged, measured
from probatum.stages.evidence import (
    Evidence,
    Status,
    empty,
    stage_main,
    write_evidence,
    write_json,
    write_table,
)
from probatum.stages.layout import Layout
from probatum.stages.looks import planned_looks
from probatum.stages.material import Material
from probatum.stages.methods import methods
from probatum.stages.mitigation_effect import mitigation_effect
from probatum.stages.named import named
from probatum.stages.performance import Predicted, flat, performance
from probatum.stages.quantum_runs import quantum_runs
from probatum.stages.record import Cut, check_head, frozen_models, read_cut
from probatum.stages.subgroups import subgroups
from probatum.stages.timeline import (
    by_period,
    incident_counts,
    incidents,
    quarantined,
    timeline,
)
from probatum.stages.unblinded import Unblinded, sealed_with_period, unblind
from probatum.study.grade import lowest
from probatum.study.protocol import Protocol


def silent(layout: Layout, protocol: Protocol) -> None:
    """Write ``evidence/<study>/silent``: what was found, or why there is nothing yet."""
    cut, protocol_sha256 = read_cut(layout), layout.protocol_sha256()
    check_head(layout, cut)
    frozen = frozen_models(cut, protocol_sha256)
    status, reason = _standing(cut, frozen, protocol)
    folder = layout.evidence / "silent"
    empty(folder)
    results: dict[str, Any] = {"chain": {"entries": len(cut.entries), "head": cut.head}}
    if protocol.silent is not None and frozen and cut.of(Kind.PREDICTION_SEALED):
        results |= _found(folder, layout, protocol, cut, frozen[-1])
    evidence = Evidence(
        study=layout.study,
        stage="silent",
        status=status,
        reason=reason,
        grade=lowest([layout.data_grade(), *cut.grades()]),
        protocol_sha256=protocol_sha256,
        model_sha256=frozen[-1] if frozen else None,
        results=results,
    )
    write_evidence(folder / "performance.json", evidence)
    write_json(folder / "metrics.json", flat(results))


def _standing(cut: Cut, frozen: list[str], protocol: Protocol) -> tuple[Status, str]:
    if protocol.silent is None:
        return Status.NOT_PLANNED, "the protocol plans no silent stage"
    if not cut.of(Kind.PREDICTION_SEALED):
        return Status.NOT_YET_PERFORMED, "no prediction has been sealed"
    if not frozen:
        return Status.CLOSED, "the predictions were sealed under another protocol"
    if not cut.of(Kind.OUTCOME_LINKED):
        return Status.NOT_YET_PERFORMED, "predictions are sealed, and no outcome has matured"
    return Status.PERFORMED, ""


def _found(
    folder: Path, layout: Layout, protocol: Protocol, cut: Cut, model_sha256: str
) -> dict[str, Any]:
    """Unblind: write the tables, return the results."""
    sealed = sealed_with_period(cut, model_sha256)
    unblinded = unblind(sealed, cut, protocol)
    names = {"index": protocol.model.index.name, "fallback": protocol.model.fallback.name}
    cases = {r: unblinded.predicted(unblinded.of_role(r), protocol) for r in names}
    write_curves(folder, {name: cases[role] for role, name in names.items()})
    write_table(folder / "predictions.csv", unblinded.table(protocol))
    people = silent_people(layout, protocol, cut)
    looks = planned_looks(cut, sealed, protocol)
    material = _material(unblinded, people, protocol)
    results = {
        **_counts(sealed, unblinded),
        "sealed_before_outcome": True,
        "complete": is_complete(Standing.of(cut.entries), protocol),
        "timeline": timeline(cut, sealed, unblinded, protocol),
        "index": performance("index", cases["index"], protocol),
        "fallback": _fallback(cases["fallback"], protocol),
        "mitigation": mitigation_effect(sealed, unblinded, protocol),
        "periods": by_period(unblinded, protocol),
        "looks": looks,
        "subgroups": _subgroups(unblinded, people, protocol),
        "endpoints": _endpoints(material, looks, protocol),
        "statistics": named("silent", material, protocol),
        "quantum_runs": quantum_runs(layout, cut),
        "incidents": incidents(cut),
        "incident_counts": incident_counts(incidents(cut)),
        "quarantined": quarantined(cut),
    }
    return {**results, "methods": methods(results)}


def _material(unblinded: Unblinded, people: pd.DataFrame, protocol: Protocol) -> Material:
    """What those whom the index test predicted can give to a statistic."""
    mask = unblinded.of_role("index")
    rows = unblinded.rows[mask]
    own = people.set_index(protocol.population.id_column).loc[rows["case_id"]].reset_index()
    return Material.of(
        unblinded.outcomes.among(mask),
        rows["risk"].to_numpy(dtype=float),
        protocol,
        groups=groups_of(own, protocol),
        period=rows["period"].to_numpy(),
    )


def _counts(sealed: pd.DataFrame, unblinded: Unblinded) -> dict[str, int]:
    is_index = sealed["role"] == "index"
    return {
        "n_sealed": len(sealed),
        "n_index": int(is_index.sum()),
        "n_fallback": int((~is_index).sum()),
        "matured": len(unblinded.rows),
        "known": unblinded.outcomes.n_known,
        "unknown": unblinded.outcomes.n_unknown,
        "events": unblinded.outcomes.events,
    }


def _fallback(cases: Predicted, protocol: Protocol) -> dict[str, Any]:
    n, events = int(cases.outcome.size), int(cases.outcome.sum())
    if min(events, n - events) < protocol.analysis.minimum_cell:
        return {"status": "too few", "role": "fallback", "n": n, "events": events}
    return performance("fallback", cases, protocol)


def _subgroups(
    unblinded: Unblinded, people: pd.DataFrame, protocol: Protocol
) -> list[dict[str, Any]]:
    mask = unblinded.of_role("index") & unblinded.outcomes.known
    if not mask.any():
        return []
    by_case = people.set_index(protocol.population.id_column)
    known = by_case.loc[unblinded.rows.loc[mask, "case_id"]]
    return subgroups(unblinded.predicted(mask, protocol), known, protocol)


def _endpoints(
    material: Material, looks: list[dict[str, Any]], protocol: Protocol
) -> list[dict[str, Any]]:
    """The promised endpoints; the one looked at repeatedly takes its last look's interval."""
    promised = protocol.endpoints_of("silent")
    estimates = {endpoint.id: measured(endpoint, material) for endpoint in promised}
    for endpoint in promised:
        if protocol.silent is not None and endpoint.id == protocol.silent.looks.measure:
            taken = [look[endpoint.measure] for look in looks if look["at"] is not None]
            estimates[endpoint.id] = taken[-1] if taken else None
    return judged(promised, estimates)


if __name__ == "__main__":
    stage_main("silent", silent)
