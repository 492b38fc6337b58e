"""Differences, ratios and pairs of proportions agree with tables, a textbook's code, and R.

The textbook is Fagerland MW, Lydersen S, Laake P. Statistical Analysis of Contingency Tables.
Chapman & Hall/CRC 2017. Its authors' R package ``contingencytables`` holds the values quoted
below in its own tests (tests/testthat/test-ch4.R and test-ch8.R on GitHub, ocbe-uio, read
2026-11-28).
"""

import pytest

from probatum.analysis.proportion import (
    mcnemar,
    paired_difference,
    proportion_difference,
    proportion_non_inferiority,
    proportion_ratio,
)
from probatum.analysis.proportion.counts import TwoGroups
from probatum.analysis.proportion.score import (
    odds_ratio_bounds,
    ratio_bounds,
    shares_apart,
)

NEWCOMBE_DIFFERENCES = [
    (56, 70, 48, 80, "miettinen-nurminen", 0.0528, 0.3382),
    (9, 10, 3, 10, "miettinen-nurminen", 0.1700, 0.8406),
    (6, 7, 2, 7, "miettinen-nurminen", 0.0342, 0.8534),
    (5, 56, 0, 29, "miettinen-nurminen", -0.0326, 0.1933),
    (0, 10, 0, 20, "miettinen-nurminen", -0.1658, 0.2844),
    (0, 10, 0, 10, "miettinen-nurminen", -0.2879, 0.2879),
    (10, 10, 0, 20, "miettinen-nurminen", 0.7156, 1.0000),
    (56, 70, 48, 80, "newcombe", 0.0524, 0.3339),
    (9, 10, 3, 10, "newcombe", 0.1705, 0.8090),
    (6, 7, 2, 7, "newcombe", 0.0582, 0.8062),
    (5, 56, 0, 29, "newcombe", -0.0381, 0.1926),
    (0, 10, 0, 20, "newcombe", -0.1611, 0.2775),
    (0, 10, 0, 10, "newcombe", -0.2775, 0.2775),
]
"""Newcombe RG. Stat Med 1998;17:873-890, table II, methods 6 and 10; from memory."""


@pytest.mark.parametrize(
    ("events_a", "n_a", "events_b", "n_b", "method", "lower", "upper"), NEWCOMBE_DIFFERENCES
)
def test_differences_agree_with_newcombe(events_a, n_a, events_b, n_b, method, lower, upper):
    found = proportion_difference(events_a, n_a, events_b, n_b, method=method)
    assert found.interval == pytest.approx((lower, upper), abs=5.1e-5)


def test_the_hybrid_interval_agrees_with_epi():
    """
    > # R 4.2.2, Epi 2.47, 2026-11-28
    > ci.pd(56, 48, 14, 32, method = "Nc", digits = 8)
    """
    found = proportion_difference(56, 70, 48, 80, method="newcombe")
    assert found.interval == pytest.approx((0.0524314724024, 0.333872654037), abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "method", "lower", "upper"),
    [
        ((0, 16, 15, 72), "miettinen-nurminen", -0.3164, -0.0056),
        ((7, 34, 1, 34), "newcombe", 0.0189, 0.3404),
    ],
)
def test_differences_agree_with_the_textbook(counts, method, lower, upper):
    found = proportion_difference(*counts, method=method)
    assert found.interval == pytest.approx((lower, upper), abs=5.1e-5)


@pytest.mark.parametrize(
    ("method", "lower", "upper"),
    [("koopman", 1.2209, 42.5757), ("miettinen-nurminen", 1.2086, 43.0330)],
)
def test_ratios_agree_with_the_textbook(method, lower, upper):
    found = proportion_ratio(7, 34, 1, 34, method=method)
    assert found.interval == pytest.approx((lower, upper), abs=5.1e-5)


def test_the_score_interval_of_the_odds_ratio_agrees_with_the_textbook():
    """Uncorrected_asymptotic_score_CI_2x2 of 0 of 16 and 15 of 72: 0.0000 to 0.9532."""
    two = TwoGroups(events_a=0, n_a=16, events_b=15, n_b=72)
    assert odds_ratio_bounds(two, confidence=0.95) == pytest.approx((0, 0.9532), abs=5.1e-5)


@pytest.mark.parametrize(
    ("counts", "lower", "upper"),
    [
        ((670, 744, 202, 842), 3.32817207900, 4.25141445847),
        ((74, 744, 640, 842), 0.104879794073, 0.162473830918),
        ((0, 20, 5, 30), 0.0, 1.03499169662),
        ((12, 20, 0, 30), 5.20581881569, float("inf")),
    ],
)
def test_ratio_intervals_agree_with_epi_r(counts, lower, upper):
    """
    > # R 4.2.2, epiR 2.0.57, 2026-11-28 (cells a, b of group A; c, d of group B)
    > epiR:::zRRscore(c(670, 74, 202, 640), 0.95); epiR:::zRRscore(c(74, 670, 640, 202), 0.95)
    > epiR:::zRRscore(c(0, 20, 5, 25), 0.95); epiR:::zRRscore(c(12, 8, 0, 30), 0.95)
    """
    events_a, n_a, events_b, n_b = counts
    two = TwoGroups(events_a=events_a, n_a=n_a, events_b=events_b, n_b=n_b)
    assert ratio_bounds(two, confidence=0.95) == pytest.approx((lower, upper), rel=1e-10)


@pytest.mark.parametrize(
    ("counts", "margin", "z", "p_value"),
    [
        ((83, 100, 88, 110), 0.05, 1.47272176569, 0.0704130375653),
        ((45, 50, 51, 60), 0.10, 2.17731787256, 0.0147284292916),
    ],
)
def test_non_inferiority_agrees_with_rpact(counts, margin, z, p_value):
    """
    > # R 4.2.2, rpact 3.3.4, 2026-11-28
    > d <- getDesignGroupSequential(kMax = 1, alpha = 0.025)
    > ds <- getDataset(n1 = 100, n2 = 110, events1 = 83, events2 = 88)
    > getStageResults(d, ds, thetaH0 = -0.05, normalApproximation = TRUE, stage = 1)
    > ds <- getDataset(n1 = 50, n2 = 60, events1 = 45, events2 = 51)
    > getStageResults(d, ds, thetaH0 = -0.1, normalApproximation = TRUE, stage = 1)
    """
    found = proportion_non_inferiority(*counts, margin=margin)
    assert found.statistic == pytest.approx(z, abs=1e-11)
    assert found.p_value == pytest.approx(p_value, abs=1e-12)


@pytest.mark.parametrize(
    ("counts", "difference", "share_a"),
    [
        ((83, 100, 88, 110), -0.05, 0.784104643061596),
        ((56, 70, 48, 80), -0.1, 0.627770956225064),
    ],
)
def test_constrained_shares_agree_with_rpact(counts, difference, share_a):
    """
    > # R 4.2.2, rpact 3.3.4, 2026-11-28
    > rpact:::.getFarringtonManningValues(rate1 = 83/100, rate2 = 88/110, theta = -0.05,
    +   allocation = 100/110, method = "diff")
    > rpact:::.getFarringtonManningValues(rate1 = 56/70, rate2 = 48/80, theta = -0.1,
    +   allocation = 70/80, method = "diff")
    """
    events_a, n_a, events_b, n_b = counts
    two = TwoGroups(events_a=events_a, n_a=n_a, events_b=events_b, n_b=n_b)
    a, b = shares_apart(two, difference)
    assert a == pytest.approx(share_a, abs=1e-13)
    assert b == pytest.approx(share_a - difference, abs=1e-13)


@pytest.mark.parametrize(
    ("counts", "method", "lower", "upper"),
    [
        ((59, 6, 16, 80), "tango", -0.1240, -0.0054),
        ((59, 6, 16, 80), "newcombe", -0.1186, -0.0046),
        ((1, 1, 7, 12), "tango", -0.517, -0.026),
        ((1, 1, 7, 12), "newcombe", -0.507, -0.026),
    ],
)
def test_paired_differences_agree_with_the_textbook(counts, method, lower, upper):
    """
    Complete response before and after consolidation (Cavo et al. 2012), the package's tests;
    airway hyper-responsiveness (Bentur et al. 2009), chapter 8 (from memory, not opened).
    """
    digits = 5.1e-5 if counts[0] == 59 else 5.1e-4
    found = paired_difference(*counts, method=method)
    assert found.interval == pytest.approx((lower, upper), abs=digits)


@pytest.mark.parametrize(
    ("method", "p_value"),
    [
        ("asymptotic", 0.033006),
        ("continuity", 0.055009),
        ("exact", 0.052479),
        ("mid-p", 0.034690),
    ],
)
def test_mcnemar_agrees_with_the_textbook(method, p_value):
    assert mcnemar(6, 16, method=method).p_value == pytest.approx(p_value, abs=5.1e-7)


@pytest.mark.parametrize(
    ("method", "p_value", "lower", "upper"),
    [
        ("asymptotic", 3.09929344105e-05, 0.305632598361, 0.427524461663),
        ("continuity", 4.11456228135e-05, 0.303622800974, 0.429682833927),
        ("exact", 3.71593613957e-05, 0.302940423322, 0.429326751846),
    ],
)
def test_mcnemar_agrees_with_r(method, p_value, lower, upper):
    """
    > # R 4.2.2, stats, 2026-11-28
    > mcnemar.test(matrix(c(794, 86, 150, 570), 2), correct = FALSE)$p.value   # and TRUE
    > prop.test(86, 236, correct = FALSE)$conf.int                             # and TRUE
    > binom.test(86, 236)
    """
    found = mcnemar(86, 150, method=method)
    assert found.p_value == pytest.approx(p_value, rel=1e-10)
    assert found.interval == pytest.approx((lower, upper), abs=1e-11)


@pytest.mark.parametrize(
    ("method", "lower", "upper"),
    [
        ("exact", 3.1169 / 4.1169, 108.8892 / 109.8892),
        ("mid-p", 3.4681 / 4.4681, 78.2972 / 79.2972),
    ],
)
def test_the_discordant_share_agrees_with_the_textbook(method, lower, upper):
    """
    Floppy eyelid against sleep apnoea (Ezra et al. 2010), 25 and 2 discordant: the odds b / c
    by Transformed_Clopper_Pearson_exact_CI_paired_2x2 and its mid-P twin, turned into shares.
    """
    assert mcnemar(25, 2, method=method).interval == pytest.approx((lower, upper), abs=1e-5)
