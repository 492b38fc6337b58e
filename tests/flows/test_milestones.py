"""What is put on record before anything is looked at: once, and bound to bytes."""

import json
from datetime import UTC, datetime

import pytest
from stand_in import recorded, write_study

from probatum.errors import DataError, ModelError
from tasks import milestones
from tasks.milestones import freeze_model, lock_protocol, open_evaluation, study_time

STUDY = "by-hand"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A study that was promised, found sound and developed, but not yet put on record."""

    class Log:
        def info(self, form, *parts):
            pass

    monkeypatch.setattr(milestones, "get_run_logger", Log)
    write_study(tmp_path, STUDY, "0")
    a_model(tmp_path, "a")
    a_quality_report(tmp_path, is_sound=True)
    return tmp_path


def a_model(project, letter):
    """Let the study have led to a model."""
    file = project / f"models/{STUDY}/model.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"sha256": letter * 64}))


def a_quality_report(project, is_sound):
    """Let the data have been found sound, or not."""
    file = project / f"evidence/{STUDY}/quality/quality.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"results": {"blocking_passed": is_sound}}))


def amend(project):
    """Change a word of the protocol."""
    file = project / f"studies/{STUDY}/protocol.yaml"
    file.write_text(file.read_text().replace("'1.0'", "'1.1'"))


def kinds(project):
    """What is on record, in order."""
    return [event.kind.value for event in recorded(project, STUDY)]


def test_a_protocol_is_locked_once_however_often_it_is_asked_for(project):
    assert lock_protocol.fn(STUDY, NOON, project) == lock_protocol.fn(STUDY, NOON, project)
    assert kinds(project) == ["protocol_locked"]


def test_a_protocol_changed_after_it_was_locked_is_an_amendment_on_record(project):
    first = lock_protocol.fn(STUDY, NOON, project)
    amend(project)
    lock_protocol.fn(STUDY, NOON, project)
    assert kinds(project) == ["protocol_locked", "amendment"]
    payload = recorded(project, STUDY, "amendment")[0].payload
    assert (payload["previous_sha256"], payload["version"]) == (first, "1.1")


def test_a_protocol_changed_back_is_a_second_amendment(project):
    file = project / f"studies/{STUDY}/protocol.yaml"
    original = file.read_text()
    lock_protocol.fn(STUDY, NOON, project)
    amend(project)
    lock_protocol.fn(STUDY, NOON, project)
    file.write_text(original)
    lock_protocol.fn(STUDY, NOON, project)
    assert kinds(project) == ["protocol_locked", "amendment", "amendment"]


def test_a_second_model_under_one_protocol_is_refused(project):
    freeze_model.fn(STUDY, NOON, project)
    freeze_model.fn(STUDY, NOON, project)
    a_model(project, "b")
    with pytest.raises(ModelError, match="expected the one frozen under this protocol"):
        freeze_model.fn(STUDY, NOON, project)
    assert kinds(project) == ["model_frozen"]


def test_an_amended_protocol_may_lead_to_another_model(project):
    freeze_model.fn(STUDY, NOON, project)
    amend(project)
    a_model(project, "b")
    freeze_model.fn(STUDY, NOON, project)
    assert kinds(project) == ["model_frozen", "model_frozen"]


def test_each_different_look_at_the_evaluation_patients_is_counted(project):
    open_evaluation.fn(STUDY, NOON, project)
    open_evaluation.fn(STUDY, NOON, project)
    assert kinds(project) == ["results_opened"]
    a_model(project, "b")
    open_evaluation.fn(STUDY, NOON, project)
    assert kinds(project) == ["results_opened", "results_opened"]


def test_unsound_data_are_not_looked_at(project):
    a_quality_report(project, is_sound=False)
    with pytest.raises(DataError, match="every blocking quality rule met"):
        open_evaluation.fn(STUDY, NOON, project)
    assert kinds(project) == []


def test_a_model_that_was_never_developed_is_not_frozen(project):
    (project / f"models/{STUDY}/model.json").unlink()
    with pytest.raises(DataError, match="derive its stage first"):
        freeze_model.fn(STUDY, NOON, project)


def test_a_replay_takes_its_time_from_its_calendar(project):
    assert study_time(STUDY, project) == datetime(2005, 1, 1, tzinfo=UTC)


def test_a_live_study_takes_its_time_from_the_clock(project):
    file = project / f"studies/{STUDY}/protocol.yaml"
    file.write_text(file.read_text().replace("capture: rehearsal", "capture: live"))
    assert study_time(STUDY, project).year >= 2026
