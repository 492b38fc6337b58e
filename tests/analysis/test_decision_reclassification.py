"""How a new model moves the risks of those with and without the event, and what warns of it."""

import json

import numpy as np
import pytest

from probatum.analysis.decision import integrated_discrimination, net_reclassification
from probatum.errors import NotEstimable

OUTCOME = [1, 1, 1, 0, 0, 0]
OLD = [0.3, 0.6, 0.5, 0.6, 0.2, 0.4]
NEW = [0.7, 0.8, 0.4, 0.4, 0.1, 0.4]


def test_reclassification_across_a_threshold_worked_by_hand():
    """Of the events one rises above 1/2 and one falls below; of the others one falls."""
    found = net_reclassification(OUTCOME, OLD, NEW, threshold=0.5)
    assert found.events.value == pytest.approx(0)
    assert found.events.se == pytest.approx(np.std([1, 0, -1], ddof=1) / np.sqrt(3))
    assert found.nonevents.value == pytest.approx(1 / 3)
    assert found.total.value == pytest.approx(1 / 3)
    assert found.total.se == pytest.approx(np.hypot(found.events.se, found.nonevents.se))
    assert (found.total.n, found.events.n, found.nonevents.n) == (6, 3, 3)


def test_continuous_reclassification_counts_every_movement_worked_by_hand():
    """Events: two up, one down. Others: two down, one stays."""
    found = net_reclassification(OUTCOME, OLD, NEW, threshold=None)
    assert found.events.value == pytest.approx(1 / 3)
    assert found.nonevents.value == pytest.approx(2 / 3)


def test_integrated_discrimination_worked_by_hand():
    """Events rise by 0.4, 0.2, -0.1, on average 1/6; others fall by 0.2, 0.1, 0: 0.1."""
    found = integrated_discrimination(OUTCOME, OLD, NEW)
    assert found.total.value == pytest.approx(1 / 6 + 0.1)
    assert found.nonevents.se == pytest.approx(np.std([0.2, 0.1, 0], ddof=1) / np.sqrt(3))


def test_no_index_is_told_without_its_warning_and_none_has_a_p_value():
    for found in (
        net_reclassification(OUTCOME, OLD, NEW, threshold=None),
        integrated_discrimination(OUTCOME, OLD, NEW),
    ):
        told = json.loads(json.dumps(found.as_dict(), allow_nan=False))
        assert "not valid for nested models" in told["warning"]
        assert "p_value" not in told["total"]
        assert told["events"]["n"] == 3


def test_what_the_warning_warns_of_is_so():
    """
    The same risks made too extreme know nothing new, and yet the continuous index credits
    them where more events than not lie above one half.
    """
    rng = np.random.default_rng(11)
    signal = rng.normal(size=4000) * 2
    risk = 1 / (1 + np.exp(-signal))
    y = rng.random(4000) < risk
    extreme = 1 / (1 + np.exp(-2 * signal))
    assert net_reclassification(y, risk, extreme, threshold=None).total.lower > 0.5
    assert integrated_discrimination(y, risk, extreme).total.lower > 0.05


def test_a_class_that_moves_as_one_gets_an_exact_bound():
    """Five events all rise: at least b = 0.025^(1/5) of others would, so 2 b - 1 or more."""
    y, old = np.repeat([1, 0], [5, 6]), np.full(11, 0.3)
    new = np.where(y == 1, 0.6, [0.2, 0.4] * 5 + [0.2])
    found = net_reclassification(y, old, new, threshold=None)
    assert found.events.interval == pytest.approx((2 * 0.025**0.2 - 1, 1))
    assert "exact bound" in found.events.method
    assert found.total.lower < found.total.value - found.nonevents.se
    assert -2 <= found.total.lower <= found.total.value <= found.total.upper <= 2


def test_risks_raised_alike_move_alike_however_they_are_rounded():
    """0.1, 0.2, 0.3 plus 0.1 less themselves is 0.1 but for the last digit."""
    y, old = np.repeat([1, 0], 3), np.array([0.1, 0.2, 0.3] * 2)
    found = integrated_discrimination(y, old, old + 0.1)
    b = 0.025 ** (1 / 3)
    assert found.events.interval == pytest.approx((0.1 * b - (1 - b), 0.1 * b + (1 - b)))
    assert found.total.lower < -0.5 < 0.5 < found.total.upper


@pytest.mark.parametrize(
    ("outcome", "old", "new", "threshold", "told"),
    [
        ([], [], [], 0.5, "at least one patient"),
        ([1, 1, 0], [0.1] * 3, [0.2] * 3, 0.5, "at least 2 with and 2 without"),
        ([1, 1, 0, 0], [0.1] * 4, [0.2] * 3, 0.5, "one length"),
        ([1, 1, 0, 0], [0.1] * 4, [0.2, 0.2, 0.2, 2], 0.5, "1 outside"),
        ([1, 1, 0, 0], [0.1, 0.1, 0.1, np.nan], [0.2] * 4, 0.5, "missing"),
        ([1, 1, 0, 0], [0.1] * 4, [0.2] * 4, 1.0, "threshold"),
    ],
)
def test_nonsense_has_no_improvement(outcome, old, new, threshold, told):
    with pytest.raises(NotEstimable, match=told):
        net_reclassification(outcome, old, new, threshold=threshold)
