"""Calibration at a horizon agrees with R's survival and riskRegression.

One cohort, which R and this file build alike, without random numbers:

    > # R 4.2.2, survival 3.5.3, riskRegression 2022.11.28, Debian 12, 2026-11-28
    > i <- 1:80
    > d <- data.frame(time = 1 + (53 * i) %% 97, event = as.integer((29 * i) %% 7 < 4),
    +                 p = plogis(-0.5 + 1.2 * sin(1.7 * i)))
"""

import numpy as np
import pytest
from scipy.special import expit

from probatum.analysis.calibration import brier_survival, observed_expected_survival

I = np.arange(1, 81)  # noqa: E741  (R's name for it)
TIME, EVENT = 1.0 + (53 * I) % 97, (29 * I) % 7 < 4
RISK = expit(-0.5 + 1.2 * np.sin(1.7 * I))
TENS = np.ceil(TIME / 10)
"""The same times in tens, so that events and losses share them."""


@pytest.mark.parametrize(
    ("time", "horizon", "ratio", "error"),
    [
        (TIME, 60.5, 1.08870529151, 0.143491174056),
        (TENS, 6.5, 1.05881235612, 0.144739889338),
    ],
)
def test_observed_to_expected_agrees_with_survfit(time, horizon, ratio, error):
    """
    > s <- summary(survfit(Surv(time, event) ~ 1, d), times = 60.5)
    > c((1 - s$surv) / mean(d$p), s$std.err / (1 - s$surv))
    1.08870529151 0.143491174056
    > d$time <- ceiling(d$time / 10)     # and times = 6.5
    1.05881235612 0.144739889338
    """
    found = observed_expected_survival(time, EVENT, RISK, horizon)
    assert found.value == pytest.approx(ratio, rel=1e-10)
    assert found.se / found.value == pytest.approx(error, rel=1e-10)


@pytest.mark.parametrize(
    ("time", "horizon", "expected"),
    [(TIME, 60.5, 0.28500361239764), (TENS, 6.5, 0.28332619473043)],
)
def test_the_brier_score_agrees_with_riskregression(time, horizon, expected):
    """
    > Score(list(m = matrix(d$p)), Surv(time, event) ~ 1, d, times = 60.5, metrics = "brier",
    +       se.fit = TRUE, null.model = FALSE, cens.model = "km", conservative = FALSE)
    Brier 0.28500361239764 se 0.027276690297507
    > # times in tens, times = 6.5
    Brier 0.28332619473043 se 0.027028857441312
    """
    assert brier_survival(time, EVENT, RISK, horizon).value == pytest.approx(
        expected, rel=1e-12
    )


@pytest.mark.parametrize(
    ("time", "horizon", "expected", "agreement"),
    [(TIME, 60.5, 0.027276690297507, 1e-4), (TENS, 6.5, 0.027028857441312, 0.01)],
)
def test_its_error_agrees_with_riskregression_and_with_ties_to_a_hundredth(
    time, horizon, expected, agreement
):
    """As above. With ties their expansion sorts losses in continuous time; ours is exact."""
    found = brier_survival(time, EVENT, RISK, horizon)
    assert found.se == pytest.approx(expected, rel=agreement)


@pytest.mark.parametrize(("time", "horizon"), [(TIME, 60.5), (TENS, 6.5)])
def test_its_error_agrees_with_leaving_out_one_patient_at_a_time(time, horizon):
    left_out = [
        brier_survival(
            np.delete(time, one), np.delete(EVENT, one), np.delete(RISK, one), horizon
        ).value
        for one in range(80)
    ]
    jackknife = np.sqrt(79 / 80 * np.sum((left_out - np.mean(left_out)) ** 2))
    assert brier_survival(time, EVENT, RISK, horizon).se == pytest.approx(jackknife, rel=0.01)
