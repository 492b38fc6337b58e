"""Laws of evidence at any time that wrong ones would break."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import beta

from probatum.analysis.sequential import confidence_sequence, e_value
from probatum.errors import NotEstimable

bounded = arrays(np.float64, st.integers(1, 60), elements=st.floats(0, 1))
binary = arrays(np.int64, st.integers(1, 60), elements=st.integers(0, 1))
EVERY = np.array(list(product([0.0, 1.0], repeat=9)))


def sequence(value, **options):
    """A sequence, of values that some mean agrees with."""
    try:
        return confidence_sequence(value, **options)
    except NotEstimable:
        reject()


def chances(p):
    """Of every sequence of nine outcomes."""
    events = EVERY.sum(axis=1)
    return p**events * (1 - p) ** (9 - events)


@pytest.mark.parametrize(
    ("null", "method"), [(0.3, "betting"), (0.9, "betting"), (0.3, "beta-binomial")]
)
def test_under_the_claim_the_mean_wealth_stays_exactly_one(null, method):
    """Every sequence of nine patients, weighed by its chance."""
    wealth = np.exp([e_value(one, null, method=method).log_e for one in EVERY])
    np.testing.assert_allclose(chances(null) @ wealth, 1, rtol=1e-12)


@pytest.mark.parametrize(("truth", "alternative"), [(0.2, "greater"), (0.8, "less")])
def test_no_mean_on_the_side_of_the_claim_makes_wealth_grow(truth, alternative):
    wealth = np.exp([e_value(one, 0.5, alternative=alternative).log_e for one in EVERY])
    mean = chances(truth) @ wealth
    assert np.all(mean <= 1 + 1e-12)
    assert np.all(np.diff(mean) <= 1e-12)


@pytest.mark.parametrize("truth", [0.05, 0.3, 0.5, 0.8])
@pytest.mark.parametrize("method", ["betting", "beta-binomial"])
def test_stopping_at_the_first_success_wins_no_more_than_it_should(truth, method):
    """The chance that wealth ever reaches 4 is at most a quarter, over all sequences."""
    wealth = [e_value(one, truth, method=method).log_e.max() for one in EVERY]
    assert chances(truth) @ (np.array(wealth) >= np.log(4)) <= 0.25


@pytest.mark.parametrize("truth", [0.02, 0.1, 0.37, 0.5])
def test_the_beta_binomial_sequence_holds_at_all_of_300_patients_at_once(truth):
    """The exact chance to miss, followed from patient to patient over all counts of events."""
    assert 0.005 < chance_to_miss(truth, patients=300, alpha=0.05) <= 0.05


def chance_to_miss(p, *, patients, alpha):
    alive, missed = np.ones(1), 0.0
    for n in range(1, patients + 1):
        alive = np.append(alive * (1 - p), 0) + np.append(0, alive * p)
        k = np.arange(n + 1)
        is_out = beta.pdf(p, k + 1, n - k + 1) <= alpha  # (n + 1) C(n, k) p^k (1 - p)^(n - k)
        missed += alive[is_out].sum()
        alive[is_out] = 0
    return missed


@pytest.mark.parametrize("method", ["betting", "empirical-bernstein", "beta-binomial"])
def test_a_sequence_holds_at_all_patients_in_simulated_studies(method):
    """200 studies of 300 patients at 0.9: more than 32 that miss has a chance below 0.005."""
    rng, missed = np.random.default_rng(17), 0
    for _ in range(200):
        value = rng.random(300) < 0.35
        try:
            found = confidence_sequence(value, method=method, resolution=100, confidence=0.9)
        except NotEstimable:
            missed += 1
            continue
        missed += not (found.lower[-1] <= 0.35 <= found.upper[-1])
    assert missed <= 32


@pytest.mark.parametrize("truth", [0.2, 0.6, 0.9])
@pytest.mark.parametrize("method", ["betting", "empirical-bernstein"])
def test_one_bound_alone_misses_no_more_often_than_it_says(truth, method):
    """The chance that it ever does is at most a quarter, over all sequences of nine."""
    options = {"method": method, "confidence": 0.75, "resolution": 50}
    over, under = (
        [getattr(confidence_sequence(one, side=side, **options).now, side) for one in EVERY]
        for side in ("lower", "upper")
    )
    assert chances(truth) @ (np.array(over) > truth) <= 0.25
    assert chances(truth) @ (np.array(under) < truth) <= 0.25


@settings(max_examples=40, deadline=None)
@given(bounded)
def test_following_each_bet_until_it_is_decided_gives_what_following_all_gives(value):
    found = sequence(value, resolution=50, confidence=0.5)
    np.testing.assert_allclose(found.lower, naive_lower(value, 0.5, 50), atol=1e-12)
    np.testing.assert_allclose(found.upper, 1 - naive_lower(1 - value, 0.5, 50), atol=1e-12)


def naive_lower(value, alpha, resolution):
    """Every bet at every mean, patient by patient: the definition."""
    lower, best = [], 0.0
    wealth = np.ones(resolution - 1)
    means = np.arange(1, resolution) / resolution
    total, squares, guess, variance = 0.5, 0.25, 0.5, 0.25
    for t, x in enumerate(value, start=1):
        bet = np.sqrt(2 * np.log(2 / alpha) / (variance * t * np.log(t + 1)))
        wealth *= 1 + np.minimum(bet, 0.5 / means) * (x - means)
        best = max([best, *means[wealth >= (2 / alpha) * (1 - 1e-12)]])
        lower.append(best)
        total += x
        guess = total / (t + 1)
        squares += (x - guess) ** 2
        variance = squares / (t + 1)
    return np.array(lower)


@settings(max_examples=40, deadline=None)
@given(binary)
def test_beta_binomial_bounds_leave_out_just_what_the_mixture_refutes(value):
    found = sequence(value, method="beta-binomial", confidence=0.5)
    n, k = value.size, value.sum()
    for bound, is_moved in ((found.lower[-1], k > 0), (found.upper[-1], k < n)):
        if is_moved:
            wealth = e_value(value, float(bound), method="beta-binomial").log_e.max()
            assert wealth == pytest.approx(np.log(2), abs=1e-6)


@pytest.mark.parametrize("method", ["betting", "empirical-bernstein"])
@settings(max_examples=30, deadline=None)
@given(value=bounded, scale=st.sampled_from([0.5, 2.0, 64.0]), origin=st.integers(-4, 4))
def test_the_unit_of_measurement_does_not_matter(method, value, scale, origin):
    plain = sequence(value, method=method, resolution=50)
    moved = sequence(
        origin + scale * value, method=method, resolution=50, least=origin, most=origin + scale
    )
    np.testing.assert_allclose(moved.lower, origin + scale * plain.lower, atol=1e-8)
    np.testing.assert_allclose(moved.upper, origin + scale * plain.upper, atol=1e-8)


@settings(max_examples=40, deadline=None)
@given(binary, st.sampled_from(["betting", "empirical-bernstein", "beta-binomial"]))
def test_counting_those_without_the_event_turns_the_bounds_round(value, method):
    plain = sequence(value, method=method, resolution=50)
    turned = sequence(1 - value, method=method, resolution=50)
    np.testing.assert_allclose(turned.lower, 1 - plain.upper, atol=1e-12)
    assert np.all(np.diff(plain.lower) >= 0)
    assert np.all(np.diff(plain.upper) <= 0)


@settings(max_examples=40, deadline=None)
@given(bounded, st.floats(0.1, 0.9))
def test_what_is_known_after_some_patients_does_not_hang_on_those_to_come(value, null):
    half = value[: max(1, value.size // 2)]
    whole = e_value(value, null).log_e[: half.size]
    np.testing.assert_allclose(e_value(half, null).log_e, whole, atol=1e-12)
    seen = sequence(half, resolution=50).lower
    np.testing.assert_array_equal(seen, sequence(value, resolution=50).lower[: half.size])


@settings(max_examples=40, deadline=None)
@given(bounded, st.floats(0.1, 0.9))
def test_betting_on_the_other_side_of_the_mirrored_values_wins_the_same(value, null):
    more = e_value(value, null, alternative="greater")
    less = e_value(1 - value, 1 - null, alternative="less")
    np.testing.assert_allclose(more.log_e, less.log_e, atol=1e-9)
    assert 0 < more.p_value_best <= more.p_value <= 1
