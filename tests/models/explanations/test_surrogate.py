"""A readable stand-in says how well it speaks for the model."""

import json
import re

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import beta
from sklearn.metrics import r2_score

from probatum.errors import NotEstimable
from probatum.models.explanations.fidelity import fidelity
from probatum.models.explanations.surrogate import surrogate
from tests.models.explanations.building import ByHand, a_model, cohort, protocol


def fitted(model=None, *, kind="tree", depth=3):
    return surrogate(
        model or a_model(),
        protocol(),
        development=cohort().frame,
        held_out=cohort(seed=8).frame,
        kind=kind,
        depth=depth,
        level=0.95,
    )


def test_a_model_that_is_a_tree_is_spoken_for_without_error():
    model = ByHand(lambda f: np.where(f["age"] > 75, 0.6, 0.1), a_model())
    found = fitted(model, depth=1)
    assert [s.number for s in found.statements] == [pytest.approx(0.1), pytest.approx(0.6)]
    assert [s.words for s in found.statements] == [
        "Age (year) at most 75.5",
        "Age (year) above 75.5",
    ]
    assert sum(s.share for s in found.statements) == pytest.approx(1)
    assert found.fidelity.r_squared == pytest.approx(1)
    assert found.fidelity.disagreement == 0
    assert found.fidelity.upper > 0


def test_a_model_that_is_a_logistic_curve_gives_back_its_odds_ratios():
    def risk(frame):
        return expit(-8 + 0.1 * frame["age"] + 0.7 * (frame["sex"] == "M"))

    found = fitted(ByHand(risk, a_model()), kind="logistic")
    ratios = {s.words: s.number for s in found.statements}
    assert ratios["Age (year)"] == pytest.approx(np.exp(0.1))
    assert ratios["Sex is M"] == pytest.approx(np.exp(0.7))
    assert ratios["Serum vitamin D is missing"] == pytest.approx(1)
    assert found.fidelity.r_squared == pytest.approx(1)


def test_a_rule_names_each_question_once():
    model = ByHand(lambda f: 1 - f["gait_speed"] / 3, a_model())
    for statement in fitted(model, depth=4).statements:
        assert statement.words.count("(m/s)") == 1


def test_the_rules_of_a_tree_say_what_the_tree_does():
    """Each rule, read back from its words, speaks of as many as it says, and of their risk."""
    model = ByHand(lambda f: 1 - f["gait_speed"] / 3, a_model())
    found, speed = fitted(model, depth=3), cohort().frame["gait_speed"]
    for statement in found.statements:
        bounds = dict(re.findall(r"(above|at most) ([\d.]+)", statement.words))
        low, high = float(bounds.get("above", -np.inf)), float(bounds.get("at most", np.inf))
        spoken_of = (speed > low) & (speed <= high)
        assert spoken_of.mean() == pytest.approx(statement.share)
        assert model.risk(cohort().frame[spoken_of]).mean() == pytest.approx(statement.number)


def test_a_question_of_yes_or_no_is_asked_in_words():
    model = ByHand(lambda f: np.where(f["sex"] == "M", 0.6, 0.1), a_model())
    words = [s.words for s in fitted(model, depth=1).statements]
    assert words == ["not (Sex is M)", "Sex is M"]


def test_a_model_that_asks_whether_a_value_is_missing_can_be_spoken_for():
    model = ByHand(lambda f: np.where(f["vitamin_d"].isna(), 0.6, 0.1), a_model())
    assert fitted(model, depth=1).fidelity.r_squared == pytest.approx(1)


@pytest.mark.parametrize("kind", ["tree", "logistic"])
def test_the_fidelity_is_that_of_patients_it_was_not_fitted_on(kind):
    found, held_out = fitted(kind=kind), cohort(seed=8).frame
    ours, theirs = a_model().risk(held_out), found.risk(held_out)
    threshold = protocol().model.threshold
    assert found.fidelity.r_squared == pytest.approx(r2_score(ours, theirs))
    differ = np.mean((ours >= threshold) != (theirs >= threshold))
    assert found.fidelity.disagreement == pytest.approx(differ)
    assert found.fidelity.lower <= differ <= found.fidelity.upper
    assert 0.5 < found.fidelity.agreement < 1


def test_deeper_trees_speak_better_of_those_they_were_fitted_on():
    frame = cohort().frame
    ours = a_model().risk(frame)
    reached = [r2_score(ours, fitted(depth=d).risk(frame)) for d in (1, 2, 4)]
    assert reached == sorted(reached)


def test_the_interval_of_the_disagreement_is_clopper_and_pearsons():
    """3 of 20: its ends are quantiles of two beta laws."""
    risk = 0.1 + np.arange(20) * 1e-3
    theirs = np.where(np.arange(20) < 3, 0.9, 0.1)
    found = fidelity(risk, theirs, threshold=0.5, level=0.95)
    assert found.disagreement == 0.15
    assert found.lower == pytest.approx(beta.ppf(0.025, 3, 18))
    assert found.upper == pytest.approx(beta.ppf(0.975, 4, 17))


def test_the_same_patients_give_the_same_surrogate():
    assert fitted().as_dict() == fitted().as_dict()


@pytest.mark.parametrize("kind", ["tree", "logistic"])
def test_the_summary_is_plain_json(kind):
    told = json.loads(json.dumps(fitted(kind=kind).as_dict(), allow_nan=False))
    assert told["fidelity"]["patients"] == len(cohort(seed=8))


def test_a_fidelity_without_patients_is_refused():
    with pytest.raises(NotEstimable, match="hold some out"):
        fidelity(np.array([0.1]), np.array([0.1]), threshold=0.5, level=0.95)


@pytest.mark.parametrize(
    "theirs", [np.array([0.1, 0.2, 0.3]), np.array([0.1, np.nan]), np.array([[0.1, 0.2]])]
)
def test_risks_that_are_not_of_the_same_known_patients_are_not_compared(theirs):
    with pytest.raises(NotEstimable, match="ask both of the same patients"):
        fidelity(np.array([0.1, 0.2]), theirs, threshold=0.5, level=0.95)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"kind": "treee"}, "a kind of tree, logistic"),
        ({"depth": 0}, "a depth of 1 or more"),
    ],
)
def test_a_surrogate_that_makes_no_sense_is_refused(change, complaint):
    with pytest.raises(NotEstimable, match=complaint):
        fitted(**change)


def test_a_surrogate_without_patients_to_judge_it_on_is_refused_before_it_is_fitted():
    with pytest.raises(NotEstimable, match="state its fidelity on, got 0"):
        surrogate(
            a_model(),
            protocol(),
            development=cohort().frame,
            held_out=cohort().frame.head(0),
            kind="tree",
            depth=2,
            level=0.95,
        )


def test_a_model_that_says_the_same_of_all_is_spoken_for_perfectly():
    found = fitted(ByHand(lambda f: np.full(len(f), 0.2), a_model()))
    assert found.fidelity.r_squared == 1
    assert fidelity(np.full(3, 0.2), np.ones(3), threshold=0.5, level=0.9).r_squared == 0


def test_a_risk_of_one_has_log_odds_a_surrogate_can_be_fitted_to():
    certain = ByHand(lambda f: np.where(f["age"] > 75, 1.0, 0.1), a_model())
    assert np.isfinite(fitted(certain, kind="logistic").fidelity.r_squared)
