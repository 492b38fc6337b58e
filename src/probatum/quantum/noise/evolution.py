"""Passing a cohort's vectors of averages through the blocks of a circuit, or back through them.

Forwards gives each patient's state; backwards gives what a final measurement asks of the
state before the circuit (Heisenberg's picture). A qubit joins the vector only when a block
first touches it, so early blocks work on small vectors. Each patient's vector is worked out by
itself: it is the same bytes whatever the company, the tile or the number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from probatum.quantum.exact.expressions import Columns
from probatum.quantum.noise.compilation import Block

Vectors = NDArray[np.float64]
"""(patients, 4^n) averages over Pauli strings, qubit 0 fastest."""

TILE_BYTES = 1 << 21
"""Size of the vectors a thread works on at once; measured fastest from 6 to 8 qubits."""


def evolved(
    blocks: Sequence[Block],
    start: NDArray[np.float64],
    columns: Columns,
    *,
    backwards: bool = False,
    threads: int = 1,
) -> Vectors:
    """Pass a product vector through blocks for each patient.

    Parameters
    ----------
    blocks : sequence of Block
        In the circuit's order, also when passed backwards.
    start : (n, 4)
        Each qubit's own vector before the first block (backwards: after the last).
    columns : (p, N)
        One row a parameter, one column a patient.
    """
    patients, dimension = columns.shape[1], 4 ** len(start)
    found = np.empty((patients, dimension))
    size = max(1, TILE_BYTES // (8 * dimension))

    def run(first: int) -> None:
        part = slice(first, min(first + size, patients))
        tile = np.ascontiguousarray(columns[:, part])
        found[part] = _passed(blocks, start, tile, backwards=backwards)

    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, range(0, patients, size)))
    return found


def _passed(
    blocks: Sequence[Block], start: NDArray[np.float64], columns: Columns, *, backwards: bool
) -> Vectors:
    growing = _Growing(start, columns.shape[1])
    for block in reversed(blocks) if backwards else blocks:
        matrices = block.matrices(columns)
        growing.apply(matrices.swapaxes(1, 2) if backwards else matrices, block.qubits)
    return growing.whole()


class _Growing:
    """The vectors of the qubits touched so far, with the order their axes happen to be in."""

    def __init__(self, start: NDArray[np.float64], patients: int) -> None:
        self.start = start
        self.vectors: Vectors = np.ones((patients, 1))
        self.axes: tuple[int, ...] = ()

    def apply(self, matrices: NDArray[np.float64], qubits: tuple[int, ...]) -> None:
        """Multiply by the matrices of a block; its last qubit is the slower one."""
        slow_first = tuple(reversed(qubits))
        present = tuple(qubit for qubit in slow_first if qubit in self.axes)
        others = tuple(qubit for qubit in self.axes if qubit not in qubits)
        folded = self._folded(matrices, slow_first)
        self.vectors = np.matmul(folded, self._ordered(present, others))
        self.vectors = self.vectors.reshape(len(self.vectors), -1)
        self.axes = slow_first + others

    def whole(self) -> Vectors:
        """Return the vectors over all qubits, qubit 0 fastest."""
        for qubit in range(len(self.start)):
            if qubit not in self.axes:
                self.apply(np.eye(4)[np.newaxis], (qubit,))
        everything = self._ordered((), tuple(reversed(range(len(self.start)))))
        return everything.reshape(len(self.vectors), -1)

    def _folded(
        self, matrices: NDArray[np.float64], qubits: tuple[int, ...]
    ) -> NDArray[np.float64]:
        """Multiply the start of qubits that are new into the matrices' columns."""
        size = matrices.shape[1]
        columns = matrices.reshape(len(matrices), size, *(4,) * len(qubits))
        for axis, qubit in reversed(list(enumerate(qubits, start=2))):
            if qubit not in self.axes:
                columns = np.matmul(np.moveaxis(columns, axis, -1), self.start[qubit])
        return columns.reshape(len(matrices), size, -1)

    def _ordered(self, first: tuple[int, ...], rest: tuple[int, ...]) -> NDArray[np.float64]:
        """Return the vectors as (patients, first axes, rest); a view where strides allow."""
        patients = len(self.vectors)
        places = [1 + self.axes.index(qubit) for qubit in first + rest]
        spread = self.vectors.reshape(patients, *(4,) * len(self.axes))
        return spread.transpose(0, *places).reshape(patients, 4 ** len(first), -1)
