"""Gates joined into few steps, each of them one matrix product for all patients.

Turns whose angles are the same for every patient, and the fixed gates between them, become
blocks of up to four neighbouring qubits: one matrix of at most 16 x 16. Gates that only move
or re-phase amplitudes become one reordering. Turns by a patient's own angle stay apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from probatum.quantum.variational.reading import WIDEST, Fixed, Gate, Matrix, Turn

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Gates of neighbouring qubits, the same for all patients."""

    first: int
    """Lowest qubit."""
    width: int
    gates: tuple[Gate, ...]
    """On qubits ``0 .. width-1``."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reorder:
    """Row ``z`` is taken from row ``source[z]``, times ``factor[z]``."""

    source: Indices
    factor: NDArray[np.complex128] | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Varying:
    """Turns of one register whose angles differ from patient to patient."""

    qubits: tuple[int, ...]
    turns: tuple[Turn, ...]


Step = Block | Reorder | Varying


@dataclass(slots=True, kw_only=True)
class _Group:
    """Gates being gathered."""

    kind: type[Block] | type[Reorder] | type[Varying]
    qubits: set[int]
    gates: list[Gate] = field(default_factory=list)

    def takes(self, kind: type, qubits: set[int]) -> bool:
        """Say whether a gate can join without the group growing dearer."""
        if self.kind is Reorder:
            return kind is Reorder
        if self.kind is Varying:
            return kind is Varying and self.qubits == qubits and len(qubits) == 1
        return kind is not Varying and qubits <= self.qubits

    def could_grow(self, kind: type, qubits: set[int]) -> bool:
        """Say whether a block would stay small with this gate in it."""
        return self.kind is kind is Block and len(self.qubits | qubits) <= WIDEST

    def add(self, gate: Gate) -> None:
        """Take a gate in, after all others."""
        self.gates.append(gate)
        self.qubits |= set(gate.qubits)


def fused(gates: Iterable[Gate], varying: Iterable[bool], qubits: int) -> tuple[Step, ...]:
    """Join gates into steps that do the same.

    Parameters
    ----------
    gates : iterable of Gate
        In order of time.
    varying : iterable of bool
        For each, whether its angle differs from patient to patient.
    qubits : int
        Of the whole register.
    """
    groups: list[_Group] = []
    for gate, varies in zip(gates, varying, strict=True):
        _place(gate, _kind(gate, varies), groups)
    steps = (step for group in groups for step in _steps(group, qubits))
    return tuple(_merged(steps))


def _kind(gate: Gate, varies: bool) -> type[Block] | type[Reorder] | type[Varying]:
    if isinstance(gate, Turn):
        return Varying if varies else Block
    return Reorder if _only_moves(gate.matrix) else Block


def _only_moves(matrix: Matrix) -> bool:
    return bool((np.count_nonzero(matrix, axis=1) == 1).all())


def _place(
    gate: Gate, kind: type[Block] | type[Reorder] | type[Varying], groups: list[_Group]
) -> None:
    qubits = set(gate.qubits)
    for test in (_Group.takes, _Group.could_grow):
        for group in reversed(groups):
            if test(group, kind, qubits):
                return group.add(gate)
            if group.qubits & qubits:
                break
    groups.append(_Group(kind=kind, qubits=set(qubits), gates=[gate]))


def _steps(group: _Group, qubits: int) -> Iterator[Step]:
    wires = tuple(sorted(group.qubits))
    if group.kind is Reorder:
        yield from (_reorder(gate, qubits) for gate in group.gates if isinstance(gate, Fixed))
    elif group.kind is Varying:
        turns = tuple(gate for gate in group.gates if isinstance(gate, Turn))
        yield Varying(qubits=group.gates[0].qubits, turns=turns)
    elif wires[-1] - wires[0] == len(wires) - 1:
        yield _block(group, wires, wires[0])
    else:
        gathering = _gathering(wires, qubits)
        yield Reorder(source=gathering, factor=None)
        yield _block(group, wires, 0)
        yield Reorder(source=np.argsort(gathering), factor=None)


def _block(group: _Group, wires: tuple[int, ...], first: int) -> Block:
    places = {wire: place for place, wire in enumerate(wires)}
    gates = tuple(_moved(gate, places) for gate in group.gates)
    return Block(first=first, width=len(wires), gates=gates)


def _moved(gate: Gate, places: dict[int, int]) -> Gate:
    qubits = tuple(places[q] for q in gate.qubits)
    if isinstance(gate, Turn):
        return Turn(qubits=qubits, axis=gate.axis, angle=gate.angle)
    return Fixed(qubits=qubits, matrix=gate.matrix)


def _gathering(wires: tuple[int, ...], qubits: int) -> Indices:
    """Return the reordering that brings some qubits to the lowest places."""
    order = (*wires, *(q for q in range(qubits) if q not in wires))
    z = np.arange(1 << qubits, dtype=np.intp)
    source = np.zeros_like(z)
    for place, wire in enumerate(order):
        source |= (z >> place & 1) << wire
    return source


def _reorder(gate: Fixed, qubits: int) -> Reorder:
    """Return a fixed gate that has one entry a row as a reordering of all amplitudes."""
    z = np.arange(1 << qubits, dtype=np.intp)
    local = sum((z >> wire & 1) << place for place, wire in enumerate(gate.qubits))
    taken = np.argmax(np.abs(gate.matrix), axis=1)
    factor = gate.matrix[np.arange(len(taken)), taken][local]
    source = z.copy()
    for place, wire in enumerate(gate.qubits):
        source ^= ((taken[local] ^ local) >> place & 1) << wire
    return Reorder(source=source, factor=None if (factor == 1).all() else factor)


def _merged(steps: Iterable[Step]) -> Iterator[Step]:
    """Join neighbouring reorderings and leave out those that do nothing."""
    waiting: Reorder | None = None
    for step in steps:
        if isinstance(step, Reorder):
            waiting = step if waiting is None else _after(waiting, step)
            continue
        yield from _worth_doing(waiting)
        waiting = None
        yield step
    yield from _worth_doing(waiting)


def _after(first: Reorder, second: Reorder) -> Reorder:
    factors = [second.factor, None if first.factor is None else first.factor[second.source]]
    given = [factor for factor in factors if factor is not None]
    factor = np.prod(given, axis=0) if given else None
    return Reorder(source=first.source[second.source], factor=factor)


def _worth_doing(step: Reorder | None) -> Iterator[Reorder]:
    if step is None:
        return
    moves = (step.source != np.arange(len(step.source))).any()
    if moves or step.factor is not None:
        yield step
