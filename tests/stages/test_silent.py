"""Predictions are sealed before their outcomes, by one model, and judged look by look."""

from pathlib import Path
from statistics import NormalDist
from typing import Any

import pandas as pd
import pytest

from probatum.errors import BrokenChain, CaptureError, DataError, LedgerError, ModelError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.stages.silent import silent
from tests.stages.staged_study import AStudy, a_study, read


@pytest.fixture
def study(tmp_path: Path) -> AStudy:
    """Model frozen, nobody arrived."""
    study = a_study(tmp_path)
    study.freezes()
    return study


def found(study: AStudy) -> dict[str, Any]:
    silent(study.cuts(), study.protocol)
    return read(study.layout.evidence / "silent/performance.json")


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


def test_an_outcome_recorded_before_its_prediction_makes_the_stage_refuse(
    study: AStudy,
) -> None:
    study.silently(2004, "receive", "seal")
    case = study.entries[-1].event.payload["case_id"]
    sealed = study.entries.pop().event
    study.notes(
        Kind.OUTCOME_LINKED, case,
        case_id=case, time=100, event=1, known_at="2006-01-01T00:00:00Z",
    )  # fmt: skip
    study.writes([sealed])
    with pytest.raises(CaptureError, match="sealed before its outcome"):
        found(study)


def test_an_outcome_known_before_its_prediction_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004, "receive", "seal")
    case = study.entries[-1].event.payload["case_id"]
    study.notes(
        Kind.OUTCOME_LINKED, case,
        case_id=case, time=100, event=1, known_at="2004-06-01T00:00:00Z",
    )  # fmt: skip
    with pytest.raises(CaptureError, match="sealed before its outcome") as refusal:
        found(study)
    assert case not in str(refusal.value)


def test_an_outcome_of_a_person_never_predicted_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004, "receive", "seal")
    study.notes(
        Kind.OUTCOME_LINKED, "small-stranger",
        case_id="small-stranger", time=100, event=1, known_at="2006-01-01T00:00:00Z",
    )  # fmt: skip
    with pytest.raises(CaptureError, match="without"):
        found(study)


def test_a_prediction_of_another_model_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004, "receive", "seal")
    sealed = study.entries.pop().event
    changed = {**sealed.payload, "model_sha256": sha256(b"another model")}
    study.notes(Kind.PREDICTION_SEALED, sealed.payload["case_id"], **changed)
    with pytest.raises(ModelError, match="frozen model"):
        found(study)


def test_predictions_sealed_under_another_protocol_close_the_stage(study: AStudy) -> None:
    study.silently(2004)
    study.amends(lambda text: text["model"].update(threshold=0.4))
    evidence = found(study)
    assert evidence["status"] == "closed"
    assert "another protocol" in evidence["reason"]


def test_an_altered_record_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004)
    layout = study.cuts()
    path = layout.cut / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"event":0', b'"event":1', 1))
    with pytest.raises(BrokenChain):
        silent(layout, study.protocol)


def test_a_record_whose_end_was_cut_off_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004)
    layout = study.cuts()
    path = layout.cut / "ledger.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(BrokenChain, match="a ledger that ends with"):
        silent(layout, study.protocol)


def test_an_altered_batch_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004)
    layout = study.cuts()
    (batch,) = (layout.cut / "batches").glob("*.csv")
    batch.write_bytes(batch.read_bytes().replace(b",F,", b",M,", 1))
    with pytest.raises(DataError, match="batch that was admitted"):
        silent(layout, study.protocol)


def test_the_record_of_another_study_is_refused(study: AStudy) -> None:
    study.silently(2004, "receive", "seal")
    study.entries.clear()
    study.freezes()
    layout = study.cuts()
    (layout.cut / "ledger.jsonl").write_bytes(a_record_of_another_study(study))
    with pytest.raises(LedgerError, match="events of small-study only"):
        silent(layout, study.protocol)


def a_record_of_another_study(study: AStudy) -> bytes:
    from dataclasses import replace

    from probatum.ledger.chain import Entry
    from probatum.ledger.jsonl import as_bytes

    event = replace(study.entries[0].event, study="another-study")
    return as_bytes([Entry.after(None, event)])


class TestLooks:
    """Looks are taken at the information reached, and cost what the plan says."""

    def test_the_boundary_is_that_of_the_information_reached(self, study: AStudy) -> None:
        """O'Brien-Fleming spending at the first look, by its formula and by hand."""
        plan(study, planned=300)
        study.silently(2004)
        results = found(study)["results"]
        look, share = results["looks"][0], results["index"]["n"] / 300
        normal = NormalDist()
        one_side = 2 * (1 - normal.cdf(normal.inv_cdf(1 - 0.025 / 2) / share**0.5))
        assert look["information"] == pytest.approx(share)
        assert look["critical_value"] == pytest.approx(normal.inv_cdf(1 - one_side), abs=1e-6)
        assert look["at"] == "2006-01-01T00:00:00Z"

    def test_a_look_overtaken_by_a_later_one_is_never_taken(self, study: AStudy) -> None:
        study.silently(2004)
        overtaken, taken = found(study)["results"]["looks"]
        assert overtaken["at"] is None
        assert taken["name"] == "look-2"
        assert taken["critical_value"] == pytest.approx(1.959964, abs=1e-6)

    def test_the_interval_of_a_look_is_wider_than_an_ordinary_one(self, study: AStudy) -> None:
        plan(study, planned=300)
        study.silently(2004)
        results = found(study)["results"]
        look = results["looks"][0]
        assert look["critical_value"] > 1.96
        assert look["level"] > 0.95
        assert look["auc"]["lower"] < results["index"]["auc"]["lower"]
        assert look["auc"]["level"] == 0.95
        half = look["critical_value"] * look["auc"]["standard_error"]
        assert look["auc"]["lower"] == pytest.approx(look["auc"]["estimate"] - half)

    def test_a_look_not_reached_has_no_numbers(self, study: AStudy) -> None:
        plan(study, planned=300)
        study.silently(2004)
        last = found(study)["results"]["looks"][1]
        assert last["fraction"] == 1.0
        assert [last[name] for name in ("known", "at", "critical_value", "auc", "stops")] == [
            None
        ] * 5

    def test_the_last_look_spends_all_that_is_left(self, study: AStudy) -> None:
        plan(study, planned=300)
        study.silently(2004)
        study.silently(2005)
        results = found(study)["results"]
        assert results["complete"]
        assert results["looks"][1]["information"] == 1.0

    def test_the_endpoint_looked_at_takes_the_interval_of_its_last_look(
        self, study: AStudy
    ) -> None:
        plan(study, planned=300)
        study.silently(2004)
        results = found(study)["results"]
        (endpoint,) = results["endpoints"]
        assert endpoint["estimate"] == results["looks"][0]["auc"]

    def test_a_look_that_states_another_number_of_outcomes_is_refused(
        self, study: AStudy
    ) -> None:
        study.silently(2004, "receive", "seal", "link")
        study.notes(Kind.LOOK_TAKEN, "look-1", name="look-1", information=3, planned=150)
        with pytest.raises(CaptureError, match="states 3"):
            found(study)


def plan(study: AStudy, *, planned: int) -> None:
    """Plan the looks for another number of outcomes, and freeze the model anew."""
    study.amends(lambda text: text["silent"]["looks"].update(planned_outcomes=planned))
    study.entries.clear()
    study.freezes()


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
