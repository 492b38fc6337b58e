"""Intervals and evidence that hold however often one looks and whenever one stops."""

import json

import numpy as np
import pytest

from probatum.analysis.sequential import confidence_sequence, e_value
from probatum.errors import NotEstimable

METHODS = ["betting", "empirical-bernstein", "beta-binomial"]
LN_40 = np.log(40)


def test_beta_binomial_bounds_worked_by_hand():
    """After n events of n: (n + 1) p^n > .05, so p > (.05 / (n + 1))^(1/n); no upper bound."""
    found = confidence_sequence([1, 1, 1], method="beta-binomial")
    n = np.array([1, 2, 3])
    np.testing.assert_allclose(found.lower, (0.05 / (n + 1)) ** (1 / n), rtol=1e-12)
    np.testing.assert_array_equal(found.upper, 1)
    np.testing.assert_array_equal(found.value, 1)


def test_empirical_bernstein_bounds_worked_by_hand():
    """
    Two values of 1/2: every guess of the mean is right, so only ln 40 is paid; the first bet is
    1/2 and the second, with variance (1/4 + 0)/2 estimated, as large: half-width ln 40 / 1.
    """
    found = confidence_sequence([0.5] * 40, method="empirical-bernstein")
    assert (found.lower[1], found.upper[1]) == (0, 1)
    t = np.arange(1, 41)
    variance = np.append(0.25, 0.25 / (t[:-1] + 1))
    bet = np.minimum(np.sqrt(2 * LN_40 / (variance * t * np.log(1 + t))), 0.5)
    assert found.upper[-1] == pytest.approx(0.5 + LN_40 / bet.sum())


def test_betting_bounds_worked_by_hand():
    """
    Two ones: with bets a = root(2 ln 40 / (ln 2 / 4)) and b = root(2 ln 40 / (.3125 ln 3)) and
    u = 1 - m, wealth is (1 + au)(1 + bu); it is 40 where ab u^2 + (a + b) u = 39.
    """
    a, b = np.sqrt(2 * LN_40 / (np.log(2) / 4)), np.sqrt(2 * LN_40 / (0.3125 * np.log(3)))
    edge = 1 - np.roots([a * b, a + b, -39]).max()
    found = confidence_sequence([1, 1], resolution=100_000)
    assert found.lower[-1] == pytest.approx(np.floor(edge * 1e5) / 1e5)
    assert found.upper[-1] == 1


def test_one_bound_alone_pays_for_one_side():
    """ln 20 instead of ln 40: one bound at 0.95 is that of an interval at 0.9."""
    value = [0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1]
    for method in METHODS[:2]:
        wide = confidence_sequence(value, method=method, confidence=0.9)
        lower, upper = (
            confidence_sequence(value, method=method, side=side) for side in ("lower", "upper")
        )
        np.testing.assert_allclose(lower.lower, wide.lower, atol=1e-12)
        np.testing.assert_allclose(upper.upper, wide.upper, atol=1e-12)
        assert (lower.upper == 1).all()
        assert (upper.lower == 0).all()
        assert "lower bound only" in lower.now.method


def test_a_bound_alone_ends_at_the_range():
    found = confidence_sequence([2, 4, 3], least=1, most=5, side="upper")
    assert found.now.lower == 1


def test_an_e_value_by_betting_worked_by_hand():
    """
    No bet on the first, whose guess of 1/2 is the claim; after a one, the mean is .75 and the
    variance .15625, the bet .25 / (.15625 + .0625) = 8/7, and the wealth 1 + 4/7.
    """
    found = e_value([1, 1], 0.5)
    assert np.exp(found.log_e) == pytest.approx([1, 11 / 7])
    assert found.p_value == pytest.approx(7 / 11)
    assert e_value([1, 1], 0.5, alternative="less").log_e[-1] == 0


def test_an_e_value_by_mixture_worked_by_hand():
    """Two ones: the integral of p^2 is 1/3, the claim gives 1/4."""
    found = e_value([1, 1], 0.5, method="beta-binomial")
    assert found.as_dict()["e_value"] == pytest.approx(4 / 3)


def test_the_best_p_value_remembers_what_later_patients_take_back():
    found = e_value([1] * 12 + [0] * 12, 0.5)
    assert found.p_value_best < 0.05 < found.p_value


def test_wealth_beyond_the_largest_double_is_told_by_its_logarithm():
    told = e_value(np.ones(3000), 0.3).as_dict()
    assert "e_value" not in told
    assert told["log_e"][-1] > 710
    json.dumps(told, allow_nan=False)


@pytest.mark.parametrize("method", METHODS)
def test_a_sequence_is_told_patient_by_patient(method):
    found = confidence_sequence([1, 0, 1], method=method, confidence=0.9)
    told = found.as_dict()
    assert told["patients"] == [1, 2, 3]
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert found.now.n == 3
    assert found.now.interval == (told["lower"][-1], told["upper"][-1])


def test_a_mean_that_changed_leaves_no_mean():
    with pytest.raises(NotEstimable, match="changed over time"):
        confidence_sequence([1] * 60 + [0] * 400, method="beta-binomial")


@pytest.mark.parametrize(
    ("value", "options", "told"),
    [
        ([], {}, "at least one"),
        ([0.2, np.nan], {}, "finite"),
        ([0.2, 1.5], {}, "outside"),
        ([0.2], {"method": "beta-binomial"}, "0 or 1"),
        ([0.2], {"method": "wald"}, "method"),
        ([0.2], {"least": 1.0, "most": 1.0}, "range"),
        ([0.2], {"confidence": 1.0}, "confidence"),
        ([0.2], {"resolution": 1}, "resolution"),
        ([0.2], {"resolution": 10.5}, "resolution"),
        ([0.2], {"resolution": "fine"}, "resolution"),
        ([0.2], {"most": "1"}, "range"),
        ([0.2], {"side": "left"}, "side — expected one of"),
        ([1], {"side": "lower", "method": "beta-binomial"}, "side — expected both"),
    ],
)
def test_a_sequence_of_nothing_known_is_refused(value, options, told):
    with pytest.raises(NotEstimable, match=told):
        confidence_sequence(value, **options)


@pytest.mark.parametrize(
    ("null", "options", "told"),
    [
        (0.0, {}, "strictly between"),
        (1.0, {}, "strictly between"),
        (np.nan, {}, "strictly between"),
        ("0.5", {}, "strictly between"),
        (0.5, {"alternative": "more"}, "alternative"),
        (0.5, {"method": "wald"}, "method"),
        (0.5, {"method": "beta-binomial", "alternative": "greater"}, "two sides"),
        (0.5, {"method": "beta-binomial", "most": 2.0}, "0 or 1"),
    ],
)
def test_a_claim_that_is_none_is_refused(null, options, told):
    with pytest.raises(NotEstimable, match=told):
        e_value([0, 1], null, **options)


@pytest.mark.parametrize("method", METHODS)
def test_a_million_patients_leave_a_narrow_interval(method):
    outcome = np.random.default_rng(3).random(1_000_000) < 0.1
    found = confidence_sequence(outcome, method=method).now
    assert found.lower < 0.1 < found.upper
    assert found.upper - found.lower < 0.006
