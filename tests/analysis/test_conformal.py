"""Prediction sets hold what they promise: by hand, by law, and refused where they cannot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from probatum.analysis.conformal import (
    conformal_quantile,
    coverage,
    coverage_range,
    interval_coverage,
)
from probatum.errors import NotEstimable


def test_the_quantile_is_the_ninth_of_ten_thousandths_and_not_the_tenth():
    """n = 19, alpha = .1: k = ceil(20 * .9) = 18; rounding must not make it 19."""
    assert conformal_quantile(np.arange(1, 20), alpha=0.1) == 18
    assert conformal_quantile(np.arange(1, 10), alpha=0.1) == 9


def test_hardly_any_promise_is_kept_by_the_smallest_score():
    """k = ceil(4e-12) = 1, which rounding must not make 0: that place holds the largest."""
    assert conformal_quantile([0.1, 0.2, 0.3], alpha=1 - 1e-12) == 0.1


def test_too_few_to_promise_anything_are_refused():
    with pytest.raises(NotEstimable, match=r"at least 9 calibration patients.*got 8"):
        conformal_quantile(np.arange(8), alpha=0.1)


def test_the_chance_of_so_few_covered_is_counted_exactly():
    """k = 2 of n = 2, m = 1: covered with chance 2/3, so none covered has p = 1/3."""
    assert coverage([0], calibrated_on=2, alpha=0.34).p_value == pytest.approx(1 / 3)
    assert coverage([1], calibrated_on=2, alpha=0.34).p_value == pytest.approx(1)


def test_a_small_count_of_the_machine_is_a_count():
    """255 and one more are beyond an unsigned byte."""
    assert coverage_range(np.uint8(255), alpha=0.1) == coverage_range(255, alpha=0.1)


def test_both_bounds_belong_to_an_interval():
    found = interval_coverage([0, 2, 3], [0, 0, 0], [2, 2, 2], calibrated_on=99, alpha=0.1)
    assert found.value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: conformal_quantile([], alpha=0.1), "scores"),
        (lambda: conformal_quantile([1.0], alpha=0.0), "alpha in"),
        (lambda: conformal_quantile([1.0], alpha=1e-320), "at least inf calibration"),
        (lambda: coverage_range(10.5, alpha=0.2), "calibration patients and alpha"),
        (lambda: coverage_range(99, alpha=0.2, confidence=1), "confidence level"),
        (lambda: coverage([2], calibrated_on=99, alpha=0.1), "covered — expected 0 or 1"),
        (lambda: coverage([1], calibrated_on=0, alpha=0.1), "calibration patients"),
        (lambda: coverage_range(5, alpha=0.1), "at least 9"),
        (lambda: coverage_range("99", alpha=0.1), "calibration patients and alpha"),
        (lambda: coverage_range(10**400, alpha=0.1), "calibration patients and alpha"),
        (lambda: conformal_quantile([1.0], alpha="low"), "alpha in .* 'low'"),
        (lambda: interval_coverage([1], [2], [0], calibrated_on=9, alpha=0.1), "above"),
    ],
)
def test_what_promises_nothing_is_refused(call, told):
    with pytest.raises(NotEstimable, match=told):
        call()


@given(st.integers(20, 400), st.sampled_from([0.05, 0.1, 0.2]), st.integers(0, 2**32 - 1))
def test_coverage_of_the_quantile_follows_its_law(n, alpha, seed):
    """The coverage of a uniform score is the quantile itself: Beta(k, n + 1 - k)."""
    low, high = coverage_range(n, alpha=alpha, confidence=1 - 1e-9)
    reached = conformal_quantile(np.random.default_rng(seed).random(n), alpha=alpha)
    assert low <= reached <= high


def test_the_promise_is_kept_on_the_average():
    rng = np.random.default_rng(3)
    reached = [conformal_quantile(rng.random(49), alpha=0.1) for _ in range(2000)]
    assert np.mean(reached) == pytest.approx(45 / 50, abs=4 * np.std(reached) / np.sqrt(2000))
    assert stats.kstest(reached, stats.beta(45, 5).cdf).pvalue > 0.001
