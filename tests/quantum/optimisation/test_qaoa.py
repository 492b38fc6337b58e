"""QAOA: the circuit's own state and cost, exact gradients, and what training may claim."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.circuit.library import qaoa_ansatz
from qiskit.primitives import StatevectorEstimator
from qiskit.quantum_info import Operator, SparsePauliOp, Statevector
from quantum.optimisation.instances import a_qubo
from scipy.linalg import expm

from probatum.errors import DataError
from probatum.quantum.optimisation.circuit import qaoa_circuit
from probatum.quantum.optimisation.one_hot import OneHot
from probatum.quantum.optimisation.product_mixers import one_hot_mixer, warm_start_mixer
from probatum.quantum.optimisation.qaoa import diagonal_qaoa, qaoa
from probatum.quantum.optimisation.training import (
    interpolated,
    linear_ramp,
    quality,
    trained,
)

big = settings(max_examples=10, deadline=None)


def some_angles(starts, depth, seed=0):
    return np.random.default_rng(seed).uniform(-1.5, 1.5, (starts, 2 * depth))


def finite_differences(algorithm, angles, step=1e-5):
    moves = step * np.eye(angles.shape[1])
    pairs = [(algorithm.values(angles + m), algorithm.values(angles - m)) for m in moves]
    return np.array([(up - down) / (2 * step) for up, down in pairs]).T


def up_to_a_phase(ours, theirs):
    return abs(abs(np.vdot(ours, theirs)) - 1)


@big
@given(qubits=st.integers(1, 9), depth=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_the_state_is_the_circuits_state(qubits, depth, seed):
    qubo, (angles,) = a_qubo(qubits, seed), some_angles(1, depth, seed)
    circuit = qaoa_circuit(qubo.ising(), depth).assign_parameters(angles)
    assert up_to_a_phase(qaoa(qubo).state(angles), Statevector(circuit).data) < 1e-12


@pytest.mark.parametrize("qubits", [3, 8])
def test_the_cost_is_the_statevector_estimators(qubits):
    qubo, angles = a_qubo(qubits, 3), some_angles(4, 3)
    job = (qaoa_circuit(qubo.ising(), 3), qubo.ising().to_sparse_pauli_op(), angles)
    theirs = StatevectorEstimator(default_precision=0.0).run([job]).result()[0].data.evs
    np.testing.assert_allclose(qaoa(qubo).values(angles), theirs, rtol=0, atol=1e-12)


def test_the_angles_mean_what_qiskits_own_ansatz_means():
    ising, angles = a_qubo(5).ising(), some_angles(1, 2)[0]
    bare = SparsePauliOp.from_sparse_list(
        [t for t in ising.to_sparse_pauli_op().to_sparse_list() if t[0]], 5
    )
    theirs = Statevector(qaoa_ansatz(bare, reps=2).assign_parameters(angles))
    assert up_to_a_phase(qaoa(ising).state(angles), theirs.data) < 1e-12


@big
@given(qubits=st.integers(1, 9), depth=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_the_gradient_is_the_slope(qubits, depth, seed):
    algorithm, angles = qaoa(a_qubo(qubits, seed)), some_angles(2, depth, seed)
    values, gradients = algorithm.values_and_gradients(angles)
    np.testing.assert_allclose(values, algorithm.values(angles), atol=1e-12)
    np.testing.assert_allclose(gradients, finite_differences(algorithm, angles), atol=1e-6)


def test_a_warm_start_is_its_circuit_and_its_gradient_is_the_slope():
    qubo, relaxed = a_qubo(6, 1), np.random.default_rng(2).random(6)
    algorithm = qaoa(qubo, mixer=warm_start_mixer(relaxed, margin=0.2))
    angles = some_angles(2, 3)
    circuit = qaoa_circuit(qubo.ising(), 3, relaxed=relaxed, margin=0.2)
    theirs = Statevector(circuit.assign_parameters(angles[0])).data
    assert up_to_a_phase(algorithm.state(angles[0]), theirs) < 1e-12
    slopes = finite_differences(algorithm, angles)
    np.testing.assert_allclose(algorithm.values_and_gradients(angles)[1], slopes, atol=1e-6)


def test_a_warm_start_that_knows_nothing_is_the_plain_start():
    qubo, angles = a_qubo(5), some_angles(3, 2)
    warm = qaoa(qubo, mixer=warm_start_mixer(np.full(5, 0.5), margin=0.1))
    np.testing.assert_allclose(warm.values(angles), qaoa(qubo).values(angles), atol=1e-12)


def test_a_warm_start_without_layers_that_act_returns_the_relaxed_solution():
    relaxed = np.array([0.25, 0.6, 0.75])
    algorithm = qaoa(a_qubo(3), mixer=warm_start_mixer(relaxed, margin=0.2))
    chances = algorithm.probabilities(np.zeros((1, 2)))[0].reshape(2, 2, 2)
    ones = [chances[:, :, 1].sum(), chances[:, 1].sum(), chances[1].sum()]
    np.testing.assert_allclose(ones, relaxed, atol=1e-12)


@pytest.mark.parametrize("options", [(3,), (2, 3), (4, 1, 5), (3, 3, 3)])
def test_the_one_hot_mixer_is_the_xy_mixer_inside_its_choices(options):
    groups, seed = OneHot(options=options), 7
    variables = sum(options)
    qubo, angles = a_qubo(variables, seed), some_angles(2, 2)
    algorithm = groups.algorithm(qubo)
    places = groups.bits(np.arange(groups.choices)) @ (1 << np.arange(variables))
    np.testing.assert_allclose(algorithm.energies, qubo.energies()[places], atol=1e-12)
    slopes = finite_differences(algorithm, angles)
    np.testing.assert_allclose(algorithm.values_and_gradients(angles)[1], slopes, atol=1e-6)
    if variables <= 6:
        np.testing.assert_allclose(
            algorithm.probabilities(angles)[0],
            _xy(options, qubo, angles[0])[places],
            atol=1e-11,
        )


def _xy(options, qubo, angles):
    """Return all probabilities by matrix exponentials on every bit pattern."""
    variables, starts = sum(options), np.cumsum((0, *options[:-1]))
    terms = [
        (pauli * 2, [int(start) + i, int(start) + j], 0.5)
        for start, size in zip(starts, options, strict=True)
        for i in range(size)
        for j in range(i)
        for pauli in "XY"
    ]
    mixer = Operator(SparsePauliOp.from_sparse_list(terms, variables)).data
    groups = OneHot(options=options)
    places = groups.bits(np.arange(groups.choices)) @ (1 << np.arange(variables))
    state = np.zeros(1 << variables, dtype=complex)
    state[places] = 1 / np.sqrt(groups.choices)
    for beta, gamma in zip(*np.split(angles, 2), strict=True):
        state = expm(-1j * beta * mixer) @ (np.exp(-1j * gamma * qubo.energies()) * state)
    return np.abs(state) ** 2


def test_single_precision_is_double_precision_to_six_digits():
    qubo, angles = a_qubo(8), some_angles(3, 3)
    exact, single = qaoa(qubo), qaoa(qubo, dtype=np.complex64)
    for ours, theirs in zip(
        single.values_and_gradients(angles), exact.values_and_gradients(angles), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, atol=3e-4, rtol=1e-5)


def test_starts_of_a_batch_are_what_they_are_alone_and_on_any_number_of_threads():
    qubo, angles = a_qubo(9), some_angles(70, 2)
    one, two = (qaoa(qubo, threads=t).values_and_gradients(angles)[1] for t in (1, 2))
    assert one.tobytes() == two.tobytes()
    alone = qaoa(qubo).values_and_gradients(angles[40:41])[1]
    np.testing.assert_allclose(one[40:41], alone, rtol=0, atol=1e-12)


def test_probabilities_add_up_to_one():
    chances = qaoa(a_qubo(7)).probabilities(some_angles(3, 2))
    np.testing.assert_allclose(chances.sum(axis=1), 1, atol=1e-12)


def test_no_layer_that_acts_draws_all_choices_alike():
    algorithm = qaoa(a_qubo(4))
    np.testing.assert_allclose(algorithm.probabilities(np.zeros((1, 2))), 1 / 16, atol=1e-15)


def test_interpolation_keeps_a_straight_ramp_between_its_ends():
    ramp = linear_ramp(3, beta=0.6, gamma=0.9)
    longer = interpolated(ramp)
    assert len(longer) == 8
    assert longer[[0, 3]] == pytest.approx(ramp[[0, 2]])
    assert (np.diff(longer[:4]) > 0).all()


@pytest.fixture(scope="module")
def a_trained_run():
    algorithm = qaoa(a_qubo(8, seed=11))
    return algorithm, trained(algorithm, depth=3)


def test_training_never_gets_worse_with_depth(a_trained_run):
    _, run = a_trained_run
    assert list(run.by_depth) == sorted(run.by_depth, reverse=True)
    assert run.expectation == run.by_depth[-1]


def test_training_beats_drawing_at_random(a_trained_run):
    algorithm, run = a_trained_run
    found = quality(algorithm, run.angles)
    assert found.expectation < algorithm.energies.mean()
    assert found.probability_of_optimum > 1 / 256
    assert found.lowest <= found.expectation <= found.highest
    assert 0.5 < found.approximation_ratio <= 1


def test_training_ends_where_the_slope_is_flat(a_trained_run):
    algorithm, run = a_trained_run
    _, slopes = algorithm.values_and_gradients(run.angles[np.newaxis])
    assert np.abs(slopes).max() < 1e-2 * np.ptp(algorithm.energies)


def test_training_counts_what_a_device_would_have_to_estimate():
    """A grid of 60; where nothing slopes, one look a layer: a value, and two for each angle."""
    flat = diagonal_qaoa(np.full(6, 2.0), one_hot_mixer([2, 3]))
    assert trained(flat, depth=1, followed=1).expectations == 60 + (1 + 2 * 2)
    assert trained(flat, depth=2, followed=1).expectations == 60 + 5 + (1 + 2 * 4)


def test_training_twice_gives_the_same_angles():
    one, other = (trained(qaoa(a_qubo(5)), depth=2).angles for _ in range(2))
    assert one.tobytes() == other.tobytes()


def test_costs_that_are_all_equal_can_be_trained_on():
    flat = diagonal_qaoa(np.full(6, 2.0), one_hot_mixer([2, 3]))
    run = trained(flat, depth=1)
    assert quality(flat, run.angles).approximation_ratio == 1


@pytest.mark.parametrize("angles", [[0.0, 0.0], [[0.0]], [[0.0, 0.0, 0.0]], np.zeros((1, 0))])
def test_angles_that_are_not_pairs_are_refused(angles):
    with pytest.raises(DataError, match="shape"):
        qaoa(a_qubo(3)).values(angles)


def test_nonsense_is_refused():
    with pytest.raises(DataError, match="margin"):
        warm_start_mixer([0.5], margin=0.0)
    with pytest.raises(DataError, match="at least one option"):
        one_hot_mixer([])
    with pytest.raises(DataError, match="energies"):
        diagonal_qaoa(np.zeros(5), one_hot_mixer([2, 3]))
    with pytest.raises(DataError, match="at least one layer"):
        qaoa_circuit(a_qubo(2).ising(), 0)
    with pytest.raises(DataError, match="at least one layer"):
        trained(qaoa(a_qubo(2)), depth=0)
    with pytest.raises(DataError, match="variables"):
        OneHot(options=(2, 2)).energies(a_qubo(5))


@pytest.mark.parametrize(
    ("relaxed", "margin", "words"),
    [
        ([0.5, 0.5], 0.9, "margin"),
        ([0.5, np.nan], 0.1, "relaxed solution"),
        ([0.5], 0.1, "each of 2 variables"),
        ([0.5] * 3, 0.1, "each of 2 variables"),
    ],
)
def test_a_circuit_starts_warm_from_nothing_but_its_own_relaxed_solution(
    relaxed, margin, words
):
    with pytest.raises(DataError, match=words):
        qaoa_circuit(a_qubo(2).ising(), 1, relaxed=relaxed, margin=margin)
