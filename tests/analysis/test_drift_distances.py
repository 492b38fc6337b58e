"""How far values, all of them together, and calibration itself have moved."""

import json

import numpy as np
import pandas as pd
import pytest

from probatum.analysis.calibration import slope
from probatum.analysis.drift import (
    calibration_drift_test,
    classifier_test,
    drift_table,
    ks,
    wasserstein,
)
from probatum.errors import NotEstimable

RISK = np.tile([0.2, 0.2, 0.2, 0.8, 0.8, 0.8], 2)
OUTCOME = np.array([0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0])
PERIOD = np.repeat([0, 1], 6)
TWO_COLUMNS = pd.DataFrame({"a": np.arange(9), "b": 100 - np.arange(9)})


def test_the_mean_move_worked_by_hand():
    """
    F steps to 1/2 at 0, to 1 at 2; G to 1 at 1: |F - G| is 1/2 on (0, 1) and on (1, 2).
    F above G, then below: the signed length is 0, 1, 0, so reference 0, 0 and current 1 have
    no variance, which is no error. Chance alone: sqrt(2/pi) (2 sqrt(1/8)), and
    sqrt(2 ln 20 (1/2)).
    """
    found = wasserstein([0, 2], [1])
    assert found.value == 1
    assert found.se is None
    reach = np.sqrt(2 / np.pi) * 2 * np.sqrt(1 / 8) + np.sqrt(np.log(20))
    assert found.interval == (0, pytest.approx(1 + reach))
    assert found.p_value == pytest.approx(np.exp(-((1 - np.sqrt(1 / np.pi)) ** 2) / (2 * 0.5)))


def test_the_error_of_the_mean_move_worked_by_hand():
    """A clear shift moves the mean: SE^2 = (1/4)/2 + (1/4)/2 of values 0, 1 and 5, 6."""
    found = wasserstein([0, 1], [5, 6])
    assert found.value == 5
    assert found.se == pytest.approx(0.5)


def test_the_move_in_standard_deviations_of_the_reference():
    plain = wasserstein([0, 1, 2, 3], [9, 9])
    found = wasserstein([0, 1, 2, 3], [9, 9], is_standardised=True)
    sd = np.std([0, 1, 2, 3], ddof=1)
    assert found.value == pytest.approx(plain.value / sd)
    assert found.upper == pytest.approx(plain.upper / sd)
    assert "standard deviations of the reference" in found.method


def test_equal_samples_have_not_moved_and_no_error_is_claimed():
    found = wasserstein([1, 2, 3], [3, 1, 2])
    assert (found.value, found.se, found.lower, found.p_value) == (0, None, 0, 1)


@pytest.mark.parametrize("constants", [([1, 1], [2, 2]), ([0.1] * 3, [0.2] * 3), ([1], [2])])
def test_two_constants_that_differ_leave_nothing_to_judge_by(constants):
    """Two patients a side are no certainty; 0.1 has a variance of 3e-34 in rounding."""
    found = wasserstein(*constants)
    assert found.value == pytest.approx(constants[1][0] - constants[0][0])
    assert (found.se, found.lower, found.upper, found.p_value) == (None,) * 4
    assert found.method.endswith("two constants, no interval")


def test_a_reference_constant_but_for_rounding_is_no_unit():
    with pytest.raises(NotEstimable, match="expected a reference that varies"):
        wasserstein([0.1] * 3, [0.2, 0.3], is_standardised=True)


def test_the_chance_of_a_gap_is_counted_out_in_small_samples():
    """Of the 3 orders of one and two values 2 are apart, of the 20 of three and three 2."""
    assert ks([1], [2]).p_value == 1
    assert ks([1], [2, 3]).p_value == pytest.approx(2 / 3)
    assert ks([1, 2, 3], [4, 5, 6]).p_value == pytest.approx(2 / 20)


def test_the_table_keeps_the_names_of_its_columns():
    frame = pd.DataFrame({"age": [1.0, 2, 3], "creatinine": [3.0, 5, 4]})
    assert [row.column for row in drift_table(frame, frame).rows] == ["age", "creatinine"]


def test_the_table_is_plain_in_evidence():
    told = drift_table([1, 2, 3], [2, 3, 4]).as_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert told["column"] == ["column 1"]
    assert told["ks"] == [ks([1, 2, 3], [2, 3, 4]).value]
    assert told["ks_p_value"] == [ks([1, 2, 3], [2, 3, 4]).p_value]
    assert "Kolmogorov-Smirnov" in told["method"]
    assert "PSI over" in told["psi_method"][0]


def test_a_classifier_that_separates_gets_an_exact_bound_and_says_so():
    found = classifier_test(
        np.arange(20.0), np.arange(100.0, 120), seed=1, classifier="logistic", folds=2
    )
    assert (found.value, found.se, found.upper) == (1, 0, 1)
    assert found.lower == pytest.approx(0.025 ** (1 / 20))
    assert "exact bound from 20 disjoint pairs" in found.method


def test_trees_see_a_change_of_spread_that_a_line_does_not():
    rng = np.random.default_rng(2)
    before, now = rng.normal(size=(200, 2)), rng.normal(size=(200, 2)) * 3
    assert classifier_test(before, now, seed=3, classifier="boosted", folds=2).lower > 0.7
    assert classifier_test(before, now, seed=3, classifier="logistic").value < 0.6


def test_without_permutations_nothing_is_tested():
    rng = np.random.default_rng(2)
    found = classifier_test(rng.normal(size=60), rng.normal(size=60), seed=3, folds=2)
    assert found.p_value is None
    assert found.statistic is None
    assert "no test" in found.method


def test_permutations_count_themselves_and_do_not_depend_on_workers():
    rng = np.random.default_rng(4)
    before, now = rng.normal(size=(60, 2)), rng.normal(2, 1, size=(60, 2))
    one, two = (
        classifier_test(
            before, now, seed=5, classifier="logistic", permutations=9, workers=workers
        )
        for workers in (1, 2)
    )
    assert one == two
    assert one.p_value == 1 / 10
    assert "9 permutations" in one.method


def test_sides_exchanged_until_nothing_tells_them_apart_count_as_one_half():
    """Leaves of twenty leave trees one cut of forty patients, or, once exchanged, none."""
    before = np.random.default_rng(11).integers(0, 4, 25)
    now = np.random.default_rng(110).integers(1, 5, 25)
    found = classifier_test(before, now, seed=1, permutations=4)
    assert found.value > 0.5
    assert found.p_value == 1 / 5


def test_change_of_calibration_worked_by_hand():
    """
    Risk .2: 1 of 3 events, then 2 of 3; risk .8: 2 of 3 both times. Slopes are differences of
    log-odds, ln 4 then 0, over those of the risks, 2 ln 4: 1/2 and 0.
    """
    found = calibration_drift_test(OUTCOME, RISK, PERIOD)
    assert found.slope.value == pytest.approx(-0.5)
    before = slope(OUTCOME[:6], RISK[:6])
    assert before.value == pytest.approx(0.5)
    assert found.n == 12
    assert json.loads(json.dumps(found.as_dict(), allow_nan=False)) == found.as_dict()


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda: wasserstein([], [1]), "at least one patient"),
        (lambda: wasserstein([1, np.nan], [1]), "missing or infinite"),
        (lambda: wasserstein([1], [1, 2], confidence=1), "confidence"),
        (lambda: wasserstein([1, 1], [1, 2], is_standardised=True), "varies"),
        (lambda: drift_table([[1, 2]], [[1]]), "2 and 1"),
        (lambda: drift_table([[[1]]], [[[1]]]), "columns of at least one"),
        (lambda: drift_table([["a"]], [[1]]), "expected numbers"),
        (lambda: drift_table([[1, 1], [2, 1]], [[1, 1]]), "drift of column 2"),
        (lambda: drift_table([1, np.nan], [1, 2]), "drift of column 1.*missing"),
        (
            lambda: drift_table(pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})),
            "got others",
        ),
        (lambda: classifier_test([1, 2], [1, 2], seed=1), "2 patients a side"),
        (lambda: classifier_test([1, 2], [1, 2], seed=1, permutations=-1), "permutations"),
        (lambda: classifier_test(np.ones((9, 2)), np.ones((9, 1)), seed=1, folds=2), "2 and 1"),
        (
            lambda: classifier_test(TWO_COLUMNS, TWO_COLUMNS[["b", "a"]], seed=1, folds=2),
            "same order",
        ),
        (lambda: classifier_test([1, 2], [1, 2], seed=1, permutations=1.5), "permutations"),
        (lambda: classifier_test([1, 2], [1, 2], seed=1, folds="2"), "folds"),
        (lambda: classifier_test([1, np.inf] * 9, [1, 2] * 9, seed=1, folds=2), "finite"),
        (lambda: classifier_test(np.ones(99), np.ones(99), seed=1, folds=2), "one for all"),
        (
            lambda: classifier_test(np.ones(9), np.ones(9), seed=1, folds=2, classifier="x"),
            "boosted or logistic",
        ),
        (lambda: calibration_drift_test(OUTCOME, RISK, PERIOD[:-1]), "one length"),
        (lambda: calibration_drift_test(OUTCOME, RISK, np.ones(12)), "two periods"),
        (lambda: calibration_drift_test(OUTCOME, RISK.round(), PERIOD), "exactly 0 or 1"),
        (lambda: calibration_drift_test(PERIOD, RISK, PERIOD), "at least 1"),
        (lambda: calibration_drift_test(RISK > 0.5, RISK, PERIOD), "separation"),
    ],
)
def test_nonsense_has_no_drift(ask, told):
    with pytest.raises(NotEstimable, match=told):
        ask()
