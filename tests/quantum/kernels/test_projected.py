"""The projected kernel against Qiskit's partial traces, and the laws it must obey."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.quantum_info import Pauli, Statevector, partial_trace

from probatum.errors import NotEstimable
from probatum.quantum.encodings import angle_encoding, encoding, iqp_encoding, zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.projected import (
    TILE_AMPLITUDES,
    median_gamma,
    projected_features,
    projected_kernel,
    scale_gamma,
    squared_distances,
)
from probatum.quantum.kernels.reduced import (
    bloch_vectors,
    pair_correlations,
    reduced_density_matrices,
)


def random_states(qubits, patients=3, seed=0):
    rng = np.random.default_rng(seed)
    psi = rng.normal(size=(patients, 2 << qubits)).view(complex)
    return psi / np.linalg.norm(psi, axis=1, keepdims=True)


@pytest.mark.parametrize("qubits", [1, 2, 3, 5, 6])
def test_means_of_paulis_are_qiskits(qubits):
    psi = random_states(qubits)
    single, joint = bloch_vectors(psi), pair_correlations(psi)
    for patient, state in enumerate(map(Statevector, psi)):
        for q in range(qubits):
            expected = [state.expectation_value(Pauli(name), [q]) for name in "XYZ"]
            np.testing.assert_allclose(single[patient, q], expected, atol=1e-13)
        for place, (i, j) in enumerate(combinations(range(qubits), 2)):
            expected = [
                [state.expectation_value(Pauli(two + one), [i, j]) for two in "XYZ"]
                for one in "XYZ"
            ]
            np.testing.assert_allclose(joint[patient, place], expected, atol=1e-13)


@settings(deadline=None, max_examples=25)
@given(data=st.data(), qubits=st.integers(2, 6))
def test_reduced_states_are_qiskits_partial_traces(data, qubits):
    kept = sorted(data.draw(st.sets(st.integers(0, qubits - 1), min_size=1)))
    psi = random_states(qubits, seed=data.draw(st.integers(0, 99)))
    rest = [q for q in range(qubits) if q not in kept]
    for row, found in zip(psi, reduced_density_matrices(psi, kept), strict=True):
        expected = partial_trace(Statevector(row), rest).data
        np.testing.assert_allclose(found, expected, atol=1e-13)


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", ["angle", "iqp", "zz"])
def test_squared_distances_of_features_are_those_of_reduced_states(order, name):
    x = np.random.default_rng(0).normal(size=(5, 4))
    circuit = encoding(name, 4, repetitions=2)
    psi = states(circuit, x)
    expected = np.zeros((5, 5))
    for kept in combinations(range(4), order):
        rho = reduced_density_matrices(psi, kept)
        expected += np.sum(np.abs(rho[:, np.newaxis] - rho) ** 2, axis=(2, 3))
    found = projected_features(circuit, x, order=order)
    np.testing.assert_allclose(squared_distances(found, found), expected, atol=1e-12)


@pytest.mark.parametrize("order", [1, 2])
def test_a_patients_features_do_not_depend_on_company_or_threads(order):
    qubits = 7
    tile = TILE_AMPLITUDES >> qubits
    x = np.random.default_rng(0).normal(size=(2 * tile + 3, qubits))
    circuit = zz_encoding(qubits)
    together = projected_features(circuit, x, order=order)
    threaded = projected_features(circuit, x, order=order, threads=2)
    alone = projected_features(circuit, x[tile + 1 : tile + 2], order=order)
    assert together.tobytes() == threaded.tobytes()
    assert together[tile + 1].tobytes() == alone[0].tobytes()


def test_the_angle_encoding_draws_circles():
    x = np.random.default_rng(0).normal(size=(6, 3))
    found = projected_features(angle_encoding(3), x).reshape(6, 3, 3) * np.sqrt(2)
    np.testing.assert_allclose(found, np.stack([np.sin(x), 0 * x, np.cos(x)], 2), atol=1e-13)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 999), gamma=st.floats(0.01, 10))
def test_the_kernel_is_symmetric_positive_and_has_a_unit_diagonal(seed, gamma):
    x = np.random.default_rng(seed).normal(size=(12, 3))
    features = projected_features(iqp_encoding(3), x, order=2)
    kernel = projected_kernel(features, features, gamma=gamma)
    np.testing.assert_array_equal(kernel, kernel.T)
    np.testing.assert_array_equal(np.diag(kernel), 1)
    assert np.linalg.eigvalsh(kernel).min() > -1e-12


def test_a_sharper_kernel_is_a_power_of_a_blunter_one():
    features = projected_features(zz_encoding(3), np.random.default_rng(0).normal(size=(9, 3)))
    one, other = (projected_kernel(features, features, gamma=g) for g in (0.5, 1.5))
    np.testing.assert_allclose(other, one**3, atol=1e-13)


def test_the_gammas_by_hand():
    features = np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 0.0]])
    assert scale_gamma(features) == pytest.approx(1 / (2 * 8 / 9))
    assert scale_gamma(features[:2], np.array([1.0, 1.0])) == pytest.approx(1 / (2 * 0.75))
    assert scale_gamma(features, np.array([2, 0, 1.0])) == pytest.approx(
        scale_gamma(features[[0, 0, 2]])
    )
    assert median_gamma(features) == pytest.approx(1 / 4)


@pytest.mark.parametrize("gamma", [scale_gamma, median_gamma])
def test_patients_who_all_look_alike_give_no_gamma(gamma):
    with pytest.raises(NotEstimable, match="patients who look different"):
        gamma(np.ones((4, 3)))


@pytest.mark.parametrize(("order", "qubits"), [(0, 3), (3, 3), (2, 1)])
def test_looks_at_other_than_one_or_two_qubits_are_refused(order, qubits):
    with pytest.raises(NotEstimable, match="expected order 1, or 2"):
        projected_features(zz_encoding(qubits), np.ones((2, qubits)), order=order)


@pytest.mark.parametrize("kept", [[1, 0], [0, 0], [3], [-1]])
def test_qubits_that_are_not_there_or_out_of_order_are_refused(kept):
    with pytest.raises(NotEstimable, match="in rising order"):
        reduced_density_matrices(random_states(3), kept)


def test_cohorts_looked_at_differently_are_not_compared():
    with pytest.raises(NotEstimable, match=r"got \(2, 9\) and \(2, 6\)"):
        projected_kernel(np.ones((2, 9)), np.ones((2, 6)), gamma=1.0)
