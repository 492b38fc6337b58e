"""Laws of calibration, decision and censoring that a wrong estimator would break."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit, logit
from statsmodels.duration.survfunc import SurvfuncRight

from probatum.analysis.calibration import (
    brier,
    in_the_large,
    observed_expected,
    scaled_brier,
    slope,
)
from probatum.analysis.censoring import censoring_weights, horizon_outcome
from probatum.analysis.decision import (
    decision_curve,
    net_benefit,
    net_benefit_difference,
    treat_all,
)


@st.composite
def cohorts(draw):
    """Both classes, risks inside (0, 1), positive weights."""
    n = draw(st.integers(6, 40))
    others = draw(st.lists(st.booleans(), min_size=n - 2, max_size=n - 2))
    risk = draw(arrays(np.float64, n, elements=st.floats(0.02, 0.98)))
    weight = draw(arrays(np.float64, n, elements=st.floats(0.5, 4)))
    return np.array([True, False, *others]), risk, weight


@st.composite
def follow_ups(draw):
    """Times on few days, so that events and losses share them; somebody reaches day 6."""
    n = draw(st.integers(2, 40))
    time = draw(arrays(np.int64, n, elements=st.integers(0, 9)))
    event = draw(arrays(np.bool_, n))
    return np.append(time, 9).astype(float), np.append(event, False)


thresholds = st.floats(0.01, 0.99)


@given(cohorts(), thresholds)
def test_net_benefit_never_exceeds_the_prevalence(cohort, threshold):
    y, p, w = cohort
    found = net_benefit(y, p, threshold, weight=w).value
    assert found <= np.average(y, weights=w) + 1e-12


@given(cohorts(), thresholds)
def test_a_perfect_model_earns_the_prevalence(cohort, threshold):
    y, _, w = cohort
    found = net_benefit(y, y.astype(float), threshold, weight=w).value
    assert found == pytest.approx(np.average(y, weights=w))


@given(cohorts(), thresholds)
def test_calling_everybody_certain_is_to_treat_all(cohort, threshold):
    y, _, w = cohort
    prevalence = np.average(y, weights=w)
    expected = prevalence - (1 - prevalence) * threshold / (1 - threshold)
    assert treat_all(y, threshold, weight=w) == pytest.approx(expected)
    assert net_benefit(y, np.ones(y.size), threshold, weight=w).value == pytest.approx(expected)


@given(cohorts(), thresholds)
def test_the_gain_is_the_difference_of_net_benefits(cohort, threshold):
    y, p, w = cohort
    gain = net_benefit_difference(y, p, threshold, weight=w).value
    model = net_benefit(y, p, threshold, weight=w).value
    assert gain == pytest.approx(model - treat_all(y, threshold, weight=w), abs=1e-9)


@given(cohorts())
def test_at_the_prevalence_treating_all_is_worth_nothing(cohort):
    y, p, w = cohort
    prevalence = float(np.average(y, weights=w))
    assert decision_curve(y, p, [prevalence], weight=w).treat_all[0] == pytest.approx(
        0, abs=1e-12
    )


@given(cohorts())
def test_the_brier_score_is_a_mean_of_squares(cohort):
    y, p, w = cohort
    found = brier(y, p, weight=w)
    assert 0 <= found.lower <= found.value <= found.upper <= 1
    assert brier(y, y.astype(float), weight=w).value == 0
    assert brier(~y, 1 - p, weight=w).value == pytest.approx(found.value)


@given(cohorts())
def test_no_forecast_is_scaled_above_one_and_the_prevalence_is_worth_nothing(cohort):
    y, p, w = cohort
    prevalence = np.full(y.size, np.average(y, weights=w))
    assert scaled_brier(y, p, weight=w).value <= 1
    assert scaled_brier(y, prevalence, weight=w).value == pytest.approx(0, abs=1e-9)


@given(cohorts(), st.floats(0.2, 5))
def test_observed_to_expected_moves_with_the_risks(cohort, scale):
    y, p, w = cohort
    shrunk = p * min(scale, 1 / p.max())
    ratio = observed_expected(y, p, weight=w).value
    assert observed_expected(y, shrunk, weight=w).value == pytest.approx(
        ratio * p.sum() / shrunk.sum()
    )


@given(cohorts(), st.floats(-2, 2))
def test_shifting_the_log_odds_shifts_the_intercept_by_as_much(cohort, shift):
    y, p, w = cohort
    plain = in_the_large(y, p, weight=w)
    shifted = in_the_large(y, expit(logit(p) + shift), weight=w)
    assert shifted.value == pytest.approx(plain.value - shift, abs=1e-6)
    assert shifted.se == pytest.approx(plain.se, rel=1e-5)


@given(cohorts(), st.floats(0.5, 2), st.floats(-1, 1))
def test_stretching_the_log_odds_divides_the_slope(cohort, stretch, shift):
    y, p, w = cohort
    assume(_overlap(y, p))
    plain = slope(y, p, weight=w).value
    assume(abs(plain) < 20)
    stretched = slope(y, expit(stretch * logit(p) + shift), weight=w).value
    assert stretched == pytest.approx(plain / stretch, rel=1e-4, abs=1e-6)


@given(cohorts())
def test_the_other_outcome_has_the_opposite_intercept_and_the_same_slope(cohort):
    y, p, w = cohort
    intercept = in_the_large(y, p, weight=w).value
    opposite = in_the_large(~y, 1 - p, weight=w).value
    assert opposite == pytest.approx(-intercept, abs=1e-6)


@given(follow_ups(), st.integers(1, 9))
def test_the_weights_sum_to_everybody_and_give_the_survival_curve(follow_up, horizon):
    time, event = follow_up
    found = censoring_weights(time, event, horizon)
    outcome = horizon_outcome(time, event, horizon).outcome
    assert found.weight.sum() == pytest.approx(time.size)
    died = np.nansum(found.weight * outcome) / time.size
    assert died == pytest.approx(1 - _survival(time, event, horizon))


@given(follow_ups(), st.integers(1, 9))
def test_the_known_weigh_at_least_one_and_the_unknown_nothing(follow_up, horizon):
    found = censoring_weights(*follow_up, horizon)
    assert np.all(found.weight[found.known] >= 1 - 1e-12)
    assert np.all(found.weight[~found.known] == 0)
    assert found.n_known + found.n_unknown == follow_up[0].size


@given(follow_ups())
def test_the_unit_of_time_does_not_matter(follow_up):
    time, event = follow_up
    days, years = (censoring_weights(time * k, event, 5 * k).weight for k in (1, 365.25))
    np.testing.assert_allclose(days, years)


def _overlap(y, p):
    """Neither class lies on one side of the other."""
    return p[y].min() < p[~y].max() and p[~y].min() < p[y].max()


def _survival(time, event, horizon):
    if not event[time <= horizon].any():
        return 1.0
    curve = SurvfuncRight(time, event.astype(float))
    return curve.surv_prob[np.searchsorted(curve.surv_times, horizon, side="right") - 1]
