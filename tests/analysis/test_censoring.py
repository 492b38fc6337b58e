"""Who is known to have had the event by the horizon, and who stands in for the unknown."""

import numpy as np
import pytest

from probatum.analysis.censoring import censoring_weights, horizon_outcome
from probatum.errors import NotEstimable


def test_a_patient_lost_before_the_horizon_is_unknown_and_not_a_survivor():
    found = horizon_outcome([2, 3, 9], [1, 0, 0], 5)
    assert found.known.tolist() == [True, False, True]
    assert np.isnan(found.outcome[1])
    assert (found.n_known, found.n_unknown) == (2, 1)


def test_an_event_at_the_horizon_counts_and_one_after_it_does_not():
    assert horizon_outcome([5, 5.5], [1, 1], 5).outcome.tolist() == [1, 0]


def test_a_patient_last_seen_at_the_horizon_is_a_survivor():
    assert horizon_outcome([5], [0], 5).outcome.tolist() == [0]


def test_weights_worked_by_hand():
    """
    Five patients; the one lost at 2 leaves four under observation, of whom none had the event:
    G steps from 1 to 3/4 at 2. Those known later stand for 4/3 each.
    """
    found = censoring_weights([1, 2, 3, 6, 6], [1, 0, 1, 0, 0], 5)
    np.testing.assert_allclose(found.weight, [1, 0, 4 / 3, 4 / 3, 4 / 3])
    assert found.largest == pytest.approx(4 / 3)
    assert (found.n_known, found.n_unknown) == (4, 1)


def test_an_event_and_a_loss_on_the_same_day_are_taken_in_that_order():
    """At day 2 the event comes first, so the loss is one of two, not one of three."""
    found = censoring_weights([2, 2, 6], [1, 0, 0], 5)
    np.testing.assert_allclose(found.weight, [1, 0, 2])


def test_nobody_lost_means_nobody_weighs_more():
    assert censoring_weights([1, 9, 9], [1, 0, 0], 5).weight.tolist() == [1, 1, 1]


def test_follow_up_that_ends_before_the_horizon_is_refused():
    with pytest.raises(NotEstimable, match="expected follow-up to the horizon 5, got 4"):
        censoring_weights([1, 3, 4], [1, 1, 0], 5)


def test_everybody_having_the_event_early_needs_no_follow_up_to_the_horizon():
    assert censoring_weights([1, 2, 3], [1, 0, 1], 5).weight.tolist() == [1, 0, 2]


@pytest.mark.parametrize(
    ("time", "event", "horizon", "told"),
    [
        ([], [], 5, "at least one patient"),
        ([-1, 2], [0, 1], 5, "at least 0"),
        ([1, np.nan], [0, 1], 5, "missing"),
        ([1, 2], [0], 5, "one length"),
        ([1, 2], [0, 1], 0, "positive time"),
        ([1, 2], [0, 1], np.inf, "positive time"),
        ([1, 2], [0, 1], "5", "positive time"),
        ([1, 2], [0, 1], None, "positive time"),
        ([1, 2], [0, 1], [5, 6], "positive time"),
        ([1, 2], [0, 3], 5, "^event — expected 0 or 1"),
    ],
)
def test_follow_up_that_cannot_be_is_refused(time, event, horizon, told):
    for estimator in (horizon_outcome, censoring_weights):
        with pytest.raises(NotEstimable, match=told):
            estimator(time, event, horizon)


def test_the_weights_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        censoring_weights([1, 9], [1, 0], 5).weight[0] = 3
