"""How often, with an interval that holds at none and at all."""

import pytest

from probatum.analysis.proportion import (
    negative_predictive_value,
    positive_predictive_value,
    proportion,
    sensitivity,
    specificity,
    weighted_proportion,
)
from probatum.errors import NotEstimable

#                 true +  false -  false +  true -
OUTCOME = [1] * 8 + [1] * 2 + [0] * 5 + [0] * 15
POSITIVE = [1] * 8 + [0] * 2 + [1] * 5 + [0] * 15


@pytest.mark.parametrize(
    ("share", "expected", "n"),
    [
        (sensitivity, 8 / 10, 10),
        (specificity, 15 / 20, 20),
        (positive_predictive_value, 8 / 13, 13),
        (negative_predictive_value, 15 / 17, 17),
    ],
)
def test_the_four_shares_of_a_table_worked_by_hand(share, expected, n):
    found = share(OUTCOME, POSITIVE)
    assert found.value == pytest.approx(expected)
    assert found.n == n
    assert found.interval == pytest.approx(proportion(round(expected * n), n).interval)


def test_wilson_worked_by_hand():
    """At 0 of n the upper bound is z^2/(n + z^2)."""
    z2 = 1.959963984540054**2
    assert proportion(0, 10).interval == (0, pytest.approx(z2 / (10 + z2)))


def test_agresti_coull_worked_by_hand():
    """Two of ten with z^2/2 added on either side: share p of n + z^2, then Wald."""
    z2 = 1.959963984540054**2
    share = (2 + z2 / 2) / (10 + z2)
    half = (z2 * share * (1 - share) / (10 + z2)) ** 0.5
    found = proportion(2, 10, method="agresti-coull")
    assert found.value == 0.2
    assert found.interval == pytest.approx((share - half, share + half))


def test_none_of_n_still_has_an_interval():
    for method in ("wilson", "clopper-pearson", "jeffreys", "agresti-coull"):
        none, everybody = (proportion(k, 30, method=method) for k in (0, 30))
        assert none.lower == 0
        assert none.upper > 0.05
        assert everybody.upper == 1
        assert everybody.lower < 0.95


def test_weights_move_the_share_and_widen_its_interval():
    weight = [3.0] * 4 + [1.0] * 26
    plain, weighted = (sensitivity(OUTCOME, POSITIVE, weight=w) for w in (None, weight))
    assert weighted.value == pytest.approx(16 / 18)
    assert "Kish effective n 7.7" in weighted.method  # 18^2 / 42
    assert weighted.n == plain.n


def test_equal_weights_are_no_weights():
    weighted = weighted_proportion(OUTCOME, weight=[2.5] * 30)
    plain = proportion(10, 30)
    assert weighted.interval == pytest.approx(plain.interval)
    assert weighted.method == plain.method


@pytest.mark.parametrize(
    ("share", "outcome", "positive"),
    [
        (sensitivity, [0, 0], [1, 0]),
        (specificity, [1, 1], [1, 0]),
        (positive_predictive_value, [1, 0], [0, 0]),
        (negative_predictive_value, [1, 0], [1, 1]),
    ],
)
def test_a_share_of_nobody_does_not_exist(share, outcome, positive):
    with pytest.raises(NotEstimable, match="got none"):
        share(outcome, positive)


@pytest.mark.parametrize(("events", "n"), [(1, 0), (3, 2), (-1, 2), (0, 0)])
def test_counts_that_cannot_be_are_refused(events, n):
    with pytest.raises(NotEstimable, match="events"):
        proportion(events, n)


def test_a_wald_interval_is_not_offered():
    with pytest.raises(NotEstimable, match="wilson"):
        proportion(1, 10, method="normal")


def test_a_risk_is_no_test_result():
    with pytest.raises(NotEstimable, match=r"^positive — expected 0 or 1"):
        sensitivity([1, 0], [0.7, 0.2])


def test_a_level_that_is_none_is_refused():
    with pytest.raises(NotEstimable, match="level"):
        proportion(1, 10, confidence=95)
