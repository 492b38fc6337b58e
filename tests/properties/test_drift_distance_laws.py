"""Laws of distances, classifiers and changes of calibration that a wrong one would break."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from probatum.analysis.calibration import in_the_large, slope
from probatum.analysis.drift import (
    calibration_drift_test,
    classifier_test,
    drift_table,
    jensen_shannon,
    ks,
    psi,
    wasserstein,
)
from probatum.analysis.drift.binning import quantile_shares

SAMPLE = arrays(np.float64, st.integers(2, 40), elements=st.integers(-9, 9))
VARYING = SAMPLE.filter(np.ptp)


@given(SAMPLE, VARYING)
def test_the_mean_move_is_the_area_between_the_distributions(reference, current):
    """At every integer and one below: the definition, kept as the slow twin."""
    grid = np.arange(-10, 10)
    f, g = ((side[:, None] <= grid).mean(axis=0) for side in (reference, current))
    found = wasserstein(reference, current)
    assert found.value == pytest.approx(np.abs(f - g).sum(), abs=1e-12)
    assert 0 <= found.lower <= found.value <= found.upper
    assert 0 <= found.p_value <= 1


@given(SAMPLE, VARYING)
def test_it_is_as_far_there_as_back(reference, current):
    forth, back = wasserstein(reference, current), wasserstein(current, reference)
    assert forth.value == pytest.approx(back.value)
    assert forth.interval == pytest.approx(back.interval)


@given(SAMPLE, SAMPLE, SAMPLE)
def test_no_detour_is_shorter(first, second, third):
    direct = wasserstein(first, third).value
    assert direct <= wasserstein(first, second).value + wasserstein(second, third).value + 1e-9


@given(SAMPLE, st.integers(-9, 9))
def test_a_shift_of_all_is_its_size(reference, shift):
    assert wasserstein(reference, reference + shift).value == pytest.approx(abs(shift))


@given(SAMPLE, SAMPLE, st.sampled_from([0.5, 4.0]), st.integers(-9, 9))
def test_the_move_has_the_unit_of_the_values_or_none(reference, current, unit, origin):
    reference = np.append(reference, [-1.0, 1.0])
    moved = [side * unit + origin for side in (reference, current)]
    plain = wasserstein(reference, current)
    assert wasserstein(*moved).upper == pytest.approx(plain.upper * unit)
    free, moved_free = (
        wasserstein(*sides, is_standardised=True) for sides in ((reference, current), moved)
    )
    assert moved_free.value == pytest.approx(free.value, abs=1e-12)


@given(SAMPLE, VARYING)
def test_an_interval_without_zero_and_a_small_p_value_are_the_same_news(reference, current):
    found = wasserstein(reference, current)
    assert (found.lower > 1e-12) == (found.p_value < 0.05 * (1 - 1e-9))


@given(SAMPLE, SAMPLE)
def test_the_gap_is_the_largest_anywhere(reference, current):
    grid = np.concatenate([reference, current])
    f, g = ((side[:, None] <= grid).mean(axis=0) for side in (reference, current))
    assert ks(reference, current).value == pytest.approx(np.abs(f - g).max(), abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(9)), st.integers(1, 8))
def test_the_chance_of_a_gap_is_the_share_of_all_splits_with_one_as_large(order, n):
    found = ks(order[:n], order[n:])
    gaps = [
        ks(one, sorted(set(range(9)) - set(one))).value for one in combinations(range(9), n)
    ]
    assert found.p_value == pytest.approx(np.mean(np.array(gaps) >= found.value - 1e-12))


@given(SAMPLE, SAMPLE)
def test_counting_in_order_is_counting_one_by_one(reference, current):
    reference = np.append(reference, [-10.0, 10.0])
    shares = quantile_shares(reference, current, bins=4)
    assert shares.reference.sum() == pytest.approx(1)
    assert shares.n_current == current.size
    assert shares.current.sum() == pytest.approx(1)


@settings(max_examples=20)
@given(
    arrays(np.float64, (25, 3), elements=st.integers(-9, 9)),
    arrays(np.float64, (15, 3), elements=st.integers(-9, 9)),
    st.integers(1, 2),
)
def test_the_table_gives_what_each_function_gives(reference, current, workers):
    reference[:2] = [[-9] * 3, [9] * 3]
    for place, row in enumerate(drift_table(reference, current, workers=workers).rows):
        sides = reference[:, place], current[:, place]
        assert row.psi == psi(*sides)
        assert row.jensen_shannon == jensen_shannon(*sides)
        assert row.ks == ks(*sides)
        assert row.wasserstein == wasserstein(*sides, is_standardised=True)


def test_the_interval_of_the_mean_move_holds_the_truth_even_where_nothing_moved():
    rng, held = np.random.default_rng(9), []
    for shift in (0.0, 0.1, 0.5):
        for _ in range(100):
            found = wasserstein(rng.normal(size=150), rng.normal(shift, 1, size=100))
            held.append(found.lower <= shift <= found.upper)
    assert np.mean(held) >= 0.95


def test_a_classifier_seldom_cries_wolf():
    """40 pairs of samples alike: p of at most .1 in some 4, of a binomial spread."""
    rng = np.random.default_rng(10)
    p = [
        classifier_test(
            rng.normal(size=(80, 2)),
            rng.normal(size=(60, 2)),
            seed=s,
            classifier="logistic",
            folds=3,
            permutations=19,
        ).p_value
        for s in range(40)
    ]
    assert np.count_nonzero(np.array(p) <= 0.1) <= 11
    assert 0.3 < np.mean(p) < 0.7


def test_the_unit_of_a_column_does_not_matter_to_the_classifier():
    rng = np.random.default_rng(11)
    before, now = rng.normal(size=(80, 2)), rng.normal(0.5, 1, size=(60, 2))
    plain = classifier_test(before, now, seed=1, classifier="logistic")
    scaled = classifier_test(before * 1000 + 5, now * 1000 + 5, seed=1, classifier="logistic")
    assert scaled.value == pytest.approx(plain.value, abs=2e-3)


@st.composite
def cohorts(draw):
    seed, n = draw(st.integers(0, 10**6)), draw(st.integers(60, 200))
    rng = np.random.default_rng(seed)
    logit = rng.normal(size=n)
    y = rng.random(n) < 1 / (1 + np.exp(-logit))
    return y, 1 / (1 + np.exp(-logit)), np.arange(n) % 2


@settings(max_examples=25)
@given(cohorts())
def test_the_change_between_two_periods_is_the_difference_of_both(cohort):
    y, risk, period = cohort
    found = calibration_drift_test(y, risk, period)
    for change, measure in ((found.in_the_large, in_the_large), (found.slope, slope)):
        then, now = (measure(y[period == when], risk[period == when]) for when in (0, 1))
        assert change.value == pytest.approx(now.value - then.value, abs=1e-6)
        assert change.se == pytest.approx(np.hypot(now.se, then.se), rel=1e-6)


@settings(max_examples=25)
@given(cohorts(), st.integers(-5, 2024), st.sampled_from([0.25, 12.0]))
def test_the_origin_and_unit_of_time_do_not_matter(cohort, origin, unit):
    y, risk, period = cohort
    plain = calibration_drift_test(y, risk, period)
    moved = calibration_drift_test(y, risk, origin + unit * period)
    assert moved.slope.value * unit == pytest.approx(plain.slope.value, abs=1e-6)
    assert moved.p_value == pytest.approx(plain.p_value, abs=1e-6)
