"""What the diagnostics of a kernel say, by hand and by law."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from probatum.errors import NotEstimable
from probatum.quantum.encodings import zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.concentration import concentration
from probatum.quantum.kernels.fidelity import gram
from probatum.quantum.kernels.geometric_difference import geometric_difference


def kernels(patients: int = 40) -> tuple[np.ndarray, np.ndarray]:
    """A radial and a quantum kernel of the same patients."""
    x = np.random.default_rng(0).normal(size=(patients, 3))
    square = ((x[:, np.newaxis] - x[np.newaxis]) ** 2).sum(axis=2)
    return np.exp(-square / 6), gram(states(zz_encoding(3), x))


def test_the_spread_of_three_patients_by_hand():
    kernel = np.array([[1, 0.1, 0.2], [0.1, 1, 0.3], [0.2, 0.3, 1]])
    found = concentration(kernel)
    assert found.mean == pytest.approx(0.2)
    assert found.variance == pytest.approx(0.02 / 3)
    assert found.shots_to_resolve == pytest.approx(150)


def test_random_states_concentrate_on_one_over_the_dimension():
    rng = np.random.default_rng(1)
    psi = rng.normal(size=(300, 256)) + 1j * rng.normal(size=(300, 256))
    psi /= np.linalg.norm(psi, axis=1, keepdims=True)
    assert concentration(gram(psi)).mean == pytest.approx(1 / 256, rel=0.02)


def test_a_kernel_without_spread_is_resolved_by_no_number_of_shots():
    assert concentration(np.ones((4, 4))).shots_to_resolve == np.inf


def test_two_patients_have_no_spread():
    with pytest.raises(NotEstimable, match="three patients"):
        concentration(np.eye(2))


def test_the_geometric_difference_agrees_with_its_definition():
    classical, quantum = kernels()
    inner = np.linalg.matrix_power(np.linalg.inv(classical + 0.1 * np.eye(40)), 2)
    root_q, root_c = (np.real(sqrtm(kernel)) for kernel in (quantum, classical))
    found = geometric_difference(classical, quantum, regularisation=0.1)
    general = np.sqrt(np.linalg.norm(root_q @ root_c @ inner @ root_c @ root_q, 2))
    training = 0.1 * np.sqrt(np.linalg.norm(root_q @ inner @ root_q, 2))
    assert found.general == pytest.approx(general, rel=1e-6)
    assert found.training == pytest.approx(training, rel=1e-6)


def test_a_kernel_differs_from_itself_by_at_most_one():
    _, quantum = kernels()
    assert geometric_difference(quantum, quantum, regularisation=1e-3).general <= 1


def test_the_scale_of_a_kernel_does_not_count():
    classical, quantum = kernels()
    one, other = (
        geometric_difference(scale * classical, quantum, regularisation=0.1).general
        for scale in (1, 7)
    )
    assert one == pytest.approx(other)


def test_kernels_of_different_patients_are_not_compared():
    with pytest.raises(NotEstimable, match="same patients"):
        geometric_difference(np.eye(3), np.eye(4), regularisation=0.1)
