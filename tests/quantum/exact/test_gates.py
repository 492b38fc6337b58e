"""Every gate the exact simulator claims, in random circuits, against Qiskit and Aer."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import ClassicalRegister, QuantumCircuit, transpile
from qiskit.circuit import Gate, ParameterVector
from qiskit.circuit import library as qiskit_gates
from qiskit.quantum_info import Kraus, Statevector
from qiskit_aer import AerSimulator

from probatum.errors import CircuitError
from probatum.quantum.exact import gates
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.exact.simulation import states
from tests.quantum.exact.catalogue import BUILDERS, FIRST_ONLY, UNSUPPORTED

QUBITS = 5
EXPRESSIONS: tuple[Callable[[ParameterVector], Any], ...] = (
    lambda x: x[0],
    lambda x: 2 * (np.pi - x[0]) * (np.pi - x[1]),
    lambda x: -x[2] / 3 + x[1] ** 2,
    lambda x: (x[0] * x[1]).sin() - x[2].cos().abs(),
    lambda x: x[1].arctan().exp() * 0.1234567890123456,
    lambda _: 0.7,
    lambda _: np.pi,
)


def statevectors(circuit: QuantumCircuit, rows: np.ndarray) -> np.ndarray:
    """One patient at a time, by Qiskit; an evolution as its own synthesis says."""
    plain = circuit.decompose("PauliEvolution")
    return np.array([Statevector(plain.assign_parameters(row)).data for row in rows])


def by_aer(circuit: QuantumCircuit, rows: np.ndarray) -> np.ndarray:
    """All patients in one job, by Aer."""
    simulator = AerSimulator(method="statevector")
    bound = [circuit.assign_parameters(row).decompose(reps=1) for row in rows]
    bound = transpile(bound, simulator, optimization_level=0)
    for each in bound:
        each.save_statevector()
    result = simulator.run(bound).result()
    assert result.success
    return np.array([np.asarray(result.get_statevector(i)) for i in range(len(rows))])


def built(names: list[str], seed: int) -> QuantumCircuit:
    """A circuit of these gates on random wires, with formulas of three parameters."""
    rng, x = np.random.default_rng(seed), ParameterVector("x", 3)
    circuit = QuantumCircuit(QUBITS)
    for qubit in range(QUBITS):
        circuit.u(0.3 + qubit + x[0], x[1], x[2] - qubit, qubit)
    for name in names:
        angles = [EXPRESSIONS[rng.integers(len(EXPRESSIONS))](x) for _ in range(4)]
        gate = BUILDERS[name](angles, rng)
        circuit.append(gate, list(rng.permutation(QUBITS)[: gate.num_qubits]))
    return circuit


def rows_of(seed: int, patients: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(patients, 3))


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_each_gate_agrees_with_qiskit(name):
    for seed in range(3):
        circuit, rows = built([name, "h", name], seed), rows_of(seed)
        np.testing.assert_allclose(
            states(circuit, rows), statevectors(circuit, rows), atol=1e-12, rtol=0
        )


@pytest.mark.parametrize("dtype", [np.complex128, np.complex64])
@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_after_each_gate_amplitudes_do_not_depend_on_the_company(name, dtype):
    circuit, rows = built([name, "h", name], 0), rows_of(0, 41)
    together = states(circuit, rows, dtype=dtype)
    for part in (slice(1), slice(7, 24), slice(3, 41)):
        some = states(circuit, rows[part], dtype=dtype, tile=9)
        assert some.tobytes() == together[part].tobytes()


def test_every_claimed_gate_is_tried():
    tried = {**BUILDERS, **FIRST_ONLY, "mcx": lambda angles, rng: qiskit_gates.C3XGate()}
    built_ones = (tried[name]([0.1] * 4, np.random.default_rng(0)) for name in tried)
    assert gates.CLAIMED - {gate.name for gate in built_ones} == set()


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(st.sampled_from(sorted(BUILDERS)), min_size=8, max_size=25),
    seed=st.integers(0, 999),
)
def test_any_circuit_agrees_with_qiskit(names, seed):
    circuit, rows = built(names, seed), rows_of(seed, 2)
    np.testing.assert_allclose(
        states(circuit, rows), statevectors(circuit, rows), atol=1e-12, rtol=0
    )


def test_circuits_of_all_gates_agree_with_aer():
    shuffled = np.random.default_rng(1).permutation(sorted(BUILDERS))
    used = Counter()
    for seed, names in enumerate(np.array_split(shuffled, 8)):
        circuit, rows = built([str(name) for name in names], seed), rows_of(seed, 2)
        np.testing.assert_allclose(
            states(circuit, rows), by_aer(circuit, rows), atol=1e-12, rtol=0
        )
        used.update(str(name) for name in names)
    assert set(used) == set(BUILDERS)


@pytest.mark.parametrize("name", sorted(FIRST_ONLY))
def test_a_preparation_that_begins_with_a_reset_may_come_first(name):
    circuit = QuantumCircuit(3)
    circuit.append(FIRST_ONLY[name]([], np.random.default_rng(0)), [2, 0])
    circuit.cx(2, 1)
    vector = Statevector(circuit.decompose("initialize").decompose("reset")).data
    np.testing.assert_allclose(states(circuit, np.empty((1, 0)))[0], vector, atol=1e-12)


@pytest.mark.parametrize("name", sorted(UNSUPPORTED))
def test_what_is_no_gate_is_refused_by_name(name):
    circuit = QuantumCircuit(1, 1)
    circuit.x(0)
    circuit.measure(0, 0) if name == "measure" else circuit.reset(0)
    with pytest.raises(CircuitError, match=f"'{name}'"):
        compiled(circuit)


def test_a_classical_condition_is_refused_by_name():
    circuit = QuantumCircuit(1)
    circuit.add_register(ClassicalRegister(1))
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.x(0)
    with pytest.raises(CircuitError, match="'if_else'"):
        compiled(circuit)


def test_a_gate_without_a_definition_is_refused_by_name():
    circuit = QuantumCircuit(2)
    circuit.append(Gate("oracle", 2, []), [0, 1])
    with pytest.raises(CircuitError, match="'oracle'"):
        compiled(circuit)


def test_a_measurement_inside_a_users_instruction_is_refused_by_name():
    inner = QuantumCircuit(1, 1)
    inner.measure(0, 0)
    circuit = QuantumCircuit(1, 1)
    circuit.append(inner.to_instruction(), [0], [0])
    with pytest.raises(CircuitError, match="'circuit-"):
        compiled(circuit)


def test_a_users_gate_that_borrows_a_name_is_taken_for_what_it_does():
    inner = QuantumCircuit(1, name="h")
    inner.x(0)
    circuit = QuantumCircuit(1)
    circuit.append(inner.to_gate(), [0])
    np.testing.assert_allclose(states(circuit, np.empty((1, 0))), [[0, 1]], atol=1e-15)


def test_a_gate_that_is_only_a_matrix_is_taken_as_such():
    class Rooted(Gate):
        def __init__(self) -> None:
            super().__init__("rooted", 1, [])

        def __array__(self, dtype=None, copy=None):
            return np.asarray(qiskit_gates.SXGate())

    circuit = QuantumCircuit(1)
    circuit.append(Rooted(), [0])
    expected = np.asarray(qiskit_gates.SXGate())[:, 0]
    np.testing.assert_allclose(states(circuit, np.empty((1, 0)))[0], expected, atol=1e-15)


@pytest.mark.parametrize("matrix", [np.diag([1.0, 2.0]), np.full((2, 2), np.nan)])
def test_a_matrix_that_would_lengthen_a_state_is_refused_by_name(matrix):
    circuit = QuantumCircuit(1)
    circuit.append(qiskit_gates.UnitaryGate(matrix, check_input=False), [0])
    with pytest.raises(CircuitError, match="'unitary' — expected a unitary matrix"):
        compiled(circuit)


def test_noise_is_no_gate_and_is_refused_by_name():
    flips = Kraus([np.sqrt(0.9) * np.eye(2), np.sqrt(0.1) * np.array([[0, 1], [1, 0]])])
    circuit = QuantumCircuit(1)
    circuit.append(flips.to_instruction(), [0])
    with pytest.raises(CircuitError, match="'kraus'"):
        compiled(circuit)


@pytest.mark.parametrize("kind", ["for_loop", "while_loop", "switch", "box"])
def test_what_steers_a_circuit_is_refused_by_name(kind):
    circuit = QuantumCircuit(1, 1)
    if kind == "for_loop":
        with circuit.for_loop(range(2)):
            circuit.x(0)
    elif kind == "while_loop":
        with circuit.while_loop((circuit.clbits[0], 0)):
            circuit.x(0)
    elif kind == "switch":
        with circuit.switch(circuit.clbits[0]) as case, case(0):
            circuit.x(0)
    else:
        with circuit.box():
            circuit.x(0)
    with pytest.raises(CircuitError, match=f"'{kind}"):
        compiled(circuit)


def test_a_feature_map_of_cx_and_phase_sandwiches_is_two_layers_and_one_table():
    circuit = qiskit_gates.zz_feature_map(6, reps=2, entanglement="full")
    kinds = [type(step).__name__ for step in compiled(circuit).steps]
    assert kinds == ["Layer", "Phases", "Layer", "Phases"]
    first, second = (s for s in compiled(circuit).steps if type(s).__name__ == "Phases")
    assert first.key == second.key
