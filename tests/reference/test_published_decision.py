"""Net benefit agrees with confusion matrices counted by other software."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from probatum.analysis.decision import net_benefit


@pytest.mark.parametrize("threshold", [0.05, 0.1, 0.2, 0.3, 0.5])
def test_net_benefit_agrees_with_a_weighted_confusion_matrix(threshold):
    """Vickers AJ, Elkin EB. Med Decis Making 2006;26:565-574, p. 567."""
    rng = np.random.default_rng(21)
    risk = rng.beta(1.2, 5, 700)
    y, weight = rng.random(700) < risk, rng.uniform(1, 2, 700)
    _, fp, _, tp = confusion_matrix(y, risk >= threshold, sample_weight=weight).ravel()
    expected = (tp - fp * threshold / (1 - threshold)) / weight.sum()
    found = net_benefit(y, risk, threshold, weight=weight).value
    assert found == pytest.approx(expected, rel=1e-12)


def test_the_error_of_net_benefit_agrees_with_its_binomial_form():
    """
    At one threshold the patients' worths take three values, so the variance is multinomial:
    tp + fp odds^2 - NB^2 over n, in shares. Marsh TL, Janes H, Pepe MS. Biometrics
    2020;76:843-852, for a cohort.
    """
    rng = np.random.default_rng(22)
    risk = rng.beta(1.2, 5, 700)
    y = rng.random(700) < risk
    found = net_benefit(y, risk, 0.2)
    tp, fp = np.mean(y & (risk >= 0.2)), np.mean(~y & (risk >= 0.2))
    variance = (tp + fp / 16 - found.value**2) / 699
    assert found.se == pytest.approx(np.sqrt(variance), rel=1e-12)
