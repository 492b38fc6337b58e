"""Likelihood ratios, carried predictive values, clusters and Begg-Greenes agree with R."""

import numpy as np
import pytest
import statsmodels.api as sm

from probatum.analysis.proportion import (
    begg_greenes_sensitivity,
    begg_greenes_specificity,
    clustered_proportion,
    diagnostic_odds_ratio,
    likelihood_ratio_negative,
    likelihood_ratio_positive,
    npv_at_prevalence,
    ppv_at_prevalence,
    verification_bounds_sensitivity,
)


def cohort(true_positive, missed, false_positive, cleared):
    cells = [true_positive, missed, false_positive, cleared]
    return np.repeat([1, 1, 0, 0], cells), np.repeat([1, 0, 1, 0], cells)


SCOTT = cohort(670, 74, 202, 640)
"""Scott et al. 2008, table 1, the example of epiR's ``epi.tests``."""
APOE = cohort(240, 178, 87, 288)
"""Apolipoprotein E against Alzheimer's disease, the example of Mercaldo et al. 2007."""


@pytest.mark.parametrize(
    ("ratio", "value", "lower", "upper"),
    [
        (likelihood_ratio_positive, 3.753726179070, 3.320688435507, 4.243234648805),
        (likelihood_ratio_negative, 0.130855174731, 0.105064323512, 0.162977080912),
        (diagnostic_odds_ratio, 28.686111854429, 21.518191656635, 38.241736408694),
    ],
)
def test_log_intervals_agree_with_epi_r(ratio, value, lower, upper):
    """
    > # R 4.2.2, epiR 2.0.57, 2026-11-28
    > epi.tests(c(670, 202, 74, 640))$detail
    """
    found = ratio(*SCOTT, method="log")
    assert found.value == pytest.approx(value, rel=1e-12)
    assert found.interval == pytest.approx((lower, upper), rel=1e-12)


@pytest.mark.parametrize(
    ("ratio", "lower", "upper"),
    [
        (likelihood_ratio_positive, 2.03036471718, 3.03742663029),
        (likelihood_ratio_negative, 0.488277983596, 0.626377114717),
    ],
)
def test_score_intervals_agree_with_epi_r(ratio, lower, upper):
    """
    > # R 4.2.2, epiR 2.0.57, 2026-11-28
    > epiR:::zRRscore(c(240, 178, 87, 288), 0.95); epiR:::zRRscore(c(178, 240, 288, 87), 0.95)
    """
    assert ratio(*APOE).interval == pytest.approx((lower, upper), rel=1e-10)


@pytest.mark.parametrize(
    ("predictive", "value", "lower", "upper"),
    [
        (ppv_at_prevalence, 0.0710993700596, 0.0588709728820, 0.0856366656598),
        (npv_at_prevalence, 0.983140388658, 0.980948791030, 0.985083704704),
    ],
)
def test_predictive_values_at_three_in_a_hundred_agree_with_the_formula_in_r(
    predictive, value, lower, upper
):
    """
    > # R 4.2.2, 2026-11-28; the logit variance of Mercaldo et al. 2007, from memory
    > se <- 240/418; sp <- 288/375; p <- .03
    > l <- qlogis(se*p/(se*p + (1-sp)*(1-p)))
    > plogis(l + c(0, -1, 1) * qnorm(.975) * sqrt((1-se)/(se*418) + sp/((1-sp)*375)))
    > l <- qlogis(sp*(1-p)/(sp*(1-p) + (1-se)*p))
    > plogis(l + c(0, -1, 1) * qnorm(.975) * sqrt(se/((1-se)*418) + (1-sp)/(sp*375)))
    """
    found = predictive(*APOE, 0.03)
    assert (found.value, *found.interval) == pytest.approx((value, lower, upper), abs=1e-12)


CLUSTER = np.repeat(range(8), [3, 5, 2, 4, 6, 1, 3, 4])
HAPPENED = [1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 1]


def test_the_clustered_error_agrees_with_sandwich():
    """
    > # R 4.2.2, sandwich 3.0.2, 2026-11-28
    > cl <- rep(1:8, c(3,5,2,4,6,1,3,4)); m <- lm(x ~ 1)
    > sqrt(vcovCL(m, cluster = cl, type = "HC0", cadjust = TRUE))
    """
    found = clustered_proportion(HAPPENED, CLUSTER)
    assert found.value == pytest.approx(0.678571428571, abs=1e-12)
    assert found.se == pytest.approx(0.0961491547707, abs=1e-12)


def test_the_clustered_error_agrees_with_statsmodels():
    fit = sm.OLS(HAPPENED, np.ones(28)).fit(cov_type="cluster", cov_kwds={"groups": CLUSTER})
    assert clustered_proportion(HAPPENED, CLUSTER).se == pytest.approx(float(fit.bse[0]))


def scintigraphy():
    """Hepatic scintigraphy: events, non-events, unverified among positives, then negatives."""
    cells = [231, 32, 166, 27, 54, 140]
    return (
        np.repeat([1, 1, 1, 0, 0, 0], cells),
        np.repeat([1, 1, 0, 1, 1, 0], cells),
        np.repeat([1, 0, np.nan, 1, 0, np.nan], cells),
    )


@pytest.mark.parametrize(
    ("share", "value", "se", "lower", "upper"),
    [
        (
            begg_greenes_sensitivity,
            0.836466715435,
            0.0244980312624,
            0.7826465185,
            0.879020190062,
        ),
        (
            begg_greenes_specificity,
            0.738398018167,
            0.0388626799225,
            0.655507713017,
            0.807209516839,
        ),
    ],
)
def test_correction_for_verification_agrees_with_a_numerical_delta_method(
    share, value, se, lower, upper
):
    """
    Drum and Christiacopoulos 1972, as used by Begg and Greenes 1983 and Zhou et al. (counts
    from memory, not opened; they give .84 and .74). The error is independent of the formula:

    > # R 4.2.2, numDeriv 2016.8.1.1, 2026-11-28
    > x <- c(231, 32, 166, 27, 54, 140); V <- diag(x) - x %*% t(x) / sum(x)
    > f <- function(x) {P1 <- sum(x[1:3]); P0 <- sum(x[4:6])
    +   a <- P1*x[1]/(x[1]+x[2]); b <- P0*x[4]/(x[4]+x[5]); qlogis(a/(a+b))}
    > J <- grad(f, x); s <- sqrt(drop(t(J) %*% V %*% J))
    > plogis(f(x) + c(0, -1, 1) * qnorm(.975) * s)    # likewise for specificity
    """
    found = share(*scintigraphy())
    assert found.value == pytest.approx(value, abs=1e-12)
    assert found.se == pytest.approx(se, abs=1e-9)
    assert found.interval == pytest.approx((lower, upper), abs=1e-9)


def test_the_correction_lies_within_the_bounds_that_assume_nothing():
    bounds = verification_bounds_sensitivity(*scintigraphy())
    assert bounds.worst == pytest.approx(231 / 398)
    assert bounds.best == pytest.approx(397 / 424)
    assert bounds.worst < begg_greenes_sensitivity(*scintigraphy()).value < bounds.best
