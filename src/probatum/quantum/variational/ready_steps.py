"""Joined gates as arrays that wait for nothing but their angles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.quantum.variational.fusion import Block, Reorder, Step, Varying
from probatum.quantum.variational.reading import Fixed, pauli, pauli_rows

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BlockStep:
    """Fixed matrices and turns of neighbouring qubits, by turns."""

    first: int
    fixed: Array
    """(turns + 1, K, K); what stands before each turn, and after the last."""
    generators: Array
    """(turns, K, K); :math:`-iP` of each turn."""
    turns: slice
    """Where its angles stand among those that are the same for all patients."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QubitStep:
    """Turns of one qubit by each patient's own angles."""

    qubit: int
    generators: Array
    """(turns, 2, 2)"""
    turns: slice


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StringStep:
    """One turn of several qubits by each patient's own angle."""

    source: NDArray[np.intp]
    factor: Array
    """The generator takes row ``z`` from row ``source[z]``, times ``factor[z]``."""
    turns: slice


ReadyStep = BlockStep | QubitStep | StringStep | Reorder


def ready_steps(steps: Sequence[Step], qubits: int, *, is_real: bool) -> tuple[ReadyStep, ...]:
    """Number the turns of each kind in order, and make every step an array."""
    found: list[ReadyStep] = []
    shared = own = 0
    for step in steps:
        if isinstance(step, Block):
            block = _block_step(step, shared)
            shared = block.turns.stop
            found.append(_narrowed(block, is_real))
        elif isinstance(step, Varying):
            turned = _varying_step(step, own, qubits)
            own = turned.turns.stop
            found.append(_narrowed(turned, is_real))
        else:
            found.append(_narrowed(step, is_real))
    return tuple(found)


def _block_step(block: Block, start: int) -> BlockStep:
    wires = tuple(range(block.width))
    size = 1 << block.width
    fixed, generators = [np.eye(size, dtype=np.complex128)], []
    for gate in block.gates:
        if isinstance(gate, Fixed):
            fixed[-1] = _widened(gate, block.width) @ fixed[-1]
        else:
            generators.append(gate.on(wires))
            fixed.append(np.eye(size, dtype=np.complex128))
    return BlockStep(
        first=block.first,
        fixed=np.array(fixed),
        generators=np.array(generators, np.complex128).reshape(-1, size, size),
        turns=slice(start, start + len(generators)),
    )


def _widened(gate: Fixed, width: int) -> Array:
    """Return a gate's matrix on a register of that many qubits."""
    z = np.arange(1 << width)
    inside = np.zeros_like(z)
    for place, wire in enumerate(gate.qubits):
        inside |= (z >> wire & 1) << place
    outside = z & ~sum(1 << wire for wire in gate.qubits)
    same = outside[:, np.newaxis] == outside
    return np.where(same, gate.matrix[np.ix_(inside, inside)], 0)


def _varying_step(step: Varying, start: int, qubits: int) -> QubitStep | StringStep:
    turns = slice(start, start + len(step.turns))
    if len(step.qubits) == 1:
        generators = np.array([pauli(turn.axis) * -1j for turn in step.turns])
        return QubitStep(qubit=step.qubits[0], generators=generators, turns=turns)
    [turn] = step.turns
    letters = dict(zip(turn.qubits, turn.axis, strict=True))
    source, factor = pauli_rows(letters, qubits)
    return StringStep(source=source, factor=-1j * factor, turns=turns)


def _narrowed(step: Any, is_real: bool) -> Any:
    """Return a step with real numbers where that is all it needs."""
    if not is_real:
        return step
    fields = {name: getattr(step, name) for name in step.__dataclass_fields__}
    real = {
        name: np.ascontiguousarray(value.real)
        for name, value in fields.items()
        if isinstance(value, np.ndarray) and np.iscomplexobj(value)
    }
    return type(step)(**(fields | real))
