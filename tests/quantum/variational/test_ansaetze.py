"""The circuits of weights: Qiskit's own where there is one, and what each must leave alone."""

from itertools import groupby

import numpy as np
import pytest
from qiskit.circuit.library import efficient_su2, real_amplitudes
from qiskit.quantum_info import Operator

from probatum.errors import CircuitError
from probatum.quantum.variational.ansaetze import hardware_efficient, identity_start, mirrored
from probatum.quantum.variational.convolution import convolutional
from probatum.quantum.variational.observables import class_observables, observable
from probatum.quantum.variational.patterns import PATTERNS, pairs
from probatum.quantum.variational.reuploading import reuploading

OURS_AND_QISKITS = {
    ("ry",): real_amplitudes,
    ("ry", "rz"): efficient_su2,
}


@pytest.mark.parametrize("pattern", sorted(set(PATTERNS) - {"none"}))
@pytest.mark.parametrize("rotations", OURS_AND_QISKITS)
def test_a_hardware_efficient_ansatz_is_qiskits_own(rotations, pattern):
    ours = hardware_efficient(4, repetitions=2, entanglement=pattern, rotations=rotations)
    theirs = OURS_AND_QISKITS[rotations](4, reps=2, entanglement=pattern)
    weights = np.random.default_rng(0).normal(size=ours.num_parameters)
    one, other = (Operator(c.assign_parameters(weights)).data for c in (ours, theirs))
    np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.parametrize("rotations", OURS_AND_QISKITS)
def test_a_mirrored_ansatz_starts_as_the_identity(rotations):
    rng = np.random.default_rng(1)
    circuit = mirrored(3, repetitions=2, rotations=rotations)
    start = identity_start(3, repetitions=2, rotations=len(rotations), rng=rng)
    found = Operator(circuit.assign_parameters(start)).data
    np.testing.assert_allclose(found, np.eye(8), atol=1e-12)


def test_without_entanglement_no_gate_joins_two_qubits():
    circuit = hardware_efficient(4, entanglement="none")
    assert circuit.num_nonlocal_gates() == 0
    assert pairs(4, "none") == ()


def test_an_unknown_pattern_is_refused():
    with pytest.raises(CircuitError, match="got 'ring'"):
        pairs(4, "ring")


@pytest.mark.parametrize(("features", "qubits"), [(1, 3), (2, 2), (7, 3)])
def test_reuploading_loads_every_predictor_in_every_layer(features, qubits):
    loaded = reuploading(features, qubits=qubits, layers=3)
    turned = [
        set(i.operation.params[0].parameters) & set(loaded.inputs)
        for i in loaded.circuit.data
        if i.operation.params
    ]
    for x in loaded.inputs:
        assert sum(x in inputs for inputs in turned) >= 3


def test_reuploading_starts_at_the_data_themselves():
    """With weights at their centres each angle is its predictor."""
    loaded = reuploading(3, qubits=3, layers=1)
    centred = loaded.circuit.assign_parameters(
        dict(zip(loaded.weights, loaded.centres, strict=True))
    )
    angles = [i.operation.params[0] for i in centred.data if i.operation.name == "ry"][:3]
    assert [a.bind(dict.fromkeys(a.parameters, 0.7)) for a in angles] == [0.7] * 3


@pytest.mark.parametrize(
    ("shape", "lattice", "outputs", "left"),
    [
        ((8,), (1, 8), 1, 1),
        ((12,), (1, 6), 2, 2),
        ((7,), (1, 7), 1, 1),
        ((4, 4), (2, 4), 1, 1),
        ((6, 5), (3, 3), 2, 2),
    ],
)
def test_pooling_leaves_as_many_qubits_as_outputs_need(shape, lattice, outputs, left):
    assert len(convolutional(shape, lattice=lattice, outputs=outputs).remaining) == left


def test_the_weights_of_a_convolution_are_shared_between_pairs():
    """Eight qubits: three stages of four convolution and two pooling weights."""
    circuit = convolutional((8,), lattice=(1, 8)).loaded
    assert len(circuit.weights) == 3 * (4 + 2)
    assert circuit.circuit.count_ops()["ry"] > 2 * len(circuit.weights)


@pytest.mark.parametrize("lattice", [(1, 8), (1, 7), (2, 4), (3, 3)])
def test_a_qubit_that_was_pooled_is_never_looked_at_again(lattice):
    """It hands its answer on by two controlled turns, and no gate touches it after them."""
    found = convolutional((lattice[0] * 2, lattice[1]), lattice=lattice)
    circuit, last = found.loaded.circuit, {}
    for place, gate in enumerate(circuit.data):
        for qubit in gate.qubits:
            last[circuit.find_bit(qubit).index] = (place, gate.operation.name)
    pooled = set(last) - set(found.remaining)
    assert len(pooled) == circuit.num_qubits - 1
    assert all(last[qubit][1] == "x" for qubit in pooled)
    controls = [circuit.find_bit(g.qubits[0]).index for g in circuit.data if g.name == "cry"]
    assert {qubit: controls.count(qubit) for qubit in controls} == dict.fromkeys(pooled, 2)


@pytest.mark.parametrize(
    ("lattice", "pairs_of_layers"),
    [((1, 8), [7, 4, 3, 2, 1, 1]), ((2, 4), [6, 4, 4, 2, 2, 2, 1, 1]), ((1, 2), [1, 1])],
)
def test_every_pair_of_a_layer_turns_by_the_same_weights(lattice, pairs_of_layers):
    """Four weights a convolution along rows or columns, two a pooling; each once a pair."""
    found = convolutional(lattice, lattice=lattice).loaded
    turned = [p for gate in found.circuit.data for p in gate.params if p in found.weights]
    times = [turned.count(weight) for weight in found.weights]
    layers = [
        len(list(same)) for _, same in groupby(w.name.split("[")[0] for w in found.weights)
    ]
    assert set(layers) == {2, 4}
    starts = np.cumsum([0, *layers[:-1]])
    assert [times[start] for start in starts] == pairs_of_layers
    assert times == list(np.repeat(pairs_of_layers, layers))


def test_every_entry_of_an_image_is_loaded():
    loaded = convolutional((5, 7), lattice=(2, 3)).loaded
    assert set(loaded.inputs) <= set(loaded.circuit.parameters)
    assert len(loaded.inputs) == 35


def test_a_lattice_too_small_for_the_classes_is_refused():
    with pytest.raises(CircuitError, match="at least 3 qubit"):
        convolutional((4,), lattice=(1, 2), outputs=3)


@pytest.mark.parametrize(("name", "value"), [("local", -1), ("mean", 1 / 3), ("parity", -1)])
def test_each_observable_is_what_its_name_says(name, value):
    """On |001>, qubit 0 is 1."""
    assert observable(name, 3).to_matrix()[1, 1].real == pytest.approx(value)


def test_more_classes_than_observables_are_refused():
    with pytest.raises(CircuitError, match="at most 3 on 2 qubits, got 4"):
        class_observables(4, 2)
