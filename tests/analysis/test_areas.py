"""Areas in part, of clusters and of two groups of patients, worked by hand and refused."""

import json

import numpy as np
import pytest

from probatum.analysis.discrimination import (
    auc,
    auc_difference_unpaired,
    clustered_auc,
    clustered_auc_difference,
    partial_auc,
    roc_curve,
)
from probatum.errors import NotEstimable

OUTCOME = [0, 0, 0, 1, 1, 1]
SCORE = [1, 2, 3, 2, 3, 4]
SEPARATED = (np.repeat([0, 1], [40, 10]), np.arange(50))


def test_the_logit_interval_worked_by_hand():
    """The area is 7/9 with variance 7/162: log odds log(7/2), errors times (9/7)(9/2)."""
    found = auc(OUTCOME, SCORE, interval="logit")
    half = 1.959963985 * np.sqrt(7 / 162) * 81 / 14
    assert np.log(found.upper / (1 - found.upper)) == pytest.approx(np.log(3.5) + half)
    assert np.log(found.lower / (1 - found.lower)) == pytest.approx(np.log(3.5) - half)
    assert "logit" in found.method


def test_the_logit_interval_of_a_perfect_separation_is_the_exact_bound():
    assert auc(*SEPARATED, interval="logit") == auc(*SEPARATED)


def test_the_difference_of_two_groups_worked_by_hand():
    """
    Both groups have placements 1/2, 1 in each class when they score 1, 3 against 2, 4: area
    3/4 and variance (1/8)/2 + (1/8)/2 = 1/8. The difference has 1/8 + 1/8.
    """
    found = auc_difference_unpaired([0, 0, 1, 1] * 2, [1, 3, 2, 4] * 2, ["a"] * 4 + ["b"] * 4)
    assert found.value == 0
    assert found.se == pytest.approx(0.5)
    assert found.n == 8
    assert "a less b" in found.method


def test_a_separated_group_lends_its_exact_interval_to_the_difference():
    y, s = np.tile([0, 0, 1, 1], 2), [1, 2, 3, 4, 1, 3, 2, 4]
    found = auc_difference_unpaired(y, s, np.repeat(["a", "b"], 4))
    perfect, other = auc([0, 0, 1, 1], [1, 2, 3, 4]), auc([0, 0, 1, 1], [1, 3, 2, 4])
    below = np.hypot(1 - perfect.lower, other.upper - other.value)
    assert found.value == 0.25
    assert found.lower == pytest.approx(0.25 - below)
    assert found.upper == pytest.approx(0.25 + other.value - other.lower)
    assert found.se is None
    assert found.p_value is None


def test_a_partial_area_and_its_error_worked_by_hand():
    """
    Cases 3 and 1 against controls 2 and 0: the curve rises to 1/2 at once, to 1 at 1/2. Up to
    f = 1/4 the cases give 1/4 and 0: area 1/8, variance of the mean 1/64. ROC(f) = 1/2 lies
    0 above the curve over the first control's part, and the second's is beyond f.
    """
    found = partial_auc([1, 1, 0, 0], [3, 1, 2, 0], fpr_max=0.25, standardised=False)
    assert found.value == pytest.approx(1 / 8)
    assert found.se == pytest.approx(1 / 8)
    assert found.interval == (0, 0.25)


def test_where_the_curve_jumps_at_the_end_of_the_range_its_height_is_the_middle_of_the_jump():
    """
    Up to f = 1/2 the cases of the test above give 1/2 and 0: area 1/4, variance of the mean
    1/16. The curve jumps there from 1/2 to 1: the first control lies 1/4 below the middle, the
    second is beyond: variance of the mean 1/64.
    """
    found = partial_auc([1, 1, 0, 0], [3, 1, 2, 0], fpr_max=0.5, standardised=False)
    assert found.value == pytest.approx(1 / 4)
    assert found.se == pytest.approx(np.sqrt(1 / 16 + 1 / 64))


def test_a_partial_area_over_sensitivities_worked_by_hand():
    """Above a sensitivity of 1/2 the curve lies at 1/2: the area right of it is 1/4."""
    found = partial_auc([1, 1, 0, 0], [3, 1, 2, 0], tpr_min=0.5, standardised=False)
    assert found.value == pytest.approx(0.25)
    assert "sensitivity at least 0.5" in found.method


def test_a_perfect_partial_area_is_one_and_bounded_by_the_pairs():
    found = partial_auc(*SEPARATED, fpr_max=0.5, standardised=False)
    assert found.value == 0.5
    assert found.lower == pytest.approx(0.5 - (1 - 0.025**0.1))
    assert partial_auc(*SEPARATED, fpr_max=0.5).value == 1
    assert "perfect separation" in found.method


def test_a_partial_area_without_any_case_in_its_range_says_so():
    found = partial_auc(SEPARATED[0], -SEPARATED[1], fpr_max=0.5, standardised=False)
    assert found.value == 0
    assert found.upper == pytest.approx(0.5 * (1 - 0.025**0.1))
    assert "none of 10 within the range" in found.method


def test_one_score_for_all_has_a_standardised_partial_area_of_one_half():
    found = partial_auc(np.repeat([0, 1], 10), np.ones(20), fpr_max=0.2)
    assert found.value == pytest.approx(0.5)
    assert found.se == 0
    assert found.lower < 0.5 < found.upper


def test_a_clustered_area_and_its_error_worked_by_hand():
    """
    Three patients with an image of each class, placements of OUTCOME's: area 7/9, cases deviate
    by -5/18, 1/18, 4/18 and controls (scores 1, 2, 3) by 4/18, 1/18, -5/18. Each class gives
    3/2 (42/324)/9 = 7/324; the covariance 2 (3/2)/9 (-20 + 1 - 20)/324 = -13/324.
    """
    found = clustered_auc(OUTCOME, SCORE, [1, 2, 3, 1, 2, 3])
    assert found.value == pytest.approx(7 / 9)
    assert found.se == pytest.approx(np.sqrt((7 + 7 - 13) / 324))
    assert "3 clusters" in found.method


def test_a_clustered_separation_is_bounded_by_pairs_of_clusters():
    found = clustered_auc(*SEPARATED, np.arange(50) % 5)
    assert found.lower == pytest.approx(0.025 ** (1 / 2))
    assert "2 disjoint pairs of clusters" in found.method


def test_models_that_rank_clusters_alike_differ_by_no_more_than_the_pairs_allow():
    y, s = np.tile(OUTCOME, 3), np.tile(SCORE, 3)
    found = clustered_auc_difference(y, s, np.exp(s), np.repeat(np.arange(9), 2))
    assert found.value == 0
    assert found.se == 0
    assert found.p_value is None


def test_clusters_whose_classes_cancel_have_no_interval():
    """Each cluster's case deviates by 1/4 and its control by the opposite."""
    with pytest.raises(NotEstimable, match="too few clusters"):
        clustered_auc([1, 0, 1, 0], [4, 3, 2, 1], [1, 1, 2, 2])


def test_a_curve_is_written_as_plain_json():
    told = json.dumps(roc_curve(OUTCOME, SCORE).as_dict(), allow_nan=False)
    assert json.loads(told)["threshold"] == ["inf", 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "one of fpr_max and tpr_min"),
        ({"fpr_max": 0.1, "tpr_min": 0.9}, "one of fpr_max and tpr_min"),
        ({"fpr_max": 0}, "expected fpr_max in"),
        ({"fpr_max": 1.1}, "expected fpr_max in"),
        ({"fpr_max": np.nan}, "expected fpr_max in"),
        ({"fpr_max": "0.1"}, "expected fpr_max in"),
        ({"fpr_max": [0.1, 0.2]}, "expected fpr_max in"),
        ({"tpr_min": "0.9"}, "expected fpr_max in"),
        ({"tpr_min": {}}, "expected fpr_max in"),
        ({"tpr_min": 1}, "expected fpr_max in"),
        ({"tpr_min": -0.1}, "expected fpr_max in"),
        ({"fpr_max": 0.1, "confidence": 1}, "confidence level"),
    ],
)
def test_a_range_that_is_none_is_refused(options, told):
    with pytest.raises(NotEstimable, match=told):
        partial_auc(OUTCOME, SCORE, **options)


@pytest.mark.parametrize(
    ("group", "told"),
    [
        ([1] * 6, "two different labels, got 1"),
        ([1, 2, 3, 1, 2, 3], "two different labels, got 3"),
        ([1, 2, 1, 2, 1, np.nan], "1 missing"),
        (["a", "b", "a", "b", "a", None], "1 missing"),
        (["a", "b", "a", "b", "a", np.nan], "1 missing"),
        (["a", "b", "a", "b", "a", ""], "1 missing"),
        (np.array([1, "b", 1, "b", 1, 1], dtype=object), "labels of one kind"),
        ([1, 2], "one length"),
        ([], "one label each"),
        ([1, 1, 1, 1, 1, 2], "at least 2 with and 2 without"),
    ],
)
def test_groups_that_cannot_be_compared_are_refused(group, told):
    with pytest.raises(NotEstimable, match=told):
        auc_difference_unpaired(OUTCOME, SCORE, group)


@pytest.mark.parametrize(
    ("cluster", "told"),
    [
        ([1, 2, 3, 4, 4, 4], "2 clusters with and 2 without the event, got 1 and 3"),
        ([1, 2, 3, 1, 2, np.nan], "1 missing"),
        ([1, 2, 3], "one length"),
    ],
)
def test_clusters_that_hold_too_little_are_refused(cluster, told):
    with pytest.raises(NotEstimable, match=told):
        clustered_auc(OUTCOME, SCORE, cluster)
    with pytest.raises(NotEstimable, match=told):
        clustered_auc_difference(OUTCOME, SCORE, SCORE, cluster)


def test_an_area_that_rounds_to_one_has_no_log_odds():
    with pytest.raises(NotEstimable, match=r"inside \(0, 1\)"):
        auc([0, 0, 1, 1], [1, 3, 2, 4], weight=[1, 1e-17, 1, 1], interval="logit")


def test_an_unknown_interval_is_refused():
    with pytest.raises(NotEstimable, match="wald or logit"):
        auc(OUTCOME, SCORE, interval="probit")
