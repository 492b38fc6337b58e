"""The reservoir against Qiskit's density matrices, and what physics asks of it."""

import numpy as np
import pytest
from qiskit.quantum_info import DensityMatrix, Operator, SparsePauliOp, partial_trace
from scipy.linalg import expm

from probatum.errors import CircuitError
from probatum.quantum.variational.reservoir import Reservoir, features, names, transverse_ising


def a_reservoir(qubits=3, channels=1, seed=0) -> Reservoir:
    return transverse_ising(
        qubits,
        channels=channels,
        coupling=1.0,
        field=0.5,
        duration=2.0,
        rng=np.random.default_rng(seed),
    )


def by_qiskit(reservoir: Reservoir, series: np.ndarray) -> np.ndarray:
    """One patient, by partial traces and tensor products of Qiskit's density matrices."""
    rho = DensityMatrix.from_int(0, 2**reservoir.qubits)
    evolution = Operator(reservoir.evolution)
    for values in series:
        kept = partial_trace(rho, list(range(reservoir.channels)))
        for value in reversed(values):
            state = np.array([np.cos(value / 2), np.sin(value / 2)])
            entering = DensityMatrix(np.outer(state, state))
            kept = kept.tensor(entering)
        rho = kept.evolve(evolution)
    labels = [name.split()[1] for name in names(reservoir, 1)]
    strings = [
        "".join("Z" if f"Z{q}" in label else "I" for q in reversed(range(reservoir.qubits)))
        for label in labels
    ]
    return np.array([rho.expectation_value(SparsePauliOp(s)).real for s in strings])


def test_the_qubits_evolve_under_the_transverse_field_ising_model():
    """Couplings drawn pair by pair, and Qiskit's operators exponentiated by SciPy."""
    rng = np.random.default_rng(5)
    found = transverse_ising(3, channels=1, coupling=2.0, field=0.3, duration=0.7, rng=rng)
    couplings = np.random.default_rng(5).uniform(-1, 1, 3)
    terms = [
        ("XX", pair, j) for pair, j in zip([(0, 1), (0, 2), (1, 2)], couplings, strict=True)
    ]
    terms += [("Z", [q], 0.3) for q in range(3)]
    hamiltonian = SparsePauliOp.from_sparse_list(terms, num_qubits=3).to_matrix()
    np.testing.assert_allclose(found.evolution, expm(-0.7j * hamiltonian), atol=1e-13)


@pytest.mark.parametrize("channels", [1, 2])
def test_the_features_are_those_of_qiskits_density_matrices(channels):
    reservoir = a_reservoir(4, channels)
    series = np.random.default_rng(1).uniform(0, np.pi, (3, 5, channels))
    expected = [by_qiskit(reservoir, one) for one in series]
    np.testing.assert_allclose(features(reservoir, series), expected, atol=1e-12)


def test_reading_more_times_reads_the_same_system_earlier():
    reservoir = a_reservoir()
    series = np.random.default_rng(2).uniform(0, np.pi, (4, 6, 1))
    both = features(reservoir, series, readouts=2)
    earlier = features(reservoir, series[:, :-1])
    np.testing.assert_allclose(both[:, :6], earlier, atol=1e-14)


def test_the_distant_past_is_forgotten():
    """Series that differ in their first value only become alike (echo state property)."""
    reservoir = a_reservoir(4)
    series = np.random.default_rng(3).uniform(0, np.pi, (2, 60, 1))
    series[1, 1:] = series[0, 1:]
    apart = [
        np.abs(np.subtract(*features(reservoir, series[:, :times]))).max() for times in (2, 60)
    ]
    assert apart[0] > 1e-2
    assert apart[1] < 1e-3 * apart[0]


def test_the_recent_past_is_remembered():
    reservoir = a_reservoir(4)
    series = np.ones((2, 10, 1))
    series[1, -3] = 2.5
    assert np.abs(np.subtract(*features(reservoir, series))).max() > 1e-3


def test_the_tile_does_not_change_a_feature():
    reservoir = a_reservoir()
    series = np.random.default_rng(4).uniform(0, np.pi, (7, 4, 1))
    one, other = (features(reservoir, series, tile=t) for t in (2, 7))
    np.testing.assert_allclose(one, other, atol=1e-14)


def test_a_reservoir_without_memory_is_refused():
    with pytest.raises(CircuitError, match="at least one qubit for memory"):
        a_reservoir(2, 2)


def test_more_readouts_than_times_are_refused():
    with pytest.raises(CircuitError, match="expected 1 to 4, got 5"):
        features(a_reservoir(), np.ones((1, 4, 1)), readouts=5)
