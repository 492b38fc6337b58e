"""Platt scaling gives the probabilities that its likelihood asks for."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from probatum.errors import NotEstimable
from probatum.models.calibration import Platt, platt


def scored(patients: int = 400, seed: int = 0):
    rng = np.random.default_rng(seed)
    score = rng.normal(size=patients)
    outcome = (rng.random(patients) < 1 / (1 + np.exp(1 - 2 * score))).astype(float)
    return outcome, score, rng.uniform(0.5, 2, patients)


def test_two_groups_get_their_weighted_shares():
    curve = platt(np.array([0, 1, 0, 1.0]), np.array([0, 0, 1, 1.0]), np.array([4, 1, 1, 4.0]))
    np.testing.assert_allclose(curve.risk(np.array([0.0, 1.0])), [0.2, 0.8], rtol=1e-12)


def test_the_curve_is_an_unpenalised_logistic_regression():
    outcome, score, weight = scored()
    theirs = LogisticRegression(C=np.inf, tol=1e-10)
    theirs.fit(score[:, np.newaxis], outcome, sample_weight=weight)
    curve = platt(outcome, score, weight)
    assert curve.slope == pytest.approx(theirs.coef_[0, 0], rel=1e-5)
    assert curve.intercept == pytest.approx(theirs.intercept_[0], rel=1e-5)


@given(seed=st.integers(0, 50))
def test_the_mean_risk_is_the_share_of_events(seed):
    outcome, score, weight = scored(seed=seed)
    risk = platt(outcome, score, weight).risk(score)
    assert np.average(risk, weights=weight) == pytest.approx(
        np.average(outcome, weights=weight)
    )


@given(shift=st.floats(-5, 5), stretch=st.floats(0.01, 100))
def test_the_risk_does_not_depend_on_the_scale_of_the_score(shift, stretch):
    outcome, score, weight = scored()
    assume(np.std(score * stretch) > 0)
    moved = shift + stretch * score
    np.testing.assert_allclose(
        platt(outcome, moved, weight).risk(moved), platt(outcome, score, weight).risk(score)
    )


@pytest.mark.parametrize(
    ("outcome", "score", "expected"),
    [
        ([1, 1, 1, 1], [1, 2, 3, 4], "both outcomes"),
        ([0, 1, 0, 1], [1, 1, 1, 1], "scores that vary"),
        ([0, 0, 1, 1], [1, 2, 3, 4], "do not separate the outcomes perfectly"),
        ([1, 1, 0, 1, 0, 0], [1, 2, 3, 4, 5, 6], "rises with the score"),
    ],
    ids=["one outcome", "one score", "separated", "reversed"],
)
def test_scores_that_support_no_curve_are_refused(outcome, score, expected):
    with pytest.raises(NotEstimable, match=expected):
        platt(np.array(outcome, float), np.array(score, float), np.ones(len(score)))


@pytest.mark.parametrize("slope", [0.0, -1.0, np.nan, np.inf])
def test_a_curve_along_which_the_risk_does_not_rise_is_refused(slope):
    """Intervals of the risk are read off its ends: a falling curve would swap them."""
    with pytest.raises(NotEstimable, match="rises with the score"):
        Platt(intercept=0.0, slope=slope)
