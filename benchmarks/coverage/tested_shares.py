"""What a test with two results is worth, with clusters and where not everybody is verified."""

from collections.abc import Iterator

from benchmarks.coverage import populations as of
from benchmarks.coverage.row import Row, conservative, interval, since
from probatum.analysis import proportion as p

FEW = "six events at n = 20, of which counts leave few intervals"


def rows() -> Iterator[Row]:
    """Sensitivity and specificity, predictive values, ratios; clusters; verification."""
    yield from _values()
    yield from _ratios()
    yield from _at_prevalence()
    yield from _clustered()
    yield from _verified()


def _values() -> Iterator[Row]:
    e, se, sp = of.EVENTS, of.FOUND, of.CLEARED
    positive = e * se + (1 - e) * (1 - sp)
    truths = {
        p.sensitivity: se,
        p.specificity: sp,
        p.positive_predictive_value: e * se / positive,
        p.negative_predictive_value: (1 - e) * sp / (1 - positive),
    }
    for ask, truth in truths.items():
        name = ask.__name__.replace("_", "-")
        yield interval(name, of.tested, ask, truth, since(50), why=FEW)
    for ask in (p.sensitivity_difference, p.specificity_difference):
        for method in ("tango", "newcombe"):
            asked = lambda *a, f=ask, m=method: f(*a, method=m)  # noqa: E731
            name = f"{ask.__name__.replace('_', '-')} ({method})"
            yield interval(name, of.tested_twice, asked, 0.05, since(200))


def _ratios() -> Iterator[Row]:
    se, sp = of.FOUND, of.CLEARED
    for method in ("koopman", "log"):
        plus = lambda *a, m=method: p.likelihood_ratio_positive(*a, method=m)  # noqa: E731
        minus = lambda *a, m=method: p.likelihood_ratio_negative(*a, method=m)  # noqa: E731
        yield interval(
            f"likelihood-ratio-positive ({method})", of.tested, plus, se / (1 - sp), since(200)
        )
        yield interval(
            f"likelihood-ratio-negative ({method})", of.tested, minus, (1 - se) / sp, since(200)
        )
    for method in ("cornfield", "log"):
        odds = lambda *a, m=method: p.diagnostic_odds_ratio(*a, method=m)  # noqa: E731
        yield interval(
            f"diagnostic-odds-ratio ({method})",
            of.tested,
            odds,
            se * sp / (1 - se) / (1 - sp),
            since(200),
        )


def _at_prevalence() -> Iterator[Row]:
    se, sp = of.FOUND, of.CLEARED
    ppv = 0.1 * se / (0.1 * se + 0.9 * (1 - sp))
    npv = 0.9 * sp / (0.9 * sp + 0.1 * (1 - se))
    for method in ("logit", "koopman"):
        asked = {"prevalence": 0.1, "method": method}
        yield interval(
            f"ppv-at-prevalence ({method}, 0.1)",
            of.tested,
            lambda *a, o=asked: p.ppv_at_prevalence(*a, **o),
            ppv,
            since(200),
        )
        yield interval(
            f"npv-at-prevalence ({method}, 0.1)",
            of.tested,
            lambda *a, o=asked: p.npv_at_prevalence(*a, **o),
            npv,
            since(200),
        )


def _clustered() -> Iterator[Row]:
    few = "clusters of 5: four of them at n = 20"
    e, found, cleared = of.EVENTS, of.clustered_share(-1.0), 1 - of.clustered_share(0.8)
    asked = {
        "clustered-sensitivity": (p.clustered_sensitivity, found),
        "clustered-specificity": (p.clustered_specificity, cleared),
        "clustered-proportion": (
            lambda _, t, cluster: p.clustered_proportion(t, cluster),
            e * found + (1 - e) * (1 - cleared),
        ),
    }
    for name, (ask, truth) in asked.items():
        yield interval(name, of.clustered_tests, ask, truth, since(200), why=few)


def _verified() -> Iterator[Row]:
    for word, truth in {"sensitivity": of.FOUND, "specificity": of.CLEARED}.items():
        ask = getattr(p, f"begg_greenes_{word}")
        yield interval(f"begg-greenes-{word}", of.partly_verified, ask, truth, since(200))
    widest = conservative("it holds all that the unverified leave possible")
    for word, truth in {"sensitivity": of.FOUND, "specificity": of.CLEARED}.items():
        ask = getattr(p, f"verification_bounds_{word}")
        yield interval(
            f"verification-bounds-{word}",
            of.partly_verified,
            lambda *a, f=ask: of.Bounds.of(f(*a)),
            truth,
            widest,
            why="by design",
        )
