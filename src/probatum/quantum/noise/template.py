"""A circuit fitted once to a device, its angles still free, and what of the device it uses.

Every patient runs the same gates in the same places; only angles differ. The transpiler is
seeded, so the same circuit, device, level and seed give the same template.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qiskit import QuantumCircuit, transpile
from qiskit.circuit import Gate, Parameter

from probatum.errors import CircuitError

MIDDLE = "middle"
"""Label of the barrier between preparing one patient and undoing another."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedGate:
    """A gate and the physical qubits it acts on."""

    gate: Gate
    qubits: tuple[int, ...]

    @property
    def place(self) -> tuple[str, tuple[int, ...]]:
        """The gate's name and qubits, as a calibration names them."""
        return self.gate.name, self.qubits


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Template:
    """A fitted circuit, read into gates at places."""

    circuit: QuantumCircuit
    """As it would be sent to the device."""
    parts: tuple[tuple[PlacedGate, ...], ...]
    """The gates before, between and after the labelled barriers."""
    bits: Mapping[int, int]
    """Physical qubit -> the classical bit it is read into."""

    @property
    def qubits(self) -> tuple[int, ...]:
        """The physical qubits in use, ascending."""
        touched = {qubit for part in self.parts for gate in part for qubit in gate.qubits}
        return tuple(sorted(touched | set(self.bits)))

    @property
    def places(self) -> set[tuple[str, tuple[int, ...]]]:
        """Every gate at every place it stands in."""
        return {gate.place for part in self.parts for gate in part}


def measured(circuit: QuantumCircuit) -> QuantumCircuit:
    """Return the circuit with its parameters named x0, x1, … and all qubits read out.

    The parameters keep the order of ``circuit.parameters``.
    """
    ready = renamed(circuit, "x")
    ready.measure_all()
    return ready


def compute_uncompute(circuit: QuantumCircuit) -> QuantumCircuit:
    r"""Return the circuit that prepares one patient and undoes another, then reads all out.

    :math:`U(x)`, a barrier that no gate is merged across, :math:`U(y)^\dagger`. Parameters
    are named x0, x1, … and y0, y1, ….
    """
    pair = renamed(circuit, "x")
    pair.barrier(label=MIDDLE)
    pair.compose(renamed(circuit, "y").inverse(), inplace=True)
    pair.measure_all()
    return pair


def renamed(circuit: QuantumCircuit, letter: str) -> QuantumCircuit:
    """Return the circuit with its parameters, in order, named by a letter and a number."""
    names = {p: Parameter(f"{letter}{row}") for row, p in enumerate(circuit.parameters)}
    named: QuantumCircuit = circuit.assign_parameters(names)
    return named


def fitted(
    circuit: QuantumCircuit, backend: Any, *, optimization_level: int, seed: int
) -> Template:
    """Fit a circuit to a device and read it.

    Raises
    ------
    CircuitError
        When the device is too small, or the circuit holds something that is no gate.
    """
    if backend.num_qubits < circuit.num_qubits:
        raise CircuitError(
            f"device {backend.name} — expected {circuit.num_qubits} qubits or more, got "
            f"{backend.num_qubits} — name a larger device in the protocol"
        )
    return template(
        transpile(circuit, backend, optimization_level=optimization_level, seed_transpiler=seed)
    )


def template(circuit: QuantumCircuit) -> Template:
    """Read a circuit whose qubits already are the device's.

    Raises
    ------
    CircuitError
        When it holds something that is neither gate, barrier nor final measurement.
    """
    parts: list[list[PlacedGate]] = [[]]
    bits: dict[int, int] = {}
    for instruction in circuit.data:
        operation = instruction.operation
        qubits = tuple(circuit.find_bit(bit).index for bit in instruction.qubits)
        if operation.name == "barrier":
            if operation.label == MIDDLE:
                parts.append([])
        elif operation.name == "measure":
            bits[qubits[0]] = circuit.find_bit(instruction.clbits[0]).index
        elif isinstance(operation, Gate) and not bits.keys() & set(qubits):
            parts[-1].append(PlacedGate(gate=operation, qubits=qubits))
        else:
            raise CircuitError(
                f"instruction {operation.name!r} — expected gates, barriers and one final "
                f"measurement a qubit, got {operation.name!r} — rewrite the circuit"
            )
    return Template(circuit=circuit, parts=tuple(map(tuple, parts)), bits=bits)
