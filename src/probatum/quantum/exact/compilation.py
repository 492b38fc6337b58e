"""A Qiskit circuit, read once into the few kinds of step that run on a whole cohort.

Diagonal gates between two mixing layers become one phase table, whatever X, CX and SWAP
gates stand among them; a controlled gate is its inner gate under conditions; any other gate
is read through its definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import (
    AnnotatedOperation,
    ControlledGate,
    ControlModifier,
    Gate,
    Instruction,
    Parameter,
    PowerModifier,
    Reset,
)
from qiskit.circuit import library as qiskit_gates

from probatum.errors import CircuitError
from probatum.quantum.exact import gates
from probatum.quantum.exact.assembly import Assembly
from probatum.quantum.exact.expressions import AngleReader
from probatum.quantum.exact.program import Factor, Program

MOST_QUBITS = 28
"""A patient's state of 28 qubits takes four gigabytes."""

UNITARY = 1e-7
"""How far a matrix may be from a unitary one; Qiskit allows a little less."""

Wires = list[int]


def compiled(circuit: QuantumCircuit) -> Program:
    """Read a circuit.

    Parameters
    ----------
    circuit : QuantumCircuit
        Of any gates that come down to those of :mod:`probatum.quantum.exact.gates`. Its
        parameters are taken in the order of ``circuit.parameters``.

    Raises
    ------
    CircuitError
        When the circuit holds a measurement, a classical condition, a reset of a qubit that
        was acted upon, or a gate without a definition; the message names it. When it has more
        than :data:`MOST_QUBITS`, or a matrix that is not unitary.

    Examples
    --------
    >>> bell = QuantumCircuit(2)
    >>> _ = bell.h(0), bell.cx(0, 1)
    >>> [type(step).__name__ for step in compiled(bell).steps]
    ['Layer', 'Permutation']
    """
    if circuit.num_qubits > MOST_QUBITS:
        raise CircuitError(
            f"circuit — expected at most {MOST_QUBITS} qubits, got {circuit.num_qubits} — "
            "encode in fewer qubits, or run it on another backend"
        )
    names = {p: Parameter(f"x{row}") for row, p in enumerate(circuit.parameters)}
    reader = _Reader(circuit.num_qubits, {f"x{row}": row for row in range(len(names))})
    renamed = circuit.assign_parameters(names) if names else circuit
    reader.read(renamed, list(range(circuit.num_qubits)), [])
    return Program(
        qubits=circuit.num_qubits,
        parameters=len(names),
        steps=reader.assembly.finished(),
        global_phase=tuple(reader.assembly.global_phase),
    )


class _Reader:
    """Walks a circuit gate by gate."""

    def __init__(self, qubits: int, rows: dict[str, int]) -> None:
        self.assembly = Assembly(qubits)
        self._angle = AngleReader(rows).angle
        self.touched: set[int] = set()

    def read(self, circuit: QuantumCircuit, wires: Wires, controls: Wires) -> None:
        """Take every gate of ``circuit``, whose qubit ``i`` is our qubit ``wires[i]``.

        They act only where all ``controls`` are 1.
        """
        if circuit.global_phase:
            self.assembly.phase([[c] for c in controls], self._angle(circuit.global_phase), 1.0)
        for instruction in circuit.data:
            qubits = [wires[circuit.find_bit(bit).index] for bit in instruction.qubits]
            self._take(instruction.operation, qubits, controls)

    def _take(self, gate: Any, wires: Wires, controls: Wires) -> None:
        kind = getattr(gate, "base_class", type(gate))
        if issubclass(kind, gates.SILENT):
            return
        if issubclass(kind, Reset):
            self._expect_untouched(wires, controls)
            return
        if isinstance(gate, ControlledGate) and _is_its_base_under_control(gate):
            self._controlled(gate, wires, controls)
        elif issubclass(kind, AnnotatedOperation):
            self._annotated(gate, wires, controls)
        elif not self._known(kind, gate, wires, controls):
            self._defined(gate, wires, controls)

    def _known(self, kind: Any, gate: Any, wires: Wires, controls: Wires) -> bool:
        """Take a gate of the page of gates; say whether it was one."""
        act, under = self.assembly, [[c] for c in controls]
        if kind in gates.FIXED_PHASES:
            act.phase([*under, wires], self._angle(gates.FIXED_PHASES[kind]), 1.0)
        elif kind in gates.PHASES:
            turn = self._angle(gate.params[0])
            for parities, factor in gates.PHASES[kind]:
                chosen = [[wires[i] for i in parity] for parity in parities]
                act.phase([*under, *chosen], turn, factor)
        elif kind in gates.FIXED_MIXES:
            act.mix(wires, controls, Factor(fixed=np.array(gates.FIXED_MIXES[kind])))
        elif kind in gates.MIXES:
            angles = tuple(self._angle(p) for p in gate.params)
            mix = Factor(made=gates.MIXES[kind], angles=angles)
            act.mix(wires, controls, mix.settled())
        elif issubclass(kind, qiskit_gates.UnitaryGate):
            act.mix(wires, controls, _by_matrix(gate.name, gate.to_matrix()))
        else:
            return self._moved(kind, gate, wires, controls)
        self.touched.update(wires)
        return True

    def _moved(self, kind: Any, gate: Any, wires: Wires, controls: Wires) -> bool:
        act = self.assembly
        if kind is qiskit_gates.XGate:
            act.flip(wires[0], controls)
        elif kind is qiskit_gates.YGate:  # Y = i X Z
            under = [[c] for c in controls]
            act.phase([*under, wires], self._angle(np.pi), 1.0)
            act.flip(wires[0], controls)
            act.phase(under, self._angle(np.pi / 2), 1.0)
        elif kind is qiskit_gates.SwapGate:
            act.exchange(wires[0], wires[1], controls)
        elif issubclass(kind, qiskit_gates.PermutationGate) and not controls:
            act.relabelling.permute(wires, [int(source) for source in gate.pattern])
        else:
            return False
        self.touched.update(wires)
        return True

    def _controlled(self, gate: ControlledGate, wires: Wires, controls: Wires) -> None:
        conditions, wires = wires[: gate.num_ctrl_qubits], wires[gate.num_ctrl_qubits :]
        with self._open(conditions, gate.ctrl_state):
            inner = [*controls, *conditions]
            if isinstance(gate, qiskit_gates.CUGate):
                self.assembly.phase([[c] for c in inner], self._angle(gate.params[3]), 1.0)
            self._take(gate.base_gate, wires, inner)

    def _annotated(self, gate: AnnotatedOperation, wires: Wires, controls: Wires) -> None:
        """Take the modifiers from the last, whose controls come first."""
        if not gate.modifiers:
            self._take(gate.base_op, wires, controls)
            return
        *earlier, last = gate.modifiers
        if isinstance(last, ControlModifier):
            conditions, wires = wires[: last.num_ctrl_qubits], wires[last.num_ctrl_qubits :]
            with self._open(conditions, last.ctrl_state):
                inner = AnnotatedOperation(gate.base_op, earlier)
                self._annotated(inner, wires, [*controls, *conditions])
            return
        base, powered = gate.base_op, isinstance(last, PowerModifier)
        changed = base.power(last.power) if powered else base.inverse()
        self._annotated(AnnotatedOperation(changed, earlier), wires, controls)

    @contextmanager
    def _open(self, conditions: Wires, state: int) -> Iterator[None]:
        """Turn controls that wait for a 0 into controls that wait for a 1, and back."""
        self.touched.update(conditions)
        open_ones = [wire for i, wire in enumerate(conditions) if not state >> i & 1]
        for wire in open_ones:
            self.assembly.flip(wire, [])
        yield
        for wire in open_ones:
            self.assembly.flip(wire, [])

    def _defined(self, gate: Any, wires: Wires, controls: Wires) -> None:
        """Take a gate through its definition, or through its matrix if it has only that."""
        definition = getattr(gate, "definition", None)
        if definition is not None and not gate.num_clbits:
            self.read(definition, wires, controls)
        elif isinstance(gate, qiskit_gates.PermutationGate):
            for one, other in _exchanges([int(source) for source in gate.pattern]):
                self.assembly.exchange(wires[one], wires[other], controls)
        elif definition is None and hasattr(gate, "__array__"):
            self.assembly.mix(wires, controls, _by_matrix(gate.name, gate))
        else:
            raise CircuitError(
                f"gate {gate.name!r} — expected gates that come down to rotations, phases and "
                f"moves of qubits, got {gate.name!r} — decompose it, or take it out"
            )
        self.touched.update(wires)

    def _expect_untouched(self, wires: Wires, controls: Wires) -> None:
        if controls or self.touched & set(wires):
            raise CircuitError(
                "gate 'reset' — expected a reset only of a qubit that nothing acted upon, got "
                f"'reset' of qubit {wires[0]} after gates — prepare it first, or take it out"
            )


def _by_matrix(name: str, matrix: Any) -> Factor:
    """Take a gate that is only a matrix, or a user's own, which Qiskit may not have checked."""
    found = np.asarray(matrix)
    lost = np.abs(found @ found.conj().T - np.eye(len(found))).max()
    if not lost <= UNITARY:
        raise CircuitError(
            f"gate {name!r} — expected a unitary matrix, got one {lost:.2g} from it — "
            "a gate may not lengthen a state"
        )
    return Factor(fixed=found)


def _is_its_base_under_control(gate: ControlledGate) -> bool:
    """Whether the inner gate alone says what the gate does.

    It does not where there are further qubits to work with, nor where the inner gate is a
    user's circuit: Qiskit binds the parameters of its controlled definition only.
    """
    base = gate.base_gate
    named = gate.num_ctrl_qubits + base.num_qubits
    if isinstance(base, ControlledGate) and not _is_its_base_under_control(base):
        return False
    kind = getattr(base, "base_class", type(base))
    return bool(gate.num_qubits == named and kind not in (Gate, Instruction))


def _exchanges(pattern: list[int]) -> list[tuple[int, int]]:
    """Return the swaps that bring wire ``pattern[i]`` to wire ``i``."""
    held, swaps = list(range(len(pattern))), []
    for place, source in enumerate(pattern):
        found = held.index(source)
        if found != place:
            swaps.append((place, found))
            held[place], held[found] = held[found], held[place]
    return swaps
