"""Indices, tests and recalibration agree with R's rms, loess and glm.

One cohort, which R and this file build alike, without random numbers:

    > # R 4.2.2, rms 6.5.0, Hmisc 4.8.0, Debian 12, 2026-11-28
    > i <- 1:200
    > p <- plogis(-1.5 + 1.4 * sin(1.7 * i)); x <- qlogis(p)
    > y <- as.integer((37 * i * i) %% 101 < 101 * plogis(-1.2 + 1.1 * sin(1.7 * i)))
    > sum(y)
    48
"""

import numpy as np
import pytest
from scipy.special import expit

from probatum.analysis.calibration import (
    brier,
    brier_decomposition,
    calibration_curve,
    e50,
    e90,
    ece,
    emax,
    hosmer_lemeshow,
    ici,
    in_the_large,
    recalibration,
    slope,
    spiegelhalter,
    weak_calibration_test,
)
from probatum.analysis.calibration.spline import _placed, along, at_patients

I = np.arange(1, 201)  # noqa: E741  (R's name for it)
RISK = expit(-1.5 + 1.4 * np.sin(1.7 * I))
OUTCOME = 101 * expit(-1.2 + 1.1 * np.sin(1.7 * I)) > (37 * I * I) % 101
ONES = np.ones(200)


def test_the_cohort_is_that_of_r():
    assert OUTCOME.sum() == 48


def test_score_slope_and_z_agree_with_val_prob():
    """
    > val.prob(p, y, pl = FALSE)     # digits = 15
    Brier 0.166735631005342  Intercept -0.165918066751393  Slope 0.754446578064973
    S:z 1.15812943202404  S:p 0.246811220764789
    """
    z = spiegelhalter(OUTCOME, RISK)
    fitted = recalibration(OUTCOME, RISK, kind="logistic")
    assert brier(OUTCOME, RISK).value == pytest.approx(0.166735631005342, rel=1e-13)
    assert z.statistic == pytest.approx(1.15812943202404, rel=1e-12)
    assert z.p_value == pytest.approx(0.246811220764789, rel=1e-12)
    assert fitted.intercept == pytest.approx(-0.165918066751393, abs=1e-8)
    assert fitted.slope == pytest.approx(0.754446578064973, abs=1e-8)


def test_recalibration_agrees_with_glm_and_robcov():
    """
    > coef(glm(y ~ x, binomial, control = list(epsilon = 1e-15)))
    -0.16591806632977  0.75444657891771
    > coef(glm(y ~ offset(x), binomial, control = list(epsilon = 1e-15)))
    0.097406145484296
    > sqrt(diag(vcov(robcov(lrm(y ~ x, x = TRUE, y = TRUE, eps = 1e-12)))))
    0.276870358551 0.193324966158
    > z <- (0.75444657891771 - 1) / 0.193324966158; c(z, 2 * pnorm(-abs(z)))
    -1.27015887271179 0.20402804417891
    """
    fitted = recalibration(OUTCOME, RISK, kind="logistic")
    assert fitted.intercept == pytest.approx(-0.16591806632977, rel=1e-12)
    assert fitted.slope == pytest.approx(0.75444657891771, rel=1e-12)
    assert in_the_large(OUTCOME, RISK).value == pytest.approx(0.097406145484296, rel=1e-12)
    assert fitted.intercept_se == pytest.approx(0.276870358551, rel=1e-9)
    found = slope(OUTCOME, RISK)
    assert found.se == pytest.approx(0.193324966158, rel=1e-9)
    assert found.statistic == pytest.approx(-1.27015887271179, rel=1e-9)
    assert found.p_value == pytest.approx(0.20402804417891, rel=1e-9)


def test_the_test_of_intercept_and_slope_agrees_with_val_prob_and_robcov():
    """
    > val.prob(p, y, pl = FALSE)[c("U:Chi-sq", "U:p")]
    1.881431927040268 0.390348260173215
    > f <- robcov(lrm(y ~ x, x = TRUE, y = TRUE, eps = 1e-12)); d <- coef(f) - c(0, 1)
    > w <- drop(t(d) %*% solve(vcov(f)) %*% d); c(w, pchisq(w, 2, lower = FALSE))
    2.00572922803284 0.366827116539471
    """
    ratio = weak_calibration_test(OUTCOME, RISK)
    wald = weak_calibration_test(OUTCOME, RISK, method="wald")
    assert ratio.statistic == pytest.approx(1.881431927040268, rel=1e-12)
    assert ratio.p_value == pytest.approx(0.390348260173215, rel=1e-12)
    assert wald.statistic == pytest.approx(2.00572922803284, rel=1e-9)
    assert wald.p_value == pytest.approx(0.366827116539471, rel=1e-9)


def test_rising_steps_agree_with_isoreg():
    """
    > r <- isoreg(p, y); sort(unique(r$yf)); r$yf[match(c(1, 50, 123), r$ord)]
    0 0.103896103896104 0.25 0.275862068965517 0.333333333333333 0.488888888888889
    0.488888888888889 0.103896103896104 0.488888888888889
    > mean((r$yf - y[r$ord])^2)
    0.15708074588247
    """
    found = recalibration(OUTCOME, RISK, kind="isotonic")
    fixed = found.risk(RISK)
    expected = [0, 8 / 77, 1 / 4, 8 / 29, 1 / 3, 22 / 45]
    assert np.unique(fixed.round(12)) == pytest.approx(expected)
    assert fixed[[0, 49, 122]] == pytest.approx([22 / 45, 8 / 77, 22 / 45])
    assert brier(OUTCOME, fixed).value == pytest.approx(0.15708074588247, rel=1e-12)
    assert found.steps == 6


def test_indices_of_the_loess_agree_with_r():
    """
    > d <- abs(fitted(loess(y ~ p, span = .75, degree = 2)) - p)
    > c(mean(d), quantile(d, c(.5, .9), type = 1), max(d))
    0.0373616848242 0.0354853048863 0.0641013129056 0.0754371064077
    """
    found = [index(OUTCOME, RISK).value for index in (ici, e50, e90, emax)]
    expected = [0.0373616848242, 0.0354853048863, 0.0641013129056, 0.0754371064077]
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("knots", "expected"),
    [
        (3, [0.0250214495037, 0.0211477610018, 0.0430646389094, 0.0431403185775]),
        (4, [0.0252560810235, 0.0204099899179, 0.0517383194009, 0.0542294317052]),
        (5, [0.0451078395174, 0.0346356341402, 0.0950894835924, 0.108636159198]),
    ],
)
def test_indices_of_the_spline_agree_with_rms(knots, expected):
    """
    > k <- attr(rcs(x, knots), "parms")
    > d <- abs(fitted(glm(y ~ rcspline.eval(x, knots = k, inclx = TRUE, norm = 2), binomial,
    +                     control = list(epsilon = 1e-14))) - p)
    > c(mean(d), quantile(d, c(.5, .9), type = 1), max(d))
    """
    found = [
        index(OUTCOME, RISK, smoother="spline", knots=knots).value
        for index in (ici, e50, e90, emax)
    ]
    assert found == pytest.approx(expected, rel=1e-9)


def test_knots_and_fits_of_the_spline_agree_with_rms():
    """
    > attr(rcs(x, 5), "parms")
    -2.882868492180 -2.394545815994 -1.519209097283 -0.585973920436 -0.119735065877
    > fitted(...)[c(1, 50, 123)]     # as above, 5 knots
    0.493247957432 0.195415456691 0.486076319417
    """
    placed = [
        -2.88286849218,
        -2.394545815994,
        -1.519209097283,
        -0.585973920436,
        -0.119735065877,
    ]
    assert _placed(np.log(RISK / (1 - RISK)), 5) == pytest.approx(placed, rel=1e-11)
    found = at_patients(OUTCOME, RISK, ONES, 5)[[0, 49, 122]]
    assert found == pytest.approx([0.493247957432, 0.195415456691, 0.486076319417], rel=1e-10)


def test_the_band_of_the_spline_agrees_with_robcov():
    """
    > f <- robcov(lrm(y ~ rcs(x, 4), x = TRUE, y = TRUE, eps = 1e-12))
    > q <- predict(f, data.frame(x = qlogis(c(.1, .3, .5))), se.fit = TRUE)
    > plogis(q$linear.predictors + c(-1, 1) %o% qnorm(.975) * q$se.fit)     # by rows
    0.0653703272159 0.1962682906711 0.2676568534567
    0.221648403518  0.461357034973  0.665770092079
    """
    _, lower, upper = along(
        OUTCOME, RISK, ONES, np.array([0.1, 0.3, 0.5]), knots=4, half=1.959963984540054
    )
    assert lower == pytest.approx([0.0653703272159, 0.1962682906711, 0.2676568534567], rel=1e-8)
    assert upper == pytest.approx([0.221648403518, 0.461357034973, 0.665770092079], rel=1e-8)


def test_hosmer_lemeshow_agrees_with_the_lines_of_hoslem_test():
    """
    > # ResourceSelection::hoslem.test, its lines from memory, not opened
    > cutyhat <- cut(p, quantile(p, seq(0, 1, 1/10)), include.lowest = TRUE)
    > obs <- xtabs(cbind(1 - y, y) ~ cutyhat); expect <- xtabs(cbind(1 - p, p) ~ cutyhat)
    > chisq <- sum((obs - expect)^2 / expect)
    > c(chisq, pchisq(chisq, 8, lower = FALSE), pchisq(chisq, 10, lower = FALSE))
    22.6708350845254643  0.0038135876200163  0.0120290035904616
    """
    development = hosmer_lemeshow(OUTCOME, RISK, setting="development")
    validation = hosmer_lemeshow(OUTCOME, RISK, setting="validation")
    assert development.statistic == pytest.approx(22.6708350845254643, rel=1e-12)
    assert development.p_value == pytest.approx(0.0038135876200163, rel=1e-11)
    assert validation.p_value == pytest.approx(0.0120290035904616, rel=1e-11)


@pytest.mark.parametrize(
    ("binning", "expected"), [("quantile", 0.096042626687537), ("width", 0.032754508461779)]
)
def test_the_expected_calibration_error_agrees_with_three_lines_of_r(binning, expected):
    """
    > q <- cut(p, quantile(p, seq(0, 1, .1)), include.lowest = TRUE)     # width: seq(0, 1, .1)
    > sum(abs(tapply(y - p, q, sum)), na.rm = TRUE) / 200
    """
    found = ece(OUTCOME, RISK, binning=binning)
    assert found.value == pytest.approx(expected, rel=1e-12)


MURPHY = ([0.1, 0.4, 0.7], [100, 150, 50], [12, 57, 40])
"""Forecasts, how often each was made and how often it rained: counts of our own."""


def test_three_terms_of_distinct_forecasts_agree_with_exact_fractions():
    """
    B = (12 x 0.81 + 88 x 0.01 + 57 x 0.36 + 93 x 0.16 + 40 x 0.09 + 10 x 0.49)/300;
    reliability (100 x 0.02^2 + 150 x 0.02^2 + 50 x 0.1^2)/300; prevalence 109/300.
    """
    told, times, rained = (np.array(column) for column in MURPHY)
    risk = np.concatenate([np.repeat(told, rained), np.repeat(told, times - rained)])
    found = brier_decomposition(np.arange(300) < 109, risk, binning="distinct")
    base = 109 / 300
    assert found.brier == pytest.approx(54.5 / 300, rel=1e-12)
    assert found.reliability == pytest.approx(0.6 / 300, rel=1e-10)
    assert found.resolution == pytest.approx(
        (100 * (0.12 - base) ** 2 + 150 * (0.38 - base) ** 2 + 50 * (0.8 - base) ** 2) / 300
    )
    assert found.uncertainty == pytest.approx(base * (1 - base))
    assert found.reliability - found.resolution + found.uncertainty == pytest.approx(
        found.brier
    )


def test_the_curve_of_the_spline_agrees_with_its_index():
    curve = calibration_curve(OUTCOME, RISK, points=400, smoother="spline")
    distance = np.abs(np.interp(RISK, curve.risk, curve.observed) - RISK)
    found = ici(OUTCOME, RISK, smoother="spline").value
    assert found == pytest.approx(distance.mean(), abs=1e-4)
