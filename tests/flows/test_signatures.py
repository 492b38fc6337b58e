"""Signatures: asked of whom the gate names, bound to what was shown, recorded once."""

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError
from stand_in import recorded, write_study

from probatum.errors import Conflict, LedgerError
from tasks import signatures
from tasks.notices import GateClosed, require_passed
from tasks.signatures import AWAITING, NOT_MET, outstanding, sign

STUDY = "by-hand"
ROLES = ("statistician", "clinical lead")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A study whose gate waits for two signatures."""

    class Log:
        def info(self, form, *parts):
            pass

    monkeypatch.setattr(signatures, "get_run_logger", Log)
    write_study(tmp_path, STUDY, "0")
    return gates_file(tmp_path, AWAITING)


def gates_file(project, status, signed=()):
    """Let the gate be of a status, and signed by some."""
    gate = {
        "id": "to-silent",
        "after": "retrospective",
        "decides": "Whether the model may run silently",
        "requires": [{"id": "discrimination", "met": True}],
        "signed_by": [{"role": r, "name": "A. N." if r in signed else None} for r in ROLES],
        "basis_sha256": "b" * 64,
        "status": status,
        "why": "not yet signed",
    }
    file = project / f"evidence/{STUDY}/gates.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"grade": "replay", "results": {"gates": [gate]}}))
    return project


def answered(request, **changes):
    """A valid answer to a request, with the one thing changed that matters."""
    answer = {"printed_name": "Ada Lovelace", "decision": "approve", "meaning": "approval"}
    return request.form()(**{**answer, "role": request.role, **changes})


def roles(project):
    """Whose signature is still asked for."""
    return [request.role for request in outstanding(STUDY, project)]


def test_each_role_that_the_gate_names_is_asked_in_turn(project):
    assert roles(project) == list(ROLES)


def test_who_has_signed_is_not_asked_again_even_before_the_next_cut(project):
    first = outstanding(STUDY, project)[0]
    sign.fn(first, answered(first), NOON, project)
    assert roles(project) == [ROLES[1]]


def test_a_gate_whose_criteria_are_not_met_can_be_rejected_and_not_approved(project):
    request = outstanding(STUDY, gates_file(project, NOT_MET))[0]
    with pytest.raises(ValidationError, match="reject"):
        answered(request)
    sign.fn(request, answered(request, decision="reject"), NOON, project)
    [event] = recorded(project, STUDY, "signed")
    assert event.payload["decision"] == "reject"
    assert roles(project) == [ROLES[1]]


def test_a_gate_held_by_an_earlier_one_asks_nobody(project):
    gates_file(project, "criteria met, held by an earlier gate")
    assert roles(project) == []


def test_who_has_refused_is_not_asked_again_either(project):
    first = outstanding(STUDY, project)[0]
    sign.fn(first, answered(first, decision="reject"), NOON, project)
    assert roles(project) == [ROLES[1]]
    assert recorded(project, STUDY, "signed")[0].payload["decision"] == "reject"


def test_who_signed_in_the_gates_file_is_not_asked(project):
    gates_file(project, AWAITING, signed=[ROLES[0]])
    assert roles(project) == [ROLES[1]]


@pytest.mark.parametrize("status", ["passed", "not yet performed"])
def test_a_gate_that_waits_for_nobody_asks_nobody(project, status):
    gates_file(project, status)
    assert roles(project) == []


def test_only_the_gates_after_one_stage_can_be_asked_about(project):
    assert not outstanding(STUDY, project, after="silent")
    assert outstanding(STUDY, project, after="retrospective")


def test_the_same_answer_given_twice_is_one_signature(project):
    request = outstanding(STUDY, project)[0]
    head = sign.fn(request, answered(request), NOON, project)
    assert sign.fn(request, answered(request), NOON, project) == head
    assert len(recorded(project, STUDY, "signed")) == 1


def test_a_second_different_answer_to_the_same_question_is_refused(project):
    request = outstanding(STUDY, project)[0]
    sign.fn(request, answered(request), NOON, project)
    with pytest.raises(Conflict):
        sign.fn(request, answered(request, printed_name="Grace Hopper"), NOON, project)


def test_a_signature_names_what_was_shown(project):
    request = outstanding(STUDY, project)[0]
    sign.fn(request, answered(request, comment="seen"), NOON, project)
    (event,) = recorded(project, STUDY, "signed")
    assert dict(event.payload) == {
        "gate": "to-silent",
        "role": "statistician",
        "decision": "approve",
        "name": "Ada Lovelace",
        "meaning": "approval",
        "comment": "seen",
        "basis_sha256": "b" * 64,
        "gates_sha256": request.gates_sha256,
    }


def test_what_changed_after_it_was_shown_is_not_signed(project):
    request = outstanding(STUDY, project)[0]
    gates_file(project, AWAITING, signed=[ROLES[1]])
    with pytest.raises(LedgerError, match="expected the gates file that was shown"):
        sign.fn(request, answered(request), NOON, project)
    assert recorded(project, STUDY, "signed") == []


def test_another_gates_file_is_another_question(project):
    before = outstanding(STUDY, project)[0].key
    gates_file(project, AWAITING, signed=[ROLES[1]])
    assert outstanding(STUDY, project)[0].key != before


@pytest.mark.parametrize(
    "changes",
    [
        {"printed_name": ""},
        {"printed_name": "   "},
        {"decision": "perhaps"},
        {"role": "clinical lead"},
        {"meaning": ""},
    ],
)
def test_a_form_refuses_what_is_no_signature(project, changes):
    request = outstanding(STUDY, project)[0]
    with pytest.raises(ValidationError):
        answered(request, **changes)


def test_a_live_study_goes_on_through_a_passed_gate_only(project):
    with pytest.raises(GateClosed, match="'criteria met, awaiting signature' — not yet signed"):
        require_passed.fn(STUDY, "retrospective", project)
    gates_file(project, "passed", signed=ROLES)
    require_passed.fn(STUDY, "retrospective", project)
