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
    single_arm,
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
    alone = single_arm(reads, arm=str(treatment + 1), goal=0.8, **effects)
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


def pilot(reads):
    parts = obuchowski_rockette(reads).components
    names = ("var_treatment_reader", "cov1", "cov2", "cov3", "var_error", "pilot_cases")
    return {name: getattr(parts, name) for name in names}
