"""Errors read off a calibration against the noise model that Aer makes of it."""

import numpy as np
import pytest
from qiskit.quantum_info import PTM, SuperOp
from qiskit_aer.noise import NoiseModel, ReadoutError, depolarizing_error
from qiskit_aer.noise.device import basic_device_readout_errors

from probatum.errors import CircuitError
from probatum.quantum.devices import snapshot
from probatum.quantum.noise.calibration import Noise, calibrated_noise, left_over, noise_of
from probatum.quantum.noise.transfer import average_fidelity, depolarising, relaxation
from tests.quantum.noise.builders import aer_noise


@pytest.mark.parametrize("device", ["fake_manila", "fake_torino", "fake_sherbrooke"])
def test_each_gate_s_error_is_the_one_aer_derives(device):
    qubits = (0, 1, 2, 3)
    theirs = noise_of(aer_noise(device, qubits))
    target = snapshot(device).target
    ours = calibrated_noise(target, theirs.errors, qubits)
    assert len(theirs.errors) > 10
    for (name, place), error in theirs.errors.items():
        np.testing.assert_allclose(ours.after(name, place), error, rtol=0, atol=1e-13)
    for places, error in basic_device_readout_errors(target=target):
        if places[0] in qubits:
            np.testing.assert_allclose(ours.readout(places[0]), error.probabilities)


@pytest.mark.parametrize("error", [1e-4, 0.01, 0.3])
def test_decay_and_depolarisation_together_make_the_measured_error(error):
    decay = np.kron(relaxation(0.3, 100, 120), relaxation(0.3, 80, 60))
    both = decay @ depolarising(left_over(error, decay), 2)
    fidelity = min(1 - error, average_fidelity(decay))
    assert average_fidelity(both) == pytest.approx(fidelity, abs=1e-12)


def test_a_gate_the_calibration_does_not_know_is_perfect():
    target = snapshot("fake_manila").target
    noise = calibrated_noise(target, [("h", (0,)), ("cx", (0, 4))], [])
    assert not noise.errors


def test_an_aer_model_for_all_qubits_holds_at_every_place():
    model = NoiseModel()
    model.add_all_qubit_quantum_error(depolarizing_error(0.1, 1), ["x"])
    noise = noise_of(model)
    expected = PTM(SuperOp(depolarizing_error(0.1, 1))).data.real
    np.testing.assert_allclose(noise.after("x", (17,)), expected)
    assert noise.after("sx", (17,)) is None


def test_correlated_readout_errors_are_refused():
    model = NoiseModel()
    model.add_readout_error(ReadoutError(np.eye(4)[[0, 1, 3, 2]]), [0, 1])
    with pytest.raises(CircuitError, match="qubit by qubit"):
        noise_of(model)


def test_a_readout_table_that_is_no_probability_is_refused():
    with pytest.raises(CircuitError, match="sum to 1"):
        Noise(readouts={0: np.array([[0.9, 0.2], [0.0, 1.0]])})
