"""Charts and their run lengths agree with published tables and with R's spc.

> # R 4.2.2, spc 0.6.7 (Debian), 2026-11-28
> library(spc)
> sapply(c(0,.5,1,2), function(m) xcusum.arl(.5, 4, m, sided="one"))
> sapply(c(0,.5,1,2), function(m) xcusum.arl(.5, 5, m, sided="two"))
> sapply(c(0,.5,1,2), function(m) xewma.arl(.1, 2.814, m, sided="two", r=100))
> sapply(c(0,.5,1,2), function(m) xewma.arl(.25, 2.998, m, sided="two", r=100))
> sapply(c(0,.5,1,2), function(m) xewma.arl(.1, 2.814, m, sided="two", limits="vacl", r=60))
> xcusum.crit(.5, 500, sided="two"); xcusum.crit(.5, 370, sided="one")
> xewma.crit(.1, 500, sided="two")
> xewma.arl.prerun(.1, 2.814, 0, sided="two", size=50, estimated="both")
"""

import numpy as np
import pytest

from probatum.analysis.monitoring import (
    cusum_run_length,
    ewma_run_length,
    limit_for_run_length,
    risk_adjusted_cusum,
    simulated_run_length,
)

SHIFTS = (0.0, 0.5, 1.0, 2.0)
SPC_CUSUM_ONE_SIDED = (335.3675776272, 26.6791624343, 8.3832021297, 3.3427701311)
SPC_CUSUM_TWO_SIDED = (465.4435060321, 37.9961431894, 10.3759699216, 4.0088710610)
SPC_EWMA = {
    (0.1, 2.814): (499.5795500826, 31.2974351963, 10.3306651552, 4.3622534137),
    (0.25, 2.998): (499.8360035322, 48.2938751402, 11.1355019803, 3.6137108253),
}
SPC_EWMA_EXACT = (486.4293347249, 28.5124040241, 8.1570274922, 2.6440460004)
SPC_EWMA_BASELINE_OF_50 = 416.822549


@pytest.mark.parametrize(("h", "published"), [(4, 168), (5, 465)])
def test_false_alarms_of_cumulative_sums_agree_with_lucas_and_crosier(h, published):
    """Technometrics 1982;24:199-205: two-sided, allowance one half."""
    assert round(cusum_run_length(0.5, h).mean) == published


def test_run_lengths_of_averages_agree_with_lucas_and_saccucci():
    """Technometrics 1990;32:1-12: smoothing .1, limit 2.814."""
    found = [ewma_run_length(0.1, 2.814, shift).mean for shift in (0, 0.5, 1)]
    assert round(found[0]) == 500
    assert [round(length, 1) for length in found[1:]] == [31.3, 10.3]


def test_run_lengths_of_cumulative_sums_agree_with_spc():
    one = [cusum_run_length(0.5, 4, shift, side="upper").mean for shift in SHIFTS]
    two = [cusum_run_length(0.5, 5, shift).mean for shift in SHIFTS]
    np.testing.assert_allclose(one, SPC_CUSUM_ONE_SIDED, rtol=1e-9)
    np.testing.assert_allclose(two, SPC_CUSUM_TWO_SIDED, rtol=1e-9)


@pytest.mark.parametrize("design", SPC_EWMA)
def test_run_lengths_of_averages_agree_with_spc(design):
    found = [ewma_run_length(*design, shift).mean for shift in SHIFTS]
    np.testing.assert_allclose(found, SPC_EWMA[design], rtol=1e-8)


def test_run_lengths_between_exact_limits_agree_with_spc():
    found = [ewma_run_length(0.1, 2.814, shift, spread="exact").mean for shift in SHIFTS]
    np.testing.assert_allclose(found, SPC_EWMA_EXACT, rtol=1e-8)


def test_limits_agree_with_spc():
    two, one = limit_for_run_length(500, k=0.5), limit_for_run_length(370, k=0.5, side="upper")
    assert two.value == pytest.approx(5.0707038548, abs=1e-8)
    assert one.value == pytest.approx(4.0954485475, abs=1e-8)
    average = limit_for_run_length(500, smoothing=0.1)
    assert average.value == pytest.approx(2.8143099955, abs=1e-8)


def test_the_mean_over_baselines_agrees_with_spc():
    """4000 simulated baselines; the standard error of their mean is about 7 patients."""
    found = simulated_run_length(2.814, smoothing=0.1, patients=50, seed=11, baselines=4000)
    assert found.mean == pytest.approx(SPC_EWMA_BASELINE_OF_50, abs=25)


def test_weights_of_patients_agree_with_steiner():
    """
    Biostatistics 2000;1:441-452: odds ratio 2, Parsonnet scores 0 and 50, whose risks are
    expit(-3.68 + .077 x). Survivor and death at 0, then at 50: -.024, .67, -.43, .26.
    """
    low, high = (1 / (1 + np.exp(3.68 - 0.077 * score)) for score in (0, 50))
    deaths = [
        risk_adjusted_cusum([1], [risk], odds_ratio=2, limit=5).rise[0] for risk in (low, high)
    ]
    survivals = [_survival_after_two_deaths(risk) for risk in (low, high)]
    assert deaths == pytest.approx([0.67, 0.26], abs=0.005)
    assert survivals == pytest.approx([-0.024, -0.43], abs=0.005)
    assert survivals[0] == pytest.approx(-0.024, abs=0.0005)


def _survival_after_two_deaths(risk):
    """Two deaths first, for the sum not to be held at 0."""
    sums = risk_adjusted_cusum([1, 1, 0], [risk] * 3, odds_ratio=2, limit=5).rise
    return sums[2] - sums[1]
