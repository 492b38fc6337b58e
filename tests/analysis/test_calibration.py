"""Are the risks patients are told the risks they turn out to have?"""

import numpy as np
import pytest
from scipy.special import expit, logit

from probatum.analysis.calibration import (
    brier,
    calibration_curve,
    ici,
    in_the_large,
    observed_expected,
    scaled_brier,
    slope,
)
from probatum.errors import NotEstimable

ESTIMATORS = [
    brier,
    scaled_brier,
    in_the_large,
    slope,
    observed_expected,
    ici,
]


def a_cohort(n=400, seed=5):
    rng = np.random.default_rng(seed)
    risk = rng.beta(1.2, 6, n)
    return rng.random(n) < risk, risk


@pytest.mark.parametrize(
    "risk",
    [
        [1 - 2e-16, 1e-300, 1 - 2e-16, 1e-300],
        [1e-300, 1 - 2e-16, 1e-300, 1 - 2e-16],
        [1 - 1e-12, 1e-12, 1 - 1e-12, 1e-12],
        [1e-9, 1e-9, 1 - 1e-9, 1 - 1e-9],
    ],
)
def test_risks_that_leave_no_room_for_doubt_have_no_calibration_in_the_large(risk):
    with pytest.raises(NotEstimable, match="calibration"):
        in_the_large([1, 0, 1, 0], risk)


def test_calibration_in_the_large_worked_by_hand():
    """One risk of 0.2 for all and half had the event: logit(1/2) - logit(1/5) = ln 4."""
    found = in_the_large([1, 0, 1, 0], [0.2] * 4)
    assert found.value == pytest.approx(np.log(4))
    assert found.se == pytest.approx(1)  # sum (y-p)^2 / (sum p(1-p))^2 = 1/1


def test_calibration_slope_worked_by_hand():
    """
    Told 0.1: one of three had the event; told 0.9: two of three. The fit goes through both:
    slope = (logit 2/3 - logit 1/3) / (logit 0.9 - logit 0.1) = ln 4 / ln 81.
    """
    risk = [0.1, 0.1, 0.1, 0.9, 0.9, 0.9]
    found = slope([1, 0, 0, 1, 1, 0], risk)
    assert found.value == pytest.approx(np.log(4) / np.log(81))


def test_observed_to_expected_worked_by_hand():
    """Two events of ten, one expected; SE of the log is sqrt(0.8/2)."""
    found = observed_expected([1, 1] + [0] * 8, [0.1] * 10)
    error = np.sqrt(0.4)
    assert found.value == pytest.approx(2)
    assert found.se == pytest.approx(2 * error)
    assert found.lower == pytest.approx(2 * np.exp(-1.959964 * error), rel=1e-6)
    assert found.upper == pytest.approx(2 * np.exp(1.959964 * error), rel=1e-6)


def test_weights_widen_the_ratio_of_observed_to_expected():
    """Weights 1 and 3: a share of 3/4 of four, which are worth (4)^2 / (1 + 9) patients."""
    found = observed_expected([0, 1], [0.5, 0.5], weight=[1, 3])
    assert found.value == pytest.approx(1.5)
    assert found.se == pytest.approx(1.5 * np.sqrt(0.25 / (1.6 * 0.75)))


def test_brier_score_worked_by_hand():
    """Distances 0.01, 0.16, 0.04, 0.01: mean 0.055, variance of the mean 0.0051/4."""
    found = brier([1, 1, 0, 0], [0.9, 0.6, 0.2, 0.1])
    assert found.value == pytest.approx(0.055)
    assert found.se == pytest.approx(np.sqrt(0.0153 / 3 / 4), rel=1e-6)
    assert found.lower == 0


def test_scaled_brier_score_worked_by_hand():
    assert scaled_brier([1, 1, 0, 0], [0.9, 0.6, 0.2, 0.1]).value == pytest.approx(0.78)


def test_the_prevalence_for_all_scales_to_nothing():
    assert scaled_brier([1, 0, 0, 0], [0.25] * 4).value == pytest.approx(0)


@pytest.mark.parametrize(
    ("outcome", "risk"),
    [
        ([1, 0], [0.5, 0.5]),
        ([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [0.3] * 10),
        ([1, 1, 0, 0, 0, 0, 0], [2 / 7] * 7),
        ([1, 1, 0, 0], [1, 1, 0, 0]),
    ],
)
def test_an_error_of_second_order_is_not_told_as_a_width_of_zero(outcome, risk):
    found = scaled_brier(outcome, risk)
    assert (found.se, found.lower, found.upper) == (None, None, None)
    assert "no interval" in found.method


def test_a_weight_of_two_moves_the_estimate_as_two_patients_would():
    y, p = a_cohort()
    twice = np.arange(y.size) % 3 == 0
    weight = np.where(twice, 2.0, 1.0)
    again = np.concatenate([np.arange(y.size), np.flatnonzero(twice)])
    for estimator in ESTIMATORS[:-1]:
        weighted = estimator(y, p, weight=weight).value
        assert weighted == pytest.approx(estimator(y[again], p[again]).value, rel=1e-6)


def test_certain_risks_have_no_log_odds_and_are_refused():
    for estimator in (in_the_large, slope):
        with pytest.raises(NotEstimable, match="got 2 of exactly 0 or 1"):
            estimator([0, 1, 0, 1], [0, 0.4, 0.3, 1])


def test_moving_certain_risks_to_a_limit_is_counted_in_the_method():
    found = slope([0, 1, 1, 0], [0, 0.4, 0.3, 1], limit=0.01)
    assert "2 risks moved to within 0.01 of 0 or 1" in found.method


@pytest.mark.parametrize("limit", [0, 0.5, -1])
def test_a_limit_that_is_no_small_risk_is_refused(limit):
    with pytest.raises(NotEstimable, match="limit"):
        slope([0, 1, 1, 0], [0, 0.4, 0.3, 1], limit=limit)


def test_a_slope_without_overlap_is_infinite_and_refused():
    with pytest.raises(NotEstimable, match="perfect separation"):
        slope([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4])


def test_one_risk_for_all_has_no_slope():
    with pytest.raises(NotEstimable, match="one for all"):
        slope([0, 0, 1, 1], [0.2] * 4)


def test_risks_that_differ_by_rounding_alone_have_no_slope():
    risk = 0.3 + np.array([0, 1, 1, 0, 0, 1]) * 6e-17
    assert np.ptp(risk) > 0
    with pytest.raises(NotEstimable, match="one for all"):
        slope([0, 0, 1, 1, 0, 1], risk)


def test_no_event_expected_has_no_ratio():
    with pytest.raises(NotEstimable, match="expected some predicted events"):
        observed_expected([0, 1], [0, 0])


@pytest.mark.parametrize("estimator", [*ESTIMATORS, calibration_curve])
@pytest.mark.parametrize(
    ("outcome", "risk", "weight", "told"),
    [
        ([], [], None, "at least one patient"),
        ([0, 1], [0.2, 1.2], None, "1 outside"),
        ([0, 1], [-0.1, 0.2], None, "1 outside"),
        ([0, 1], [np.nan, 0.2], None, "missing"),
        ([0, 1], [0.1, 0.2, 0.3], None, "one length"),
        ([0, 1], [0.1, 0.2], [0, 1], "positive weights"),
    ],
)
def test_risks_that_are_none_are_refused(estimator, outcome, risk, weight, told):
    with pytest.raises(NotEstimable, match=told):
        estimator(outcome, risk, weight=weight)


@pytest.mark.parametrize("estimator", [*ESTIMATORS[1:], calibration_curve])
def test_one_class_has_no_calibration(estimator):
    with pytest.raises(NotEstimable, match="one class"):
        estimator([0, 0, 0], [0.1, 0.2, 0.3])


def test_the_curve_follows_what_happened_and_the_index_measures_it():
    rng = np.random.default_rng(8)
    risk = rng.beta(1.2, 4, 20_000)
    truth = expit(logit(risk) * 0.7 - 0.2)
    y = rng.random(risk.size) < truth
    curve = calibration_curve(y, risk, points=50)
    within = (curve.risk > np.quantile(risk, 0.05)) & (curve.risk < np.quantile(risk, 0.95))
    expected = expit(logit(curve.risk[within]) * 0.7 - 0.2)
    np.testing.assert_allclose(curve.observed[within], expected, atol=0.02)
    assert ici(y, risk).value == pytest.approx(np.mean(np.abs(truth - risk)), abs=0.005)


def test_the_groups_hold_every_patient_once():
    y, p = a_cohort()
    curve = calibration_curve(y, p, points=5, groups=10)
    assert sum(group.observed.n for group in curve.groups) == y.size
    assert len(curve.groups) == 10
    assert [g.mean_risk for g in curve.groups] == sorted(g.mean_risk for g in curve.groups)


def test_nothing_is_extrapolated_and_the_band_stays_within_probabilities():
    y, p = a_cohort()
    curve = calibration_curve(y, p)
    assert (curve.risk[0], curve.risk[-1]) == (p.min(), p.max())
    assert np.all((curve.lower >= 0) & (curve.upper <= 1))
    assert np.all((curve.lower <= curve.observed) & (curve.observed <= curve.upper))


def test_too_few_distinct_risks_are_not_smoothed():
    with pytest.raises(NotEstimable, match="at least 10 distinct risks, got 2"):
        calibration_curve([0, 1, 0, 1], [0.1, 0.1, 0.2, 0.2])


def test_risks_tied_beyond_the_span_are_not_smoothed():
    p = np.concatenate([np.full(500, 0.1), np.linspace(0.2, 0.9, 20)])
    y = np.arange(p.size) % 5 == 0
    with pytest.raises(NotEstimable, match="widen the span"):
        calibration_curve(y, p)


def test_the_index_has_an_interval_only_when_a_seed_is_given():
    y, p = a_cohort()
    assert ici(y, p).lower is None
    first, second = (ici(y, p, seed=11, replicates=20) for _ in range(2))
    assert first == second
    assert first.lower < first.upper
    assert "loess of degree 2, span 0.75" in first.method


def test_a_band_of_weights_is_wider_where_fewer_patients_carry_it():
    y, p = a_cohort()
    weight = np.where(np.arange(y.size) % 2, 3.0, 0.2)
    plain, weighted = (calibration_curve(y, p, weight=w, points=9) for w in (None, weight))
    assert np.mean(weighted.upper - weighted.lower) > np.mean(plain.upper - plain.lower)
