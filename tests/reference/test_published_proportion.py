"""Intervals of proportions agree with the table every later paper is checked against."""

import pytest

from probatum.analysis.proportion import proportion
from probatum.analysis.proportion.discordance import corrected_bounds, mid_p_bounds

NEWCOMBE = [
    (81, 263, "wilson", 0.2553, 0.3662),
    (15, 148, "wilson", 0.0624, 0.1605),
    (0, 20, "wilson", 0.0000, 0.1611),
    (1, 29, "wilson", 0.0061, 0.1718),
    (81, 263, "clopper-pearson", 0.2527, 0.3676),
    (15, 148, "clopper-pearson", 0.0578, 0.1617),
    (0, 20, "clopper-pearson", 0.0000, 0.1684),
    (1, 29, "clopper-pearson", 0.0009, 0.1776),
]
"""Newcombe RG. Stat Med 1998;17:857-872, table I, methods 3 (score) and 5 (exact)."""


@pytest.mark.parametrize(("events", "n", "method", "lower", "upper"), NEWCOMBE)
def test_intervals_agree_with_newcombe(events, n, method, lower, upper):
    found = proportion(events, n, method=method)
    assert found.interval == pytest.approx((lower, upper), abs=5.1e-5)


@pytest.mark.parametrize(
    ("bounds", "events", "n", "lower", "upper"),
    [
        (corrected_bounds, 81, 263, 0.2535, 0.3682),
        (corrected_bounds, 15, 148, 0.0598, 0.1644),
        (corrected_bounds, 0, 20, 0.0000, 0.2005),
        (corrected_bounds, 1, 29, 0.0018, 0.1963),
        (mid_p_bounds, 81, 263, 0.2544, 0.3658),
        (mid_p_bounds, 15, 148, 0.0601, 0.1581),
        (mid_p_bounds, 0, 20, 0.0000, 0.1391),
        (mid_p_bounds, 1, 29, 0.0017, 0.1585),
    ],
)
def test_intervals_of_a_discordant_share_agree_with_newcombe(bounds, events, n, lower, upper):
    """The same table I, methods 4 (continuity correction) and 6 (mid-p); from memory."""
    assert bounds(events, n, 0.95) == pytest.approx((lower, upper), abs=5.1e-5)


def test_agresti_coull_agrees_with_its_formula_in_r():
    """
    > # R 4.2.2, 2026-11-28
    > z2 <- qnorm(.975)^2; n <- 148 + z2; p <- (15 + z2/2) / n
    > p + c(-1, 1) * sqrt(z2 * p * (1 - p) / n)
    """
    found = proportion(15, 148, method="agresti-coull")
    assert found.interval == pytest.approx((0.0613859749288, 0.1614876663252), abs=1e-12)
