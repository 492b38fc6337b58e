"""Intercept 0 and slope 1, both at once, worked by hand and refused."""

import numpy as np
import pytest

from probatum.analysis.calibration import recalibration, weak_calibration_test
from probatum.errors import NotEstimable

TOLD, HAD = [0.1, 0.1, 0.1, 0.9, 0.9, 0.9], [1, 0, 0, 1, 1, 0]


def test_the_likelihood_ratio_worked_by_hand():
    """
    The fit gives each half its own share: 2 (2 ln 2/3 + ln 1/3) fitted, against
    2 (2 ln 0.9 + ln 0.1) as told, and the chi-square is twice the difference.
    """
    found = weak_calibration_test(HAD, TOLD)
    fitted = 2 * (2 * np.log(2 / 3) + np.log(1 / 3))
    told = 2 * (2 * np.log(0.9) + np.log(0.1))
    assert found.value == found.statistic == pytest.approx(2 * (fitted - told))
    assert found.df == 2
    assert found.p_value == pytest.approx(np.exp(-found.statistic / 2))
    assert "likelihood-ratio test" in found.method


def test_walds_statistic_worked_by_hand():
    """
    The log-odds of the halves, -ln 2 and ln 2, lie ln 4.5 from those told; residuals are 2/3
    once and 1/3 twice, so each has the robust variance (2/3) / (2/3)^2 = 3/2.
    """
    found = weak_calibration_test(HAD, TOLD, method="wald")
    assert found.statistic == pytest.approx(2 * np.log(4.5) ** 2 / 1.5)


def test_risks_put_right_are_no_surprise():
    told = np.linspace(0.05, 0.6, 60)
    had = np.arange(60) % 3 == 0
    fixed = recalibration(had, told, kind="logistic").risk(told)
    for method in ("likelihood-ratio", "wald"):
        found = weak_calibration_test(had, fixed, method=method)
        assert found.statistic == pytest.approx(0, abs=1e-9)
        assert found.p_value == pytest.approx(1)


def test_moved_risks_and_weights_are_told():
    found = weak_calibration_test(
        HAD, [0.0, *TOLD[1:]], method="wald", weight=[2.0] * 6, limit=0.05
    )
    assert "weights taken as known; 1 risks moved" in found.method


@pytest.mark.parametrize(
    ("given", "options", "told"),
    [
        (([1, 1], [0.1, 0.2]), {}, "one class"),
        (([0, 1], [0.1, 1.0]), {}, "exactly 0 or 1"),
        (([0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]), {}, "perfect separation"),
        (([0, 1], [0.2, 0.2]), {}, "one for all"),
        ((HAD, TOLD), {"method": "score"}, "method"),
        ((HAD, TOLD), {"weight": [1, 2, 1, 2, 1, 2]}, "ask for the Wald test"),
    ],
)
def test_what_cannot_be_tested_is_refused(given, options, told):
    with pytest.raises(NotEstimable, match=told):
        weak_calibration_test(*given, **options)
