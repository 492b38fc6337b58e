"""How strong the evidence must be at each look, and what it costs to look."""

import json

import numpy as np
import pytest
from scipy.stats import norm

from probatum.analysis.estimate import wald, with_test
from probatum.analysis.sequential import (
    boundaries,
    conditional_power,
    crossing_probabilities,
    group_sequential_design,
    inflation,
    predictive_power,
    repeated_interval,
    spent_alpha,
    stage_wise_interval,
)
from probatum.errors import NotEstimable

HALVES = [0.5, 1.0]


def test_spent_error_worked_by_hand():
    """At half the information: 4(1 - Phi(z_.0125 / sqrt .5)) and .05 ln(1 + (e - 1)/2)."""
    z = norm.isf(0.0125)
    assert spent_alpha("obrien-fleming", [0.5], 0.05)[0] == pytest.approx(
        4 * norm.sf(z / np.sqrt(0.5))
    )
    assert spent_alpha("pocock", [0.5], 0.05)[0] == pytest.approx(0.05 * np.log((1 + np.e) / 2))


def test_error_spent_by_the_families_worked_by_hand():
    """At a quarter: .05/16 with rho 2; .05 (1 - 1/sqrt 2)/(1 - 1/4) with gamma ln 4."""
    assert spent_alpha("kim-demets", [0.25], 0.05, shape=2)[0] == pytest.approx(0.05 / 16)
    found = spent_alpha("hwang-shih-decani", [0.25], 0.05, shape=np.log(4))[0]
    assert found == pytest.approx(0.05 * (1 - 1 / np.sqrt(2)) / 0.75)


def test_an_underscore_in_the_name_of_a_spending_function_is_a_hyphen():
    old, new = (boundaries(name, HALVES, 0.05) for name in ("obrien_fleming", "obrien-fleming"))
    assert old.as_dict() == new.as_dict()


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock"])
def test_a_single_look_is_the_ordinary_test(spending):
    two, one = (boundaries(spending, [1], 0.05, sides=sides).critical[0] for sides in (2, 1))
    assert two == pytest.approx(norm.isf(0.025), abs=1e-12)
    assert one == pytest.approx(norm.isf(0.05), abs=1e-12)
    assert inflation(spending, [1], 0.05, power=0.9) == pytest.approx(1)


def test_the_first_critical_value_is_the_quantile_of_what_is_spent():
    found = boundaries("obrien-fleming", [0.4, 1], 0.05)
    assert found.nominal[0] == pytest.approx(found.spent[0], rel=1e-12)


def test_a_later_look_does_not_change_the_ones_before_it():
    early = boundaries("obrien-fleming", [0.3, 0.6], 0.05).critical
    late = boundaries("obrien-fleming", [0.3, 0.6, 0.61, 1], 0.05).critical
    np.testing.assert_allclose(early, late[:2], rtol=1e-12)


def test_all_looks_together_keep_the_error_in_simulated_trials():
    information = np.array([0.25, 0.5, 0.75, 1.0])
    critical = boundaries("pocock", information, 0.1).critical
    rng = np.random.default_rng(12)
    steps = rng.normal(size=(200_000, 4)) * np.sqrt(np.diff(information, prepend=0))
    z = np.cumsum(steps, axis=1) / np.sqrt(information)
    assert np.mean(np.any(np.abs(z) > critical, axis=1)) == pytest.approx(0.1, abs=0.003)


def test_stops_for_futility_are_as_frequent_in_simulated_trials_as_planned():
    plan = group_sequential_design(
        "obrien-fleming", [0.4, 0.7, 1], 0.025, power=0.8, sides=1, beta_spending="pocock"
    )
    rng, steps = np.random.default_rng(13), np.diff([0, 0.4, 0.7, 1])
    draws = rng.normal(size=(200_000, 3)) * np.sqrt(steps) + plan.drift * steps
    z = np.cumsum(draws, axis=1) / np.sqrt(plan.information)
    outside = np.where(z >= plan.critical, 1, np.where(z < plan.futility, -1, 0))
    first = outside[np.arange(len(z)), np.argmax(outside != 0, axis=1)]
    assert np.mean(first == 1) == pytest.approx(0.8, abs=0.004)
    assert np.mean(outside[:, 0] == -1) == pytest.approx(
        plan.under_alternative.below[0], abs=0.004
    )


def test_looks_save_information_when_there_is_an_effect():
    plan = group_sequential_design("pocock", HALVES, 0.05, power=0.9)
    told = plan.as_dict()
    assert told["inflation"] > 1 > told["expected_under_alternative"]
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert "futility" not in told


def test_conditional_power_of_one_look_left_worked_by_hand():
    """B = .6, .6 more expected under the trend of 1.2 at half the information; 1.96 needed."""
    z = 0.6 / np.sqrt(0.5)
    found = conditional_power(z, 0.5, [1.0], [1.96])
    assert found.drift == pytest.approx(1.2)
    assert found.power == pytest.approx(norm.cdf((1.2 - 1.96) / np.sqrt(0.5)), abs=1e-12)
    planned = conditional_power(z, 0.5, [1.0], [1.96], drift=3.0)
    assert planned.power == pytest.approx(norm.cdf((0.6 + 1.5 - 1.96) / np.sqrt(0.5)))


def test_predictive_power_of_one_look_left_worked_by_hand():
    z = 0.6 / np.sqrt(0.5)
    found = predictive_power(z, 0.5, [1.0], [1.96])
    assert found.power == pytest.approx(norm.cdf((z - 1.96 * np.sqrt(0.5)) / np.sqrt(0.5)))
    assert "drift" not in found.as_dict()


def test_a_prior_of_one_drift_makes_predictive_power_conditional():
    sure = predictive_power(1.1, 0.4, [0.7, 1], [2.5, 2.0], prior_drift=2.5, prior_sd=1e-4)
    told = conditional_power(1.1, 0.4, [0.7, 1], [2.5, 2.0], drift=2.5)
    np.testing.assert_allclose(sure.above, told.above, atol=1e-6)


def test_the_repeated_interval_is_as_wide_as_its_critical_value():
    look = wald(0.8, 0.02, confidence=0.95, n=300, method="DeLong")
    assert repeated_interval(look, critical=2.5).interval == (
        pytest.approx(0.75),
        pytest.approx(0.85),
    )
    assert repeated_interval(with_test(look), critical=2.5).p_value is None
    with pytest.raises(NotEstimable, match="standard error"):
        repeated_interval(wald(1, 0, confidence=0.95, n=3, method="exact"), critical=2.5)
    with pytest.raises(NotEstimable, match="critical"):
        repeated_interval(look, critical=0)
    with pytest.raises(NotEstimable, match="critical"):
        repeated_interval(look, critical="2.5")


def test_after_a_stop_at_the_first_look_the_ordinary_interval_stands():
    found = stage_wise_interval(0.3, 0.1, [0.5], [2.8], n=100)
    assert found.value == pytest.approx(0.3)
    half = 0.1 * norm.isf(0.025)
    assert found.interval == (pytest.approx(0.3 - half), pytest.approx(0.3 + half))
    assert found.p_value == pytest.approx(2 * norm.sf(3))


def test_a_study_that_goes_on_has_no_interval_of_stopping():
    with pytest.raises(NotEstimable, match="has stopped"):
        stage_wise_interval(0.1, 0.1, [0.5], [2.8], n=100)


@pytest.mark.parametrize("information", [[], [0, 1], [0.5, 0.4], [0.5, 0.5], [0.5, 1.2]])
def test_looks_out_of_order_are_refused(information):
    with pytest.raises(NotEstimable):
        boundaries("pocock", information, 0.05)


@pytest.mark.parametrize(
    ("spending", "alpha", "options", "told"),
    [
        ("pocock", 0, {}, "alpha"),
        ("pocock", 1, {}, "alpha"),
        ("pocock", 0.05, {"sides": 3}, "sides"),
        ("pocock", "0.05", {}, "alpha"),
        ("kim-demets", 0.05, {"shape": "2"}, "shape"),
        (None, 0.05, {}, "spending"),
        ("haybittle", 0.05, {}, "spending"),
        ("pocock", 0.05, {"shape": 1}, "expected none"),
        ("kim-demets", 0.05, {}, "shape"),
        ("kim-demets", 0.05, {"shape": 0}, "shape"),
        ("hwang-shih-decani", 0.05, {"shape": 41}, "shape"),
        ("hwang-shih-decani", 0.05, {"shape": np.nan}, "shape"),
    ],
)
def test_a_spending_rule_that_is_none_is_refused(spending, alpha, options, told):
    with pytest.raises(NotEstimable, match=told):
        boundaries(spending, HALVES, alpha, **options)


def test_a_look_too_early_to_spend_anything_is_refused():
    with pytest.raises(NotEstimable, match="spend some error"):
        boundaries("obrien-fleming", [0.0005, 1], 0.05)


def test_looks_too_close_for_anything_to_happen_between_them_are_refused():
    with pytest.raises(NotEstimable, match="farther apart"):
        boundaries("pocock", [0.5, 0.5 + 1e-9, 1], 0.05)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"power": 0.02}, "power"),
        ({"power": 1.0}, "power"),
        ({"power": "0.8"}, "power"),
        ({"power": 0.8, "beta_spending": "pocock"}, "one-sided"),
        ({"power": 0.8, "sides": 1, "beta_spending": "none"}, "spending"),
        ({"power": 0.8, "information": [0.5, 0.9]}, "last look"),
    ],
)
def test_a_plan_that_is_none_is_refused(options, told):
    asked = {"spending": "pocock", "information": HALVES, "alpha": 0.05} | options
    with pytest.raises(NotEstimable, match=told):
        group_sequential_design(**asked)


@pytest.mark.parametrize(
    ("critical", "options", "told"),
    [
        ([2.0], {}, "one length"),
        ([2.0, -1.0], {}, "crossed"),
        ([2.0, 2.0], {"futility": [0, 2.0]}, "one-sided"),
        ([2.0, 2.0], {"futility": [2.0, 2.0], "sides": 1}, "crossed"),
        ([2.0, 2.0], {"drift": np.inf}, "drift"),
        ([2.0, 2.0], {"drift": "3"}, "drift"),
    ],
)
def test_boundaries_that_are_none_are_refused(critical, options, told):
    with pytest.raises(NotEstimable, match=told):
        crossing_probabilities(HALVES, critical, **options)


def test_an_outlook_from_after_the_look_to_come_is_refused():
    with pytest.raises(NotEstimable, match="before the looks"):
        conditional_power(1.0, 0.5, [0.5, 1], [2, 2])
    with pytest.raises(NotEstimable, match="prior"):
        predictive_power(1.0, 0.5, [1], [2], prior_sd=0)
    with pytest.raises(NotEstimable, match=r"at least 0\.0001"):
        predictive_power(1.0, 0.5, [1], [2], prior_sd=1e-200)
    with pytest.raises(NotEstimable, match="finite drift"):
        predictive_power(1.0, 0.5, [1], [2], prior_drift=np.nan)
    with pytest.raises(NotEstimable, match="finite drift"):
        predictive_power(1.0, 0.5, [1], [2], prior_drift="0")
    for z, at in (("1", 0.5), (1.0, None)):
        with pytest.raises(NotEstimable, match="finite statistic"):
            conditional_power(z, at, [1], [2])
    with pytest.raises(NotEstimable, match="finite number"):
        conditional_power(1.0, 0.5, [1], [2], drift="3")


def test_a_whole_number_is_a_standard_deviation_like_any_other():
    whole, other = (
        predictive_power(1.0, 0.5, [1], [2], prior_sd=sd).power for sd in (np.int64(3), 3.0)
    )
    assert whole == other


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"value": "0.3"}, "effect"),
        ({"se": None}, "error"),
        ({"null": [0, 0]}, "effect"),
        ({"n": "many"}, "one patient"),
    ],
)
def test_words_for_numbers_have_no_interval_of_stopping(change, told):
    asked = {"value": 0.3, "se": 0.1, "n": 100} | change
    with pytest.raises(NotEstimable, match=told):
        stage_wise_interval(information=[0.5], critical=[2.8], **asked)
