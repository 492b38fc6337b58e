"""What one standard task on one device left behind, in the shape of metriq-gym's records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from statistics import fmean
from typing import Any

import numpy as np
from qiskit.quantum_info import Statevector

from probatum.quantum.backends.backend import Execution
from probatum.quantum.backends.record import ExecutionRecord
from probatum.quantum.standard_tasks import Task
from probatum.quantum.task_scores import (
    Distribution,
    features,
    hellinger_fidelity,
    polarisation_fidelity,
)
from probatum.quantum.task_size import Size

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
    fitted : sequence of Size
        The circuit as it ran, in the device's own gates, in each repeat.
    found : sequence of (2**n,) arrays
        The distribution of outcomes in each repeat.
    seed : int
        Of the first repeat; each later one has the next, for its fit to the device and for its
        shots.
    timestamp, runs
        Of a captured run; empty where the result is derived, which has no time.
    """

    task: Task
    platform: Platform
    fitted: Sequence[Size]
    found: Sequence[Distribution]
    shots: int
    seed: int
    optimization_level: int | None
    timestamp: datetime | None = None
    runs: Sequence[ExecutionRecord] = ()

    def as_dict(self) -> dict[str, Any]:
        """The record as JSON values.

        ``score`` is the polarisation fidelity; an ``uncertainty`` is the standard deviation
        over repeats, each with its own seeds. ``qed_c`` holds means over repeats under the
        names that QED-C's suite gives them, ``params.level`` how far MQT Bench would say that
        the circuit was compiled.
        """
        hellinger, polarisation = self._fidelities()
        at, run = self.timestamp, self._seconds("run_seconds")
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
            "runtime_seconds": sum(run) if run else None,
            "shots_per_second": self.shots * len(run) / sum(run) if sum(run) else None,
            "latency_seconds": _spread(took) if (took := self._latencies()) else None,
            "cost": self._cost(),
            "platform": self.platform.as_dict(),
            "circuit_metadata": self._circuits(),
            "qed_c": self._in_qed_c(hellinger, polarisation),
            "features": features(self.task.circuit).as_dict(),
            "params": {
                "kind_of": self.task.of,
                "level": "alg" if self.optimization_level is None else "mapped",
                "optimization_level": self.optimization_level,
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

    def _seconds(self, name: str) -> list[float]:
        """What the runs took, those that were timed."""
        return [value for run in self.runs if (value := getattr(run, name)) is not None]

    def _latencies(self) -> list[float]:
        """From sending a repeat to its answer, the wait in the provider's queue included."""
        return [
            run.run_seconds + (run.queue_seconds or 0.0)
            for run in self.runs
            if run.run_seconds is not None
        ]

    def _cost(self) -> dict[str, Any] | None:
        """What all repeats cost together; None where nobody asked for money."""
        paid = [run for run in self.runs if run.cost is not None]
        if not paid:
            return None
        return {"amount": sum(run.cost or 0.0 for run in paid), "currency": paid[0].currency}

    def _circuits(self) -> dict[str, Any]:
        asked = Size.of(self.task.circuit)
        return {
            "input_depth": asked.depth,
            "input_two_qubit_gate_counts": asked.two_qubit_gates,
            "transpiled_depth": max(size.depth for size in self.fitted),
            "transpiled_two_qubit_gate_counts": max(s.two_qubit_gates for s in self.fitted),
        }

    def _in_qed_c(
        self, hellinger: Sequence[float], polarisation: Sequence[float]
    ) -> dict[str, Any]:
        asked, took = Size.of(self.task.circuit), self._latencies()
        on_processor = self._seconds("quantum_seconds")
        fitted = [size.in_qed_c("tr_") for size in self.fitted]
        return {
            **asked.in_qed_c(),
            **{name: _mean([size[name] for size in fitted]) for name in fitted[0]},
            "hf_fidelity": _mean(hellinger),
            "fidelity": _mean(polarisation),
            "elapsed_time": _mean(took),
            "exec_time": _mean(on_processor),
        }


def of_executions(
    task: Task,
    runs: Sequence[Execution],
    *,
    qubits: int | None,
    timestamp: datetime,
    seed: int,
) -> TaskRecord:
    """Return the record of a task that was run on a backend, once a repeat.

    Parameters
    ----------
    runs : sequence of Execution
        Each of the task's circuit, one row.
    qubits : int or None
        Of the device; None where nothing but memory sets a limit.
    timestamp : datetime
        When the first began; aware.
    """
    records = [run.record for run in runs]
    first = records[0]
    return TaskRecord(
        task=task,
        platform=Platform(
            provider=first.kind,
            device=first.device or first.backend,
            qubits=qubits or first.qubits,
            is_simulator=first.kind != "hardware",
            version=", ".join(f"{name} {of}" for name, of in first.software.items()),
            calibrated_at=first.calibration_date,
        ),
        fitted=[Size.recorded(record) for record in records],
        found=[run.frequencies()[0] for run in runs],
        shots=first.shots or 0,
        seed=seed,
        optimization_level=first.optimization_level,
        timestamp=timestamp,
        runs=records,
    )


def _spread(values: Sequence[float]) -> dict[str, float]:
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return {"value": float(np.mean(values)), "uncertainty": deviation}


def _mean(values: Sequence[float | None]) -> float | None:
    """Return the mean of values that are all known; None of none, or where one is not."""
    known = [value for value in values if value is not None]
    return fmean(known) if known and len(known) == len(values) else None
