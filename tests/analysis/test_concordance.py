"""Ranking of patients who are followed over time, worked by hand and refused."""

import numpy as np
import pytest

from probatum.analysis.discrimination import c_index, time_dependent_auc, uno_c_index
from probatum.errors import NotEstimable

TIME = [1, 2, 3, 4, 5]
EVENT = [1, 0, 1, 1, 0]
RISK = [5, 1, 2, 3, 1]


def test_concordance_and_its_error_worked_by_hand():
    """
    The first event outscores all four others, that at 3 one of two, that at 4 its one: 6 of 7.
    Patients have 4, 1, 3, 3, 3 pairs and 4, 1, 2, 2, 3 concordant ones: they deviate by
    (4, 1, -4, -4, 3)/7 of the 7 pairs.
    """
    found = c_index(TIME, EVENT, RISK)
    assert found.value == pytest.approx(6 / 7)
    assert found.se == pytest.approx(np.sqrt(16 + 1 + 16 + 16 + 9) / 49)
    assert found.n == 5


def test_unos_concordance_worked_by_hand():
    """A quarter is lost at 2, so later events count (4/3)^2: (4 + 2 16/9)/(4 + 3 16/9)."""
    found = uno_c_index(TIME, EVENT, RISK, 4.5)
    assert found.value == pytest.approx((4 + 2 * 16 / 9) / (4 + 3 * 16 / 9))


def test_an_event_at_or_after_the_horizon_starts_no_pair():
    assert uno_c_index(TIME, EVENT, RISK, 4).value == pytest.approx((4 + 16 / 9) / (4 + 32 / 9))


def test_a_patient_lost_at_the_time_of_an_event_outlived_it():
    assert c_index([1, 1, 2], [1, 0, 0], [2, 1, 3]).value == 0.5


def test_two_events_at_one_time_are_not_compared():
    """Of three patients with the event at 1, each is compared only with the one at 2."""
    assert c_index([1, 1, 1, 2], [1, 1, 1, 0], [4, 3, 1, 2]).value == pytest.approx(2 / 3)


def test_an_area_at_a_horizon_worked_by_hand():
    """
    A fifth is lost at 2. Cases score 5, 2, 4 with weights 1, 5/4, 5/4 against 3 and 1: they
    beat 1, 1/2, 1 of them. The area is (1 + 5/8 + 5/4)/(7/2) = 23/28.
    """
    found = time_dependent_auc([1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 0, 0], [5, 1, 2, 4, 3, 1], 4.5)
    assert found.value == pytest.approx(23 / 28)
    assert found.n == 6
    assert "5 of known outcome" in found.method


def test_perfect_order_is_bounded_by_disjoint_pairs():
    """All pairs of four events can be compared: two disjoint ones agree with chance C^2."""
    found = c_index([1, 2, 3, 4], np.ones(4), [4, 3, 2, 1])
    assert found.value == 1
    assert found.interval == (pytest.approx(np.sqrt(0.025)), 1)
    backwards = c_index([1, 2, 3, 4], np.ones(4), [1, 2, 3, 4])
    assert backwards.interval == (0, pytest.approx(1 - np.sqrt(0.025)))


def test_pairs_that_cannot_be_compared_widen_the_bound():
    """Half of the pairs begin with an event: (1 - (1 - C)/2)^2 is 1/40 for no C above 0."""
    found = c_index([1, 2, 3, 4], [1, 0, 0, 0], [4, 3, 2, 1])
    assert found.interval == (0, 1)


def test_one_risk_for_all_says_nothing_and_its_interval_says_so():
    time = np.arange(1.0, 41)
    found = c_index(time, np.ones(40), np.ones(40))
    reach = 1 - 0.025 ** (1 / 20)
    assert found.value == 0.5
    assert found.interval == (pytest.approx(0.5 - reach / 2), pytest.approx(0.5 + reach / 2))


def test_a_balanced_order_of_four_has_no_interval():
    """Of risks 2, 1, 4, 3 each patient loses one pair: no removal moves the index."""
    with pytest.raises(NotEstimable, match="too few patients"):
        c_index([1, 2, 3, 4], np.ones(4), [2, 1, 4, 3])


def test_a_separation_at_the_horizon_gets_the_exact_bound():
    found = time_dependent_auc([1, 2, 6, 6], [1, 1, 0, 0], [4, 3, 2, 1], 5)
    assert found.value == 1
    assert found.lower == pytest.approx(np.sqrt(0.025))
    assert "perfect separation" in found.method


@pytest.mark.parametrize(
    ("time", "event", "risk", "told"),
    [
        ([], [], [], "at least one patient"),
        ([1, 2, np.nan, 4], [1, 1, 0, 0], [1, 2, 3, 4], "1 missing"),
        ([1, 2, -3, 4], [1, 1, 0, 0], [1, 2, 3, 4], "at least 0"),
        ([1, 2, 3, 4], [1, 2, 0, 0], [1, 2, 3, 4], "^event — expected 0 or 1"),
        ([1, 2, 3, 4], [1, 1, 0, 0], [1, 2, 3, np.inf], "missing or infinite"),
        ([1, 2, 3, 4], [1, 1, 0, 0], [1, 2, 3], "one length"),
    ],
)
@pytest.mark.parametrize(
    "estimate",
    [
        c_index,
        lambda *given: uno_c_index(*given, 3.5),
        lambda *given: time_dependent_auc(*given, 3.5),
    ],
)
def test_nonsense_has_no_concordance(estimate, time, event, risk, told):
    with pytest.raises(NotEstimable, match=told):
        estimate(time, event, risk)


def test_nobody_with_the_event_has_no_concordance():
    with pytest.raises(NotEstimable, match="expected an event before"):
        c_index([1, 2, 3], [0, 0, 0], [1, 2, 3])


@pytest.mark.parametrize("horizon", [0, -1, np.nan, np.inf, "3", None, [3, 4]])
@pytest.mark.parametrize("estimate", [uno_c_index, time_dependent_auc])
def test_a_horizon_that_is_none_is_refused(estimate, horizon):
    with pytest.raises(NotEstimable, match="horizon"):
        estimate(TIME, EVENT, RISK, horizon)


@pytest.mark.parametrize("estimate", [uno_c_index, time_dependent_auc])
def test_a_horizon_beyond_all_follow_up_is_refused(estimate):
    with pytest.raises(NotEstimable, match="follow-up to the horizon"):
        estimate(TIME, EVENT, RISK, 6)
