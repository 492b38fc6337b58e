"""Deriving a stage: DVC's own doing, told line by line, refused in the stage's own words."""

import os
import subprocess
import sys
import time

import psutil
import pytest
from prefect.states import Completed, Failed
from stand_in import build, dvc, runs

from probatum.errors import Refusal
from tasks import reproduce
from tasks.programs import running
from tasks.reproduce import Busy, DerivationFailed, derive, only_when_busy

STUDY = "by-hand"


@pytest.fixture(autouse=True)
def log(monkeypatch):
    """What a run would log; outside a run Prefect has no logger to give."""
    lines = []

    class Log:
        def info(self, form, *parts):
            lines.append(form % parts)

    monkeypatch.setattr(reproduce, "get_run_logger", Log)
    return lines


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """One stand-in project; each test sets the pace it needs."""
    return build(tmp_path_factory.mktemp("derive"), studies=[STUDY])


@pytest.fixture
def pace(project):
    """Set how long `develop` takes, or that it refuses; afterwards it takes no time again."""
    file = project / f"data/{STUDY}/pace"
    yield file.write_text
    file.write_text("0")


def test_a_stage_is_derived_once_and_then_found_done(project, log):
    assert derive.fn("quality", STUDY, project)
    assert not derive.fn("quality", STUDY, project)
    assert runs(project, STUDY).count("quality") == 1
    assert f"quality: {STUDY} ..." in log


def test_only_the_stage_that_was_asked_for_is_run(project):
    before = runs(project, STUDY)
    derive.fn("silent", STUDY, project)
    assert runs(project, STUDY)[len(before) :] == ["silent"]


def test_a_stage_that_refuses_is_refused_in_its_own_words(project, pace):
    derive.fn("quality", STUDY, project)
    pace("refuse")
    with pytest.raises(DerivationFailed) as refused:
        derive.fn("develop", STUDY, project)
    words = f"develop@{STUDY}: people — expected 100 or more, got 3 — enrol more people"
    assert str(refused.value) == words


def test_a_word_that_is_no_stage_is_refused(project):
    with pytest.raises(DerivationFailed, match="expected one of quality, develop"):
        derive.fn("improve", STUDY, project)


def test_a_study_that_dvc_does_not_know_is_refused_in_dvcs_words(project):
    with pytest.raises(DerivationFailed, match="quality@nobody"):
        derive.fn("quality", "nobody", project)


def test_another_dvc_at_the_same_stage_is_busy_and_to_be_tried_again(project, pace):
    pace("20")
    other = subprocess.Popen(
        [sys.executable, "-m", "dvc", "repro", "-s", f"develop@{STUDY}"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        while "develop:" not in other.stdout.readline():
            assert other.poll() is None
        with pytest.raises(Busy):
            derive.fn("develop", STUDY, project)
    finally:
        for member in [*psutil.Process(other.pid).children(recursive=True), other]:
            member.kill()
        other.communicate()


def test_a_list_of_locks_left_half_written_by_a_kill_is_begun_anew(project):
    lock = project / ".dvc/tmp/rwlock"
    lock.write_text("")
    with pytest.raises(Busy):
        derive.fn("quality", STUDY, project)
    derive.fn("quality", STUDY, project)


@pytest.mark.parametrize(
    ("reason", "is_tried_again"),
    [
        (Busy("Unable to acquire lock"), True),
        (Refusal("dvc add — Unable to acquire lock"), True),
        (DerivationFailed("people — expected 100, got 3"), False),
        (Refusal("signature — expected another"), False),
        (ValueError("a bug"), False),
    ],
)
def test_only_a_busy_dvc_is_tried_again(reason, is_tried_again):
    assert only_when_busy(None, None, Failed(data=reason)) == is_tried_again


def test_what_completed_is_not_tried_again():
    assert not only_when_busy(None, None, Completed(data="done"))


def test_a_program_and_all_it_started_end_when_the_one_who_asked_is_stopped(tmp_path):
    family = []
    with pytest.raises(KeyboardInterrupt):
        stopped_while_running(tmp_path, family)
    assert len(family) == 2
    assert not [member for member in family if member.is_running()]


def stopped_while_running(folder, family):
    """Start a program that starts another, and be stopped by Ctrl-C."""
    child = "import subprocess; subprocess.run(['sleep', '300'])"
    with running([sys.executable, "-c", child], folder) as program:
        family += _family(program.pid, 2)
        raise KeyboardInterrupt


def _family(pid, size):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
        if len(family) >= size:
            return family
        time.sleep(0.05)
    raise AssertionError("the program started nothing")


def test_a_stand_in_project_is_a_real_dvc_project(project):
    dvc(project, "status", "-q", "data.dvc")
