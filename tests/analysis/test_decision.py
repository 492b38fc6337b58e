"""What acting on a model's risk is worth to the patients it is used on."""

import numpy as np
import pytest

from probatum.analysis.decision import (
    decision_curve,
    net_benefit,
    net_benefit_difference,
    treat_all,
)
from probatum.errors import NotEstimable

OUTCOME = [1, 1, 0, 0]
RISK = [0.9, 0.1, 0.6, 0.2]


def test_net_benefit_worked_by_hand():
    """At 0.2 one case and two others are acted on: 1/4 - 2/4 * 1/4 = 1/8."""
    found = net_benefit(OUTCOME, RISK, 0.2)
    assert found.value == pytest.approx(0.125)
    worth = np.array([1, 0, -0.25, -0.25])
    assert found.se == pytest.approx(worth.std(ddof=1) / 2)


def test_a_risk_at_the_threshold_is_acted_on():
    assert net_benefit([1, 0], [0.2, 0.1], 0.2).value == 0.5


def test_the_gain_over_treating_all_worked_by_hand():
    """Treat all at 0.2: 1/2 - 1/2 * 1/4 = 3/8; the model earns 1/8."""
    found = net_benefit_difference(OUTCOME, RISK, 0.2)
    assert treat_all(OUTCOME, 0.2) == pytest.approx(0.375)
    assert found.value == pytest.approx(0.125 - 0.375)
    assert found.p_value is not None


def test_the_gain_over_treating_nobody_is_the_net_benefit():
    gain = net_benefit_difference(OUTCOME, RISK, 0.2, versus="treat_none")
    assert gain.value == net_benefit(OUTCOME, RISK, 0.2).value


def test_the_gain_over_another_model_is_paired():
    other = [0.9, 0.3, 0.1, 0.1]
    gain = net_benefit_difference(OUTCOME, RISK, 0.2, versus=other)
    assert gain.value == pytest.approx(0.125 - 0.5)
    same = net_benefit_difference(OUTCOME, RISK, 0.2, versus=RISK)
    assert (same.value, same.se, same.p_value) == (0, 0, None)


def test_a_patient_of_weight_two_counts_twice():
    weighted = net_benefit(OUTCOME, RISK, 0.2, weight=[2, 1, 1, 1]).value
    assert weighted == pytest.approx(net_benefit([1, *OUTCOME], [0.9, *RISK], 0.2).value)


def test_the_survival_passed_for_the_risk_is_worth_less_than_the_risk():
    """The error two public packages share: S(t) where 1 - S(t) is meant."""
    rng = np.random.default_rng(2)
    risk = rng.beta(1, 6, 2000)
    y = rng.random(2000) < risk
    assert net_benefit(y, 1 - risk, 0.2).value < 0 < net_benefit(y, risk, 0.2).value


def test_the_curve_holds_the_three_policies_at_each_threshold():
    curve = decision_curve(OUTCOME, RISK, [0.2, 0.5])
    np.testing.assert_allclose(curve.model, [0.125, 0.0])
    np.testing.assert_allclose(curve.treat_all, [0.375, 0.0])
    assert curve.treat_none.tolist() == [0, 0]
    assert np.all((curve.lower <= curve.model) & (curve.model <= curve.upper))


@pytest.mark.parametrize("threshold", [0, 1, -0.1, 20, np.nan])
def test_a_threshold_that_is_no_risk_is_refused(threshold):
    for estimator in (net_benefit, net_benefit_difference):
        with pytest.raises(NotEstimable, match="threshold"):
            estimator(OUTCOME, RISK, threshold)
    with pytest.raises(NotEstimable, match="threshold"):
        treat_all(OUTCOME, threshold)


def test_acting_on_all_of_other_patients_than_are_weighted_is_refused():
    with pytest.raises(NotEstimable, match="one length"):
        treat_all(OUTCOME, 0.2, weight=[1, 2])


def test_a_curve_of_no_thresholds_is_refused():
    with pytest.raises(NotEstimable, match="thresholds"):
        decision_curve(OUTCOME, RISK, [])


@pytest.mark.parametrize(
    ("outcome", "risk", "told"),
    [
        ([], [], "at least one patient"),
        ([1], [0.2], "at least two patients"),
        ([1, 0], [0.2, 20], "1 outside"),
        ([1, 0], [0.2, np.nan], "missing"),
        ([1, 0], [0.2], "one length"),
    ],
)
def test_nonsense_has_no_net_benefit(outcome, risk, told):
    with pytest.raises(NotEstimable, match=told):
        net_benefit(outcome, risk, 0.2)


def test_a_policy_without_a_name_is_refused():
    with pytest.raises(NotEstimable, match="treat_all"):
        net_benefit_difference(OUTCOME, RISK, 0.2, versus="treat_some")


def test_another_model_of_other_patients_is_refused():
    with pytest.raises(NotEstimable, match="one length"):
        net_benefit_difference(OUTCOME, RISK, 0.2, versus=[0.1, 0.2])
