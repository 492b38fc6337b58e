"""The noisy kernel against circuits run one by one, and the laws it must obey."""

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector

from probatum.errors import CircuitError, NotEstimable
from probatum.quantum.devices import snapshot
from probatum.quantum.encodings import angle_encoding, zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import cross_gram
from probatum.quantum.noise import program
from probatum.quantum.noise.calibration import Noise
from probatum.quantum.noise.kernel import (
    compiled_kernel,
    kernel_of,
    noisy_kernel,
    symmetrised,
)
from probatum.quantum.noise.template import compute_uncompute, fitted
from tests.quantum.noise.builders import (
    aer_noise,
    aer_probabilities,
    bound,
    stepwise_probabilities,
)


def patients(count, features, seed=3):
    return np.random.default_rng(seed).uniform(0, np.pi, (count, features))


def readout_of(found, noise):
    """Mix exact bit-string probabilities by the device's readout tables, bit by bit."""
    order = sorted(noise.template.bits, key=noise.template.bits.get)
    tensor = found.reshape(len(found), *(2,) * len(order))
    for axis, qubit in enumerate(reversed(order), start=1):
        table = noise.noise.readout(qubit)
        tensor = np.moveaxis(np.tensordot(tensor, table, axes=(axis, 0)), -1, axis)
    return tensor.reshape(len(found), -1)


CASES = {
    "manila, ZZ": ("fake_manila", zz_encoding(4), 1),
    "manila, entangled angles": ("fake_manila", angle_encoding(4, repetitions=2), 3),
    "torino, ZZ": ("fake_torino", zz_encoding(4), 1),
    "torino, ZZ of every pair, routed": ("fake_torino", zz_encoding(4, entanglement="full"), 1),
    "torino, six qubits": ("fake_torino", zz_encoding(6), 3),
    "sherbrooke, one-directional ECR": ("fake_sherbrooke", zz_encoding(3), 2),
}


@pytest.mark.parametrize("name", CASES)
def test_every_entry_is_the_probability_aer_gives_the_pair_s_own_circuit(name):
    device, circuit, level = CASES[name]
    x = patients(2, circuit.num_parameters)
    kernel = compiled_kernel(circuit, device, optimization_level=level, seed=7)
    order = sorted(kernel.template.bits, key=kernel.template.bits.get)
    pairs = [bound(kernel.template.circuit, x=a, y=b) for a in x for b in x]
    model = aer_noise(device, kernel.template.qubits)
    exact = aer_probabilities(pairs, model, order)
    expected = readout_of(exact, kernel)[:, 0].reshape(2, 2)
    np.testing.assert_allclose(kernel.probabilities(x), expected, rtol=0, atol=1e-8)
    unread = kernel.probabilities(x, readout=False)
    np.testing.assert_allclose(unread, exact[:, 0].reshape(2, 2), rtol=0, atol=1e-8)


def test_every_entry_is_what_quantum_info_finds_gate_by_gate():
    kernel = compiled_kernel(zz_encoding(3), "fake_torino", optimization_level=1, seed=7)
    x = patients(2, 3)
    model = aer_noise("fake_torino", kernel.template.qubits)
    for i, j in [(0, 0), (0, 1), (1, 0)]:
        pair = bound(kernel.template.circuit, x=x[i], y=x[j])
        expected = stepwise_probabilities(pair, model, kernel.template.qubits)[0]
        assert kernel.probabilities(x)[i, j] == pytest.approx(expected, abs=1e-13)


def test_without_noise_it_is_the_exact_fidelity_kernel():
    circuit = zz_encoding(5)
    pair = fitted(
        compute_uncompute(circuit), snapshot("fake_torino"), optimization_level=3, seed=1
    )
    x, y = patients(6, 5), patients(4, 5, seed=8)
    found = kernel_of(pair, Noise(), parameters=5).probabilities(x, y)
    expected = cross_gram(states(circuit, x), states(circuit, y))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)


def test_the_order_of_the_pair_matters_and_the_diagonal_is_below_one():
    x = patients(5, 4)
    found = noisy_kernel(zz_encoding(4), x, device="fake_torino", optimization_level=1, seed=7)
    assert np.abs(found - found.T).max() > 1e-3
    assert found.diagonal().max() < 0.95


def test_between_two_cohorts_rows_are_prepared_and_columns_undone():
    kernel = compiled_kernel(zz_encoding(3), "fake_manila", optimization_level=1, seed=7)
    x = patients(6, 3)
    square = kernel.probabilities(x)
    assert np.array_equal(kernel.probabilities(x[:2], x[2:]), square[:2, 2:])


def test_threads_and_memory_change_no_byte(monkeypatch):
    kernel = compiled_kernel(zz_encoding(4), "fake_manila", optimization_level=1, seed=7)
    x = patients(150, 4)
    whole = kernel.probabilities(x)
    assert kernel.probabilities(x, threads=2).tobytes() == whole.tobytes()
    states = kernel.preparing.forward(x)
    assert kernel.preparing.forward(x[7:8]).tobytes() == states[7].tobytes()
    monkeypatch.setattr(program, "MEMORY", 8 * 4**4 * 16)
    np.testing.assert_allclose(kernel.probabilities(x), whole, rtol=0, atol=1e-14)


def test_a_cohort_of_nobody_gives_an_empty_kernel():
    kernel = compiled_kernel(zz_encoding(2), "fake_manila", optimization_level=1, seed=7)
    assert kernel.probabilities(np.empty((0, 2)), patients(3, 2)).shape == (0, 3)


def test_repeating_a_template_with_its_seed_gives_the_same_bytes():
    x = patients(3, 4)
    twice = [
        noisy_kernel(zz_encoding(4), x, device="fake_torino", optimization_level=3, seed=5)
        for _ in range(2)
    ]
    assert twice[0].tobytes() == twice[1].tobytes()


def test_the_mean_of_both_orders_is_symmetric_and_refused_for_two_cohorts():
    assert symmetrised([[1, 0.2], [0.4, 1]])[0, 1] == pytest.approx(0.3)
    with pytest.raises(NotEstimable, match="square"):
        symmetrised(np.ones((2, 3)))


def test_a_device_too_small_or_unknown_is_refused():
    with pytest.raises(CircuitError, match="6 qubits or more, got 5"):
        compiled_kernel(zz_encoding(6), "fake_manila", optimization_level=1, seed=7)
    with pytest.raises(CircuitError, match="snapshot"):
        compiled_kernel(zz_encoding(2), "fake_nowhere", optimization_level=1, seed=7)


def test_patients_with_too_few_measurements_are_refused():
    kernel = compiled_kernel(zz_encoding(3), "fake_manila", optimization_level=1, seed=7)
    with pytest.raises(CircuitError, match=r"shape \(patients, 3\)"):
        kernel.probabilities(np.ones((4, 2)))


def test_a_qubit_that_no_two_qubit_gate_touches_is_read_out_all_the_same():
    x = ParameterVector("x", 2)
    circuit = QuantumCircuit(2)
    circuit.ry(x[0], 0)
    circuit.ry(x[1], 1)
    rows = patients(3, 2)
    found = noisy_kernel(circuit, rows, device="fake_manila", optimization_level=0, seed=7)
    exact = cross_gram(states(circuit, rows), states(circuit, rows))
    assert np.abs(found - exact).max() < 0.2
    assert np.abs(found - exact).max() > 0.01
