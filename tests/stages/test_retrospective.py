"""The evaluation patients are looked at once they may be, and every look is counted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from probatum.errors import DataError, ModelError
from probatum.ledger.canonical import sha256
from probatum.stages.evaluation import _margin
from probatum.stages.evidence import read_evidence, write_evidence
from probatum.stages.retrospective import retrospective
from tests.stages.staged_study import AStudy, a_study, has_quality, read


def found(study: AStudy) -> dict[str, Any]:
    retrospective(study.cuts(), study.protocol)
    return read(study.layout.evidence / "retrospective/performance.json")


@pytest.mark.parametrize("name", ["auc_difference", "auc-difference"])
def test_the_margin_is_found_however_the_protocol_writes_the_measure(
    tmp_path: Path, name: str
) -> None:
    protocol = a_study(tmp_path).protocol
    renamed = tuple(
        one.model_copy(update={"measure": name}) if one.measure == "auc_difference" else one
        for one in protocol.endpoints
    )
    assert _margin(protocol.model_copy(update={"endpoints": renamed})) == 0.05


def names(study: AStudy) -> set[str]:
    return {path.name for path in (study.layout.evidence / "retrospective").iterdir()}


class TestClosed:
    """Nothing is read of the evaluation patients before the record says so."""

    @pytest.fixture
    def study(self, tmp_path: Path) -> AStudy:
        """Quality passed, a model built; its files are not read, as nobody may look."""
        study = a_study(tmp_path)
        study.freezes()
        return study

    def test_without_an_opening_on_record(self, study: AStudy) -> None:
        evidence = found(study)
        assert evidence["status"] == "closed"
        assert evidence["reason"] == "the evaluation patients have not been opened"
        assert evidence["results"]["opened"] == {"count": 0, "events": []}
        assert names(study) == {"performance.json", "metrics.json"}

    def test_when_a_blocking_quality_rule_failed(self, study: AStudy) -> None:
        study.opens()
        has_quality(study.layout, "ranges", "unique_ids")
        evidence = found(study)
        assert evidence["status"] == "closed"
        assert evidence["reason"] == "a blocking quality rule failed: ranges, unique_ids"

    @pytest.mark.parametrize("hash_", ["protocol_sha256", "model_sha256"])
    def test_when_opened_for_another(self, study: AStudy, hash_: str) -> None:
        study.opens(**{hash_: sha256(b"another")})
        evidence = found(study)
        assert evidence["status"] == "closed"
        assert evidence["results"]["opened"]["count"] == 1

    def test_when_the_protocol_changed_after_the_opening(self, study: AStudy) -> None:
        study.opens()
        study.amends(lambda text: text["model"].update(threshold=0.2))
        assert found(study)["status"] == "closed"

    def test_when_the_opening_was_of_another_partition(self, study: AStudy) -> None:
        study.opens(partition="development")
        evidence = found(study)
        assert evidence["status"] == "closed"
        assert evidence["results"]["opened"]["count"] == 0


@pytest.fixture
def study(developed: AStudy) -> AStudy:
    """Models built, frozen, and the evaluation people opened."""
    developed.freezes()
    developed.opens()
    return developed


def test_the_flow_counts_are_those_of_the_tables(study: AStudy) -> None:
    data = study.layout.data / "retrospective"
    people = pd.read_csv(data / "baseline.csv").merge(pd.read_csv(data / "followup.csv"))
    own = people[people["visit_year"] == 2003]
    fell = (own["fell"] == 1) & (own["days"] <= 365)
    known = fell | (own["days"] >= 365)
    assert {row["step"]: row["n"] for row in found(study)["results"]["flow"]} == {
        "registered": 480,
        "development": 320,
        "evaluation": 160,
        "excluded: adult-60": 0,
        "excluded: gait-measured": 0,
        "eligible": 160,
        "outcome known": int(known.sum()),
        "outcome unknown": int((~known).sum()),
        "events": int(fell.sum()),
    }


def test_a_person_is_excluded_once_by_the_first_rule_unmet(study: AStudy) -> None:
    path = study.layout.data / "retrospective/baseline.csv"
    table = pd.read_csv(path)
    of_2003 = table.index[table["visit_year"] == 2003]
    table.loc[of_2003[:3], "age"] = 58
    table.to_csv(path, index=False, lineterminator="\n")
    flow = {row["step"]: row["n"] for row in found(study)["results"]["flow"]}
    assert flow["excluded: adult-60"] == 3
    assert flow["eligible"] == 157
    assert flow["eligible"] == flow["outcome known"] + flow["outcome unknown"]


def test_every_look_is_counted(study: AStudy) -> None:
    study.opens("again", model_sha256=sha256(b"an earlier model"))
    opened = found(study)["results"]["opened"]
    assert opened["count"] == 2
    assert [event["entry_digest"] for event in opened["events"]] == [
        entry.digest for entry in study.entries[-2:]
    ]


def test_weighting_changes_the_result_and_both_are_reported(study: AStudy) -> None:
    results = found(study)["results"]
    index = results["models"]["quantum kernel classifier"]
    assert results["unknown"] > 0
    assert index["auc"]["value"] != index["auc_complete_case"]["value"]
    assert "weights" in index["auc"]["method"]
    assert "weights" not in index["auc_complete_case"]["method"]


def test_the_weights_of_the_known_add_up_to_everyone(study: AStudy) -> None:
    found(study)
    rows = pd.read_csv(study.layout.evidence / "retrospective/predictions.csv")
    assert rows["weight"].sum() == pytest.approx(160)
    assert rows.loc[rows["known"] == 0, "weight"].eq(0).all()
    assert rows.loc[rows["known"] == 0, "outcome"].isna().all()


def test_every_model_is_reported_with_its_role(study: AStudy) -> None:
    results = found(study)["results"]
    assert {name: model["role"] for name, model in results["models"].items()} == {
        "quantum kernel classifier": "index",
        "logistic regression": "comparator",
        "gradient boosting": "comparator",
        "logistic regression without vitamin D": "fallback",
    }
    assert [row["versus"] for row in results["differences"] if row["is_best"]] == [
        results["best_comparator"]
    ]


def test_the_difference_is_that_of_the_two_areas(study: AStudy) -> None:
    results = found(study)["results"]
    models = results["models"]
    for row in results["differences"]:
        areas = [
            models[n]["auc"]["value"] for n in ("quantum kernel classifier", row["versus"])
        ]
        assert row["auc_difference"]["value"] == pytest.approx(areas[0] - areas[1])


def test_the_tables_say_what_the_evidence_says(study: AStudy) -> None:
    """The area under the written curve is the area reported."""
    results = found(study)["results"]
    roc = pd.read_csv(study.layout.evidence / "retrospective/roc.csv")
    for name, points in roc.groupby("model"):
        area = np.trapezoid(points["tpr"], points["fpr"])
        assert area == pytest.approx(results["models"][name]["auc"]["value"])
    decision = pd.read_csv(study.layout.evidence / "retrospective/decision.csv")
    assert list(decision.columns) == ["threshold", "model", "net_benefit"]
    assert set(decision["model"]) == {*results["models"], "treat all", "treat none"}


def test_the_first_unmet_primary_ends_the_confirmatory_claim(study: AStudy) -> None:
    """The second of three primaries asks for a difference of areas that cannot be."""

    def ask_too_much(text: dict[str, Any]) -> None:
        text["endpoints"][1]["criterion"] = {"lower_bound_above": 0.9}

    study.amends(ask_too_much)
    study.opens("amended")
    rows = {row["id"]: row for row in found(study)["results"]["endpoints"]}
    assert [rows[name]["confirmatory"] for name in rows] == [True, True, False, False]
    assert [rows[name]["met"] for name in rows] == [True, False, True, True]


def test_a_model_file_that_was_altered_is_refused(study: AStudy) -> None:
    path = study.layout.models / "circuit.qasm"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(ModelError):
        found(study)


def test_development_under_another_protocol_is_refused(study: AStudy) -> None:
    path = study.layout.models / "training.json"
    stale = replace(read_evidence(path), protocol_sha256=sha256(b"another protocol"))
    write_evidence(path, stale)
    with pytest.raises(DataError, match="evidence of develop"):
        found(study)


def test_a_person_without_follow_up_is_refused(study: AStudy) -> None:
    path = study.layout.data / "retrospective/followup.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-40]), encoding="utf-8")
    with pytest.raises(DataError, match="follow-up of each person"):
        found(study)


def test_the_same_inputs_give_the_same_bytes(study: AStudy) -> None:
    folder = study.layout.evidence / "retrospective"
    found(study)
    once = {path.name: path.read_bytes() for path in folder.iterdir()}
    found(study)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == once
    assert set(once) == {
        "performance.json",
        "metrics.json",
        "roc.csv",
        "calibration.csv",
        "decision.csv",
        "predictions.csv",
        "learning.csv",
    }
