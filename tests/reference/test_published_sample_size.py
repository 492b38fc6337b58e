"""Sizes agree with published examples and with independent software."""

import numpy as np
import pytest

from probatum.analysis.sample_size import (
    auc_difference_size,
    auc_goal,
    auc_goal_power,
    buderer,
    cox_snell_r2,
    proportion_difference_size,
    riley_binary,
    riley_continuous,
    riley_survival,
    riley_validation_binary,
)
from probatum.analysis.sample_size.area import area_variance
from probatum.analysis.sample_size.validation import slope_variance


def sizes(size):
    return [criterion.n for criterion in size.criteria]


def test_binary_criteria_agree_with_the_published_example():
    """Riley et al. BMJ 2020; also pmsampsize 0.1.0 (Python), 2026-11-28: 623, 662, 221."""
    size = riley_binary(24, 0.174, r2_cox_snell=0.288)
    assert sizes(size) == [623, 662, 221]
    assert size.n == 662


def test_the_r2_of_a_c_statistic_agrees_with_a_million_simulated_patients():
    """pmsampsize 0.1.0 (Python), 2026-11-28: cstatistic 0.89, prevalence 0.174: 0.2908; 660."""
    assert cox_snell_r2(0.89, 0.174) == pytest.approx(0.2908, abs=5e-4)
    assert riley_binary(24, 0.174, c_statistic=0.89).n == pytest.approx(660, abs=1)


def test_continuous_criteria_agree_with_pmsampsize():
    """
    pmsampsize 0.1.0 (Python), 2026-11-28, rsquared 0.2, parameters 25, intercept 1.9, sd 0.6:
    918, 401, 259; its fourth is evaluated at the largest of these, where the margin factor
    of the mean is 1.0182961233.
    """
    size = riley_continuous(25, 0.2, 1.9, 0.6)
    assert sizes(size)[:3] == [918, 401, 259]
    assert size.criteria[3].achieved == pytest.approx(1.0182961233120706, rel=1e-9)


def test_survival_criteria_agree_with_pmsampsize():
    """
    pmsampsize 0.1.0 (Python), 2026-11-28, csrsquared 0.051, parameters 30, rate 0.065,
    timepoint 2, meanfup 2.07: 5143, 1039; risk 0.122 (0.113 to 0.130) at 5143.
    """
    size = riley_survival(30, 0.065, 2, 2.07, 0.051)
    assert sizes(size)[:2] == [5143, 1039]
    assert size.criteria[2].achieved == pytest.approx((0.130 - 0.113) / 2, abs=5e-4)
    assert size.events == 692


def test_validation_criteria_agree_with_pmvalsampsize():
    """
    pmvalsampsize 0.2.1 (Python), 2026-11-28, prevalence 0.018, cstatistic 0.8, lpnormal
    (-5, 2.5), oeciwidth 1: 905 (standard errors searched in steps of 0.0001), 4544 (a million
    simulated patients), 4252. Riley et al. Stat Med 2021 has the same three (from memory,
    not opened).
    """
    found = sizes(riley_validation_binary(0.018, 0.8, lp_mean=-5, lp_sd=2.5, oe_width=1))
    assert found == [pytest.approx(905, abs=2), pytest.approx(4544, rel=5e-3), 4252]


def test_the_slope_agrees_with_pmvalsampsize_on_its_own_draws():
    """The same seed and draws; 1.96 for the quantile: 4544."""
    draws = np.random.RandomState(123456).normal(-5, 2.5, 1_000_000)
    mass = np.full(draws.size, 1 / draws.size)
    assert np.ceil(slope_variance(draws, mass) * (2 * 1.96 / 0.2) ** 2) == 4544


def test_buderer_agrees_with_his_example():
    """Buderer 1996: sensitivity 0.9, specificity 0.85, prevalence 0.2, precision 0.1."""
    assert sizes(buderer(0.9, 0.85, 0.2, 0.1)) == [173, 62]


def test_the_error_of_an_area_agrees_with_hanley_and_mcneil():
    """
    Area 0.893, 51 with and 58 without: 0.032. The exponential approximation, 0.0325, is near.
    """
    se = area_variance(0.893, 51, 58, variance="hanley-mcneil") ** 0.5
    assert se == pytest.approx(0.032, abs=6e-4)


def test_an_area_against_chance_agrees_with_proc():
    """
    R 4.2.2, pROC 1.18.0, 2026-11-28
    > power.roc.test(auc=0.73, sig.level=0.05, power=0.95, kappa=1.7)   # 29.67019562 cases
    > power.roc.test(auc=0.73, ncases=41, ncontrols=72, sig.level=0.05) # power 0.9897453436
    """
    found = auc_goal_power(113, 0.73, 0.5, 41 / 113, variance="obuchowski")
    assert found == pytest.approx(0.9897453436, abs=1e-9)
    size = auc_goal(0.73, 0.5, 1 / 2.7, variance="obuchowski", power=0.95)
    assert size.n == np.ceil(29.67019562 * 2.7)


def test_a_paired_difference_is_of_the_order_of_proc_with_fitted_curves():
    """
    R 4.2.2, pROC 1.18.0, 2026-11-28: A1 2.6, A2 1.9, B 1, rn .6, ra .6, kappa 1, power .8,
    sig.level .05: 70.94 cases. Its areas are fitted, not counted; counted ones vary more.
    """
    size = auc_difference_size(
        0.967004, 0.9104454, 0.5, correlation_cases=0.6, correlation_controls=0.6, power=0.8
    )
    assert 1 < size.n / (2 * 70.94) < 1.15


@pytest.mark.parametrize(
    ("asked", "groups"),
    [
        ({"share_a": 0.85, "share_b": 0.85, "margin": 0.1}, (275.7481133, 275.7481133)),
        (
            {"share_a": 0.8, "share_b": 0.85, "margin": 0.1, "power": 0.8, "ratio": 2},
            (1242.3686230, 621.1843115),
        ),
        ({"share_a": 0.6, "share_b": 0.45, "ratio": 2}, (345.3581129, 172.6790564)),
    ],
)
def test_two_groups_agree_with_rpact(asked, groups):
    """
    R 4.2.2, rpact 3.3.4, 2026-11-28, getSampleSizeRates(thetaH0, pi1, pi2, alpha=.025,
    sided=1, allocationRatioPlanned); B's group is rounded up, then A's is the ratio of it.
    """
    n_b = np.ceil(groups[1])
    assert proportion_difference_size(**asked).n == n_b * (1 + asked.get("ratio", 1))


@pytest.mark.parametrize(
    ("share_a", "share_b", "power", "each"),
    [(0.75, 0.5, 0.9, 76.70693011), (0.85, 0.8, 0.8, 905.365778)],
)
def test_superiority_agrees_with_r(share_a, share_b, power, each):
    """R 4.2.2, power.prop.test, 2026-11-28."""
    size = proportion_difference_size(share_a, share_b, power=power)
    assert size.n == 2 * np.ceil(each)
