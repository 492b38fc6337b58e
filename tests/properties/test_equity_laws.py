"""Laws of the metrics between groups that a wrong one would break."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import brentq

from probatum.analysis.equity import (
    against_reference,
    demographic_parity_difference,
    demographic_parity_ratio,
    equal_opportunity_difference,
    equalized_odds_difference,
    equalized_odds_ratio,
    false_positive_rate_difference,
)
from probatum.analysis.equity.shares import ratio_bounds
from probatum.analysis.proportion import proportion


@st.composite
def decided_cohorts(draw):
    """Two to four groups with two or more of either class each; somebody selected of either."""
    groups = draw(st.integers(2, 4))
    y = np.tile([True, True, False, False], groups)
    group = np.repeat(np.arange(groups), 4)
    n = draw(st.integers(0, 30))
    y = np.append(y, draw(arrays(np.bool_, n)))
    group = np.append(group, draw(arrays(np.int64, n, elements=st.integers(0, groups - 1))))
    positive = draw(arrays(np.bool_, y.size))
    weight = draw(arrays(np.float64, y.size, elements=st.floats(0.5, 4)))
    return y, positive, group.astype(str), weight


def naive_rates(y, positive, group, weight, among):
    return [
        np.average(positive[(group == g) & among], weights=weight[(group == g) & among])
        for g in np.unique(group)
    ]


@given(decided_cohorts())
def test_the_difference_is_the_range_of_the_rates_and_the_ratio_their_extremes(cohort):
    y, positive, group, weight = cohort
    rates = naive_rates(*cohort, np.ones_like(y))
    found = demographic_parity_difference(positive, group, weight=weight)
    assert found.value == pytest.approx(max(rates) - min(rates), abs=1e-12)
    if max(rates) > 0:
        ratio = demographic_parity_ratio(positive, group, weight=weight)
        assert ratio.value == pytest.approx(min(rates) / max(rates), abs=1e-12)
        assert 0 <= ratio.lower <= ratio.value + 1e-12
        assert ratio.value <= ratio.upper + 1e-12
        assert ratio.upper <= 1


@given(st.integers(1, 29), st.integers(1, 30), st.integers(1, 60), st.floats(0.5, 0.999))
def test_the_bounds_of_a_ratio_solve_what_defines_them(events_a, more, events_b, confidence):
    """The closed form against its definition, solved by bisection."""
    a, b = (
        proportion(k, n, confidence=confidence)
        for k, n in ((events_a, events_a + more), (events_b, 61))
    )
    low, high = ratio_bounds(a, b)

    def excess(theta, of_a, of_b):
        return (a.value - theta * b.value) ** 2 - (
            (a.value - of_a) ** 2 + theta**2 * (of_b - b.value) ** 2
        )

    ratio = a.value / b.value
    naive = brentq(excess, 0, ratio, args=(a.lower, b.upper), xtol=1e-14)
    assert low == pytest.approx(naive, rel=1e-8, abs=1e-12)
    assert excess(high, a.upper, b.lower) == pytest.approx(0, abs=1e-9 * max(1, high**2))
    assert low < ratio < high


@given(decided_cohorts())
def test_odds_are_as_unequal_as_the_worse_of_both_rates(cohort):
    y, positive, group, weight = cohort
    found = equalized_odds_difference(y, positive, group, weight=weight)
    parts = [
        metric(y, positive, group, weight=weight)
        for metric in (equal_opportunity_difference, false_positive_rate_difference)
    ]
    assert found.value == pytest.approx(max(part.value for part in parts))
    assert found.upper >= max(part.upper for part in parts) - 1e-12
    assert 0 <= found.lower <= found.value + 1e-12


@given(decided_cohorts())
def test_the_other_decision_is_as_far_from_parity(cohort):
    y, positive, group, weight = cohort
    forth = equalized_odds_difference(y, positive, group, weight=weight)
    back = equalized_odds_difference(y, ~positive, group, weight=weight)
    assert back.value == pytest.approx(forth.value, abs=1e-12)
    assert back.interval == pytest.approx(forth.interval, abs=1e-12)


@given(decided_cohorts(), st.randoms(use_true_random=False))
def test_neither_the_names_of_groups_nor_the_order_of_patients_matter(cohort, random):
    y, positive, group, weight = cohort
    order = np.array(random.sample(range(y.size), y.size))
    renamed = np.char.add("group ", group.astype(str))
    positive[np.isin(np.arange(y.size), [0, 2])] = True  # a ratio needs one selected of each
    for metric in (equalized_odds_difference, equalized_odds_ratio):
        plain = metric(y, positive, group, weight=weight)
        moved = metric(y[order], positive[order], renamed[order], weight=weight[order])
        assert moved.value == pytest.approx(plain.value, abs=1e-12)
        assert moved.interval == pytest.approx(plain.interval, abs=1e-12)


@given(decided_cohorts())
def test_groups_that_copy_each_other_are_in_perfect_parity(cohort):
    y, positive, _, weight = cohort
    twice = [np.tile(values, 2) for values in (y, positive, weight)]
    group = np.repeat(["here", "there"], y.size)
    found = equalized_odds_difference(twice[0], twice[1], group, weight=twice[2])
    assert found.value == pytest.approx(0, abs=1e-12)
    assert found.lower == 0


@given(decided_cohorts())
def test_exchanging_group_and_reference_changes_the_sign_and_nothing_else(cohort):
    y, positive, group, weight = cohort
    both = np.where(group == "0", "0", "1")
    forth, back = (
        against_reference(y, positive, both, reference=label, minimum_cell=2, weight=weight)
        for label in ("0", "1")
    )
    for one, other in zip(forth, back, strict=True):
        assert other.difference.value == pytest.approx(-one.difference.value, abs=1e-12)
        assert other.difference.lower == pytest.approx(-one.difference.upper, abs=1e-12)
        assert other.adjusted_p_value == pytest.approx(one.adjusted_p_value)
        if one.ratio is not None and other.ratio is not None:
            assert other.ratio.lower * one.ratio.upper == pytest.approx(1)
            assert other.ratio.value * one.ratio.value == pytest.approx(1)


@given(decided_cohorts())
def test_adjusting_never_makes_a_p_value_smaller_and_hochberg_is_no_larger_than_holm(cohort):
    y, positive, group, weight = cohort
    holm, hochberg = (
        against_reference(
            y,
            positive,
            group,
            reference="0",
            minimum_cell=2,
            adjustment=adjustment,
            weight=weight,
        )
        for adjustment in ("holm", "hochberg")
    )
    for stepped_down, stepped_up in zip(holm, hochberg, strict=True):
        assert stepped_up.adjusted_p_value <= stepped_down.adjusted_p_value + 1e-12
        assert stepped_up.adjusted_p_value >= stepped_up.difference.p_value - 1e-12
