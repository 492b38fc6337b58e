"""Every backend answers as the exact one does, in the same order of bits, as often as asked."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit import ClassicalRegister, QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import SparsePauliOp, Statevector
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel
from scipy.stats import chi2

from probatum.errors import BackendError, CircuitError
from probatum.quantum.backends.aer import run
from probatum.quantum.backends.bases import Plan, grouped
from probatum.quantum.backends.choice import backend
from probatum.quantum.devices import snapshot
from probatum.quantum.noise.template import fitted, measured
from probatum.study.execution import Backends
from tests.quantum.backends.building import a_circuit, a_device, some_rows

IDEAL = ("exact", "aer_statevector", "aer_density_matrix", "aer_mps", "cirq")
ALL = (*IDEAL, "fake_manila")
PLAN = Backends(primary="exact", transpile_to="fake_manila", optimization_level=1)
OBSERVABLES = [
    SparsePauliOp(["ZII", "XYI", "III"], [1.0, 0.5, 2.0]),
    SparsePauliOp(["YZX", "IIZ"], [1.0, 0.3]),
]


def a_backend(name):
    return backend(PLAN, seed=11, name=name)


def states(rows):
    circuit = a_circuit()
    return [Statevector(circuit.assign_parameters(row)) for row in rows]


@pytest.mark.parametrize("name", IDEAL)
def test_ideal_probabilities_are_those_of_the_state_vector(name):
    rows = some_rows()
    expected = [state.probabilities() for state in states(rows)]
    found = a_backend(name).probabilities(a_circuit(), rows)
    np.testing.assert_allclose(found, expected, atol=1e-10)


@pytest.mark.parametrize("name", IDEAL)
def test_ideal_averages_are_those_of_the_state_vector(name):
    rows = some_rows()
    expected = [
        [state.expectation_value(o).real for o in OBSERVABLES] for state in states(rows)
    ]
    found = a_backend(name).expectation(a_circuit(), OBSERVABLES, rows, shots=None, seed=1)
    np.testing.assert_allclose(found.values, expected, atol=1e-10)
    assert not found.standard_error.any()


@pytest.mark.parametrize("name", ALL)
def test_counts_come_from_the_backends_own_distribution(name):
    rows, shots = some_rows(6), 4000
    on = a_backend(name)
    expected = on.probabilities(a_circuit(), rows) * shots
    found = on.sample(a_circuit(), rows, shots=shots, seed=2).frequencies() * shots
    statistic = ((found - expected) ** 2 / expected).sum()
    freedom = expected.size - len(rows)
    assert 1e-3 < chi2.sf(statistic, freedom) < 1 - 1e-3


@pytest.mark.parametrize("name", ALL)
def test_sampled_averages_lie_within_their_standard_error(name):
    rows = some_rows(8)
    on = a_backend(name)
    exact = on.expectation(a_circuit(), OBSERVABLES, rows, shots=None, seed=1).values
    found = on.expectation(a_circuit(), OBSERVABLES, rows, shots=2000, seed=3)
    z = (found.values - exact) / found.standard_error
    assert np.abs(z).max() < 4
    assert 0.5 < z.std() < 1.6
    assert len(found.executions) == len(Plan.of(OBSERVABLES, 3).bases)


@pytest.mark.parametrize("name", ALL)
def test_a_seed_gives_the_same_counts_again_and_another_seed_others(name):
    on, rows = a_backend(name), some_rows(2)
    first = on.sample(a_circuit(), rows, shots=300, seed=4)
    assert on.sample(a_circuit(), rows, shots=300, seed=4) == first
    assert on.sample(a_circuit(), rows, shots=300, seed=5).counts != first.counts


@pytest.mark.parametrize("name", ALL)
def test_two_patients_with_the_same_angles_get_their_own_shots(name):
    rows = np.repeat(some_rows(1), 2, axis=0)
    one, other = a_backend(name).sample(a_circuit(), rows, shots=1000, seed=4).counts
    assert one != other


@pytest.mark.parametrize("name", IDEAL)
def test_the_rightmost_character_is_qubit_0(name):
    circuit = QuantumCircuit(3)
    circuit.x(0)
    found = a_backend(name).sample(circuit, np.zeros((2, 0)), shots=7, seed=1)
    assert [dict(counts) for counts in found.counts] == [{"001": 7}, {"001": 7}]
    assert found.frequencies()[0].tolist() == [0, 1, 0, 0, 0, 0, 0, 0]
    assert found.probability_of_zero().tolist() == [0, 0]


def test_many_parameters_keep_their_places():
    rows = some_rows(1, qubits=11)
    circuit = QuantumCircuit(11)
    for qubit, angle in enumerate(ParameterVector("z", 11)):
        circuit.rx(angle, qubit)
    z = [SparsePauliOp.from_sparse_list([("Z", [q], 1.0)], 11) for q in range(11)]
    for name in ("exact", "aer_statevector", "cirq"):
        found = a_backend(name).expectation(circuit, z, rows, shots=None, seed=1).values
        np.testing.assert_allclose(found, np.cos(rows), atol=1e-10)


@pytest.mark.parametrize("device", ["fake_manila", "fake_guadalupe"])
def test_cutting_a_device_to_the_qubits_in_use_changes_no_probability(device):
    """The oracle is Aer with the whole device's noise on the whole device's circuit."""
    rows = some_rows(2)
    whole = snapshot(device)
    template = fitted(measured(a_circuit()), whole, optimization_level=1, seed=11)
    machine = AerSimulator(
        method="density_matrix",
        noise_model=NoiseModel.from_backend(whole),
        max_parallel_threads=1,
    )
    asked = template.circuit.remove_final_measurements(inplace=False)
    order = sorted(template.bits, key=template.bits.get)
    asked.save_probabilities([asked.qubits[qubit] for qubit in order])
    job = run(machine, asked, rows)
    ideal = np.array([job.data(row)["probabilities"] for row in range(2)])
    for bit, qubit in enumerate(order):
        e = whole.target["measure"][(qubit,)].error
        table = np.array([[1 - e, e], [e, 1 - e]])
        halves = ideal.reshape(2, -1, 2, 1 << bit)
        ideal = np.einsum("nhtl,tr->nhrl", halves, table).reshape(2, -1)
    found = a_backend(device).probabilities(a_circuit(), rows)
    np.testing.assert_allclose(found, ideal, atol=1e-8)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.text("IXYZ", min_size=3, max_size=3), min_size=1, max_size=20, unique=True))
def test_every_term_is_measured_once_in_a_basis_that_reads_it(labels):
    groups = grouped(labels)
    assert sorted(label for group in groups for label in group) == sorted(labels)
    for group in groups:
        for letters in zip(*group, strict=True):
            assert len(set(letters) - {"I"}) <= 1


def test_all_terms_on_some_qubits_need_three_bases_a_qubit():
    labels = [a + b + c for a in "IXYZ" for b in "IXYZ" for c in "IXYZ"]
    assert len(grouped(labels)) == 27


def test_the_standard_error_of_one_coin_is_known():
    """A state on the equator: 10,000 shots of Z err by 1/sqrt(9,999) at most."""
    circuit = QuantumCircuit(1)
    circuit.h(0)
    found = a_backend("exact").expectation(
        circuit, [SparsePauliOp("Z")], np.zeros((1, 0)), shots=10_000, seed=1
    )
    assert found.standard_error[0, 0] == pytest.approx(0.01, rel=1e-3)
    single = a_backend("exact").expectation(
        circuit, [SparsePauliOp("Z", 2.0)], np.zeros((1, 0)), shots=1, seed=1
    )
    assert single.standard_error[0, 0] == 2.0


def test_an_observable_that_is_a_constant_needs_no_measurement():
    circuit = a_circuit()
    found = a_backend("exact").expectation(
        circuit, [SparsePauliOp("III", 1.5)], some_rows(2), shots=10, seed=1
    )
    assert found.values.tolist() == [[1.5], [1.5]]
    assert found.standard_error.tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize(
    ("observable", "expected"),
    [
        (SparsePauliOp("ZZ"), "3 qubits"),
        (SparsePauliOp("ZZZ", 1j), "Hermitian"),
        (SparsePauliOp("ZZZ", np.nan), "finite"),
    ],
)
def test_what_is_no_observable_of_the_circuit_is_refused(observable, expected):
    for shots in (None, 10):
        with pytest.raises(CircuitError, match=expected):
            a_backend("aer_mps").expectation(
                a_circuit(), [observable], some_rows(), shots=shots, seed=1
            )


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((0, 3)),
        np.zeros((2, 2)),
        np.full((1, 3), np.nan),
        [["a", "b", "c"]],
        [[1], [1, 2]],
    ],
)
def test_rows_that_do_not_fit_the_circuit_are_refused(rows):
    for name in ("exact", "fake_manila"):
        with pytest.raises(CircuitError, match="circuit parameters"):
            a_backend(name).sample(a_circuit(), rows, shots=10, seed=1)


def test_no_shots_at_all_are_refused():
    with pytest.raises(CircuitError, match="1 or more"):
        a_backend("exact").sample(a_circuit(), some_rows(), shots=0, seed=1)


def test_more_qubits_than_a_density_matrix_holds_are_refused():
    with pytest.raises(CircuitError, match="at most 12"):
        a_backend("fake_torino").sample(a_circuit(13), some_rows(1, 13), shots=10, seed=1)


@pytest.mark.parametrize("name", ["aer_tensor", "hardware"])
def test_a_name_that_no_backend_has_is_refused(name):
    with pytest.raises(BackendError, match="expected"):
        a_backend(name)


def test_a_snapshot_that_is_not_installed_is_refused():
    with pytest.raises(CircuitError, match="fake_atlantis"):
        a_backend("fake_atlantis").sample(a_circuit(), some_rows(), shots=1, seed=1)


def reading(circuit):
    circuit.measure_all()


def resetting(circuit):
    circuit.reset(0)


def initialising(circuit):
    circuit.initialize([0, 1], 0)


def keeping_bits(circuit):
    circuit.add_register(ClassicalRegister(1))


@pytest.mark.parametrize("name", [*IDEAL, "fake_manila", "hardware"])
@pytest.mark.parametrize("spoil", [reading, resetting, initialising, keeping_bits])
def test_a_circuit_that_reads_or_resets_by_itself_is_refused_everywhere(name, spoil):
    circuit = a_circuit()
    spoil(circuit)
    on = a_device() if name == "hardware" else a_backend(name)
    with pytest.raises(CircuitError, match="gates alone"):
        on.sample(circuit, some_rows(), shots=10, seed=1)


@pytest.mark.parametrize("name", ["exact", "cirq", "hardware"])
@pytest.mark.parametrize("shots", [0, -1, 1.5])
def test_a_number_of_shots_that_is_none_is_refused_before_anything_runs(name, shots):
    on = a_device() if name == "hardware" else a_backend(name)
    with pytest.raises(CircuitError, match="shots"):
        on.sample(a_circuit(), some_rows(), shots=shots, seed=1)
    with pytest.raises(CircuitError, match="shots"):
        on.expectation(a_circuit(), [SparsePauliOp("ZZZ")], some_rows(), shots=shots, seed=1)
