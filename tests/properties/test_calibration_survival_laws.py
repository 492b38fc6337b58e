"""Laws of calibration at a horizon that a wrong estimator would break."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from probatum.analysis.calibration import (
    brier,
    brier_survival,
    observed_expected_survival,
)
from probatum.analysis.censoring import censoring_weights

horizons = st.integers(1, 8)


@st.composite
def follow_ups(draw):
    """Times on few days, so that events and losses share them; somebody reaches day 9."""
    n = draw(st.integers(3, 25))
    time = draw(arrays(np.int64, n, elements=st.integers(0, 9)))
    event = draw(arrays(np.bool_, n))
    risk = draw(arrays(np.float64, n + 1, elements=st.floats(0.01, 0.99)))
    return np.append(time, 9).astype(float), np.append(event, False), risk


def naive_score(time, event, risk, horizon, many):
    """The score with each patient there ``many`` times, one factor of the curve at a time."""
    total = 0.0
    for t, e, p, times in zip(time, event, risk, many, strict=True):
        if (e and t <= horizon) or t >= horizon:
            followed = 1.0
            for u in np.unique(time[time < min(t, horizon)]):
                free = many[(time > u) | ((time == u) & ~event)].sum()
                followed *= 1 - many[(time == u) & ~event].sum() / free if free else 1.0
            total += times * ((e and t <= horizon) - p) ** 2 / followed
    return total / many.sum()


@given(follow_ups(), horizons)
def test_the_score_and_its_error_are_those_of_counting_a_patient_a_little_more(
    follow_up, horizon
):
    time, event, risk = follow_up
    n, ones = time.size, np.ones(time.size)
    found = brier_survival(time, event, risk, horizon)
    moved = [
        (
            naive_score(time, event, risk, horizon, ones + 1e-5 * row)
            - naive_score(time, event, risk, horizon, ones - 1e-5 * row)
        )
        / 2e-5
        * n
        for row in np.eye(n)
    ]
    assert found.value == pytest.approx(naive_score(time, event, risk, horizon, ones))
    assert found.se == pytest.approx(
        np.sqrt(np.sum(np.square(moved)) / (n * (n - 1))), rel=1e-5, abs=1e-8
    )


@given(follow_ups(), horizons)
def test_the_score_is_that_of_the_known_under_their_weights(follow_up, horizon):
    time, event, risk = follow_up
    found = censoring_weights(time, event, horizon)
    assume(found.n_known > 1)
    kept = found.known
    happened = (event & (time <= horizon))[kept]
    plain = brier(happened, risk[kept], weight=found.weight[kept]).value
    assert brier_survival(time, event, risk, horizon).value == pytest.approx(plain)


@given(follow_ups(), horizons, st.sampled_from([0.25, 365.25]))
def test_the_unit_of_time_and_the_order_of_patients_do_not_matter(follow_up, horizon, unit):
    time, event, risk = follow_up
    assume(_has_both(time, event, horizon))
    for estimator in (brier_survival, observed_expected_survival):
        plain = estimator(time, event, risk, horizon)
        other = estimator(time[::-1] * unit, event[::-1], risk[::-1], horizon * unit)
        assert other.value == pytest.approx(plain.value)
        assert other.se == pytest.approx(plain.se)


@given(follow_ups(), horizons)
def test_risks_told_half_as_high_double_the_ratio(follow_up, horizon):
    time, event, risk = follow_up
    assume(_has_both(time, event, horizon))
    plain = observed_expected_survival(time, event, risk, horizon)
    half = observed_expected_survival(time, event, risk / 2, horizon)
    assert half.value == pytest.approx(2 * plain.value)
    assert half.se == pytest.approx(2 * plain.se)
    assert plain.value <= 1 / risk.mean() + 1e-12


@given(follow_ups(), horizons)
def test_one_half_for_all_scores_one_quarter_whoever_is_lost(follow_up, horizon):
    time, event, risk = follow_up
    half = brier_survival(time, event, np.full(risk.size, 0.5), horizon)
    assert half.value == pytest.approx(0.25)
    assert half.se == pytest.approx(0, abs=1e-12)


def _has_both(time, event, horizon):
    """Somebody has the event by the horizon; the last patient never has it."""
    return bool((event & (time <= horizon)).any())
