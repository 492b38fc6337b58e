"""Reader studies agree with published listings to every digit they print."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from probatum.analysis.reader_study import (
    Reads,
    dorfman_berbaum_metz,
    mrmc_power,
    mrmc_sample_size,
    obuchowski_rockette,
    reader_versus_model,
    single_arm,
    ustatistic_difference,
)

VANDYKE = Path(__file__).parent / "data/vandyke.csv"
"""
Van Dyke CW et al., cine MRI against spin echo MRI for aortic dissection, 1993: 45 dissections
in 114 cases, 5 readers, 2 modalities.
"""


@pytest.fixture(scope="module")
def reads():
    return Reads.of(pd.read_csv(VANDYKE))


def printed(value, *, digits):
    """Agreement to all digits of a listing."""
    return pytest.approx(value, abs=0.5000001 * 10**-digits)


"""
OR-DBM MRMC 2.51 (build 20181028), University of Iowa, run 04/30/2020: trapezoidal areas,
jackknife covariances. The listing is in the repository dpc10ster/RJafroc,
inst/IowaResults/VanDyke_trap_area_jackknife_anova.txt.
"""


def test_areas_and_components_agree_with_the_iowa_listing(reads):
    found = obuchowski_rockette(reads)
    areas = [one.area for one in found.readers]
    listed = [0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066]
    listed += [0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169]
    np.testing.assert_allclose(areas, listed, atol=5.1e-9, rtol=0)
    parts = found.components
    assert parts.var_reader == printed(0.00153500, digits=8)
    assert parts.var_treatment_reader == printed(0.00020040, digits=8)
    assert parts.cov1 == printed(0.00034661, digits=8)
    assert parts.cov2 == printed(0.00034407, digits=8)
    assert parts.cov3 == printed(0.00023903, digits=8)
    assert parts.var_error == printed(0.00080229, digits=8)


@pytest.mark.parametrize(
    ("effects", "statistic", "df2", "p_value"),
    [
        ({}, printed(4.46, digits=2), printed(15.26, digits=2), 0.0517),
        ({"readers": "fixed"}, printed(5.47595, digits=5), None, 0.0193),
        ({"cases": "fixed"}, printed(8.70, digits=2), 4, 0.0420),
    ],
)
def test_the_overall_test_agrees_with_the_iowa_listing(reads, effects, statistic, df2, p_value):
    found = obuchowski_rockette(reads, **effects).overall
    assert found.statistic == statistic
    assert found.df2 == df2
    assert found.p_value == printed(p_value, digits=4)


@pytest.mark.parametrize(
    ("effects", "se", "lower", "upper"),
    [
        ({}, 0.02075, -0.08796, 0.00036),
        ({"readers": "fixed"}, 0.01872, -0.08049, -0.00711),
        ({"cases": "fixed"}, 0.01485, -0.08502, -0.00258),
    ],
)
def test_the_difference_agrees_with_the_iowa_listing(reads, effects, se, lower, upper):
    found = obuchowski_rockette(reads, **effects).differences[0].difference
    assert found.value == printed(-0.04380032, digits=8)
    assert found.se == printed(se, digits=5)
    assert found.lower == printed(lower, digits=5)
    assert found.upper == printed(upper, digits=5)


@pytest.mark.parametrize(
    ("effects", "treatment", "se", "lower", "upper"),
    [
        ({}, 0, 0.03317360, 0.82522360, 0.96885048),
        ({}, 1, 0.02156637, 0.89413783, 0.98753689),
        ({"readers": "fixed"}, 0, 0.02428971, 0.84943008, 0.94464399),
        ({"readers": "fixed"}, 1, 0.01677632, 0.90795637, 0.97371835),
        ({"cases": "fixed"}, 0, 0.02482994, 0.82809808, 0.96597599),
        ({"cases": "fixed"}, 1, 0.01615303, 0.89598936, 0.98568536),
    ],
)
def test_each_treatment_agrees_with_the_iowa_listing(
    reads, effects, treatment, se, lower, upper
):
    found = obuchowski_rockette(reads, **effects).treatments[treatment].area
    assert found.se == printed(se, digits=8)
    assert found.lower == printed(lower, digits=8)
    assert found.upper == printed(upper, digits=8)
    alone = single_arm(reads, arm=str(treatment + 1), goal=0.8, interval="wald", **effects)
    assert alone.interval == pytest.approx(found.interval)


def test_degrees_of_freedom_of_single_treatments_agree_with_the_iowa_listing(reads):
    df = [one.area.df for one in obuchowski_rockette(reads).treatments]
    assert df == [printed(12.74, digits=2), printed(12.71, digits=2)]


def test_pseudovalue_components_agree_with_the_iowa_listing(reads):
    parts = dorfman_berbaum_metz(reads).components
    assert parts.var_reader == printed(0.00153500, digits=8)
    assert parts.var_case == printed(0.02724923, digits=8)
    assert parts.var_treatment_reader == printed(0.00020040, digits=8)
    assert parts.var_treatment_case == printed(0.01197530, digits=8)
    assert parts.var_reader_case == printed(0.01226473, digits=8)
    assert parts.var_error == printed(0.03997160, digits=8)


@pytest.mark.parametrize(
    ("effects", "df", "p_value", "lower", "upper"),
    [
        ({}, printed(15.26, digits=2), 0.0517, -0.08796, 0.00036),
        ({"readers": "fixed"}, 113, 0.0210, -0.08088, -0.00672),
        ({"cases": "fixed"}, 4, 0.0420, -0.08502, -0.00258),
    ],
)
def test_pseudovalue_tests_agree_with_rjafroc(reads, effects, df, p_value, lower, upper):
    """
    RJafroc 1.2.0, R 3.6.1, run of Jul 29 2019 in its repository,
    tests/testthat/goodValues361/OutputReport/dataset02WilcoxonDBMH.txt (dataset02 is Van Dyke).
    """
    found = dorfman_berbaum_metz(reads, **effects).differences[0].difference
    assert found.df == df
    assert found.p_value == printed(p_value, digits=4)
    assert found.lower == printed(lower, digits=5)
    assert found.upper == printed(upper, digits=5)


def test_single_treatments_by_pseudovalues_agree_with_rjafroc(reads):
    """The same listing, analysis 2 (c): readers fixed, 113 degrees of freedom."""
    a, b = (one.area for one in dorfman_berbaum_metz(reads, readers="fixed").treatments)
    assert (a.df, b.df) == (113, 113)
    assert (a.se, b.se) == (printed(0.02428971, digits=8), printed(0.01677632, digits=8))
    assert a.interval == (printed(0.84891474, digits=8), printed(0.94515933, digits=8))
    assert b.interval == (printed(0.90760044, digits=8), printed(0.97407428, digits=8))


@pytest.mark.parametrize(
    ("n_readers", "n_cases", "sampled", "power"),
    [
        (10, 165, "readers and cases", 0.80541995),
        (10, 131, "cases", 0.80091813),
        (10, 53, "readers", 0.80496663),
        (6, 111, "readers and cases", 0.5526116),
    ],
)
def test_power_agrees_with_rjafroc(reads, n_readers, n_cases, sampled, power):
    """
    > SsPowerGivenJK(dataset02, FOM = "Wilcoxon", method = "OR", effectSize = -0.043800322,
    +                J = 10, K = 165)$powerRRRC          # and K = 131, FRRC; K = 53, RRFC

    Values expected by the tests of RJafroc (tests/testthat, "Hillis 2011 and 2018 papers").
    """
    found = mrmc_power(
        difference=-0.043800322,
        n_readers=n_readers,
        n_cases=n_cases,
        sampled=sampled,
        **pilot(reads),
    )
    assert found.power == pytest.approx(power, abs=6e-8)


def test_sample_size_agrees_with_rjafroc(reads):
    """
    > SsSampleSizeKGivenJ(dataset02, J = 6, FOM = "Wilcoxon", method = "OR")$KRRRC
    [1] 251
    """
    found = mrmc_sample_size(difference=-0.043800322, n_readers=6, **pilot(reads))
    assert found.n_cases == 251
    assert found.power == pytest.approx(0.801, abs=5e-4)


@pytest.mark.parametrize(
    ("effects", "se", "df", "lower", "upper", "p_value"),
    [
        (
            {},
            0.0385611229136431,
            21.4190362720529421,
            -0.16415479585680193,
            -0.00396114617218375,
            0.0405595378855102,
        ),
        (
            {"readers": "fixed"},
            0.0321872427232757,
            None,
            -0.14714380751376188,
            -0.020972134515223506,
            0.009013790681001681,
        ),
    ],
)
def test_readers_against_a_model_agree_with_the_covariances_of_proc(
    reads, effects, se, df, lower, upper, p_value
):
    """
    R 4.2.2, pROC 1.18.0, 2026-11-28; reader 5 under treatment 1 stands for a model:

    > d <- read.csv("vandyke.csv"); d <- d[d$treatment == 1,]
    > r <- lapply(1:5, function(j) with(d[d$reader == j,],
    +   roc(truth, rating, direction = "<")))
    > C <- sapply(1:5, function(i) sapply(1:5, function(j)
    +   if (i == j) var(r[[i]]) else cov(r[[i]], r[[j]])))
    > k <- cbind(-diag(4), 1); a <- drop(k %*% sapply(r, auc)); V <- k %*% C %*% t(k)
    > cov2 <- mean(V[row(V) != col(V)]); e <- var(a) + 4*max(cov2, 0)
    > se <- sqrt(e/4); df <- e^2/(var(a)^2/3); mean(a) + qt(c(.025, .975), df)*se
    > sqrt((mean(diag(V)) + 3*max(cov2, 0))/4)                  # readers fixed, normal
    """
    found = reader_versus_model(reads, model="5", arm="1", covariance="delong", **effects)
    assert found.value == pytest.approx(-0.0840579710144928, rel=1e-12)
    assert found.se == pytest.approx(se, rel=1e-12)
    assert found.df == (None if df is None else pytest.approx(df, rel=1e-12))
    assert found.interval == pytest.approx((lower, upper), rel=1e-10)
    assert found.p_value == pytest.approx(p_value, rel=1e-10)


CALLED_UP_TO = {"modalityA": (171, 204, 138), "modalityB": (282, 288, 282)}
"""
iMRMC 4.0.0, repository DIDSR/iMRMC, Accudata/home: fakepilot2.csv and, in the folder
fakepilot2201901300952, statAnalysis.csv and statAnalysisMLE.csv (read 2026-11-28). Of 300 cases
the first 150 are diseased; each of three readers calls the first so many cases positive.
"""


@pytest.mark.parametrize(
    ("moments", "variance", "df"),
    [("unbiased", 1.42393736e-3, 2.39887433), ("biased", 1.11212346e-3, 2.0)],
)
def test_the_u_statistic_agrees_with_imrmc(moments, variance, df):
    """iMRMC rounds the degrees of freedom down to 2 for its p-value; this library does not."""
    found = ustatistic_difference(made_up_pilot(), moments=moments)
    assert found.value == pytest.approx(0.35, abs=1e-12)
    assert found.se**2 == pytest.approx(variance, rel=4e-9)
    assert found.df == pytest.approx(df, rel=3e-9)


def test_unbiased_covariances_agree_with_imrmc():
    """The same listing: varAUCA, dfHillis of each modality and of the difference."""
    study = obuchowski_rockette(made_up_pilot(), covariance="unbiased")
    a, b = (one.area for one in study.treatments)
    assert a.se**2 == pytest.approx(1.86122297e-3, rel=4e-9)
    assert b.se**2 == pytest.approx(1.82252051e-4, rel=4e-9)
    assert (a.df, b.df) == pytest.approx((2.11220765, 33.6310076), rel=3e-9)
    assert study.differences[0].difference.df == pytest.approx(2.39952379, rel=3e-9)


def made_up_pilot():
    treatment, reader, case = (x.ravel() for x in np.indices((2, 3, 300)))
    names = np.array(list(CALLED_UP_TO))
    called = np.array(list(CALLED_UP_TO.values()))[treatment, reader]
    return Reads(
        reader=reader,
        treatment=names[treatment],
        case=case,
        truth=case < 150,
        rating=case < called,
    )


def pilot(reads):
    parts = obuchowski_rockette(reads).components
    names = ("var_treatment_reader", "cov1", "cov2", "cov3", "var_error", "pilot_cases")
    return {name: getattr(parts, name) for name in names}
