"""Is it more often in one group, or under one test, than in the other?"""

import math

import numpy as np
import pytest

from probatum.analysis.discrimination import non_inferiority
from probatum.analysis.proportion import (
    mcnemar,
    paired_difference,
    paired_non_inferiority,
    proportion,
    proportion_difference,
    proportion_non_inferiority,
    proportion_ratio,
    sensitivity_difference,
    sensitivity_non_inferiority,
    specificity_difference,
    specificity_non_inferiority,
)
from probatum.errors import NotEstimable

Z2 = 1.959963984540054**2


def test_the_test_of_no_difference_worked_by_hand():
    """Shares 6/10 and 2/10: pooled 4/10, variance (24/100)(2/10)(20/19), difference 4/10."""
    found = proportion_difference(6, 10, 2, 10)
    assert found.value == pytest.approx(0.4)
    assert found.statistic == pytest.approx(0.4 / math.sqrt(0.24 * 0.2 * 20 / 19))
    assert found.n == 20


def test_two_groups_without_an_event_still_differ_by_something():
    """At 0 of n each, a difference d leaves shares d and 0: d^2 = z^2 d (1 - d) / n, c = 1."""
    found = proportion_non_inferiority(0, 10, 0, 10, margin=0.3)
    assert found.upper == pytest.approx(Z2 / (10 + Z2))
    assert found.lower == pytest.approx(-Z2 / (10 + Z2))
    assert proportion_difference(0, 10, 0, 10).p_value is None


def test_a_difference_of_all_against_none_ends_at_one():
    for method in ("miettinen-nurminen", "newcombe"):
        found = proportion_difference(10, 10, 0, 20, method=method)
        assert found.value == found.upper == 1
        assert 0.6 < found.lower < 0.8


def test_the_ratio_of_everybody_worked_by_hand():
    """All of n_a and all of n_b: (1 - phi)^2 = z^2 phi (1 - phi) / n_a below 1."""
    found = proportion_ratio(5, 5, 9, 9, method="koopman")
    assert found.value == 1
    assert found.interval == pytest.approx((5 / (5 + Z2), (9 + Z2) / 9))


def test_a_ratio_of_none_starts_at_none():
    found = proportion_ratio(0, 20, 5, 30)
    assert found.value == found.lower == 0
    assert found.upper > 1
    assert found.se is None


def test_a_ratio_to_none_is_refused_with_the_bound_that_it_has():
    with pytest.raises(NotEstimable, match=r"infinite — report its lower score bound, 5\.206"):
        proportion_ratio(12, 20, 0, 30, method="koopman")
    with pytest.raises(NotEstimable, match="0 / 0"):
        proportion_ratio(0, 20, 0, 30)


def test_no_worse_by_the_margin_worked_by_hand():
    """Half of either group at a margin of 0.2: by symmetry the likeliest are 0.4 and 0.6."""
    found = proportion_non_inferiority(5, 10, 5, 10, margin=0.2)
    assert found.statistic == pytest.approx(0.2 / math.sqrt((0.4 * 0.6 + 0.6 * 0.4) / 10))
    assert found.value == 0
    assert "margin 0.2" in found.method


def test_pairs_worked_by_hand():
    """b = 3, c = 1 of n = 10: difference 0.2, McNemar z = 2/sqrt(4)."""
    found = paired_difference(2, 3, 1, 4)
    assert found.value == pytest.approx(0.2)
    assert found.statistic == pytest.approx(1)
    assert found.n == 10


def test_tests_that_never_disagree_may_still_differ():
    """Without disagreement a difference d leaves q = 0: d^2 = z^2 d (1 - d) / n."""
    found = paired_difference(10, 0, 0, 20)
    assert found.interval == pytest.approx((-Z2 / (30 + Z2), Z2 / (30 + Z2)))
    assert found.p_value is None


def test_paired_non_inferiority_worked_by_hand():
    """Without disagreement q is the margin d where A is worse: z = d / sqrt(d (1 - d) / n)."""
    found = paired_non_inferiority(10, 0, 0, 20, margin=0.1)
    assert found.statistic == pytest.approx(0.1 / math.sqrt(0.09 / 30))
    assert found.p_value == pytest.approx(0.0339446, abs=1e-6)


def test_mcnemar_worked_by_hand():
    """1 against 7: 2 (1 + 8)/256 exact, less 8/256 mid-p; z = -6/sqrt(8), corrected -5."""
    assert mcnemar(1, 7).p_value == pytest.approx(18 / 256)
    assert mcnemar(1, 7, method="mid-p").p_value == pytest.approx(10 / 256)
    assert mcnemar(1, 7, method="asymptotic").statistic == pytest.approx(-6 / math.sqrt(8))
    assert mcnemar(1, 7, method="continuity").statistic == pytest.approx(-5 / math.sqrt(8))
    assert mcnemar(1, 7).value == 1 / 8
    assert mcnemar(1, 7).n == 8


def test_as_often_either_way_is_no_evidence():
    """4 against 4: the mid-p test gives 1 - (70/256)/2."""
    assert mcnemar(4, 4).p_value == 1
    assert mcnemar(4, 4, method="mid-p").p_value == pytest.approx(1 - 35 / 256)
    assert mcnemar(4, 4, method="continuity").statistic == 0


def test_always_the_same_way_still_has_an_interval():
    for method in ("exact", "mid-p", "asymptotic", "continuity"):
        found = mcnemar(5, 0, method=method)
        assert found.upper == 1
        assert found.lower < 0.6
        assert found.se is None


def test_tests_that_never_disagree_have_no_discordant_share():
    with pytest.raises(NotEstimable, match="paired difference"):
        mcnemar(0, 0)


#                   both        only a      only b      neither
OUTCOME = np.repeat([1, 1, 1, 1, 0, 0, 0, 0], [5, 3, 1, 2, 2, 1, 4, 8])
TEST_A = np.repeat([1, 1, 0, 0, 1, 1, 0, 0], [5, 3, 1, 2, 2, 1, 4, 8])
TEST_B = np.repeat([1, 0, 1, 0, 1, 0, 1, 0], [5, 3, 1, 2, 2, 1, 4, 8])


def test_sensitivities_are_compared_among_those_with_the_event():
    found = sensitivity_difference(OUTCOME, TEST_A, TEST_B)
    assert found == paired_difference(5, 3, 1, 2)


def test_specificities_are_compared_among_those_without_it():
    """Negative in A only: four; in B only: one."""
    found = specificity_difference(OUTCOME, TEST_A, TEST_B, method="newcombe")
    assert found == paired_difference(8, 4, 1, 2, method="newcombe")


def test_a_margin_is_tested_in_the_class_it_is_about():
    tests = OUTCOME, TEST_A, TEST_B
    assert sensitivity_non_inferiority(*tests, 0.1) == paired_non_inferiority(5, 3, 1, 2, 0.1)
    assert specificity_non_inferiority(*tests, 0.1) == paired_non_inferiority(8, 4, 1, 2, 0.1)


def test_no_wald_test_can_be_made_beside_a_score_interval():
    found = non_inferiority(sensitivity_difference(OUTCOME, TEST_A, TEST_B), margin=0.2)
    assert found.p_value is None
    assert non_inferiority(proportion_difference(3, 9, 4, 9), margin=0.2).p_value is None


@pytest.mark.parametrize(
    ("difference", "outcome"),
    [(sensitivity_difference, [0, 0]), (specificity_difference, [1, 1])],
)
def test_a_difference_among_nobody_does_not_exist(difference, outcome):
    with pytest.raises(NotEstimable, match="got none"):
        difference(outcome, [1, 0], [0, 1])


@pytest.mark.parametrize("counts", [(3, 2, 1, 2), (-1, 2, 1, 2), (1, 0, 1, 2), (1.5, 2, 1, 2)])
@pytest.mark.parametrize("compare", [proportion_difference, proportion_ratio])
def test_groups_that_cannot_be_are_refused(compare, counts):
    with pytest.raises(NotEstimable, match="expected"):
        compare(*counts)


@pytest.mark.parametrize(
    "counts", [(0, 0, 0, 0), (-1, 2, 3, 4), (1, 2, 0.5, 4), (1, 2, np.nan, 4)]
)
def test_pairs_that_cannot_be_are_refused(counts):
    with pytest.raises(NotEstimable, match="expected"):
        paired_difference(*counts)


@pytest.mark.parametrize("margin", [0, 1, -0.1, np.nan, np.inf, "0.1", None])
@pytest.mark.parametrize("test", [proportion_non_inferiority, paired_non_inferiority])
def test_a_margin_that_allows_no_loss_or_every_loss_is_refused(test, margin):
    with pytest.raises(NotEstimable, match="margin"):
        test(3, 10, 3, 10, margin=margin)


@pytest.mark.parametrize(
    ("compare", "counts"),
    [
        (proportion_difference, (1, 5, 2, 5)),
        (proportion_ratio, (1, 5, 2, 5)),
        (paired_difference, (1, 2, 3, 4)),
        (mcnemar, (1, 2)),
    ],
)
def test_what_is_not_offered_is_refused(compare, counts):
    with pytest.raises(NotEstimable, match="method in"):
        compare(*counts, method="wald")
    with pytest.raises(NotEstimable, match="level"):
        compare(*counts, confidence=95)


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.uint64, np.int32, np.float32, float])
def test_counts_of_any_kind_of_number_are_the_same_counts(kind):
    """What numpy counts in a byte would wrap around at 256, and below 0 where unsigned."""
    for compare, counts in (
        (proportion_difference, (56, 70, 48, 80)),
        (proportion_ratio, (56, 70, 48, 80)),
        (paired_difference, (59, 6, 16, 80)),
        (proportion, (81, 120)),
    ):
        assert compare(*map(kind, counts)) == compare(*counts)
    for method in ("exact", "mid-p", "asymptotic", "continuity"):
        assert mcnemar(kind(6), kind(16), method=method) == mcnemar(6, 16, method=method)
    assert paired_non_inferiority(*map(kind, (59, 6, 16, 80)), 0.1).n == 161


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_many_patients_counted_by_numpy_are_as_many(kind):
    counts = (400_000, 100_000, 90_000, 410_000)
    for method in ("tango", "newcombe"):
        found = paired_difference(*map(kind, counts), method=method)
        assert found == paired_difference(*counts, method=method)
    shares = (50_000, 100_000, 48_000, 100_000)
    assert proportion_difference(*map(kind, shares)) == proportion_difference(*shares)


@pytest.mark.parametrize("count", [None, "5", np.nan, np.inf, -1, 2.5, [1, 2], 10**400])
def test_what_is_no_count_is_refused(count):
    for compare in (proportion_difference, paired_difference):
        with pytest.raises(NotEstimable, match="whole number"):
            compare(count, 10, 4, 10)
    for compare in (mcnemar, proportion):
        with pytest.raises(NotEstimable, match="whole number"):
            compare(3, count)


def test_a_thousand_million_patients_against_a_few_still_have_a_test():
    """The constrained shares of one event among so many are lost in rounding."""
    n_a, n_b = 10**9, 7
    pooled = 1 / (n_a + n_b)
    z = -(1 / n_b) / math.sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
    found = proportion_ratio(0, n_a, 1, n_b, method="koopman")
    assert found.statistic == pytest.approx(z)
    assert proportion_difference(0, n_a, 1, n_b).statistic == pytest.approx(z)


def test_the_mid_p_interval_of_as_many_as_there_are_people():
    n = 8 * 10**9
    found = mcnemar(n // 2, n // 2, method="mid-p")
    half = 1.959964 / (2 * math.sqrt(n))
    assert found.interval == pytest.approx((0.5 - half, 0.5 + half), abs=1e-3 * half)


def test_a_million_patients_a_group_are_as_good_as_ten():
    found = proportion_difference(500_000, 1_000_000, 499_000, 1_000_000)
    assert found.interval == pytest.approx(
        (0.001 - 1.96 * math.sqrt(0.5e-6), 0.001 + 1.96 * math.sqrt(0.5e-6)), abs=1e-7
    )
