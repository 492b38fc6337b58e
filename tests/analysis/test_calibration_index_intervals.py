"""How many patients have the event is part of what a calibration index is uncertain of."""

import numpy as np
import pytest

from probatum.analysis.calibration import ece, ici

RISK = np.linspace(0.05, 0.15, 200)
HAPPENED = np.arange(200) % 5 < 2
RESAMPLED = {"seed": 1, "replicates": 400}


@pytest.mark.parametrize(
    ("index", "options"), [(ici, {"smoother": "spline"}), (ece, {"bins": 2})]
)
def test_where_all_risks_are_too_low_an_index_is_as_uncertain_as_the_share_with_the_event(
    index, options
):
    """Then it is that share less the mean risk, 0.3, whose error is sd(y - p) / sqrt(n)."""
    found = index(HAPPENED, RISK, **options, **RESAMPLED)
    assert found.value == pytest.approx(0.3)
    error = np.std(HAPPENED - RISK, ddof=1) / np.sqrt(200)
    assert found.se == pytest.approx(error, rel=0.1)
    assert found.lower == pytest.approx(0.3 - 1.96 * error, abs=0.02)
    assert found.upper == pytest.approx(0.3 + 1.96 * error, abs=0.02)
