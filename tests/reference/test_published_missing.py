"""Imputations and their pooling agree with R's mice."""

import numpy as np
import pandas as pd
import pytest

from probatum.analysis.estimate import wald
from probatum.analysis.missing import fraction_missing, imputations, pooled, rubin

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


AGES = "1 2 1 3 1 3 1 1 2 2 1 2 3 2 1 1 3 2 1 3 1 1 1 3 2"
INDEX = "- 22.7 - - 20.4 - 22.5 30.1 22 - - - 21.7 28.7 29.6 - 27.2 26.3 35.3 25.5 - 33.2 27.5"
TENSE = "- 1 1 - 1 - 1 1 1 - - - 1 2 1 - 2 2 1 2 - 1 1 1 1"
FATS = "- 187 187 - 113 184 118 187 238 - - - 206 204 - - 284 199 218 - - 229 131 - 186"
NHANES = pd.DataFrame(
    {
        name: [np.nan if one == "-" else float(one) for one in told.split()]
        for name, told in zip(
            ("age", "bmi", "hyp", "chl"), (AGES, INDEX + " 24.9 27.4", TENSE, FATS), strict=True
        )
    }
)
"""
> # R 4.2.2, mice 3.15.0, 2026-11-28: the data set that comes with it
> imp <- mice(nhanes, m = 3000, maxit = 10, method = "norm", seed = 1, print = FALSE)
> summary(pool(with(imp, lm(bmi ~ 1)))); summary(pool(with(imp, lm(bmi ~ age + chl))))
"""


def mean_bmi(one):
    bmi = one["bmi"]
    return wald(bmi.mean(), bmi.std() / 5, confidence=0.95, n=25, method="mean")


def slope_of_age(one):
    design = np.column_stack([np.ones(25), one["age"], one["chl"]])
    beta, rest, _, _ = np.linalg.lstsq(design, one["bmi"], rcond=None)
    error = np.sqrt(np.linalg.inv(design.T @ design)[1, 1] * rest[0] / 22)
    return wald(beta[1], error, confidence=0.95, n=25, method="linear regression")


@pytest.mark.parametrize(
    ("estimator", "complete_df", "value", "se"),
    [(mean_bmi, 24, 26.526617, 1.2268675), (slope_of_age, 22, -4.71204804, 1.517556832)],
)
def test_chained_equations_agree_with_mice(estimator, complete_df, value, se):
    """Two seeds of mice, of 3000 and 1000 sets, differ by 0.04 and by 3 % of the error."""
    drawn = imputations(NHANES, seed=1, m=600, rounds=10)
    found = pooled(estimator, drawn, complete_df=complete_df)
    assert found.value == pytest.approx(value, abs=0.15)
    assert found.se == pytest.approx(se, rel=0.1)
