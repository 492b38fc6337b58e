"""What is written down of each run of circuits, so that its numbers can be traced to it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, get_args

from probatum.errors import BackendError
from probatum.ledger.canonical import Digest, canonical_bytes, sha256
from probatum.quantum.devices import Calibration

Kind = Literal["exact", "simulator", "noisy simulator", "hardware"]
"""Exact arithmetic, an ideal simulator, a simulator of a calibrated device, or a device."""

_DOMAIN = "probatum/execution/v1"
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionRecord:
    """Everything about a run but its answer. It holds no patient's value."""

    backend: str
    kind: Kind
    software: Mapping[str, str]
    """Package -> version, of everything that turned the circuit into an answer."""
    circuit_sha256: str
    """Of the template as given, in OpenQASM 3, its parameters free."""
    qubits: int
    rows: int
    """Patients, that is, circuits run."""
    shots: int | None
    """Of each circuit; ``None`` where probabilities were computed and nothing was sampled."""
    seed: int
    optimization_level: int | None
    """Of the transpiler, 0 to 3; ``None`` where the circuit was not transpiled."""
    transpiler_seed: int | None
    depth: int
    """Of the circuit as it ran, without the final measurement."""
    two_qubit_depth: int
    two_qubit_gates: int
    physical_qubits: tuple[int, ...] = ()
    """The device's qubits in use; empty where there is no device."""
    device: str | None = None
    calibration: Calibration | None = None
    """Of the qubits and pairs in use, as they were when the circuit was fitted."""
    region: str | None = None
    """Where the provider computed; ``None`` for what ran on this machine."""
    mitigation: str = "none"
    """What was done against the device's errors to get the answer. With ``noise_scales`` in the
    details it was done here and the counts are as read; without, the vendor did it."""
    job_ids: tuple[str, ...] = ()
    queue_seconds: float | None = None
    run_seconds: float | None = None
    quantum_seconds: float | None = None
    """Time on the quantum processor: what the provider charged, else the stated model's."""
    processor_seconds: float | None = None
    """Time of this machine's processors, where a clock for it was passed in."""
    cost: float | None = None
    currency: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)
    """Settings that only one kind of backend has, such as a simulator's method."""

    def __post_init__(self) -> None:
        """Refuse what cannot have been."""
        Digest(self.circuit_sha256)
        for name in ("software", "details"):
            fixed = MappingProxyType(dict(sorted(getattr(self, name).items())))
            object.__setattr__(self, name, fixed)
        for name, found in (("rows", self.rows), ("qubits", self.qubits)):
            _expect(found >= 1, name, "1 or more", found)
        _expect(self.kind in get_args(Kind), "kind", f"one of {get_args(Kind)}", self.kind)
        _expect(self.shots is None or self.shots >= 1, "shots", "1 or more", self.shots)
        _expect(self.cost is None or self.cost >= 0, "cost", "0 or more", self.cost)
        priced = self.currency is not None and _CURRENCY.fullmatch(self.currency)
        _expect(self.cost is None or bool(priced), "currency", "three letters", self.currency)

    @property
    def calibration_date(self) -> str | None:
        """When the device was calibrated; UTC, ISO 8601."""
        return self.calibration.at if self.calibration else None

    @property
    def sha256(self) -> Digest:
        """The record's digest."""
        return sha256(canonical_bytes([_DOMAIN, self.as_dict()]))

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain JSON values, every field named."""
        found = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return found | {
            "software": dict(self.software),
            "details": dict(self.details),
            "physical_qubits": list(self.physical_qubits),
            "job_ids": list(self.job_ids),
            "calibration": self.calibration.as_dict() if self.calibration else None,
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> ExecutionRecord:
        """Return the record that `as_dict` wrote.

        Raises
        ------
        BackendError
            If a field is absent, unknown or of another kind.
        """
        try:
            calibration = value["calibration"]
            return cls(
                **{
                    **value,
                    "physical_qubits": tuple(value["physical_qubits"]),
                    "job_ids": tuple(value["job_ids"]),
                    "calibration": Calibration.from_dict(calibration) if calibration else None,
                }
            )
        except (KeyError, TypeError) as error:
            raise BackendError(
                "record of an execution — expected exactly its fields, got a record with one "
                f"absent, unknown or unreadable ({type(error).__name__}) — restore the record"
            ) from error


def _expect(holds: bool, what: str, expected: str, found: object) -> None:
    if not holds:
        raise BackendError(
            f"{what} of an execution — expected {expected}, got {found!r} — record what ran"
        )
