"""Steps with their angles in place: how each moves states forward, and slopes back.

Amplitudes are held as ``psi[z, column]``, one column a patient, or two where real and imaginary
parts stand side by side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.quantum.variational.fusion import Reorder
from probatum.quantum.variational.ready_steps import BlockStep, QubitStep, StringStep

Array = NDArray[Any]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedBlock:
    """One matrix on neighbouring qubits, the same for all patients."""

    first: int
    matrix: Array
    turned: Array
    """(turns, K, K); each generator as it looks at the entrance of the block."""

    def forward(self, psi: Array) -> Array:
        """Apply the block."""
        return self._applied(self.matrix, psi)

    def backward(self, back: Array) -> Array:
        """Undo the block."""
        return self._applied(self.matrix.conj().T, back)

    def met(self, entering: Array, back: Array) -> Array:
        """Return the sum over patients of entering states times returning slopes."""
        states, slopes = self._parts(entering), self._parts(back).conj()
        if len(states) == 1:
            return np.asarray(states[0] @ slopes[0].T)
        return np.asarray((states @ slopes.transpose(0, 2, 1)).sum(axis=0))

    def slopes(self, met: Array) -> Floats:
        """Return the slope along each angle, shape (turns,)."""
        inside = (met @ self.matrix).T
        return np.asarray((self.turned * inside).sum(axis=(1, 2)).real, dtype=np.float64)

    def _parts(self, psi: Array) -> Array:
        shape = (-1, len(self.matrix), psi.shape[1] << self.first)
        return np.asarray(psi.reshape(shape))

    def _applied(self, matrix: Array, psi: Array) -> Array:
        return np.asarray(np.matmul(matrix, self._parts(psi)).reshape(psi.shape))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedReorder:
    """Row ``z`` is taken from row ``source[z]``, times ``factor[z]``."""

    source: NDArray[np.intp]
    returning: NDArray[np.intp]
    factor: Array | None

    def forward(self, psi: Array) -> Array:
        """Move and re-phase."""
        moved = psi.take(self.source, axis=0)
        return moved if self.factor is None else moved * self.factor[:, np.newaxis]

    def backward(self, back: Array) -> Array:
        """Move back."""
        if self.factor is not None:
            back = back * self.factor.conj()[:, np.newaxis]
        return back.take(self.returning, axis=0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedQubit:
    """A matrix a patient on one qubit."""

    qubit: int
    turns: slice
    matrix: Array
    """(2, 2, columns)"""
    turned: Array
    """(turns, 2, 2, columns)"""

    def forward(self, psi: Array) -> Array:
        """Apply each patient's matrix."""
        return self._applied(self.matrix, psi)

    def backward(self, back: Array) -> Array:
        """Undo it."""
        return self._applied(self.matrix.conj().transpose(1, 0, 2), back)

    def slopes(self, entering: Array, back: Array) -> Array:
        """Return the slope along each angle and column, shape (turns, columns)."""
        states, slopes = self._halves(entering), self._halves(back).conj()
        met = np.einsum("halm,hblm->abm", states, slopes)
        inside = np.einsum("abm,bcm->cam", met, self.matrix)
        return np.asarray((self.turned * inside).sum(axis=(1, 2)).real)

    def _halves(self, psi: Array) -> Array:
        return np.reshape(psi, (-1, 2, 1 << self.qubit, psi.shape[1]))

    def _applied(self, matrix: Array, psi: Array) -> Array:
        halves = self._halves(psi)
        found = np.empty(halves.shape, np.result_type(matrix, psi))
        for row in range(2):
            np.multiply(matrix[row, 0], halves[:, 0], out=found[:, row])
            found[:, row] += matrix[row, 1] * halves[:, 1]
        return found.reshape(psi.shape)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlacedString:
    """A turn a patient about one axis over several qubits."""

    source: NDArray[np.intp]
    factor: Array
    turns: slice
    cosine: Array
    sine: Array

    def forward(self, psi: Array) -> Array:
        """Apply each patient's turn."""
        return np.asarray(self.cosine * psi + self.sine * self._generated(psi))

    def backward(self, back: Array) -> Array:
        """Undo it."""
        return np.asarray(self.cosine * back - self.sine * self._generated(back))

    def slopes(self, entering: Array, back: Array) -> Array:
        """Return the slope along the angle in each column, shape (1, columns)."""
        generated = self._generated(self.forward(entering))
        return np.asarray((back.conj() * generated).sum(axis=0, keepdims=True).real)

    def _generated(self, psi: Array) -> Array:
        return self.factor[:, np.newaxis] * psi[self.source]


Placed = PlacedBlock | PlacedReorder | PlacedQubit | PlacedString


def placed_block(step: BlockStep, angles: Floats, dtype: np.dtype[Any]) -> PlacedBlock:
    """Put angles, shape (turns,), into a block."""
    half = angles[:, np.newaxis, np.newaxis] / 2
    size = step.fixed.shape[1]
    rotations = np.cos(half) * np.eye(size) + np.sin(half) * step.generators
    matrix, reached = step.fixed[0], np.empty_like(rotations)
    for turn, rotation in enumerate(rotations):
        np.matmul(rotation, matrix, out=reached[turn])
        matrix = step.fixed[turn + 1] @ reached[turn]
    turned = reached.conj().transpose(0, 2, 1) @ step.generators @ reached
    return PlacedBlock(first=step.first, matrix=matrix.astype(dtype), turned=turned)


def placed_reorder(step: Reorder, dtype: np.dtype[Any]) -> PlacedReorder:
    """Make a reordering ready to be undone as well."""
    factor = None if step.factor is None else step.factor.astype(dtype)
    returning = np.argsort(step.source)
    return PlacedReorder(source=step.source, returning=returning, factor=factor)


def placed_qubit(step: QubitStep, angles: Floats, dtype: np.dtype[Any]) -> PlacedQubit:
    """Put angles, shape (turns, columns), into the turns of one qubit."""
    half = angles[:, np.newaxis, np.newaxis] / 2
    generators = step.generators[..., np.newaxis]
    rotations = np.cos(half) * np.eye(2)[..., np.newaxis] + np.sin(half) * generators
    matrix, turned = rotations[0], [np.broadcast_to(generators[0], rotations[0].shape)]
    for generator, rotation in zip(generators[1:], rotations[1:], strict=True):
        matrix = np.einsum("abm,bcm->acm", rotation, matrix)
        turned.append(np.einsum("bam,bcx,cdm->adm", matrix.conj(), generator, matrix))
    return PlacedQubit(
        qubit=step.qubit, turns=step.turns, matrix=matrix.astype(dtype), turned=np.array(turned)
    )


def placed_string(step: StringStep, angles: Floats, dtype: np.dtype[Any]) -> PlacedString:
    """Put angles, shape (1, columns), into a turn of several qubits."""
    half = angles[0] / 2
    real = np.empty(0, dtype).real.dtype
    return PlacedString(
        source=step.source,
        factor=step.factor.astype(dtype),
        turns=step.turns,
        cosine=np.cos(half).astype(real),
        sine=np.sin(half).astype(real),
    )
