"""Betting agrees with what its authors' own programs give, and mixtures with exact counting."""

import math

import numpy as np
import pytest

from probatum.analysis.sequential import confidence_sequence, e_value

PATIENTS = np.arange(1, 201)
SKEWED = (PATIENTS * 0.6180339887498949 % 1) ** 3
CYCLIC = ((PATIENTS * PATIENTS) % 7 < 3) * 1.0
AFTER = [9, 49, 199]

BETTING = [
    (SKEWED, [0.049, 0.145, 0.189], [0.621, 0.371, 0.312]),
    (CYCLIC, [0.273, 0.515, 0.604], [0.993, 0.874, 0.814]),
]
WEALTH = [
    (SKEWED, [0.41983957, 4.79394436, 19.74748843]),
    (CYCLIC, [0.78250569, 8.58459726, 37.09284497]),
]
"""
Functions of github.com/gostevehoward/confseq (I. Waudby-Smith), src/confseq/betting.py at
04e44648 and betting_strategies.py at 113f874e, on these 200 values, 2026-11-28:

>>> betting_cs(x, alpha=0.05, breaks=1000, running_intersection=True)      # bounds after 10,
>>> lambdas = lambda_aKelly(x, m=0.4, trunc_scale=0.75)                     # 50 and 200 values
>>> np.cumsum(np.log(1 + lambdas * (x - 0.4)))
"""


@pytest.mark.parametrize(("value", "lower", "upper"), BETTING)
def test_bounds_by_betting_agree_with_the_authors_of_confseq(value, lower, upper):
    found = confidence_sequence(value, resolution=1000)
    np.testing.assert_allclose(found.lower[AFTER], lower, atol=1e-9)
    np.testing.assert_allclose(found.upper[AFTER], upper, atol=1e-9)


@pytest.mark.parametrize(("value", "log_wealth"), WEALTH)
def test_wealth_agrees_with_the_authors_of_confseq(value, log_wealth):
    np.testing.assert_allclose(e_value(value, 0.4).log_e[AFTER], log_wealth, atol=6e-9)


def test_beta_binomial_bounds_agree_with_counting_in_whole_numbers():
    """
    Robbins 1970: p is left out once (n + 1) C(n, k) p^k (1 - p)^(n - k) is alpha or less; at a
    bound, that is just so after the patient who moved it there.
    """
    value = CYCLIC[:20]
    found = confidence_sequence(value, method="beta-binomial", confidence=0.9)
    events = np.cumsum(value).astype(int).tolist()
    for p in (float(found.lower[-1]), float(found.upper[-1])):
        least = min(
            (n + 1) * math.comb(n, k) * p**k * (1 - p) ** (n - k)
            for n, k in enumerate(events, start=1)
        )
        assert least == pytest.approx(0.1, rel=1e-10)


def test_an_e_value_by_mixture_agrees_with_counting_in_whole_numbers():
    n, k = 200, int(CYCLIC.sum())
    exact = 1 / ((n + 1) * math.comb(n, k) * 0.6**k * 0.4 ** (n - k))
    found = e_value(CYCLIC, 0.6, method="beta-binomial")
    assert found.as_dict()["e_value"] == pytest.approx(exact, rel=1e-10)
