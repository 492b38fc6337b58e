"""Drift indices agree with independent software."""

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2, ks_2samp
from statsmodels.stats.weightstats import DescrStatsW

from probatum.analysis.drift import jensen_shannon, ks, psi, standardised_difference


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(20)
    return rng.normal(size=900), rng.normal(0.2, 1.3, size=700)


def _shares(samples):
    cuts = np.quantile(samples[0], np.linspace(0, 1, 11)[1:-1])
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    return [np.histogram(side, edges)[0] / side.size for side in samples]


def test_jensen_shannon_agrees_with_scipy(samples):
    expected = jensenshannon(*_shares(samples), base=2)
    assert jensen_shannon(*samples).value == pytest.approx(expected, rel=1e-9)


def test_kolmogorov_smirnov_agrees_with_scipy(samples):
    expected, found = ks_2samp(*samples, method="exact"), ks(*samples)
    assert found.value == pytest.approx(expected.statistic, rel=1e-12)
    assert found.p_value == pytest.approx(expected.pvalue, rel=1e-10)


def test_the_stability_index_agrees_with_its_definition_and_its_chi_square(samples):
    e, a = _shares(samples)
    found = psi(*samples)
    assert found.value == pytest.approx(np.sum((a - e) * np.log(a / e)), rel=1e-12)
    assert found.p_value == pytest.approx(
        chi2.sf(found.value / (1 / 900 + 1 / 700), 9), rel=1e-9
    )


def test_the_standardised_difference_agrees_with_statsmodels(samples):
    e, a = (DescrStatsW(side) for side in samples)
    pooled = np.sqrt((e.std_ddof(1) ** 2 + a.std_ddof(1) ** 2) / 2)
    found = standardised_difference(*samples).value
    assert found == pytest.approx((a.mean - e.mean) / pooled, rel=1e-12)
