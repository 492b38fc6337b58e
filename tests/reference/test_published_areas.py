"""Areas, partial areas, concordance and operating points agree with R and scikit-learn.

The cohorts are made of whole numbers, so that R and this file hold the same patients:

> # R 4.2.2, pROC 1.18.0, survival 3.5.3, riskRegression 2022.11.28, Hmisc 4.8.0; 2026-11-28
> k <- 1:120
> y <- as.integer((7 * k) %% 10 < 3)
> a <- (37 * k) %% 61 + 25 * y; b <- (53 * k) %% 47 + 12 * y; g <- k %% 2
> time <- (29 * k) %% 97 + 1; event <- as.integer((13 * k) %% 5 > 1)
> x <- (41 * k) %% 53 - time / 3; z <- floor(x / 8)
> r <- function(s) roc(y, s, levels = 0:1, direction = "<")
"""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from probatum.analysis.discrimination import (
    auc,
    auc_difference,
    auc_difference_unpaired,
    average_precision,
    c_index,
    clustered_auc,
    clustered_auc_difference,
    partial_auc,
    sensitivity_at_specificity,
    specificity_at_sensitivity,
    time_dependent_auc,
    uno_c_index,
)

K = np.arange(1, 121)
Y = (7 * K) % 10 < 3
A, B, GROUP = (37 * K) % 61 + 25 * Y, (53 * K) % 47 + 12 * Y, K % 2
TIME, EVENT = (29 * K) % 97 + 1, (13 * K) % 5 > 1
X = (41 * K) % 53 - TIME / 3
Z = np.floor(X / 8)
DIGITS = 1e-11


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (A, [0.7800925925926, 0.0440137535689, 0.6820789013563, 0.8543419745913]),
        (B, [0.7415674603175, 0.0474367248208, 0.6385309796965, 0.8233584392433]),
    ],
)
def test_areas_and_logit_intervals_agree_with_proc(score, expected):
    """
    > c(auc(r(s)), sqrt(var(r(s))), plogis(qlogis(auc(r(s))) +
    +   c(-1, 1) * qnorm(.975) * sqrt(var(r(s))) / (auc(r(s)) * (1 - auc(r(s))))))
    """
    found = auc(Y, score, interval="logit")
    assert [found.value, found.se, *found.interval] == pytest.approx(expected, rel=DIGITS)


def test_the_paired_difference_agrees_with_proc():
    """> roc.test(r(a), r(b), paired = TRUE, method = "delong")"""
    found = auc_difference(Y, A, B)
    assert [found.statistic, found.p_value, *found.interval] == pytest.approx(
        [0.5924544898189, 0.5535462873161, -0.0889241031623, 0.1659743677126], rel=DIGITS
    )


def test_the_unpaired_difference_agrees_with_proc():
    """
    > r0 <- roc(y[g == 0], a[g == 0], ...); r1 <- roc(y[g == 1], a[g == 1], ...)
    > roc.test(r0, r1, paired = FALSE, method = "delong")
    D = 0.3791493208178, df = 110.6453802341386, p-value = 0.7053036199044: Student's t, where
    this has the normal distribution.
    """
    found = auc_difference_unpaired(Y, A, GROUP)
    assert found.value == pytest.approx(0.0358796296296, abs=1e-12)
    assert found.statistic == pytest.approx(0.3791493208178, rel=DIGITS)
    assert found.p_value == pytest.approx(0.7053036199044, abs=1e-3)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (A, [0.0388558201058, 0.6781885268727, 0.0912830687831, 0.6980085243974]),
        (B, [0.0318121693122, 0.6411166805904, 0.0798346560847, 0.6662073780129]),
    ],
)
def test_partial_areas_agree_with_proc(score, expected):
    """
    > c(auc(r(s), partial.auc = c(1, .9)), auc(r(s), partial.auc = c(1, .9),
    +   partial.auc.correct = TRUE), auc(r(s), partial.auc = c(1, .8), partial.auc.focus =
    +   "sens"), ... and corrected)
    """
    found = [
        partial_auc(Y, score, fpr_max=0.1, standardised=False),
        partial_auc(Y, score, fpr_max=0.1),
        partial_auc(Y, score, tpr_min=0.8, standardised=False),
        partial_auc(Y, score, tpr_min=0.8),
    ]
    assert [one.value for one in found] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("fpr_max", "bootstrap"), [(0.2, 0.0157804843212), (0.5, 0.03838442)])
def test_errors_of_partial_areas_agree_with_the_bootstrap_of_proc(fpr_max, bootstrap):
    """
    > set.seed(20261128)
    > sqrt(var(roc(y, b, ..., partial.auc = c(1, 1 - fpr_max)), method = "bootstrap",
    +   boot.n = 10000, boot.stratified = TRUE))
    """
    found = partial_auc(Y, B, fpr_max=fpr_max, standardised=False)
    assert found.se == pytest.approx(bootstrap, rel=0.03)


def test_standardised_partial_areas_agree_with_scikit_learn():
    for fpr_max in (0.05, 0.33, 0.9):
        found = partial_auc(Y, Z, fpr_max=fpr_max).value
        assert found == pytest.approx(roc_auc_score(Y, Z, max_fpr=fpr_max), rel=1e-12)


def test_clustered_areas_agree_with_survival():
    """
    > d <- data.frame(y, a, b, id = (k - 1) %/% 10)
    > s <- concordance(y ~ a, d, cluster = id); c(s$concordance, sqrt(s$var * 12 / 11))
    > f <- function(v) concordance(y ~ v, data.frame(y, v), influence = 1)$dfbeta
    > sqrt(sum(rowsum(f(d$a) - f(d$b), d$id)^2) * 12 / 11)

    survival's grouped jackknife lacks Obuchowski's I/(I - 1), which is one factor where every
    cluster holds both classes.
    """
    cluster = (K - 1) // 10
    one = clustered_auc(Y, A, cluster)
    two = clustered_auc_difference(Y, A, B, cluster)
    assert one.value == pytest.approx(0.78009259259259, rel=DIGITS)
    assert one.se == pytest.approx(0.03033000895793, rel=DIGITS)
    assert two.value == pytest.approx(auc(Y, A).value - auc(Y, B).value)
    assert two.se == pytest.approx(0.05599447043128, rel=DIGITS)


def test_operating_points_agree_with_proc():
    """
    > p <- coords(r(b), "all", ret = c("specificity", "sensitivity"))
    > max(p$sensitivity[p$specificity >= .85]); max(p$specificity[p$sensitivity >= .8])
    """
    assert sensitivity_at_specificity(Y, B, 0.85).value == pytest.approx(0.416666666667)
    assert specificity_at_sensitivity(Y, B, 0.8).value == pytest.approx(0.488095238095)


def test_average_precision_agrees_with_scikit_learn():
    for score in (A, B, Z):
        found = average_precision(Y, score).value
        assert found == pytest.approx(average_precision_score(Y, score), rel=1e-12)


@pytest.mark.parametrize(
    ("risk", "expected"),
    [(X, [0.6627486437613, 0.0305971125153]), (Z, [0.6658001808318, 0.0305697925605])],
)
def test_harrells_concordance_agrees_with_survival(risk, expected):
    """
    > s <- concordance(Surv(time, event) ~ v, reverse = TRUE); c(s$concordance, sqrt(s$var))

    Hmisc's rcorr.cens(-v, Surv(time, event)) gives the same indices.
    """
    found = c_index(TIME, EVENT, risk)
    assert [found.value, found.se] == pytest.approx(expected, rel=DIGITS)


@pytest.mark.parametrize(
    ("risk", "value", "fixed"),
    [(X, 0.6895942947884, 0.0387361470565), (Z, 0.6907427418093, 0.0382644025636)],
)
def test_unos_concordance_agrees_with_survival(risk, value, fixed):
    """
    > s <- concordance(Surv(time, event) ~ v, reverse = TRUE, timewt = "n/G2", ymax = 60.5)
    > c(s$concordance, sqrt(s$var))

    survival takes the censoring weights as fixed, so the errors differ a little.
    """
    found = uno_c_index(TIME, EVENT, risk, 60.5)
    assert found.value == pytest.approx(value, rel=DIGITS)
    assert found.se == pytest.approx(fixed, rel=0.01)
    assert found.se != pytest.approx(fixed, rel=1e-4)


@pytest.mark.parametrize(
    ("horizon", "risk", "value", "error"),
    [
        (30.5, X, 0.760947910929, 0.0496418097881),
        (30.5, Z, 0.757634300728, 0.0495596242021),
        (60.5, X, 0.773189119720, 0.0502949624104),
        (60.5, Z, 0.770145192115, 0.0494565887605),
    ],
)
def test_areas_at_a_horizon_agree_with_risk_regression(horizon, risk, value, error):
    """
    > Score(list(x = x, z = z), Surv(time, event) ~ 1, data, times = horizon, metrics = "AUC",
    +   cens.model = "km", conservative = FALSE, null.model = FALSE)$AUC$score

    Its errors hold the limit of the influence through the weights, ours the derivative.
    """
    found = time_dependent_auc(TIME, EVENT, risk, horizon)
    assert found.value == pytest.approx(value, rel=DIGITS)
    assert found.se == pytest.approx(error, rel=2e-5)
