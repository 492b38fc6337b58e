"""A study derived twice: in a clean copy, by force, and every byte the same."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from probatum.errors import VerificationFailure
from probatum.report.comparison import Verdict
from probatum.report.reproduction import reproduce, reproduction_text

PIPELINE = """
vars: [{studies: [tiny]}]
stages:
  develop:
    foreach: ${studies}
    do:
      cmd: python stage.py develop ${item}
      deps: [stage.py, data]
      outs: ['models/${item}']
  evaluate:
    foreach: ${studies}
    do:
      cmd: python stage.py evaluate ${item}
      deps: [stage.py, 'models/${item}']
      outs: ['evidence/${item}/evaluate.json']
"""

STAGE = """
import json, pathlib, sys, time
word, study = sys.argv[1:]
if word == "develop":
    rows = pathlib.Path("data/rows.csv").read_text().split()
    out, value = f"models/{study}/model.json", {"mean": sum(map(float, rows)) / len(rows)}
else:
    model = json.loads(pathlib.Path(f"models/{study}/model.json").read_text())
    out, value = f"evidence/{study}/evaluate.json", {"auc": model["mean"] / 3}
path = pathlib.Path(out)
path.parent.mkdir(parents=True, exist_ok=True)
path.write_text(json.dumps(value, sort_keys=True))
print("wrote", path)
"""


def run(folder, *command):
    """Run a program in a folder; its output."""
    here = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def dvc(folder, *arguments):
    return run(folder, sys.executable, "-m", "dvc", *arguments)


def commit(folder):
    run(folder, "git", "add", "--all")
    identity = ("-c", "user.name=A Tester", "-c", "user.email=tester@example.org")
    run(folder, "git", *identity, "commit", "--quiet", "--message", "state")


def built(folder, stage=STAGE):
    """A committed project of two stages, its data in a store inside the repository."""
    (folder / "data").mkdir(parents=True)
    (folder / "data/rows.csv").write_text("1\n2\n4\n")
    (folder / "stage.py").write_text(stage)
    (folder / "dvc.yaml").write_text(PIPELINE)
    run(folder, "git", "init", "--quiet")
    dvc(folder, "init", "--quiet")
    dvc(folder, "remote", "add", "--default", "embedded", "dvcstore")
    dvc(folder, "add", "--quiet", "data")
    dvc(folder, "push", "--quiet")
    dvc(folder, "repro", "--quiet")
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A project that no test may change."""
    return built(tmp_path_factory.mktemp("original") / "project")


@pytest.fixture
def project(original, tmp_path):
    """A project that a test may change: a copy of the original, caches and all."""
    return Path(shutil.copytree(original, tmp_path / "project", symlinks=True))


def reproduced(repo):
    lines = []
    return reproduce(repo, "tiny", resolution=1e-6, progress=lines.append), lines


def test_a_study_derived_again_in_a_clean_copy_is_the_same_in_every_byte(original):
    found, told = reproduced(original)
    assert [c.path for c in found] == ["models/tiny/model.json", "evidence/tiny/evaluate.json"]
    assert {c.verdict for c in found} == {Verdict.SAME_BYTES}
    assert reproduction_text(found).endswith("2 files compared: 2 bit-identical\n")
    assert sum("wrote" in line for line in told) == 2


def test_two_copies_derived_by_force_leave_the_lock_as_it_was_committed(original, tmp_path):
    for name in ("one", "other"):
        run(tmp_path, "git", "clone", "--quiet", str(original), name)
        dvc(tmp_path / name, "pull", "--quiet", "data.dvc")
        dvc(tmp_path / name, "repro", "--force", "--no-run-cache", "--quiet")
        # against HEAD: a plain diff sees nothing once DVC has staged the lock
        assert run(tmp_path / name, "git", "diff", "HEAD", "--", "dvc.lock") == ""
    outputs = ("models/tiny/model.json", "evidence/tiny/evaluate.json")
    for output in outputs:
        one, other = (tmp_path / name / output for name in ("one", "other"))
        assert one.read_bytes() == other.read_bytes()


def test_a_stage_that_reads_the_clock_is_found_out_by_name(tmp_path):
    stage = STAGE.replace('model["mean"] / 3', "time.time()")
    found, _ = reproduced(built(tmp_path / "project", stage))
    assert [c.verdict for c in found] == [Verdict.SAME_BYTES, Verdict.DIFFERENT]
    assert found[1].place == "/auc"


def test_evidence_changed_by_hand_is_found_out(project):
    output = project / "evidence/tiny/evaluate.json"
    output.unlink()
    output.write_text('{"auc": 0.99}')
    found, _ = reproduced(project)
    assert str(found[1]) == "evidence/tiny/evaluate.json: different, first at /auc"


def test_what_is_not_committed_is_not_reproduced(project):
    (project / "stage.py").write_text(STAGE + "\n")
    with pytest.raises(VerificationFailure, match="1 changed file"):
        reproduced(project)


def test_a_stage_that_fails_in_the_copy_is_refused_in_its_own_words(project):
    (project / "stage.py").write_text(f"raise SystemExit('no more')\n{STAGE}")
    commit(project)
    with pytest.raises(VerificationFailure, match="got: no more"):
        reproduced(project)


def test_a_study_never_derived_is_refused(project):
    lock = project / "dvc.lock"
    lock.write_text(lock.read_text().replace("evaluate@tiny", "evaluate@another"))
    commit(project)
    with pytest.raises(VerificationFailure, match="none for evaluate@tiny"):
        reproduced(project)
