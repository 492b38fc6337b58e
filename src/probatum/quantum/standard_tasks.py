"""Tasks with known answers that any quantum device can be put to, whoever its patients are.

They are the kinds that QED-C, MQT Bench, SupermarQ and metriq-gym use, so that a device's
scores here can be held against its public records.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit.library import QFTGate
from qiskit.quantum_info import random_clifford

from probatum.errors import CircuitError
from probatum.quantum.encodings import zz_encoding

LEAST = 3
"""Qubits below which some task is no task."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """A circuit without free parameters, all of whose qubits are measured at the end."""

    name: str
    of: str
    """The suite that has a task of this kind."""
    circuit: QuantumCircuit

    @property
    def width(self) -> int:
        """Its number of qubits."""
        return int(self.circuit.num_qubits)


def standard_tasks(width: int, *, seed: int) -> tuple[Task, ...]:
    """Return every task on a number of qubits.

    Parameters
    ----------
    width : int
        Qubits, 3 or more.
    seed : int
        Draws the layers of the mirror circuit, the number that the Fourier task counts to, and
        the patient of the kernel's self-overlap. The same seed gives the same circuits.

    Raises
    ------
    CircuitError
        When there are too few qubits.

    Examples
    --------
    >>> [task.name for task in standard_tasks(3, seed=1)][:2]
    ['ghz', 'fourier']
    """
    if width < LEAST:
        raise CircuitError(
            f"standard tasks — expected {LEAST} qubits or more, got {width} — widen them in "
            "the protocol"
        )
    return tuple(
        Task(name=name, of=of, circuit=build(width, np.random.default_rng([seed, width])))
        for name, (of, build) in TASKS.items()
    )


def _ghz(width: int, _rng: np.random.Generator) -> QuantumCircuit:
    """All qubits 0, or all 1: one long chain of entanglement."""
    circuit = QuantumCircuit(width, name="ghz")
    circuit.h(0)
    for qubit in range(width - 1):
        circuit.cx(qubit, qubit + 1)
    return circuit


def _fourier(width: int, rng: np.random.Generator) -> QuantumCircuit:
    """A number written in the Fourier basis and read back; the answer is that number."""
    number = int(rng.integers(1, 2**width))
    circuit = QuantumCircuit(width, name="fourier")
    circuit.h(range(width))
    for qubit in range(width):
        circuit.p(2 * math.pi * number * 2**qubit / 2**width, qubit)
    circuit.compose(QFTGate(width).inverse().definition, inplace=True)
    return circuit


def _mirror(width: int, rng: np.random.Generator) -> QuantumCircuit:
    """Random layers, then their undoing; the answer is all zeros."""
    half = QuantumCircuit(width)
    for layer in range(2):
        for qubit in range(width):
            half.compose(_one_qubit_clifford(rng), [qubit], inplace=True)
        for qubit in range(layer % 2, width - 1, 2):
            half.cz(qubit, qubit + 1)
    circuit = half.copy(name="mirror")
    circuit.barrier()
    circuit.compose(half.inverse(), inplace=True)
    return circuit


def _one_qubit_clifford(rng: np.random.Generator) -> QuantumCircuit:
    return random_clifford(1, seed=int(rng.integers(2**31))).to_circuit()


def _qaoa_ring(width: int, _rng: np.random.Generator) -> QuantumCircuit:
    """One layer of QAOA for the largest cut of a ring, at its known best angles."""
    gamma, beta = math.pi / 4, math.pi / 8
    circuit = QuantumCircuit(width, name="qaoa-ring")
    circuit.h(range(width))
    for qubit in range(width):
        circuit.rzz(-gamma, qubit, (qubit + 1) % width)
    circuit.rx(2 * beta, range(width))
    return circuit


def _hamiltonian(width: int, _rng: np.random.Generator) -> QuantumCircuit:
    """Three Trotter steps of a chain of spins in a transverse field."""
    step = 0.1
    circuit = QuantumCircuit(width, name="hamiltonian-simulation")
    for _ in range(3):
        for qubit in range(width - 1):
            circuit.rzz(-2 * step, qubit, qubit + 1)
        circuit.rx(-2 * step, range(width))
    return circuit


def _self_overlap(width: int, rng: np.random.Generator) -> QuantumCircuit:
    """The overlap of one patient's encoding with itself; the answer is all zeros."""
    encoding = zz_encoding(width, repetitions=1)
    patient = encoding.assign_parameters(rng.uniform(0, math.pi, width))
    circuit = patient.copy(name="kernel-self-overlap")
    circuit.barrier()
    circuit.compose(patient.inverse(), inplace=True)
    return circuit


Builder = Callable[[int, np.random.Generator], QuantumCircuit]
TASKS: Mapping[str, tuple[str, Builder]] = {
    "ghz": ("SupermarQ, MQT Bench", _ghz),
    "fourier": ("QED-C", _fourier),
    "mirror": ("metriq-gym", _mirror),
    "qaoa-ring": ("SupermarQ, QED-C", _qaoa_ring),
    "hamiltonian-simulation": ("SupermarQ, QED-C", _hamiltonian),
    "kernel-self-overlap": ("metriq-gym", _self_overlap),
}
"""Each task's name, the suites that have one of its kind, and how it is built."""
