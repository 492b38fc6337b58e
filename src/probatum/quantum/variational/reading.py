r"""A circuit read gate by gate into fixed steps and turns about a Pauli axis.

Every parameterised gate of Qiskit's library is a product of turns
:math:`R_P(\theta) = \exp(-i\theta P/2)` about Pauli strings :math:`P`, whose angles are those
of the gate times a constant. One formula then applies them all, and one differentiates them.
Phases common to all amplitudes are dropped: no expectation sees them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import Gate as QiskitGate
from qiskit.circuit import Parameter, ParameterExpression
from qiskit.quantum_info import Operator

from probatum.errors import CircuitError

Matrix = NDArray[np.complex128]

WIDEST = 4
"""Qubits of the largest fixed gate, and of the blocks gates are joined into."""

SILENT = frozenset({"barrier", "id", "global_phase"})

TURNS: Mapping[str, tuple[tuple[str, int, float], ...]] = {
    "rx": (("X", 0, 1.0),),
    "ry": (("Y", 0, 1.0),),
    "rz": (("Z", 0, 1.0),),
    "p": (("Z", 0, 1.0),),
    "u1": (("Z", 0, 1.0),),
    "u": (("Z", 2, 1.0), ("Y", 0, 1.0), ("Z", 1, 1.0)),
    "u3": (("Z", 2, 1.0), ("Y", 0, 1.0), ("Z", 1, 1.0)),
    "rxx": (("XX", 0, 1.0),),
    "ryy": (("YY", 0, 1.0),),
    "rzz": (("ZZ", 0, 1.0),),
    "rzx": (("ZX", 0, 1.0),),
    "crx": (("IX", 0, 0.5), ("ZX", 0, -0.5)),
    "cry": (("IY", 0, 0.5), ("ZY", 0, -0.5)),
    "crz": (("IZ", 0, 0.5), ("ZZ", 0, -0.5)),
    "cp": (("ZI", 0, 0.5), ("IZ", 0, 0.5), ("ZZ", 0, -0.5)),
    "cu1": (("ZI", 0, 0.5), ("IZ", 0, 0.5), ("ZZ", 0, -0.5)),
}
"""Gate -> its turns in order of time: axis, which angle of the gate, and times what.

The first letter of an axis is for the gate's first qubit. A gate not named here is taken
through Qiskit's own definition.
"""

_PAULI: Mapping[str, Matrix] = {
    "I": np.eye(2, dtype=np.complex128),
    "X": np.array([[0, 1], [1, 0]], dtype=np.complex128),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.array([[1, 0], [0, -1]], dtype=np.complex128),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fixed:
    """A gate without free parameters; the first qubit is the lowest bit of its matrix."""

    qubits: tuple[int, ...]
    matrix: Matrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turn:
    """A turn about a Pauli axis by an angle that is a formula of inputs and weights."""

    qubits: tuple[int, ...]
    axis: str
    """A letter a qubit, none of them ``I``."""
    angle: ParameterExpression

    def on(self, qubits: tuple[int, ...]) -> Matrix:
        """Return the generator :math:`-iP` on a register that holds this turn's qubits."""
        letters = dict(zip(self.qubits, self.axis, strict=True))
        return -1j * pauli("".join(letters.get(q, "I") for q in qubits))


Gate = Fixed | Turn


def pauli(axis: str) -> Matrix:
    """Return a Pauli string as a matrix, its first letter on the lowest bit.

    Examples
    --------
    >>> pauli("ZI").diagonal().real
    array([ 1., -1.,  1., -1.])
    """
    matrix: Matrix = np.ones((1, 1), dtype=np.complex128)
    for letter in axis:
        matrix = np.asarray(np.kron(_PAULI[letter], matrix), dtype=np.complex128)
    return matrix


def pauli_rows(letters: Mapping[int, str], qubits: int) -> tuple[NDArray[np.intp], Matrix]:
    """Return a Pauli string as the row each row is taken from, and times what."""
    z = np.arange(1 << qubits, dtype=np.intp)
    flips = sum(1 << q for q, letter in letters.items() if letter in "XY")
    signs = sum(1 << q for q, letter in letters.items() if letter in "YZ")
    phase = 1j ** sum(letter == "Y" for letter in letters.values())
    source = z ^ flips
    odd = np.bitwise_count(source & signs) & 1
    return source, np.asarray(phase * (1 - 2.0 * odd), dtype=np.complex128)


def gates(circuit: QuantumCircuit) -> Iterator[Gate]:
    """Read a circuit in order of time.

    Raises
    ------
    CircuitError
        When it holds a measurement, a reset, a classical condition or a gate without a
        unitary meaning; the message names it.
    """
    yield from _read(circuit, tuple(range(circuit.num_qubits)))


def depends_on(gate: Gate, parameters: frozenset[Parameter]) -> bool:
    """Say whether a gate's angle is a formula of any of these parameters."""
    return isinstance(gate, Turn) and not parameters.isdisjoint(gate.angle.parameters)


def _read(circuit: QuantumCircuit, wires: tuple[int, ...]) -> Iterator[Gate]:
    for instruction in circuit.data:
        qubits = tuple(wires[circuit.find_bit(bit).index] for bit in instruction.qubits)
        if instruction.operation.name not in SILENT:
            yield from _taken(instruction.operation, qubits)


def _taken(operation: Any, qubits: tuple[int, ...]) -> Iterator[Gate]:
    is_free = any(getattr(p, "parameters", None) for p in operation.params)
    if operation.name in TURNS and is_free:
        yield from _turned(operation, qubits)
    elif isinstance(operation, QiskitGate) and not is_free and len(qubits) <= WIDEST:
        yield Fixed(qubits=qubits, matrix=np.asarray(Operator(operation).data))
    elif operation.definition is not None:
        yield from _read(operation.definition, qubits)
    else:
        raise CircuitError(
            f"gate {operation.name!r} — expected a unitary gate, got {operation.name!r} — "
            "remove measurements and resets, or decompose the circuit"
        )


def _turned(operation: Any, qubits: tuple[int, ...]) -> Iterator[Gate]:
    for axis, which, factor in TURNS[operation.name]:
        touched = [(q, letter) for q, letter in zip(qubits, axis, strict=True) if letter != "I"]
        wires = tuple(q for q, _ in touched)
        letters = "".join(letter for _, letter in touched)
        formula = operation.params[which]
        if getattr(formula, "parameters", None):
            yield Turn(qubits=wires, axis=letters, angle=factor * formula)
        else:
            yield Fixed(qubits=wires, matrix=_rotation(letters, factor * float(formula)))


def _rotation(axis: str, angle: float) -> Matrix:
    generator = -1j * pauli(axis)
    rotation = np.cos(angle / 2) * np.eye(len(generator)) + np.sin(angle / 2) * generator
    return np.asarray(rotation, dtype=np.complex128)
