"""How strong the evidence must be at each look for all the looks together to keep the error."""

import numpy as np
import pytest
from scipy.stats import norm

from probatum.analysis.estimate import wald
from probatum.analysis.sequential import boundaries, repeated_interval, spent_alpha
from probatum.errors import NotEstimable


def test_spent_error_worked_by_hand():
    """At half the information: 4(1 - Phi(z_.0125 / sqrt .5)) and .05 ln(1 + (e - 1)/2)."""
    z = norm.isf(0.0125)
    assert spent_alpha([0.5], alpha=0.05)[0] == pytest.approx(4 * norm.sf(z / np.sqrt(0.5)))
    assert spent_alpha([0.5], alpha=0.05, spending="pocock")[0] == pytest.approx(
        0.05 * np.log((1 + np.e) / 2)
    )


def test_a_single_look_is_the_ordinary_test():
    for spending in ("obrien_fleming", "pocock"):
        assert boundaries([1], alpha=0.05, spending=spending).critical[0] == pytest.approx(
            1.959964, abs=1e-6
        )
    one_sided = boundaries([1], alpha=0.05, sides=1)
    assert one_sided.critical[0] == pytest.approx(1.644854, abs=1e-6)


def test_the_first_critical_value_is_the_quantile_of_what_is_spent():
    found = boundaries([0.4, 1], alpha=0.05)
    assert found.nominal[0] == pytest.approx(found.spent[0])


def test_a_later_look_does_not_change_the_ones_before_it():
    early = boundaries([0.3, 0.6], alpha=0.05).critical
    late = boundaries([0.3, 0.6, 0.61, 1], alpha=0.05).critical
    np.testing.assert_allclose(early, late[:2], rtol=1e-9)


def test_all_looks_together_keep_the_error_in_simulated_trials():
    information = np.array([0.25, 0.5, 0.75, 1.0])
    critical = boundaries(information, alpha=0.1, spending="pocock").critical
    rng = np.random.default_rng(12)
    steps = rng.normal(size=(200_000, 4)) * np.sqrt(np.diff(information, prepend=0))
    z = np.cumsum(steps, axis=1) / np.sqrt(information)
    assert np.mean(np.any(np.abs(z) > critical, axis=1)) == pytest.approx(0.1, abs=0.003)


def test_the_repeated_interval_is_as_wide_as_its_critical_value():
    look = wald(0.8, 0.02, confidence=0.95, n=300, method="DeLong")
    assert repeated_interval(look, critical=2.5).interval == (
        pytest.approx(0.75),
        pytest.approx(0.85),
    )
    with pytest.raises(NotEstimable, match="standard error"):
        repeated_interval(wald(1, 0, confidence=0.95, n=3, method="exact"), critical=2.5)
    with pytest.raises(NotEstimable, match="critical"):
        repeated_interval(look, critical=0)


@pytest.mark.parametrize("information", [[], [0, 1], [0.5, 0.4], [0.5, 0.5], [0.5, 1.2]])
def test_looks_out_of_order_are_refused(information):
    with pytest.raises(NotEstimable):
        boundaries(information, alpha=0.05)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"alpha": 0}, "alpha"),
        ({"alpha": 1}, "alpha"),
        ({"alpha": 0.05, "sides": 3}, "sides"),
        ({"alpha": 0.05, "spending": "haybittle"}, "spending"),
    ],
)
def test_a_spending_rule_that_is_none_is_refused(options, told):
    with pytest.raises(NotEstimable, match=told):
        boundaries([0.5, 1], **options)


def test_a_look_too_early_to_spend_anything_is_refused():
    with pytest.raises(NotEstimable, match="spend some error"):
        boundaries([0.0005, 1], alpha=0.05)
