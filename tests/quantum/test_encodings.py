"""The encodings are the circuits the literature and Qiskit mean by their names."""

import math
from functools import reduce

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.circuit.library import zz_feature_map
from qiskit.quantum_info import SparsePauliOp, Statevector
from scipy.linalg import expm

from probatum.errors import CircuitError, DataError, NotEstimable
from probatum.quantum.encodings import (
    ENCODINGS,
    angles,
    encoding,
    fixed_weights,
    zz_encoding,
)
from probatum.quantum.entanglement import without_entanglement
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import gram

ONE_QUBIT_EACH = sorted(set(ENCODINGS) - {"amplitude", "basis"})


def encoded(name, rows, *, repetitions=1, bandwidth=1.0, entanglement="linear"):
    circuit = encoding(
        name, np.shape(rows)[1], repetitions=repetitions, entanglement=entanglement
    )
    return states(circuit, angles(name, rows, bandwidth=bandwidth))


@pytest.mark.parametrize("entanglement", ["linear", "full"])
def test_the_zz_encoding_is_qiskits_zz_feature_map_up_to_a_global_phase(entanglement):
    rows = np.random.default_rng(0).normal(size=(4, 4))
    ours = states(zz_encoding(4, repetitions=2, entanglement=entanglement), rows)
    theirs = states(zz_feature_map(4, reps=2, entanglement=entanglement), rows)
    overlaps = np.abs(np.sum(ours.conj() * theirs, axis=1))
    np.testing.assert_allclose(overlaps, 1, atol=1e-12)


@pytest.mark.parametrize("repetitions", [1, 2])
def test_the_iqp_encoding_is_the_exponential_of_its_products(repetitions):
    x = np.array([0.7, -1.1, 0.4])
    phases = SparsePauliOp(["IIZ", "IZI", "ZII", "IZZ", "ZZI"], [*x, x[0] * x[1], x[1] * x[2]])
    hadamards = reduce(np.kron, 3 * [np.array([[1, 1], [1, -1]]) / np.sqrt(2)])
    step = expm(-0.5j * phases.to_matrix()) @ hadamards
    expected = np.linalg.matrix_power(step, repetitions)[:, 0]
    found = encoded("iqp", [x], repetitions=repetitions)[0]
    assert abs(np.vdot(found, expected)) == pytest.approx(1, abs=1e-12)


def test_one_repetition_of_reuploading_has_its_closed_form():
    x, y = np.random.default_rng(0).normal(size=(2, 5, 3))
    weights = fixed_weights(1, 3)[0]
    mean = np.sin(weights[:, 0]) * np.cos(weights[:, 1])
    half = (x - y) / 2
    expected = np.prod(np.cos(half) ** 2 + (mean * np.sin(half)) ** 2, axis=1)
    one, other = encoded("reuploading", x), encoded("reuploading", y)
    np.testing.assert_allclose(np.abs(np.vecdot(one, other)) ** 2, expected, atol=1e-13)


def test_weights_fill_the_circle_and_repeat_none():
    turns = np.sort(fixed_weights(4, 10).ravel())
    gaps = np.diff(np.append(turns, turns[0] + 2 * math.pi))
    assert gaps.min() > 0
    assert gaps.max() < 3 * 2 * math.pi / 80


@pytest.mark.parametrize("name", ONE_QUBIT_EACH)
def test_an_encoding_has_one_qubit_and_one_parameter_a_predictor(name):
    circuit = encoding(name, 12, repetitions=2)
    assert (circuit.num_qubits, circuit.num_parameters) == (12, 12)
    assert [p.index for p in circuit.parameters] == list(range(12))


@pytest.mark.parametrize("name", ONE_QUBIT_EACH)
def test_a_bandwidth_is_a_factor_on_the_predictors(name):
    rows = np.random.default_rng(0).normal(size=(4, 3))
    np.testing.assert_array_equal(
        encoded(name, rows, bandwidth=0.25), encoded(name, 0.25 * rows)
    )


class TestAmplitudes:
    """The measurements, scaled to length one, are the state."""

    @settings(deadline=None, max_examples=50)
    @given(data=st.data(), features=st.integers(1, 17))
    def test_the_state_is_the_row_over_its_length(self, data, features):
        entries = st.floats(-100, 100).map(lambda value: round(value, 3))
        rows = data.draw(arrays(np.float64, (3, features), elements=entries))
        assume(np.abs(rows).max(axis=1).all())
        found = encoded("amplitude", rows)
        expected = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        np.testing.assert_allclose(found[:, :features], expected, atol=1e-13)
        np.testing.assert_allclose(found[:, features:], 0, atol=1e-13)

    @pytest.mark.parametrize("repetitions", [1, 2, 3])
    def test_the_kernel_is_a_power_of_the_cosine(self, repetitions):
        rows = np.random.default_rng(0).normal(size=(6, 4))
        unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        kernel = gram(encoded("amplitude", rows, repetitions=repetitions))
        np.testing.assert_allclose(kernel, (unit @ unit.T) ** (2 * repetitions), atol=1e-13)

    def test_any_device_can_run_the_circuit(self):
        rows = np.random.default_rng(1).normal(size=(1, 6))
        circuit = encoding("amplitude", 6, repetitions=1)
        assert set(circuit.count_ops()) == {"ry", "cx"}
        bound = circuit.assign_parameters(angles("amplitude", rows)[0])
        expected = np.append(rows[0], [0, 0]) / np.linalg.norm(rows)
        np.testing.assert_allclose(Statevector(bound).data, expected, atol=1e-13)

    def test_tiny_and_huge_rows_keep_their_direction(self):
        rows = np.array([[3e-300, 4e-300], [3e300, 4e300]])
        np.testing.assert_allclose(encoded("amplitude", rows), [[0.6, 0.8]] * 2, atol=1e-13)

    def test_a_row_of_zeros_is_refused(self):
        with pytest.raises(NotEstimable, match="rows of zeros"):
            angles("amplitude", [[1.0, 0.0], [0.0, 0.0]])


class TestAnswers:
    """Basis encoding: yes flips a qubit, no leaves it."""

    def test_the_state_is_the_answers_in_binary(self):
        found = encoded("basis", [[0, 0, 0], [1, 0, 0], [1, 0, 1]])
        np.testing.assert_allclose(np.abs(found), np.eye(8)[[0, 1, 5]], atol=1e-15)

    @pytest.mark.parametrize("repetitions", [1, 2])
    def test_below_a_whole_flip_the_kernel_counts_answers_shared(self, repetitions):
        rows = np.random.default_rng(0).integers(0, 2, (8, 3))
        kernel = gram(encoded("basis", rows, repetitions=repetitions, bandwidth=0.4))
        differ = np.sum(rows[:, np.newaxis] != rows, axis=2)
        expected = math.cos(0.2 * math.pi) ** (2 * repetitions * differ)
        np.testing.assert_allclose(kernel, expected, atol=1e-13)

    def test_an_answer_that_is_neither_is_refused(self):
        with pytest.raises(DataError, match="0 and 1 only"):
            angles("basis", [[0.0, 0.5]])


class TestWithoutEntanglement:
    """The control: what is left acts on each qubit alone."""

    @pytest.mark.parametrize("name", sorted(ENCODINGS))
    @pytest.mark.parametrize("entanglement", ["linear", "full"])
    def test_no_state_is_entangled_and_every_predictor_still_counts(self, name, entanglement):
        full = encoding(name, 4, repetitions=2, entanglement=entanglement)
        alone = without_entanglement(full)
        rows = np.random.default_rng(0).normal(size=(3, full.num_parameters))
        named = encoding(name, 4, repetitions=2, entanglement="none")
        np.testing.assert_array_equal(states(alone, rows), states(named, rows))
        halves = states(alone, rows).reshape(3, 2, -1)  # the last qubit and the rest
        assert np.linalg.svd(halves, compute_uv=False)[:, 1].max() < 1e-12

    def test_it_leaves_a_product_state_as_it_was(self):
        circuit = encoding("angle", 4, repetitions=1)
        assert without_entanglement(circuit) == circuit

    def test_a_predictor_that_only_joins_is_refused(self):
        circuit = QuantumCircuit(2, name="joined")
        circuit.ry(Parameter("a"), 0)
        circuit.rzz(Parameter("b"), 0, 1)
        with pytest.raises(CircuitError, match="got none for b"):
            without_entanglement(circuit)


def test_an_unknown_encoding_is_refused():
    known = "amplitude, angle, basis, iqp, reuploading, zz"
    with pytest.raises(CircuitError, match=f"expected one of {known}, got 'magic'"):
        encoding("magic", 3, repetitions=1)
    with pytest.raises(CircuitError, match="got 'magic'"):
        angles("magic", [[1.0]])


def test_an_unknown_entanglement_is_refused():
    with pytest.raises(CircuitError, match="'linear', 'full' or 'none'"):
        encoding("zz", 3, repetitions=1, entanglement="ring")


def test_no_repetition_is_refused():
    with pytest.raises(CircuitError, match="1 or more, got 0"):
        encoding("zz", 3, repetitions=0)


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_no_predictor_is_refused(name):
    with pytest.raises(CircuitError, match="at least one predictor"):
        encoding(name, 0, repetitions=1)


@pytest.mark.parametrize("name", ["angle", "amplitude", "basis", "reuploading"])
def test_an_unknown_entanglement_is_refused_where_nothing_is_joined_too(name):
    with pytest.raises(CircuitError, match="got 'ful'"):
        encoding(name, 3, repetitions=1, entanglement="ful")


@pytest.mark.parametrize("name", sorted(ENCODINGS))
@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_a_row_with_a_hole_is_refused(name, hole):
    """Infinite over infinite is an angle of 45 degrees: an amplitude nobody measured."""
    with pytest.raises(DataError, match="table of finite numbers"):
        angles(name, [[1.0, 0.0], [hole, hole]])


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_one_patient_alone_is_no_table(name):
    with pytest.raises(DataError, match=r"got shape \(2,\)"):
        angles(name, [1.0, 0.0])


@pytest.mark.parametrize("bandwidth", [0.0, -1.0, np.nan, np.inf])
def test_a_bandwidth_that_is_not_positive_is_refused(bandwidth):
    with pytest.raises(CircuitError, match="expected a positive number"):
        angles("zz", [[1.0, 2.0]], bandwidth=bandwidth)


@pytest.mark.parametrize("repetitions", [1.5, "2", None])
def test_what_is_no_number_of_repetitions_is_refused(repetitions):
    with pytest.raises(CircuitError, match="whole number, 1 or more"):
        encoding("zz", 3, repetitions=repetitions)
