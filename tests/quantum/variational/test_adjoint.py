"""Exact gradients against finite differences, the parameter-shift rule, Qiskit and algebra."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.primitives import StatevectorEstimator
from qiskit.quantum_info import SparsePauliOp, Statevector

from probatum.quantum.variational.adjoint import cohort, expectations, pulled_back
from probatum.quantum.variational.circuits import VariationalCircuit
from probatum.quantum.variational.program import ready
from tests.quantum.variational.models import MODELS, W

STANDARD = get_standard_gate_name_mapping()
NOT_A_STEP = {"measure", "reset", "delay", "global_phase"}
GATES = sorted(set(STANDARD) - NOT_A_STEP)
X = ParameterVector("x", 2)
FORMULAS = (
    W[0],
    2 * W[1] - 0.3,
    W[0] * W[2],
    X[0],
    W[1] * X[0] + W[2],
    (X[1] - 1) * (X[0] + 1) * W[0],
    W[2].sin() + 1.1,
    0.7,
)
OBSERVABLES = (
    SparsePauliOp.from_list([("ZIII", 1.0)]),
    SparsePauliOp.from_list([("ZZZZ", 0.5), ("IIIZ", -1.5), ("IIII", 0.2)]),
    SparsePauliOp.from_list([("XIYZ", 0.7), ("IXXI", 1.0), ("YIII", 0.4)]),
)


def by_qiskit(v: VariationalCircuit, rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Bind one patient at a time, and let Qiskit find the state and the expectations."""
    bound, columns = v.bound(weights), v.input_columns()
    found = [Statevector(bound.assign_parameters(row[columns])) for row in rows]
    return np.array([[s.expectation_value(o).real for o in v.observables] for s in found])


def gradient_of_sum(v, rows, weights, cotangent):
    """The gradient of the weighted sum of all expectations."""
    program = ready(v)
    patients = cohort(program, rows, tile=2)
    return pulled_back(program, patients, weights, lambda _, part: cotangent[part])


def by_finite_differences(v, rows, weights, cotangent, step=1e-6):
    program = ready(v)
    patients = cohort(program, rows)

    def loss(w):
        return (expectations(program, patients, w) * cotangent).sum()

    steps = step * np.eye(len(weights))
    return np.array([(loss(weights + s) - loss(weights - s)) / (2 * step) for s in steps])


@st.composite
def variational_circuits(draw: st.DrawFn) -> VariationalCircuit:
    """A random circuit of standard gates whose angles are formulas of inputs and weights."""
    circuit = QuantumCircuit(4)
    for gate in draw(st.lists(st.sampled_from(GATES), min_size=3, max_size=25)):
        wires = draw(st.permutations(range(4)))[: STANDARD[gate].num_qubits]
        angles = [draw(st.sampled_from(FORMULAS)) for _ in STANDARD[gate].params]
        circuit.append(STANDARD[gate].base_class(*angles), wires)
    observables = draw(st.lists(st.sampled_from(OBSERVABLES), min_size=1, max_size=3))
    return VariationalCircuit(
        circuit=circuit, inputs=tuple(X), weights=tuple(W), observables=tuple(observables)
    )


@settings(max_examples=120, deadline=None)
@given(v=variational_circuits(), seed=st.integers(0, 999))
def test_any_circuit_of_standard_gates_agrees_with_qiskit_and_finite_differences(v, seed):
    rng = np.random.default_rng(seed)
    rows, weights = rng.normal(size=(3, 2)), rng.normal(size=3)
    cotangent = rng.normal(size=(3, len(v.observables)))
    found, gradient = gradient_of_sum(v, rows, weights, cotangent)
    np.testing.assert_allclose(found, by_qiskit(v, rows, weights), atol=1e-12)
    expected = by_finite_differences(v, rows, weights, cotangent)
    np.testing.assert_allclose(gradient, expected, atol=1e-7)


TURNED = sorted(name for name in GATES if STANDARD[name].params)


@pytest.mark.parametrize("name", TURNED)
def test_each_gate_with_angles_has_its_values_and_slopes(name):
    """Between rotations that no gate leaves alone: shared, then each patient's own."""
    gate, rng = STANDARD[name], np.random.default_rng(12)
    circuit = QuantumCircuit(4)
    for angles in ([*W, W[0]], [W[1] * X[0], X[1] + W[2], W[0], X[1]]):
        for qubit in range(4):
            circuit.u(*rng.normal(size=3), qubit)
        circuit.append(gate.base_class(*angles[: len(gate.params)]), range(gate.num_qubits))
    for qubit in range(4):
        circuit.u(*rng.normal(size=3), qubit)
    v = VariationalCircuit(
        circuit=circuit, inputs=tuple(X), weights=tuple(W), observables=OBSERVABLES
    )
    rows, weights = rng.normal(size=(2, 2)), rng.normal(size=3)
    cotangent = rng.normal(size=(2, 3))
    found, gradient = gradient_of_sum(v, rows, weights, cotangent)
    np.testing.assert_allclose(found, by_qiskit(v, rows, weights), atol=1e-12)
    expected = by_finite_differences(v, rows, weights, cotangent)
    np.testing.assert_allclose(gradient, expected, atol=1e-7)


@pytest.mark.parametrize("name", MODELS)
def test_the_gradient_of_each_model_is_that_of_finite_differences(name):
    v, rng = MODELS[name], np.random.default_rng(4)
    rows = rng.uniform(0, np.pi, (7, len(v.inputs)))
    weights = rng.normal(size=len(v.weights))
    cotangent = rng.normal(size=(7, len(v.observables)))
    found, gradient = gradient_of_sum(v, rows, weights, cotangent)
    np.testing.assert_allclose(found, by_qiskit(v, rows, weights), atol=1e-12)
    expected = by_finite_differences(v, rows, weights, cotangent)
    np.testing.assert_allclose(gradient, expected, atol=1e-7)


def test_the_gradient_obeys_the_parameter_shift_rule():
    """Each weight of RealAmplitudes turns one RY: two shifts by a quarter turn are exact."""
    v, rng = MODELS["zz and real amplitudes"], np.random.default_rng(5)
    rows, weights = rng.uniform(0, np.pi, (5, 6)), rng.normal(size=len(v.weights))
    _, gradient = gradient_of_sum(v, rows, weights, np.ones((5, 1)))
    program = ready(v)
    patients = cohort(program, rows)
    shifts = np.pi / 2 * np.eye(len(weights))
    shifted = [
        (
            expectations(program, patients, weights + s)
            - expectations(program, patients, weights - s)
        )
        for s in shifts
    ]
    np.testing.assert_allclose(gradient, np.sum(shifted, axis=(1, 2)) / 2, atol=1e-12)


def test_the_expectations_are_those_of_qiskits_estimator_without_noise():
    v, rng = MODELS["zz and real amplitudes"], np.random.default_rng(6)
    rows, weights = rng.uniform(0, np.pi, (4, 6)), rng.normal(size=len(v.weights))
    values = {p: np.tile(w, 4) for p, w in zip(v.weights, weights, strict=True)}
    values |= {p: rows[:, i] for i, p in enumerate(v.inputs)}
    bound = np.array([values[p] for p in v.circuit.parameters]).T
    job = StatevectorEstimator(default_precision=0).run([(v.circuit, v.observables[0], bound)])
    program = ready(v)
    found = expectations(program, cohort(program, rows), weights)[:, 0]
    np.testing.assert_allclose(found, job.result()[0].data.evs, atol=1e-12)


def test_one_qubit_has_the_gradient_worked_out_by_hand():
    """<Z> = cos(x + 2w), so d<Z>/dw = -2 sin(x + 2w)."""
    x, w = Parameter("x"), Parameter("w")
    circuit = QuantumCircuit(1)
    circuit.ry(x, 0)
    circuit.ry(2 * w, 0)
    v = VariationalCircuit(
        circuit=circuit, inputs=(x,), weights=(w,), observables=(SparsePauliOp("Z"),)
    )
    found, gradient = gradient_of_sum(
        v, np.array([[0.3], [0.5]]), np.array([0.1]), np.ones((2, 1))
    )
    np.testing.assert_allclose(found[:, 0], np.cos([0.5, 0.7]), atol=1e-15)
    np.testing.assert_allclose(gradient, [-2 * np.sin([0.5, 0.7]).sum()], atol=1e-15)


def test_a_shared_weight_collects_the_slopes_of_its_copies():
    v = MODELS["sequence"]
    apart = QuantumCircuit(*v.circuit.qregs)
    fresh, copies = [], {}
    for instruction in v.circuit.data:
        operation, params = instruction.operation, instruction.operation.params
        if params and params[0] in v.weights:
            copy = Parameter(f"c{len(fresh)}")
            copies.setdefault(params[0], []).append(len(fresh))
            fresh.append(copy)
            operation = type(operation)(copy)
        apart.append(operation, instruction.qubits)
    alone = VariationalCircuit(
        circuit=apart, inputs=v.inputs, weights=tuple(fresh), observables=v.observables
    )
    rng = np.random.default_rng(7)
    rows, weights = rng.normal(size=(3, 12)), rng.normal(size=len(v.weights))
    spread = np.zeros(len(fresh))
    for weight, value in zip(v.weights, weights, strict=True):
        spread[copies[weight]] = value
    _, together = gradient_of_sum(v, rows, weights, np.ones((3, 2)))
    _, each = gradient_of_sum(alone, rows, spread, np.ones((3, 2)))
    summed = [each[copies[weight]].sum() for weight in v.weights]
    np.testing.assert_allclose(together, summed, atol=1e-12)
