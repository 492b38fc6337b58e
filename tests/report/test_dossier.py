"""The stage dossier makes the bundle from a working tree, and the same bundle every time."""

import shutil

import pytest

from probatum.errors import ReportError
from probatum.report.bundle import collected
from probatum.report.evidence import origin_of
from probatum.report.verification import verify
from probatum.stages.dossier import dossier
from probatum.stages.layout import Layout
from probatum.study.reading import load_protocol
from tests.report.building import STUDY, TEMPLATES, made_up, the_bundle


@pytest.fixture
def layout(tmp_path):
    """The made-up study as the stages would leave it in a working tree."""
    for file, content in made_up().files.items():
        path = tmp_path / origin_of(file, STUDY)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    shutil.copytree(TEMPLATES, tmp_path / "reports/templates")
    return Layout(study=STUDY, root=tmp_path)


def run(layout):
    dossier(layout, load_protocol(layout.protocol_file))
    folder = layout.root / "reports/rendered" / STUDY
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return folder, {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def test_every_file_of_a_study_is_collected_from_its_place(layout):
    assert collected(layout.root, STUDY) == made_up()


def test_the_stage_writes_a_bundle_that_verifies(layout):
    folder, written = run(layout)
    assert written == the_bundle()
    assert verify(folder).study == STUDY


def test_running_the_stage_again_changes_nothing_and_clears_what_is_stale(layout):
    folder, first = run(layout)
    (folder / "evidence/older").mkdir()
    (folder / "evidence/older/results.json").write_text("{}")
    assert run(layout)[1] == first
    assert not (folder / "evidence/older").exists()


def test_files_of_a_text_editor_are_not_collected(layout):
    (layout.evidence / "drift/.drift.json.swp").write_text("x")
    assert collected(layout.root, STUDY) == made_up()


def test_a_study_without_evidence_is_refused(tmp_path):
    with pytest.raises(ReportError, match="run the stages before the dossier"):
        collected(tmp_path, STUDY)
