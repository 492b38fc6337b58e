"""What a policy of acting on a risk uses up: money for each event found, and days in a bed."""

import json

import numpy as np
import pytest

from probatum.analysis.decision import bed_days, cost_per_outcome
from probatum.analysis.decision.ratio import ratio_of_means
from probatum.errors import NotEstimable

OUTCOME = [1, 1, 0, 0]
RISK = [0.9, 0.1, 0.6, 0.2]
PRICES = {"cost_test": 1.0, "cost_action": 10.0, "cost_missed": 100.0, "cost_found": 20.0}
DAYS = {"days_action": 1.0, "days_missed": 8.0, "days_found": 4.0}


def cost(threshold=0.5, **change):
    return cost_per_outcome(OUTCOME, RISK, threshold, **(PRICES | change))


def test_costs_worked_by_hand():
    """
    Acted on: an event (1 + 10 + 20) and another (1 + 10); left alone: an event (1 + 100) and
    another (1). All: 30, 30, 10, 10. Nobody: 100, 100, 0, 0.
    """
    found = cost()
    assert found.model.value == pytest.approx((31 + 101 + 11 + 1) / 4)
    assert found.model.se == pytest.approx(np.std([31, 101, 11, 1], ddof=1) / 2)
    assert (found.treat_all.value, found.treat_none.value) == (20, 50)
    assert found.saved_over_all.value == pytest.approx(20 - 36)
    assert found.saved_over_none.value == pytest.approx(50 - 36)


def test_prices_of_few_bits_do_not_overflow():
    """In eight bits 100 and 100 are -56."""
    few = {name: np.int8(100) for name in PRICES}
    assert cost(**few) == cost(**dict.fromkeys(PRICES, 100))


def test_every_number_says_that_weights_are_taken_as_known():
    told = cost(weight=[1, 2, 1, 2]).as_dict()
    methods = [one["method"] for one in told.values() if isinstance(one, dict)]
    assert len(methods) == 7
    assert all(method.endswith("censoring weights taken as known") for method in methods)


def test_an_event_found_is_priced_against_acting_on_nobody():
    """One event in four is found, and the model costs 14 less a patient: 56 saved for it."""
    found = cost().per_event_found
    assert found.value == pytest.approx(-14 / 0.25)


def test_an_event_missed_is_priced_against_acting_on_all():
    """One event in four is missed, and the model costs 16 more a patient: nothing is saved."""
    assert cost().saved_per_event_missed.value == pytest.approx(-16 / 0.25)


def test_without_events_found_or_missed_there_is_no_price_of_one():
    assert cost(threshold=0.95).per_event_found is None
    assert cost(threshold=0.05).saved_per_event_missed is None


def test_too_few_events_found_leave_the_price_without_bounds_and_say_so():
    found = cost().per_event_found
    assert (found.lower, found.upper) == (None, None)
    assert "no finite interval" in found.method


def test_bed_days_worked_by_hand():
    """Acted on 5 and 1, left alone 8 and 0: 14 days among four. Nobody: 16. All: 12."""
    found = bed_days(OUTCOME, RISK, 0.5, **DAYS)
    assert found.model.value == pytest.approx(3500)
    assert found.saved_over_none.value == pytest.approx(500)
    assert found.saved_over_all.value == pytest.approx(-500)
    assert found.per_event_found.value == pytest.approx(-2)
    assert "bed-days per 1,000 patients" in found.model.method


def test_a_cost_that_can_only_be_one_has_no_error_and_says_so():
    found = cost(cost_found=0.0).treat_all
    assert (found.value, found.se, *found.interval) == (10, 0, 10, 10)
    assert "no patient differs" in found.method


def test_a_saving_that_is_the_same_for_all_seen_is_not_certain_of_others():
    """
    All four are acted on, at 0.1 for the test more than without it; at these prices 0.1 - 0.2
    is -0.1 with rounding that differs by patient. Others may be left alone, and b = 0.025^(1/4)
    or more are not: a patient left alone saves 0.2 - 0.1, an event more is worth 0.1 again.
    """
    found = cost_per_outcome(
        OUTCOME,
        [0.9] * 4,
        0.5,
        cost_test=0.1,
        cost_action=0.2,
        cost_missed=0.3,
        cost_found=0.3,
    ).saved_over_all
    b = 0.025**0.25
    assert (found.value, found.se, found.p_value) == (pytest.approx(-0.1), 0, None)
    assert found.interval == (pytest.approx(-0.1), pytest.approx(-0.1 * b + 0.1 * (1 - b)))


def test_means_of_use_stay_within_what_the_prices_allow():
    """One event in four: the normal interval of acting on nobody would reach below 0."""
    found = cost_per_outcome([1, 0, 0, 0], [0.9, 0.1, 0.6, 0.2], 0.5, **PRICES)
    assert found.treat_none.lower == 0
    assert found.treat_all.lower >= 10
    assert found.model.upper <= 101


def test_a_perfect_test_has_a_price_of_an_event_without_an_interval_that_has_no_width():
    y = [1] * 20 + [0] * 20
    found = cost_per_outcome(y, y, 0.5, **(PRICES | {"cost_test": 0.0})).per_event_found
    assert found.value == pytest.approx(10 + 20 - 100)
    assert (found.se, found.lower, found.upper) == (0, None, None)
    assert "no patient departs" in found.method


def test_consequences_can_be_written_as_evidence():
    told = json.loads(json.dumps(cost(threshold=0.95).as_dict(), allow_nan=False))
    assert told["per_event_found"] is None
    assert told["unit"] == "cost per patient"
    assert told["treat_none"]["value"] == 50


@pytest.mark.parametrize("name", sorted(PRICES))
@pytest.mark.parametrize("price", [-1.0, np.nan, np.inf])
def test_a_price_that_is_none_is_refused(name, price):
    with pytest.raises(NotEstimable, match=name):
        cost(**{name: price})


@pytest.mark.parametrize(
    ("outcome", "risk", "threshold", "told"),
    [
        ([], [], 0.5, "at least one patient"),
        ([1], [0.9], 0.5, "at least two patients"),
        ([1, 0], [0.9, 9], 0.5, "1 outside"),
        ([1, 0], [0.9], 0.5, "one length"),
        ([1, 0], [0.9, 0.1], 0, "threshold"),
    ],
)
def test_nonsense_has_no_price(outcome, risk, threshold, told):
    with pytest.raises(NotEstimable, match=told):
        bed_days(outcome, risk, threshold, **DAYS)


def test_a_ratio_to_a_mean_of_nothing_is_refused():
    with pytest.raises(NotEstimable, match="other than 0"):
        ratio_of_means(
            np.ones(3), np.array([1.0, -1, 0]), np.ones(3), confidence=0.95, name="cost"
        )
