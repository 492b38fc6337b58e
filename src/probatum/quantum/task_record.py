"""What one standard task on one device left behind, in the shape of metriq-gym's records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector

from probatum.quantum.backends.backend import Execution
from probatum.quantum.devices import calibrated_at, snapshot
from probatum.quantum.noise.program import noisy_program
from probatum.quantum.standard_tasks import Task
from probatum.quantum.task_scores import (
    Distribution,
    features,
    hellinger_fidelity,
    polarisation_fidelity,
)

SUITE = {"id": "probatum-standard-tasks", "name": "Standard tasks"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Where a task ran."""

    provider: str
    device: str
    qubits: int
    is_simulator: bool
    version: str
    calibrated_at: str | None
    """UTC, ISO 8601; None where nothing is calibrated."""

    def as_dict(self) -> dict[str, Any]:
        """The platform in metriq-gym's words."""
        return {
            "provider": self.provider,
            "device": self.device,
            "device_metadata": {
                "num_qubits": self.qubits,
                "simulator": self.is_simulator,
                "version": self.version,
                "calibrated_at": self.calibrated_at,
            },
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TaskRecord:
    """A task, where it ran, how it was fitted, and what came out in each repeat.

    Attributes
    ----------
    depth, two_qubit_gates : int
        Of the circuit as it ran, in the device's own gates.
    found : sequence of (2**n,) arrays
        The distribution of outcomes in each repeat.
    timestamp, runtime_seconds
        Of a captured run; None where the result is derived, which has no time.
    """

    task: Task
    platform: Platform
    depth: int
    two_qubit_gates: int
    found: Sequence[Distribution]
    shots: int
    seed: int
    timestamp: datetime | None = None
    runtime_seconds: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The record as JSON values.

        ``score`` is the polarisation fidelity; an ``uncertainty`` is the standard deviation
        over repeats.
        """
        hellinger, polarisation = self._fidelities()
        at = self.timestamp
        return {
            "app_version": version("probatum"),
            "timestamp": at.isoformat(timespec="seconds") if at else None,
            "suite_id": SUITE["id"],
            "suite": dict(SUITE),
            "job_type": self.task.name,
            "results": {
                "hellinger_fidelity": _spread(hellinger),
                "polarisation_fidelity": _spread(polarisation),
                "score": _spread(polarisation),
                "least": float(np.min(polarisation)),
            },
            "runtime_seconds": self.runtime_seconds,
            "shots_per_second": self._throughput(),
            "platform": self.platform.as_dict(),
            "circuit_metadata": self._circuits(),
            "features": features(self.task.circuit).as_dict(),
            "params": {
                "kind_of": self.task.of,
                "width": self.task.width,
                "shots": self.shots,
                "repeats": len(self.found),
                "seed": self.seed,
            },
        }

    def _fidelities(self) -> tuple[list[float], list[float]]:
        ideal = Statevector(self.task.circuit).probabilities()
        ideal = np.asarray(ideal / ideal.sum())
        each = [
            (hellinger_fidelity(ideal, found), polarisation_fidelity(ideal, found))
            for found in self.found
        ]
        return [one for one, _ in each], [other for _, other in each]

    def _throughput(self) -> float | None:
        if not self.runtime_seconds:
            return None
        return self.shots * len(self.found) / self.runtime_seconds

    def _circuits(self) -> dict[str, Any]:
        asked = self.task.circuit
        return {
            "input_depth": int(asked.depth()),
            "input_two_qubit_gate_counts": int(asked.num_nonlocal_gates()),
            "transpiled_depth": self.depth,
            "transpiled_two_qubit_gate_counts": self.two_qubit_gates,
        }


def on_snapshot(
    task: Task,
    device: str,
    *,
    optimization_level: int,
    seed: int,
    shots: int,
    repeats: int,
) -> TaskRecord:
    """Work out what a task would give on a device as it was calibrated.

    The device's noise is exact; only the shots are drawn, by their multinomial law.

    Parameters
    ----------
    device : str
        A calibration snapshot.
    optimization_level, seed : int
        Of the transpiler; the seed draws the shots as well.
    shots, repeats : int
        Shots of each repeat.

    Examples
    --------
    >>> from probatum.quantum.standard_tasks import standard_tasks
    >>> ghz = standard_tasks(3, seed=1)[0]
    >>> record = on_snapshot(ghz, "fake_manila", optimization_level=1, seed=1, shots=512,
    ...                      repeats=2).as_dict()
    >>> 0.5 < record["results"]["score"]["value"] < 1
    True
    """
    program = noisy_program(
        task.circuit, device, optimization_level=optimization_level, seed=seed
    )
    return TaskRecord(
        task=task,
        platform=platform_of(device),
        **_size(program.template.circuit),
        found=_drawn(program.probabilities(np.empty((1, 0)))[0], task, shots, repeats, seed),
        shots=shots,
        seed=seed,
    )


def on_exact(task: Task, *, seed: int, shots: int, repeats: int) -> TaskRecord:
    """Work out what a task gives without noise: what the shots alone cost the score."""
    ideal = Platform(
        provider="probatum",
        device="exact",
        qubits=task.width,
        is_simulator=True,
        version=version("probatum"),
        calibrated_at=None,
    )
    return TaskRecord(
        task=task,
        platform=ideal,
        **_size(task.circuit),
        found=_drawn(Statevector(task.circuit).probabilities(), task, shots, repeats, seed),
        shots=shots,
        seed=seed,
    )


def _drawn(
    probabilities: Distribution, task: Task, shots: int, repeats: int, seed: int
) -> list[Distribution]:
    """Draw shots; rounding far below a shot is taken off, so that processors agree."""
    law = np.round(np.clip(probabilities, 0, None), 9)
    rng = np.random.default_rng([seed, task.width, *task.name.encode()])
    return list(rng.multinomial(shots, law / law.sum(), size=repeats) / shots)


@cache
def platform_of(device: str) -> Platform:
    """Return the platform that a calibration snapshot stands for."""
    backend = snapshot(device)
    return Platform(
        provider="IBM calibration snapshot",
        device=device,
        qubits=backend.num_qubits,
        is_simulator=True,
        version=version("qiskit-ibm-runtime"),
        calibrated_at=calibrated_at(backend).isoformat(timespec="seconds"),
    )


def of_executions(
    task: Task, runs: Sequence[Execution], *, timestamp: datetime, seed: int
) -> TaskRecord:
    """Return the record of a task that was run on a backend, once a repeat.

    Parameters
    ----------
    runs : sequence of Execution
        Each of the task's circuit, one row.
    timestamp : datetime
        When the first began; aware.
    """
    first = runs[0].record
    seconds = [run.record.run_seconds for run in runs]
    timed = [second for second in seconds if second is not None]
    return TaskRecord(
        task=task,
        platform=Platform(
            provider=first.kind,
            device=first.device or first.backend,
            qubits=first.qubits,
            is_simulator=first.kind != "hardware",
            version=", ".join(f"{name} {of}" for name, of in first.software.items()),
            calibrated_at=first.calibration_date,
        ),
        depth=first.depth,
        two_qubit_gates=first.two_qubit_gates,
        found=[run.frequencies()[0] for run in runs],
        shots=first.shots or 0,
        seed=seed,
        timestamp=timestamp,
        runtime_seconds=sum(timed) if timed else None,
    )


def _size(circuit: QuantumCircuit) -> dict[str, Any]:
    bare = circuit.remove_final_measurements(inplace=False)
    return {
        "depth": int(bare.depth()),
        "two_qubit_gates": int(circuit.num_nonlocal_gates()),
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return {"value": float(np.mean(values)), "uncertainty": deviation}
