"""Are the risks right at a horizon that not every patient was followed up to?"""

import numpy as np
import pytest

from probatum.analysis.calibration import (
    brier,
    brier_survival,
    observed_expected,
    observed_expected_survival,
)
from probatum.errors import NotEstimable

TIME, EVENT = [1, 2, 3, 6, 6], [1, 0, 1, 0, 0]
RISK = [0.9, 0.5, 0.6, 0.1, 0.2]
ESTIMATORS = [observed_expected_survival, brier_survival]


def test_observed_to_expected_worked_by_hand():
    """
    Survival 4/5 x 2/3 = 8/15, so 7/15 happened for 0.46 told. Greenwood's sum is
    1/(5 x 4) + 1/(3 x 2) = 13/60.
    """
    found = observed_expected_survival(TIME, EVENT, RISK, 5)
    error = 8 / 7 * np.sqrt(13 / 60)
    assert found.value == pytest.approx(7 / 15 / 0.46)
    assert found.se == pytest.approx(found.value * error)
    assert found.upper / found.value == pytest.approx(np.exp(1.959964 * error), rel=1e-6)
    assert found.value / found.lower == pytest.approx(found.upper / found.value)


def test_brier_score_and_its_error_worked_by_hand():
    """
    The one lost at 2 leaves three of four, who stand for 4/3 each:
    (0.01 + 4/3 (0.16 + 0.01 + 0.04))/5 = 0.058. Through the weights the one lost moves the
    score by 0.28/3 x 3/4 = 0.07, and the three by -0.28/3/4 each.
    """
    found = brier_survival(TIME, EVENT, RISK, 5)
    own = np.array([0.01, 0, 0.64 / 3, 0.04 / 3, 0.16 / 3]) - 0.058
    moved = own + np.array([0, 0.07, *[-0.07 / 3] * 3])
    assert found.value == pytest.approx(0.058)
    assert moved.sum() == pytest.approx(0)
    assert found.se == pytest.approx(np.sqrt(np.sum(moved**2) / 20))
    assert "taken as estimated" in found.method


def test_where_nobody_is_lost_both_are_those_of_the_outcome():
    rng = np.random.default_rng(2)
    time, risk = rng.integers(1, 20, 60), rng.uniform(0.05, 0.9, 60)
    for censored, plain in (
        (observed_expected_survival, observed_expected),
        (brier_survival, brier),
    ):
        found, expected = (
            censored(time, np.ones(60), risk, 9),
            plain(time <= 9, risk),
        )
        assert found.value == pytest.approx(expected.value)
        assert found.se == pytest.approx(expected.se)
        assert found.interval == pytest.approx(expected.interval)


def test_the_interval_holds_the_truth_under_censoring_as_often_as_it_says():
    """Risks right and exponential times, a third lost: 300 simulated studies at 0.95."""
    rng, held = np.random.default_rng(9), np.zeros(2)
    wide = np.random.default_rng(10).uniform(0.1, 0.6, 400_000)
    truth = np.array([1.0, np.mean(wide * (1 - wide))])
    for _ in range(300):
        risk = rng.uniform(0.1, 0.6, 250)
        died = rng.exponential(-1 / np.log(1 - risk))
        seen = rng.uniform(0.2, 2, 250)
        time, event = np.minimum(died, seen), died <= seen
        found = [estimator(time, event, risk, 1.0) for estimator in ESTIMATORS]
        held += [one.lower <= true <= one.upper for one, true in zip(found, truth, strict=True)]
    assert np.all((held / 300 >= 0.91) & (held / 300 <= 0.98))


@pytest.mark.parametrize(
    ("time", "event", "risk", "horizon", "told"),
    [
        ([], [], [], 5, "at least one patient"),
        ([1, 6], [1, 0], [0.1], 5, "one length"),
        ([1, 6], [1, 0], [0.1, 1.1], 5, "outside"),
        ([1, np.nan], [1, 0], [0.1, 0.2], 5, "missing"),
        ([1, 4], [1, 0], [0.1, 0.2], 5, "follow-up to the horizon"),
        ([1, 6], [1, 0], [0.1, 0.2], 0, "horizon"),
    ],
)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_follow_up_that_tells_nothing_is_refused(estimator, time, event, risk, horizon, told):
    with pytest.raises(NotEstimable, match=told):
        estimator(time, event, risk, horizon)


@pytest.mark.parametrize(
    ("event", "risk", "told"),
    [
        ([0, 0, 0, 0], [0.1] * 4, "one kind only"),
        ([1, 1, 1, 1], [0.1] * 4, "one kind only"),
        ([1, 0, 0, 0], [0] * 4, "some predicted events"),
    ],
)
def test_a_ratio_without_events_or_survivors_or_expectation_is_refused(event, risk, told):
    time = np.where(event, 1, 6)
    with pytest.raises(NotEstimable, match=told):
        observed_expected_survival(time, event, risk, 5)


def test_one_patient_has_no_error():
    with pytest.raises(NotEstimable, match="at least two patients"):
        brier_survival([6], [0], [0.1], 5)
