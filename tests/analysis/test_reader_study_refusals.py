"""A reader study that is none, or a question it cannot answer, is refused in a sentence."""

import numpy as np
import pytest

from probatum.analysis.reader_study import (
    Reads,
    dorfman_berbaum_metz,
    mrmc_power,
    mrmc_sample_size,
    obuchowski_rockette,
    reader_versus_model,
    single_arm,
    ustatistic_difference,
)
from probatum.errors import NotEstimable
from tests.analysis.reading import PILOT, a_study, a_table

COLUMNS = a_table(cases=12).to_dict("list")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rating": [np.nan, *COLUMNS["rating"][1:]]}, "1 missing or infinite"),
        ({"truth": [2, *COLUMNS["truth"][1:]]}, "0 or 1"),
        ({"truth": [0, *COLUMNS["truth"][1:]]}, "two for 1 of 12 cases"),
        ({"truth": [0] * 72}, "at least 2 with and 2 without"),
        ({"case": [1, *COLUMNS["case"][1:]]}, "two truths|two for"),
        ({"reader": [2, *COLUMNS["reader"][1:]]}, "one reading for each"),
        ({"reader": [None, *COLUMNS["reader"][1:]]}, "1 missing"),
        ({"reader": COLUMNS["reader"][1:]}, "one length"),
        ({"treatment": []}, "one label each"),
        ({"reader": ["a", np.nan, *["b"] * 70]}, "1 missing"),
    ],
)
def test_a_table_that_is_no_study_is_refused(change, told):
    with pytest.raises(NotEstimable, match=told):
        Reads(**{**COLUMNS, **change})


def test_a_table_without_a_column_is_refused():
    with pytest.raises(NotEstimable, match="none named truth"):
        Reads.of(a_table().drop(columns="truth"))


@pytest.mark.parametrize(
    ("analysis", "how", "told"),
    [
        (obuchowski_rockette, {"readers": "fixed", "cases": "fixed"}, "both fixed"),
        (obuchowski_rockette, {"readers": "some"}, "'random' or 'fixed'"),
        (obuchowski_rockette, {"covariance": "bootstrap"}, "covariance"),
        (obuchowski_rockette, {"reference": "9"}, "reference"),
        (obuchowski_rockette, {"margin": -0.1}, "margin"),
        (obuchowski_rockette, {"margin": "0.1"}, "margin"),
        (obuchowski_rockette, {"margin": 1}, "margin"),
        (obuchowski_rockette, {"readers": ["random"]}, "'random' or 'fixed'"),
        (obuchowski_rockette, {"confidence": 1}, "confidence level"),
        (dorfman_berbaum_metz, {"readers": "fixed", "cases": "fixed"}, "both fixed"),
        (single_arm, {"goal": 0.8}, "treatment"),
        (single_arm, {"goal": 0.8, "arm": "9"}, "treatment"),
        (single_arm, {"goal": 1.0, "arm": "0"}, "goal"),
        (single_arm, {"goal": "0.8", "arm": "0"}, "goal"),
        (single_arm, {"goal": 0.8, "arm": "0", "interval": "exact"}, "interval"),
        (reader_versus_model, {"model": "9", "arm": "0"}, "model"),
        (ustatistic_difference, {"treatment_a": "0"}, "two different ones"),
        (ustatistic_difference, {"moments": "some"}, "moments"),
        (ustatistic_difference, {"margin": 0}, "margin"),
    ],
)
def test_a_question_the_study_cannot_answer_is_refused(analysis, how, told):
    with pytest.raises(NotEstimable, match=told):
        analysis(a_study(), **how)


def test_a_study_with_a_reading_missing_is_sent_to_the_analysis_that_takes_it():
    with pytest.raises(NotEstimable, match="ustatistic_difference"):
        obuchowski_rockette(Reads.of(a_table().iloc[1:]))


@pytest.mark.parametrize(
    ("how", "told"),
    [({"treatments": 1}, "single_arm"), ({"readers": 1}, "auc_difference")],
)
def test_a_study_of_one_treatment_or_one_reader_is_no_comparison(how, told):
    with pytest.raises(NotEstimable, match=told):
        obuchowski_rockette(a_study(**how))


def test_one_reader_an_arm_says_nothing_of_other_readers():
    with pytest.raises(NotEstimable, match="at least two in each arm"):
        ustatistic_difference(a_study(readers=1))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"difference": 0}, "difference"),
        ({"n_readers": 1}, "readers"),
        ({"n_cases": 3}, "cases"),
        ({"alpha": 0}, "alpha"),
        ({"sampled": "nobody"}, "sampled"),
        ({"var_error": 0}, "variance components"),
        ({"cov1": np.nan}, "variance components"),
        ({"cov1": 0.01}, "expected some error"),
        ({"pilot_cases": 0}, "pilot_cases"),
        ({"difference": "large"}, "difference"),
        ({"n_readers": 5.5}, "readers"),
        ({"n_cases": None}, "cases"),
        ({"alpha": [0.05]}, "alpha"),
        ({"cov2": "none"}, "variance components"),
        ({"pilot_cases": np.nan}, "pilot_cases"),
    ],
)
def test_a_plan_that_describes_no_study_is_refused(change, told):
    plan = {"difference": 0.05, "n_readers": 5, "n_cases": 100, **PILOT, **change}
    with pytest.raises(NotEstimable, match=told):
        mrmc_power(**plan)


@pytest.mark.parametrize("power", [1.0, "0.8", None])
def test_a_power_that_is_no_probability_is_refused(power):
    with pytest.raises(NotEstimable, match="power"):
        mrmc_sample_size(difference=0.05, n_readers=5, power=power, **PILOT)


def test_findings_cannot_be_changed():
    with pytest.raises(AttributeError):
        obuchowski_rockette(a_study()).n_readers = 9
