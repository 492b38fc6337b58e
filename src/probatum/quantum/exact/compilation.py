"""A Qiskit circuit, read once into the few kinds of step that run on a whole cohort.

Amplitudes are held as ``psi[z, patient]`` with ``z`` little-endian as in Qiskit. Runs of
diagonal gates become one phase table, runs of X, CX and SWAP one reordering.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter

from probatum.errors import CircuitError
from probatum.quantum.exact import gates
from probatum.quantum.exact.expressions import Angle, angle


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A one-qubit gate that mixes the halves where its qubit is 0 and 1."""

    qubit: int
    matrix: Callable[..., gates.Matrices]
    angles: tuple[Angle, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hadamard:
    """A Hadamard gate without its factor of one over the square root of two."""

    qubit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """A run of diagonal gates: the angle turned where all bits of a mask are 1."""

    terms: tuple[tuple[int, Angle], ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Permutation:
    """A run of X, CX and SWAP gates: row ``z`` is taken from row ``source[z]``."""

    source: NDArray[np.intp]


Step = Rotation | Hadamard | Phases | Permutation


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What the exact simulator does to a tile of patients, in order."""

    qubits: int
    parameters: int
    steps: tuple[Step, ...]
    global_phase: tuple[Angle, ...]
    hadamards: int


def compiled(circuit: QuantumCircuit) -> Program:
    """Read a circuit.

    Parameters
    ----------
    circuit : QuantumCircuit
        Made of the gates in :data:`probatum.quantum.exact.gates.CLAIMED`. Its parameters are
        taken in the order of ``circuit.parameters``.

    Raises
    ------
    CircuitError
        When the circuit holds another gate, a measurement or a classical condition; the
        message names it.
    """
    reader = _Reader(circuit.num_qubits)
    names = {p: Parameter(f"x{row}") for row, p in enumerate(circuit.parameters)}
    renamed = circuit.assign_parameters(names)
    reader.rows = {f"x{row}": row for row in range(len(names))}
    reader.read(renamed, list(range(circuit.num_qubits)))
    return Program(
        qubits=circuit.num_qubits,
        parameters=len(names),
        steps=tuple(reader.steps),
        global_phase=tuple(reader.global_phase),
        hadamards=sum(isinstance(step, Hadamard) for step in reader.steps),
    )


class _Reader:
    """Walks a circuit gate by gate and joins neighbours of one kind."""

    def __init__(self, qubits: int) -> None:
        self.states = np.arange(1 << qubits, dtype=np.intp)
        self.rows: dict[str, int] = {}
        self.steps: list[Step] = []
        self.global_phase: list[Angle] = []

    def read(self, circuit: QuantumCircuit, wires: list[int]) -> None:
        """Take every gate of ``circuit``, whose qubit ``i`` is our qubit ``wires[i]``."""
        if circuit.global_phase:
            self.global_phase.append(angle(circuit.global_phase, self.rows))
        for instruction in circuit.data:
            qubits = [wires[circuit.find_bit(bit).index] for bit in instruction.qubits]
            self._take(instruction.operation, qubits)

    def _take(self, gate: Any, qubits: list[int]) -> None:
        name = gate.name
        if name not in gates.CLAIMED:
            raise CircuitError(
                f"gate {name!r} — expected one of {', '.join(sorted(gates.CLAIMED))}, "
                f"got {name!r} — decompose the circuit, or remove the measurement"
            )
        if name in gates.COMPOSITES:
            self.read(gate.definition, qubits)
        elif name in gates.PERMUTATIONS:
            self._move(name, qubits)
        elif name not in gates.SILENT:
            self._turn(name, qubits, tuple(angle(p, self.rows) for p in gate.params))

    def _turn(self, name: str, qubits: list[int], angles: tuple[Angle, ...]) -> None:
        if name == "h":
            self.steps.append(Hadamard(qubit=qubits[0]))
        elif name in gates.ROTATIONS:
            matrix = gates.ROTATIONS[name]
            self.steps.append(Rotation(qubit=qubits[0], matrix=matrix, angles=angles))
        elif name in gates.FIXED_PHASES:
            self._phase([(qubits, angle(gates.FIXED_PHASES[name], self.rows))])
        else:
            polynomial = gates.FREE_PHASES[name]
            self._phase([([qubits[i] for i in w], angles[0].scaled(f)) for w, f in polynomial])

    def _phase(self, terms: list[tuple[list[int], Angle]]) -> None:
        added = tuple((sum(1 << q for q in qubits), turn) for qubits, turn in terms)
        if self.steps and isinstance(self.steps[-1], Phases):
            added = self.steps.pop().terms + added  # type: ignore[union-attr]
        self.steps.append(Phases(terms=added))

    def _move(self, name: str, qubits: list[int]) -> None:
        moved = _moved(self.states, name, qubits)
        if self.steps and isinstance(self.steps[-1], Permutation):
            moved = self.steps.pop().source[moved]  # type: ignore[union-attr]
        self.steps.append(Permutation(source=moved))


def _moved(states: NDArray[np.intp], name: str, qubits: list[int]) -> NDArray[np.intp]:
    """Return where each basis state goes; each of these gates is its own inverse."""
    if name == "x":
        return states ^ (1 << qubits[0])
    first, second = qubits
    if name == "cx":
        return states ^ ((states >> first & 1) << second)
    differ = (states >> first ^ states >> second) & 1
    return states ^ (differ << first | differ << second)
