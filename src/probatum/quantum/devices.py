"""A real device as its maker calibrated it on a stated day.

The snapshots come with Qiskit's IBM Runtime client: couplings, gate errors, coherence times and
readout errors of a machine that existed, frozen. Nothing here speaks to a machine; a
calibration is read off whatever device object is handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from qiskit_ibm_runtime import fake_provider

from probatum.errors import CircuitError

READOUT = ("readout_error", "prob_meas1_prep0", "prob_meas0_prep1")
"""What calibrations call how often a qubit is misread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QubitCalibration:
    """How long a qubit keeps its state, and how often it is misread; None where not stated."""

    qubit: int
    t1_seconds: float | None
    t2_seconds: float | None
    readout_error: float | None
    """The mean of the next two."""
    reads_one_for_zero: float | None
    reads_zero_for_one: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCalibration:
    """How often a two-qubit gate errs, and how long it takes; None where not stated."""

    qubits: tuple[int, int]
    gate: str
    error: float | None
    seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What a device's maker measured of the qubits and pairs in use, and when."""

    device: str
    device_version: str
    """What the maker calls the device's own version, such as ``1.0.54``."""
    at: str
    """When the device was calibrated last; UTC, ISO 8601, to the second."""
    oldest_at: str
    """When the oldest error rate of the gates and readouts in use was measured: a device that
    was calibrated today may state a readout error of last week."""
    qubits: tuple[QubitCalibration, ...]
    pairs: tuple[PairCalibration, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the table as plain JSON values."""
        pairs = [{**asdict(pair), "qubits": list(pair.qubits)} for pair in self.pairs]
        return {**asdict(self), "qubits": [asdict(q) for q in self.qubits], "pairs": pairs}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Calibration:
        """Return the table that `as_dict` wrote."""
        pairs = [
            PairCalibration(**{**pair, "qubits": tuple(pair["qubits"])})
            for pair in value["pairs"]
        ]
        qubits = (QubitCalibration(**qubit) for qubit in value["qubits"])
        return cls(**{**value, "qubits": tuple(qubits), "pairs": tuple(pairs)})


def snapshot(device: str) -> Any:
    """Return the calibration snapshot of a device as a Qiskit backend.

    Parameters
    ----------
    device : str
        A device of ``qiskit_ibm_runtime.fake_provider``, such as ``fake_torino``.

    Raises
    ------
    CircuitError
        When no snapshot of that name is installed.
    """
    name = "".join(part.capitalize() for part in device.split("_"))
    for version in (name, f"{name}V2"):
        if hasattr(fake_provider, version):
            return getattr(fake_provider, version)()
    raise CircuitError(
        f"device {device!r} — expected a snapshot of qiskit_ibm_runtime.fake_provider, got "
        "no such name — correct backends.transpile_to in the protocol"
    )


def calibrated_at(backend: Any) -> datetime:
    """Return when a device was calibrated; UTC."""
    found: datetime = backend.properties().last_update_date
    return found.astimezone(UTC)


def calibration_age(found: Calibration, at: datetime) -> timedelta:
    """Return how long before an instant the oldest error rate in use was measured."""
    return at - datetime.fromisoformat(found.oldest_at)


def calibration(
    backend: Any, qubits: Iterable[int], gates: Iterable[tuple[str, tuple[int, ...]]]
) -> Calibration:
    """Return what is known of some qubits of a device and of the two-qubit gates between them.

    Parameters
    ----------
    backend : BackendV2
        With ``target`` and ``properties()``, as a device or its snapshot has.
    qubits : iterable of int
        Physical qubits.
    gates : iterable of (name, qubits)
        Those a circuit uses; of one-qubit gates the day of their error rate is taken, no more.

    Examples
    --------
    >>> found = calibration(snapshot("fake_manila"), [1, 0], [("cx", (0, 1)), ("sx", (0,))])
    >>> found.at, [qubit.qubit for qubit in found.qubits], found.pairs[0].gate
    ('2024-05-27T18:27:23+00:00', [0, 1], 'cx')
    """
    properties, read = backend.properties(), sorted(set(qubits))
    used = sorted(set(gates))
    last = calibrated_at(backend)
    oldest = min([last, *_measured_at(properties, read, used)])
    return Calibration(
        device=str(backend.name),
        device_version=str(backend.backend_version),
        at=last.isoformat(timespec="seconds"),
        oldest_at=oldest.isoformat(timespec="seconds"),
        qubits=tuple(_qubit(properties, qubit) for qubit in read),
        pairs=tuple(_pair(backend.target, *gate) for gate in used if len(gate[1]) == 2),
    )


def _measured_at(
    properties: Any, qubits: Iterable[int], gates: Iterable[tuple[str, tuple[int, ...]]]
) -> Iterator[datetime]:
    """When the error rate of each readout and gate was measured, where that is stated."""
    for qubit in qubits:
        stated = properties.qubit_property(qubit)
        yield from (stated[name][1].astimezone(UTC) for name in READOUT if name in stated)
    known = {(one.gate, tuple(one.qubits)): one.parameters for one in properties.gates}
    for gate in gates:
        for one in known.get(gate, ()):
            if one.name == "gate_error":
                yield one.date.astimezone(UTC)


def _qubit(properties: Any, qubit: int) -> QubitCalibration:
    stated = properties.qubit_property(qubit)

    def of(name: str) -> float | None:
        return float(stated[name][0]) if name in stated else None

    return QubitCalibration(
        qubit=qubit,
        t1_seconds=of("T1"),
        t2_seconds=of("T2"),
        readout_error=of("readout_error"),
        reads_one_for_zero=of("prob_meas1_prep0"),
        reads_zero_for_one=of("prob_meas0_prep1"),
    )


def _pair(target: Any, gate: str, qubits: tuple[int, ...]) -> PairCalibration:
    stated = target[gate].get(qubits)
    first, second = qubits
    return PairCalibration(
        qubits=(first, second),
        gate=gate,
        error=getattr(stated, "error", None),
        seconds=getattr(stated, "duration", None),
    )
