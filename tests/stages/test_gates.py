"""A gate opens by the criteria, the order and the signatures set beforehand, and only so."""

from pathlib import Path
from typing import Any

import pytest

from probatum.errors import DataError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.stages.evidence import Evidence, write_evidence
from probatum.stages.gates import gates
from tests.stages.staged_study import FORMULA, AStudy, a_study, has_quality, read

_PARTS = ("value", "lower", "upper")
ESTIMATES = {
    "discrimination": (0.7, 0.6, 0.8),
    "non-inferiority": (0.0, -0.02, 0.02),
    "slope": (1.0, 0.8, 1.2),
    "net-benefit": (0.05, 0.01, 0.09),
    "silent-discrimination": (0.7, 0.6, 0.8),
}
"""Estimate and interval of each endpoint; all are met."""


@pytest.fixture
def study(tmp_path: Path) -> AStudy:
    """Quality passed, the retrospective stage performed, the silent stage not yet."""
    study = a_study(tmp_path)
    study.freezes()
    study.opens()
    performs(study, "retrospective")
    performs(
        study, "silent", status="not yet performed", reason="no prediction has been sealed"
    )
    return study


def performs(
    study: AStudy,
    stage: str,
    *,
    results: dict[str, Any] | None = None,
    bounds: dict[str, tuple[float, float, float]] | None = None,
    **changes: Any,
) -> None:
    """A stage leaves evidence."""
    found = {**ESTIMATES, **(bounds or {})}
    rows = [
        {
            "id": e.id,
            "estimate": dict(zip(_PARTS, found[e.id], strict=True)),
        }
        for e in study.protocol.endpoints
        if e.stage == stage
    ]
    sound = {
        "status": "performed",
        "grade": "live",
        "model_sha256": FORMULA,
        "protocol_sha256": study.layout.protocol_sha256(),
        "results": {"endpoints": rows, **(results or {})},
    }
    evidence = Evidence(study=study.layout.study, stage=stage, **{**sound, **changes})
    write_evidence(study.layout.evidence / stage / "performance.json", evidence)


def signs(study: AStudy, decision: str = "approve", **changes: str) -> None:
    """The statistician answers."""
    gates_sha256 = sha256(str(len(study.entries)).encode())
    payload = {
        "gate": "to-silent",
        "role": "statistician",
        "decision": decision,
        "name": "Mary Smith",
        "meaning": "approval",
        "comment": "",
        "basis_sha256": gate(study, changes.get("gate", "to-silent"))["basis_sha256"],
        "gates_sha256": gates_sha256,
        **changes,
    }
    study.notes(Kind.SIGNED, payload["gate"], payload["role"], gates_sha256, **payload)


def found(study: AStudy) -> dict[str, Any]:
    gates(study.cuts(), study.protocol)
    return read(study.layout.evidence / "gates.json")


def gate(study: AStudy, name: str = "to-silent") -> dict[str, Any]:
    rows: dict[str, dict[str, Any]] = {r["id"]: r for r in found(study)["results"]["gates"]}
    return rows[name]


def test_a_gate_with_nothing_to_sign_is_passed_by_its_criteria(study: AStudy) -> None:
    assert gate(study, "evaluation-opened")["status"] == "passed"


def test_a_gate_waits_for_its_signature(study: AStudy) -> None:
    row = gate(study)
    assert row["status"] == "criteria met, awaiting signature"
    assert row["criteria_met"]
    assert row["why"].startswith("not yet signed by the statistician")
    assert not row["allowed_for_submission"]


def test_a_signature_in_the_record_opens_the_gate(study: AStudy) -> None:
    signs(study)
    row = gate(study)
    assert row["status"] == "passed"
    assert row["signed_by"][0]["name"] == "Mary Smith"
    assert row["signed_by"][0]["at"] == "2004-01-02T00:00:00Z"


def test_a_refused_signature_keeps_the_gate_shut(study: AStudy) -> None:
    signs(study, "reject")
    row = gate(study)
    assert row["status"] == "rejected"
    assert row["why"].startswith("rejected by the statistician")


def test_the_last_answer_of_a_role_counts(study: AStudy) -> None:
    signs(study, "reject")
    signs(study)
    assert gate(study)["status"] == "passed"


def test_a_signature_of_another_role_or_gate_does_not_count(study: AStudy) -> None:
    signs(study, role="ethics chair")
    signs(study, gate="evaluation-opened")
    assert gate(study)["status"] == "criteria met, awaiting signature"


def test_a_signature_lapses_when_the_evaluation_is_opened_again(study: AStudy) -> None:
    signs(study)
    study.opens("again")
    assert gate(study)["status"] == "criteria met, awaiting signature"


def test_a_signature_for_other_results_does_not_count(study: AStudy) -> None:
    signs(study, basis_sha256=gate(study)["basis_sha256"])
    assert gate(study)["status"] == "passed"
    performs(study, "retrospective", bounds={"slope": (1.1, 0.8, 1.4)})
    assert gate(study)["status"] == "criteria met, awaiting signature"


def test_an_unmet_criterion_is_not_made_good_by_a_signature(study: AStudy) -> None:
    performs(study, "retrospective", bounds={"slope": (1.0, 0.1, 1.9)})
    signs(study)
    row = gate(study)
    assert row["status"] == "criteria not met"
    assert row["why"].startswith("not met: slope")
    assert {r["id"]: r["met"] for r in row["requires"]} == {
        "discrimination": True,
        "slope": False,
    }


def test_what_could_not_be_estimated_is_not_met(study: AStudy) -> None:
    performs(study, "retrospective", results={"endpoints": []})
    assert gate(study)["status"] == "criteria not met"


def test_the_first_unmet_primary_ends_the_confirmatory_claim(study: AStudy) -> None:
    """Primaries in order: met, unmet, met; then a secondary."""
    performs(study, "retrospective", bounds={"non-inferiority": (-0.1, -0.2, 0.0)})
    rows = [r for r in found(study)["results"]["endpoints"] if r["stage"] == "retrospective"]
    assert [row["met"] for row in rows] == [True, False, True, True]
    assert [row["confirmatory"] for row in rows] == [True, True, False, False]


def test_an_endpoint_of_a_stage_not_performed_is_neither_met_nor_unmet(study: AStudy) -> None:
    (row,) = (r for r in found(study)["results"]["endpoints"] if r["stage"] == "silent")
    assert row["met"] is None
    assert row["status"] == "not yet performed"


def test_stages_with_different_models_open_no_gate(study: AStudy) -> None:
    performs(study, "silent", model_sha256=sha256(b"another model"))
    signs(study)
    assert found(study)["results"]["model_sha256_agree"] is False
    assert gate(study)["status"] == "criteria not met"
    assert "same model" in gate(study)["why"]


def test_a_closed_stage_leaves_its_gate_undecided(study: AStudy) -> None:
    reason = "the evaluation patients have not been opened"
    performs(study, "retrospective", status="closed", reason=reason)
    row = gate(study)
    assert row["status"] == "not yet performed"
    assert reason in row["why"]


def test_failed_quality_shuts_its_gate_and_every_later_one(study: AStudy) -> None:
    has_quality(study.layout, "ranges")
    signs(study)
    assert gate(study, "evaluation-opened")["status"] == "criteria not met"
    assert gate(study)["status"] == "criteria met, held by an earlier gate"
    assert "an earlier gate was not passed: evaluation-opened" in gate(study)["why"]
    assert not gate(study)["allowed_for_submission"]


def test_a_silent_stage_under_way_is_not_decided(study: AStudy) -> None:
    add_silent_gate(study)
    performs(study, "silent", results={"complete": False})
    assert gate(study, "to-clinicians")["status"] == "not yet performed"
    performs(study, "silent", results={"complete": True})
    assert gate(study, "to-clinicians")["criteria_met"]


@pytest.mark.parametrize(
    ("grade", "retrospective", "silent"),
    [("live", True, True), ("replay", True, False), ("rehearsal", False, False)],
)
def test_the_grade_decides_what_may_be_submitted(
    study: AStudy, grade: str, retrospective: bool, silent: bool
) -> None:
    add_silent_gate(study)
    has_quality_of(study, grade)
    performs(study, "retrospective", grade=grade)
    performs(study, "silent", grade=grade, results={"complete": True})
    signs(study)
    signs(study, gate="to-clinicians")
    assert gate(study)["status"] == gate(study, "to-clinicians")["status"] == "passed"
    assert gate(study)["allowed_for_submission"] is retrospective
    assert gate(study, "to-clinicians")["allowed_for_submission"] is silent
    assert found(study)["grade"] == grade


def test_evidence_of_another_protocol_is_refused(study: AStudy) -> None:
    performs(study, "silent", protocol_sha256=sha256(b"another protocol"))
    with pytest.raises(DataError, match="evidence of silent"):
        found(study)


def test_the_same_evidence_gives_the_same_bytes(study: AStudy) -> None:
    path = study.layout.evidence / "gates.json"
    found(study)
    once = path.read_bytes()
    found(study)
    assert path.read_bytes() == once


def add_silent_gate(study: AStudy) -> None:
    """The protocol gains a gate after the silent stage."""
    row = {
        "id": "to-clinicians",
        "after": "silent",
        "requires": ["silent-discrimination"],
        "signed_by": ["statistician"],
        "decides": "Whether clinicians may see predictions",
    }
    study.amends(lambda text: text["gates"].append(row))
    study.entries.clear()
    study.freezes()
    study.opens()
    has_quality(study.layout)
    performs(study, "retrospective")


def has_quality_of(study: AStudy, grade: str) -> None:
    """The quality evidence has a grade."""
    evidence = Evidence(
        study=study.layout.study,
        stage="quality",
        status="performed",
        grade=grade,
        protocol_sha256=study.layout.protocol_sha256(),
        results={"blocking_passed": True, "rules": []},
    )
    write_evidence(study.layout.evidence / "quality/quality.json", evidence)
