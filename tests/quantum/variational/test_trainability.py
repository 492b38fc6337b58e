"""Barren plateaus where theory has them, and none where it has none."""

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.quantum_info import SparsePauliOp
from scipy.stats import unitary_group

from probatum.errors import NotEstimable
from probatum.quantum.encodings import encoding
from probatum.quantum.variational.ansaetze import hardware_efficient, identity_start, mirrored
from probatum.quantum.variational.convolution import convolutional
from probatum.quantum.variational.observables import observable, z_string
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


@pytest.mark.parametrize("weight", [-1, 4])
def test_a_weight_that_does_not_exist_is_refused(weight):
    with pytest.raises(NotEstimable, match="expected a weight from 0 to 3 on 2 qubits"):
        trainability(
            lambda n: hardware_efficient(n, repetitions=1),
            lambda n: observable("local", n),
            qubits=(2, 3),
            starts=5,
            weight=weight,
            rng=np.random.default_rng(0),
        )


@pytest.mark.parametrize(
    ("kind", "variance"), [("shared", 2.0), ("doubled", 2.0), ("controlled", 1 / 8)]
)
def test_a_weight_may_turn_several_gates_or_a_controlled_one(kind, variance):
    """The sum of all Z is 2 cos w, cos 2w and (1 + cos w) / 2, and what does not vary."""

    def ansatz(n):
        circuit, w = QuantumCircuit(n), Parameter("w")
        if kind == "controlled":
            circuit.ry(np.pi / 2, 0)
            circuit.cry(w, 0, 1)
        else:
            circuit.ry(2 * w if kind == "doubled" else w, 0)
        if kind == "shared":
            circuit.ry(w, 1)
        return circuit

    found = trainability(
        ansatz,
        lambda n: observable("mean", n) * n,
        qubits=(2, 3),
        starts=4000,
        rng=np.random.default_rng(0),
    )
    for point in found.points:
        assert abs(point.variance - variance) < 4 * point.standard_error


def convolution(n):
    """A convolutional circuit on a sequence of equal entries, and the qubit it leaves."""
    found = convolutional((n,), lattice=(1, n))
    inputs = dict.fromkeys(found.loaded.inputs, 0.7)
    return found.loaded.circuit.assign_parameters(inputs), found.remaining


def test_a_convolutional_circuit_has_no_barren_plateau():
    """Its slopes fade as a power of the number of qubits, not exponentially (Pesah 2021)."""
    found = trainability(
        lambda n: convolution(n)[0],
        lambda n: z_string(convolution(n)[1], n),
        qubits=(4, 6, 8, 12),
        starts=150,
        weight=0,
        rng=np.random.default_rng(4),
    )
    assert not found.is_barren
    assert found.rate_interval[1] < 0.4
    assert all(point.variance > 3 * point.two_design for point in found.points[1:])


def encoded(n):
    """One patient's measurements, and the mirrored ansatz twice as deep as it is wide."""
    patient = encoding("zz", n, repetitions=1).assign_parameters(np.linspace(0.3, 1.4, n))
    return patient.compose(mirrored(n, repetitions=2 * n))


@pytest.mark.parametrize("start", ["uniform", "identity", "small"])
def test_a_deep_circuit_that_starts_near_nothing_is_not_on_the_plateau(start):
    starts = {
        "uniform": None,
        "identity": lambda n, rng: identity_start(n, repetitions=2 * n, rotations=1, rng=rng),
        "small": lambda n, rng: rng.normal(0, 0.1, 8 * n * n),
    }
    found = trainability(
        encoded,
        lambda n: observable("local", n),
        qubits=(2, 4, 6),
        starts=80,
        weight=0,
        rng=np.random.default_rng(5),
        start=starts[start],
    )
    assert found.is_barren == (start == "uniform")
    if start != "uniform":
        assert found.points[-1].variance > 5 * found.points[-1].two_design
