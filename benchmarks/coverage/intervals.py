"""Every interval of the statistics, with a population and the truth it should hold."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from benchmarks.coverage import populations as of
from benchmarks.coverage.populations import Draw
from probatum.analysis import (
    bootstrapped,
    calibration,
    decision,
    discrimination,
    drift,
    proportion,
)
from probatum.analysis.estimate import Estimate

SIZES = (20, 50, 200)
T = of.THRESHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """One interval, put to samples of one population.

    Attributes
    ----------
    name : str
        Of the statistic, as `probatum stat` knows it, and in brackets what was asked for.
    draw : callable
        Takes a size and a generator; returns what the statistic is asked of.
    ask : callable
        Returns an `Estimate`.
    truth : callable
        The value in the population.
    rounds : int
        Samples of each size.
    sizes : tuple of int
    """

    name: str
    draw: Draw
    ask: Callable[..., Estimate]
    truth: Callable[[], float]
    rounds: int = 4000
    sizes: tuple[int, ...] = SIZES


def intervals() -> Iterator[Interval]:
    """Every interval, subject by subject."""
    yield from _discrimination()
    yield from _censored()
    yield from _proportions()
    yield from _tests()
    yield from _calibration()
    yield from _decision()
    yield from _drift()
    yield from _bootstrapped()


def _row(
    name: str, draw: Draw, ask: Callable[..., Estimate], truth: Any, **of_it: Any
) -> Interval:
    found = truth if callable(truth) else lambda: float(truth)
    return Interval(name=name, draw=draw, ask=ask, truth=found, **of_it)


def _discrimination() -> Iterator[Interval]:
    d, plain = discrimination, of.area()
    yield _row("auc", of.scores, d.auc, plain)
    yield _row("auc (logit)", of.scores, lambda *a: d.auc(*a, interval="logit"), plain)
    gain = plain - of.area(of.WEAKER)
    yield _row("auc-difference", of.two_scores, d.auc_difference, gain)
    yield _row("auc-difference-unpaired", of.two_groups, d.auc_difference_unpaired, gain)
    together = np.sqrt(1 + of.SHARED**2)
    yield _row("clustered-auc", of.clustered_scores, d.clustered_auc, of.area(spread=together))
    apart = of.area(spread=together) - of.area(of.WEAKER, together)
    yield _row(
        "clustered-auc-difference", of.clustered_two_scores, d.clustered_auc_difference, apart
    )
    yield _row(
        "partial-auc (to 0.2)",
        of.scores,
        lambda *a: d.partial_auc(*a, fpr_max=0.2),
        lambda: of.partial_area(0.2),
    )
    yield _row(
        "sensitivity-at-specificity (0.8)",
        of.scores,
        lambda *a: d.sensitivity_at_specificity(*a, specificity=0.8),
        special.ndtr(of.SEPARATION + special.ndtri(0.2)),
    )
    yield _row(
        "specificity-at-sensitivity (0.8)",
        of.scores,
        lambda *a: d.specificity_at_sensitivity(*a, sensitivity=0.8),
        special.ndtr(of.SEPARATION - special.ndtri(0.8)),
    )
    for variance in ("influence", "binomial"):
        yield _row(
            f"average-precision ({variance})",
            of.scores,
            lambda *a, v=variance: d.average_precision(*a, variance=v),
            of.mean_precision,
        )


def _censored() -> Iterator[Interval]:
    d, c = discrimination, calibration
    asked = {
        "time-dependent-auc": lambda *a: d.time_dependent_auc(*a, horizon=1.0),
        "c-index": d.c_index,
        "uno-c-index": lambda *a: d.uno_c_index(*a, horizon=1.0),
        "brier-survival": lambda *a: c.brier_survival(*a, horizon=1.0),
        "observed-expected-survival": lambda *a: c.observed_expected_survival(*a, horizon=1.0),
        "net-benefit-survival": lambda *a: decision.net_benefit_survival(
            *a, threshold=T, horizon=1.0
        ),
    }
    for name, ask in asked.items():
        yield _row(
            name,
            of.followed,
            ask,
            lambda ask=ask: of.limit(of.followed, lambda *a: ask(*a).value),
            rounds=2000,
        )


def _proportions() -> Iterator[Interval]:
    p = proportion
    for method in ("wilson", "clopper-pearson", "jeffreys", "agresti-coull"):
        yield _row(
            f"proportion ({method}, p = 0.1)",
            lambda n, rng: (int(rng.binomial(n, 0.1)), n),
            lambda k, n, m=method: p.proportion(k, n, method=m),
            0.1,
        )

    def two(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
        return int(rng.binomial(n // 2, 0.3)), n // 2, int(rng.binomial(n // 2, 0.2)), n // 2

    for method in ("miettinen-nurminen", "newcombe"):
        ask = lambda *a, m=method: p.proportion_difference(*a, method=m)  # noqa: E731
        yield _row(f"proportion-difference ({method})", two, ask, 0.1)
    for method in ("miettinen-nurminen", "koopman"):
        ask = lambda *a, m=method: p.proportion_ratio(*a, method=m)  # noqa: E731
        yield _row(f"proportion-ratio ({method})", two, ask, 1.5)

    def pairs(n: int, rng: np.random.Generator) -> tuple[Any, ...]:
        return tuple(int(k) for k in rng.multinomial(n, [0.5, 0.15, 0.1, 0.25]))

    for method in ("tango", "newcombe"):
        ask = lambda *a, m=method: p.paired_difference(*a, method=m)  # noqa: E731
        yield _row(f"paired-difference ({method})", pairs, ask, 0.05)
    for method in ("exact", "mid-p", "asymptotic"):
        yield _row(
            f"mcnemar ({method})",
            pairs,
            lambda _, b, c, __, m=method: p.mcnemar(b, c, method=m),
            0.6,
        )


def _tests() -> Iterator[Interval]:
    p, e, se, sp = proportion, of.EVENTS, of.FOUND, of.CLEARED
    positive = e * se + (1 - e) * (1 - sp)
    yield _row("sensitivity", of.tested, p.sensitivity, se)
    yield _row("specificity", of.tested, p.specificity, sp)
    yield _row(
        "positive-predictive-value", of.tested, p.positive_predictive_value, e * se / positive
    )
    yield _row(
        "negative-predictive-value",
        of.tested,
        p.negative_predictive_value,
        (1 - e) * sp / (1 - positive),
    )
    for method in ("koopman", "log"):
        plus = lambda *a, m=method: p.likelihood_ratio_positive(*a, method=m)  # noqa: E731
        minus = lambda *a, m=method: p.likelihood_ratio_negative(*a, method=m)  # noqa: E731
        yield _row(f"likelihood-ratio-positive ({method})", of.tested, plus, se / (1 - sp))
        yield _row(f"likelihood-ratio-negative ({method})", of.tested, minus, (1 - se) / sp)
    for method in ("cornfield", "log"):
        odds = lambda *a, m=method: p.diagnostic_odds_ratio(*a, method=m)  # noqa: E731
        yield _row(
            f"diagnostic-odds-ratio ({method})",
            of.tested,
            odds,
            se * sp / (1 - se) / (1 - sp),
        )
    yield _row(
        "ppv-at-prevalence (0.1)",
        of.tested,
        lambda *a: p.ppv_at_prevalence(*a, prevalence=0.1),
        0.1 * se / (0.1 * se + 0.9 * (1 - sp)),
    )
    yield _row(
        "npv-at-prevalence (0.1)",
        of.tested,
        lambda *a: p.npv_at_prevalence(*a, prevalence=0.1),
        0.9 * sp / (0.9 * sp + 0.1 * (1 - se)),
    )
    yield _row("sensitivity-difference", of.tested_twice, p.sensitivity_difference, 0.05)
    yield _row("specificity-difference", of.tested_twice, p.specificity_difference, 0.05)
    found, cleared = of.clustered_share(-1.0), 1 - of.clustered_share(0.8)
    yield _row("clustered-sensitivity", of.clustered_tests, p.clustered_sensitivity, found)
    yield _row("clustered-specificity", of.clustered_tests, p.clustered_specificity, cleared)
    yield _row(
        "clustered-proportion",
        of.clustered_tests,
        lambda _, t, cluster: p.clustered_proportion(t, cluster),
        e * found + (1 - e) * (1 - cleared),
    )
    yield _row("begg-greenes-sensitivity", of.partly_verified, p.begg_greenes_sensitivity, se)
    yield _row("begg-greenes-specificity", of.partly_verified, p.begg_greenes_specificity, sp)


def _calibration() -> Iterator[Interval]:
    c = calibration
    spread = lambda: of.mean_risk(lambda p: p * (1 - p))  # noqa: E731
    events = lambda: of.mean_risk(lambda p: p)  # noqa: E731
    yield _row("in-the-large", of.risks, c.in_the_large, 0)
    yield _row("slope", of.risks, c.slope, 1)
    yield _row("slope (of risks too extreme)", of.extreme_risks, c.slope, 1 / 1.5)
    yield _row("observed-expected", of.risks, c.observed_expected, 1)
    yield _row("brier", of.risks, c.brier, spread)
    yield _row(
        "scaled-brier",
        of.risks,
        c.scaled_brier,
        lambda: 1 - spread() / events() / (1 - events()),
    )
    yield _row("spiegelhalter", of.risks, c.spiegelhalter, 0)
    for name, index in {"ici": c.ici, "e50": c.e50, "e90": c.e90}.items():
        yield _row(
            f"{name} (spline, of risks too extreme)",
            of.extreme_risks,
            lambda *a, f=index: f(*a, smoother="spline", seed=1, replicates=200),
            lambda f=index: of.limit(
                of.extreme_risks, lambda *a: f(*a, smoother="spline").value, n=100_000
            ),
            rounds=200,
            sizes=(50, 200),
        )
    yield _row(
        "ece (10 groups, of risks too extreme)",
        of.extreme_risks,
        lambda *a: c.ece(*a, seed=1, replicates=200),
        lambda: of.limit(of.extreme_risks, lambda *a: c.ece(*a).value),
        rounds=400,
    )


def _decision() -> Iterator[Interval]:
    d, odds = decision, T / (1 - T)
    events = lambda: of.mean_risk(lambda p: p)  # noqa: E731
    model = lambda: of.mean_of_steps(of.worth)  # noqa: E731
    everybody = lambda: events() - (1 - events()) * odds  # noqa: E731
    at = {"threshold": T}
    yield _row("net-benefit", of.risks, lambda *a: d.net_benefit(*a, **at), model)
    yield _row(
        "net-benefit-difference",
        of.risks,
        lambda *a: d.net_benefit_difference(*a, **at),
        lambda: model() - everybody(),
    )
    yield _row(
        "standardised-net-benefit",
        of.risks,
        lambda *a: d.standardised_net_benefit(*a, **at),
        lambda: model() / events(),
    )
    yield _row(
        "interventions-avoided",
        of.risks,
        lambda *a: d.interventions_avoided(*a, **at),
        lambda: 100 * (model() - everybody()) / odds,
    )


def _drift() -> Iterator[Interval]:
    d = drift
    yield _row("psi", of.shifted, d.psi, of.stability)
    yield _row("ks", of.shifted, d.ks, 2 * special.ndtr(0.15) - 1)
    yield _row("wasserstein", of.shifted, d.wasserstein, 0.3)
    yield _row("standardised-difference", of.shifted, d.standardised_difference, 0.3)


def _bootstrapped() -> Iterator[Interval]:
    b = bootstrapped
    for interval in ("percentile", "bca"):
        options = {"seed": 1, "replicates": 400, "interval": interval}
        yield _row(
            f"bootstrap-auc ({interval})",
            of.scores,
            lambda *a, o=options: b.bootstrap_auc(*a, **o),
            of.area(),
            rounds=600,
        )
        yield _row(
            f"bootstrap-auc-difference ({interval})",
            of.two_scores,
            lambda *a, o=options: b.bootstrap_auc_difference(*a, **o),
            of.area() - of.area(of.WEAKER),
            rounds=600,
        )
        yield _row(
            f"bootstrap-slope ({interval})",
            of.risks,
            lambda *a, o=options: b.bootstrap_slope(*a, **o),
            1,
            rounds=300,
        )
