"""A calibration is what the device's maker stated, qubit by qubit, with its day."""

from datetime import timedelta

import pytest

from probatum.errors import CircuitError
from probatum.quantum.devices import (
    Calibration,
    calibrated_at,
    calibration,
    calibration_age,
    snapshot,
)


def test_a_calibration_holds_the_figures_of_the_qubits_and_pairs_in_use():
    """The figures are those of the snapshot's own file, fake_manila of 2024-05-27."""
    device = snapshot("fake_manila")
    found = calibration(device, [1, 0, 1], [("cx", (0, 1)), ("sx", (1,)), ("cx", (0, 1))])
    assert [qubit.qubit for qubit in found.qubits] == [0, 1]
    [pair] = found.pairs
    assert (pair.qubits, pair.gate) == ((0, 1), "cx")
    assert pair.error == pytest.approx(0.008827712070629129)
    assert pair.seconds == pytest.approx(2.7733333333333333e-07)
    zero = found.qubits[0]
    assert zero.t1_seconds == device.properties().t1(0)
    assert zero.t2_seconds == device.properties().t2(0)
    assert zero.readout_error == pytest.approx(
        (zero.reads_one_for_zero + zero.reads_zero_for_one) / 2
    )


def test_a_calibration_is_read_back_as_it_was_written():
    found = calibration(snapshot("fake_torino"), range(3), [("cz", (0, 1))])
    assert Calibration.from_dict(found.as_dict()) == found


def test_age_is_counted_from_the_calibration():
    device = snapshot("fake_manila")
    at = calibrated_at(device) + timedelta(hours=5)
    assert calibration_age(device, at) == timedelta(hours=5)
    assert calibration(device, [0], []).at == calibrated_at(device).isoformat(
        timespec="seconds"
    )


def test_a_device_without_a_snapshot_is_refused():
    with pytest.raises(CircuitError, match="fake_nowhere"):
        snapshot("fake_nowhere")
