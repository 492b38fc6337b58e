"""Laws of interim looks and of evidence at any time that wrong ones would break."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from probatum.analysis.sequential import (
    boundaries,
    conditional_power,
    crossing_probabilities,
    group_sequential_design,
    predictive_power,
    spent_alpha,
    stage_wise_interval,
)
from probatum.analysis.sequential.undecided import Undecided

RULES = [
    ("obrien-fleming", None),
    ("pocock", None),
    ("kim-demets", 1.5),
    ("hwang-shih-decani", -3.0),
    ("hwang-shih-decani", 0.0),
    ("hwang-shih-decani", 40.0),
]

looks = st.lists(
    st.integers(2, 9), max_size=4, unique=True
).map(lambda tenths: [*sorted(t / 10 for t in tenths), 1.0])  # fmt: skip
rules = st.sampled_from(RULES)


@given(looks, rules, st.floats(0.001, 0.5), st.sampled_from([1, 2]))
def test_all_error_is_spent_at_full_information_and_never_sooner(
    information, rule, alpha, sides
):
    spending, shape = rule
    spent = spent_alpha(spending, information, alpha, sides=sides, shape=shape)
    assert np.all(np.diff(spent, prepend=0) >= 0)
    assert spent[-1] == pytest.approx(alpha, rel=1e-12)


@given(st.floats(0.01, 0.99))
def test_the_families_meet_where_error_is_spent_in_proportion(time):
    linear = spent_alpha("kim-demets", [time], 0.05, shape=1)
    assert spent_alpha("hwang-shih-decani", [time], 0.05, shape=0) == pytest.approx(linear)
    nearly = spent_alpha("hwang-shih-decani", [time], 0.05, shape=1e-7)
    assert nearly == pytest.approx(linear, rel=1e-6)


@settings(max_examples=25, deadline=None)
@given(looks, rules, st.sampled_from([1, 2]))
def test_crossing_probabilities_give_back_the_error_each_look_spends(information, rule, sides):
    spending, shape = rule
    if shape == 40.0:
        information = information[-1:]
    found = boundaries(spending, information, 0.05, sides=sides, shape=shape)
    crossed = crossing_probabilities(information, found.critical, sides=sides)
    spent = np.diff(found.spent, prepend=0)
    np.testing.assert_allclose(crossed.above + crossed.below, spent, atol=1e-10)


@pytest.mark.parametrize("drift", [0.0, 1.3, 3.0])
def test_three_looks_give_what_the_multivariate_normal_gives(drift):
    time, critical = np.array([0.3, 0.55, 1.0]), np.array([2.6, 2.3, 2.0])
    futility = np.array([-0.5, 0.6, 2.0])
    covariance = np.sqrt(np.minimum.outer(time, time) / np.maximum.outer(time, time))
    mean = drift * np.sqrt(time)
    found = crossing_probabilities(time, critical, futility=futility, sides=1, drift=drift)
    for look in (1, 2, 3):
        top, bottom = np.full(look, np.inf), np.append(futility[: look - 1], critical[look - 1])
        top[: look - 1] = critical[: look - 1]
        of_looks = multivariate_normal(
            mean[:look], covariance[:look, :look], maxpts=400_000, abseps=1e-9, releps=0, seed=4
        )
        naive = of_looks.cdf(top, lower_limit=bottom)
        assert found.above[look - 1] == pytest.approx(naive, abs=1e-7)


@pytest.mark.parametrize("sides", [1, 2])
def test_closer_nodes_change_nothing_that_counts(sides):
    """A finer integration, as if far shorter steps were to come, agrees to 1e-11."""
    steps, bounds = np.diff([0, 0.2, 0.25, 0.8, 1.0]), [1.1, 1.2, 2.0, 2.1]
    found = [_last_exit(steps, bounds, sides, finest=finest) for finest in (0.05, 0.0005)]
    assert found[0] == pytest.approx(found[1], abs=1e-11)


def _last_exit(steps, bounds, sides, *, finest):
    undecided = Undecided.at_the_start()
    for step, bound in zip(steps[:-1], bounds, strict=False):
        lower = -bound if sides == 2 else -np.inf
        undecided = undecided.after(lower, bound, variance=step, finest=finest)
    return undecided.above(bounds[-1], variance=steps[-1])


@settings(max_examples=15, deadline=None)
@given(looks, st.floats(-3, 4), st.floats(1.2, 3))
def test_the_chances_of_all_ways_to_end_add_up_to_one(information, drift, critical):
    bounds = [critical] * len(information)
    low = [-1.0] * (len(information) - 1) + [critical]
    found = crossing_probabilities(information, bounds, futility=low, sides=1, drift=drift)
    assert found.above.sum() + found.below.sum() == pytest.approx(1, abs=1e-10)
    assert information[0] <= found.expected_information <= 1 + 1e-12


@settings(max_examples=15, deadline=None)
@given(looks, st.floats(0, 4))
def test_turning_the_effect_round_exchanges_above_and_below(information, drift):
    critical = [2.2] * len(information)
    forth, back = (
        crossing_probabilities(information, critical, drift=effect)
        for effect in (drift, -drift)
    )
    np.testing.assert_allclose(forth.above, back.below, atol=1e-13)


@settings(max_examples=10, deadline=None)
@given(looks, st.booleans(), st.sampled_from(["obrien-fleming", "pocock"]))
def test_a_design_keeps_both_errors(information, binding, beta_spending):
    found = group_sequential_design(
        "pocock",
        information,
        0.025,
        power=0.85,
        sides=1,
        beta_spending=beta_spending,
        binding=binding,
    )
    assert found.under_alternative.power == pytest.approx(0.85, abs=1e-9)
    bound_by_it = found.under_null.power
    ignored = crossing_probabilities(information, found.critical, sides=1).power
    assert (bound_by_it if binding else ignored) == pytest.approx(0.025, abs=1e-9)
    assert bound_by_it <= 0.025 + 1e-9


@settings(max_examples=15, deadline=None)
@given(looks, st.floats(-1, 3))
def test_later_looks_average_over_what_the_first_shows(information, drift):
    """The chance to cross is that at the first look, plus the mean of conditional power."""
    critical = [2.4] * len(information)
    whole = crossing_probabilities(information, critical, drift=drift, sides=1).power
    if len(information) == 1:
        assert whole == pytest.approx(norm.sf(2.4 - drift))
        return
    first, rest = information[0], information[1:]
    edge = 2.4 - drift * np.sqrt(first)
    unit, weight = np.polynomial.legendre.leggauss(60)
    seen = (edge + 8.5) / 2 * unit + (edge - 8.5) / 2
    chances = [
        conditional_power(
            float(one + drift * np.sqrt(first)), first, rest, critical[1:], drift=drift, sides=1
        ).power
        for one in seen
    ]
    later = float(np.sum(weight * norm.pdf(seen) * chances)) * (edge + 8.5) / 2
    assert norm.sf(edge) + later == pytest.approx(whole, abs=1e-8)


@settings(max_examples=10, deadline=None)
@given(st.floats(-1, 3))
def test_predictive_power_averages_conditional_power_over_the_posterior(z):
    at, rest, critical = 0.4, [0.7, 1.0], [2.5, 2.0]
    prior, spread = 2.0, 1.5
    precision = at + spread**-2
    centre = (z * np.sqrt(at) + prior / spread**2) / precision
    unit = np.linspace(-8, 8, 161)
    mass = norm.pdf(unit) * (unit[1] - unit[0])
    drifts = centre + unit / np.sqrt(precision)
    naive = [conditional_power(z, at, rest, critical, drift=float(d)).power for d in drifts]
    found = predictive_power(z, at, rest, critical, prior_drift=prior, prior_sd=spread)
    assert found.power == pytest.approx(float(mass @ naive), abs=1e-8)


@settings(max_examples=15, deadline=None)
@given(st.sampled_from([1, 2, 3]), st.floats(0, 1), st.floats(-2, 2), st.floats(0.1, 5))
def test_the_stage_wise_interval_has_no_unit_and_no_origin(look, part, origin, scale):
    time, critical = [0.3, 0.6, 1.0], [2.6, 2.4, 2.1]
    z = critical[look - 1] + 2 * part
    told = {"information": time[:look], "critical": critical[:look], "n": 50}
    plain = stage_wise_interval(z, 1.0, **told)
    moved = stage_wise_interval(origin + scale * z, scale, null=origin, **told)
    assert moved.value == pytest.approx(origin + scale * plain.value, abs=1e-8)
    assert moved.interval == pytest.approx(
        [origin + scale * b for b in plain.interval], abs=1e-8
    )
    turned = stage_wise_interval(-z, 1.0, **told)
    assert turned.interval == pytest.approx([-b for b in plain.interval[::-1]], abs=1e-8)
    assert turned.p_value == pytest.approx(plain.p_value)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from([1, 2, 3]), st.floats(-1.5, 1.5))
def test_the_stage_wise_interval_leaves_no_effect_out_exactly_when_a_boundary_is_crossed(
    look, beyond
):
    taken = [0.3, 0.6, 1.0][:look]
    critical = boundaries("pocock", taken, 0.05).critical
    z = float(critical[-1]) + (beyond if look == 3 else abs(beyond))
    found = stage_wise_interval(z, 1.0, taken, critical, n=50)
    if abs(z - critical[-1]) > 1e-6:
        assert (found.lower > 0) == (z > critical[-1])
    assert found.lower < found.value < found.upper


def test_the_median_unbiased_estimate_is_above_the_truth_half_the_time():
    """400 simulated trials of two looks, and the interval holds the truth as often as told."""
    rng, time, drift = np.random.default_rng(21), np.array([0.5, 1.0]), 2.5
    critical = boundaries("pocock", time, 0.05).critical
    steps = np.sqrt(0.5) * rng.normal(size=(400, 2)) + drift * 0.5
    score, above, held = np.cumsum(steps, axis=1), 0, 0
    for first, last in score:
        looks_taken = 1 if abs(first / np.sqrt(0.5)) >= critical[0] else 2
        t = time[looks_taken - 1]
        at_stop = (first if looks_taken == 1 else last) / t
        found = stage_wise_interval(
            at_stop, 1 / np.sqrt(t), time[:looks_taken], critical[:looks_taken], n=9
        )
        above += found.value > drift
        held += found.lower <= drift <= found.upper
    assert 0.43 <= above / 400 <= 0.57
    assert 0.92 <= held / 400 <= 0.98
