r"""What a variational circuit measures for a cohort, and how that changes with each weight.

The exact gradient comes from two sweeps, whatever the number of weights: the states run
forward, the measured states run back, and where they meet on a block the small matrix

.. math:: C = \sum_i |\phi_i\rangle\langle\lambda_i|, \qquad
          \frac{\partial L}{\partial\theta_k} = \mathrm{Re}\,\mathrm{Tr}[G_k\,C\,U]

holds the slope along every angle inside it: patients enter it through one matrix product, and
turns only through matrices of at most 16 x 16.

References
----------
Jones T, Gacon J. arXiv 2009.02823 (the adjoint sweep for one state).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import CircuitError
from probatum.quantum.exact.simulation import states
from probatum.quantum.variational import sweeps
from probatum.quantum.variational.program import Program

Floats = NDArray[np.float64]

Slope = Callable[[Floats, slice], Floats]
"""From the expectations (patients, observables) of a part of the cohort to the slope of the
loss along each of them; the slice says which part."""

TILE_AMPLITUDES = 1 << 14
"""Amplitudes a sweep holds at once, so that its steps stay in the cache."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cohort:
    """Patients made ready: their states after the feature map, in tiles."""

    tiles: tuple[sweeps.Tile, ...]
    found: NDArray[np.complex128]
    rows: Floats

    @property
    def patients(self) -> int:
        """How many there are."""
        return int(self.tiles[-1].part.stop)


def cohort(
    program: Program, rows: ArrayLike, *, tile: int | None = None, dtype: Any = np.float64
) -> Cohort:
    """Find the states of a cohort after the feature map.

    Parameters
    ----------
    program : Program
        From :func:`probatum.quantum.variational.program.ready`.
    rows : (N, p) of float
        One row a patient, in the order of the circuit's inputs; radians.
    tile : int, optional
        Patients swept at once.
    dtype : float64 or float32
        Precision of the real and imaginary parts.
    """
    table = np.asarray(rows, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != program.inputs or not len(table):
        raise CircuitError(
            f"inputs — expected shape (patients, {program.inputs}), got {table.shape} — "
            "give one row a patient and one column an input"
        )
    if not np.isfinite(table).all():
        raise CircuitError(
            "inputs — expected finite angles, got others — leave those patients out"
        )
    found = states(program.feature_map, table[:, list(program.feature_columns)])
    return _tiled(program, found, table, tile, dtype)


def drawn(program: Program, patients: Cohort, which: NDArray[np.intp]) -> Cohort:
    """Return some patients of a cohort, in the order given, without finding states anew."""
    dtype = patients.tiles[0].psi.real.dtype
    return _tiled(program, patients.found[which], patients.rows[which], None, dtype)


def _tiled(
    program: Program, found: NDArray[Any], rows: Floats, tile: int | None, dtype: Any
) -> Cohort:
    size = tile or max(1, TILE_AMPLITUDES >> program.qubits)
    parts = [slice(i, min(i + size, len(rows))) for i in range(0, len(rows), size)]
    tiles = tuple(sweeps.tile(program, found, rows, part, dtype) for part in parts)
    return Cohort(tiles=tiles, found=found, rows=rows)


def expectations(
    program: Program, patients: Cohort, weights: ArrayLike, *, threads: int = 1
) -> Floats:
    """Return each observable's expectation for each patient, shape (N, observables)."""
    frame = sweeps.frame(program, _checked(program, weights), patients.tiles[0].dtype)

    def one(tile: sweeps.Tile) -> Floats:
        return sweeps.forward(program, frame, tile)

    return np.concatenate(_each(one, patients.tiles, threads))


def pulled_back(
    program: Program,
    patients: Cohort,
    weights: ArrayLike,
    slope: Slope,
    *,
    threads: int = 1,
) -> tuple[Floats, Floats]:
    """Return the expectations, and the exact gradient of a loss along the weights.

    Parameters
    ----------
    program : Program
    patients : Cohort
    weights : (P,) of float
        Radians, or whatever the circuit's formulas make angles of.
    slope : callable
        How the loss changes with each expectation. Called once a tile; the loss is a sum over
        patients.
    threads : int
        Tiles swept at the same time. The result does not depend on it.

    Returns
    -------
    expectations : (N, observables)
    gradient : (P,)

    Examples
    --------
    >>> from qiskit import QuantumCircuit
    >>> from qiskit.circuit import Parameter
    >>> from qiskit.quantum_info import SparsePauliOp
    >>> from probatum.quantum.variational.circuits import VariationalCircuit
    >>> from probatum.quantum.variational.program import ready
    >>> x, w = Parameter("x"), Parameter("w")
    >>> circuit = QuantumCircuit(1)
    >>> _ = circuit.ry(x, 0), circuit.ry(2 * w, 0)
    >>> program = ready(VariationalCircuit(
    ...     circuit=circuit, inputs=(x,), weights=(w,), observables=(SparsePauliOp("Z"),)))
    >>> found, gradient = pulled_back(
    ...     program, cohort(program, [[0.3]]), [0.1], lambda f, part: np.ones_like(f))
    >>> bool(np.isclose(found[0, 0], np.cos(0.5)) and np.isclose(gradient[0], -2 * np.sin(0.5)))
    True
    """
    values = _checked(program, weights)
    frame = sweeps.frame(program, values, patients.tiles[0].dtype)

    def one(tile: sweeps.Tile) -> sweeps.Swept:
        return sweeps.swept(program, frame, tile, slope)

    swept = _each(one, patients.tiles, threads)
    met = [reduce(np.add, step) for step in zip(*(s.met for s in swept), strict=True)]
    turned = [block.slopes(c) for block, c in zip(frame.blocks, met, strict=True)]
    gradient = reduce(np.add, (s.gradient for s in swept))
    if turned:
        slopes = np.concatenate(turned)[:, np.newaxis]
        gradient = gradient + program.shared.pulled_back(slopes, values[:, np.newaxis])
    return np.concatenate([s.expectations for s in swept]), gradient


def _checked(program: Program, weights: ArrayLike) -> Floats:
    values = np.asarray(weights, dtype=np.float64)
    if values.shape != (program.weights,):
        raise CircuitError(
            f"weights — expected shape ({program.weights},), got {values.shape} — "
            "give one number a weight of the circuit"
        )
    if not np.isfinite(values).all():
        raise CircuitError(
            "weights — expected finite numbers, got others — learn in smaller steps"
        )
    return values


def _each(one: Callable[..., Any], tiles: Sequence[sweeps.Tile], threads: int) -> list[Any]:
    if threads == 1:
        return [one(tile) for tile in tiles]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, tiles))
