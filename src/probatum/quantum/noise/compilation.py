"""A fitted circuit read once into blocks: all that happens to two qubits before a third joins.

On a device a two-qubit rotation is some ten gates on one pair of qubits. Their transfer
matrices, noise included, are multiplied into one 16 x 16 matrix a patient, and the cohort's
large vectors are passed over once a block instead of once a gate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit.circuit import ParameterExpression

from probatum.errors import CircuitError
from probatum.quantum.exact.expressions import Angle, Columns, angle
from probatum.quantum.noise.calibration import Noise
from probatum.quantum.noise.template import PlacedGate
from probatum.quantum.noise.transfer import TURNS, Transfer, gate_transfer, kronecker

Matrices = NDArray[np.float64]
"""(patients or 1, 4^k, 4^k)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Turn:
    """A rotation by a patient's own angle: pairs of averages mix by its cosine and sine."""

    angle: Angle
    rows: NDArray[np.intp]
    partners: NDArray[np.intp]
    signs: NDArray[np.float64]

    def after(self, matrices: Matrices, columns: Columns) -> Matrices:
        """Return the turn multiplied onto matrices from the left."""
        angles = self.angle.of(columns)[:, np.newaxis, np.newaxis]
        turned = np.repeat(matrices, len(angles), 0) if len(matrices) == 1 else matrices.copy()
        turned[:, self.rows] *= np.cos(angles)
        sines = np.sin(angles) * self.signs[:, np.newaxis]
        turned[:, self.rows] += sines * matrices[:, self.partners]
        return turned


Step = Transfer | Turn


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Steps on one or two qubits, in order."""

    qubits: tuple[int, ...]
    steps: tuple[Step, ...]

    def matrices(self, columns: Columns) -> Matrices:
        """Return the transfer matrix of each patient; one for all where no angle is free."""
        found = np.eye(4 ** len(self.qubits))[np.newaxis]
        for step in self.steps:
            if isinstance(step, Turn):
                found = step.after(found, columns)
            else:
                found = np.matmul(step, found)
        return found


@dataclass(slots=True, kw_only=True)
class _Draft:
    qubits: tuple[int, ...]
    steps: list[Step] = field(default_factory=list)

    def add(self, step: Step) -> None:
        if self.steps and not isinstance(step, Turn) and not isinstance(self.steps[-1], Turn):
            self.steps[-1] = step @ self.steps[-1]
        else:
            self.steps.append(step)


def blocks(
    gates: Sequence[PlacedGate],
    noise: Noise,
    positions: Mapping[int, int],
    rows: Mapping[str, int],
) -> tuple[Block, ...]:
    """Read gates into blocks.

    Parameters
    ----------
    gates : sequence of PlacedGate
        One half of a template.
    noise : Noise
        What follows each gate.
    positions : mapping of int to int
        Physical qubit -> its place in the vector of averages.
    rows : mapping of str to int
        Parameter name -> the column of the patients' table.

    Raises
    ------
    CircuitError
        When a gate has more than two qubits, or a free parameter and is no simple rotation.
    """
    reader = _Reader(noise, rows)
    for placed in gates:
        reader.take(placed, tuple(positions[qubit] for qubit in placed.qubits))
    return reader.finished()


class _Reader:
    """Walks the gates and puts each into the block that holds its qubits."""

    def __init__(self, noise: Noise, rows: Mapping[str, int]) -> None:
        self.noise, self.rows = noise, rows
        self.drafts: list[_Draft] = []
        self.latest: dict[int, _Draft] = {}
        self.alone: dict[int, _Draft] = {}
        self.known: dict[Any, Transfer] = {}

    def take(self, placed: PlacedGate, qubits: tuple[int, ...]) -> None:
        draft = self._draft(qubits)
        for matrix, turned in self._matrices(placed):
            lifted = _lifted(matrix, qubits, draft.qubits)
            draft.add(lifted if turned is None else _turn(lifted, turned))

    def finished(self) -> tuple[Block, ...]:
        drafts = [*self.alone.values(), *self.drafts]
        return tuple(Block(qubits=d.qubits, steps=tuple(d.steps)) for d in drafts)

    def _draft(self, qubits: tuple[int, ...]) -> _Draft:
        """Return the block a gate belongs to; a new one where its qubits were apart."""
        holders = {id(self.latest.get(qubit)) for qubit in qubits}
        holder = self.latest.get(qubits[0])
        if holder is not None and len(holders) == 1:
            return holder
        if len(qubits) == 1:
            return self.alone.setdefault(qubits[0], _Draft(qubits=qubits))
        draft = _Draft(qubits=qubits)
        for qubit in qubits:
            self.latest[qubit] = draft
            earlier = self.alone.pop(qubit, None)
            for step in earlier.steps if earlier else ():
                draft.add(_lifted_step(step, (qubit,), qubits))
        self.drafts.append(draft)
        return draft

    def _matrices(self, placed: PlacedGate) -> list[tuple[Transfer, Angle | None]]:
        gate, (name, qubits) = placed.gate, placed.place
        free = [p for p in gate.params if isinstance(p, ParameterExpression) and p.parameters]
        if len(qubits) > 2 or (free and name not in TURNS):
            raise CircuitError(
                f"gate {name!r} — expected one or two qubits and free angles only in "
                f"{', '.join(sorted(TURNS))}, got {len(qubits)} qubits and {len(free)} free "
                "angles — fit the circuit to a device first"
            )
        found: list[tuple[Transfer, Angle | None]] = []
        if free:
            found.append((self._sine(placed), angle(free[0], self.rows)))
        else:
            found.append((self._known(gate), None))
        error = self.noise.after(name, qubits)
        return found if error is None else [*found, (error, None)]

    def _known(self, gate: Any) -> Transfer:
        if any(isinstance(p, np.ndarray) for p in gate.params):
            return gate_transfer(gate)
        key = (gate.name, *map(float, gate.params))
        if key not in self.known:
            self.known[key] = gate_transfer(gate)
        return self.known[key]

    def _sine(self, placed: PlacedGate) -> Transfer:
        r"""Return the part of a rotation's matrix that its angle's sine multiplies.

        A rotation is :math:`R(\theta) = C + A\cos\theta + S\sin\theta`, so S is the quarter
        turn less the mean of no turn and a half turn.
        """
        key = ("sine", placed.gate.name)
        if key not in self.known:
            make = type(placed.gate)
            none, quarter, half = (gate_transfer(make(t * np.pi / 2)) for t in (0, 1, 2))
            self.known[key] = np.round(quarter - (none + half) / 2)
        return self.known[key]


def _turn(sine: Transfer, turned: Angle) -> Turn:
    rows = np.flatnonzero(np.abs(sine).sum(axis=1))
    partners = np.abs(sine[rows]).argmax(axis=1)
    return Turn(angle=turned, rows=rows, partners=partners, signs=sine[rows, partners])


def _lifted_step(step: Step, qubits: tuple[int, ...], onto: tuple[int, ...]) -> Step:
    if not isinstance(step, Turn):
        return _lifted(step, qubits, onto)
    sine = np.zeros((4, 4))
    sine[step.rows, step.partners] = step.signs
    return _turn(_lifted(sine, qubits, onto), step.angle)


def _lifted(matrix: Transfer, qubits: tuple[int, ...], onto: tuple[int, ...]) -> Transfer:
    """Return a matrix on some qubits as one on a block's qubits."""
    if qubits == onto:
        return matrix
    if len(qubits) == 2:
        swapped = matrix.reshape(4, 4, 4, 4).transpose(1, 0, 3, 2)
        return np.ascontiguousarray(swapped.reshape(16, 16))
    first = qubits[0] == onto[0]
    return kronecker([np.eye(4), matrix] if first else [matrix, np.eye(4)])
