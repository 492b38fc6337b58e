r"""What a calibration says of a device: how often its gates fail and its readout errs.

A gate's measured error is made of two parts: the qubits decay during it (T1, T2 and its
duration), and what is left of the error is taken as depolarisation. This is the model behind
Qiskit Aer's ``NoiseModel.from_backend``; here it is worked out only for the gates a circuit
uses, as transfer matrices and without rounding.

Departures
----------
As in Aer's model: qubits that wait do not decay, gates do not disturb their neighbours, errors
are not coherent and nothing leaks out of the two levels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit.circuit import Gate
from qiskit.quantum_info import PTM, SuperOp
from qiskit_aer.noise import NoiseModel, QuantumError

from probatum.errors import CircuitError
from probatum.quantum.noise.transfer import (
    Transfer,
    average_fidelity,
    depolarising,
    kronecker,
    relaxation,
)

Place = tuple[str, tuple[int, ...]]
"""A gate's name and its physical qubits, in order."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Noise:
    """The errors of a device's gates and of its readout."""

    errors: Mapping[Place, Transfer] = field(default_factory=dict)
    """What follows a gate at a place; a gate that is not named is perfect."""
    everywhere: Mapping[str, Transfer] = field(default_factory=dict)
    """What follows a gate at any place without an error of its own."""
    readouts: Mapping[int, NDArray[np.float64]] = field(default_factory=dict)
    """Physical qubit -> (2, 2): probability of reading the column when the row is true."""

    def __post_init__(self) -> None:
        for qubit, table in self.readouts.items():
            if table.shape != (2, 2) or table.min() < 0 or not _sums_to_one(table):
                raise CircuitError(
                    f"readout of qubit {qubit} — expected two rows of probabilities that sum "
                    f"to 1, got {table.tolist()} — correct the calibration"
                )

    def after(self, name: str, qubits: tuple[int, ...]) -> Transfer | None:
        """Return what follows a gate, or None where the gate is perfect."""
        return self.errors.get((name, qubits), self.everywhere.get(name))

    def readout(self, qubit: int) -> NDArray[np.float64]:
        """Return the readout table of a physical qubit; the identity where it is perfect."""
        return self.readouts.get(qubit, np.eye(2))


def calibrated_noise(target: Any, places: Iterable[Place], measured: Iterable[int]) -> Noise:
    """Return the noise of some gates and readouts of a calibrated device.

    Parameters
    ----------
    target : qiskit.transpiler.Target
        With durations and errors of its instructions; a missing figure means a perfect part.
    places : iterable of (name, qubits)
        The gates a circuit uses.
    measured : iterable of int
        The physical qubits it reads out.

    References
    ----------
    Georgopoulos K et al. Phys Rev A 2021;104:062432, for the model.
    """
    found = {place: _gate_error(target, *place) for place in sorted(set(places))}
    return Noise(
        errors={place: error for place, error in found.items() if error is not None},
        readouts={qubit: _readout(target, qubit) for qubit in sorted(set(measured))},
    )


def _gate_error(target: Any, name: str, qubits: tuple[int, ...]) -> Transfer | None:
    properties = target[name].get(qubits) if name in target.operation_names else None
    if properties is None:
        return None
    decay = _decay(target, qubits, properties.duration or 0.0)
    if not properties.error or not isinstance(target.operation_from_name(name), Gate):
        return decay
    return decay @ depolarising(left_over(properties.error, decay), len(qubits))


def _decay(target: Any, qubits: tuple[int, ...], duration: float) -> Transfer:
    parts = []
    for qubit in reversed(qubits):
        of = target.qubit_properties[qubit] if target.qubit_properties else None
        t1 = getattr(of, "t1", None) or math.inf
        parts.append(relaxation(duration, t1, getattr(of, "t2", None) or 2 * t1))
    return kronecker(parts)


def left_over(error: float, decay: Transfer) -> float:
    """Return the depolarising probability that brings a decay up to a measured error.

    Both figures are capped at what is physical.
    """
    dimension = math.isqrt(len(decay))
    fidelity = average_fidelity(decay)
    if error <= 1 - fidelity:
        return 0.0
    error = min(error, dimension / (dimension + 1))
    probability = dimension * (error - (1 - fidelity)) / (dimension * fidelity - 1)
    return min(probability, dimension**2 / (dimension**2 - 1))


def _readout(target: Any, qubit: int) -> NDArray[np.float64]:
    properties = target["measure"].get((qubit,)) if "measure" in target else None
    if properties is None:
        return np.eye(2)
    error = properties.error or 0.0
    one_from_zero = getattr(properties, "prob_meas1_prep0", error)
    zero_from_one = getattr(properties, "prob_meas0_prep1", error)
    return np.array([[1 - one_from_zero, one_from_zero], [zero_from_one, 1 - zero_from_one]])


def noise_of(model: NoiseModel) -> Noise:
    """Return the noise that an Aer noise model describes, of whatever kind.

    Raises
    ------
    CircuitError
        When readout errors are correlated between qubits.
    """
    errors: dict[Place, Transfer] = {}
    everywhere: dict[str, Transfer] = {}
    readouts: dict[int, NDArray[np.float64]] = {}
    for entry in model.to_dict()["errors"]:
        places = [tuple(qubits) for qubits in entry.get("gate_qubits", ())]
        if entry["type"] == "roerror":
            readouts |= _single_readout(places, np.array(entry["probabilities"], float))
            continue
        channel = SuperOp(QuantumError.from_dict(entry))
        transfer = np.ascontiguousarray(PTM(channel).data.real)
        for name in entry["operations"]:
            errors |= {(name, place): transfer for place in places}
            if not places:
                everywhere[name] = transfer
    return Noise(errors=errors, everywhere=everywhere, readouts=readouts)


def _single_readout(
    places: list[tuple[int, ...]], table: NDArray[np.float64]
) -> Mapping[int, NDArray[np.float64]]:
    if table.shape != (2, 2) or not places:
        raise CircuitError(
            "readout error of the noise model — expected one table for each named qubit, got "
            f"{len(table)} outcomes on {places or 'all qubits'} — add it qubit by qubit"
        )
    return {qubits[0]: table for qubits in places}


def _sums_to_one(table: NDArray[np.float64]) -> bool:
    return bool(np.allclose(table.sum(axis=1), 1.0))
