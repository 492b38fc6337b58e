"""The two sweeps of the gradient over one tile of patients.

Amplitudes are held as ``psi[z, patient]``. Where the circuit is real, real and imaginary parts
stand side by side as columns and only real products are taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.quantum.variational.fusion import Reorder
from probatum.quantum.variational.program import Program
from probatum.quantum.variational.ready_steps import (
    BlockStep,
    QubitStep,
    ReadyStep,
    StringStep,
)
from probatum.quantum.variational.steps import (
    Placed,
    PlacedBlock,
    PlacedQubit,
    PlacedString,
    placed_block,
    placed_qubit,
    placed_reorder,
    placed_string,
)

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tile:
    """Some patients of a cohort."""

    psi: Array
    """(2**n, columns) after the feature map."""
    inputs: Floats
    """(p, patients)"""
    part: slice
    """Which patients they are."""
    copies: int
    """2 where real and imaginary parts are columns of their own, else 1."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the amplitudes, or of their parts."""
        return self.psi.dtype


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """A program with its weights in place; what waits for the patients is left as it is."""

    weights: Floats
    steps: tuple[Placed | QubitStep | StringStep, ...]

    @property
    def blocks(self) -> tuple[PlacedBlock, ...]:
        """The blocks, in order of time."""
        return tuple(step for step in self.steps if isinstance(step, PlacedBlock))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Swept:
    """What one tile gives to the gradient."""

    expectations: Floats
    met: tuple[Array, ...]
    """One a block: the sum of outer products of entering and returning states."""
    gradient: Floats
    """Of turns by the patients' own angles."""


def tile(program: Program, found: Array, table: Floats, part: slice, dtype: Any) -> Tile:
    """Lay some patients' states out for a sweep."""
    psi = found[part].T
    is_split = program.is_real and not program.has_real_map
    if is_split:
        psi = np.concatenate([psi.real, psi.imag], axis=1)
    elif program.is_real:
        psi = psi.real
    kept = np.dtype(dtype) if program.is_real else np.result_type(dtype, np.complex64)
    return Tile(
        psi=np.ascontiguousarray(psi, dtype=kept),
        inputs=np.ascontiguousarray(table[part].T),
        part=part,
        copies=2 if is_split else 1,
    )


def frame(program: Program, weights: Floats, dtype: np.dtype[Any]) -> Frame:
    """Put the weights into every step that is the same for all patients."""
    angles = program.shared.of(weights[:, np.newaxis])[:, 0]

    def placed(step: ReadyStep) -> Placed | QubitStep | StringStep:
        if isinstance(step, BlockStep):
            return placed_block(step, angles[step.turns], dtype)
        return placed_reorder(step, dtype) if isinstance(step, Reorder) else step

    return Frame(weights=weights, steps=tuple(map(placed, program.steps)))


def forward(program: Program, frame: Frame, tile: Tile) -> Floats:
    """Return the expectations of the patients of a tile, shape (patients, observables)."""
    psi = tile.psi
    for step in _placed(program, frame, tile):
        psi = step.forward(psi)
    return _measured(program, psi, tile)


def swept(
    program: Program, frame: Frame, tile: Tile, slope: Callable[[Floats, slice], Floats]
) -> Swept:
    """Run the states of a tile forward and their slopes back."""
    steps = _placed(program, frame, tile)
    found = [tile.psi]
    for step in steps:
        found.append(step.forward(found[-1]))
    values = _measured(program, found[-1], tile)
    back = _returning(program, found[-1], np.asarray(slope(values, tile.part)), tile)
    met: list[Array] = []
    own = np.zeros((_own_turns(steps), tile.part.stop - tile.part.start))
    for step, entering in zip(reversed(steps), reversed(found[:-1]), strict=True):
        if isinstance(step, PlacedBlock):
            met.append(step.met(entering, back))
        elif isinstance(step, PlacedQubit | PlacedString):
            own[step.turns] = _summed(step.slopes(entering, back), tile)
        if entering is not tile.psi:
            back = step.backward(back)
    gradient = np.zeros(program.weights)
    if program.own is not None:
        gradient = program.own.pulled_back(own, _columns(frame, tile))
    return Swept(expectations=values, met=tuple(reversed(met)), gradient=gradient)


def _placed(program: Program, frame: Frame, tile: Tile) -> list[Placed]:
    """Return all steps for the patients of a tile."""
    if program.own is None:
        return [step for step in frame.steps if not isinstance(step, QubitStep | StringStep)]
    angles = np.tile(program.own.of(_columns(frame, tile)), tile.copies)

    def placed(step: Placed | QubitStep | StringStep) -> Placed:
        if isinstance(step, QubitStep):
            return placed_qubit(step, angles[step.turns], tile.psi.dtype)
        if isinstance(step, StringStep):
            return placed_string(step, angles[step.turns], tile.psi.dtype)
        return step

    return [placed(step) for step in frame.steps]


def _columns(frame: Frame, tile: Tile) -> Floats:
    """Return weights and inputs as the formulas take them: one row each, a column a patient."""
    patients = tile.inputs.shape[1]
    weights = np.broadcast_to(frame.weights[:, np.newaxis], (len(frame.weights), patients))
    return np.concatenate([weights, tile.inputs])


def _own_turns(steps: list[Placed]) -> int:
    stops = (step.turns.stop for step in steps if isinstance(step, PlacedQubit | PlacedString))
    return max(stops, default=0)


def _measured(program: Program, psi: Array, tile: Tile) -> Floats:
    total = np.zeros((program.observables, psi.shape[1]))
    for part in program.measured:
        other = psi if part.source is None else psi[part.source]
        total += (part.entries @ (psi.conj() * other)).real
    return _summed(total, tile).T


def _returning(program: Program, psi: Array, slope: Array, tile: Tile) -> Array:
    """Return the observables on the states, each times the loss's slope along it."""
    slopes = np.tile(slope.T, tile.copies).astype(psi.real.dtype)
    parts = (
        (part.entries.T.astype(psi.dtype) @ slopes)
        * (psi if part.source is None else psi[part.source])
        for part in program.measured
    )
    return np.asarray(reduce(np.add, parts))


def _summed(columns: Array, tile: Tile) -> Array:
    """Add what real and imaginary parts give of one patient."""
    return np.asarray(columns.reshape(len(columns), tile.copies, -1).sum(axis=1))
