"""Coefficients of agreement agree with published examples and with independent software."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as plain_fleiss

from probatum.analysis.agreement import (
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    icc,
    krippendorff_alpha,
    prevalence_adjusted_kappa,
)

_ = np.nan
FOUR_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
        [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
    ]
)
"""
Krippendorff K. Computing Krippendorff's Alpha-Reliability, 2011, example C: four observers,
twelve units. The same data are ``cac.raw4raters`` of the R package irrCAC (Gwet 2014).
"""


def long(table):
    """Rater, case and rating of a table of raters by cases, missing ratings without a row."""
    rater, case = np.nonzero(np.isfinite(table))
    return rater, case, table[rater, case]


def pairs(table):
    """The two raters' ratings of the cases counted in a square table."""
    i, j = np.indices(np.shape(table))
    times = np.ravel(table)
    return np.repeat(i.ravel(), times), np.repeat(j.ravel(), times)


def of_interval(found):
    """The p-value irrCAC gives: by the error of the interval, not by that of chance."""
    return 2 * stats.t.sf(found.value / found.se, found.n - 1)


@pytest.mark.parametrize(
    ("metric", "alpha"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_agrees_with_krippendorff(metric, alpha):
    found = krippendorff_alpha(*long(FOUR_OBSERVERS), metric=metric)
    assert found.value == pytest.approx(alpha, abs=5.1e-4)
    assert found.n == 11


def test_coefficients_with_missing_ratings_agree_with_irrcac():
    """
    irrCAC, README of its repository kgwet/irrCAC (read 2026-11-28):

    > gwet.ac1.raw(cac.raw4raters)$est       # 0.77544 0.14295 (0.461,1) 0.000208721
    > fleiss.kappa.raw(cac.raw4raters)$est   # 0.76117 0.15302 (0.424,1) 0.000419173
    """
    fleiss, ac1 = (of(*long(FOUR_OBSERVERS)) for of in (fleiss_kappa, gwet_ac1))
    assert fleiss.value == pytest.approx(0.76117, abs=5.1e-6)
    assert fleiss.se == pytest.approx(0.15302, abs=5.1e-6)
    assert ac1.value == pytest.approx(0.77544, abs=5.1e-6)
    assert ac1.se == pytest.approx(0.14295, abs=5.1e-6)
    assert (fleiss.lower, ac1.lower) == pytest.approx((0.424, 0.461), abs=5.1e-4)
    assert (fleiss.upper, ac1.upper) == (1, 1)
    assert (of_interval(fleiss), ac1.p_value) == pytest.approx(
        (4.19173e-4, 2.08721e-4), rel=1e-4
    )


SIX_RATERS = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
"""
"""Raters who chose each of five diagnoses, for 15 patients (Fleiss 1971; irrCAC's README)."""


def test_coefficients_of_six_psychiatrists_agree_with_irrcac():
    """
    > gwet.ac1.dist(distrib.6raters)         # 0.4448007 0.08418757 (0.264,0.625) 0.0001155927
    > fleiss.kappa.dist(distrib.6raters)     # 0.4139265 0.08119291 (0.24,0.588) 0.0001622724
    > krippen.alpha.dist(distrib.6raters)    # 0.4204384
    """
    counted = [[int(times) for times in patient] for patient in SIX_RATERS.split()]
    table = np.array([np.repeat(np.arange(5.0), times) for times in counted]).T
    ac1, fleiss = gwet_ac1(*long(table)), fleiss_kappa(*long(table))
    assert (ac1.value, ac1.se) == pytest.approx((0.4448007, 0.08418757), abs=6e-8)
    assert (fleiss.value, fleiss.se) == pytest.approx((0.4139265, 0.08119291), abs=6e-8)
    assert (ac1.p_value, of_interval(fleiss)) == pytest.approx(
        (1.155927e-4, 1.622724e-4), rel=1e-6
    )
    assert (*ac1.interval, *fleiss.interval) == pytest.approx(
        (0.264, 0.625, 0.240, 0.588), abs=5.1e-4
    )
    alpha = krippendorff_alpha(*long(table), metric="nominal")
    assert alpha.value == pytest.approx(0.4204384, abs=6e-8)


THIRTY_PATIENTS = """
444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 144444 124444 222333
144444 224445 333335 111455 111112 224444 133555 555555 244444 224555 114444 144445 222224
111155 224444 133333 555555
"""
"""What six psychiatrists called each of 30 patients: ``diagnoses`` of the R package irr, as
statsmodels prints it in its tests (Fleiss 1971, five diagnoses)."""


def test_the_test_of_kappa_agrees_with_irr():
    """
    > kappam.fleiss(diagnoses)    # irr: value 0.4302445, statistic 17.65183
    """
    said = [[int(one) for one in patient] for patient in THIRTY_PATIENTS.split()]
    found = fleiss_kappa(*long(np.array(said).T))
    assert found.value == pytest.approx(0.4302445, abs=6e-8)
    assert found.statistic == pytest.approx(17.65183, abs=6e-6)


ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
"""
irrCAC 1.0, vignette "Calculating Chance-corrected Agreement Coefficients", cont3x3abstractors:

> kappa2.table(cont3x3abstractors)     # 0.7964094  0.05891072
> scott2.table(cont3x3abstractors)     # 0.7962397  0.05905473
> gwet.ac1.table(cont3x3abstractors)   # 0.8493305  0.04321747
> bp2.table(cont3x3abstractors)        # 0.835      0.04693346
> krippen2.table(cont3x3abstractors)   # 0.7972585
"""


def test_coefficients_of_two_raters_agree_with_irrcac():
    """irrCAC divides by n for tables of two raters and by n - 1 for panels, as here."""
    a, b = pairs(ABSTRACTORS)
    panel = long(np.array([a, b], dtype=float))
    kappa, even = cohen_kappa(a, b), prevalence_adjusted_kappa(a, b)
    assert (kappa.value, kappa.se) == pytest.approx((0.7964094, 0.05891072), abs=6e-8)
    assert (even.value, even.se) == pytest.approx((0.835, 0.04693346), abs=6e-9)
    more = np.sqrt(100 / 99)
    scott, ac1 = fleiss_kappa(*panel), gwet_ac1(*panel)
    assert (scott.value, scott.se) == pytest.approx((0.7962397, 0.05905473 * more), abs=6e-8)
    assert (ac1.value, ac1.se) == pytest.approx((0.8493305, 0.04321747 * more), abs=6e-8)
    alpha = krippendorff_alpha(*panel, metric="nominal")
    assert alpha.value == pytest.approx(0.7972585, abs=6e-8)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_kappa_its_error_and_its_test_agree_with_statsmodels(weights):
    table = np.array([[53, 5, 2], [11, 14, 5], [1, 6, 3]])
    found = cohen_kappa(*pairs(table), weights=weights)
    other = cohens_kappa(table, wt=None if weights == "none" else weights)
    assert found.value == pytest.approx(other.kappa, rel=1e-12)
    assert found.se == pytest.approx(other.std_kappa, rel=1e-10)
    assert found.statistic == pytest.approx(other.z_value, rel=1e-10)
    assert found.p_value == pytest.approx(other.pvalue_two_sided, rel=1e-8)


def test_kappa_agrees_with_psych_and_epir():
    """
    > library(psych)      # R 4.2, psych 2.2.9, 2026-11-28
    > k <- cohen.kappa(matrix(c(53,5,2,11,14,5,1,6,3), 3, 3, byrow = TRUE))
    > c(k$kappa, k$var.kappa)
    [1] 0.42857142857143 0.00576974408811
    > library(epiR)       # 2.0.57
    > e <- epi.kappa(matrix(c(19,10,6,256), 2, 2, byrow = TRUE), method = "fleiss")
    > c(e$kappa$est, e$z$test.statistic, e$pabak$est)
    [1]  0.673583847448 11.5289306283    0.890034364261
    """
    first = cohen_kappa(*pairs([[53, 5, 2], [11, 14, 5], [1, 6, 3]]))
    assert (first.value, first.se**2) == pytest.approx((0.42857142857143, 0.00576974408811))
    second = cohen_kappa(*pairs([[19, 10], [6, 256]]))
    assert second.value == pytest.approx(0.673583847448, abs=1e-12)
    assert second.statistic == pytest.approx(11.5289306283, abs=1e-10)
    even = prevalence_adjusted_kappa(*pairs([[19, 10], [6, 256]]))
    assert even.value == pytest.approx(0.890034364261, abs=1e-12)


def test_fleiss_kappa_agrees_with_statsmodels():
    rng = np.random.default_rng(4)
    table = (rng.integers(0, 4, 60) + (rng.random((5, 60)) < 0.4)).astype(float)
    counted, _seen = aggregate_raters(table.T)
    assert fleiss_kappa(*long(table)).value == pytest.approx(plain_fleiss(counted), rel=1e-12)


JUDGES = np.array(
    [[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7.0]]
)
"""Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-428, table 2: six targets, four judges."""


@pytest.mark.parametrize(
    ("form", "unit", "value", "lower", "upper"),
    [
        ("1", "single", 0.1657417684, -0.13293232487, 0.7225600623),
        ("2", "single", 0.2897637795, 0.01878651337, 0.7610843696),
        ("3", "single", 0.7148407148, 0.34246476503, 0.9458582600),
        ("1", "average", 0.4427971337, -0.88444215524, 0.9124154203),
        ("2", "average", 0.6200505476, 0.07113681530, 0.9272320402),
        ("3", "average", 0.9093155424, 0.67567471382, 0.9858916782),
    ],
)
def test_intraclass_correlations_agree_with_psych(form, unit, value, lower, upper):
    """
    > library(psych)      # R 4.2, psych 2.2.9, 2026-11-28
    > print(ICC(sf, lmer = FALSE)$results, digits = 10)

    To two digits these are Shrout and Fleiss's own .17 .29 .71 .44 .62 .91 (table 4).
    """
    found = icc(*long(JUDGES), form=form, unit=unit)
    assert found.value == pytest.approx(value, abs=6e-11)
    assert found.lower == pytest.approx(lower, abs=6e-11)
    assert found.upper == pytest.approx(upper, abs=6e-11)
    f, p_value = (
        (1.794678492, 0.1647688083446) if form == "1" else (11.027247956, 0.0001345665165)
    )
    assert found.statistic == pytest.approx(f, abs=6e-10)
    assert found.p_value == pytest.approx(p_value, rel=1e-9)
