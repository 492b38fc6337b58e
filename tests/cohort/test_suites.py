"""The expectations that stand in the repository are those the protocol implies."""

import json
from pathlib import Path

import pytest

from probatum.cohort.suites import read_suite, severity_of, suite_text, suites, write_suites
from probatum.errors import DataError
from probatum.study.conduct import Quality
from probatum.study.reading import load_protocol
from tests.cohort.building import PROTOCOL, ROOT, SUITES

STUDIES = sorted(path.parent.name for path in ROOT.glob("studies/*/protocol.yaml"))


@pytest.mark.parametrize("study", STUDIES)
def test_the_committed_suites_are_what_the_protocol_implies(study):
    protocol = load_protocol(ROOT / "studies" / study / "protocol.yaml")
    committed = {
        p.stem: p.read_text("utf-8") for p in (ROOT / "expectations" / study).iterdir()
    }
    implied = {name: suite_text(suite) for name, suite in suites(protocol).items()}
    assert committed == implied


def test_writing_the_suites_twice_gives_the_same_bytes(tmp_path):
    once = [path.read_bytes() for path in write_suites(PROTOCOL, tmp_path / "a")]
    assert [path.read_bytes() for path in write_suites(PROTOCOL, tmp_path / "b")] == once


def test_a_suite_that_was_edited_is_refused(tmp_path):
    write_suites(PROTOCOL, tmp_path)
    path = tmp_path / "baseline.json"
    path.write_text(path.read_text("utf-8").replace("0.1", "0.01"), encoding="utf-8")
    with pytest.raises(DataError, match="got another"):
        read_suite(tmp_path, "baseline", PROTOCOL)


def test_a_suite_that_is_absent_is_refused(tmp_path):
    with pytest.raises(DataError, match="got none"):
        read_suite(tmp_path, "baseline", PROTOCOL)


def test_each_expectation_is_named_by_one_sentence():
    for suite in SUITES.values():
        sentences = [expectation["description"] for expectation in suite["expectations"]]
        assert len(set(sentences)) == len(sentences)


def test_a_suite_holds_no_random_name():
    text = json.dumps(SUITES)
    assert '"id"' not in text
    assert "great_expectations_version" not in text


def test_a_study_without_a_silent_stage_has_no_batch_suite():
    parts = PROTOCOL.population.partitions.model_copy(update={"silent": ()})
    population = PROTOCOL.population.model_copy(update={"partitions": parts})
    protocol = PROTOCOL.model_copy(update={"population": population})
    assert set(suites(protocol)) == {"baseline", "followup", "model_input"}


def test_a_rule_is_as_severe_as_the_protocol_says():
    quality = Quality(blocking=("schema",), warning=("ranges",))
    protocol = PROTOCOL.model_copy(update={"quality": quality})
    assert severity_of("schema", protocol) == "blocking"
    assert severity_of("ranges", protocol) == "warning"
    assert severity_of("unique_ids", protocol) is None
    kinds = {
        (e["meta"]["rule"], e["severity"]) for e in suites(protocol)["baseline"]["expectations"]
    }
    assert kinds == {("schema", "critical"), ("ranges", "warning")}


@pytest.mark.parametrize("name", sorted(SUITES))
def test_great_expectations_reads_a_suite_as_it_stands(name):
    import great_expectations as gx

    suite = gx.ExpectationSuite(**json.loads(suite_text(SUITES[name])))
    assert len(suite.expectations) == len(SUITES[name]["expectations"])


def test_the_suites_lie_where_the_quality_stage_looks():
    assert {path.parent.name for path in (ROOT / "expectations").glob("*/*.json")} == set(
        STUDIES
    )
    assert all(Path(path).suffix == ".json" for path in (ROOT / "expectations").glob("*/*"))
