"""Laws of calibration by groups, by curves and after risks were put right."""

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit, logit
from scipy.stats import kstest

from probatum.analysis.calibration import (
    brier,
    brier_decomposition,
    calibration_curve,
    e50,
    e90,
    ece,
    emax,
    hosmer_lemeshow,
    ici,
    in_the_large,
    observed_expected,
    recalibration,
    slope,
    spiegelhalter,
    weak_calibration_test,
)
from probatum.errors import NotEstimable

RISKS = st.one_of(st.floats(0.02, 0.98), st.sampled_from([0.1, 0.2, 0.3, 0.5, 0.8]))
binnings = st.sampled_from(["quantile", "width", "distinct"])
bins = st.integers(1, 12)


@st.composite
def cohorts(draw):
    """Both classes, risks inside (0, 1) with ties, positive weights."""
    n = draw(st.integers(6, 40))
    others = draw(st.lists(st.booleans(), min_size=n - 2, max_size=n - 2))
    risk = draw(arrays(np.float64, n, elements=RISKS))
    weight = draw(arrays(np.float64, n, elements=st.floats(0.5, 4)))
    return np.array([True, False, *others]), risk, weight


@given(cohorts(), bins, binnings)
def test_the_five_terms_add_up_to_the_brier_score(cohort, number, binning):
    y, p, w = cohort
    found = brier_decomposition(y, p, weight=w, bins=number, binning=binning)
    parts = found.reliability - found.generalised_resolution + found.uncertainty
    assert parts == pytest.approx(brier(y, p, weight=w).value, abs=1e-14)
    terms = (found.reliability, found.resolution, found.within_variance)
    assert min(terms) >= 0
    assert found.resolution <= found.uncertainty + 1e-12


@given(cohorts())
def test_distinct_forecasts_leave_nothing_within_groups(cohort):
    y, p, w = cohort
    found = brier_decomposition(y, p, weight=w, binning="distinct")
    assert found.within_variance == found.within_covariance == 0
    assert found.groups == np.unique(p).size


@given(cohorts())
def test_one_group_resolves_nothing(cohort):
    y, p, w = cohort
    found = brier_decomposition(y, p, weight=w, bins=1)
    gap = np.average(y, weights=w) - np.average(p, weights=w)
    assert found.resolution == pytest.approx(0, abs=1e-15)
    assert found.reliability == pytest.approx(gap**2)
    assert ece(y, p, weight=w, bins=1).value == pytest.approx(abs(gap))


@given(cohorts())
def test_the_other_outcome_decomposes_alike(cohort):
    y, p, w = cohort
    told = np.round(p, 2)  # so that the complement of a tie is a tie
    forth, back = (
        brier_decomposition(outcome, np.round(risk, 2), weight=w, binning="distinct")
        for outcome, risk in ((y, told), (~y, 1 - told))
    )
    for name in ("brier", "reliability", "resolution", "uncertainty"):
        assert getattr(back, name) == pytest.approx(getattr(forth, name), abs=1e-12)


@given(cohorts(), bins, st.sampled_from(["quantile", "width"]))
def test_the_expected_error_lies_below_the_root_of_reliability(cohort, number, binning):
    y, p, w = cohort
    error = ece(y, p, weight=w, bins=number, binning=binning).value
    parts = brier_decomposition(y, p, weight=w, bins=number, binning=binning)
    gap = abs(np.average(y, weights=w) - np.average(p, weights=w))
    assert gap - 1e-12 <= error <= np.sqrt(parts.reliability) + 1e-12


@given(cohorts(), st.data())
def test_a_whole_weight_moves_a_group_as_that_many_patients_would(cohort, data):
    y, p, _ = cohort
    times = data.draw(arrays(np.int64, y.size, elements=st.integers(1, 4)))
    repeated = ece(np.repeat(y, times), np.repeat(p, times), binning="width").value
    assert ece(y, p, weight=times, binning="width").value == pytest.approx(repeated)


@given(cohorts())
def test_the_excess_is_the_brier_score_less_the_doubt_that_was_told(cohort):
    y, p, _ = cohort
    assume(np.any(p != 0.5))
    found = spiegelhalter(y, p)
    assert found.value == pytest.approx(brier(y, p).value - np.mean(p * (1 - p)), abs=1e-12)
    assert spiegelhalter(~y, 1 - p).statistic == pytest.approx(found.statistic, abs=1e-6)


def fitted(estimate, *given, unless, **options):
    """The estimate, where these few patients have one; refused for no other reason."""
    try:
        return estimate(*given, **options)
    except NotEstimable as refusal:
        if not re.search(unless, str(refusal)):
            raise
        assume(False)


NO_SLOPE = "perfect separation|one for all|leave room for doubt"


@given(cohorts(), st.integers(3, 10), st.data())
def test_hosmer_lemeshow_does_not_mind_the_order_of_patients(cohort, groups, data):
    y, p, _ = cohort
    order = np.array(data.draw(st.permutations(range(y.size))))
    assume(np.unique(p).size >= 6)
    forth = hosmer_lemeshow(y, p, setting="validation", groups=groups)
    back = hosmer_lemeshow(y[order], p[order], setting="validation", groups=groups)
    assert back.statistic == pytest.approx(forth.statistic)
    assert back.df == forth.df <= groups
    assert 0 <= forth.p_value <= 1


def test_under_right_risks_the_p_values_are_uniform():
    """300 simulated validations of 400 patients each."""
    rng = np.random.default_rng(14)
    found = []
    for _ in range(300):
        p = rng.uniform(0.05, 0.7, 400)
        y = rng.random(400) < p
        found.append(
            (
                spiegelhalter(y, p).p_value,
                hosmer_lemeshow(y, p, setting="validation").p_value,
                weak_calibration_test(y, p).p_value,
                weak_calibration_test(y, p, method="wald").p_value,
            )
        )
    for p_values in np.transpose(found):
        assert kstest(p_values, "uniform").pvalue > 0.01


@given(cohorts())
def test_risks_put_right_on_the_whole_are_right_on_the_whole(cohort):
    y, p, w = cohort
    fixed = recalibration(y, p, kind="intercept", weight=w).risk(p)
    assert observed_expected(y, fixed, weight=w).value == pytest.approx(1)
    assert in_the_large(y, fixed, weight=w).value == pytest.approx(0, abs=1e-6)


@given(cohorts())
def test_risks_put_right_in_spread_need_no_more_and_rank_alike(cohort):
    y, p, w = cohort
    found = fitted(recalibration, y, p, kind="logistic", weight=w, unless=NO_SLOPE)
    assume(0.01 < abs(found.slope) < 20)
    fixed = found.risk(p)
    assert slope(y, fixed, weight=w).value == pytest.approx(1, abs=1e-5)
    assert in_the_large(y, fixed, weight=w).value == pytest.approx(0, abs=1e-6)
    steps = np.diff(fixed[np.argsort(p)])
    assert np.all(steps >= 0 if found.slope > 0 else steps <= 0)


@given(cohorts(), st.floats(-1, 1), st.floats(0.5, 2))
def test_recalibration_undoes_what_was_done_to_the_log_odds(cohort, shift, stretch):
    y, p, w = cohort
    plain = fitted(recalibration, y, p, kind="logistic", weight=w, unless=NO_SLOPE)
    assume(abs(plain.slope) < 20)
    bent = expit(shift + stretch * logit(p))
    again = recalibration(y, bent, kind="logistic", weight=w)
    np.testing.assert_allclose(again.risk(bent), plain.risk(p), atol=1e-6)


@given(cohorts())
def test_rising_steps_add_up_to_the_events_and_serve_no_worse_than_what_was_told(cohort):
    """What was told rises too, so it is one of those the steps were chosen among."""
    y, p, w = cohort
    found = recalibration(y, p, kind="isotonic", weight=w)
    fixed = found.risk(p)
    assert np.all(np.diff(fixed[np.argsort(p)]) >= 0)
    assert observed_expected(y, fixed, weight=w).value == pytest.approx(1)
    for rising in (p, p**2, np.full(y.size, np.average(y, weights=w))):
        assert np.average((y - fixed) ** 2, weights=w) <= (
            np.average((y - rising) ** 2, weights=w) + 1e-12
        )
    again = recalibration(y, fixed, kind="isotonic", weight=w).risk(fixed)
    np.testing.assert_allclose(again, fixed, atol=1e-12)


@given(cohorts(), st.data())
def test_a_whole_weight_moves_the_steps_as_that_many_patients_would(cohort, data):
    y, p, _ = cohort
    times = data.draw(arrays(np.int64, y.size, elements=st.integers(1, 4)))
    weighted = recalibration(y, p, kind="isotonic", weight=times)
    repeated = recalibration(np.repeat(y, times), np.repeat(p, times), kind="isotonic")
    np.testing.assert_allclose(weighted.risk(p), repeated.risk(p), atol=1e-12)


@pytest.mark.parametrize("method", ["likelihood-ratio", "wald"])
@given(cohort=cohorts())
def test_the_test_of_both_does_not_mind_which_outcome_is_the_event(cohort, method):
    y, p, _ = cohort
    forth = fitted(weak_calibration_test, y, p, method=method, unless=NO_SLOPE)
    back = weak_calibration_test(~y, 1 - p, method=method)
    assert back.statistic == pytest.approx(forth.statistic, rel=1e-5, abs=1e-9)


@given(cohorts())
def test_both_at_once_gain_no_less_likelihood_than_the_intercept_alone(cohort):
    y, p, _ = cohort
    found = fitted(weak_calibration_test, y, p, unless=NO_SLOPE)
    shifted = recalibration(y, p, kind="intercept").risk(p)
    gained = np.sum(np.log(np.where(y, shifted / p, (1 - shifted) / (1 - p))))
    assert found.statistic >= 2 * gained - 1e-9


@pytest.mark.parametrize("smoother", ["loess", "spline"])
@pytest.mark.parametrize("seed", range(6))
def test_half_of_the_distances_lie_below_nine_tenths_and_all_below_the_largest(smoother, seed):
    y, p, w = a_smooth_cohort(seed)
    half, most, all_, mean = (
        index(y, p, weight=w, smoother=smoother).value for index in (e50, e90, emax, ici)
    )
    assert 0 <= half <= most <= all_
    assert mean <= all_


@pytest.mark.parametrize("smoother", ["loess", "spline"])
@pytest.mark.parametrize("index", [ici, e50, e90, emax])
def test_the_scale_of_the_weights_does_not_matter(index, smoother):
    y, p, w = a_smooth_cohort(3)
    plain, scaled = (index(y, p, weight=k * w, smoother=smoother).value for k in (1, 8))
    assert scaled == pytest.approx(plain)


@pytest.mark.parametrize("smoother", ["loess", "spline"])
def test_the_curve_of_the_other_outcome_is_the_curve_upside_down(smoother):
    """The band of the loess rests on its interpolation at the patients: five digits of it."""
    y, p, w = a_smooth_cohort(1)
    forth = calibration_curve(y, p, weight=w, smoother=smoother, points=30)
    back = calibration_curve(~y, 1 - p, weight=w, smoother=smoother, points=30)
    np.testing.assert_allclose(back.observed[::-1], 1 - forth.observed, atol=1e-9)
    np.testing.assert_allclose(back.lower[::-1], 1 - forth.upper, atol=1e-5)


def a_smooth_cohort(seed):
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.03, 0.9, 150)
    return rng.random(150) < p**1.3, p, rng.uniform(0.5, 3, 150)
