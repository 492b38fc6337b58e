"""Critical values of interim looks agree with the standard book's tables."""

import numpy as np
import pytest

from probatum.analysis.sequential import boundaries

PROSCHAN_LAN_WITTES = {
    "obrien-fleming": [4.877, 3.357, 2.680, 2.290, 2.031],
    "pocock": [2.438, 2.427, 2.410, 2.397, 2.386],
}
"""
Proschan MA, Lan KKG, Wittes JT. Statistical Monitoring of Clinical Trials. Springer 2006:
Lan-DeMets spending functions, five looks equally spaced, two-sided 0.05.
"""


@pytest.mark.parametrize("spending", PROSCHAN_LAN_WITTES)
def test_five_equal_looks_agree_with_proschan_lan_and_wittes(spending):
    found = boundaries(spending, [0.2, 0.4, 0.6, 0.8, 1.0], 0.05)
    np.testing.assert_allclose(found.critical, PROSCHAN_LAN_WITTES[spending], atol=5.1e-4)
