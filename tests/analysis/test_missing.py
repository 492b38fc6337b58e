"""What was not observed: pooled by hand, bounded by trying everything, tipped where it tips."""

import itertools

import numpy as np
import pytest

from probatum.analysis.discrimination import auc
from probatum.analysis.missing import (
    auc_bounds,
    fraction_missing,
    rubin,
    sensitivity_bounds,
    specificity_bounds,
    tipping_point,
    tipping_point_difference,
)
from probatum.analysis.proportion import proportion, proportion_difference
from probatum.errors import NotEstimable

UNKNOWN = float("nan")


def test_rubins_rules_worked_by_hand():
    """Q = 1, 2, 3; U = 1: B = 1, T = 1 + 4/3 = 7/3, lambda = 4/7, nu = 2 (7/4)^2 = 6.125."""
    found = rubin([1, 2, 3], [1, 1, 1], n=50)
    assert found.value == 2
    assert found.se == pytest.approx(np.sqrt(7 / 3))
    assert found.df == pytest.approx(6.125)
    r = 4 / 3
    assert fraction_missing([1, 2, 3], [1, 1, 1]) == pytest.approx((r + 2 / 9.125) / (r + 1))


def test_few_patients_leave_fewer_degrees_of_freedom():
    """nu_obs = 11/13 * 10 * 3/7 = 330/91; 1/nu = 1/6.125 + 91/330."""
    found = rubin([1, 2, 3], [1, 1, 1], n=12, complete_df=10)
    assert found.df == pytest.approx(1 / (1 / 6.125 + 91 / 330))


def test_imputations_that_agree_cost_nothing():
    found = rubin([0.8, 0.8], [0.02, 0.02], n=300)
    assert (found.se, found.df) == (pytest.approx(0.02), None)
    assert found.upper == pytest.approx(0.8 + 1.959964 * 0.02, abs=1e-7)
    assert fraction_missing([0.8, 0.8], [0.02, 0.02]) == 0


def test_imputations_that_agree_still_have_the_freedom_of_the_patients():
    """nu_obs = 11/13 * 10 where nothing differs between imputations, and hardly less near."""
    same, near = (
        rubin([0.7, other], [0.1, 0.1], n=12, complete_df=10) for other in (0.7, 0.7001)
    )
    assert same.df == pytest.approx(110 / 13)
    assert near.df == pytest.approx(same.df, rel=1e-5)


def test_imputations_that_disagree_beyond_all_error_leave_hardly_any_freedom():
    """The share lost rounds to 1; the interval must not become a normal one."""
    found = rubin([0.7, 0.8], [1e-12, 1e-12], n=12, complete_df=10)
    assert 0 < found.df < 1e-15
    assert found.upper - found.lower > 1e6


def test_an_area_pooled_on_the_logit_scale_stays_below_one():
    areas, errors = [0.97, 0.99, 0.98], [0.02, 0.02, 0.02]
    assert rubin(areas, errors, n=90).upper > 1
    assert rubin(areas, errors, n=90, scale="logit").upper < 1


@pytest.mark.parametrize(
    ("estimates", "ses", "options", "told"),
    [
        ([1], [1], {}, "two or more"),
        ([1, 2], [1, 0], {}, "above 0, got 2 with 1"),
        ([1, 2], [1], {}, "one length"),
        ([1, UNKNOWN], [1, 1], {}, "estimates — expected finite"),
        ([0.5, 1.0], [1, 1], {"scale": "logit"}, "a value on the logit scale"),
        ([1, 2], [1, 1], {"scale": "root"}, "scale — expected one of"),
        ([1, 2], [1, 1], {"confidence": 1}, "level"),
        ([1, 2], [1, 1], {"complete_df": 0}, "degrees of freedom — expected more than 0"),
        ([1, 2], [1, 1], {"complete_df": -5}, "more than 0, got -5"),
        ([1, 2], [1, 1], {"complete_df": "5"}, "more than 0, got '5'"),
        ([1, 2], [1, 1], {"scale": ["log"]}, "scale — expected one of"),
        ([1, 1e300], [1, 1e299], {"scale": "log"}, "finite upper"),
        ([1, 2], [1, 1], {"complete_df": UNKNOWN}, "more than 0, got nan"),
        ([1, 2], [1e-200, 1e-200], {}, "errors with a value"),
    ],
)
def test_what_cannot_be_pooled_is_refused(estimates, ses, options, told):
    with pytest.raises(NotEstimable, match=told):
        rubin(estimates, ses, n=9, **options)


def test_the_bounds_of_sensitivity_worked_by_hand():
    """2 of 3 found; one positive and two negatives unknown: 2/5 to 3/4."""
    outcome = [1, 1, 1, 0, UNKNOWN, UNKNOWN, UNKNOWN]
    found = sensitivity_bounds(outcome, [1, 1, 0, 0, 1, 0, 0])
    assert (found.worst.value, found.known.value, found.best.value) == (0.4, 2 / 3, 0.75)
    assert (found.lower, found.upper) == (
        proportion(2, 5).lower,
        proportion(3, 4).upper,
    )


def test_specificity_is_sensitivity_with_both_signs_changed():
    outcome, test = np.array([1, 0, 0, UNKNOWN, UNKNOWN]), np.array([1, 0, 1, 1, 0])
    assert specificity_bounds(outcome, test) == sensitivity_bounds(1 - outcome, 1 - test)


@pytest.mark.parametrize("seed", range(12))
def test_the_bounds_of_an_area_are_the_extremes_of_all_assignments(seed):
    rng = np.random.default_rng(seed)
    score = rng.integers(0, 6, 14).astype(float)
    outcome = np.array([0, 0, 0, 0, 1, 1, 1, *[UNKNOWN] * 7])
    found = auc_bounds(outcome, score)
    areas = [
        auc([*outcome[:7], *rest], score).value for rest in itertools.product([0, 1], repeat=7)
    ]
    assert found.worst.value == pytest.approx(min(areas), abs=1e-12)
    assert found.best.value == pytest.approx(max(areas), abs=1e-12)
    assert found.n_unknown == 7


def test_bounds_meet_where_everything_is_known():
    found = auc_bounds([0, 0, 1, 1], [1, 3, 2, 4])
    assert found.worst == found.known == found.best


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ([UNKNOWN, UNKNOWN], "some known outcomes"),
        ([0, UNKNOWN], "one known patient"),
        ([2, UNKNOWN], "expected 0 or 1"),
        (["yes", "no"], "outcome — expected numbers"),
        (np.array([1, 1j]), "complex numbers"),
        ([1, np.inf], "outcome — expected finite"),
        ([[1], [0]], r"one a patient, got shape \(2, 1\)"),
    ],
)
def test_outcomes_that_bound_nothing_are_refused(outcome, told):
    with pytest.raises(NotEstimable, match=told):
        sensitivity_bounds(outcome, [1, 0])


def test_a_masked_outcome_is_unknown():
    hidden = np.ma.array([1, 0, 1], mask=[False, False, True])
    found = sensitivity_bounds(hidden, [1, 0, 0])
    assert found == sensitivity_bounds([1, 0, UNKNOWN], [1, 0, 0])
    assert found.n_unknown == 1


def test_a_test_that_is_neither_positive_nor_negative_is_named():
    with pytest.raises(NotEstimable, match="positive — expected 0 or 1"):
        sensitivity_bounds([1, 0], [2, 0])


def test_small_counts_of_the_machine_are_counts():
    """200 and 100 more are beyond an unsigned byte."""
    small = tipping_point(np.uint8(200), np.uint8(250), np.uint8(100), goal=0.8)
    assert small.needed == tipping_point(200, 250, 100, goal=0.8).needed
    pair = tipping_point_difference(
        *np.uint8([200, 250, 100, 250]), missing_a=np.uint8(20), missing_b=np.uint8(20)
    )
    assert (
        pair.is_safe
        == tipping_point_difference(200, 250, 100, 250, missing_a=20, missing_b=20).is_safe
    )


@pytest.mark.parametrize("no_number", ["9", None, [1, 2], 2.5, UNKNOWN])
def test_what_is_no_count_is_refused(no_number):
    for name in ("events", "n", "missing", "goal"):
        with pytest.raises(NotEstimable):
            tipping_point(**{"events": 9, "n": 10, "missing": 2, "goal": 0.8, name: no_number})
    for name in ("missing_a", "missing_b", "goal"):
        asked = {"missing_a": 2, "missing_b": 2, "goal": 0.1, name: no_number}
        with pytest.raises(NotEstimable):
            tipping_point_difference(9, 10, 5, 10, **asked)
    with pytest.raises(NotEstimable, match="n — expected a whole number"):
        rubin([1, 2], [1, 1], n=no_number)


def test_the_tipping_point_is_where_the_bound_crosses_the_goal():
    found = tipping_point(90, 100, 10, goal=0.8)
    crossing = [proportion(90 + k, 110).lower > 0.8 for k in range(11)]
    assert found.needed == crossing.index(True)
    assert found.needed_share == found.needed / 10
    assert np.all(np.diff(found.lower) > 0)


def test_what_nothing_unknown_can_undo_needs_nothing():
    assert tipping_point(99, 100, 1, goal=0.5).needed == 0


@pytest.mark.parametrize(("missing", "goal"), [(0, 0.8), (3, 0.0), (3, 1.0)])
def test_a_tipping_point_of_nobody_is_refused(missing, goal):
    with pytest.raises(NotEstimable, match="tipping point — expected 1 to 100000 patients"):
        tipping_point(9, 10, missing, goal=goal)


def test_the_frontier_of_two_groups_is_where_the_bound_crosses_the_goal():
    """Every number of unknown events in either group, one by one."""
    found = tipping_point_difference(45, 50, 30, 50, missing_a=6, missing_b=9, goal=0.05)
    for more_b, needed in enumerate(found.needed):
        stands = [
            proportion_difference(45 + a, 56, 30 + more_b, 59).lower > 0.05 for a in range(7)
        ]
        assert needed == (stands.index(True) if True in stands else 7)
    assert found.known == proportion_difference(45, 50, 30, 50)
    assert not found.is_safe


def test_a_conclusion_that_nothing_unknown_undoes_is_safe():
    assert tipping_point_difference(45, 50, 20, 50, missing_a=2, missing_b=2).is_safe
    never = tipping_point_difference(25, 50, 25, 50, missing_a=2, missing_b=0)
    assert never.needed.tolist() == [3]


@pytest.mark.parametrize(("a", "b", "goal"), [(0, 0, 0), (1, 1, 1.0), (1, 1, UNKNOWN)])
def test_a_frontier_of_nobody_is_refused(a, b, goal):
    with pytest.raises(NotEstimable, match="patients missing and a goal in"):
        tipping_point_difference(9, 10, 5, 10, missing_a=a, missing_b=b, goal=goal)
