"""Each verdict happens, and only where its rule says so."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.analysis.advantage import Rule, Verdict, at_confidence, verdict
from probatum.analysis.estimate import Estimate, wald
from probatum.errors import NotEstimable

RULE = Rule(equivalence_within=0.02, advantage_above=0.0, disadvantage_below=-0.02)


def a_difference(lower, upper):
    return Estimate(
        value=(lower + upper) / 2, se=0.01, lower=lower, upper=upper,
        level=0.95, n=500, method="DeLong",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (0.01, 0.05, Verdict.ADVANTAGE),
        (-0.01, 0.015, Verdict.EQUIVALENCE),
        (0.001, 0.015, Verdict.EQUIVALENCE),
        (-0.015, -0.001, Verdict.EQUIVALENCE),
        (-0.09, -0.03, Verdict.DISADVANTAGE),
        (-0.05, 0.03, Verdict.NOT_SHOWN),
        (-0.05, -0.01, Verdict.NOT_SHOWN),
        (0.0, 0.05, Verdict.NOT_SHOWN),
        (-0.02, 0.01, Verdict.NOT_SHOWN),
    ],
)
def test_each_verdict_follows_from_its_interval(lower, upper, expected):
    assert verdict(a_difference(lower, upper), RULE) is expected


@given(st.floats(-1, 1), st.floats(0, 1))
def test_a_wider_interval_never_turns_nothing_shown_into_something(middle, width):
    narrow = a_difference(middle - width, middle + width)
    wide = a_difference(middle - width - 0.1, middle + width + 0.1)
    if verdict(narrow, RULE) is Verdict.NOT_SHOWN:
        assert verdict(wide, RULE) is Verdict.NOT_SHOWN


@given(st.floats(-1, 1), st.floats(0.001, 1))
def test_with_a_symmetric_rule_to_exchange_the_models_exchanges_the_verdict(middle, width):
    rule = Rule(equivalence_within=0.02, advantage_above=0.0, disadvantage_below=0.0)
    other = {Verdict.ADVANTAGE: Verdict.DISADVANTAGE, Verdict.DISADVANTAGE: Verdict.ADVANTAGE}
    said = verdict(a_difference(middle - width, middle + width), rule)
    turned = verdict(a_difference(-middle - width, -middle + width), rule)
    assert turned is other.get(said, said)


def test_a_difference_without_an_interval_is_no_ground_for_a_verdict():
    bare = Estimate(value=0.1, se=None, lower=None, upper=None, level=0.95, n=9, method="?")
    with pytest.raises(NotEstimable, match="expected an interval"):
        verdict(bare, RULE)
    with pytest.raises(NotEstimable, match="expected a standard error"):
        at_confidence(bare, 0.9)


def test_a_difference_without_error_is_not_made_certain_at_another_confidence():
    """Two models that both separate 20 patients: its bounds are exact ones, and wide."""
    both = Estimate(
        value=0.1, se=0.0, lower=-0.2, upper=0.3, level=0.95, n=20, method="exact bound"
    )
    assert verdict(both, RULE) is Verdict.NOT_SHOWN
    with pytest.raises(NotEstimable, match="above 0, got 0"):
        at_confidence(both, 0.9)


@pytest.mark.parametrize(
    "bounds",
    [
        {"equivalence_within": 0.0, "advantage_above": 0.0, "disadvantage_below": 0.0},
        {"equivalence_within": 0.1, "advantage_above": -0.1, "disadvantage_below": -0.1},
        {"equivalence_within": 0.1, "advantage_above": 0.1, "disadvantage_below": 0.1},
        {"equivalence_within": inf, "advantage_above": 0.1, "disadvantage_below": -0.1},
        {"equivalence_within": nan, "advantage_above": 0.1, "disadvantage_below": -0.1},
        {"equivalence_within": 0.1, "advantage_above": nan, "disadvantage_below": -0.1},
    ],
)
def test_a_rule_whose_bounds_do_not_surround_zero_is_refused(bounds):
    with pytest.raises(NotEstimable, match="correct the protocol"):
        Rule(**bounds)


def test_two_one_sided_tests_at_five_per_cent_use_the_ninety_per_cent_interval():
    found = at_confidence(wald(0.0, 0.011, confidence=0.95, n=500, method="DeLong"), 0.90)
    assert found.upper == pytest.approx(1.6448536 * 0.011)
    assert verdict(found, RULE) is Verdict.EQUIVALENCE
    assert verdict(at_confidence(found, 0.95), RULE) is Verdict.NOT_SHOWN
