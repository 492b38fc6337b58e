"""Calibration agrees with R's loess and with independent software."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import logit
from sklearn.metrics import brier_score_loss

from probatum.analysis.calibration import (
    brier,
    calibration_curve,
    ici,
    in_the_large,
    local,
    slope,
)

SPEED = np.repeat(
    [4.0, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 22, 23, 24, 25],
    [2, 2, 1, 1, 3, 2, 4, 4, 4, 3, 2, 3, 4, 3, 5, 1, 1, 4, 1],
)
DISTANCE = np.fromstring(
    "2 10 4 22 16 10 18 26 34 17 28 14 20 24 28 26 34 34 46 26 36 60 80 20 26 54 32 40 32 40 "
    "50 42 56 76 84 36 46 68 32 48 52 56 64 66 54 70 92 93 120 85",
    sep=" ",
)
"""R's data set cars: Ezekiel M, Methods of Correlation Analysis, 1930."""


@pytest.fixture(scope="module")
def cohort():
    rng = np.random.default_rng(17)
    risk = rng.beta(1.2, 5, 800)
    return rng.random(800) < np.sqrt(risk) / 2, risk


def test_calibration_in_the_large_agrees_with_a_general_linear_model(cohort):
    y, p = cohort
    model = sm.GLM(y.astype(float), np.ones(y.size), sm.families.Binomial(), offset=logit(p))
    expected = model.fit(cov_type="HC0")
    found = in_the_large(y, p)
    assert found.value == pytest.approx(expected.params[0], rel=1e-8)
    assert found.se == pytest.approx(expected.bse[0], rel=1e-6)


def test_calibration_slope_agrees_with_a_logistic_regression(cohort):
    y, p = cohort
    expected = sm.Logit(y.astype(float), sm.add_constant(logit(p))).fit(disp=0, cov_type="HC0")
    found = slope(y, p)
    assert found.value == pytest.approx(expected.params[1], rel=1e-6)
    assert found.se == pytest.approx(expected.bse[1], rel=1e-6)


def test_where_the_model_is_calibrated_the_robust_error_is_the_models_own():
    rng = np.random.default_rng(18)
    p = rng.beta(1.2, 5, 20_000)
    y = rng.random(p.size) < p
    own = sm.Logit(y.astype(float), sm.add_constant(logit(p))).fit(disp=0)
    assert slope(y, p).se == pytest.approx(own.bse[1], rel=0.03)


def test_the_brier_score_agrees_with_scikit_learn(cohort):
    y, p = cohort
    weight = np.linspace(0.5, 3, y.size)
    assert brier(y, p, weight=weight).value == pytest.approx(
        brier_score_loss(y, p, sample_weight=weight), rel=1e-12
    )


def test_the_smooth_agrees_with_the_loess_of_r():
    """
    > # R, from the examples of help(loess) and help(predict.loess)
    > predict(loess(dist ~ speed, cars), data.frame(speed = seq(5, 30, 1)), se = TRUE)
    $fit    7.797353 10.002308 12.499786 15.281082 18.446568 21.865315 25.517015 ...
    """
    found = dict(zip(SPEED, local.at_patients(DISTANCE, SPEED, np.ones(50), 0.75), strict=True))
    expected = {7: 12.499786, 8: 15.281082, 9: 18.446568, 10: 21.865315, 11: 25.517015}
    assert {speed: found[speed] for speed in expected} == pytest.approx(expected, abs=1e-6)


def test_the_local_fits_behind_the_band_are_those_of_the_smooth():
    """Away from interpolation between vertices, both are the same local quadratic."""
    vertices = np.array([8.0, 10.0, 12.0])
    ones = np.ones(50)
    fits, _ = local.along(DISTANCE, SPEED, ones, vertices, span=0.75, variance=ones)
    assert fits[:2] == pytest.approx([15.281082, 21.865315], abs=1e-6)


def test_curve_and_index_tell_of_the_same_smooth(cohort):
    y, p = cohort
    curve = calibration_curve(y, p, points=400)
    distance = np.abs(np.interp(p, curve.risk, curve.observed) - p).mean()
    assert ici(y, p).value == pytest.approx(distance, abs=0.003)
