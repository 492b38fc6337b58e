"""One number with what is needed to judge it."""

import math

import numpy as np
import pytest

from probatum.analysis.estimate import Estimate, wald, with_test
from probatum.errors import NotEstimable


def an_estimate(**changes):
    told = {
        "value": 0.8,
        "se": 0.02,
        "lower": 0.76,
        "upper": 0.84,
        "level": 0.95,
        "n": 400,
        "method": "DeLong",
    }
    return Estimate(**(told | changes))


def test_a_test_that_was_not_made_is_left_out_of_the_evidence():
    assert set(an_estimate().as_dict()) == {
        "value",
        "se",
        "lower",
        "upper",
        "level",
        "n",
        "method",
    }


def test_a_missing_interval_stays_visible_in_the_evidence():
    told = an_estimate(se=None, lower=None, upper=None).as_dict()
    assert told["lower"] is None
    assert told["upper"] is None
    assert told["se"] is None


@pytest.mark.parametrize(
    "nonsense",
    [
        {"value": math.nan},
        {"upper": math.inf},
        {"p_value": math.nan},
        {"se": -0.1},
        {"lower": 0.9},
        {"lower": None},
        {"level": 1.0},
        {"level": 0.0},
        {"n": 0},
    ],
)
def test_an_estimate_that_makes_no_sense_is_not_made(nonsense):
    with pytest.raises(NotEstimable):
        an_estimate(**nonsense)


@pytest.mark.parametrize(
    "level",
    [math.nan, 0, 1, 95, "0.95", None, [0.9], [0.9, 0.95], np.array([0.9]), 1e-17, 1 - 1e-16],
)
def test_a_level_that_is_none_is_refused(level):
    with pytest.raises(NotEstimable, match="confidence level"):
        wald(0.8, 0.02, confidence=level, n=50, method="")


def test_numbers_of_numpy_are_kept_as_plain_numbers():
    found = an_estimate(value=np.float32(0.5), n=np.uint8(200), p_value=np.float64(0.25))
    assert [type(one) for one in (found.value, found.n, found.p_value)] == [float, int, float]
    with pytest.raises(NotEstimable, match="finite value"):
        an_estimate(value=np.float32(np.nan))


def test_a_level_taken_from_an_array_is_kept_as_a_plain_number():
    assert type(an_estimate(level=np.array(0.95)).level) is float


def test_an_interval_that_is_not_there_cannot_be_read():
    with pytest.raises(NotEstimable, match="expected an interval"):
        _ = an_estimate(lower=None, upper=None).interval


def test_a_wald_interval_is_kept_within_the_range_of_its_quantity():
    assert wald(0.99, 0.02, confidence=0.95, n=50, method="", within=(0, 1)).interval == (
        pytest.approx(0.9508, abs=1e-4),
        1.0,
    )


def test_the_test_of_a_null_is_two_sided():
    tested = with_test(wald(1.3, 0.1, confidence=0.95, n=50, method=""), null=1.0)
    assert tested.statistic == pytest.approx(3)
    assert tested.p_value == pytest.approx(0.0026998, rel=1e-4)


def test_without_a_standard_error_there_is_no_p_value():
    assert with_test(wald(1.0, 0.0, confidence=0.95, n=5, method="exact")).p_value is None
