"""What acting on a risk is worth when some patients are lost before the horizon."""

import numpy as np
import pytest

from probatum.analysis.decision import decision_curve_survival, net_benefit_survival
from probatum.errors import NotEstimable

TIME = [1, 2, 3, 6, 6]
EVENT = [1, 0, 1, 0, 0]
RISK = [0.9, 0.8, 0.7, 0.6, 0.1]


def test_net_benefit_under_censoring_worked_by_hand():
    """
    Four of five are acted on; their survival at 5 is 3/4 * 1/2 = 3/8, so the net benefit at
    0.5 is 4/5 (1 - 2 * 3/8) = 1/5. Greenwood: (3/8)^2 (1/(4*3) + 1/(2*1)) = 21/256. Variance
    5/4 [ (4/25)/5 * (1/4)^2 + (8/5)^2 * 21/256 ].
    """
    found = net_benefit_survival(TIME, EVENT, RISK, 0.5, 5)
    assert found.value == pytest.approx(0.2)
    variance = 5 / 4 * (4 / 125 / 16 + 64 / 25 * 21 / 256)
    assert found.se == pytest.approx(np.sqrt(variance))
    assert found.n == 5


def test_a_loss_is_not_counted_as_free_of_the_event():
    found = net_benefit_survival(TIME, EVENT, RISK, 0.5, 5).value
    as_if_free = net_benefit_survival([1, 6, 3, 6, 6], EVENT, RISK, 0.5, 5).value
    assert as_if_free < found


def test_nobody_acted_on_earns_nothing_but_for_those_not_seen():
    found = net_benefit_survival(TIME, EVENT, RISK, 0.95, 5)
    assert (found.value, found.se) == (0, 0)
    assert found.interval == pytest.approx((-19 * (1 - 0.025**0.2), 1 - 0.025**0.2), rel=1e-12)
    assert "nobody" in found.method


def test_nobody_dead_of_all_acted_on_is_no_proof_that_nobody_dies():
    """Of five lost or followed up three are seen free at 5; so 0.025^(1/3) or more would be."""
    found = net_benefit_survival([2, 3, 6, 7, 8], [0] * 5, [0.9] * 5, 0.2, 5)
    b = 0.025 ** (1 / 3)
    assert (found.value, found.se, found.n) == (-0.25, 0, 5)
    assert found.interval == (pytest.approx(-0.25), pytest.approx(-0.25 * b + (1 - b)))


def test_all_dead_of_all_acted_on_is_no_proof_that_all_die():
    found = net_benefit_survival([1, 2, 3], [1] * 3, [0.9] * 3, 0.2, 5)
    b = 0.025 ** (1 / 3)
    assert found.interval == (pytest.approx(b - 0.25 * (1 - b)), 1)


def test_net_benefit_at_a_horizon_stays_within_what_it_can_be():
    found = net_benefit_survival([0, 0, 3, 4], [1, 0, 0, 0], [0.9] * 4, 0.5, 2)
    assert found.lower == -1


def test_all_acted_on_dead_by_the_horizon_earn_their_share():
    found = net_benefit_survival([1, 2, 9, 9], [1, 1, 0, 0], [0.9, 0.8, 0.1, 0.1], 0.5, 5)
    assert found.value == pytest.approx(0.5)
    assert found.se > 0


def test_the_survival_passed_for_the_risk_is_worth_less_than_the_risk():
    """The error two public packages share: S(t) where 1 - S(t) is meant."""
    rng = np.random.default_rng(8)
    risk = rng.beta(1, 4, 2000)
    time = rng.exponential(-5 / np.log(1 - risk))
    lost = rng.uniform(0, 20, 2000)
    seen, event = np.minimum(time, lost), time <= lost
    right = net_benefit_survival(seen, event, risk, 0.2, 5).value
    wrong = net_benefit_survival(seen, event, 1 - risk, 0.2, 5).value
    assert wrong < 0 < right


def test_the_curve_holds_the_three_policies():
    curve = decision_curve_survival(TIME, EVENT, RISK, [0.2, 0.5], 5)
    assert curve.model[1] == pytest.approx(0.2)
    np.testing.assert_allclose(curve.treat_all, [1 - 8 / 15 / 0.8, 1 - 8 / 15 / 0.5])
    assert curve.treat_none.tolist() == [0, 0]
    assert "horizon 5" in curve.as_dict()["method"]


def test_follow_up_that_ends_before_the_horizon_is_refused():
    with pytest.raises(NotEstimable, match="follow-up to the horizon 7"):
        net_benefit_survival(TIME, EVENT, RISK, 0.5, 7)


@pytest.mark.parametrize(
    ("time", "event", "risk", "threshold", "horizon", "told"),
    [
        ([], [], [], 0.5, 5, "at least one patient"),
        ([6], [0], [0.2], 0.5, 5, "at least two patients"),
        ([-1, 6], [0, 0], [0.2, 0.3], 0.5, 5, "negative times"),
        ([1, np.nan], [0, 0], [0.2, 0.3], 0.5, 5, "missing"),
        ([1, 6], [0, 2], [0.2, 0.3], 0.5, 5, "0 or 1"),
        ([1, 6], [0, 1], [0.2, 30], 0.5, 5, "1 outside"),
        ([1, 6], [0, 1], [0.2], 0.5, 5, "one length"),
        ([1, 6], [0, 1], [0.2, 0.3], 1, 5, "threshold"),
        ([1, 6], [0, 1], [0.2, 0.3], 0.5, 0, "horizon"),
    ],
)
def test_nonsense_has_no_net_benefit(time, event, risk, threshold, horizon, told):
    with pytest.raises(NotEstimable, match=told):
        net_benefit_survival(time, event, risk, threshold, horizon)
