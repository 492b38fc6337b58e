"""The record of a circuit says what it is, and what it costs on a device."""

import pytest
from qiskit import qasm3

from probatum.errors import CircuitError
from probatum.quantum.backends.circuit_record import circuit_record
from probatum.quantum.encodings import angle_encoding, zz_encoding

TORINO = {"device": "fake_torino", "optimization_level": 3, "seed": 7}


def test_a_product_encoding_costs_no_two_qubit_gate():
    record = circuit_record(angle_encoding(4), **TORINO)
    assert (record.designed.depth, record.designed.two_qubit_gates) == (1, 0)
    assert record.transpiled.two_qubit_gates == 0


def test_a_neighbour_interaction_costs_two_gates_of_a_device_that_has_only_cz():
    record = circuit_record(zz_encoding(4, repetitions=2), **TORINO)
    assert record.designed.two_qubit_gates == 6
    assert record.transpiled.two_qubit_gates == record.transpiled.gates["cz"] == 12


def test_the_same_circuit_has_the_same_record():
    assert circuit_record(zz_encoding(3), **TORINO) == circuit_record(zz_encoding(3), **TORINO)


def test_another_circuit_has_another_digest():
    one, other = (circuit_record(zz_encoding(3, repetitions=r), **TORINO) for r in (1, 2))
    assert one.sha256 != other.sha256


def test_the_text_is_openqasm_3_with_the_patients_values_left_open():
    record = circuit_record(zz_encoding(3), **TORINO)
    assert record.qasm.startswith("OPENQASM 3.0;")
    assert qasm3.loads(record.qasm).num_parameters == 3


def test_the_record_for_a_file_names_the_device_and_the_date_of_its_calibration():
    record = circuit_record(angle_encoding(2), **TORINO).as_dict()
    assert record["device"] == "fake_torino"
    assert record["device_calibration"].endswith("+00:00")


def test_an_unknown_device_is_refused():
    with pytest.raises(CircuitError, match="'fake_atlantis'"):
        circuit_record(angle_encoding(2), device="fake_atlantis", optimization_level=3, seed=1)


def test_a_device_that_is_too_small_is_refused():
    with pytest.raises(CircuitError, match="6 qubits or more, got 5"):
        circuit_record(angle_encoding(6), device="fake_manila", optimization_level=3, seed=1)
