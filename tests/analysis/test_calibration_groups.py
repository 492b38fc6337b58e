"""Calibration by groups of patients: the error, the parts of the Brier score, and two tests."""

import json

import numpy as np
import pytest

from probatum.analysis.calibration import (
    brier,
    brier_decomposition,
    ece,
    hosmer_lemeshow,
    spiegelhalter,
)
from probatum.analysis.calibration.grouping import grouped
from probatum.errors import NotEstimable


def a_cohort(n=400, seed=5):
    rng = np.random.default_rng(seed)
    risk = rng.beta(1.2, 6, n)
    return rng.random(n) < risk, risk


def test_expected_calibration_error_worked_by_hand():
    """Told 0.2 on average and none had the event; told 0.7 and all had it: (0.2 + 0.3)/2."""
    assert ece([0, 0, 1, 1], [0.1, 0.3, 0.6, 0.8], bins=2).value == pytest.approx(0.25)


def test_weighted_expected_calibration_error_worked_by_hand():
    """The upper group stands for four of six: (2 x 0.2 + 4 x 0.3)/6."""
    found = ece([0, 0, 1, 1], [0.1, 0.3, 0.6, 0.8], weight=[1, 1, 2, 2], bins=2)
    assert found.value == pytest.approx(1.6 / 6)
    assert "weights taken as known" in found.method


def test_the_error_that_chance_alone_gives_is_told():
    """Four told 0.5 in one group: sqrt(2/pi x 4 x 0.25)/4 = 0.1995."""
    found = ece([0, 1, 0, 1], [0.5] * 4, bins=1)
    assert found.value == 0
    assert "a calibrated model would give about 0.2 by chance" in found.method


def test_what_chance_gives_is_what_calibrated_models_are_found_to_give():
    rng = np.random.default_rng(4)
    risk = rng.uniform(0.1, 0.9, 500)
    found = [ece(rng.random(500) < risk, risk) for _ in range(200)]
    told = float(found[0].method.partition("about ")[2].split()[0])
    assert np.mean([one.value for one in found]) == pytest.approx(told, rel=0.06)


def test_the_error_has_an_interval_only_when_a_seed_is_given():
    y, p = a_cohort()
    assert ece(y, p).lower is None
    first, second = (ece(y, p, seed=11, replicates=30) for _ in range(2))
    assert first == second
    assert first.lower < first.upper


def test_a_risk_on_a_cut_belongs_to_the_group_below_it():
    y = np.array([0, 1, 1, 1], bool)
    for binning, told in (("width", [0.2, 0.5, 0.6, 0.9]), ("quantile", [0.2, 0.5, 0.5, 0.9])):
        found = grouped(y, np.array(told), np.ones(4), bins=2, binning=binning)
        assert found.size.tolist() == ([2, 2] if binning == "width" else [3, 1])


@pytest.mark.parametrize("bins", [3, 5, 6, 7, 10])
def test_groups_of_equal_size_are_of_equal_size(bins):
    told = np.arange(1, 30 * bins + 1) / (31 * bins)
    found = grouped(told > 0.5, told, np.ones(told.size), bins=bins)
    assert found.size.tolist() == [30] * bins


def test_equal_risks_are_never_parted_and_an_empty_width_is_no_group():
    found = ece([0, 1, 0, 1], [0.2, 0.2, 0.2, 0.9], bins=10)
    assert "2 groups of equal size" in found.method
    assert "2 groups of equal width" in (
        ece([0, 1, 0, 1], [0.2, 0.2, 0.2, 0.9], binning="width").method
    )


def test_the_parts_of_the_brier_score_worked_by_hand():
    """
    Told 0.2 and 0.4, half had the event; told 0.6 and 0.8, all had it. Reliability
    (0.2^2 + 0.3^2)/2, resolution 0.25^2, uncertainty 3/16, risks 0.1 from their group's mean,
    and only in the lower group do they go with the outcome: 2 (0.05 + 0.05)/4.
    """
    found = brier_decomposition([0, 1, 1, 1], [0.2, 0.4, 0.6, 0.8], bins=2)
    assert found.reliability == pytest.approx(0.065)
    assert found.resolution == pytest.approx(0.0625)
    assert found.uncertainty == pytest.approx(0.1875)
    assert found.within_variance == pytest.approx(0.01)
    assert found.within_covariance == pytest.approx(0.05)
    assert found.generalised_resolution == pytest.approx(0.1025)
    assert found.brier == pytest.approx(0.15)
    assert json.loads(json.dumps(found.as_dict()))["groups"] == 2


def test_one_class_leaves_nothing_uncertain_and_still_decomposes():
    found = brier_decomposition([0, 0, 0], [0.1, 0.2, 0.3], binning="distinct")
    assert found.uncertainty == found.resolution == 0
    assert found.brier == pytest.approx(found.reliability)


def test_spiegelhalters_z_worked_by_hand():
    """
    Excesses 0.8 x 0.6 and -0.4 x 0.2: sum 0.4, mean 0.2, standard error 0.28. The variance
    under right risks is 0.36 x 0.16 + 0.04 x 0.24.
    """
    found = spiegelhalter([1, 0], [0.2, 0.4])
    assert found.value == pytest.approx(0.2)
    assert found.se == pytest.approx(0.28)
    assert found.statistic == pytest.approx(0.4 / np.sqrt(0.0672))


def test_risks_too_bold_exceed_and_risks_too_timid_fall_short():
    rng = np.random.default_rng(2)
    truth = rng.uniform(0.2, 0.8, 4000)
    y = rng.random(4000) < truth
    assert spiegelhalter(y, np.clip(2 * truth - 0.5, 0.01, 0.99)).lower > 0
    assert spiegelhalter(y, 0.25 + truth / 2).upper < 0


def test_hosmer_lemeshow_worked_by_hand():
    """Of five told 0.2 two had it: 1/(1 x 0.8); of five told 0.6 three had it: nothing."""
    told, had = [0.2] * 5 + [0.6] * 5, [1, 1, 0, 0, 0, 1, 1, 1, 0, 0]
    found = hosmer_lemeshow(had, told, setting="validation", groups=2)
    assert found.value == found.statistic == pytest.approx(1.25)
    assert found.df == 2
    assert found.p_value == pytest.approx(np.exp(-0.625))
    assert "smallest expected count 1" in found.method


def test_a_model_tested_where_it_was_fitted_has_two_degrees_of_freedom_less():
    y, p = a_cohort()
    fitted = hosmer_lemeshow(y, p, setting="development")
    other = hosmer_lemeshow(y, p, setting="validation")
    assert (fitted.df, other.df) == (8, 10)
    assert fitted.value == other.value
    assert fitted.p_value < other.p_value


def test_ties_that_leave_fewer_groups_leave_fewer_degrees_of_freedom():
    y = np.arange(60) % 3 == 0
    found = hosmer_lemeshow(y, np.repeat([0.2, 0.3, 0.5], 20), setting="validation")
    assert found.df == 3


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda y, p: ece(y, p, bins=0), "bins"),
        (lambda y, p: ece(y, p, bins=2.5), "bins"),
        (lambda y, p: hosmer_lemeshow(y, p, setting="validation", groups=2.5), "groups —"),
        (lambda y, p: ece(y, p, binning="distinct"), "binning"),
        (lambda y, p: ece(y, p, binning="depth"), "binning"),
        (lambda y, p: ece(y, p, confidence=1), "confidence level"),
        (lambda y, p: ece(np.zeros(y.size), p), "one class"),
        (lambda y, p: brier_decomposition(y, p, bins=-1), "bins"),
        (lambda y, p: brier_decomposition(y, p[:-1]), "one length"),
        (lambda y, p: spiegelhalter(y, np.round(p)), "no variance"),
        (lambda y, p: spiegelhalter(y[:1], p[:1]), "at least two patients"),
        (lambda y, p: hosmer_lemeshow(y, p, setting="both"), "setting"),
        (lambda y, p: hosmer_lemeshow(y, p, setting="development", groups=2), "at least 3"),
        (lambda y, p: hosmer_lemeshow(y, p, setting="validation", groups=1), "at least 2"),
        (lambda y, p: hosmer_lemeshow(y, 0 * p + 0.1, setting="validation"), "at least 2"),
        (lambda y, p: hosmer_lemeshow(y, y, setting="validation", groups=2), "in doubt"),
        (lambda y, p: hosmer_lemeshow(y, p * (p > 0.1), setting="validation"), "in doubt"),
    ],
)
def test_what_cannot_be_grouped_or_tested_is_refused(ask, told):
    with pytest.raises(NotEstimable, match=told):
        ask(*a_cohort())


@pytest.mark.parametrize("risk", [[0.1, 1.2], [np.nan, 0.2], [0.1, 0.2, 0.3]])
@pytest.mark.parametrize("ask", [ece, brier_decomposition, spiegelhalter])
def test_risks_that_are_none_are_refused(ask, risk):
    with pytest.raises(NotEstimable):
        ask([0, 1], risk)


def test_risks_that_were_right_about_everybody_get_a_bound_and_not_a_width_of_zero():
    """Fifty of fifty: at most 1 - 0.025^(1/50) of others are another matter."""
    y = np.arange(50) % 2
    found = brier(y, y)
    assert (found.value, found.se, found.lower) == (0, 0, 0)
    assert found.upper == pytest.approx(1 - 0.025 ** (1 / 50))
    assert "the same for every patient" in found.method


def test_weights_leave_fewer_patients_to_bound_another_by():
    """Weights 1 and 3 in turn: 40 patients are worth (80)^2 / (20 x 1 + 20 x 9) = 32."""
    y = np.arange(40) % 4 == 0
    found = brier(y, y, weight=np.tile([1, 3], 20))
    assert found.upper == pytest.approx(1 - 0.025 ** (1 / 32))


def test_one_risk_and_one_outcome_for_all_leave_room_for_the_other():
    """Nobody of forty told 0.2 had it: each is 0.04 away, and another up to 1."""
    other = 1 - 0.025 ** (1 / 40)
    found = brier(np.zeros(40), np.full(40, 0.2))
    assert found.interval == pytest.approx((0.04 * (1 - other), 0.04 + 0.96 * other))
    excess = spiegelhalter(np.zeros(40), np.full(40, 0.2))
    assert excess.interval == pytest.approx((-0.12 - other * 0.005, -0.12 + other * 1.12))
    assert excess.statistic == pytest.approx(-0.12 * 40 / np.sqrt(40 * 0.36 * 0.16))
