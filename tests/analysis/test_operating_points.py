"""Thresholds found on the data, and precision at every recall, worked by hand and refused."""

import itertools
import json

import numpy as np
import pytest

from probatum.analysis.discrimination import (
    average_precision,
    precision_recall_curve,
    sensitivity_at_specificity,
    specificity_at_sensitivity,
)
from probatum.errors import NotEstimable

OUTCOME = [0, 0, 0, 0, 1, 1, 1]
SCORE = [1, 2, 3, 4, 2, 4, 5]


def test_the_threshold_keeps_at_least_the_specificity_asked_for():
    """Three of four controls lie at or below 3, which two of three cases exceed."""
    for asked in (0.6, 0.75):
        found = sensitivity_at_specificity(OUTCOME, SCORE, asked)
        assert found.value == pytest.approx(2 / 3)
        assert "attained 0.75" in found.method
    assert sensitivity_at_specificity(OUTCOME, SCORE, 0.76).value == pytest.approx(1 / 3)


def test_the_threshold_keeps_at_least_the_sensitivity_asked_for():
    """Two of three cases lie at or above 4, which three of four controls do not."""
    found = specificity_at_sensitivity(OUTCOME, SCORE, 0.6)
    assert found.value == pytest.approx(3 / 4)
    assert "attained 0.6667" in found.method
    assert specificity_at_sensitivity(OUTCOME, SCORE, 0.7).value == pytest.approx(1 / 4)


def test_a_specificity_that_divides_the_controls_is_not_missed_by_rounding():
    """0.07 x 100 is 7.000000000000001 in doubles; the seventh control is enough."""
    y = np.repeat([0, 1], [100, 2])
    found = sensitivity_at_specificity(y, np.r_[np.arange(100), 6.5, -1], 0.07)
    assert found.value == 0.5


def test_a_promise_of_next_to_nothing_is_kept_by_the_lowest_control():
    found = sensitivity_at_specificity(OUTCOME, SCORE, 1e-12)
    assert found.value == 1
    assert "attained 0.25" in found.method


def test_the_variance_of_the_threshold_is_that_of_every_bootstrap_sample():
    """All 256 samples of four controls, each with its own third value as the threshold."""
    cases = np.array([2.0, 4, 5])
    drawn = np.sort(np.array(list(itertools.product([1, 2, 3, 4], repeat=4))))[:, 2]
    shares = (cases > drawn[:, None]).mean(axis=1)
    found = sensitivity_at_specificity(OUTCOME, SCORE, 0.75)
    assert found.se == pytest.approx(np.sqrt(2 / 3 / 3 / 3 + shares.var()))


def test_every_event_found_at_every_threshold_leaves_agresti_and_coulls_interval():
    found = sensitivity_at_specificity(np.repeat([0, 1], 10), np.arange(20), 0.8)
    z = 1.959963985
    middle = (10 + z**2 / 2) / (10 + z**2)
    assert found.value == 1
    assert found.upper == 1
    assert found.lower == pytest.approx(
        middle - z * np.sqrt(middle * (1 - middle) / (10 + z**2))
    )
    assert "every threshold gives the same share" in found.method


def test_precision_and_recall_worked_by_hand():
    curve = precision_recall_curve(OUTCOME, SCORE)
    np.testing.assert_allclose(curve.threshold, [5, 4, 3, 2, 1])
    np.testing.assert_allclose(curve.precision, [1, 2 / 3, 2 / 4, 3 / 6, 3 / 7])
    np.testing.assert_allclose(curve.recall, [1 / 3, 2 / 3, 2 / 3, 1, 1])
    assert curve.prevalence == pytest.approx(3 / 7)
    json.dumps(curve.as_dict(), allow_nan=False)


def test_average_precision_worked_by_hand():
    """At the cases' scores 5, 4, 2 precision is 1, 2/3, 1/2: their mean is 13/18."""
    found = average_precision(OUTCOME, SCORE)
    assert found.value == pytest.approx(13 / 18)
    binomial = average_precision(OUTCOME, SCORE, variance="binomial")
    assert binomial.se == pytest.approx(np.sqrt(13 * 5 / 18**2 / 3))
    log_odds = np.log(binomial.upper / (1 - binomial.upper))
    half = 1.959963985 / np.sqrt(3 * 13 * 5 / 18**2)
    assert log_odds == pytest.approx(np.log(13 / 5) + half)


def test_a_constant_score_has_the_error_of_the_prevalence():
    """Its average precision is the prevalence, 3/7, with variance 3/7 4/7 /7."""
    found = average_precision(OUTCOME, np.ones(7))
    assert found.value == pytest.approx(3 / 7)
    assert found.se == pytest.approx(np.sqrt(12 / 49 / 7))


def test_perfect_separation_has_an_average_precision_of_one_with_an_exact_bound():
    found = average_precision([0, 0, 0, 1, 1], [1, 2, 3, 4, 5])
    assert found.value == 1
    assert found.interval == (pytest.approx(0.025 ** (1 / 2)), 1)
    assert "perfect separation" in found.method


@pytest.mark.parametrize("asked", [0, 1, -0.1, 90, np.nan, "0.9", None, [0.8, 0.9]])
@pytest.mark.parametrize("at", [sensitivity_at_specificity, specificity_at_sensitivity])
def test_a_promise_that_is_no_share_is_refused(at, asked):
    with pytest.raises(NotEstimable, match=r"expected a number in \(0, 1\)"):
        at(OUTCOME, SCORE, asked)


@pytest.mark.parametrize(
    "estimate",
    [
        lambda y, s: sensitivity_at_specificity(y, s, 0.9),
        lambda y, s: specificity_at_sensitivity(y, s, 0.9),
        average_precision,
        precision_recall_curve,
    ],
)
@pytest.mark.parametrize(
    ("outcome", "score", "told"),
    [
        ([], [], "at least one patient"),
        ([1, 1], [1, 2], "with and"),
        ([0, 0, 1, 1], [1, 2, 3, np.nan], "1 missing"),
        ([0, 0, 1, 1], [1, 2, 3], "one length"),
        ([0, 0, 1, 3], [1, 2, 3, 4], "0 or 1"),
    ],
)
def test_nonsense_has_no_operating_point(estimate, outcome, score, told):
    with pytest.raises(NotEstimable, match=told):
        estimate(outcome, score)


@pytest.mark.parametrize("variance", ["bootstrap", ["influence"]])
def test_an_unknown_variance_is_refused(variance):
    with pytest.raises(NotEstimable, match="expected one of"):
        average_precision(OUTCOME, SCORE, variance=variance)
