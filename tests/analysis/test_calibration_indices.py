"""How far the risks lie from the smooth curve of what happened, by either smoother."""

import json

import numpy as np
import pytest
from scipy.special import expit, logit

from probatum.analysis.calibration import calibration_curve, e50, e90, emax, ici
from probatum.analysis.calibration.extremes import _quantile
from probatum.analysis.calibration.local import along
from probatum.analysis.calibration.smooth import Smoother
from probatum.analysis.calibration.spline import basis
from probatum.errors import NotEstimable

INDICES = [ici, e50, e90, emax]


def a_cohort(n=400, seed=5):
    rng = np.random.default_rng(seed)
    risk = rng.beta(1.2, 6, n)
    return rng.random(n) < risk, risk


@pytest.mark.parametrize(("share", "expected"), [(0.5, 0.2), (0.9, 0.4), (0.8, 0.4)])
def test_quantiles_of_distances_worked_by_hand(share, expected):
    """Of ten patients four lie 0.1 away, two 0.2, and four 0.4: within 0.2 lie six."""
    distance, w = np.array([0.4, 0.1, 0.2]), np.array([4.0, 4.0, 2.0])
    assert _quantile(distance, w, share) == expected


def test_nine_tenths_of_ten_patients_are_nine_of_them():
    assert _quantile(np.arange(10) / 10, np.full(10, 0.1), 0.9) == 0.8


def test_a_share_that_patients_reach_exactly_is_not_missed_by_rounding():
    """Summed up, half of twenty weights of 0.1 come out a digit below half of the sum."""
    assert _quantile(np.arange(20), np.full(20, 0.1), 0.5) == 9


def test_the_cubics_of_the_spline_worked_by_hand():
    """
    Knots 0, 1, 2. At 3: 27 - 8 x 2 + 1 = 12, over 2 squared. Beyond the last knot the curve
    is straight: it rises by 3 halves from 3 to 4 as it does from 4 to 5.
    """
    bent = basis(np.array([-1.0, 0.5, 3.0, 4.0, 5.0]), np.array([0.0, 1.0, 2.0]))[:, 2]
    assert bent == pytest.approx([0, 0.125 / 4, 3, 4.5, 6])


@pytest.mark.parametrize("smoother", ["loess", "spline"])
def test_the_curve_follows_what_happened_and_the_index_measures_it(smoother):
    rng = np.random.default_rng(8)
    risk = rng.beta(1.2, 4, 20_000)
    truth = expit(logit(risk) * 0.7 - 0.2)
    y = rng.random(risk.size) < truth
    curve = calibration_curve(y, risk, points=50, smoother=smoother)
    within = (curve.risk > np.quantile(risk, 0.05)) & (curve.risk < np.quantile(risk, 0.95))
    expected = expit(logit(curve.risk[within]) * 0.7 - 0.2)
    np.testing.assert_allclose(curve.observed[within], expected, atol=0.02)
    distance = np.abs(truth - risk)
    found = [index(y, risk, smoother=smoother).value for index in (ici, e50, e90)]
    true = [distance.mean(), np.median(distance), np.quantile(distance, 0.9)]
    assert found == pytest.approx(true, abs=0.01)


@pytest.mark.parametrize("index", INDICES)
def test_an_index_names_its_smoother(index):
    y, p = a_cohort()
    assert "loess of degree 2, span 0.6" in index(y, p, span=0.6).method
    named = "restricted cubic spline of the log-odds, 4 knots"
    assert named in index(y, p, smoother="spline", knots=4).method


@pytest.mark.parametrize("index", INDICES)
def test_an_index_has_an_interval_only_when_a_seed_is_given(index):
    y, p = a_cohort()
    assert index(y, p).lower is None
    first, second = (
        index(y, p, smoother="spline", seed=3, replicates=20, weight=np.full(400, 2.0))
        for _ in range(2)
    )
    assert first == second
    assert first.lower < first.upper
    assert "weights taken as known" in first.method


def test_the_curve_goes_into_evidence_as_plain_numbers():
    y, p = a_cohort()
    told = json.loads(json.dumps(calibration_curve(y, p, points=3).as_dict(), allow_nan=False))
    assert len(told["observed"]) == 3
    assert told["group_n"] == [40] * 10
    assert told["smoother"] == "loess of degree 2, span 0.75"


def test_the_band_of_the_spline_holds_the_truth_as_often_as_it_says():
    """A calibrated model, 200 simulated studies, at a risk of 0.3."""
    rng, held = np.random.default_rng(6), 0
    for _ in range(200):
        p = np.append(rng.uniform(0.05, 0.55, 300), [0.05, 0.55])
        curve = calibration_curve(rng.random(302) < p, p, points=3, smoother="spline", knots=4)
        held += curve.lower[1] <= curve.risk[1] <= curve.upper[1]
    assert 0.91 <= held / 200 <= 0.985


def naive_fit(values, p, w, x, span):
    """The local quadratic at ``x`` by weighted least squares: the slow twin."""
    distance = np.abs(p - x)
    reach = np.sort(distance)[int(p.size * span + 1e-5) - 1]
    near = w * np.clip(1 - (distance / reach) ** 3, 0, None) ** 3
    kept = near > 0
    return np.polyfit(p[kept] - x, values[kept], 2, w=np.sqrt(near[kept]))[-1]


@pytest.mark.parametrize("span", [0.3, 0.75, 1.0])
def test_local_fits_in_order_of_risk_are_those_of_least_squares(span):
    rng = np.random.default_rng(12)
    p, w = np.round(rng.random(90), 2), rng.uniform(0.5, 3, 90)
    values, grid = rng.random(90), np.linspace(p.min(), p.max(), 17)
    found, error = along(values, p, w, grid, span=span, variance=np.ones(90))
    expected = [naive_fit(values, p, w, x, span) for x in grid]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    unit = np.eye(90)
    operator = np.array([[naive_fit(row, p, w, x, span) for row in unit] for x in grid[:2]])
    np.testing.assert_allclose(error[:2], np.sqrt((operator**2).sum(axis=1)), rtol=1e-9)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        ({"smoother": "lowess"}, "smoother"),
        ({"span": 0}, "span"),
        ({"span": 1.5}, "span"),
        ({"smoother": "spline", "knots": 2}, "knots"),
        ({"confidence": 0}, "confidence level"),
    ],
)
@pytest.mark.parametrize("estimator", [*INDICES, calibration_curve])
def test_a_smoother_that_is_none_is_refused(estimator, ask, told):
    with pytest.raises(NotEstimable, match=told):
        estimator(*a_cohort(), **ask)


@pytest.mark.parametrize("nearest", range(4))
def test_a_span_of_too_few_patients_is_refused(nearest):
    y, p = a_cohort(40)
    with pytest.raises(NotEstimable, match="widen the span"):
        ici(y, p, span=(nearest + 0.01) / 40)


@pytest.mark.parametrize("setting", ["points", "groups"])
@pytest.mark.parametrize("number", [1, 2.5])
def test_a_curve_of_one_point_or_of_part_of_a_group_is_refused(setting, number):
    with pytest.raises(NotEstimable, match=setting):
        calibration_curve(*a_cohort(), **{setting: number})


def test_certain_risks_are_not_smoothed_by_a_spline_of_log_odds():
    y, p = a_cohort()
    p[0] = 0
    with pytest.raises(NotEstimable, match="smooth them by loess"):
        ici(y, p, smoother="spline")


def test_risks_tied_across_knots_are_refused():
    y, p = a_cohort()
    with pytest.raises(NotEstimable, match="fewer knots"):
        ici(y, np.where(p < np.quantile(p, 0.6), 0.05, p), smoother="spline")


@pytest.mark.parametrize("index", [ici, emax])
def test_a_loess_that_swings_out_between_near_ties_measures_no_distance(index):
    """Sixty patients told 0.1 but for 1e-8, twenty others far apart."""
    p = np.concatenate([0.1 + 1e-8 * (np.arange(60) % 7), np.linspace(0.2, 0.9, 20)])
    y = np.arange(80) % 10 < 3
    with pytest.raises(NotEstimable, match="expected a smooth within 1 of the risks"):
        index(y, p)


def test_a_local_fit_that_one_patients_weight_decides_is_refused():
    p, w = np.linspace(0.1, 0.9, 40), np.ones(40)
    w[20] = 1e90
    with pytest.raises(NotEstimable, match="distinct risks in each local fit"):
        along(np.ones(40), p, w, p[15:16], span=0.75, variance=np.ones(40))


def test_a_sample_drawn_without_an_event_is_named_as_such():
    p = np.linspace(0.05, 0.95, 60)
    with pytest.raises(NotEstimable, match="got 0 and 60"):
        Smoother(kind="spline", span=0.75, knots=3).at_patients(p > 1, p, np.ones(60))


def test_a_spline_through_classes_that_separate_is_refused():
    p = np.linspace(0.05, 0.95, 100)
    for y in (p > 0.5, p < 0.3):
        with pytest.raises(NotEstimable, match="calibration"):
            ici(y, p, smoother="spline", knots=3)
