"""What a circuit is and what it would cost on a named quantum device.

The circuit's text in OpenQASM 3 is its identity: two studies with the same digest ran the
same circuit. Depth and two-qubit gates are counted before and after it is fitted to the
device's own gates and couplings, with a seeded transpiler.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qiskit import QuantumCircuit, qasm3, transpile

from probatum.errors import CircuitError
from probatum.ledger.canonical import Digest, sha256
from probatum.quantum.devices import calibrated_at, snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The size of a circuit."""

    depth: int
    two_qubit_depth: int
    two_qubit_gates: int
    gates: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CircuitRecord:
    """A circuit's text, digest and cost, as designed and on a device."""

    qasm: str
    sha256: str
    qubits: int
    parameters: int
    designed: Cost
    device: str
    device_qubits: int
    calibration_date: str
    """When the device's snapshot was calibrated; UTC, ISO 8601."""
    optimization_level: int
    seed: int
    transpiled: Cost

    def as_dict(self) -> dict[str, Any]:
        """Return the record without the text, for a JSON file."""
        return {
            "sha256": self.sha256,
            "qubits": self.qubits,
            "parameters": self.parameters,
            "depth": self.designed.depth,
            "two_qubit_gates": self.designed.two_qubit_gates,
            "gates": dict(self.designed.gates),
            "device": self.device,
            "device_qubits": self.device_qubits,
            "device_calibration": self.calibration_date,
            "transpiled_depth": self.transpiled.depth,
            "transpiled_two_qubit_depth": self.transpiled.two_qubit_depth,
            "transpiled_two_qubit_gates": self.transpiled.two_qubit_gates,
            "transpiled_gates": dict(self.transpiled.gates),
            "optimization_level": self.optimization_level,
            "seed": self.seed,
        }


def circuit_record(
    circuit: QuantumCircuit, *, device: str, optimization_level: int, seed: int
) -> CircuitRecord:
    """Return the record of a circuit.

    Parameters
    ----------
    circuit : QuantumCircuit
        With its parameters still free.
    device : str
        A device snapshot of ``qiskit_ibm_runtime.fake_provider``, such as ``fake_torino``.
    optimization_level : int
        Of Qiskit's transpiler, 0 to 3.
    seed : int
        Of Qiskit's transpiler, whose routing is random.

    Raises
    ------
    CircuitError
        When no snapshot of that name is installed, or it has too few qubits.
    """
    backend = snapshot(device)
    if backend.num_qubits < circuit.num_qubits:
        raise CircuitError(
            f"device {device!r} — expected {circuit.num_qubits} qubits or more, "
            f"got {backend.num_qubits} — name a larger device in the protocol"
        )
    fitted = transpile(
        circuit, backend, optimization_level=optimization_level, seed_transpiler=seed
    )
    qasm = qasm3.dumps(circuit)
    calibrated = calibrated_at(backend)
    return CircuitRecord(
        qasm=qasm,
        sha256=sha256(qasm.encode()),
        qubits=circuit.num_qubits,
        parameters=circuit.num_parameters,
        designed=cost_of(circuit),
        device=device,
        device_qubits=backend.num_qubits,
        calibration_date=calibrated.isoformat(timespec="seconds"),
        optimization_level=optimization_level,
        seed=seed,
        transpiled=cost_of(fitted),
    )


def circuit_sha256(circuit: QuantumCircuit) -> Digest:
    """Return the digest of a circuit's text in OpenQASM 3, its parameters free."""
    return sha256(qasm3.dumps(circuit).encode())


def cost_of(circuit: QuantumCircuit) -> Cost:
    """Return a circuit's size, its measurements included."""
    return Cost(
        depth=circuit.depth(),
        two_qubit_depth=circuit.depth(lambda gate: len(gate.qubits) == 2),
        two_qubit_gates=circuit.num_nonlocal_gates(),
        gates={name: int(count) for name, count in sorted(circuit.count_ops().items())},
    )
