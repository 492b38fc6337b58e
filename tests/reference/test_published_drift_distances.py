"""Distances, classifiers and changes of calibration agree with independent software."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.preprocessing import StandardScaler

from probatum.analysis.discrimination import auc
from probatum.analysis.drift import calibration_drift_test, classifier_test, ks, wasserstein
from probatum.analysis.drift.classifier import fold_area

SIZES = [(333, 217), (200, 200), (1, 50)]


@pytest.mark.parametrize("sizes", SIZES)
def test_the_mean_move_agrees_with_scipy(sizes):
    rng = np.random.default_rng(1)
    before, now = rng.normal(size=sizes[0]).round(1), rng.exponential(size=sizes[1]).round(1)
    expected = stats.wasserstein_distance(before, now)
    assert wasserstein(before, now).value == pytest.approx(expected, rel=1e-12)


def test_small_samples_agree_with_the_exact_test_of_r():
    """
    > # R 4.2.2, 2026-11-28
    > ks.test(c(.61,.29,.06,.59,-1.73,-.74,.51,-.56,.39,1.64,.05,-.06,.64,-.82,.37,1.77,1.09),
    +         c(-1.28,2.36,1.31,1.05,-.32,-.40,1.06,-2.47,1.8), exact = TRUE)
    """
    x = [0.61, 0.29, 0.06, 0.59, -1.73, -0.74, 0.51, -0.56, 0.39, 1.64, 0.05, -0.06, 0.64]
    y = [-1.28, 2.36, 1.31, 1.05, -0.32, -0.4, 1.06, -2.47, 1.8]
    found = ks([*x, -0.82, 0.37, 1.77, 1.09], y)
    assert found.value == pytest.approx(0.379084967320261, rel=1e-12)
    assert found.p_value == pytest.approx(0.268925125218025, rel=1e-12)


@pytest.mark.parametrize("shift", [0.0, 0.006, 0.01])
def test_the_limit_for_many_patients_agrees_with_the_exact_distribution(shift):
    """scipy 1.17.1, kstwo: 110,000 a side are worth 55,000 in one sample."""
    rng = np.random.default_rng(3)
    before, now = rng.normal(size=110_000), rng.normal(shift, 1, size=110_000)
    exact = stats.ks_2samp(before, now, method="asymp")
    found = ks(before, now)
    assert found.value == exact.statistic
    assert found.p_value == pytest.approx(exact.pvalue, rel=1e-5)


def test_the_area_of_a_fold_agrees_with_scipy_and_its_error_with_delong():
    """scipy 1.17.1, mannwhitneyu: U over the number of pairs."""
    rng = np.random.default_rng(5)
    score, label = rng.integers(0, 9, 80).astype(float), rng.random(80) < 0.4
    area, variance = fold_area(label, score)
    expected = stats.mannwhitneyu(score[label], score[~label])
    assert area == pytest.approx(expected.statistic / (label.sum() * (~label).sum()))
    assert variance**0.5 == pytest.approx(auc(label, score).se)


def test_the_area_over_folds_agrees_with_scikit_learn_fold_by_fold():
    rng = np.random.default_rng(6)
    before, now = rng.normal(size=(90, 3)), rng.normal(0.3, 1, size=(70, 3))
    x, y = np.concatenate([before, now]), np.repeat([False, True], [90, 70])
    state = int(np.random.SeedSequence(9).spawn(1)[0].generate_state(1)[0])
    areas = []
    for learn, unseen in StratifiedKFold(4, shuffle=True, random_state=state).split(x, y):
        scaler = StandardScaler().fit(x[learn])
        model = LogisticRegression(max_iter=1000).fit(scaler.transform(x[learn]), y[learn])
        areas.append(
            roc_auc_score(y[unseen], model.decision_function(scaler.transform(x[unseen])))
        )
    found = classifier_test(before, now, seed=9, classifier="logistic", folds=4)
    assert found.value == pytest.approx(np.mean(areas), rel=1e-12)


def test_change_over_time_agrees_with_statsmodels():
    """Binomial GLM with HC0 covariance, time as it is, neither centred nor scaled."""
    rng = np.random.default_rng(7)
    time, logit = rng.uniform(0, 24, 800), rng.normal(-1, 1, 800)
    y = rng.random(800) < 1 / (1 + np.exp(-(0.2 + logit * (1 - 0.02 * time))))
    found = calibration_drift_test(y, 1 / (1 + np.exp(-logit)), time)
    one, fit = np.ones(800), {"family": sm.families.Binomial()}
    large = sm.GLM(y * 1.0, np.column_stack([one, time]), offset=logit, **fit)
    large = large.fit(cov_type="HC0", tol=1e-12)
    both = sm.GLM(y * 1.0, np.column_stack([one, logit, time, time * logit]), **fit)
    both = both.fit(cov_type="HC0", tol=1e-12)
    assert found.in_the_large.value == pytest.approx(large.params[1], rel=1e-6)
    assert found.in_the_large.se == pytest.approx(large.bse[1], rel=1e-6)
    assert found.slope.value == pytest.approx(both.params[3], rel=1e-6)
    assert found.slope.se == pytest.approx(both.bse[3], rel=1e-6)
    wald = both.wald_test(np.eye(4)[2:], use_f=False, scalar=True)
    assert found.statistic == pytest.approx(float(wald.statistic), rel=1e-5)
    assert found.p_value == pytest.approx(float(wald.pvalue), rel=1e-5)
