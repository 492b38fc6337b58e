"""Does the model rank those who will have the event above those who will not?"""

import numpy as np
import pytest

from probatum.analysis.discrimination import auc, auc_difference, non_inferiority, roc_curve
from probatum.analysis.estimate import wald
from probatum.errors import NotEstimable

OUTCOME = [0, 0, 0, 1, 1, 1]
SCORE = [1, 2, 3, 2, 3, 4]


def test_area_and_error_worked_by_hand():
    """
    Cases 2, 3, 4 beat controls 1, 2, 3 in shares 1/2, 5/6, 1: mean 7/9, variance 7/108.
    Controls are beaten in shares 1, 5/6, 1/2: the same variance.
    Var = (7/108)/3 + (7/108)/3 = 7/162.
    """
    found = auc(OUTCOME, SCORE)
    assert found.value == pytest.approx(7 / 9)
    assert found.se == pytest.approx(np.sqrt(7 / 162))
    assert found.upper == 1.0
    assert found.n == 6


def test_weighted_area_and_error_worked_by_hand():
    """
    The case that scores 2 stands for two patients: (2 (1/2) + 5/6 + 1)/4 = 17/24.
    Over cases (3/2)(4 (5/24)^2 + (1/8)^2 + (7/24)^2)/16; controls are beaten in shares
    1, 3/4, 3/8: variance (sum of squares of 7/24, 1/24, 8/24)/2, over 3.
    """
    found = auc(OUTCOME, SCORE, weight=[1, 1, 1, 2, 1, 1])
    cases = 1.5 * (4 * (5 / 24) ** 2 + (1 / 8) ** 2 + (7 / 24) ** 2) / 16
    controls = (7**2 + 1 + 8**2) / 24**2 / 2 / 3
    assert found.value == pytest.approx(17 / 24)
    assert found.se == pytest.approx(np.sqrt(cases + controls))
    assert "weights taken as known" in found.method


def test_difference_worked_by_hand():
    """
    Cases' shares: A 1/2, 1 and B 1, 1/2, so they differ by -1/2, 1/2: variance 1/2, over 2.
    Controls' shares: A 1, 1/2 and B 1, 1/2: no difference. Var = 1/4.
    """
    found = auc_difference([0, 0, 1, 1], [1, 3, 2, 4], [1, 3, 4, 2])
    assert found.value == 0
    assert found.se == pytest.approx(0.5)
    assert found.p_value == pytest.approx(1)


def test_a_score_the_wrong_way_round_is_not_flipped():
    assert auc([0, 0, 1, 1], [4, 2, 3, 1]).value == 0.25


def test_perfect_separation_gets_an_exact_bound_and_says_so():
    found = auc(np.repeat([0, 1], [40, 10]), np.arange(50))
    assert found.value == 1
    assert found.se == 0
    assert found.lower == pytest.approx(0.025**0.1)
    assert found.upper == 1
    assert "exact bound from 10 disjoint pairs" in found.method


def test_separation_the_wrong_way_round_mirrors_the_bound():
    found = auc(np.repeat([0, 1], [40, 10]), -np.arange(50))
    assert found.interval == (0, pytest.approx(1 - 0.025**0.1))


def test_one_score_for_all_says_nothing_and_its_interval_says_so():
    found = auc(np.repeat([0, 1], 10), np.ones(20), weight=np.linspace(1, 2, 20))
    assert found.value == 0.5
    assert found.interval == (pytest.approx(0.025**0.1 / 2), pytest.approx(1 - 0.025**0.1 / 2))


def test_two_models_that_rank_alike_differ_by_no_more_than_the_pairs_allow():
    rng = np.random.default_rng(3)
    y, score = np.repeat([0, 1], [300, 100]), rng.normal(size=400)
    found = auc_difference(y, score, np.exp(score))
    reach = 1 - 0.025 ** (1 / 100)
    assert found.value == 0
    assert found.interval == (pytest.approx(-reach), pytest.approx(reach))
    assert found.p_value is None


def test_a_difference_of_separations_stays_within_its_range():
    y = np.repeat([0, 1], 5)
    found = auc_difference(y, np.arange(10), -np.arange(10))
    least = 0.025 ** (1 / 5)  # of pairs that show 1; the others may show -1
    assert found.value == 1
    assert found.interval == (pytest.approx(2 * least - 1), 1)


def test_non_inferiority_tests_against_the_margin_one_sided():
    found = non_inferiority(wald(-0.01, 0.01, confidence=0.95, n=900, method="d"), margin=0.03)
    assert found.statistic == pytest.approx(2)
    assert found.p_value == pytest.approx(0.0227501, rel=1e-5)
    assert found.lower == pytest.approx(-0.01 - 0.0195996, abs=1e-6)
    assert "margin 0.03" in found.method


def test_the_lower_bound_and_the_one_sided_test_agree():
    for estimate in (-0.0105, -0.0103):
        found = non_inferiority(
            wald(estimate, 0.005, confidence=0.95, n=900, method="d"), margin=0.0202
        )
        assert (found.lower > -0.0202) == (found.p_value < 0.025)


def test_a_difference_without_error_is_judged_by_its_interval_alone():
    same = auc_difference(OUTCOME, SCORE, SCORE)
    found = non_inferiority(same, margin=0.02)
    assert found.p_value is None
    assert found.interval == same.interval


@pytest.mark.parametrize("margin", [0, -0.02, np.inf, np.nan, "0.02", None, [0.02]])
def test_a_margin_that_allows_no_loss_is_refused(margin):
    difference = wald(0, 0.01, confidence=0.95, n=9, method="d")
    with pytest.raises(NotEstimable, match="margin"):
        non_inferiority(difference, margin=margin)


def test_the_curve_runs_from_nobody_to_everybody():
    curve = roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    assert curve.threshold[0] == np.inf
    np.testing.assert_allclose(curve.fpr, [0, 0, 0.5, 0.5, 1])
    np.testing.assert_allclose(curve.tpr, [0, 0.5, 0.5, 1, 1])
    with pytest.raises(ValueError, match="read-only"):
        curve.tpr[0] = 1


@pytest.mark.parametrize(
    ("outcome", "score", "weight", "told"),
    [
        ([], [], None, "at least one patient"),
        ([1, 1, 1], [1, 2, 3], None, "at least 2 with and 2 without"),
        ([0, 1, 1], [1, 2, 3], None, "at least 2 with and 2 without"),
        ([0, 0, 1, 1], [1, 2, np.nan, 3], None, "1 missing or infinite of 4"),
        ([0, 0, 1, 1], [1, 2, np.inf, 3], None, "missing or infinite"),
        ([0, np.nan, 1, 1], [1, 2, 3, 4], None, "missing or infinite"),
        ([0, 2, 1, 1], [1, 2, 3, 4], None, "0 or 1"),
        ([0, 0, 1, 1], [1, 2, 3], None, "one length"),
        ([0, 0, 1, 1], [1, 2, 3, 4], [1, 1, 1], "one length"),
        ([0, 0, 1, 1], [1, 2, 3, 4], [1, 1, 0, 1], "positive weights"),
        ([0, 0, 1, 1], [1, 2, 3, 4], [1, 1, -1, 1], "positive weights"),
        ([0, 0, 1, 1], ["a", "b", "c", "d"], None, "expected numbers"),
        ([[0, 1]], [[1, 2]], None, "one value a patient"),
    ],
)
def test_nonsense_has_no_area(outcome, score, weight, told):
    with pytest.raises(NotEstimable, match=told):
        auc(outcome, score, weight=weight)


def test_a_difference_needs_both_scores_of_the_same_patients():
    with pytest.raises(NotEstimable, match="one length"):
        auc_difference(OUTCOME, SCORE, SCORE[:-1])
