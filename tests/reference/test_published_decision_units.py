"""Measures of use agree with published numbers and with independent software."""

import numpy as np
import pytest

from probatum.analysis import decision
from probatum.analysis.decision import (
    cost_per_outcome,
    decision_curve_survival,
    integrated_discrimination,
    interventions_avoided,
    net_benefit_survival,
    net_reclassification,
    standardised_net_benefit,
)

SERIES = np.arange(1, 201)
"""Patients that R and Python make alike: the remainders in the R lines below."""
OLD = (SERIES * 37 % 101) / 101
NEW = (2 * OLD + (SERIES * 53 + 7) % 103 / 103) / 3
EVENT = (SERIES * 29 % 97) / 97 < NEW


def test_the_trade_off_of_ultrasound_agrees_with_the_prostate_study():
    """
    Van Calster B et al. Eur Urol 2018;74:796-804, abstract: transrectal ultrasound improved
    net benefit by 0.0114, worth it to whoever would test 88 patients to find one cancer more,
    or 10 to avoid one unneeded biopsy. The abstract gives no threshold; at 0.1, the odds of
    which are 1/9, the second number follows from the first.
    """
    y = np.repeat([1, 0], [900, 9100])
    without = np.repeat([0.2, 0.05], [400, 9600])
    with_it = np.repeat([0.2, 0.05], [514, 9486])
    found, spared = (
        decision.test_trade_off(y, with_it, 0.1, versus=without, unit=unit)
        for unit in ("true_positive", "false_positive")
    )
    assert 1 / found.value == pytest.approx(0.0114)
    assert round(found.value) == 88
    assert round(spared.value) == 10


@pytest.mark.parametrize(
    ("threshold", "expected", "error"),
    [
        (0.2, 0.288578096444957, 0.0462782397732168),
        (0.5, 0.00398530246674514, 0.0578328346983384),
        (0.7, -0.197462202792874, 0.0783873305749581),
    ],
)
def test_net_benefit_under_censoring_agrees_with_r(threshold, expected, error):
    """
    R 4.2.2, survival 3.5.3, 2026-11-28:

    > i <- 1:200; time <- ((i*61) %% 89)+1; event <- ((i*17) %% 5) < 3
    > risk <- ((i*37) %% 101)/101
    > pos <- risk >= pt; s <- summary(survfit(Surv(time[pos], event[pos]) ~ 1), times = 60)
    > x <- mean(pos); (1-s$surv)*x - s$surv*x*pt/(1-pt)
    > v <- x*(1-x)/200*(1-s$surv/(1-pt))^2 + (x/(1-pt))^2*s$std.err^2; sqrt(v*200/199)

    The second line is the estimator of Vickers et al. 2008; the variance is composed from
    survfit's Greenwood error.
    """
    found = net_benefit_survival(
        SERIES * 61 % 89 + 1, SERIES * 17 % 5 < 3, OLD, threshold, horizon=60
    )
    assert found.value == pytest.approx(expected, rel=1e-12)
    assert found.se == pytest.approx(error, rel=1e-12)


def test_acting_on_all_under_censoring_rests_on_the_survival_of_all():
    """R as above: summary(survfit(Surv(time, event) ~ 1), times = 60)$surv is 0.513818..."""
    curve = decision_curve_survival(
        SERIES * 61 % 89 + 1, SERIES * 17 % 5 < 3, OLD, [0.25], horizon=60
    )
    assert curve.treat_all[0] == pytest.approx(1 - 0.513818140512237 / 0.75, rel=1e-12)


BY_HMISC = {
    None: {
        "events": (-0.0816326530612245, 0.1006781145762799),
        "nonevents": (-0.0980392156862746, 0.0985377558866283),
        "total": (-0.1796718687474991, 0.1408750229451882),
    },
    0.5: {
        "events": (0.0408163265306122, 0.0351066897340883),
        "nonevents": (0.0196078431372549, 0.0339062420233708),
        "total": (0.0604241696678672, 0.0488068941055763),
    },
}
"""
R 4.2.2, Hmisc 4.8.0, 2026-11-28; value and se:

> i <- 1:200; old <- ((i*37) %% 101)/101; new <- (2*old + ((i*53+7) %% 103)/103)/3
> y <- as.numeric(((i*29) %% 97)/97 < new)
> improveProb(old, new, y)                                               # continuous
> improveProb(as.numeric(old >= .5), as.numeric(new >= .5), y)           # across 0.5
"""


@pytest.mark.parametrize("threshold", [None, 0.5])
@pytest.mark.parametrize(("part", "n"), [("events", 98), ("nonevents", 102)])
def test_reclassification_agrees_with_hmisc(threshold, part, n):
    """Hmisc divides the variance of a class by n, this library by n - 1."""
    found = getattr(net_reclassification(EVENT, OLD, NEW, threshold=threshold), part)
    value, error = BY_HMISC[threshold][part]
    assert found.value == pytest.approx(value, rel=1e-12)
    assert found.se == pytest.approx(error * np.sqrt(n / (n - 1)), rel=1e-12)


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_the_sum_of_both_parts_agrees_with_hmisc(threshold):
    found = net_reclassification(EVENT, OLD, NEW, threshold=threshold).total
    told = BY_HMISC[threshold]
    assert found.value == pytest.approx(told["total"][0], rel=1e-12)
    assert np.hypot(told["events"][1], told["nonevents"][1]) == pytest.approx(told["total"][1])
    error = np.hypot(
        told["events"][1] * np.sqrt(98 / 97), told["nonevents"][1] * np.sqrt(102 / 101)
    )
    assert found.se == pytest.approx(error, rel=1e-12)


def test_integrated_discrimination_agrees_with_hmisc():
    """As above: improveSens, improveSpec, idi, se.idi of improveProb(old, new, y)."""
    found = integrated_discrimination(EVENT, OLD, NEW)
    assert found.events.value == pytest.approx(-0.0168426690103130, rel=1e-12)
    assert found.nonevents.value == pytest.approx(-0.0192682603497357, rel=1e-12)
    assert found.total.value == pytest.approx(-0.0361109293600487, rel=1e-12)
    assert found.total.se == pytest.approx(0.0184766111287481, rel=1e-12)


@pytest.mark.parametrize(
    ("threshold", "share", "error", "avoided"),
    [
        (0.2, 0.775510204081633, 0.0335243524878216, 7.0),
        (0.5, 0.418367346938775, 0.0784056682788585, 22.5),
    ],
)
def test_shares_and_interventions_avoided_agree_with_r(threshold, share, error, avoided):
    """
    R 4.2.2, numDeriv 2016.8.1.1, 2026-11-28; new and y as for Hmisc above:

    > u <- ifelse(new >= pt, ifelse(y == 1, 1, -pt/(1-pt)), 0)
    > m <- c(mean(u), mean(y)); V <- cov(cbind(u, y))/200; f <- function(m) m[1]/m[2]
    > f(m); g <- grad(f, m); sqrt(drop(t(g) %*% V %*% g))
    > all <- mean(y) - mean(1-y)*pt/(1-pt); (mean(u) - all)/(pt/(1-pt))*100

    The last line is the formula of dcurves' net_intervention_avoided (read 2026-11-28).
    """
    found = standardised_net_benefit(EVENT, NEW, threshold)
    assert found.value == pytest.approx(share, rel=1e-12)
    assert found.se == pytest.approx(error, rel=1e-8)
    assert interventions_avoided(EVENT, NEW, threshold).value == pytest.approx(avoided)


def test_costs_and_their_bounds_agree_with_r():
    """
    R 4.2.2, 2026-11-28; new and y as for Hmisc above:

    > a <- new >= .5; none <- 1000*y; all <- 100 + 300*y
    > cost <- 5 + ifelse(a, 100 + 300*y, 1000*y); mean(cost); sd(cost)/sqrt(200)
    > mean(all - cost); sd(all - cost)/sqrt(200)
    > d <- cost - none; b <- as.numeric(a & y == 1); R <- mean(d)/mean(b); R
    > h <- function(r) { z <- d - r*b; mean(z)^2 - qnorm(.975)^2*var(z)/200 }
    > uniroot(h, c(R-3000, R), tol = 1e-12)$root; uniroot(h, c(R, R+3000), tol = 1e-12)$root
    """
    found = cost_per_outcome(
        EVENT, NEW, 0.5, cost_test=5, cost_action=100, cost_missed=1000, cost_found=300
    )
    assert found.model.value == pytest.approx(297)
    assert found.model.se == pytest.approx(23.3000959732317, rel=1e-12)
    assert found.saved_over_all.value == pytest.approx(-50)
    assert found.saved_over_all.se == pytest.approx(15.8787807589865, rel=1e-12)
    assert found.per_event_found.value == pytest.approx(-543.661971830986, rel=1e-12)
    assert found.per_event_found.interval == pytest.approx(
        (-561.296408556702, -520.241387213613), rel=1e-10
    )
