"""Which acceptance criteria were met, at which stage, by the rules set beforehand?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probatum.ledger.canonical import Digest, canonical_bytes, sha256
from probatum.stages.endpoints import judged
from probatum.stages.evidence import (
    Evidence,
    Status,
    read_evidence_under,
    stage_main,
    write_evidence,
)
from probatum.stages.layout import Layout
from probatum.stages.record import Cut, read_cut
from probatum.stages.sign_off import signatures
from probatum.study.conduct import Gate
from probatum.study.grade import Grade, lowest
from probatum.study.protocol import Protocol

_FILES = {
    "quality": "quality/quality.json",
    "retrospective": "retrospective/performance.json",
    "silent": "silent/performance.json",
}
PASSED = "passed"
AWAITING = "criteria met, awaiting signature"
HELD = "criteria met, held by an earlier gate"
REJECTED = "rejected"
NOT_MET = "criteria not met"
NOT_YET = "not yet performed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Everything a gate is decided on.

    Attributes
    ----------
    evidence : mapping of stage to Evidence
        Of quality, retrospective and silent.
    endpoints : mapping of id to row
        Every endpoint as judged now, in the protocol's order.
    models_agree : bool
        Whether every stage used the model that was built.
    cut : Cut
        Holds the signatures.
    """

    evidence: Mapping[str, Evidence]
    endpoints: Mapping[str, Any]
    models_agree: bool
    cut: Cut


def gates(layout: Layout, protocol: Protocol) -> None:
    """Write ``evidence/<study>/gates.json``."""
    protocol_sha256, model_sha256 = layout.protocol_sha256(), layout.model_sha256()
    evidence = {
        stage: read_evidence_under(layout.evidence / name, protocol_sha256)
        for stage, name in _FILES.items()
    }
    cut = read_cut(layout)
    standing = Standing(
        evidence=evidence,
        endpoints={row["id"]: row for row in _endpoints(evidence, protocol)},
        models_agree=_models_agree(evidence, model_sha256),
        cut=cut,
    )
    grades = [found.grade for found in evidence.values()]
    found = Evidence(
        study=layout.study,
        stage="gates",
        status=Status.PERFORMED,
        grade=lowest(grades),
        protocol_sha256=protocol_sha256,
        model_sha256=model_sha256,
        results={
            "model_sha256_agree": standing.models_agree,
            "endpoints": list(standing.endpoints.values()),
            "gates": _decided(standing, protocol),
        },
    )
    write_evidence(layout.evidence / "gates.json", found)


def _endpoints(evidence: Mapping[str, Evidence], protocol: Protocol) -> list[dict[str, Any]]:
    rows = []
    for stage in ("retrospective", "silent"):
        promised = protocol.endpoints_of(stage)
        found = {row["id"]: row for row in evidence[stage].results.get("endpoints", [])}
        estimates = {e.id: found.get(e.id, {}).get("estimate") for e in promised}
        status = evidence[stage].status.value
        judgement = judged(promised, estimates)
        if not evidence[stage].is_performed:
            judgement = [{**row, "met": None} for row in judgement]
        rows += [{**row, "status": status} for row in judgement]
    return rows


def _models_agree(evidence: Mapping[str, Evidence], model_sha256: str) -> bool:
    used = {found.model_sha256 for found in evidence.values()} - {None}
    return used <= {model_sha256}


def _decided(standing: Standing, protocol: Protocol) -> list[dict[str, Any]]:
    """The gates in their order; one that follows a gate not passed admits nothing."""
    rows: list[dict[str, Any]] = []
    for gate in protocol.gates:
        earlier = [row["id"] for row in rows if row["status"] != PASSED]
        rows.append(_gate(gate, standing, earlier))
    return rows


def _gate(gate: Gate, standing: Standing, earlier: list[str]) -> dict[str, Any]:
    evidence = standing.evidence[gate.after]
    requires = [{"id": name, "met": standing.endpoints[name]["met"]} for name in gate.requires]
    basis = _basis(gate, standing)
    signed_by = signatures(standing.cut, gate, basis)
    status, why = _status(gate, standing, signed_by)
    submission, limit = _submission(gate, evidence.grade)
    criteria_met = status in (PASSED, AWAITING, REJECTED)
    if earlier:
        status = HELD if status in (PASSED, AWAITING) else status
        limit = f"an earlier gate was not passed: {', '.join(earlier)}"
    return {
        "id": gate.id,
        "after": gate.after,
        "decides": gate.decides,
        "requires": requires,
        "criteria_met": criteria_met,
        "signed_by": signed_by,
        "basis_sha256": basis,
        "grade": evidence.grade.value,
        "status": status,
        "allowed_for_submission": status == PASSED and submission,
        "why": "; ".join(filter(None, [why, limit])),
    }


def _basis(gate: Gate, standing: Standing) -> Digest:
    """SHA-256 of what is signed: the gate, what it requires, and what was found."""
    evidence = standing.evidence[gate.after]
    return sha256(
        canonical_bytes(
            {
                "gate": gate.model_dump(mode="json"),
                "endpoints": [standing.endpoints[name] for name in gate.requires],
                "grade": evidence.grade.value,
                "protocol_sha256": evidence.protocol_sha256,
                "model_sha256": evidence.model_sha256,
            }
        )
    )


def _status(gate: Gate, standing: Standing, signed_by: list[dict[str, Any]]) -> tuple[str, str]:
    evidence = standing.evidence[gate.after]
    if not evidence.is_performed:
        return NOT_YET, f"{gate.after} is {evidence.status.value}: {evidence.reason}"
    if not evidence.results.get("complete", True):
        return NOT_YET, f"{gate.after} is under way: outcomes are still to come"
    if unmet := _unmet(gate, standing):
        return NOT_MET, unmet
    if no := [who["role"] for who in signed_by if who["decision"] == "reject"]:
        return REJECTED, f"rejected by the {', the '.join(no)}"
    if open_ := [who["role"] for who in signed_by if who["name"] is None]:
        return AWAITING, f"not yet signed by the {', the '.join(open_)}"
    return PASSED, ""


def _unmet(gate: Gate, standing: Standing) -> str:
    if not standing.models_agree:
        return "the stages did not use one and the same model"
    if gate.after == "quality" and not standing.evidence["quality"].results["blocking_passed"]:
        return "a blocking quality rule failed"
    unmet = [name for name in gate.requires if not standing.endpoints[name]["met"]]
    return f"not met: {', '.join(unmet)}" if unmet else ""


def _submission(gate: Gate, grade: Grade) -> tuple[bool, str]:
    """Whether evidence of a grade may support a submission at this gate, and the limit."""
    if grade is Grade.REHEARSAL:
        return False, "a rehearsal supports no submission"
    if grade is Grade.REPLAY and gate.after == "silent":
        return False, "a replay is temporal validation, not a prospective trial"
    return True, ""


if __name__ == "__main__":
    stage_main("gates", gates)
