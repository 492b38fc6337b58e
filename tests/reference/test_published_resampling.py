"""The BCa interval agrees with an independent one on the same replicates."""

import numpy as np
import pytest
from scipy import stats

from probatum.analysis.resampling import bootstrap
from probatum.analysis.resampling.intervals import from_replicates

SKEWED = np.random.default_rng(8).lognormal(size=40)


@pytest.mark.parametrize("statistic", [np.mean, np.var, stats.skew])
def test_bca_agrees_with_scipy_on_its_own_replicates(statistic):
    """scipy 1.15 or later, scipy.stats.bootstrap(method="BCa"): the jackknife is exact."""
    theirs = stats.bootstrap(
        (SKEWED,),
        statistic,
        n_resamples=999,
        method="BCa",
        vectorized=False,
        rng=np.random.default_rng(1),
    )
    without = np.array([statistic(np.delete(SKEWED, i)) for i in range(SKEWED.size)])
    ours = from_replicates(
        float(statistic(SKEWED)),
        theirs.bootstrap_distribution,
        interval="bca",
        confidence=0.95,
        n=SKEWED.size,
        method="",
        without=without,
    )
    assert ours.interval == pytest.approx(tuple(theirs.confidence_interval), rel=1e-12)


def test_bca_of_a_mean_reaches_further_to_the_long_side():
    plain, bca = (
        bootstrap(np.mean, [SKEWED], seed=5, replicates=2000, interval=name)
        for name in ("percentile", "bca")
    )
    assert bca.lower > plain.lower
    assert bca.upper > plain.upper
