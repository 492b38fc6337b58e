"""A whole study, from promise to documents, comes out the same however often it is derived."""

import re
from pathlib import Path

import pytest
from small_study import run

ROOT = Path(__file__).parents[2]
STUDY = "small-study"
OUTPUTS = ("models", "evidence", "reports/rendered")
pytestmark = pytest.mark.slow


def outputs(folder):
    files = (p for top in OUTPUTS for p in (folder / top / STUDY).rglob("[a-z]*"))
    return {str(p.relative_to(folder)): p.read_bytes() for p in files if p.is_file()}


def test_the_documents_of_the_study_verify(staged):
    said = run(["python", "-m", "probatum.cli", "verify", f"reports/rendered/{STUDY}"], staged)
    assert "claims" in said


def test_the_summary_names_every_endpoint(staged):
    said = run(["python", "-m", "probatum.cli", "summary", STUDY], staged)
    for endpoint in ("discrimination", "non-inferiority", "slope", "net-benefit"):
        assert f" {endpoint}: " in said


def test_every_file_written_is_explained(staged):
    page = (ROOT / "docs/outputs.md").read_text(encoding="utf-8")
    explained = re.findall(r"`([\w./<>-]+)`", page)
    patterns = [re.sub(r"<[\w-]+>", r"[^/]+", re.escape(p)) for p in explained]
    for top in OUTPUTS:
        for file in (p for p in (staged / top / STUDY).rglob("[a-z]*") if p.is_file()):
            name = file.relative_to(staged / top / STUDY).as_posix()
            if not name.startswith("evidence/"):
                assert any(re.fullmatch(p, name) for p in patterns), f"{top}: {name}"


def test_deriving_straight_after_finds_nothing_to_do(staged):
    assert "up to date" in run(["dvc", "repro"], staged)


def test_deriving_by_force_gives_the_same_bytes_and_the_same_lock(staged):
    before = outputs(staged)
    assert len(before) > 40
    run(["dvc", "repro", "--force", "--no-run-cache"], staged)
    after = outputs(staged)
    assert [name for name in before if before[name] != after.get(name)] == []
    assert before.keys() == after.keys()
    run(["git", "diff", "HEAD", "--exit-code", "--", "dvc.lock", "data.dvc"], staged)


def test_a_clean_copy_elsewhere_gives_the_same_bytes(staged):
    said = run(["python", "-m", "probatum.cli", "reproduce", STUDY], staged)
    assert "bit-identical" in said
    assert not re.search(r"^\s*(different|missing|extra)\b", said, flags=re.M)


@pytest.fixture
def clone(staged, tmp_path):
    folder = tmp_path / "clone"
    run(["git", "clone", "-q", str(staged), str(folder)], staged)
    run(["dvc", "pull", "-q", "data.dvc"], folder)
    return folder


def test_a_replay_in_a_fresh_clone_gives_the_committed_cut_again(staged, clone):
    said = run(["python", "-m", "flows.programme", STUDY], clone)
    assert said.count("predict, and seal the predictions") == 3
    run(["git", "diff", "HEAD", "--exit-code", "--", "data.dvc", "dvc.lock"], clone)
    assert outputs(clone) == outputs(staged)


def test_a_replay_of_other_records_is_held_against_the_committed_cut(clone):
    arriving = clone / "data" / STUDY / "replay/baseline-2004.csv"
    first, *rest = arriving.read_text(encoding="utf-8").splitlines(keepends=True)
    arriving.write_text(first + "".join(sorted(rest)[1:]), encoding="utf-8")
    with pytest.raises(AssertionError, match="expected the live ledger of small-study"):
        run(["python", "-m", "flows.programme", STUDY], clone)
