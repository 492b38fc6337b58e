"""A datasheet answers every question of its authors' paper, or says that nobody knows."""

import pytest
import yaml

from probatum.cohort.datasheet import load_datasheet
from probatum.errors import DataError
from probatum.study.reading import load_protocol
from tests.cohort.building import ROOT

PATHS = sorted(ROOT.glob("studies/*/datasheet.yaml"))
SHEET = yaml.safe_load(PATHS[0].read_text("utf-8"))
SECTIONS = [name for name in SHEET if isinstance(SHEET[name], dict) and name != "ingestion"]
QUESTIONS = [(section, name) for section in SECTIONS for name in SHEET[section]]


def loaded(sheet, tmp_path):
    path = tmp_path / "datasheet.yaml"
    path.write_text(yaml.safe_dump(sheet), encoding="utf-8")
    return load_datasheet(path)


def changed(section, **values):
    return SHEET | {section: SHEET[section] | values}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)
def test_the_datasheet_of_each_study_is_complete(path):
    sheet = load_datasheet(path)
    assert sheet.study == path.parent.name
    protocol = load_protocol(path.parent / "protocol.yaml")
    named = {column.name for column in sheet.ingestion.columns}
    assert named | {protocol.population.id_column} == {c.name for c in protocol.columns}


def test_all_questions_of_the_paper_are_asked_in_its_order():
    answers = list(load_datasheet(PATHS[0]).answers())
    assert len(answers) == 57
    assert list(dict.fromkeys(section for section, _, _ in answers)) == [
        "motivation",
        "composition",
        "collection",
        "preprocessing",
        "uses",
        "distribution",
        "maintenance",
    ]
    assert all(question.endswith("?") for _, question, _ in answers)


@pytest.mark.parametrize(("section", "name"), QUESTIONS)
def test_no_question_may_be_left_out(section, name, tmp_path):
    shorter = {key: value for key, value in SHEET[section].items() if key != name}
    with pytest.raises(DataError, match=rf"{section}\.{name}: Field required"):
        loaded(SHEET | {section: shorter}, tmp_path)


def test_an_answer_is_known_unknown_or_not_applicable(tmp_path):
    with pytest.raises(DataError, match=r"motivation\.funding\.status"):
        loaded(changed("motivation", funding={"text": "?", "status": "perhaps"}), tmp_path)


def test_a_key_that_is_no_question_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"motivation\.colour"):
        loaded(changed("motivation", colour={"text": "blue"}), tmp_path)


def test_a_digest_of_another_length_is_refused(tmp_path):
    with pytest.raises(DataError, match="wheel_sha256"):
        loaded(changed("ingestion", wheel_sha256="abc"), tmp_path)


def test_a_source_column_used_twice_is_refused(tmp_path):
    columns = [*SHEET["ingestion"]["columns"], SHEET["ingestion"]["columns"][0]]
    with pytest.raises(DataError, match="source named more than once"):
        loaded(changed("ingestion", columns=columns), tmp_path)


def test_an_absent_datasheet_is_refused(tmp_path):
    with pytest.raises(DataError, match="found none"):
        load_datasheet(tmp_path / "datasheet.yaml")


def test_text_that_is_no_datasheet_is_refused(tmp_path):
    path = tmp_path / "datasheet.yaml"
    path.write_text("a: [", encoding="utf-8")
    with pytest.raises(DataError, match="expected YAML"):
        load_datasheet(path)


def test_the_licence_is_to_be_confirmed_before_redistribution():
    sheet = load_datasheet(ROOT / "studies/flc-mortality/datasheet.yaml")
    assert sheet.distribution.licence.status == "unknown"
    assert "Confirm before redistribution" in sheet.distribution.licence.text
