"""Predictions are sealed before their outcomes, and counted and judged as the files say."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.stages.silent_study import a_silent_study, found
from tests.stages.staged_study import AStudy


@pytest.fixture
def study(tmp_path: Path) -> AStudy:
    return a_silent_study(tmp_path)


def test_a_study_without_a_silent_stage_says_so(study: AStudy) -> None:
    def drop(text: dict[str, Any]) -> None:
        del text["silent"]
        text["population"]["partitions"]["silent"] = []
        text["endpoints"] = [e for e in text["endpoints"] if e["stage"] != "silent"]

    study.amends(drop)
    evidence = found(study)
    assert evidence["status"] == "not planned"
    assert evidence["reason"]


def test_nothing_is_claimed_before_a_prediction_is_sealed(study: AStudy) -> None:
    evidence = found(study)
    assert evidence["status"] == "not yet performed"
    assert evidence["reason"] == "no prediction has been sealed"


def test_sealed_predictions_without_outcomes_are_counted_and_not_judged(study: AStudy) -> None:
    study.silently(2004, "receive", "seal")
    evidence = found(study)
    assert evidence["status"] == "not yet performed"
    assert evidence["results"]["n_sealed"] > 100
    assert evidence["results"]["matured"] == 0
    assert evidence["results"]["index"]["auc"] is None


def test_the_counts_are_those_of_the_files(study: AStudy) -> None:
    study.silently(2004)
    study.silently(2005)
    results = found(study)["results"]
    data = study.layout.data / "replay"
    follow_up = pd.read_csv(data / "followup-2004.csv")
    fell = (follow_up["fell"] == 1) & (follow_up["days"] <= 365)
    known = fell | (follow_up["days"] >= 365)
    first, second = results["timeline"]
    assert (first["period"], first["received"], first["admitted"]) == (2004, 160, 160)
    assert (first["sealed_index"], first["sealed_fallback"]) == (160, 0)
    assert (first["matured"], first["known"]) == (160, int(known.sum()))
    assert first["events"] == int(fell.sum())
    assert (second["sealed_index"], second["sealed_fallback"]) == (0, 160)
    assert second["incidents"] == 1
    assert results["n_sealed"] == results["n_index"] + results["n_fallback"] == 320


def test_the_fallback_is_reported_apart_from_the_index_test(study: AStudy) -> None:
    study.silently(2004)
    study.silently(2005)
    results = found(study)["results"]
    known = {row["period"]: row["known"] for row in results["timeline"]}
    assert results["index"]["n"] == known[2004]
    assert results["fallback"]["n"] == known[2005]
    assert results["incidents"][0]["column"] == "vitamin_d"
    assert results["incidents"][0]["handling"] == "fallback"


def test_the_grade_is_the_lowest_of_data_and_events(study: AStudy) -> None:
    study.silently(2004)
    assert found(study)["grade"] == "rehearsal"


def test_a_group_too_small_is_said_to_be_so(study: AStudy) -> None:
    study.silently(2004)
    rows = found(study)["results"]["subgroups"]
    assert [row["attribute"] for row in rows] == ["sex", "sex", "age_band", "age_band"]
    assert [row["group"] for row in rows] == ["F", "M", "60-74", "75 and over"]
    study.amends(lambda text: text["analysis"].update(minimum_cell=60))
    study.entries.clear()
    study.freezes()
    study.silently(2004)
    rows = found(study)["results"]["subgroups"]
    assert {row["status"] for row in rows} == {"too small to report"}
    assert {row["auc"] for row in rows} == {None}


def test_the_same_cut_gives_the_same_bytes(study: AStudy) -> None:
    study.silently(2004)
    study.silently(2005)
    found(study)
    folder = study.layout.evidence / "silent"
    once = {path.name: path.read_bytes() for path in folder.iterdir()}
    found(study)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == once
    assert set(once) == {
        "performance.json", "metrics.json", "predictions.csv",
        "roc.csv", "calibration.csv", "decision.csv",
    }  # fmt: skip


def test_results_of_an_earlier_run_do_not_outlive_what_they_rested_on(study: AStudy) -> None:
    study.silently(2004)
    found(study)
    study.entries.clear()
    found(study)
    names = {path.name for path in (study.layout.evidence / "silent").iterdir()}
    assert names == {"performance.json", "metrics.json"}
