"""Landmarks by hand, by law, and against the naive form of each formula."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.errors import CircuitError, NotEstimable
from probatum.quantum.encodings import angle_encoding, zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import cross_gram, gram
from probatum.quantum.kernels.nystroem import (
    TILE_AMPLITUDES,
    approximation_error,
    drawn_by_leverage,
    landmark_overlaps,
    landmark_rows,
    landmark_shares,
    leverage_scores,
    normalisation,
)
from probatum.quantum.kernels.overlap import overlap_rows
from probatum.quantum.kernels.repair import repaired


def a_kernel(patients=60, seed=0, bandwidth=0.5):
    x = np.random.default_rng(seed).normal(size=(patients, 3))
    return gram(states(zz_encoding(3), bandwidth * x))


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 999), bandwidth=st.floats(0.01, 2))
def test_everyone_a_landmark_loses_nothing(seed, bandwidth):
    kernel = a_kernel(40, seed, bandwidth)
    features = kernel @ normalisation(kernel)
    assert approximation_error(kernel, features).worst < 1e-10


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 999), landmarks=st.integers(1, 30))
def test_what_is_lost_is_positive_and_bounded_by_its_trace(seed, landmarks):
    kernel = a_kernel(40, seed)
    features = kernel[:, :landmarks] @ normalisation(kernel[:landmarks, :landmarks])
    lost = kernel - features @ features.T
    assert np.linalg.eigvalsh(lost).min() > -1e-9
    assert np.linalg.norm(lost) <= np.trace(lost) + 1e-9
    np.testing.assert_allclose(lost[:landmarks], 0, atol=1e-9)


def test_two_landmarks_who_are_one_patient_count_once():
    kernel = a_kernel(10)[np.ix_([0, 0, 1], [0, 0, 1])]
    assert normalisation(kernel).shape == (3, 2)


def test_streamed_overlaps_are_those_of_all_states_at_once():
    circuit, rng = angle_encoding(12, repetitions=2), np.random.default_rng(0)
    rows, known = rng.normal(size=((TILE_AMPLITUDES >> 12) + 5, 12)), rng.normal(size=(7, 12))
    expected = cross_gram(states(circuit, rows), states(circuit, known))
    found = landmark_overlaps(circuit, rows, known)
    np.testing.assert_allclose(found, expected, atol=1e-13)


def test_the_states_of_all_patients_are_never_held():
    circuit, patients = angle_encoding(8), 40_000  # whose states take 160 megabytes
    rows = np.random.default_rng(0).normal(size=(patients, 8))
    tracemalloc.start()
    found = landmark_overlaps(circuit, rows, rows[:10])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most - found.nbytes < 60e6


def test_with_everyone_a_pilot_leverage_is_exact():
    kernel, ridge = a_kernel(), 0.3
    exact = np.diag(kernel @ np.linalg.inv(kernel + ridge * np.eye(60)))
    np.testing.assert_allclose(leverage_scores(kernel, kernel, ridge=ridge), exact, atol=1e-12)


def test_a_pilot_never_underrates_a_patient():
    kernel = a_kernel()
    exact = leverage_scores(kernel, kernel, ridge=1.0)
    by_pilot = leverage_scores(kernel[:10, :10], kernel[:, :10], ridge=1.0)
    assert np.all(by_pilot >= exact - 1e-12)


def test_patients_of_no_leverage_are_never_drawn():
    drawn = drawn_by_leverage(np.array([0, 1.0, 0, 3, 2]), 3, rng=np.random.default_rng(0))
    assert drawn.tolist() == [1, 3, 4]


def test_shares_with_everyone_a_landmark_solve_the_whole_ridge():
    kernel, rng = a_kernel(), np.random.default_rng(1)
    target, weight = rng.normal(size=60), rng.uniform(0.5, 2, 60)
    shares = landmark_shares(kernel, kernel, target, weight=weight, penalty=0.1)
    naive = np.linalg.solve(kernel + np.diag(0.1 / weight), target)
    np.testing.assert_allclose(kernel @ shares, kernel @ naive, atol=1e-10)


def test_shares_solve_the_normal_equations_of_few_landmarks():
    kernel, rng = a_kernel(), np.random.default_rng(1)
    target, weight = rng.normal(size=60), rng.uniform(0.5, 2, 60)
    inner, cross = kernel[:8, :8], kernel[:, :8]
    shares = landmark_shares(inner, cross, target, weight=weight, penalty=0.1)
    left = (cross.T * weight) @ cross + 0.1 * inner
    np.testing.assert_allclose(left @ shares, cross.T @ (weight * target), atol=1e-9)


@pytest.mark.parametrize("choice", ["uniform", "kmeans++"])
def test_landmarks_are_patients_each_once(choice):
    x = np.random.default_rng(0).normal(size=(50, 2))
    found = landmark_rows(x, 20, choice=choice, rng=np.random.default_rng(1))
    assert len(np.unique(found, axis=0)) == 20
    assert {tuple(row) for row in found} <= {tuple(row) for row in x}


@pytest.mark.parametrize("size", [0, 51, 5.5])
def test_more_landmarks_than_patients_or_none_are_refused(size):
    with pytest.raises(NotEstimable, match="a whole number, 1 to 50"):
        landmark_rows(np.ones((50, 2)), size, choice="uniform", rng=np.random.default_rng(0))


def test_overlaps_between_rows_of_two_lengths_are_refused():
    with pytest.raises(CircuitError, match="rows of one length"):
        overlap_rows(np.ones((2, 3)), np.ones((2, 4)))


def test_landmarks_measured_with_noise_are_not_repaired_in_silence():
    kernel = np.array([[1, 0.9, 0], [0.9, 1, 0.9], [0, 0.9, 1]])
    with pytest.raises(NotEstimable, match=r"an eigenvalue of -0\.27 — repair it first"):
        normalisation(kernel)
    assert normalisation(repaired(kernel, method="clip").kernel).shape == (3, 2)


def test_landmarks_in_single_precision_are_valid_up_to_its_own_rounding():
    x = np.random.default_rng(0).normal(size=(80, 3))
    kernel = gram(states(zz_encoding(3), 0.3 * x, dtype=np.complex64))
    assert np.linalg.eigvalsh(kernel.astype(float))[0] < -1e-8
    assert normalisation(kernel).shape[1] > 1


@pytest.mark.parametrize("ridge", [0.0, -1.0, np.nan])
def test_leverage_without_a_ridge_is_refused(ridge):
    with pytest.raises(NotEstimable, match="positive ridge"):
        leverage_scores(np.eye(2), np.eye(2), ridge=ridge)
