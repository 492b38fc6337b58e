"""Risks put right on the whole, or also in spread; and the logistic fit behind it."""

import json

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import logit

from probatum.analysis.calibration import in_the_large, recalibration, slope
from probatum.analysis.calibration.logistic import fitted_logistic
from probatum.errors import NotEstimable

TOLD, HAD = [0.1, 0.1, 0.1, 0.9, 0.9, 0.9], [1, 0, 0, 1, 1, 0]


def test_an_intercept_worked_by_hand():
    """Half of those told 0.2 had the event: odds times 4, and 0.5 becomes 0.8."""
    found = recalibration([1, 0, 1, 0], [0.2] * 4, kind="intercept")
    assert found.intercept == pytest.approx(np.log(4))
    assert (found.slope, found.slope_se) == (1, None)
    assert found.risk([0.2, 0.5]) == pytest.approx([0.5, 0.8])


def test_intercept_and_slope_worked_by_hand():
    """A third of those told 0.1 and two thirds of those told 0.9 had it."""
    found = recalibration(HAD, TOLD, kind="logistic")
    assert found.intercept == pytest.approx(0, abs=1e-12)
    assert found.slope == pytest.approx(np.log(4) / np.log(81))
    assert found.risk([0.1, 0.5, 0.9]) == pytest.approx([1 / 3, 0.5, 2 / 3])


def test_rising_steps_worked_by_hand():
    """
    The event and the patient after it fall the wrong way round and are pooled: 0, 1/2, 1/2, 1.
    Between 0.1 and 0.2 the line is straight, beyond the outermost risks it is flat.
    """
    found = recalibration([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], kind="isotonic")
    assert found.risk([0.1, 0.2, 0.25, 0.3, 0.4]) == pytest.approx([0, 0.5, 0.5, 0.5, 1])
    assert found.risk([0.15, 0.0, 1.0]) == pytest.approx([0.25, 0, 1])
    assert found.steps == 3
    assert "may overfit small samples" in found.method


def test_weighted_rising_steps_worked_by_hand():
    """The two pooled weigh 1 and 3: a quarter; patients of one risk are pooled anyway."""
    given = [0, 1, 0, 1, 0], [0.1, 0.2, 0.3, 0.4, 0.4]
    found = recalibration(*given, kind="isotonic", weight=[1, 1, 3, 1, 1])
    assert found.risk([0.1, 0.2, 0.3, 0.4]) == pytest.approx([0, 0.25, 0.25, 0.5])
    assert "weights taken as known" in found.method


def test_rising_steps_are_plain_evidence_and_take_no_limit():
    told = recalibration([1, 0, 1, 0], [0.2] * 4, kind="isotonic").as_dict()
    assert json.loads(json.dumps(told))["becomes"] == [0.5]
    with pytest.raises(NotEstimable, match="limit"):
        recalibration(HAD, TOLD, kind="isotonic", limit=0.01)


def test_a_recalibration_tells_what_the_estimators_of_calibration_tell():
    given = {"weight": [1, 2, 1, 1, 3, 1]}
    whole = recalibration(HAD, TOLD, kind="intercept", **given)
    spread = recalibration(HAD, TOLD, kind="logistic", **given)
    large, wide = in_the_large(HAD, TOLD, **given), slope(HAD, TOLD, **given)
    assert (whole.intercept, whole.intercept_se) == (large.value, large.se)
    assert (spread.slope, spread.slope_se) == (wide.value, wide.se)


def test_a_recalibration_is_plain_evidence_and_says_what_was_moved():
    found = recalibration(HAD, [0.0, *TOLD[1:]], kind="logistic", limit=0.05)
    assert json.loads(json.dumps(found.as_dict()))["limit"] == 0.05
    assert "1 risks moved to within 0.05" in found.method
    assert found.risk([0.0])[0] == found.risk([0.05])[0]


def test_risks_outside_and_certain_ones_are_not_recalibrated():
    found = recalibration(HAD, TOLD, kind="logistic")
    for risk in ([1.2], [0.0], [np.nan]):
        with pytest.raises(NotEstimable, match="risk"):
            found.risk(risk)


@pytest.mark.parametrize(
    ("outcome", "risk", "kind", "told"),
    [
        ([0, 0], [0.1, 0.2], "intercept", "one class"),
        ([0, 1], [0.1, 1.0], "intercept", "exactly 0 or 1"),
        ([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], "logistic", "perfect separation"),
        ([0, 1], [0.2, 0.2], "logistic", "one for all"),
        ([0, 1], [0.2, 0.3], "platt", "kind"),
        ([0, 0], [0.2, 0.3], "isotonic", "one class"),
        ([0, 1], [0.2, 1.3], "isotonic", "1 outside"),
        ([], [], "logistic", "at least one patient"),
    ],
)
def test_what_cannot_be_recalibrated_is_refused(outcome, risk, kind, told):
    with pytest.raises(NotEstimable, match=told):
        recalibration(outcome, risk, kind=kind)


@pytest.mark.parametrize("n", [40, 400, 4000])
def test_newtons_method_gives_what_a_general_linear_model_gives(n):
    rng = np.random.default_rng(n)
    p = rng.beta(0.8, 3, n).clip(1e-9, 1 - 1e-9)
    y, w = rng.random(n) < p**0.7, rng.uniform(0.5, 5, n)
    design = np.column_stack([np.ones(n), logit(p)])
    family = sm.families.Binomial()
    twin = sm.GLM(y.astype(float), design, family, freq_weights=w).fit(tol=1e-14, maxiter=300)
    beta, covariance = fitted_logistic(y, design, w)
    np.testing.assert_allclose(beta, twin.params, rtol=1e-9)
    residual = design * (w * (y - twin.fittedvalues))[:, None]
    bread = twin.normalized_cov_params
    np.testing.assert_allclose(covariance, bread @ (residual.T @ residual) @ bread, rtol=1e-8)


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_the_scale_of_the_weights_does_not_stop_the_climb_early(scale):
    y, p = np.array(HAD, bool), np.array(TOLD)
    for kind in ("intercept", "logistic"):
        plain = recalibration(y, p * 0.9, kind=kind)
        scaled = recalibration(y, p * 0.9, kind=kind, weight=np.full(6, scale))
        assert scaled.intercept == pytest.approx(plain.intercept, rel=1e-12)
        assert scaled.intercept_se == pytest.approx(plain.intercept_se, rel=1e-12)


def test_at_the_fit_nothing_is_left_to_climb():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(500, 3)) * [1, 100, 0.01]
    design = np.column_stack([np.ones(500), x])
    y = rng.random(500) < 0.3
    beta, _ = fitted_logistic(y, design, np.ones(500))
    left = design.T @ (y - 1 / (1 + np.exp(-design @ beta)))
    np.testing.assert_allclose(left / np.abs(design).sum(axis=0), 0, atol=1e-14)


@pytest.mark.parametrize("far", [-600.0, -30.0, 30.0])
def test_log_odds_far_from_the_rest_do_not_lead_the_climb_astray(far):
    """Half had the event, whatever all of them were told; the intercept takes it back."""
    y = np.tile([True, False], 50)
    beta, _ = fitted_logistic(y, np.ones((100, 1)), np.ones(100), offset=np.full(100, far))
    assert beta[0] == pytest.approx(-far)


@pytest.mark.parametrize("far", [-30.0, 30.0])
def test_half_of_the_log_odds_far_from_the_others_are_met_half_way(far):
    """Half of either half had the event: expit(far/2) and expit(-far/2) add up to one."""
    y, offset = np.tile([True, False], 50), np.repeat([0, far], 50)
    beta, _ = fitted_logistic(y, np.ones((100, 1)), np.ones(100), offset=offset)
    assert beta[0] == pytest.approx(-far / 2)
