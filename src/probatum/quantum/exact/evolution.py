"""One tile of patients taken through all steps of a program.

Each step treats every patient's column alike and by itself. The tile's width is a multiple
of :data:`probatum.quantum.exact.tiling.LANES`, so that no column falls to the code that a
processor keeps for left-overs, which rounds differently.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from probatum.quantum.exact.gates import ROOT_HALF
from probatum.quantum.exact.phases import grown
from probatum.quantum.exact.preparation import (
    Mixing,
    Moving,
    Partial,
    Ready,
    Signing,
    Start,
    Turning,
    Uniform,
)
from probatum.quantum.exact.workspace import Amplitudes, Workspace


class Evolution:
    """The state of one tile while it runs.

    Parameters
    ----------
    qubits : int
    part : slice
        The tile's patients within the group the steps were prepared for.
    space : Workspace
        Of this tile's width.
    """

    def __init__(self, qubits: int, part: slice, space: Workspace) -> None:
        self.qubits, self.part, self.space, self.xp = qubits, part, space, space.xp
        self.tables: dict[str, Amplitudes] = {}

    def run(self, start: Start, steps: Sequence[Ready]) -> Amplitudes:
        """Return the amplitudes after all steps, lent by the workspace."""
        rest = iter(steps)
        if isinstance(start, Uniform) and steps and isinstance(steps[0], Turning):
            self.psi = self._turned(start.value, next(rest))  # type: ignore[arg-type]
        else:
            self.psi = self._begun(start)
        for step in rest:
            self._do(step)
        for table in self.tables.values():
            self.space.take_back(table)
        return self.psi

    def _do(self, step: Ready) -> None:
        match step:
            case Mixing():
                self._mix(step)
            case Turning():
                table = self._table(step)
                self.psi *= table
                self._keep(table, step)
            case Signing():
                self.psi *= step.table
            case Partial():
                self._mix_rows(step)
            case Moving():
                self._replace(lambda out: self._gather(step.source, out))

    def _begun(self, start: Start) -> Amplitudes:
        psi = self.space.lend()
        if isinstance(start, Uniform):
            psi[...] = start.value
            return psi
        low, high = start.low[:, self.part], start.high[:, self.part]
        shape = (len(high), len(low), psi.shape[1])
        self.xp.multiply(high[:, None], low[None], out=psi.reshape(shape))
        return psi

    def _turned(self, value: float, step: Turning) -> Amplitudes:
        """Return the uniform start after its first phases, in one pass."""
        table, psi = self._table(step), self.space.lend()
        self.xp.multiply(table, table.dtype.type(value).real, out=psi)
        self._keep(table, step)
        return psi

    def _table(self, step: Turning) -> Amplitudes:
        table = self.tables.pop(step.key, None)
        return grown(step.tree, self.part, self.space) if table is None else table

    def _keep(self, table: Amplitudes, step: Turning) -> None:
        """Keep a table that is met again, for as long as the tile runs."""
        if step.met_again:
            self.tables[step.key] = table
        else:
            self.space.take_back(table)

    def _mix(self, step: Mixing) -> None:
        for qubit, matrix in step.rotations:
            self._replace(lambda out, q=qubit, m=matrix: self._rotate(q, m, out))
        for lowest, matrix in step.blocks:
            self._replace(lambda out, q=lowest, m=matrix: self._multiply(q, m, out))

        for qubit in step.hadamards:
            self._replace(lambda out, q=qubit: self._add_and_subtract(q, out))
        if step.hadamards:
            halvings, odd = divmod(len(step.hadamards), 2)
            factor = 0.5**halvings * (ROOT_HALF if odd else 1.0)
            self.psi *= self.psi.real.dtype.type(factor)

    def _add_and_subtract(self, qubit: int, out: Amplitudes) -> None:
        """Apply a Hadamard gate without its factor."""
        shape = (-1, 2, self.space.patients << qubit)
        old, new = self.psi.reshape(shape), out.reshape(shape)
        self.xp.add(old[:, 0], old[:, 1], out=new[:, 0])
        self.xp.subtract(old[:, 0], old[:, 1], out=new[:, 1])

    def _multiply(self, lowest: int, matrix: Any, out: Amplitudes) -> None:
        """Apply one matrix to neighbouring qubits."""
        shape = (-1, len(matrix), self.space.patients << lowest)
        spare = self.space.lend() if matrix.dtype.kind == "c" else None
        other = None if spare is None else spare.reshape(shape)
        _product(matrix, self.psi.reshape(shape), out.reshape(shape), other, self.xp)
        if spare is not None:
            self.space.take_back(spare)

    def _rotate(self, qubit: int, matrix: Any, out: Amplitudes) -> None:
        """Mix the halves of one qubit, each patient by its own matrix or all by one."""
        psi, own = self.psi, matrix if matrix.ndim == 2 else matrix[:, :, self.part]
        if matrix.dtype.kind == "f" and psi.dtype.kind == "c":
            psi, out = psi.view(matrix.dtype), out.view(matrix.dtype)
            own = own if own.ndim == 2 else self.xp.repeat(own, 2, axis=2)
        shape = (-1, 2, 1 << qubit, psi.shape[1])
        old, new = psi.reshape(shape), out.reshape(shape)
        spare = self.space.lend(1 << self.qubits >> 1)
        other = spare.view(psi.dtype).reshape(old[:, 0].shape)
        for row in (0, 1):
            self.xp.multiply(old[:, 0], own[row, 0], out=new[:, row])
            self.xp.multiply(old[:, 1], own[row, 1], out=other)
            new[:, row] += other
        self.space.take_back(spare)

    def _mix_rows(self, step: Partial) -> None:
        """Mix the chosen rows in place."""
        xp, chosen = self.xp, self.psi[step.rows]
        if step.matrix.ndim == 2:
            double = np.complex128 if chosen.dtype.kind == "c" else np.float64
            flat = chosen.reshape(1, len(chosen), -1).astype(double)
            out, other = xp.empty_like(flat), xp.empty_like(flat)
            _product(step.matrix, flat, out, other, xp)
            self.psi[step.rows] = out.reshape(chosen.shape).astype(chosen.dtype)
            return
        (a, b), (c, d) = step.matrix[:, :, self.part]
        self.psi[step.rows[0]] = a * chosen[0] + b * chosen[1]
        self.psi[step.rows[1]] = c * chosen[0] + d * chosen[1]

    def _gather(self, source: Any, out: Amplitudes) -> None:
        self.xp.take(self.psi, source, axis=0, out=out)

    def _replace(self, write: Any) -> None:
        """Let ``write`` fill a new buffer from the present amplitudes."""
        out = self.space.lend()
        write(out)
        self.space.take_back(self.psi)
        self.psi = out


def _product(matrix: Any, psi: Any, out: Any, spare: Any, xp: Any) -> None:
    """Write ``matrix @ psi`` to ``out`` by products of real numbers in double precision.

    A complex product of BLAS rounds a column differently from one place to another; a real one
    in double precision does not. ``spare`` is needed for a complex matrix only.
    """
    if matrix.dtype.kind == "c":
        _product(matrix.real.copy(), psi, out, None, xp)
        _product(matrix.imag.copy(), psi, spare, None, xp)
        real, imaginary = out.real, out.imag
        real -= spare.imag
        imaginary += spare.real
    elif psi.dtype.kind == "c":
        xp.matmul(matrix, psi.view(matrix.dtype), out=out.view(matrix.dtype))
    else:
        xp.matmul(matrix, psi, out=out)
