"""The fast bootstraps draw the same patients as the plain one, and find the same."""

import numpy as np
import pytest

from probatum.analysis.bootstrapped import (
    bootstrap_auc,
    bootstrap_auc_difference,
    bootstrap_slope,
)
from probatum.analysis.calibration import slope
from probatum.analysis.discrimination import auc, auc_difference
from probatum.analysis.resampling import bootstrap
from probatum.errors import NotEstimable

RNG = np.random.default_rng(6)
RISK = RNG.beta(1, 3, 160).round(2).clip(0.01, 0.99)
OTHER = (RISK + RNG.normal(0, 0.1, 160)).clip(0.01, 0.99)
OUTCOME = RNG.random(160) < RISK
SITE = np.repeat(np.arange(20), 8)
FAST_AND_PLAIN = [
    (bootstrap_auc, auc, (OUTCOME, RISK), OUTCOME),
    (bootstrap_auc_difference, auc_difference, (OUTCOME, RISK, OTHER), OUTCOME),
    (bootstrap_slope, slope, (OUTCOME, RISK), None),
]


@pytest.mark.parametrize("interval", ["percentile", "bca"])
@pytest.mark.parametrize(("fast", "plain", "columns", "stratify"), FAST_AND_PLAIN)
def test_the_fast_bootstrap_is_the_plain_one(fast, plain, columns, stratify, interval):
    options = {"seed": 3, "replicates": 60, "interval": interval}
    found = fast(*columns, **options)
    expected = bootstrap(plain, columns, stratify=stratify, **options)
    assert found.value == pytest.approx(expected.value, rel=1e-12)
    assert found.interval == pytest.approx(expected.interval, rel=1e-9)
    assert (found.n, found.method) == (expected.n, expected.method)


@pytest.mark.parametrize(("fast", "plain", "columns", "_"), FAST_AND_PLAIN)
def test_clusters_are_drawn_whole_by_both(fast, plain, columns, _):
    found = fast(*columns, seed=3, replicates=40, cluster=SITE)
    expected = bootstrap(plain, columns, seed=3, replicates=40, cluster=SITE)
    assert found.interval == pytest.approx(expected.interval, rel=1e-9)


@pytest.mark.parametrize(("fast", "plain", "columns", "_"), FAST_AND_PLAIN)
def test_any_number_of_workers_gives_the_same_bytes(fast, plain, columns, _):
    told = {repr(fast(*columns, seed=3, replicates=40, workers=w)) for w in (1, 2, 4)}
    assert len(told) == 1


def test_moving_certain_risks_to_a_limit_is_counted_in_the_method():
    risk = np.where(np.arange(160) < 3, 0.0, RISK)
    found = bootstrap_slope(OUTCOME, risk, seed=3, replicates=40, limit=0.005)
    assert found.method.endswith("; 3 risks moved to within 0.005 of 0 or 1")
    assert found.value == pytest.approx(slope(OUTCOME, risk, limit=0.005).value)


def test_the_bootstrap_error_of_an_area_is_near_delongs():
    assert bootstrap_auc(OUTCOME, RISK, seed=1).se == pytest.approx(
        auc(OUTCOME, RISK).se, rel=0.05
    )


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: bootstrap_auc([0, 0], [1, 2], seed=1), "at least 1 with"),
        (lambda: bootstrap_auc(OUTCOME, RISK, seed=1, replicates=1), "at least 2 replicates"),
        (lambda: bootstrap_slope(OUTCOME, OUTCOME, seed=1), "exactly 0 or 1"),
        (
            lambda: bootstrap_auc([0, 0, 0, 1], [1, 2, 4, 3], seed=1, interval="bca"),
            "BCa needs two of each class",
        ),
        (
            lambda: bootstrap_slope([0, 1, 0, 1], [0.2, 0.3, 0.4, 0.5], seed=1),
            "at least 1 with and 1 without|classes that overlap",
        ),
        (
            lambda: bootstrap_auc([0, 1, 0, 1], [1, 2, 3, 4], seed=1, cluster=[0, 1, 0, 1]),
            "both classes in each replicate",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, told):
    with pytest.raises(NotEstimable, match=told):
        call()
