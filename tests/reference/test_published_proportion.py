"""Intervals of proportions agree with the table every later paper is checked against."""

import pytest

from probatum.analysis.proportion import proportion

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
