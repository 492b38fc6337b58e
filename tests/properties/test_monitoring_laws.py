"""Laws of control charts and their run lengths that a wrong one would break."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from probatum.analysis.monitoring import (
    cusum,
    cusum_run_length,
    ewma,
    ewma_run_length,
    limit_for_run_length,
    risk_adjusted_cusum,
    risk_adjusted_limit,
    risk_adjusted_run_length,
    simulated_run_length,
)

VALUES = arrays(np.float64, st.integers(1, 60), elements=st.integers(-8, 8))
COHORT = 1 / (1 + np.exp(3 - np.random.default_rng(4).normal(size=400)))


def few(examples=12):
    return settings(max_examples=examples, deadline=None, derandomize=True, database=None)


@given(VALUES, st.integers(-5, 5), st.sampled_from([0.5, 1.0, 4.0]))
def test_origin_and_unit_of_the_values_do_not_matter(values, origin, unit):
    plain = cusum(values, target=0, sd=2, k=0.5, h=3)
    moved = cusum(values * unit + origin, target=origin, sd=2 * unit, k=0.5, h=3)
    assert moved.first_signal == plain.first_signal
    np.testing.assert_allclose(moved.rise, plain.rise, atol=1e-12)


@given(VALUES)
def test_mirrored_values_give_the_mirrored_chart(values):
    forth, back = (cusum(v, target=0, sd=1, k=0.5, h=3) for v in (values, -values))
    np.testing.assert_array_equal(forth.rise, -back.fall)
    assert forth.first_signal == back.first_signal
    there, here = (ewma(v, target=0, sd=1, smoothing=0.2, limit=2) for v in (values, -values))
    np.testing.assert_array_equal(there.rise, -here.fall)


@given(VALUES, st.sampled_from([0.1, 0.5, 1.0]))
def test_an_average_is_the_sum_of_values_with_fading_weights(values, smoothing):
    found = ewma(values, target=0, sd=1, smoothing=smoothing, limit=3).rise
    age = np.arange(values.size)[:, None] - np.arange(values.size)
    weight = np.where(age >= 0, smoothing * (1 - smoothing) ** np.maximum(age, 0), 0)
    np.testing.assert_allclose(found, weight @ values, atol=1e-12)


@given(VALUES)
def test_a_sum_is_how_far_the_walk_is_above_its_lowest_point(values):
    found = cusum(values, target=0, sd=1, k=0.5, h=3).rise
    walk = np.concatenate([[0], np.cumsum(values - 0.5)])
    np.testing.assert_allclose(found, (walk - np.minimum.accumulate(walk))[1:], atol=1e-12)


@given(VALUES, st.integers(1, 60))
def test_what_comes_later_does_not_change_what_was_charted(values, seen):
    whole, part = (
        ewma(v, target=0, sd=1, smoothing=0.3, limit=2) for v in (values, values[:seen])
    )
    np.testing.assert_array_equal(whole.rise[: part.n], part.rise)


@given(st.lists(st.booleans(), min_size=1, max_size=40), st.floats(1.1, 4))
def test_the_sum_of_weights_is_the_likelihood_ratio(events, ratio):
    """From a limit far away and risks so low that nothing is held at 0: all events."""
    risk = np.full(len(events), 0.01)
    chart = risk_adjusted_cusum(np.ones(len(events)), risk, odds_ratio=ratio, limit=1e3)
    odds = ratio * 0.01 / 0.99
    expected = len(events) * np.log(odds / (1 + odds) / 0.01)
    assert chart.rise[-1] == pytest.approx(expected)


@few()
@given(st.floats(0.1, 1.0), st.floats(1, 6), st.floats(0, 3))
def test_a_two_sided_chart_finds_a_fall_as_soon_as_a_rise(k, h, shift):
    up, down = cusum_run_length(k, h, shift).mean, cusum_run_length(k, h, -shift).mean
    assert up == pytest.approx(down, rel=1e-9)
    risen = ewma_run_length(0.2, h, min(shift, 1)).mean
    assert risen == pytest.approx(ewma_run_length(0.2, h, -min(shift, 1)).mean, rel=1e-6)


@few()
@given(st.floats(0.1, 1.0), st.floats(1, 6), st.floats(0, 2), st.floats(0.1, 1))
def test_a_larger_shift_is_found_sooner_and_a_wider_limit_later(k, h, shift, more):
    plain = cusum_run_length(k, h, shift).mean
    assert 1 <= cusum_run_length(k, h, shift + more).mean < plain
    assert cusum_run_length(k, h + more, shift).mean > plain


@pytest.mark.parametrize("spread", ["asymptotic", "exact"])
def test_an_average_finds_a_larger_shift_sooner(spread):
    found = [ewma_run_length(0.1, 2.7, s, spread=spread).mean for s in np.arange(0, 3, 0.25)]
    assert np.all(np.diff(found) < 0)


@pytest.mark.parametrize("smoothing", [0.05, 0.3])
def test_limits_that_start_narrow_signal_sooner(smoothing):
    wide, narrow = (
        ewma_run_length(smoothing, 2.8, spread=spread).mean
        for spread in ("asymptotic", "exact")
    )
    assert narrow < wide


@pytest.mark.parametrize("k", [0.25, 0.5, 1.0])
def test_the_equation_is_the_limit_of_brook_and_evans_chain(k):
    """Their Markov chain of t states errs by c/t^2: 150 and 300 extrapolated."""
    coarse, fine = _chain(k, 3.0, 0.3, 150), _chain(k, 3.0, 0.3, 300)
    found = cusum_run_length(k, 3.0, 0.3, side="upper").mean
    assert found == pytest.approx((4 * fine - coarse) / 3, rel=1e-6)


def _chain(k, h, shift, states):
    """Biometrika 1972;59:539-549: heights rounded to the middles of ``states`` steps."""
    from scipy.stats import norm

    width = 2 * h / (2 * states - 1)
    i, j = np.arange(states)[:, None], np.arange(states)
    edge = (j - i + 0.5) * width + k - shift
    move = norm.cdf(edge) - np.where(j > 0, norm.cdf(edge - width), 0)
    return np.linalg.solve(np.eye(states) - move, np.ones(states))[0]


def test_simulated_charts_run_as_long_as_the_equations_say():
    rng = np.random.default_rng(5)
    runs = [_run(rng, lambda z: cusum(z, target=0, sd=1, k=0.5, h=3)) for _ in range(600)]
    _agree(runs, cusum_run_length(0.5, 3, 0.5).mean)
    runs = [
        _run(rng, lambda z: ewma(z, target=0, sd=1, smoothing=0.2, limit=2.2, spread="exact"))
        for _ in range(600)
    ]
    _agree(runs, ewma_run_length(0.2, 2.2, 0.5, spread="exact").mean)


def test_a_chart_set_from_a_baseline_runs_as_long_as_told():
    """Baseline, chart and run simulated together; 30 patients, CUSUM of limit 3."""
    rng, runs = np.random.default_rng(6), []
    for _ in range(800):
        known = rng.normal(size=30)
        mean, sd = known.mean(), known.std(ddof=1)
        runs.append(_run(rng, lambda z, m=mean, s=sd: cusum(z, target=m, sd=s, k=0.5, h=3)))
    found = simulated_run_length(3, k=0.5, shift=0.5, patients=30, seed=1, baselines=4000)
    _agree(runs, found.mean)


def _run(rng, charted):
    patients = 400
    while (signal := charted(rng.normal(0.5, 1, patients)).first_signal) is None:
        patients *= 10
    return signal + 1


def _agree(runs, expected):
    assert np.mean(runs) == pytest.approx(expected, abs=4 * np.std(runs) / np.sqrt(len(runs)))


def test_a_baseline_of_very_many_patients_is_as_good_as_known():
    found = simulated_run_length(4, k=0.5, patients=10**7, seed=2, baselines=100)
    for told in (found.mean, found.tenth, found.ninetieth):
        assert told == pytest.approx(found.nominal, rel=0.02)


def test_fewer_patients_in_the_baseline_need_wider_limits():
    known = limit_for_run_length(100, k=0.5).value
    many, few = (
        limit_for_run_length(100, k=0.5, patients=m, seed=3, baselines=200).value
        for m in (400, 50)
    )
    assert known < many < few


def test_the_limit_found_keeps_its_run_length_in_the_share_of_baselines_asked_for():
    limit = limit_for_run_length(80, smoothing=0.2, patients=60, seed=4, baselines=200).value
    found = simulated_run_length(limit, smoothing=0.2, patients=60, seed=4, baselines=200)
    assert found.tenth == pytest.approx(80, rel=1e-4)


@pytest.mark.parametrize(("ratio", "true"), [(2.0, 1.0), (2.0, 2.0), (0.5, 1.0), (0.5, 0.4)])
def test_simulated_patients_signal_as_late_as_the_chain_says(ratio, true):
    runs = _risk_adjusted_runs(ratio, 1.8, true, np.random.default_rng(7), 3000)
    found = risk_adjusted_run_length(COHORT, odds_ratio=ratio, limit=1.8, true_odds_ratio=true)
    _agree(runs, found.mean)


def _risk_adjusted_runs(ratio, limit, true, rng, runs):
    """Every run by itself, patient after patient: the slow twin of the chain."""
    height, length, running = np.zeros(runs), np.zeros(runs), np.arange(runs)
    while running.size:
        p = rng.choice(COHORT, running.size)
        event = rng.random(running.size) < true * p / (1 - p + true * p)
        step = event * np.log(ratio) - np.log(1 - p + ratio * p)
        height[running] = np.maximum(0, height[running] + step)
        length[running] += 1
        running = running[height[running] < limit]
    return length


def test_harm_is_found_sooner_the_larger_it_is():
    found = [
        risk_adjusted_run_length(COHORT, odds_ratio=2, limit=2, true_odds_ratio=true).mean
        for true in (1, 1.5, 2, 3)
    ]
    assert np.all(np.diff(found) < 0)


def test_the_limit_for_a_risk_adjusted_run_length_gives_it_back():
    limit = risk_adjusted_limit(COHORT, odds_ratio=2, run_length=300).value
    found = risk_adjusted_run_length(COHORT, odds_ratio=2, limit=limit).mean
    assert found == pytest.approx(300, rel=1e-6)
