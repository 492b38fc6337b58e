"""Noisy probabilities and averages against Aer and quantum_info, gate by gate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import DensityMatrix, SparsePauliOp
from qiskit_aer.noise import (
    NoiseModel,
    ReadoutError,
    amplitude_damping_error,
    coherent_unitary_error,
    depolarizing_error,
    thermal_relaxation_error,
)

from probatum.errors import CircuitError
from probatum.quantum.encodings import zz_encoding
from probatum.quantum.noise.calibration import Noise, noise_of
from probatum.quantum.noise.program import noisy_program, noisy_program_of
from tests.quantum.noise.builders import aer_noise, bound, stepwise_probabilities


def a_noise_model():
    model = NoiseModel()
    model.add_quantum_error(depolarizing_error(0.02, 1), "sx", [0])
    model.add_quantum_error(thermal_relaxation_error(50, 70, 3), "sx", [1])
    model.add_quantum_error(amplitude_damping_error(0.05), "rx", [2])
    turned = np.diag(np.exp(1j * np.array([0.0, 0.03])))
    model.add_quantum_error(coherent_unitary_error(turned), "x", [2])
    model.add_quantum_error(depolarizing_error(0.06, 2), "cx", [0, 1])
    model.add_quantum_error(
        amplitude_damping_error(0.1).tensor(depolarizing_error(0.03, 1)), "cx", [2, 0]
    )
    model.add_readout_error(ReadoutError([[0.97, 0.03], [0.08, 0.92]]), [0])
    model.add_readout_error(ReadoutError([[0.9, 0.1], [0.02, 0.98]]), [2])
    return model


ONE = ("rz", "rx", "ry", "p", "sx", "x", "h")
TWO = ("cx", "cz", "rzz", "rxx", "ryy", "rzx", "swap")
gates = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(ONE), st.permutations(range(3))),
        st.tuples(st.sampled_from(TWO), st.permutations(range(3))),
    ),
    min_size=12,
    max_size=25,
)


def a_circuit(steps):
    circuit = QuantumCircuit(3, 3)
    names = [Parameter(f"x{i}") for i in range(2)]
    for i, (name, places) in enumerate(steps):
        qubits = list(places[: 2 if name in TWO else 1])
        turning = name in ("rz", "rx", "ry", "p", "rzz", "rxx", "ryy", "rzx")
        angle = names[i % 2] * (1 + i / 7) if i % 3 else 0.4 * i
        getattr(circuit, name)(*([angle] if turning else []), *qubits)
    for name in names:
        circuit.rz(name, 0)
    circuit.measure([0, 1, 2], [2, 0, 1])
    return circuit


@settings(deadline=None, max_examples=15)
@given(steps=gates)
def test_any_gates_with_any_errors_agree_with_quantum_info(steps):
    circuit, model = a_circuit(steps), a_noise_model()
    found = noisy_program_of(circuit, noise_of(model)).probabilities([[0.3, -1.1]])[0]
    expected = stepwise_probabilities(bound(circuit, x=(0.3, -1.1)), model, (0, 1, 2))
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)
    assert found.sum() == pytest.approx(1, abs=1e-13)


@pytest.mark.parametrize("device", ["fake_manila", "fake_torino"])
def test_probabilities_of_all_bit_strings_agree_with_quantum_info(device):
    circuit = zz_encoding(3, entanglement="full")
    ready = noisy_program(circuit, device, optimization_level=1, seed=11)
    rows = np.random.default_rng(2).uniform(0, np.pi, (2, 3))
    found = ready.probabilities(rows)
    model = aer_noise(device, ready.qubits)
    for row, probabilities in zip(rows, found, strict=True):
        at = bound(ready.template.circuit, x=row)
        expected = stepwise_probabilities(at, model, ready.qubits)
        np.testing.assert_allclose(probabilities, expected, rtol=0, atol=1e-13)


def test_averages_of_z_strings_follow_from_the_probabilities():
    ready = noisy_program(zz_encoding(3), "fake_torino", optimization_level=1, seed=11)
    rows = np.random.default_rng(2).uniform(0, np.pi, (4, 3))
    observables = [SparsePauliOp("ZZZ"), SparsePauliOp(["IIZ", "ZIZ"], [0.5, -2.0])]
    signs = np.array([[(-1) ** bin(s & m).count("1") for s in range(8)] for m in (7, 1, 5)])
    for readout in (False, True):
        strings = ready.probabilities(rows, readout=readout) @ signs.T
        expected = np.column_stack([strings[:, 0], 0.5 * strings[:, 1] - 2 * strings[:, 2]])
        found = ready.expectations(rows, observables, readout=readout)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


def test_without_noise_averages_are_those_of_the_written_circuit():
    circuit = zz_encoding(3)
    ready = noisy_program_of(_measured(circuit), Noise())
    row = [0.2, 1.1, 2.0]
    observable = SparsePauliOp(["XYZ", "IZX", "YII"], [1.0, 0.25, -3.0])
    state = DensityMatrix(circuit.assign_parameters(row))
    expected = np.real(state.expectation_value(observable))
    assert ready.expectations([row], [observable])[0, 0] == pytest.approx(expected, abs=1e-13)


def _measured(circuit):
    ready = circuit.copy()
    ready.measure_all()
    return ready


def test_readout_errors_dilute_a_string_by_each_of_its_letters():
    noise = Noise(readouts={0: np.array([[0.9, 0.1], [0.3, 0.7]])})
    circuit = QuantumCircuit(1)
    circuit.h(0)
    ready = noisy_program_of(_measured(circuit), noise)
    found = ready.expectations(np.empty((1, 0)), [SparsePauliOp("X")], readout=True)
    assert found[0, 0] == pytest.approx(0.6 * 1 + 0.2)


def test_a_free_angle_in_a_gate_that_is_no_rotation_is_refused():
    circuit = QuantumCircuit(2)
    circuit.cp(Parameter("x0"), 0, 1)
    with pytest.raises(CircuitError, match="'cp'"):
        noisy_program_of(_measured(circuit), Noise())


def test_a_gate_after_its_qubit_was_read_is_refused():
    circuit = QuantumCircuit(1, 1)
    circuit.measure(0, 0)
    circuit.x(0)
    with pytest.raises(CircuitError, match="final measurement"):
        noisy_program_of(circuit, Noise())


def test_more_qubits_than_memory_allows_are_refused():
    with pytest.raises(CircuitError, match="at most 12 qubits"):
        noisy_program_of(_measured(QuantumCircuit(13)), Noise())


def test_an_observable_of_another_width_is_refused():
    ready = noisy_program_of(_measured(QuantumCircuit(2)), Noise())
    with pytest.raises(CircuitError, match="expected 2 qubits, got 3"):
        ready.expectations(np.empty((1, 0)), [SparsePauliOp("ZZZ")])


def test_an_operator_that_cannot_be_measured_is_refused_and_not_taken_for_zero():
    ready = noisy_program_of(_measured(QuantumCircuit(2)), Noise())
    with pytest.raises(CircuitError, match="real coefficients"):
        ready.expectations(np.empty((1, 0)), [SparsePauliOp("ZZ", 1j)])


def test_nobody_has_no_probabilities():
    ready = noisy_program_of(_measured(QuantumCircuit(2)), Noise())
    assert ready.probabilities(np.empty((0, 0))).shape == (0, 4)
