"""What a test result means: by likelihood ratio, elsewhere, in clusters, and unverified."""

import math

import numpy as np
import pytest

from probatum.analysis.proportion import (
    begg_greenes_sensitivity,
    begg_greenes_specificity,
    clustered_proportion,
    clustered_sensitivity,
    clustered_specificity,
    diagnostic_odds_ratio,
    likelihood_ratio_negative,
    likelihood_ratio_positive,
    npv_at_prevalence,
    ppv_at_prevalence,
    proportion,
    proportion_ratio,
    sensitivity,
    verification_bounds_sensitivity,
    verification_bounds_specificity,
)
from probatum.errors import NotEstimable


def cohort(true_positive, missed, false_positive, cleared):
    cells = [true_positive, missed, false_positive, cleared]
    return np.repeat([1, 1, 0, 0], cells), np.repeat([1, 0, 1, 0], cells)


TABLE = cohort(8, 2, 5, 15)


def test_likelihood_ratios_worked_by_hand():
    """Sensitivity 8/10, specificity 15/20."""
    assert likelihood_ratio_positive(*TABLE).value == pytest.approx(0.8 / 0.25)
    assert likelihood_ratio_negative(*TABLE).value == pytest.approx(0.2 / 0.75)
    assert diagnostic_odds_ratio(*TABLE).value == pytest.approx(8 * 15 / (2 * 5))


def test_log_intervals_worked_by_hand():
    """Var log LR+ = 1/8 - 1/10 + 1/5 - 1/20; Var log DOR = 1/8 + 1/2 + 1/5 + 1/15."""
    ratio = likelihood_ratio_positive(*TABLE, method="log")
    odds_ratio = diagnostic_odds_ratio(*TABLE, method="log")
    assert ratio.se == pytest.approx(3.2 * math.sqrt(0.175))
    assert ratio.upper == pytest.approx(3.2 * math.exp(1.959964 * math.sqrt(0.175)), rel=1e-6)
    assert odds_ratio.se == pytest.approx(12 * math.sqrt(1 / 8 + 1 / 2 + 1 / 5 + 1 / 15))


def test_a_likelihood_ratio_is_a_ratio_of_two_groups():
    assert likelihood_ratio_positive(*TABLE).interval == pytest.approx(
        proportion_ratio(8, 10, 5, 20, method="koopman").interval
    )


def test_a_test_that_misses_nobody_has_a_negative_ratio_of_none_with_an_upper_bound():
    found = likelihood_ratio_negative(*cohort(10, 0, 5, 15))
    assert found.value == found.lower == 0
    assert 0.1 < found.upper < 0.5
    with pytest.raises(NotEstimable, match="ask for the score interval"):
        likelihood_ratio_negative(*cohort(10, 0, 5, 15), method="log")


@pytest.mark.parametrize(
    ("ratio", "table", "told"),
    [
        (
            likelihood_ratio_positive,
            (8, 2, 0, 20),
            "a false positive, got none: the ratio is inf",
        ),
        (likelihood_ratio_positive, (0, 2, 0, 20), "0 / 0"),
        (
            likelihood_ratio_negative,
            (8, 2, 20, 0),
            "a true negative, got none: the ratio is inf",
        ),
        (diagnostic_odds_ratio, (8, 0, 5, 15), "infinite"),
        (diagnostic_odds_ratio, (0, 8, 0, 15), "0 / 0"),
        (diagnostic_odds_ratio, (8, 2, 0, 0), "at least 1 with and 1 without"),
    ],
)
def test_an_infinite_ratio_is_refused(ratio, table, told):
    with pytest.raises(NotEstimable, match=told):
        ratio(*cohort(*table))


def test_predictive_values_at_a_prevalence_worked_by_hand():
    """
    At 1 in 10: 0.08 / (0.08 + 0.225) and 0.675 / (0.675 + 0.02). The logit of the first has the
    variance 0.2 / (10 x 0.8) + 0.75 / (20 x 0.25) = 0.175.
    """
    found = ppv_at_prevalence(*TABLE, 0.1)
    assert found.value == pytest.approx(0.08 / 0.305)
    assert found.se == pytest.approx(0.08 / 0.305 * 0.225 / 0.305 * math.sqrt(0.175))
    assert npv_at_prevalence(*TABLE, 0.1).value == pytest.approx(0.675 / 0.695)


def test_a_test_without_false_alarms_gets_the_score_interval_and_says_so():
    found = ppv_at_prevalence(*cohort(8, 2, 0, 20), 0.1)
    assert found.value == found.upper == 1
    assert 0.1 < found.lower < 0.9
    assert "Koopman" in found.method
    assert "a cell is empty" in found.method


@pytest.mark.parametrize("prevalence", [0, 1, -0.1, 20, math.nan, "0.2", None])
def test_a_prevalence_that_is_none_is_refused(prevalence):
    with pytest.raises(NotEstimable, match="prevalence"):
        ppv_at_prevalence(*TABLE, prevalence)


def test_a_predictive_value_of_nobody_does_not_exist():
    with pytest.raises(NotEstimable, match="got none"):
        ppv_at_prevalence(*cohort(0, 2, 0, 20), 0.1)


def test_clusters_worked_by_hand():
    """
    Clusters with 2 of 2, 0 of 2, 1 of 2: share 1/2, residuals 1, -1, 0, so the variance is
    (3/2)(2)/36 = 1/12, the effective n (1/4)/(1/12) = 3, the design effect 2.
    """
    found = clustered_proportion([1, 1, 0, 0, 1, 0], ["a", "a", "b", "b", "c", "c"])
    assert found.se == pytest.approx(math.sqrt(1 / 12))
    z2 = 1.959963984540054**2
    assert found.upper - found.lower == pytest.approx(math.sqrt(z2 / (3 + z2)))
    assert "3 clusters" in found.method
    assert "effective n 3.0, design effect 2.00" in found.method


def test_clustering_may_narrow():
    mixed = [1, 0] * 7 + [1, 1, 0, 0]
    found = clustered_proportion(mixed, np.repeat(range(9), 2))
    plain = proportion(9, 18)
    assert found.upper - found.lower < plain.upper - plain.lower


def test_none_in_any_cluster_counts_each_cluster_once():
    found = clustered_proportion(np.zeros(60), np.repeat(range(20), 3))
    assert found.interval == pytest.approx(proportion(0, 20).interval)
    assert "one patient a cluster" in found.method
    assert found.se is None


def test_clusters_that_are_all_the_same_are_counted_as_independent():
    found = clustered_proportion([1, 0] * 6, np.repeat(range(6), 2))
    assert found.interval == pytest.approx(proportion(6, 12).interval)
    assert "same share" in found.method


def test_sensitivity_counts_the_clusters_that_hold_an_event():
    outcome, positive = [1, 1, 0, 1, 0, 0], [1, 0, 1, 1, 0, 1]
    site = [1, 1, 1, 2, 3, 3]
    assert clustered_sensitivity(outcome, positive, site).value == pytest.approx(2 / 3)
    assert "over 2 clusters" in clustered_sensitivity(outcome, positive, site).method
    assert clustered_specificity(outcome, positive, site).value == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("cluster", "told"),
    [
        ([1, 1, 1], "at least two clusters"),
        ([1, 2, None], "1 missing of 3"),
        (np.array([1, "1", 2], dtype=object), "labels of one kind"),
        (["a", "", "b"], "1 missing of 3"),
        ([1.0, 2.0, np.nan], "1 missing of 3"),
        ([1, 2], "one length"),
        ([[1, 2, 3]], "one label each"),
        ([], "one label each"),
    ],
)
def test_clusters_that_tell_nothing_are_refused(cluster, told):
    with pytest.raises(NotEstimable, match=told):
        clustered_proportion([1, 0, 1], cluster)


def partly_verified(cells):
    """Events, non-events and unverified among positives, then among negatives."""
    positive = np.repeat([1, 1, 1, 0, 0, 0], cells)
    verified = np.repeat([1, 1, 0, 1, 1, 0], cells)
    outcome = np.repeat([1, 0, np.nan, 1, 0, np.nan], cells)
    return positive, verified, outcome


def test_the_unverified_are_taken_to_be_like_the_verified_worked_by_hand():
    """
    Positives 6 + 2 and 8 unverified: 12 events of 16. Negatives 1 + 4 and 15: 4 of 20.
    Sensitivity 12/16; specificity 16/20.
    """
    seen = partly_verified([6, 2, 8, 1, 4, 15])
    assert begg_greenes_sensitivity(*seen).value == pytest.approx(12 / 16)
    assert begg_greenes_specificity(*seen).value == pytest.approx(16 / 20)
    told = begg_greenes_sensitivity(*seen).method
    assert "verified 8 of 16 positives and 5 of 20 negatives" in told


def test_bounds_without_an_assumption_worked_by_hand():
    """Worst 6/(6 + 1 + 15), best 14/(14 + 1); specificity 4/(4 + 2 + 8) to 19/(19 + 2)."""
    seen = partly_verified([6, 2, 8, 1, 4, 15])
    found = verification_bounds_sensitivity(*seen)
    assert (found.worst, found.best) == pytest.approx((6 / 22, 14 / 15))
    assert (found.lower, found.upper) == (proportion(6, 22).lower, proportion(14, 15).upper)
    other = verification_bounds_specificity(*seen)
    assert (other.worst, other.best) == pytest.approx((4 / 14, 19 / 21))
    assert other.as_dict()["n"] == 36


def test_a_test_that_missed_no_verified_event_is_not_called_perfect():
    found = begg_greenes_sensitivity(*partly_verified([6, 2, 8, 0, 5, 15]))
    assert found.value == found.upper == 1
    assert found.lower < 0.7
    assert found.se is None
    assert "share of positives as known" in found.method


def test_verifying_everyone_leaves_the_plain_sensitivity():
    seen = partly_verified([6, 2, 0, 3, 9, 0])
    plain = sensitivity(seen[2], seen[0])
    found = begg_greenes_sensitivity(*seen)
    bounds = verification_bounds_sensitivity(*seen)
    assert found.value == pytest.approx(plain.value)
    assert found.se == pytest.approx(plain.se)
    assert (bounds.lower, bounds.upper) == plain.interval


@pytest.mark.parametrize(
    ("positive", "verified", "outcome", "told"),
    [
        ([1, 1, 0, 0], [1, 0, 1, 1], [1, 0, 0, 0], "1 unverified with one"),
        ([1, 1, 0, 0], [1, 1, 1, 1], [1, None, 0, 0], "1 verified without"),
        ([1, 1, 0, 0], [1, 1, 0, 0], [1, 0, None, None], "2 positive and 0 negative"),
        ([1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, None], "expected a verified event"),
        ([1, 1, 0, 0], [1, 1, 1, 0], [1, 2, 0, None], "0, 1 or nothing"),
        ([1, 1, 0, 0], [1, 1, 1, 0], ["y", "n", "n", ""], "0, 1 or nothing"),
        ([1, 1, 0, 2], [1, 1, 1, 0], [1, 0, 0, None], "positive"),
        ([1, 1, 0, 0], [1, 1, 1, None], [1, 0, 0, None], "verified"),
        ([1, 1, 0], [1, 1, 1, 0], [1, 0, 0, None], "one length"),
        (
            [1, 1, 0, 0],
            [1, 1, 1, 0],
            np.ma.array([1, 0, 0, np.nan], mask=[0, 1, 0, 0]),
            "1 verified without",
        ),
    ],
)
@pytest.mark.parametrize("share", [begg_greenes_sensitivity, verification_bounds_sensitivity])
def test_verification_that_contradicts_itself_is_refused(
    share, positive, verified, outcome, told
):
    with pytest.raises(NotEstimable, match=told):
        share(positive, verified, outcome)
