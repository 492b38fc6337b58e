"""The encodings are the circuits the literature and Qiskit mean by their names."""

import numpy as np
import pytest
from qiskit.circuit.library import zz_feature_map

from probatum.errors import CircuitError
from probatum.quantum.encodings import ENCODINGS, encoding, zz_encoding
from probatum.quantum.exact.simulation import states


@pytest.mark.parametrize("entanglement", ["linear", "full"])
def test_the_zz_encoding_is_qiskits_zz_feature_map_up_to_a_global_phase(entanglement):
    rows = np.random.default_rng(0).normal(size=(4, 4))
    ours = states(zz_encoding(4, repetitions=2, entanglement=entanglement), rows)
    theirs = states(zz_feature_map(4, reps=2, entanglement=entanglement), rows)
    overlaps = np.abs(np.sum(ours.conj() * theirs, axis=1))
    np.testing.assert_allclose(overlaps, 1, atol=1e-12)


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_an_encoding_has_one_qubit_and_one_parameter_a_predictor(name):
    circuit = encoding(name, 12, repetitions=2)
    assert (circuit.num_qubits, circuit.num_parameters) == (12, 12)
    assert [p.index for p in circuit.parameters] == list(range(12))


def test_an_unknown_encoding_is_refused():
    with pytest.raises(CircuitError, match="expected one of angle, zz, got 'magic'"):
        encoding("magic", 3, repetitions=1)


def test_an_unknown_entanglement_is_refused():
    with pytest.raises(CircuitError, match="'linear' or 'full'"):
        encoding("zz", 3, repetitions=1, entanglement="ring")


def test_no_repetition_is_refused():
    with pytest.raises(CircuitError, match="1 or more, got 0"):
        encoding("zz", 3, repetitions=0)


def test_no_predictor_is_refused():
    with pytest.raises(CircuitError, match="at least one predictor"):
        encoding("angle", 0, repetitions=1)
