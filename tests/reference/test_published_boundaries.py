"""Interim looks agree with the standard books' tables and with R's rpact."""

import numpy as np
import pytest
from scipy.optimize import brentq

from probatum.analysis.sequential import (
    boundaries,
    conditional_power,
    crossing_probabilities,
    group_sequential_design,
    inflation,
    stage_wise_interval,
)

FIFTHS = [0.2, 0.4, 0.6, 0.8, 1.0]
PROSCHAN_LAN_WITTES = {
    "obrien-fleming": [4.877, 3.357, 2.680, 2.290, 2.031],
    "pocock": [2.438, 2.427, 2.410, 2.397, 2.386],
}
"""
Proschan MA, Lan KKG, Wittes JT. Statistical Monitoring of Clinical Trials. Springer 2006:
Lan-DeMets spending functions, five looks equally spaced, two-sided 0.05.
"""

FAMILIES = [
    ("kim-demets", 2, FIFTHS, [3.090232306, 2.714111574, 2.47277721, 2.279863395, 2.114028357]),
    (
        "kim-demets",
        3,
        FIFTHS,
        [3.540083799, 2.974310644, 2.604514204, 2.306356795, 2.045479946],
    ),
    (
        "kim-demets",
        3,
        [0.2, 0.35, 0.8, 1.0],
        [3.54008379921, 3.10745983571, 2.25009892136, 2.03657834977],
    ),
    (
        "hwang-shih-decani",
        -4,
        FIFTHS,
        [3.252668488, 2.986045949, 2.691657446, 2.373666994, 2.025321417],
    ),
    (
        "hwang-shih-decani",
        1,
        FIFTHS,
        [2.44867725, 2.418984704, 2.398381703, 2.391234063, 2.394773401],
    ),
]
"""
R version 4.2.2, rpact 3.3.4, 2026-11-28:

> getDesignGroupSequential(kMax = 5, alpha = 0.025, sided = 1, typeOfDesign = "asKD",
+                          gammaA = 2)$criticalValues      # gammaA = 3; "asHSD", gammaA -4, 1
> getDesignGroupSequential(kMax = 4, alpha = 0.025, sided = 1, typeOfDesign = "asKD",
+                          gammaA = 3, informationRates = c(.2, .35, .8, 1))$criticalValues
"""

FUTILITY = [
    ("obrien-fleming", None, False, 9.021543021, 1.14940518, 0.6031918485, 0.8491885717),
    ("pocock", None, False, 10.19242471, 1.298583372, 0.5540009778, 0.8906418501),
    ("kim-demets", 2, False, 8.592859769, 1.094788054, 0.6057888781, 0.8307728802),
    ("hwang-shih-decani", -2, False, 8.584993541, 1.093785844, 0.5920563456, 0.8286024741),
    ("obrien-fleming", None, True, 8.516649835, 1.085078396, 0.5808418718, 0.8132122884),
    ("pocock", None, True, 9.249528878, 1.178452109, 0.5219525397, 0.8283117244),
    ("kim-demets", 2, True, 8.304844205, 1.058092936, 0.5926056849, 0.8095113219),
    ("hwang-shih-decani", -2, True, 8.313449511, 1.05918931, 0.5802526048, 0.8085007758),
]
FUTILITY_BOUNDS = {
    ("obrien-fleming", False): [-0.423399563, 0.8102163792, 1.546298746, 2.029244635],
    ("pocock", False): [0.3644256319, 1.042526182, 1.605269653, 2.029244635],
    ("kim-demets", False): [-0.4913565243, 0.5618097387, 1.399273409, 2.029244635],
    ("hwang-shih-decani", False): [-0.3427007433, 0.5372160132, 1.355276255, 2.029244635],
    ("obrien-fleming", True): [-0.4700975029, 0.7469870521, 1.469831043, 1.928166781],
    ("pocock", True): [0.2815804621, 0.9303531638, 1.469443138, 1.852554843],
    ("kim-demets", True): [-0.518493629, 0.5250659225, 1.354896833, 1.971343686],
    ("hwang-shih-decani", True): [-0.3682852214, 0.5025744637, 1.313448586, 1.975042617],
}
"""
R version 4.2.2, rpact 3.3.4, 2026-11-28, for each way to spend beta and both kinds of rule:

> d <- getDesignGroupSequential(kMax = 4, alpha = 0.025, beta = 0.2, sided = 1,
+        typeOfDesign = "asOF", typeBetaSpending = "bsOF", bindingFutility = FALSE,
+        informationRates = c(.3, .55, .8, 1), tolerance = 1e-10)  # "bsKD" 2, "bsHSD" -2
> d$futilityBounds    # followed by the last of d$criticalValues
> ch <- getDesignCharacteristics(d)
> c(ch$shift, ch$inflationFactor, ch$averageSampleNumber0, ch$averageSampleNumber1)
"""

CLASSICAL = [
    ("pocock", 2, 2.178, 1.100),
    ("pocock", 5, 2.413, 1.207),
    ("obrien-fleming", 2, 1.977, 1.007),
    ("obrien-fleming", 5, 2.040, 1.026),
]
"""
Jennison C, Turnbull BW. Group Sequential Methods. Chapman & Hall 2000, tables 2.1 to 2.4:
constants C_P and C_B and inflation factors R_P and R_B, two-sided 0.05, power 0.9. From
memory, not opened; rpact 3.3.4 gives 2.17827, 2.41318, 1.97743, 2.04007 and 1.10008, 1.20660,
1.00713, 1.02649 (typeOfDesign "P" and "OF", 2026-11-28).
"""


@pytest.mark.parametrize("spending", PROSCHAN_LAN_WITTES)
def test_five_equal_looks_agree_with_proschan_lan_and_wittes(spending):
    found = boundaries(spending, FIFTHS, 0.05)
    np.testing.assert_allclose(found.critical, PROSCHAN_LAN_WITTES[spending], atol=5.1e-4)


@pytest.mark.parametrize(("spending", "shape", "information", "critical"), FAMILIES)
def test_the_families_of_spending_functions_agree_with_rpact(
    spending, shape, information, critical
):
    found = boundaries(spending, information, 0.025, sides=1, shape=shape)
    np.testing.assert_allclose(found.critical, critical, atol=2e-8)


@pytest.mark.parametrize(
    ("beta_spending", "beta_shape", "binding", "shift", "factor", "null", "alternative"),
    FUTILITY,
)
def test_futility_and_what_it_costs_agree_with_rpact(
    beta_spending, beta_shape, binding, shift, factor, null, alternative
):
    found = group_sequential_design(
        "obrien-fleming",
        [0.3, 0.55, 0.8, 1.0],
        0.025,
        power=0.8,
        sides=1,
        beta_spending=beta_spending,
        beta_shape=beta_shape,
        binding=binding,
    )
    told = found.as_dict()
    bounds = FUTILITY_BOUNDS[beta_spending, binding]
    np.testing.assert_allclose(told["futility"], bounds, atol=3e-8)
    assert found.drift**2 == pytest.approx(shift, rel=2e-8)
    assert found.inflation == pytest.approx(factor, rel=2e-8)
    assert told["expected_under_null"] == pytest.approx(null, rel=2e-8)
    assert told["expected_under_alternative"] == pytest.approx(alternative, rel=2e-8)


def test_the_cost_of_two_sided_looks_agrees_with_rpact():
    """
    > d <- getDesignGroupSequential(kMax = 3, alpha = 0.05, beta = 0.1, sided = 2,
    +                               typeOfDesign = "asP")             # rpact 3.3.4, 2026-11-28
    > ch <- getDesignCharacteristics(d)
    > c(ch$inflationFactor, ch$averageSampleNumber0, ch$averageSampleNumber1)
    1.15422101 1.130824663 0.7211502729
    """
    told = group_sequential_design("pocock", [1 / 3, 2 / 3, 1], 0.05, power=0.9).as_dict()
    assert told["inflation"] == pytest.approx(1.15422101, abs=1e-8)
    assert told["expected_under_null"] == pytest.approx(1.130824663, abs=1e-8)
    assert told["expected_under_alternative"] == pytest.approx(0.7211502729, abs=1e-8)
    two = inflation("obrien-fleming", [0.5, 1], 0.05, power=0.9)
    assert two == pytest.approx(1.0034179384, abs=1e-8)


@pytest.mark.parametrize(("rule", "looks", "constant", "factor"), CLASSICAL)
def test_classical_boundaries_agree_with_jennison_and_turnbull(rule, looks, constant, factor):
    time = np.arange(1, looks + 1) / looks
    wide = np.ones(looks) if rule == "pocock" else np.sqrt(1 / time)

    def above(scale, drift):
        return crossing_probabilities(time, scale * wide, drift=drift).power

    found = brentq(lambda scale: 2 * above(scale, 0.0) - 0.05, 1.5, 3)
    drift = brentq(lambda effect: above(found, effect) - 0.9, 3, 5)
    assert found == pytest.approx(constant, abs=5.1e-4)
    assert (drift / 3.2415155) ** 2 == pytest.approx(factor, abs=5.1e-4)


@pytest.mark.parametrize(
    ("value", "sd", "n", "p_value", "interval", "median"),
    [
        (0.41, 1.01787387573, 120, 4.69201255165e-05, (0.215362077, 0.589078741), 0.404794728),
        (0.259, 0.997539183246, 200, 0.00384319067884, (0.063372336, 0.379779291), 0.229198411),
    ],
)
def test_what_is_said_after_a_stop_agrees_with_rpact(value, sd, n, p_value, interval, median):
    """
    > d <- getDesignGroupSequential(kMax = 3, alpha = 0.025, sided = 1, typeOfDesign = "asOF",
    +                               informationRates = c(.3, .6, 1))  # rpact 3.3.4, 2026-11-28
    > x <- getDataset(n = c(60, 60), means = c(.2, .62), stDevs = c(1, 1))
    > getAnalysisResults(design = d, dataInput = x, normalApproximation = TRUE, stage = 2)
    > x <- getDataset(n = c(60, 60, 80), means = c(.15, .3, .31), stDevs = c(1, 1, 1))
    """
    taken = [0.3, 0.6, 1.0][: 2 if n == 120 else 3]
    critical = boundaries("obrien-fleming", taken, 0.025, sides=1).critical
    found = stage_wise_interval(value, sd / np.sqrt(n), taken, critical, n=n, sides=1)
    assert found.p_value == pytest.approx(p_value, rel=1e-6)
    assert found.interval == pytest.approx(interval, abs=5e-7)
    assert found.value == pytest.approx(median, abs=5e-7)


def test_conditional_power_agrees_with_rpact():
    """
    > d <- getDesignGroupSequential(kMax = 3, alpha = 0.025, sided = 1, typeOfDesign = "asOF",
    +                               informationRates = c(.3, .6, 1))  # rpact 3.3.4, 2026-11-28
    > s <- getStageResults(design = d, dataInput = getDataset(n = 60, means = .2, stDevs = 1),
    +                      normalApproximation = TRUE, stage = 1)
    > getConditionalPower(s, nPlanned = c(60, 80), thetaH1 = .3, assumedStDev = 1)
    conditionalPower NA 0.538665677026 0.986263659468
    """
    critical = boundaries("obrien-fleming", [0.3, 0.6, 1], 0.025, sides=1).critical
    found = conditional_power(
        0.2 * np.sqrt(60), 0.3, [0.6, 1], critical[1:], drift=0.3 * np.sqrt(200), sides=1
    )
    assert np.cumsum(found.above) == pytest.approx([0.538665677026, 0.986263659468], abs=1e-8)
