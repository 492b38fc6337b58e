"""The scatter of a risk that is estimated from shots follows the laws of counting."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from probatum.errors import NotEstimable
from probatum.models.calibration import Platt
from probatum.models.intervals.measurement import KernelEntries, Spectrum
from probatum.models.intervals.shot_noise import resampled_shot_noise, shot_noise

CURVE = Platt(intercept=-0.4, slope=1.7)


def entries(seed=0, patients=5, trained=8):
    rng = np.random.default_rng(seed)
    return KernelEntries(
        offset=0.3,
        shares=rng.normal(size=trained),
        probabilities=rng.random((patients, trained)),
    )


def spectrum(seed=0, patients=5, outcomes=6):
    rng = np.random.default_rng(seed)
    return Spectrum(
        offset=-0.2,
        eigenvalues=rng.normal(size=outcomes),
        probabilities=rng.dirichlet(np.ones(outcomes), patients),
    )


MEASUREMENTS = pytest.mark.parametrize("measured", [entries(), spectrum()], ids=["e", "s"])


def test_one_entry_at_a_half_scatters_as_a_coin():
    coin = KernelEntries(offset=0.0, shares=[3.0], probabilities=[[0.5]])
    assert coin.variance(100)[0] == pytest.approx(9 * 0.25 / 100)


def test_entries_that_are_certain_do_not_scatter():
    sure = KernelEntries(offset=1.0, shares=[3.0, -2.0], probabilities=[[0.0, 1.0]])
    assert sure.score()[0] == -1.0
    assert sure.variance(10)[0] == 0
    assert (sure.sampled(10, 20, np.random.default_rng(0)) == -1.0).all()


def test_a_pauli_string_scatters_as_one_less_its_square():
    sign = Spectrum.of_signs([0.0, 0.6, 1.0], offset=0.5, scale=2.0)
    np.testing.assert_allclose(sign.score(), [0.5, 1.7, 2.5])
    np.testing.assert_allclose(sign.variance(50), 4 * np.array([1, 0.64, 0]) / 50, atol=1e-15)


@MEASUREMENTS
def test_the_analytic_law_is_that_of_many_simulated_measurements(measured):
    drawn = measured.sampled(200, 20_000, np.random.default_rng(1))
    error = np.sqrt(measured.variance(200))
    np.testing.assert_array_less(np.abs(drawn.mean(axis=0) - measured.score()), 5 * error / 141)
    np.testing.assert_allclose(drawn.std(axis=0), error, rtol=0.03)


def test_few_shots_have_exactly_the_distribution_that_enumeration_gives():
    measured = KernelEntries(offset=0.0, shares=[1.0, 2.0], probabilities=[[0.3, 0.8]])
    shots = 2
    values, chances = [], []
    for i in range(shots + 1):
        for j in range(shots + 1):
            values.append(i / shots + 2 * j / shots)
            chances.append(_binomial(shots, i, 0.3) * _binomial(shots, j, 0.8))
    mean = np.dot(values, chances)
    assert measured.score()[0] == pytest.approx(mean)
    assert measured.variance(shots)[0] == pytest.approx(
        np.dot(np.square(values), chances) - mean**2
    )
    drawn = measured.sampled(shots, 20_000, np.random.default_rng(3))[:, 0]
    below = np.dot(np.array(values) <= 1.0, chances)
    assert np.mean(drawn <= 1.0) == pytest.approx(below, abs=5 * 0.5 / np.sqrt(20_000))


def _binomial(n, k, p):
    return comb(n, k) * p**k * (1 - p) ** (n - k)


@MEASUREMENTS
def test_four_times_the_shots_halve_the_standard_error(measured):
    few = shot_noise(measured, CURVE, shots=256, level=0.9)
    many = shot_noise(measured, CURVE, shots=1024, level=0.9)
    np.testing.assert_allclose(few.standard_error, 2 * many.standard_error)


@MEASUREMENTS
def test_an_exact_result_has_no_interval(measured):
    exact = shot_noise(measured, CURVE, shots=None, level=0.95)
    assert (exact.standard_error == 0).all()
    assert (exact.variance == 0).all()
    np.testing.assert_array_equal(exact.lower, exact.risk)
    np.testing.assert_array_equal(exact.upper, exact.risk)
    assert (exact.flip_probability(0.3) == 0).all()


@MEASUREMENTS
def test_the_interval_of_the_risk_agrees_with_simulated_measurements(measured):
    analytic = shot_noise(measured, CURVE, shots=500, level=0.9)
    naive = resampled_shot_noise(
        measured, CURVE, shots=500, level=0.9, replicates=20_000, rng=np.random.default_rng(4)
    )
    np.testing.assert_allclose(analytic.lower, naive.lower, atol=0.004)
    np.testing.assert_allclose(analytic.upper, naive.upper, atol=0.004)
    np.testing.assert_allclose(analytic.standard_error, naive.standard_error, rtol=0.03)


def test_the_chance_of_another_decision_is_a_half_at_the_threshold_itself():
    measured = Spectrum.of_signs([0.0, 0.5], offset=0.0, scale=1.0)
    found = shot_noise(measured, Platt(intercept=0.0, slope=1.0), shots=100, level=0.95)
    flips = found.flip_probability(0.5)
    assert flips[0] == pytest.approx(0.5)
    assert flips[1] == pytest.approx(norm.sf(0.5 / np.sqrt(0.75 / 100)))


def test_the_chance_of_another_decision_agrees_with_simulated_measurements():
    measured, threshold = spectrum(seed=5), 0.4
    found = shot_noise(measured, CURVE, shots=100, level=0.95)
    drawn = CURVE.risk(measured.sampled(100, 10_000, np.random.default_rng(6)))
    other = ((drawn >= threshold) != (found.risk >= threshold)).mean(axis=0)
    np.testing.assert_allclose(found.flip_probability(threshold), other, atol=0.02)


@given(seed=st.integers(0, 1000), shots=st.integers(1, 10**6), level=st.floats(0.01, 0.99))
@settings(max_examples=30, deadline=None)
def test_the_interval_holds_the_risk_and_stays_a_probability(seed, shots, level):
    found = shot_noise(entries(seed), CURVE, shots=shots, level=level)
    assert (found.lower <= found.risk).all()
    assert (found.risk <= found.upper).all()
    assert (found.lower > 0).all()
    assert (found.upper < 1).all()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"probabilities": [[1.2]], "shares": [1.0]}, "values outside"),
        ({"probabilities": [[0.2]], "shares": [1.0, 2.0]}, "one number for each of 1"),
        ({"probabilities": [0.2], "shares": [1.0]}, "shape"),
        ({"probabilities": [[np.nan]], "shares": [1.0]}, "values outside"),
    ],
    ids=["above one", "two shares", "flat", "not a number"],
)
def test_entries_that_are_no_probabilities_are_refused(given, told):
    with pytest.raises(NotEstimable, match=told):
        KernelEntries(offset=0.0, **given)


def test_a_spectrum_that_does_not_add_up_is_refused():
    with pytest.raises(NotEstimable, match="add up to 1"):
        Spectrum(offset=0.0, eigenvalues=[0.0, 1.0], probabilities=[[0.2, 0.2]])


def test_no_shots_are_refused_and_so_is_a_level_of_one():
    with pytest.raises(NotEstimable, match="shots — expected 1 or more"):
        shot_noise(entries(), CURVE, shots=0, level=0.9)
    with pytest.raises(NotEstimable, match="level"):
        shot_noise(entries(), CURVE, shots=10, level=1.0)


def test_a_single_resampling_and_a_threshold_of_one_are_refused():
    with pytest.raises(NotEstimable, match="2 replicates or more"):
        resampled_shot_noise(
            entries(), CURVE, shots=9, level=0.9, replicates=1, rng=np.random.default_rng(0)
        )
    with pytest.raises(NotEstimable, match="level"):
        shot_noise(entries(), CURVE, shots=9, level=0.9).flip_probability(1.0)
