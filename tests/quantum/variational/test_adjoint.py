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

from probatum.errors import CircuitError
from probatum.quantum.encodings import encoding
from probatum.quantum.variational.adjoint import cohort, drawn, expectations, pulled_back
from probatum.quantum.variational.ansaetze import hardware_efficient
from probatum.quantum.variational.circuits import VariationalCircuit, joined
from probatum.quantum.variational.convolution import convolutional
from probatum.quantum.variational.observables import observable, z_string
from probatum.quantum.variational.program import ready
from probatum.quantum.variational.reuploading import reuploading

STANDARD = get_standard_gate_name_mapping()
NOT_A_STEP = {"measure", "reset", "delay", "global_phase"}
GATES = sorted(set(STANDARD) - NOT_A_STEP)
X, W = ParameterVector("x", 2), ParameterVector("w", 3)
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


MODELS = {
    "zz and real amplitudes": joined(
        encoding("zz", 6, repetitions=2), hardware_efficient(6)
    ).measuring(observable("parity", 6)),
    "angles and efficient su2, full": joined(
        encoding("angle", 5, repetitions=1),
        hardware_efficient(5, rotations=("ry", "rz"), entanglement="full"),
    ).measuring(observable("mean", 5), observable("local", 5)),
    "circular": joined(
        encoding("angle", 7, repetitions=1), hardware_efficient(7, entanglement="circular")
    ).measuring(observable("local", 7)),
    "re-uploading": reuploading(5, qubits=3, layers=3).measuring(observable("mean", 3)),
    "image": convolutional((4, 4), lattice=(2, 4)).loaded.measuring(z_string((7,), 8)),
    "sequence": convolutional((12,), lattice=(1, 6), outputs=2).loaded.measuring(
        z_string((5,), 6), z_string((3,), 6)
    ),
}


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


def test_the_number_of_threads_changes_no_byte():
    v, rng = MODELS["zz and real amplitudes"], np.random.default_rng(8)
    rows, weights = rng.uniform(0, np.pi, (40, 6)), rng.normal(size=len(v.weights))
    program = ready(v)
    patients = cohort(program, rows, tile=7)
    one, two = (
        pulled_back(program, patients, weights, lambda f, _: f, threads=t) for t in (1, 2)
    )
    assert one[1].tobytes() == two[1].tobytes()


def test_the_tile_does_not_change_the_gradient():
    v, rng = MODELS["re-uploading"], np.random.default_rng(9)
    rows, weights = rng.uniform(0, np.pi, (11, 5)), rng.normal(size=len(v.weights))
    program = ready(v)
    one, other = (
        pulled_back(program, cohort(program, rows, tile=t), weights, lambda f, _: f)[1]
        for t in (3, 11)
    )
    np.testing.assert_allclose(one, other, atol=1e-13)


def test_single_precision_is_single_precision():
    v, rng = MODELS["zz and real amplitudes"], np.random.default_rng(10)
    rows, weights = rng.uniform(0, np.pi, (9, 6)), rng.normal(size=len(v.weights))
    program = ready(v)
    one, other = (
        pulled_back(program, cohort(program, rows, dtype=d), weights, lambda f, _: f)[1]
        for d in (np.float64, np.float32)
    )
    np.testing.assert_allclose(one, other, atol=2e-5)


@pytest.mark.parametrize("name", ["re-uploading", "zz and real amplitudes"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_angles_that_are_no_numbers_are_refused(name, value):
    """One patient's would pass for an expectation, and spoil the gradient of all."""
    v = MODELS[name]
    program, rows = ready(v), np.ones((3, len(v.inputs)))
    patients, weights = cohort(program, rows), np.ones(len(v.weights))
    rows[1, 0] = weights[0] = value
    with pytest.raises(CircuitError, match="finite"):
        cohort(program, rows)
    with pytest.raises(CircuitError, match="weights — expected finite numbers"):
        expectations(program, patients, weights)


def test_patients_drawn_from_a_cohort_are_those_patients():
    v, rng = MODELS["re-uploading"], np.random.default_rng(11)
    rows, weights = rng.uniform(0, np.pi, (9, 5)), rng.normal(size=len(v.weights))
    program, which = ready(v), np.array([7, 2, 2])
    all_of_them = cohort(program, rows)
    some = expectations(program, drawn(program, all_of_them, which), weights)
    np.testing.assert_allclose(some, expectations(program, all_of_them, weights)[which])


def test_a_real_circuit_takes_real_arithmetic_only():
    program = ready(MODELS["zz and real amplitudes"])
    assert program.is_real
    assert cohort(program, np.ones((3, 6))).tiles[0].psi.dtype == np.float64


def test_the_feature_map_is_kept_out_of_the_sweeps():
    program = ready(MODELS["zz and real amplitudes"])
    assert program.feature_map.count_ops()["rzz"] == 10
    assert program.own is None


def test_a_circuit_that_measures_is_refused_by_name():
    circuit = QuantumCircuit(1, 1)
    circuit.ry(W[0], 0)
    circuit.measure(0, 0)
    v = VariationalCircuit(
        circuit=circuit, inputs=(), weights=tuple(W), observables=(SparsePauliOp("Z"),)
    )
    with pytest.raises(CircuitError, match="got 'measure'"):
        ready(v)


def test_a_parameter_that_is_neither_input_nor_weight_is_refused():
    circuit = QuantumCircuit(1)
    circuit.ry(W[0], 0)
    with pytest.raises(CircuitError, match=r"\['w\[0\]'\] as neither"):
        VariationalCircuit(
            circuit=circuit, inputs=(), weights=(), observables=(SparsePauliOp("Z"),)
        )


def test_an_observable_that_cannot_be_measured_is_refused():
    with pytest.raises(CircuitError, match="real coefficients"):
        joined(encoding("angle", 2, repetitions=1), hardware_efficient(2)).measuring(
            SparsePauliOp("ZZ", 1j)
        )


@pytest.mark.parametrize("shape", [(3,), (3, 5), (0, 6)])
def test_rows_of_another_shape_are_refused(shape):
    program = ready(MODELS["zz and real amplitudes"])
    with pytest.raises(CircuitError, match="expected shape"):
        cohort(program, np.ones(shape))
