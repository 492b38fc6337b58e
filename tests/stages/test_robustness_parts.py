"""Landmarks stand for the frozen model, and each verdict on an advantage can happen."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.stages.doubt import conformal_coverage
from probatum.stages.hardware import price_of
from probatum.stages.honest_page import ablation, joined_and_not, judged, sensitivity
from probatum.stages.landmarks import landmarks, overlaps
from probatum.stages.on_devices import measured
from probatum.stages.trial import (
    Scenario,
    development_patients,
    drawn,
    read_trial,
)
from probatum.study.execution import Price
from probatum.study.robustness import Advantage
from tests.stages.staged_study import AStudy

RULE = Advantage(
    confidence=0.95,
    equivalence_within=0.02,
    advantage_above=0.0,
    disadvantage_below=-0.02,
    reason="a test",
)


def a_model(seed: int = 3, people: int = 60) -> tuple[QuantumKernelClassifier, Any]:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(people, 3))
    outcome = features[:, 0] + rng.normal(size=people) > 0
    return QuantumKernelClassifier(bandwidth=0.3).fit(features, outcome), features


def a_row(estimate: float, *, is_best: bool = True) -> dict[str, Any]:
    difference = {
        "value": estimate, "se": 0.005, "lower": 0.0, "upper": 0.0,
        "level": 0.9, "n": 400, "method": "DeLong",
    }  # fmt: skip
    return {"versus": "a rival", "is_best": is_best, "auc_difference": difference}


@pytest.mark.parametrize(
    ("difference", "said"),
    [
        (0.06, "advantage"),
        (0.001, "equivalence"),
        (-0.06, "disadvantage"),
        (-0.015, "not shown"),
    ],
)
def test_each_verdict_happens(difference: float, said: str) -> None:
    assert judged([a_row(difference)], RULE)["verdict"] == said


def test_the_verdict_is_about_the_best_rival_alone() -> None:
    rows = [a_row(0.06, is_best=False), a_row(-0.06)]
    found = judged(rows, RULE)
    assert found["verdict"] == "disadvantage"
    assert [row["verdict"] for row in found["rivals"]] == ["advantage", "disadvantage"]


def test_a_difference_that_does_not_exist_shows_nothing() -> None:
    found = judged([{"versus": "a rival", "is_best": True, "auc_difference": None}], RULE)
    assert found["verdict"] == "not shown"
    assert found["rivals"][0]["auc_difference"] is None


def test_without_a_rival_nothing_is_shown() -> None:
    assert judged([], RULE)["verdict"] == "not shown"


def test_everyone_as_a_landmark_gives_the_frozen_score_back() -> None:
    model, features = a_model()
    found = landmarks(model, features, np.arange(len(features)))
    others = np.random.default_rng(9).normal(size=(20, 3))
    met = overlaps(model, model.circuit_parameters(others), found)
    score = found.score(met, found.weights(None))
    assert score == pytest.approx(model.decision_function(others), abs=1e-4)


@given(st.integers(1, 10_000))
def test_fewer_shots_ask_for_smaller_weights(shots: int) -> None:
    model, features = a_model()
    found = landmarks(model, features, np.arange(0, 60, 4))
    few, many = found.weights(shots), found.weights(100 * shots)
    assert np.linalg.norm(few) <= np.linalg.norm(many) * (1 + 1e-9)


def test_the_weights_leave_the_least_expected_error() -> None:
    model, features = a_model()
    found, shots = landmarks(model, features, np.arange(0, 60, 5)), 100
    best = found.weights(shots)

    def error(weights: Any) -> float:
        bias = found.wanted - found.kernel @ weights
        noise = (found.kernel * (1 - found.kernel)) @ weights**2 / shots
        return float(np.sum(bias**2 + noise))

    rng = np.random.default_rng(4)
    for _ in range(20):
        assert error(best) <= error(best + 0.01 * rng.normal(size=best.size))


def test_a_sample_is_drawn_without_repetition_and_in_order() -> None:
    rows = drawn(100, 30, np.random.default_rng(1))
    assert len(set(rows.tolist())) == 30
    assert (np.diff(rows) > 0).all()


def test_a_sample_keeps_each_persons_outcome_and_weight(developed: AStudy) -> None:
    trial = read_trial(developed.layout, developed.protocol, developed.model)
    rows = drawn(len(trial.people), 30, np.random.default_rng(1))
    some = trial.of(rows)
    assert some.people["person"].tolist() == trial.people["person"].iloc[rows].tolist()
    assert (some.outcomes.outcome == trial.outcomes.outcome[rows]).all()
    assert (some.reference == trial.reference[rows]).all()


def test_a_run_that_is_the_reference_changes_nothing(developed: AStudy) -> None:
    trial = read_trial(developed.layout, developed.protocol, developed.model)
    scenario = Scenario(id="same", family="seed", name="the same again")
    row = trial.row(scenario, trial.reference[np.newaxis])
    assert row["flips"]["value"] == row["largest_change"] == 0
    assert row["verdict"] == "withstood"


def test_a_sample_never_holds_more_than_there_are(developed: AStudy) -> None:
    protocol = developed.protocol
    plan = protocol.robustness
    many = plan.model_copy(
        update={"sample": plan.sample.model_copy(update={"patients": 10**6})}
    )
    trial = read_trial(developed.layout, protocol, developed.model)
    people = development_patients(developed.layout, protocol)
    sample = measured(trial, developed.model, people, plan=many, protocol=protocol)
    assert len(sample.trial.people) == len(trial.people)


def test_a_promise_of_coverage_that_later_people_break_is_seen_to_be_broken(
    developed: AStudy,
) -> None:
    """Their risks turned round: who had the event looks like nobody who had it before."""
    trial = read_trial(developed.layout, developed.protocol, developed.model)
    people = development_patients(developed.layout, developed.protocol)
    seen = np.where(people.outcome == 1, 0.9, 0.1)
    known, happened = trial.outcomes.known, trial.outcomes.outcome
    right, wrong = np.where(happened, 0.95, 0.05), np.where(happened, 0.05, 0.95)
    kept, broken = (
        conformal_coverage(replace(trial, reference=risk), people, seen)
        for risk in (right, wrong)
    )
    for group, size in (
        ("everyone", known),
        ("with_event", known & happened),
        ("without_event", known & ~happened),
    ):
        assert (kept[group]["value"], broken[group]["value"]) == (1, 0)
        assert kept[group]["n"] == np.count_nonzero(size)


def test_candidates_are_told_apart_by_whether_their_circuit_joins_qubits(
    developed: AStudy,
) -> None:
    def tried(encoding: str, auc: float, *, fold: int | None = None) -> dict[str, Any]:
        candidate = {"encoding": encoding, "repetitions": 1, "bandwidth": 1, "penalty": 1}
        name = developed.protocol.model.index.name
        return {"model": name, "outer_fold": fold, "candidate": candidate, "inner_auc": auc}

    rows = [
        tried("angle", 0.7), tried("angle", 0.8), tried("zz", 0.6), tried("zz", 0.9, fold=1),
        {**tried("zz", 0.95), "model": "another"},
    ]  # fmt: skip
    found = joined_and_not(rows, developed.model, developed.protocol)
    assert found == {
        "joined": {"tried": 1, "best_auc": 0.6},
        "alone": {"tried": 2, "best_auc": 0.8},
    }
    assert joined_and_not([], developed.model, developed.protocol)["joined"] == {
        "tried": 0,
        "best_auc": None,
    }


def test_an_index_test_that_joins_no_qubits_is_its_own_control(developed: AStudy) -> None:
    trial = read_trial(developed.layout, developed.protocol, developed.model)
    people = development_patients(developed.layout, developed.protocol)
    kernel = developed.model.index.pipeline["model"]
    joins = kernel.circuit().num_nonlocal_gates() > 0
    assert ablation(trial, developed.model, people)["identical"] is not joins


def test_a_joined_index_test_is_held_against_itself_unjoined(developed: AStudy) -> None:
    trial = read_trial(developed.layout, developed.protocol, developed.model)
    people = development_patients(developed.layout, developed.protocol)
    pipeline = developed.model.index.pipeline
    pipeline["model"].set_params(encoding="zz", repetitions=1)
    pipeline.fit(people.frame, people.outcome, model__sample_weight=people.weight)
    found = ablation(trial, developed.model, people)
    assert found["identical"] is False
    joined, alone = trial.standing()["auc"], found["auc"]
    assert 0.5 < alone["value"] < 1
    assert joined["n"] == alone["n"] == found["auc_difference"]["n"]


def test_the_price_of_a_snapshot_is_that_of_its_device(developed: AStudy) -> None:
    price = Price(
        backend="ibm_manila", per_task=0, per_shot=0, per_second=1, currency="EUR",
        as_of="2026-01-01",
    )  # fmt: skip
    backends = developed.protocol.backends.model_copy(update={"prices": (price,)})
    protocol = developed.protocol.model_copy(update={"backends": backends})
    assert price_of(protocol, "fake_manila") is price
    assert price_of(protocol, "fake_torino") is None


def test_a_family_that_was_not_tried_is_not_named() -> None:
    assert sensitivity([]) == []
