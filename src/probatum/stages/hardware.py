"""What one patient would cost on a real device in circuits, seconds, money and electricity.

Nothing here was run on hardware. Durations come from the device's calibration, prices and watts
from the protocol; every figure is an estimate and is called one.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from probatum.quantum.backends.costs import estimate
from probatum.quantum.devices import Calibration, calibration, snapshot
from probatum.quantum.noise.kernel import NoisyKernel
from probatum.stages.on_devices import Measured
from probatum.study.execution import Price
from probatum.study.protocol import Protocol

FLOPS_A_GATE = 14
"""Floating-point operations a pair of amplitudes costs: four complex products, two sums."""


def device_row(
    device: str, noisy: NoisyKernel, sample: Measured, development: int
) -> dict[str, Any]:
    """What a device is, what the model's circuit becomes on it, and what a patient costs there.

    Parameters
    ----------
    development : int
        People whose circuits the frozen model would need, were no landmarks chosen.
    """
    backend, fitted = snapshot(device), noisy.template.circuit
    protocol = sample.protocol
    shot = float(fitted.estimate_duration(backend.target, unit="s"))
    table = calibration(backend, noisy.template.qubits, noisy.template.places)
    return {
        "device": device,
        "qubits": int(backend.num_qubits),
        "calibrated_at": table.at,
        "calibration": _calibrated(table),
        "circuit": {
            "physical_qubits": list(noisy.template.qubits),
            "depth": int(fitted.depth()),
            "two_qubit_depth": int(fitted.depth(lambda gate: len(gate.qubits) == 2)),
            "two_qubit_gates": int(fitted.num_nonlocal_gates()),
            "seconds": shot,
        },
        "a_patient": [
            _a_patient(protocol, device, shot, circuits, what)
            for circuits, what in (
                (len(sample.landmarks.angles), "landmark people"),
                (development, "every development person"),
            )
        ],
    }


def _calibrated(found: Calibration) -> dict[str, Any]:
    """Medians over the qubits and pairs in use; None where the calibration says nothing."""
    return {
        "t1_seconds": _median([qubit.t1_seconds for qubit in found.qubits]),
        "t2_seconds": _median([qubit.t2_seconds for qubit in found.qubits]),
        "readout_error": _median([qubit.readout_error for qubit in found.qubits]),
        "two_qubit_error": _median([pair.error for pair in found.pairs]),
    }


def _median(values: list[float | None]) -> float | None:
    stated = [value for value in values if value is not None]
    return float(median(stated)) if stated else None


def _a_patient(
    protocol: Protocol, device: str, shot: float, circuits: int, what: str
) -> dict[str, Any]:
    plan = protocol.robustness
    assert plan is not None  # noqa: S101  (the stage runs where it is planned)
    each = plan.shots[-1]
    shots, a_shot = circuits * each, shot + plan.energy.repetition_seconds
    seconds = shots * a_shot
    return {
        "compared_with": what,
        "circuits": circuits,
        "shots": shots,
        "processor_seconds": seconds,
        "cost": priced(price_of(protocol, device), circuits, each, a_shot),
        "joules": seconds * plan.energy.device_watts,
    }


def price_of(protocol: Protocol, device: str) -> Price | None:
    """The price of the real device that a snapshot was taken of; None where none is stated.

    A snapshot ``fake_torino`` is one of ``ibm_torino``.
    """
    names = {device, f"ibm_{device.removeprefix('fake_')}"}
    return next((price for price in protocol.backends.prices if price.backend in names), None)


def priced(price: Price | None, circuits: int, shots: int, seconds: float) -> Any:
    """What circuits of some shots would cost, a shot taking so long; None without a price."""
    if price is None:
        return None
    asked = estimate(circuits, 1, shots, price=price, repetition_seconds=seconds)
    return {
        "amount": asked.amount,
        "currency": asked.currency,
        "as_of": asked.as_of,
        "is_estimate": True,
    }


def on_simulator(sample: Measured) -> dict[str, Any]:
    """What exact simulation of one patient costs: operations, seconds, joules, all estimated.

    The state takes :math:`7 \\cdot 2^n` operations a gate, the observable
    :math:`8 \\cdot 4^n`.
    """
    plan, circuit = sample.plan, sample.kernel.circuit()
    gates = sum(1 for one in circuit.data if one.operation.name != "barrier")
    size = 2**circuit.num_qubits
    operations = gates * FLOPS_A_GATE * size // 2 + 8 * size * size
    seconds = operations / plan.energy.simulator_operations_per_second
    return {
        "operations": operations,
        "processor_seconds": seconds,
        "joules": seconds * plan.energy.simulator_watts,
    }
