"""The quality stage writes what it found, also when what it found stops the study."""

import json
import shutil

import pandas as pd
import pytest

from probatum.cohort.suites import write_suites
from probatum.errors import DataError
from probatum.stages.layout import Layout
from probatum.stages.quality import quality
from probatum.study.reading import load_protocol
from tests.small_study import NAME, PROTOCOL, people, write_data

PROMISE = load_protocol(PROTOCOL)


@pytest.fixture
def layout(tmp_path):
    """A small study with sound data of 60 people a year."""
    study = tmp_path / "studies" / NAME
    study.mkdir(parents=True)
    shutil.copy(PROTOCOL, study / "protocol.yaml")
    write_data(people(a_year=60), tmp_path / "data" / NAME)
    write_suites(PROMISE, tmp_path / "expectations" / NAME)
    return Layout(study=NAME, root=tmp_path)


def found(layout):
    quality(layout, PROMISE)
    return json.loads((layout.evidence / "quality/quality.json").read_text("utf-8"))


def spoil(layout, name, change):
    path = layout.data / "retrospective" / f"{name}.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(table).to_csv(path, index=False, lineterminator="\n")


def test_sound_data_pass_every_blocking_rule(layout):
    evidence = found(layout)
    assert evidence["status"] == "performed"
    assert evidence["grade"] == "rehearsal"
    assert evidence["protocol_sha256"] == layout.protocol_sha256()
    results = evidence["results"]
    assert results["blocking_passed"] is True
    assert {(table["table"], table["rows"]) for table in results["tables"]} == {
        ("baseline", 180),
        ("followup", 180),
    }


def test_the_evidence_has_the_fields_its_readers_expect(layout):
    results = found(layout)["results"]
    rule = {"rule", "table", "severity", "passed", "count", "expectation", "case_ids", "more",
            "description"}  # fmt: skip
    assert set(results["rules"][0]) == rule
    line = {"period", "column", "n", "missing", "share", "limit", "over_limit"}
    assert set(results["missingness"][0]) == line
    assert set(results["k_anonymity"]) == {
        "k", "smallest_cell", "people_below_k", "share", "cells",
    }  # fmt: skip
    assert set(results["k_anonymity"]["cells"][0]) == {"age_band", "sex", "n"}


def test_the_same_data_give_the_same_bytes(layout):
    found(layout)
    path = layout.evidence / "quality/quality.json"
    first = path.read_bytes()
    found(layout)
    assert path.read_bytes() == first


def test_a_broken_blocking_rule_is_evidence_and_not_an_accident(layout):
    spoil(layout, "followup", lambda table: table.iloc[1:])
    results = found(layout)["results"]
    assert results["blocking_passed"] is False
    assert {r["rule"] for r in results["rules"] if not r["passed"]} == {"followup_complete"}


def test_a_broken_warning_is_written_and_blocks_nothing(layout):
    spoil(layout, "baseline", lambda table: table.assign(vitamin_d=""))
    results = found(layout)["results"]
    assert results["blocking_passed"] is True
    assert [line["period"] for line in results["missingness"] if line["over_limit"]] == [
        2001,
        2002,
        2003,
    ]


def test_nothing_that_identifies_a_person_leaves_the_stage(layout, capsys):
    def plant(table):
        table.loc[0, "person"] = "Mary Miller"
        table.loc[1, "gait_speed"] = "MRN 00123456"
        table.loc[2, "vitamin_d"] = "mary@example.org"
        table.loc[3, "age"] = "97"
        return table.rename(columns={"sex": "Jane Doe"})

    spoil(layout, "baseline", plant)
    evidence = json.dumps(found(layout))
    said = capsys.readouterr()
    rules = {r["rule"] for r in json.loads(evidence)["results"]["rules"] if not r["passed"]}
    assert {"deidentification", "ages_top_coded", "schema", "k_anonymity"} <= rules
    results = json.dumps(json.loads(evidence)["results"]["rules"])
    for secret in ("Mary", "Miller", "00123456", "example.org", "Jane"):
        assert secret not in evidence + said.out + said.err
    assert '"97"' not in results


def test_progress_goes_to_the_error_stream(layout, capsys):
    quality(layout, PROMISE)
    said = capsys.readouterr()
    assert said.out == ""
    assert "quality: reading: baseline.csv, followup.csv" in said.err


def test_an_edited_suite_is_refused(layout):
    path = layout.root / "expectations" / NAME / "followup.json"
    path.write_text(path.read_text("utf-8").replace("2000", "9000"), encoding="utf-8")
    with pytest.raises(DataError, match="write the suites again"):
        quality(layout, PROMISE)
