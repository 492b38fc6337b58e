"""Laws of score intervals that a wrong one would break, and the slow twins of their algebra."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from probatum.analysis.proportion import (
    mcnemar,
    paired_difference,
    paired_non_inferiority,
    proportion_difference,
    proportion_non_inferiority,
    proportion_ratio,
)
from probatum.analysis.proportion.counts import TwoGroups
from probatum.analysis.proportion.pairs import Pairs, tango_spread
from probatum.analysis.proportion.score import (
    difference_spread,
    odds_ratio_bounds,
    odds_ratio_excess,
    ratio_spread,
)

Z = 1.959963984540054


@st.composite
def groups(draw, least=0):
    """Events and patients of two groups."""
    n_a, n_b = draw(st.integers(max(least, 1), 60)), draw(st.integers(max(least, 1), 60))
    return draw(st.integers(least, n_a)), n_a, draw(st.integers(least, n_b)), n_b


pairs = st.tuples(*[st.integers(0, 25)] * 4).filter(lambda counts: sum(counts) > 0)


def root(falling, least, most):
    """Where a falling function crosses 0, by halving: the slow twin of every formula."""
    for _ in range(200):
        middle = (least + most) / 2
        if not least < middle < most:
            break
        least, most = (middle, most) if falling(middle) > 0 else (least, middle)
    return (least + most) / 2


def pull(events, p):
    """What ``events`` at chance ``p`` add to the slope of the log-likelihood."""
    return events / p if events else 0.0


def naive_difference_spread(events_a, n_a, events_b, n_b, d):
    b = root(
        lambda p: (
            pull(events_a, p + d)
            - pull(n_a - events_a, 1 - p - d)
            + pull(events_b, p)
            - pull(n_b - events_b, 1 - p)
        ),
        max(0.0, -d),
        min(1.0, 1 - d),
    )
    return (b + d) * (1 - b - d) / n_a + b * (1 - b) / n_b


def naive_ratio_spread(events_a, n_a, events_b, n_b, ratio):
    b = root(
        lambda p: (
            pull(events_a + events_b, p)
            - ratio * pull(n_a - events_a, 1 - ratio * p)
            - pull(n_b - events_b, 1 - p)
        ),
        0.0,
        min(1.0, 1 / ratio),
    )
    return ratio * b * (1 - ratio * b) / n_a + ratio**2 * b * (1 - b) / n_b


def naive_odds_excess(events_a, n_a, events_b, n_b, odds_ratio):
    def of_a(b):
        return odds_ratio * b / (1 - b + odds_ratio * b)

    b = root(lambda p: events_a + events_b - n_a * of_a(p) - n_b * p, 0.0, 1.0)
    a = of_a(b)
    information = 1 / (n_a * a * (1 - a)) + 1 / (n_b * b * (1 - b))
    return (events_a - n_a * a) ** 2 - Z**2 / information


def naive_tango_spread(both, only_a, only_b, neither, d):
    n = both + only_a + only_b + neither
    q = root(
        lambda q: (
            pull(only_a, q + d) + pull(only_b, q) - 2 * pull(both + neither, 1 - 2 * q - d)
        ),
        max(0.0, -d),
        (1 - d) / 2,
    )
    return (2 * q + d - d * d) / n


inside = st.floats(-0.98, 0.98)


@given(groups(), inside)
def test_the_cubic_gives_what_the_likelihood_says(two, d):
    found = difference_spread(TwoGroups(**named(two)), d)
    assert found == pytest.approx(naive_difference_spread(*two, d), rel=1e-8, abs=1e-13)


@given(groups(), st.floats(-4, 4))
def test_the_quadratic_gives_what_the_likelihood_says(two, logarithm):
    ratio = math.exp(logarithm)
    found = ratio_spread(TwoGroups(**named(two)), ratio)
    assert found == pytest.approx(naive_ratio_spread(*two, ratio), rel=1e-8, abs=1e-13)


@given(groups(), st.floats(-4, 4))
def test_the_odds_ratio_gives_what_the_likelihood_says(two, logarithm):
    assume(0 < two[0] + two[2] < two[1] + two[3])
    odds_ratio = math.exp(logarithm)
    found = odds_ratio_excess(TwoGroups(**named(two)), odds_ratio, Z)
    assert found == pytest.approx(naive_odds_excess(*two, odds_ratio), rel=1e-8, abs=1e-8)


@given(pairs, inside)
def test_tangos_root_gives_what_the_likelihood_says(counts, d):
    found = tango_spread(Pairs(**paired(counts)), d)
    assert found == pytest.approx(naive_tango_spread(*counts, d), rel=1e-8, abs=1e-13)


@given(groups(), st.floats(-1, 1))
def test_what_lies_in_the_interval_is_not_rejected_and_the_rest_is(two, d):
    found = proportion_non_inferiority(*two, margin=0.5)
    assume(min(abs(d - bound) for bound in (*found.interval, found.value, -1, 1)) > 1e-6)
    allowed = Z**2 * naive_difference_spread(*two, d)
    is_possible = (found.value - d) ** 2 <= allowed
    assert is_possible == (found.lower < d < found.upper)


@given(pairs, st.floats(-1, 1))
def test_what_lies_in_tangos_interval_is_not_rejected_and_the_rest_is(counts, d):
    found = paired_difference(*counts)
    assume(min(abs(d - bound) for bound in (*found.interval, found.value, -1, 1)) > 1e-6)
    allowed = Z**2 * naive_tango_spread(*counts, d)
    is_possible = (found.value - d) ** 2 <= allowed
    assert is_possible == (found.lower < d < found.upper)


@pytest.mark.parametrize("method", ["miettinen-nurminen", "newcombe"])
@given(two=groups())
def test_exchanging_groups_or_counting_the_others_turns_the_difference(method, two):
    events_a, n_a, events_b, n_b = two
    found = proportion_difference(*two, method=method)
    back = proportion_difference(events_b, n_b, events_a, n_a, method=method)
    others = proportion_difference(n_a - events_a, n_a, n_b - events_b, n_b, method=method)
    turned = pytest.approx((-found.upper, -found.lower), abs=1e-9)
    assert back.interval == turned
    assert others.interval == turned
    assert -1 <= found.lower <= found.value <= found.upper <= 1


@pytest.mark.parametrize("method", ["miettinen-nurminen", "koopman"])
@given(two=groups(least=1))
def test_exchanging_groups_inverts_the_ratio(method, two):
    events_a, n_a, events_b, n_b = two
    found = proportion_ratio(*two, method=method)
    back = proportion_ratio(events_b, n_b, events_a, n_a, method=method)
    assert back.value == pytest.approx(1 / found.value)
    assert back.interval == pytest.approx((1 / found.upper, 1 / found.lower), rel=1e-7)


@given(groups(least=1))
def test_exchanging_groups_inverts_the_odds_ratio(two):
    events_a, n_a, events_b, n_b = two
    assume(events_a < n_a and events_b < n_b)
    least, most = odds_ratio_bounds(TwoGroups(**named(two)), confidence=0.95)
    back = odds_ratio_bounds(
        TwoGroups(events_a=events_b, n_a=n_b, events_b=events_a, n_b=n_a), confidence=0.95
    )
    assert back == pytest.approx((1 / most, 1 / least), rel=1e-7)


@given(groups(least=1))
def test_a_test_of_no_difference_rejects_what_its_interval_leaves_out(two):
    assume(two[0] + two[2] < two[1] + two[3])
    difference, ratio = proportion_difference(*two), proportion_ratio(*two)
    assume(min(abs(bound) for bound in difference.interval) > 1e-9)
    assert difference.p_value == pytest.approx(ratio.p_value)
    rejected = difference.p_value < 0.05
    assert rejected == (not difference.lower < 0 < difference.upper)
    assert rejected == (not ratio.lower < 1 < ratio.upper)


@given(groups(), pairs, st.floats(0.01, 0.9))
def test_the_lower_bound_and_the_test_of_non_inferiority_agree(two, counts, margin):
    for found in (
        proportion_non_inferiority(*two, margin=margin),
        paired_non_inferiority(*counts, margin=margin),
    ):
        assume(abs(found.lower + margin) > 1e-9)
        assert (found.lower > -margin) == (found.p_value < 0.025)


@pytest.mark.parametrize("method", ["tango", "newcombe"])
@given(counts=pairs)
def test_exchanging_the_tests_turns_the_paired_difference(method, counts):
    both, only_a, only_b, neither = counts
    found = paired_difference(*counts, method=method)
    back = paired_difference(both, only_b, only_a, neither, method=method)
    others = paired_difference(neither, only_b, only_a, both, method=method)
    assert back.interval == pytest.approx((-found.upper, -found.lower), abs=1e-9)
    assert others.interval == pytest.approx(back.interval, abs=1e-9)
    assert -1 <= found.lower <= found.value <= found.upper <= 1


@given(pairs)
def test_tango_does_not_ask_how_the_tests_agree(counts):
    both, only_a, only_b, neither = counts
    found = paired_difference(*counts)
    assert paired_difference(both + neither, only_a, only_b, 0).interval == found.interval


@pytest.mark.parametrize("method", ["exact", "mid-p", "asymptotic", "continuity"])
@given(b=st.integers(0, 80), c=st.integers(0, 80))
def test_mcnemar_rejects_when_its_interval_leaves_out_one_half(method, b, c):
    assume(b + c > 0)
    found, back = mcnemar(b, c, method=method), mcnemar(c, b, method=method)
    assert (found.p_value < 0.05) == (not found.lower <= 0.5 <= found.upper)
    assert back.p_value == pytest.approx(found.p_value)
    assert back.interval == pytest.approx((1 - found.upper, 1 - found.lower), abs=1e-9)
    assert 0 <= found.lower <= found.value <= found.upper <= 1


@given(st.integers(0, 80), st.integers(0, 80))
def test_the_exact_test_is_the_most_cautious(b, c):
    assume(b + c > 0)
    exact, mid = mcnemar(b, c).p_value, mcnemar(b, c, method="mid-p").p_value
    assert 0 < mid < exact <= 1


def named(two):
    return dict(zip(("events_a", "n_a", "events_b", "n_b"), two, strict=True))


def paired(counts):
    return dict(zip(("both", "only_a", "only_b", "neither"), counts, strict=True))
