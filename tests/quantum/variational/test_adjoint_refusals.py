"""Circuits, observables and rows without a gradient are refused by name."""

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import CircuitError
from probatum.quantum.encodings import encoding
from probatum.quantum.variational.adjoint import cohort, expectations
from probatum.quantum.variational.ansaetze import hardware_efficient
from probatum.quantum.variational.circuits import VariationalCircuit, joined
from probatum.quantum.variational.program import ready
from tests.quantum.variational.models import MODELS, W


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
