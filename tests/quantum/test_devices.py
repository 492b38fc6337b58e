"""A calibration is what the device's maker stated, qubit by qubit, with its day."""

from datetime import UTC, datetime, timedelta

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


def test_age_is_counted_from_the_oldest_error_rate_in_use():
    """fake_torino was calibrated at 20:26; its readout was last measured 18 hours before."""
    device = snapshot("fake_torino")
    found = calibration(device, [0, 1], [("cz", (0, 1)), ("rz", (0,))])
    assert found.at == calibrated_at(device).isoformat(timespec="seconds")
    assert found.at == "2025-02-26T20:26:08+00:00"
    stated = device.properties().qubit_property(0)["readout_error"][1]
    assert found.oldest_at <= stated.astimezone(UTC).isoformat(timespec="seconds")
    at = calibrated_at(device)
    assert calibration_age(found, at) > timedelta(hours=18)


def test_a_gate_that_is_not_in_use_makes_no_calibration_older():
    device = snapshot("fake_manila")
    last = calibrated_at(device)
    alone = calibration(device, [], [("rz", (0,))])
    assert datetime.fromisoformat(alone.oldest_at) == last
    used = calibration(device, [], [("cx", (0, 1))])
    assert datetime.fromisoformat(used.oldest_at) < last


def test_a_device_without_a_snapshot_is_refused():
    with pytest.raises(CircuitError, match="fake_nowhere"):
        snapshot("fake_nowhere")
