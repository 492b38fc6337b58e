"""Every interval of the statistics, with a population and the truth it should hold."""

from collections.abc import Iterator

import numpy as np
from scipy import special

from benchmarks.coverage import populations as of
from benchmarks.coverage.interval import Interval, row
from benchmarks.coverage.shares import of_counts, of_tests
from probatum.analysis import (
    bootstrapped,
    calibration,
    decision,
    discrimination,
    drift,
)

T = of.THRESHOLD


def intervals() -> Iterator[Interval]:
    """Every interval, subject by subject."""
    yield from _discrimination()
    yield from _censored()
    yield from of_counts()
    yield from of_tests()
    yield from _calibration()
    yield from _decision()
    yield from _drift()
    yield from _bootstrapped()


def _discrimination() -> Iterator[Interval]:
    d, plain = discrimination, of.area()
    yield row("auc", of.scores, d.auc, plain)
    yield row("auc (logit)", of.scores, lambda *a: d.auc(*a, interval="logit"), plain)
    gain = plain - of.area(of.WEAKER)
    yield row("auc-difference", of.two_scores, d.auc_difference, gain)
    yield row("auc-difference-unpaired", of.two_groups, d.auc_difference_unpaired, gain)
    together = np.sqrt(1 + of.SHARED**2)
    yield row("clustered-auc", of.clustered_scores, d.clustered_auc, of.area(spread=together))
    apart = of.area(spread=together) - of.area(of.WEAKER, together)
    yield row(
        "clustered-auc-difference", of.clustered_two_scores, d.clustered_auc_difference, apart
    )
    yield row(
        "partial-auc (to 0.2)",
        of.scores,
        lambda *a: d.partial_auc(*a, fpr_max=0.2),
        lambda: of.partial_area(0.2),
    )
    yield row(
        "sensitivity-at-specificity (0.8)",
        of.scores,
        lambda *a: d.sensitivity_at_specificity(*a, specificity=0.8),
        special.ndtr(of.SEPARATION + special.ndtri(0.2)),
    )
    yield row(
        "specificity-at-sensitivity (0.8)",
        of.scores,
        lambda *a: d.specificity_at_sensitivity(*a, sensitivity=0.8),
        special.ndtr(of.SEPARATION - special.ndtri(0.8)),
    )
    for variance in ("influence", "binomial"):
        yield row(
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
        yield row(
            name,
            of.followed,
            ask,
            lambda ask=ask: of.limit(of.followed, lambda *a: ask(*a).value),
            rounds=2000,
        )


def _calibration() -> Iterator[Interval]:
    c = calibration
    spread = lambda: of.mean_risk(lambda p: p * (1 - p))  # noqa: E731
    events = lambda: of.mean_risk(lambda p: p)  # noqa: E731
    yield row("in-the-large", of.risks, c.in_the_large, 0)
    yield row("slope", of.risks, c.slope, 1)
    yield row("slope (of risks too extreme)", of.extreme_risks, c.slope, 1 / 1.5)
    yield row("observed-expected", of.risks, c.observed_expected, 1)
    yield row("brier", of.risks, c.brier, spread)
    yield row(
        "scaled-brier",
        of.risks,
        c.scaled_brier,
        lambda: 1 - spread() / events() / (1 - events()),
    )
    yield row("spiegelhalter", of.risks, c.spiegelhalter, 0)
    for name, index in {"ici": c.ici, "e50": c.e50, "e90": c.e90}.items():
        yield row(
            f"{name} (spline, of risks too extreme)",
            of.extreme_risks,
            lambda *a, f=index: f(*a, smoother="spline", seed=1, replicates=200),
            lambda f=index: of.limit(
                of.extreme_risks, lambda *a: f(*a, smoother="spline").value, n=100_000
            ),
            rounds=200,
            sizes=(50, 200),
        )
    yield row(
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
    yield row("net-benefit", of.risks, lambda *a: d.net_benefit(*a, **at), model)
    yield row(
        "net-benefit-difference",
        of.risks,
        lambda *a: d.net_benefit_difference(*a, **at),
        lambda: model() - everybody(),
    )
    yield row(
        "standardised-net-benefit",
        of.risks,
        lambda *a: d.standardised_net_benefit(*a, **at),
        lambda: model() / events(),
    )
    yield row(
        "interventions-avoided",
        of.risks,
        lambda *a: d.interventions_avoided(*a, **at),
        lambda: 100 * (model() - everybody()) / odds,
    )


def _drift() -> Iterator[Interval]:
    d = drift
    yield row("psi", of.shifted, d.psi, of.stability)
    yield row("ks", of.shifted, d.ks, 2 * special.ndtr(0.15) - 1)
    yield row("wasserstein", of.shifted, d.wasserstein, 0.3)
    yield row("standardised-difference", of.shifted, d.standardised_difference, 0.3)


def _bootstrapped() -> Iterator[Interval]:
    b = bootstrapped
    for interval in ("percentile", "bca"):
        options = {"seed": 1, "replicates": 400, "interval": interval}
        yield row(
            f"bootstrap-auc ({interval})",
            of.scores,
            lambda *a, o=options: b.bootstrap_auc(*a, **o),
            of.area(),
            rounds=600,
        )
        yield row(
            f"bootstrap-auc-difference ({interval})",
            of.two_scores,
            lambda *a, o=options: b.bootstrap_auc_difference(*a, **o),
            of.area() - of.area(of.WEAKER),
            rounds=600,
        )
        yield row(
            f"bootstrap-slope ({interval})",
            of.risks,
            lambda *a, o=options: b.bootstrap_slope(*a, **o),
            1,
            rounds=300,
        )
