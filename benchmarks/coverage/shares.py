"""Intervals of proportions, from counts and from tests with two results."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.coverage import populations as of
from benchmarks.coverage.interval import Interval, row
from probatum.analysis import proportion


def of_counts() -> Iterator[Interval]:
    """Shares, differences and ratios from counts."""
    p = proportion
    for method in ("wilson", "clopper-pearson", "jeffreys", "agresti-coull"):
        yield row(
            f"proportion ({method}, p = 0.1)",
            lambda n, rng: (int(rng.binomial(n, 0.1)), n),
            lambda k, n, m=method: p.proportion(k, n, method=m),
            0.1,
        )

    def two(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
        return int(rng.binomial(n // 2, 0.3)), n // 2, int(rng.binomial(n // 2, 0.2)), n // 2

    for method in ("miettinen-nurminen", "newcombe"):
        ask = lambda *a, m=method: p.proportion_difference(*a, method=m)  # noqa: E731
        yield row(f"proportion-difference ({method})", two, ask, 0.1)
    for method in ("miettinen-nurminen", "koopman"):
        ask = lambda *a, m=method: p.proportion_ratio(*a, method=m)  # noqa: E731
        yield row(f"proportion-ratio ({method})", two, ask, 1.5)

    def pairs(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
        return tuple(int(k) for k in rng.multinomial(n, [0.5, 0.15, 0.1, 0.25]))

    for method in ("tango", "newcombe"):
        ask = lambda *a, m=method: p.paired_difference(*a, method=m)  # noqa: E731
        yield row(f"paired-difference ({method})", pairs, ask, 0.05)
    for method in ("exact", "mid-p", "asymptotic"):
        yield row(
            f"mcnemar ({method})",
            pairs,
            lambda _, b, c, __, m=method: p.mcnemar(b, c, method=m),
            0.6,
        )


def of_tests() -> Iterator[Interval]:
    """What a test with two results is worth."""
    p, e, se, sp = proportion, of.EVENTS, of.FOUND, of.CLEARED
    positive = e * se + (1 - e) * (1 - sp)
    yield row("sensitivity", of.tested, p.sensitivity, se)
    yield row("specificity", of.tested, p.specificity, sp)
    yield row(
        "positive-predictive-value", of.tested, p.positive_predictive_value, e * se / positive
    )
    yield row(
        "negative-predictive-value",
        of.tested,
        p.negative_predictive_value,
        (1 - e) * sp / (1 - positive),
    )
    for method in ("koopman", "log"):
        plus = lambda *a, m=method: p.likelihood_ratio_positive(*a, method=m)  # noqa: E731
        minus = lambda *a, m=method: p.likelihood_ratio_negative(*a, method=m)  # noqa: E731
        yield row(f"likelihood-ratio-positive ({method})", of.tested, plus, se / (1 - sp))
        yield row(f"likelihood-ratio-negative ({method})", of.tested, minus, (1 - se) / sp)
    for method in ("cornfield", "log"):
        odds = lambda *a, m=method: p.diagnostic_odds_ratio(*a, method=m)  # noqa: E731
        yield row(
            f"diagnostic-odds-ratio ({method})",
            of.tested,
            odds,
            se * sp / (1 - se) / (1 - sp),
        )
    yield row(
        "ppv-at-prevalence (0.1)",
        of.tested,
        lambda *a: p.ppv_at_prevalence(*a, prevalence=0.1),
        0.1 * se / (0.1 * se + 0.9 * (1 - sp)),
    )
    yield row(
        "npv-at-prevalence (0.1)",
        of.tested,
        lambda *a: p.npv_at_prevalence(*a, prevalence=0.1),
        0.9 * sp / (0.9 * sp + 0.1 * (1 - se)),
    )
    yield row("sensitivity-difference", of.tested_twice, p.sensitivity_difference, 0.05)
    yield row("specificity-difference", of.tested_twice, p.specificity_difference, 0.05)
    found, cleared = of.clustered_share(-1.0), 1 - of.clustered_share(0.8)
    yield row("clustered-sensitivity", of.clustered_tests, p.clustered_sensitivity, found)
    yield row("clustered-specificity", of.clustered_tests, p.clustered_specificity, cleared)
    yield row(
        "clustered-proportion",
        of.clustered_tests,
        lambda _, t, cluster: p.clustered_proportion(t, cluster),
        e * found + (1 - e) * (1 - cleared),
    )
    yield row("begg-greenes-sensitivity", of.partly_verified, p.begg_greenes_sensitivity, se)
    yield row("begg-greenes-specificity", of.partly_verified, p.begg_greenes_specificity, sp)
