"""Barren plateaus where theory has them, and none where it has none."""

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import SparsePauliOp
from scipy.stats import unitary_group

from probatum.errors import CircuitError, NotEstimable
from probatum.quantum.variational.ansaetze import hardware_efficient
from probatum.quantum.variational.observables import observable
from probatum.quantum.variational.trainability import trainability, two_design_variance

DEEP_LAYERS = {2: 12, 4: 24, 6: 36}


def shallow(observed: str, seed: int = 0):
    return trainability(
        lambda n: hardware_efficient(n, repetitions=1, entanglement="linear"),
        lambda n: observable(observed, n),
        qubits=(2, 4, 6, 8),
        starts=300,
        weight=0,
        rng=np.random.default_rng(seed),
    )


@pytest.mark.parametrize("name", ["ZZ", "IZ", "mean"])
def test_the_two_design_value_is_that_of_haar_random_circuits(name):
    """Slope of a turn about X on qubit 0 between two random unitaries, by its derivative."""
    o = observable("mean", 2) if name == "mean" else SparsePauliOp(name)
    generator, matrix = SparsePauliOp("IX").to_matrix(), o.to_matrix()
    pairs = unitary_group.rvs(4, size=8000, random_state=0).reshape(2, 4000, 4, 4)
    psi = pairs[0][:, :, 0]
    turned = np.einsum("nab,nb->na", pairs[1], psi)
    moved = np.einsum("nab,nb->na", pairs[1], -0.5j * psi @ generator.T)
    slopes = 2 * np.einsum("na,ab,nb->n", turned.conj(), matrix, moved).real
    assert np.mean(slopes**2) == pytest.approx(two_design_variance(o), rel=0.06)


def test_a_product_ansatz_with_a_parity_halves_its_variance_with_each_qubit():
    """<Z^n> = prod cos(w_i), so the variance of a slope is 2^-n exactly."""
    found = trainability(
        lambda n: hardware_efficient(n, repetitions=0),
        lambda n: observable("parity", n),
        qubits=(1, 2, 3, 4, 5),
        starts=4000,
        rng=np.random.default_rng(1),
    )
    for point in found.points:
        assert abs(point.variance - 0.5**point.qubits) < 4 * point.standard_error
    assert found.rate_interval[0] < 1 < found.rate_interval[1]


def test_a_global_observable_is_barren_even_when_shallow():
    assert shallow("parity").is_barren


def test_a_local_observable_is_not_when_shallow():
    found = shallow("local")
    assert not found.is_barren
    assert found.rate < 0.2


def test_a_deep_circuit_is_barren_whatever_is_observed():
    found = trainability(
        lambda n: hardware_efficient(n, repetitions=DEEP_LAYERS[n], rotations=("ry", "rz")),
        lambda n: observable("local", n),
        qubits=tuple(DEEP_LAYERS),
        starts=150,
        rng=np.random.default_rng(2),
    )
    assert found.is_barren
    for point in found.points:
        assert point.variance == pytest.approx(point.two_design, rel=0.5)


def test_a_weight_that_nothing_depends_on_is_refused():
    with pytest.raises(NotEstimable, match="slope of zero everywhere"):
        trainability(
            lambda n: hardware_efficient(n, repetitions=0),
            lambda n: observable("local", n),
            qubits=(2, 3),
            starts=5,
            weight=1,
            rng=np.random.default_rng(0),
        )


def test_one_number_of_qubits_gives_no_rate():
    with pytest.raises(NotEstimable, match="two numbers of qubits"):
        trainability(
            hardware_efficient,
            lambda n: observable("local", n),
            qubits=(3,),
            starts=9,
            rng=np.random.default_rng(0),
        )


@pytest.mark.parametrize("kind", ["shared", "doubled", "controlled"])
def test_a_weight_that_two_shifts_do_not_differentiate_is_refused(kind):
    def ansatz(n):
        circuit, w = QuantumCircuit(n), Parameter("w")
        if kind == "controlled":
            circuit.x(0)
            circuit.cry(w, 0, 1)
        else:
            circuit.ry(2 * w if kind == "doubled" else w, 0)
        if kind == "shared":
            circuit.ry(w, 1)
        return circuit

    with pytest.raises(CircuitError, match="angle of one rotation"):
        trainability(
            ansatz,
            lambda n: observable("mean", n),
            qubits=(2, 3),
            starts=5,
            rng=np.random.default_rng(0),
        )
