"""Laws of concordance, and of the area at a horizon, that a wrong count would break."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from probatum.analysis.discrimination import auc, c_index, time_dependent_auc, uno_c_index
from probatum.analysis.discrimination.ordering import weight_before
from probatum.analysis.discrimination.placements import placements
from probatum.errors import NotEstimable

HORIZON = 6.5
STEP = 1e-5


@st.composite
def follow_ups(draw):
    """Tied whole times, some lost, tied risks; two events and two survivors of the horizon."""
    n = draw(st.integers(5, 25))
    time = draw(arrays(np.int64, n, elements=st.integers(1, 9))).astype(float)
    event = draw(arrays(np.bool_, n))
    risk = draw(arrays(np.int64, n, elements=st.integers(-5, 5))).astype(float)
    time[:4], event[:2] = (2, 5, 8, 9), True
    return time, event, risk


def estimated(estimate, *given):
    """The estimate, where these few patients have one."""
    try:
        return estimate(*given)
    except NotEstimable as refusal:
        if "too few patients" not in str(refusal):
            raise
        assume(False)


def comparable(time, event):
    """Who goes before whom: the definition, every pair visited."""
    later = (time[:, None] < time) | ((time[:, None] == time) & ~event)
    pairs = event[:, None] & later
    np.fill_diagonal(pairs, False)
    return pairs


def outscored(risk):
    return (risk[:, None] > risk) + 0.5 * (risk[:, None] == risk)


def followed(time, event, weight):
    """Weighted Kaplan-Meier chance of being followed until just before each patient's time."""
    chance = np.ones(time.size)
    for u in np.unique(time):
        lost = weight @ ((time == u) & ~event)
        free = weight @ (time >= u) - weight @ ((time == u) & event)
        chance[time > u] *= 1 - lost / free if free > 0 else 1
    return chance


def naive_harrell(time, event, risk, weight):
    pairs = comparable(time, event) * np.outer(weight, weight)
    return np.sum(pairs * outscored(risk)) / pairs.sum()


def naive_uno(time, event, risk, weight):
    known = np.where(time < HORIZON, followed(time, event, weight), np.inf)
    pairs = comparable(time, event) * np.outer(weight / known**2, weight)
    return np.sum(pairs * outscored(risk)) / pairs.sum()


def naive_area(time, event, risk, weight):
    case, control = event & (time <= HORIZON), time >= HORIZON
    seen = followed(np.minimum(time, HORIZON), event & (time <= HORIZON), weight)
    w = weight / seen
    pairs = np.outer(w * case, w * control)
    return np.sum(pairs * outscored(risk)) / pairs.sum()


def naive(estimate, follow_up):
    """A weighted estimate, and its error by moving each patient's weight a little."""
    n = follow_up[0].size
    moved = np.empty(n)
    for k in range(n):
        up, down = np.ones(n), np.ones(n)
        up[k], down[k] = 1 + STEP, 1 - STEP
        moved[k] = (estimate(*follow_up, up) - estimate(*follow_up, down)) / (2 * STEP)
    return estimate(*follow_up, np.ones(n)), np.linalg.norm(moved)


@given(follow_ups())
def test_harrells_index_is_that_of_every_pair(follow_up):
    found = estimated(c_index, *follow_up)
    value, error = naive(naive_harrell, follow_up)
    assert found.value == pytest.approx(value, abs=1e-9)
    assert found.se == pytest.approx(error, abs=1e-6)


@given(follow_ups())
def test_unos_index_and_error_are_those_of_weights_estimated_anew(follow_up):
    found = estimated(uno_c_index, *follow_up, HORIZON)
    value, error = naive(naive_uno, follow_up)
    assert found.value == pytest.approx(value, abs=1e-9)
    assert found.se == pytest.approx(error, abs=1e-6)


@given(follow_ups())
def test_the_area_at_a_horizon_and_its_error_are_those_of_weights_estimated_anew(follow_up):
    found = time_dependent_auc(*follow_up, HORIZON)
    value, error = naive(naive_area, follow_up)
    n = follow_up[0].size
    assert found.value == pytest.approx(value, abs=1e-9)
    assert found.se == pytest.approx(error * np.sqrt(n / (n - 1)), abs=1e-6)
    assert found.se > 1e-9 or "exact bound" in found.method


@given(follow_ups())
def test_reversing_the_risk_gives_the_complement(follow_up):
    time, event, risk = follow_up
    for estimate, more in ((c_index, ()), (uno_c_index, (HORIZON,))):
        forth = estimated(estimate, time, event, risk, *more)
        back = estimate(time, event, -risk, *more)
        assert back.value == pytest.approx(1 - forth.value)
        assert back.interval == pytest.approx((1 - forth.upper, 1 - forth.lower), abs=1e-9)


@given(follow_ups())
def test_only_the_order_of_times_and_risks_matters(follow_up):
    time, event, risk = follow_up
    forth = estimated(c_index, time, event, risk)
    bent = c_index(np.exp(time), event, risk**3)
    assert bent.value == pytest.approx(forth.value)
    assert bent.se == pytest.approx(forth.se, abs=1e-12)


@given(follow_ups(), st.randoms(use_true_random=False))
def test_the_order_of_patients_does_not_matter(follow_up, random):
    order = np.array(random.sample(range(follow_up[0].size), follow_up[0].size))
    shuffled = tuple(column[order] for column in follow_up)
    for estimate in (uno_c_index, time_dependent_auc):
        forth = estimated(estimate, *follow_up, HORIZON)
        back = estimate(*shuffled, HORIZON)
        assert back.value == pytest.approx(forth.value)
        assert back.se == pytest.approx(forth.se, abs=1e-12)


@given(follow_ups())
def test_with_nobody_lost_unos_index_is_harrells(follow_up):
    time, _, risk = follow_up
    event = np.ones(time.size, dtype=bool)
    harrell = estimated(c_index, time, event, risk)
    uno = uno_c_index(time, event, risk, 9)
    assert uno.value == pytest.approx(harrell.value)
    assert uno.se == pytest.approx(harrell.se, abs=1e-12)


@given(follow_ups())
def test_with_nobody_lost_the_area_at_a_horizon_is_the_area(follow_up):
    time, _, risk = follow_up
    found = time_dependent_auc(time, np.ones(time.size), risk, HORIZON)
    y, n = time <= HORIZON, time.size
    plain = auc(y, risk)
    assert found.value == pytest.approx(plain.value)
    sides = placements(y, risk, np.ones(n))
    expected = sum(np.var(side) / side.size for side in sides) * n / (n - 1)
    assert found.se == pytest.approx(np.sqrt(expected), abs=1e-9)


@given(follow_ups())
def test_events_at_one_time_and_losses_after_it_make_the_index_the_area(follow_up):
    time, _, risk = follow_up
    event = time < HORIZON
    found = estimated(c_index, np.where(event, 1, 2), event, risk)
    assert found.value == pytest.approx(auc(event, risk).value)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.data())
def test_weight_before_is_that_of_looking_at_every_predecessor(ranks, data):
    rank = np.array(ranks)
    weight = data.draw(arrays(np.float64, rank.size, elements=st.floats(0, 8)))
    lower, tied = weight_before(rank, weight)
    before = np.tri(rank.size, k=-1)
    assert lower == pytest.approx((before * (rank < rank[:, None])) @ weight)
    assert tied == pytest.approx((before * (rank == rank[:, None])) @ weight)
