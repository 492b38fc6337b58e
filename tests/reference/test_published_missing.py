"""Pooled imputations agree with R's mice."""

import pytest

from probatum.analysis.missing import fraction_missing, rubin

AGE = [
    -3.08508913578603,
    -2.44098260716279,
    -3.03678364653212,
    -2.51902147185955,
    -3.02686298979285,
]
ERRORS = [
    1.105984416238794,
    0.976252906043827,
    0.796177862760696,
    0.801617877636214,
    0.880940734919598,
]
"""
> # R 4.2.2, mice 3.15.0, 2026-11-28: coefficient of age, of its five imputations
> imp <- mice(nhanes, m = 5, seed = 123, print = FALSE)
> fit <- with(imp, lm(bmi ~ age + chl))
> sapply(fit$analyses, function(a) coef(a)[2]); sapply(..., sqrt(vcov(a)[2, 2]))
> pool(fit)$pooled; summary(pool(fit), conf.int = TRUE)
"""


def test_rubins_rules_agree_with_mice():
    found = rubin(AGE, ERRORS, n=25, complete_df=22)
    assert found.value == pytest.approx(-2.8217479702267, rel=1e-12)
    assert found.se == pytest.approx(0.98186030278, rel=1e-10)
    assert found.df == pytest.approx(16.6442839323, rel=1e-10)
    assert found.interval == pytest.approx((-4.896669771347, -0.74682616911), rel=1e-9)


def test_the_fraction_of_missing_information_agrees_with_mice():
    found = fraction_missing(AGE, ERRORS, complete_df=22)
    assert found == pytest.approx(0.212015911139, rel=1e-10)
