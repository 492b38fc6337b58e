"""Standard tasks have the answers they are known for, and scores that mean what they say."""

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp, Statevector

from probatum.errors import CircuitError, NotEstimable
from probatum.quantum import backend_standing, derived_tasks, device_history, task_size
from probatum.quantum import standard_tasks as tasks
from probatum.quantum import task_scores as scores
from probatum.quantum.derived_tasks import on_exact, on_snapshot
from probatum.quantum.standard_tasks import TASKS, standard_tasks
from probatum.quantum.task_scores import (
    features,
    hellinger_fidelity,
    polarisation_fidelity,
)


def task(name, width=4, seed=7):
    return {task.name: task for task in standard_tasks(width, seed=seed)}[name].circuit


def answer(circuit):
    return Statevector(circuit).probabilities()


@pytest.mark.parametrize(
    "module", [tasks, scores, task_size, derived_tasks, device_history, backend_standing]
)
def test_the_examples_run(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("width", [3, 5])
def test_each_suites_kind_of_task_is_there(width):
    found = standard_tasks(width, seed=1)
    assert [t.name for t in found] == list(TASKS)
    assert {t.width for t in found} == {width}
    assert all(not t.circuit.parameters for t in found)


def test_ghz_is_all_or_nothing():
    assert answer(task("ghz")) == pytest.approx([0.5, *[0] * 14, 0.5])


@pytest.mark.parametrize("name", ["mirror", "kernel-self-overlap"])
def test_what_is_done_and_undone_leaves_nothing(name):
    assert answer(task(name))[0] == pytest.approx(1)


def test_the_fourier_task_reads_its_number_back():
    found = answer(task("fourier"))
    number = int(np.random.default_rng([7, 4]).integers(1, 16))
    assert found[number] == pytest.approx(1)


def test_one_layer_of_qaoa_cuts_three_quarters_of_a_ring():
    """Farhi E et al. arXiv 1411.4028, section VI: (2p + 1)/(2p + 2) of an even ring."""
    width = 6
    ring = [("ZZ", [q, (q + 1) % width], 1.0) for q in range(width)]
    agree = SparsePauliOp.from_sparse_list(ring, width)
    uncut = Statevector(task("qaoa-ring", width)).expectation_value(agree).real
    assert (width - uncut) / 2 == pytest.approx(0.75 * width)


def test_a_chain_of_spins_keeps_its_total_probability_and_leaves_its_start():
    found = answer(task("hamiltonian-simulation"))
    assert found.sum() == pytest.approx(1)
    assert 0.5 < found[0] < 1


def test_the_same_seed_gives_the_same_circuits_and_another_does_not():
    assert task("mirror", seed=1) == task("mirror", seed=1)
    assert task("mirror", seed=1) != task("mirror", seed=2)


def test_too_few_qubits_are_refused():
    with pytest.raises(CircuitError, match="3 qubits or more"):
        standard_tasks(2, seed=1)


distributions = arrays.arrays(
    np.float64, 8, elements=st.floats(0.001, 1, allow_subnormal=False)
).map(lambda weights: weights / weights.sum())


@given(distributions, distributions)
def test_fidelity_is_symmetric_and_one_only_for_equals(one, other):
    assert hellinger_fidelity(one, other) == pytest.approx(hellinger_fidelity(other, one))
    assert hellinger_fidelity(one, one) == pytest.approx(1)
    assert 0 < hellinger_fidelity(one, other) <= 1


@given(distributions, st.floats(0, 1))
def test_mixing_in_noise_never_raises_the_polarisation_fidelity(found, share):
    ideal, uniform = np.eye(8)[3], np.full(8, 1 / 8)
    noisier = (1 - share) * found + share * uniform
    if found[3] >= 1 / 8:
        assert (
            polarisation_fidelity(ideal, noisier) <= polarisation_fidelity(ideal, found) + 1e-9
        )


def test_the_fidelities_worked_out_by_hand():
    ideal, found = np.array([1.0, 0, 0, 0]), np.array([0.64, 0.12, 0.12, 0.12])
    assert hellinger_fidelity(ideal, found) == pytest.approx(0.64)
    assert polarisation_fidelity(ideal, found) == pytest.approx((0.64 - 0.25) / 0.75)


@pytest.mark.parametrize(
    "found",
    [
        np.full(4, 0.5),
        np.array([1.5, -0.5, 0, 0]),
        np.array([np.nan, 1, 0, 0]),
        np.ones(2) / 2,
        np.empty(0),
        np.eye(2) / 2,
    ],
)
def test_what_is_no_distribution_is_refused(found):
    with pytest.raises(NotEstimable, match="normalise"):
        hellinger_fidelity(np.eye(4)[0], found)


def test_a_probability_that_rounding_took_below_zero_counts_as_zero():
    rounded = np.array([1 + 1e-10, -1e-10])
    assert hellinger_fidelity(np.full(2, 0.5), rounded) == pytest.approx(0.5)


def test_a_task_whose_answer_is_noise_has_no_polarisation_fidelity():
    with pytest.raises(NotEstimable, match="choose another task"):
        polarisation_fidelity(np.full(4, 0.25), np.eye(4)[0])


def test_the_features_of_a_chain_counted_by_hand():
    """3 of 6 pairs, all two-qubit gates in line, 4 gates in 4 layers, 7 of 16 places busy."""
    assert features(task("ghz")).as_dict() == {
        "communication": 0.5,
        "critical_depth": 1.0,
        "entanglement_ratio": 0.75,
        "parallelism": 0.0,
        "liveness": 7 / 16,
    }


def test_one_full_layer_is_fully_parallel_and_fully_alive():
    layer = QuantumCircuit(4)
    layer.h(range(4))
    found = features(layer)
    assert (found.parallelism, found.liveness, found.entanglement_ratio) == (1.0, 1.0, 0.0)


def of_name(name, width=4):
    return {task.name: task for task in standard_tasks(width, seed=7)}[name]


def on_guadalupe(name, *, seed, repeats=2, shots=1024, width=6):
    return on_snapshot(
        of_name(name, width),
        "fake_guadalupe",
        optimization_level=3,
        seed=seed,
        shots=shots,
        repeats=repeats,
    )


def test_each_repeat_fits_the_circuit_anew_with_the_next_seed():
    both = on_guadalupe("fourier", seed=3)
    alone = [on_guadalupe("fourier", seed=seed, repeats=1) for seed in (3, 4)]
    assert both.fitted == [one.fitted[0] for one in alone]
    assert both.fitted[0] != both.fitted[1]
    sizes = both.as_dict()["circuit_metadata"]
    assert sizes["transpiled_depth"] == max(size.depth for size in both.fitted)


def test_the_spread_over_seeds_is_more_than_what_the_shots_alone_leave():
    """Where a circuit comes to lie on an uneven device is luck too."""
    many = 10**7
    spread = on_guadalupe("fourier", seed=3, repeats=4, shots=many).as_dict()["results"]
    assert spread["score"]["uncertainty"] > 10 / np.sqrt(many)
    ideal = on_exact(of_name("fourier"), seed=3, shots=many, repeats=4).as_dict()["results"]
    assert ideal["score"]["uncertainty"] < 10 / np.sqrt(many)


def test_a_record_has_the_fields_of_qed_c_under_their_names():
    record = on_guadalupe("ghz", seed=3, width=4).as_dict()
    told, results = record["qed_c"], record["results"]
    assert told["depth"] == told["size"] == 4  # a Hadamard and three in line
    assert (told["n2q"], told["xi"]) == (3, 0.75)
    assert told["tr_size"] > told["size"]
    assert told["hf_fidelity"] == pytest.approx(results["hellinger_fidelity"]["value"])
    assert told["fidelity"] == pytest.approx(results["polarisation_fidelity"]["value"])
    assert (told["elapsed_time"], told["exec_time"]) == (None, None)
    assert record["params"]["level"] == "mapped"
    plain = on_exact(of_name("ghz"), seed=3, shots=64, repeats=2).as_dict()
    assert (plain["params"]["level"], plain["params"]["optimization_level"]) == ("alg", None)


def test_a_circuit_without_gates_has_no_features():
    with pytest.raises(CircuitError, match="expected gates"):
        features(QuantumCircuit(3))
