"""Weighted event shares agree with survival curves that R and the textbooks print."""

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from probatum.analysis.censoring import censoring_weights, horizon_outcome

WEEKS = [9, 13, 13, 18, 23, 28, 31, 34, 45, 48, 161]
RELAPSED = [1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0]
"""Acute myelogenous leukaemia, chemotherapy maintained; Miller RG, Survival Analysis, 1981."""

SURVIVAL = {9: 0.909, 13: 0.818, 18: 0.716, 23: 0.614, 31: 0.491, 34: 0.368, 48: 0.184}
"""
> # R, package survival, as printed in its documentation
> summary(survfit(Surv(time, status) ~ 1, aml, subset = x == "Maintained"))
"""


@pytest.mark.parametrize("week", SURVIVAL)
def test_the_weighted_share_of_events_agrees_with_the_survival_curve_of_r(week):
    assert 1 - _weighted_share(week) == pytest.approx(SURVIVAL[week], abs=5.1e-4)


def test_the_weighted_share_of_events_agrees_with_statsmodels():
    curve = SurvfuncRight(WEEKS, RELAPSED)
    found = [1 - _weighted_share(week) for week in curve.surv_times]
    np.testing.assert_allclose(found, curve.surv_prob, rtol=1e-12)


def _weighted_share(week):
    weight = censoring_weights(WEEKS, RELAPSED, week).weight
    outcome = horizon_outcome(WEEKS, RELAPSED, week).outcome
    return np.nansum(weight * outcome) / weight.sum()
