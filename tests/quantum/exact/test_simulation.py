"""The exact simulator against Qiskit's Statevector, Aer, closed forms, and itself."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit, transpile
from qiskit.circuit import Parameter, ParameterVector
from qiskit.circuit.library import (
    get_standard_gate_name_mapping,
    real_amplitudes,
    zz_feature_map,
)
from qiskit.quantum_info import Statevector
from qiskit_aer import AerSimulator

from probatum.errors import CircuitError
from probatum.quantum.encodings import angle_encoding, zz_encoding
from probatum.quantum.exact.simulation import states

STANDARD = get_standard_gate_name_mapping()
GATES = sorted(set(STANDARD) - {"measure", "reset", "delay"})
EXPRESSIONS: tuple[Callable[[ParameterVector], object], ...] = (
    lambda x: x[0],
    lambda x: 2 * (np.pi - x[0]) * (np.pi - x[1]),
    lambda x: -x[2] / 3 + x[1] ** 2,
    lambda x: (x[0] * x[1]).sin() - x[2].cos().abs(),
    lambda x: x[1].arctan().exp() * 0.1234567890123456,
    lambda _: 0.7,
)


def statevectors(circuit: QuantumCircuit, rows: np.ndarray) -> np.ndarray:
    """One patient at a time, by Qiskit."""
    return np.array([Statevector(circuit.assign_parameters(row)).data for row in rows])


@st.composite
def circuits(draw: st.DrawFn) -> QuantumCircuit:
    """A random circuit of claimed gates with formulas of three parameters for angles."""
    qubits, x = draw(st.integers(4, 6)), ParameterVector("x", 3)
    circuit = QuantumCircuit(qubits)
    circuit.rx(x[0] + x[1] + x[2], 0)
    for name in draw(st.lists(st.sampled_from(GATES), min_size=1, max_size=15)):
        gate = STANDARD[name]
        wires = draw(st.permutations(range(qubits)))[: gate.num_qubits]
        angles = [draw(st.sampled_from(EXPRESSIONS))(x) for _ in gate.params]
        circuit.append(gate.base_class(*angles), wires)
    return circuit


@settings(max_examples=150, deadline=None)
@given(circuit=circuits(), seed=st.integers(0, 999))
def test_any_circuit_of_claimed_gates_agrees_with_qiskit(circuit, seed):
    rows = np.random.default_rng(seed).normal(size=(3, 3))
    np.testing.assert_allclose(states(circuit, rows), statevectors(circuit, rows), atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(
    circuit=circuits(),
    tile=st.integers(1, 41),
    threads=st.integers(1, 2),
    dtype=st.sampled_from([np.complex128, np.complex64]),
)
def test_a_patients_amplitudes_do_not_depend_on_the_tile(circuit, tile, threads, dtype):
    rows = np.random.default_rng(0).normal(size=(41, 3))
    together = states(circuit, rows, dtype=dtype)
    tiled = states(circuit, rows, dtype=dtype, tile=tile, threads=threads)
    assert tiled.tobytes() == together.tobytes()


@settings(max_examples=30, deadline=None)
@given(
    circuit=circuits(),
    patient=st.integers(0, 40),
    dtype=st.sampled_from([np.complex128, np.complex64]),
)
def test_a_patients_amplitudes_do_not_depend_on_the_company(circuit, patient, dtype):
    rows = np.random.default_rng(0).normal(size=(41, 3))
    together = states(circuit, rows, dtype=dtype)
    alone = states(circuit, rows[patient : patient + 1], dtype=dtype)
    assert alone.tobytes() == together[patient : patient + 1].tobytes()


@pytest.mark.parametrize(
    "circuit",
    [
        angle_encoding(5, repetitions=2),
        zz_encoding(5, entanglement="full"),
        zz_feature_map(5, reps=2, entanglement="linear"),
        real_amplitudes(5, reps=2).decompose(),
    ],
    ids=["angle", "zz", "qiskit zz", "real amplitudes"],
)
def test_the_encodings_agree_with_aer(circuit):
    rows = np.random.default_rng(2).normal(size=(4, circuit.num_parameters))
    bound = [transpile(circuit.assign_parameters(row), AerSimulator()) for row in rows]
    for aer in bound:
        aer.save_statevector()
    result = AerSimulator(method="statevector").run(bound).result()
    expected = [np.asarray(result.get_statevector(i)) for i in range(len(rows))]
    np.testing.assert_allclose(states(circuit, rows), expected, atol=1e-12)


def test_single_precision_is_good_to_a_millionth_even_at_large_angles():
    circuit = zz_encoding(6)
    rows = np.random.default_rng(3).normal(scale=30, size=(20, 6))
    single = states(circuit, rows, dtype=np.complex64)
    assert single.dtype == np.complex64
    np.testing.assert_allclose(single, states(circuit, rows), atol=2e-6)


def test_every_state_has_length_one():
    rows = np.random.default_rng(4).normal(size=(50, 6))
    lengths = np.linalg.norm(states(zz_encoding(6), rows), axis=1)
    np.testing.assert_allclose(lengths, 1, atol=1e-13)


def test_an_empty_circuit_leaves_the_ground_state():
    np.testing.assert_array_equal(states(QuantumCircuit(2), np.empty((3, 0)))[:, 0], 1)


def test_no_patients_give_no_states():
    assert states(angle_encoding(2), np.empty((0, 2))).shape == (0, 4)


def test_parameters_are_taken_in_the_order_of_the_circuit():
    circuit, b, a = QuantumCircuit(1), Parameter("b"), Parameter("a")
    circuit.ry(b, 0)
    circuit.rz(a, 0)
    rows = np.array([[0.3, 1.1]])
    np.testing.assert_allclose(states(circuit, rows), statevectors(circuit, rows), atol=1e-14)


def test_rows_of_the_wrong_width_are_refused():
    with pytest.raises(CircuitError, match=r"expected shape \(patients, 3\)"):
        states(angle_encoding(3), np.zeros((5, 2)))


@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_a_patient_with_a_hole_is_refused_and_none_is_computed_in_silence(hole):
    rows = np.ones((4, 3))
    rows[1, 2] = hole
    with pytest.raises(CircuitError, match=r"finite numbers, got others for 1 patient"):
        states(zz_encoding(3), rows)


@pytest.mark.parametrize("rows", [[["a", "b"]], [[1j, 0]]], ids=["words", "complex"])
def test_what_is_no_real_number_is_refused(rows):
    with pytest.raises(CircuitError, match="expected real numbers"):
        states(angle_encoding(2), rows)


@pytest.mark.parametrize("change", [{"tile": 0}, {"tile": -3}, {"threads": 0}, {"tile": 1.5}])
def test_a_number_of_tiles_or_threads_that_is_none_is_refused(change):
    with pytest.raises(CircuitError, match=f"{next(iter(change))} — expected a whole number"):
        states(angle_encoding(2), np.ones((3, 2)), **change)


def test_more_qubits_than_memory_can_hold_are_refused():
    with pytest.raises(CircuitError, match="at most 28 qubits, got 40"):
        states(angle_encoding(40), np.ones((1, 40)))


@pytest.mark.parametrize("angle", [1e17, 3141592653589.793, 2**40 * np.pi])
def test_a_huge_constant_phase_is_not_rounded_to_a_half_turn(angle):
    circuit = QuantumCircuit(1)
    circuit.h(0)
    circuit.p(angle, 0)
    circuit.h(0)
    rows = np.empty((1, 0))
    np.testing.assert_allclose(states(circuit, rows), statevectors(circuit, rows), atol=1e-12)
