"""The frozen model is tried elsewhere once it may be, in every way the protocol names."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from probatum.stages.robustness import robustness
from tests.stages.staged_study import AStudy, read
from tests.stages.tried_study import a_tried_study

FILES = {"robustness.json", "metrics.json", "scenarios.csv", "tasks.csv"}


@pytest.fixture(scope="module")
def tried(_developed: Path, tmp_path_factory: pytest.TempPathFactory) -> AStudy:
    """The study after its trials, which every test here reads and none spoils."""
    return a_tried_study(_developed, tmp_path_factory.mktemp("tried") / "study")


@pytest.fixture(scope="module")
def results(tried: AStudy) -> dict[str, Any]:
    """What the stage found."""
    evidence = read(tried.layout.evidence / "robustness/robustness.json")
    assert evidence["status"] == "performed"
    assert evidence["grade"] == "rehearsal"
    return dict(evidence["results"])


@pytest.fixture(scope="module")
def scenarios(results: dict[str, Any]) -> dict[str, Any]:
    """The scenarios by their ids."""
    return {row["id"]: row for row in results["scenarios"]}


def test_every_scenario_the_protocol_names_is_tried(scenarios: dict[str, Any]) -> None:
    assert set(scenarios) == {
        "single-precision",
        "missing-gait-speed",
        "missing-age-vitamin-d",
        "fallback",
        *("other-folds", "developed-again"),
        *("shots-32", "shots-512"),
        *("landmarks", "landmarks-shots-32", "landmarks-shots-512"),
        *("device-fake_manila", "device-fake_manila-shots-512"),
        *("device-fake_guadalupe", "device-fake_guadalupe-shots-512"),
        *("mitigation-readout", "mitigation-zero-noise-extrapolation"),
    }


def test_the_reference_is_the_retrospective_result(
    tried: AStudy, results: dict[str, Any]
) -> None:
    path = tried.layout.evidence / "retrospective/performance.json"
    index = read(path)["results"]["models"]["quantum kernel classifier"]
    everyone = results["reference"]["everyone"]
    assert everyone["auc"]["value"] == pytest.approx(index["auc"]["value"])
    assert everyone["known"] == index["n"]


def test_the_sample_is_no_larger_than_planned(results: dict[str, Any]) -> None:
    assert results["sample"]["people"] == results["reference"]["sample"]["people"] == 30
    assert results["sample"]["landmarks"] == 16


def test_seven_digits_instead_of_sixteen_flip_nobody(scenarios: dict[str, Any]) -> None:
    row = scenarios["single-precision"]
    assert (row["flips"]["value"], row["people"]) == (0, 160)
    assert 0 < row["largest_change"] < 1e-5
    assert row["verdict"] == "withstood"


def test_flips_by_missing_input_are_those_counted_by_hand(
    tried: AStudy, scenarios: dict[str, Any]
) -> None:
    data = pd.read_csv(tried.layout.data / "retrospective/baseline.csv")
    people = data[data["visit_year"] == 2003]
    risk = tried.model.risk(people)
    blind = tried.model.risk(people.assign(gait_speed=np.nan))
    row = scenarios["missing-gait-speed"]
    assert row["flips"]["value"] == pytest.approx(np.mean((risk >= 0.3) != (blind >= 0.3)))
    assert row["raised"] == np.sum((risk < 0.3) & (blind >= 0.3))
    assert row["largest_change"] == pytest.approx(np.abs(risk - blind).max())


def test_more_shots_leave_less_of_their_noise(scenarios: dict[str, Any]) -> None:
    few, many = scenarios["landmarks-shots-32"], scenarios["landmarks-shots-512"]
    assert many["median_change"] < few["median_change"]


def test_of_repeated_runs_the_worst_is_shown_and_the_others_summed_up(
    scenarios: dict[str, Any],
) -> None:
    row = scenarios["landmarks-shots-32"]
    assert row["runs"] == 2
    assert row["flips"]["value"] == row["over_runs"]["flips"]["greatest"]
    assert row["over_runs"]["ever_flipped"]["value"] >= row["flips"]["value"]
    assert scenarios["landmarks"]["over_runs"] is None


def test_another_seed_for_the_folds_changes_no_ranking(scenarios: dict[str, Any]) -> None:
    row = scenarios["other-folds"]
    assert row["auc_difference"]["value"] == 0
    assert row["largest_change"] > 0


def test_another_seed_for_all_of_development_may_build_another_ranking(
    scenarios: dict[str, Any],
) -> None:
    row = scenarios["developed-again"]
    assert row["runs"] == 2
    assert row["auc_difference"]["value"] != 0
    assert row["largest_change"] > scenarios["other-folds"]["largest_change"]


def test_the_best_candidates_with_and_without_entanglement_are_those_development_tried(
    tried: AStudy, results: dict[str, Any]
) -> None:
    search = read(tried.layout.models / "training.json")["results"]["search"]
    index = tried.protocol.model.index
    own = [r for r in search if r["model"] == index.name and r["outer_fold"] is None]
    told = results["advantage"]["candidates"]
    assert told["joined"]["tried"] + told["alone"]["tried"] == len(own)
    best = max(told[kind]["best_auc"] for kind in told if told[kind]["tried"])
    assert best == pytest.approx(max(row["inner_auc"] for row in own))
    joins = results["advantage"]["ablation"]["identical"] is False
    assert told["joined" if joins else "alone"]["best_auc"] == pytest.approx(best)


def test_mitigation_says_what_it_costs(scenarios: dict[str, Any]) -> None:
    assert scenarios["mitigation-readout"]["circuits_an_overlap"] == 1
    assert scenarios["mitigation-zero-noise-extrapolation"]["circuits_an_overlap"] == 3
    assert scenarios["mitigation-readout"]["variance_ratio"] > 1


def test_each_verdict_follows_from_the_interval(scenarios: dict[str, Any]) -> None:
    for row in scenarios.values():
        lower, upper = row["flips"]["lower"], row["flips"]["upper"]
        said = "withstood" if upper <= 0.1 else "not withstood" if lower > 0.1 else "not shown"
        assert row["verdict"] == said


def test_every_backend_says_the_same(results: dict[str, Any]) -> None:
    names = [row["backend"] for row in results["backends"]]
    assert names[:2] == ["exact", "aer_statevector"]
    assert all(row["largest_difference"] < 1e-10 for row in results["backends"])


def test_what_a_patient_would_cost_is_stated_for_each_device(results: dict[str, Any]) -> None:
    assert [row["device"] for row in results["devices"]] == ["fake_manila", "fake_guadalupe"]
    for row in results["devices"]:
        few, everyone = row["a_patient"]
        assert (few["circuits"], few["shots"]) == (16, 16 * 512)
        assert everyone["circuits"] == results["sample"]["development"]
        assert few["joules"] == pytest.approx(25000 * few["processor_seconds"])
        assert few["cost"] is None


def test_every_standard_task_is_scored_on_every_device(results: dict[str, Any]) -> None:
    devices = [row["platform"]["device"] for row in results["tasks"]]
    assert {name: devices.count(name) for name in dict.fromkeys(devices)} == {
        "exact": 6,
        "fake_manila": 6,
        "fake_guadalupe": 6,
    }
    ideal, real = results["tasks"][2], results["tasks"][8]
    assert ideal["job_type"] == real["job_type"] == "mirror"
    assert ideal["results"]["score"]["value"] == 1
    assert real["results"]["score"]["value"] < 1
    assert real["timestamp"] is None


def test_each_task_says_how_long_a_device_would_take_and_how_fast_it_would_be(
    results: dict[str, Any],
) -> None:
    for record in results["tasks"]:
        expected = record["estimated"]
        if record["platform"]["device"] == "exact":
            assert expected is None
            continue
        assert expected["processor_seconds"] > 256 * 0.00025  # the circuit itself takes time
        rate = 256 / expected["processor_seconds"]
        assert expected["shots_per_second"] == pytest.approx(rate)
        assert expected["cost"] is None  # the protocol states no price of this device


def test_every_device_is_summed_up_over_its_tasks(results: dict[str, Any]) -> None:
    for row in results["task_devices"]:
        own = [r for r in results["tasks"] if r["platform"]["device"] == row["device"]]
        assert row["tasks"] == len(own) == 6
        mean = sum(r["results"]["score"]["value"] for r in own) / 6
        assert row["mean_score"] == pytest.approx(mean)
        if row["device"] == "exact":
            assert row["processor_seconds"] is None
        else:
            alone = sum(r["estimated"]["processor_seconds"] for r in own)
            assert row["processor_seconds"] == pytest.approx(2 * alone)


def test_doubt_is_split_into_its_sources(results: dict[str, Any]) -> None:
    for found_intervals in results["intervals"].values():
        parts = found_intervals["decomposition"]["mean_variance"]
        sources = [parts[name] for name in ("shot", "device", "model", "residual")]
        assert sum(sources) == pytest.approx(parts["total"])
    shares = {
        name: found_intervals["decomposition"]["quantum_share"]["value"]
        for name, found_intervals in results["intervals"].items()
    }
    assert 0 < shares["landmarks"] < shares["every_person"] < 1


def test_what_conformal_sets_kept_stands_beside_what_they_promised(
    results: dict[str, Any],
) -> None:
    kept, everyone = results["conformal_coverage"], results["reference"]["everyone"]
    promised = results["intervals"]["landmarks"]["conformal"]["confidence"]
    assert kept["promised"] == promised
    assert kept["everyone"]["n"] == everyone["known"]
    assert kept["with_event"]["n"] == everyone["events"]
    held = {name: kept[name]["value"] * kept[name]["n"] for name in kept if name != "promised"}
    assert held["everyone"] == pytest.approx(held["with_event"] + held["without_event"])


def test_the_explanations_speak_of_the_protocols_columns(results: dict[str, Any]) -> None:
    told = results["explanations"]
    columns = {"age", "sex", "gait_speed", "vitamin_d"}
    assert {row["column"] for row in told["shap"]["columns"]} == columns
    assert {row["column"] for row in told["importance"]["columns"]} == columns
    assert told["counterfactuals"]["changeable"] == ["gait_speed", "vitamin_d"]
    assert {row["column"] for row in told["shap"]["directions"]} == columns
    for row in told["shap"]["directions"]:  # the protocol's smallest cell is 20
        assert (row["mean_points"] is None) == (row["people"] < 20)
    for row in told["surrogates"]:
        fidelity = row["fidelity"]
        assert fidelity["agreement"] + fidelity["disagreement"]["value"] == 1


def test_the_difference_judged_is_the_retrospective_one(
    tried: AStudy, results: dict[str, Any]
) -> None:
    path = tried.layout.evidence / "retrospective/performance.json"
    rows = read(path)["results"]["differences"]
    judged = results["advantage"]["rivals"]
    assert [row["versus"] for row in judged] == [row["versus"] for row in rows]
    for mine, theirs in zip(judged, rows, strict=True):
        for bound in ("value", "lower", "upper"):
            assert mine["auc_difference"][bound] == pytest.approx(
                theirs["auc_difference"][bound]
            )


def test_the_worst_of_each_family_is_named(results: dict[str, Any]) -> None:
    worst = {row["family"]: row for row in results["advantage"]["sensitivity"]}
    assert set(worst) == {"shots", "landmarks", "device", "mitigation", "seed", "missing"}
    for family, row in worst.items():
        own = [r for r in results["scenarios"] if r["family"] == family]
        assert row["flips"]["value"] == max(r["flips"]["value"] for r in own)


def test_every_scenario_says_whether_risks_are_right_on_the_whole(
    results: dict[str, Any],
) -> None:
    reference = results["reference"]["everyone"]["calibration_in_the_large"]
    [single] = [r for r in results["scenarios"] if r["id"] == "single-precision"]
    assert single["calibration_in_the_large"]["value"] == pytest.approx(
        reference["value"], abs=1e-4
    )
    assert all("calibration_in_the_large" in row for row in results["scenarios"])


def test_without_a_captured_benchmark_no_device_has_a_history(results: dict[str, Any]) -> None:
    assert results["device_history"] == {
        "benchmarks": 0,
        "backends": [],
        "moments": [],
    }


def test_nothing_about_one_person_leaves_the_stage(tried: AStudy) -> None:
    folder = tried.layout.evidence / "robustness"
    assert {path.name for path in folder.iterdir()} == FILES
    for path in folder.iterdir():
        assert "small-0" not in path.read_text(encoding="utf-8")


def test_the_same_evidence_gives_the_same_bytes(tried: AStudy) -> None:
    folder = tried.layout.evidence / "robustness"
    once = {name: (folder / name).read_bytes() for name in FILES}
    robustness(tried.layout, tried.protocol)
    assert {name: (folder / name).read_bytes() for name in FILES} == once
