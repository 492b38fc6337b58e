"""The fidelity kernel against its closed form, and the laws a kernel must obey."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from qiskit import transpile
from qiskit_aer import AerSimulator

from probatum.errors import NotEstimable
from probatum.quantum.encodings import ENCODINGS, angle_encoding, angles, encoding, zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.blocks import BLOCK
from probatum.quantum.kernels.fidelity import cross_gram, gram, naive_gram
from probatum.quantum.kernels.large import fidelity_gram

cohorts = arrays(np.float64, (7, 3), elements=st.floats(-4, 4))


@given(x=cohorts)
def test_the_angle_kernel_is_a_product_of_squared_cosines(x):
    difference = x[:, np.newaxis, :] - x[np.newaxis, :, :]
    expected = np.prod(np.cos(difference / 2) ** 2, axis=2)
    np.testing.assert_allclose(gram(states(angle_encoding(3), x)), expected, atol=1e-13)


@settings(deadline=None)
@given(x=cohorts)
def test_a_gram_matrix_is_symmetric_positive_and_has_a_unit_diagonal(x):
    kernel = gram(states(zz_encoding(3), x))
    assert np.array_equal(kernel, kernel.T)
    assert np.array_equal(np.diag(kernel), np.ones(len(x)))
    assert np.linalg.eigvalsh(kernel).min() > -1e-12
    assert 0 <= kernel.min() <= kernel.max() <= 1


@settings(deadline=None)
@given(x=cohorts, y=cohorts)
def test_the_kernel_between_two_cohorts_is_the_transpose_of_its_reverse(x, y):
    one, other = states(zz_encoding(3), x), states(zz_encoding(3), y)
    np.testing.assert_allclose(cross_gram(one, other), cross_gram(other, one).T, atol=1e-15)


def test_turning_one_rotation_by_a_full_circle_changes_nothing():
    x = np.random.default_rng(0).normal(size=(5, 3))
    turned = x + 2 * np.pi * np.eye(5, 3)
    before, after = (gram(states(angle_encoding(3), rows)) for rows in (x, turned))
    np.testing.assert_allclose(before, after, atol=1e-12)


@pytest.mark.parametrize("circuit", [zz_encoding(3), angle_encoding(3, repetitions=2)])
@pytest.mark.parametrize("patients", [0, 1, BLOCK - 1, BLOCK, 2 * BLOCK + 3])
def test_blocks_agree_with_the_definition_whatever_the_number_of_threads(patients, circuit):
    x = np.random.default_rng(1).normal(size=(patients, 3))
    psi = states(circuit, x)
    naive = naive_gram(psi, psi)
    np.testing.assert_allclose(gram(psi), naive, atol=1e-13)
    np.testing.assert_allclose(cross_gram(psi, psi[:9]), naive[:, :9], atol=1e-13)
    assert gram(psi, threads=2).tobytes() == gram(psi).tobytes()
    assert cross_gram(psi, psi[:9], threads=2).tobytes() == cross_gram(psi, psi[:9]).tobytes()


@settings(max_examples=20, deadline=None)
@given(first=st.integers(0, 300), patients=st.integers(2, 300))
def test_what_two_patients_share_does_not_depend_on_the_company(first, patients):
    psi = states(zz_encoding(4), np.random.default_rng(2).normal(size=(700, 4)))
    part = slice(first, first + patients)
    assert np.array_equal(gram(psi[part]), gram(psi)[part, part])


def test_a_kernel_in_single_precision_is_good_to_three_millionths():
    x = np.random.default_rng(3).uniform(0, np.pi, (200, 8))
    single = gram(states(zz_encoding(8), x, dtype=np.complex64))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, gram(states(zz_encoding(8), x)), atol=3e-6)


@pytest.mark.parametrize("hole", [np.nan, np.nan * 1j, np.inf, 0.5])
def test_what_is_no_state_gives_no_kernel_and_spoils_nobody_elses(hole):
    """A hole among the imaginary parts once made everybody's imaginary parts be left out."""
    psi = states(zz_encoding(3), np.random.default_rng(0).normal(size=(5, 3)))
    psi[2, 3] += hole
    with pytest.raises(NotEstimable, match="length 1, got others for 1 patient"):
        gram(psi)
    with pytest.raises(NotEstimable, match="length 1, got others for 1 patient"):
        cross_gram(psi[:2], psi)


def test_states_of_different_numbers_of_qubits_are_not_compared():
    x = np.ones((2, 3))
    with pytest.raises(NotEstimable, match="got 8 and 4"):
        cross_gram(states(zz_encoding(3), x), states(zz_encoding(2), x[:, :2]))


def test_one_state_alone_is_no_cohort():
    with pytest.raises(NotEstimable, match="one state a row"):
        gram(np.array([1.0 + 0j, 0.0]))


@pytest.mark.parametrize("entanglement", ["linear", "full", "none"])
@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_the_kernel_of_every_encoding_is_the_one_of_aers_states(name, entanglement):
    rng, circuit = (
        np.random.default_rng(5),
        encoding(name, 5, repetitions=2, entanglement=entanglement),
    )
    x = rng.integers(0, 2, (12, 5)) if name == "basis" else rng.uniform(0, np.pi, (12, 5))
    rows = angles(name, x, bandwidth=0.7)
    simulator = AerSimulator(method="statevector")
    bound = transpile([circuit.assign_parameters(row) for row in rows], simulator)
    for each in bound:
        each.save_statevector()
    result = simulator.run(bound).result()
    psi = np.array([np.asarray(result.get_statevector(i)) for i in range(12)])
    theirs = np.abs(psi.conj() @ psi.T) ** 2
    np.testing.assert_allclose(fidelity_gram(circuit, rows), theirs, atol=1e-13, rtol=0)
    single = fidelity_gram(circuit, rows, dtype=np.complex64)
    np.testing.assert_allclose(single, theirs, atol=3e-6, rtol=0)
