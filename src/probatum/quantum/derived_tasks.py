"""What the standard tasks would give: on a device as it was calibrated, and without noise.

Nothing is run. The distribution of outcomes is worked out, and shots are drawn from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Statevector

from probatum.quantum.devices import calibrated_at, snapshot
from probatum.quantum.noise.program import noisy_program
from probatum.quantum.standard_tasks import Task
from probatum.quantum.task_record import Platform, TaskRecord
from probatum.quantum.task_scores import Distribution
from probatum.quantum.task_size import Size


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

    Each repeat fits the circuit to the device anew, with a seed of its own: where it comes to
    lie is luck, and on a device that is uneven it decides more than the shots do. The device's
    noise is exact; only the shots are drawn, by their multinomial law.

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
    programs = [
        noisy_program(
            task.circuit, device, optimization_level=optimization_level, seed=seed + again
        )
        for again in range(repeats)
    ]
    laws = [program.probabilities(np.empty((1, 0)))[0] for program in programs]
    return TaskRecord(
        task=task,
        platform=platform_of(device),
        fitted=[_on_device(program.template.circuit, device) for program in programs],
        found=_drawn(laws, task, shots, seed),
        shots=shots,
        seed=seed,
        optimization_level=optimization_level,
    )


def _on_device(circuit: QuantumCircuit, device: str) -> Size:
    seconds = circuit.estimate_duration(_target(device), unit="s")
    return Size.of(circuit, float(seconds))


@cache
def _target(device: str) -> Any:
    return snapshot(device).target


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
    law = Statevector(task.circuit).probabilities()
    return TaskRecord(
        task=task,
        platform=ideal,
        fitted=[Size.of(task.circuit)] * repeats,
        found=_drawn([law] * repeats, task, shots, seed),
        shots=shots,
        seed=seed,
        optimization_level=None,
    )


def _drawn(
    laws: Sequence[Distribution], task: Task, shots: int, seed: int
) -> list[Distribution]:
    """Draw shots; rounding far below a shot is taken off, so that processors agree."""
    rng = np.random.default_rng([seed, task.width, *task.name.encode()])
    rounded = [np.round(np.clip(law, 0, None), 9) for law in laws]
    return [rng.multinomial(shots, law / law.sum()) / shots for law in rounded]


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
