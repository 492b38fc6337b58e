"""The fidelity kernel from circuit and patients in one go, in as much memory as is allowed.

A cohort whose states fit is evolved once. A larger one is cut into tiles; each pair of tiles
is one piece of work, which goes through joblib and therefore to a cluster where one is given.
The bytes are the same whatever the memory, the number of threads or the cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from qiskit import QuantumCircuit

from probatum.errors import CircuitError
from probatum.quantum.exact.arrays import array_module
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.exact.expressions import Columns
from probatum.quantum.exact.program import Program
from probatum.quantum.exact.simulation import amplitude_dtype
from probatum.quantum.exact.tiling import columns_of, one_blas_thread
from probatum.quantum.kernels.blocks import (
    Planes,
    cross_overlaps,
    symmetric_overlaps,
)
from probatum.quantum.kernels.storage import KernelFile
from probatum.quantum.kernels.tiles import StateTiles, pair_block, planes_of
from probatum.quantum.kernels.workload import AT_ONCE, Workload, digest_of, expect_room, tiled

MEMORY = 1 << 30
"""Bytes the states and blocks may take beside the kernel, unless said otherwise."""

Progress = Callable[[int, int], None]
"""Told how many pairs of tiles are done, of how many."""


def fidelity_gram(
    circuit: QuantumCircuit | Program,
    parameters: ArrayLike,
    *,
    dtype: DTypeLike = np.complex128,
    threads: int = 1,
    device: str = "cpu",
    memory: int = MEMORY,
    out: Path | None = None,
    kernel_dtype: DTypeLike | None = None,
    progress: Progress | None = None,
) -> NDArray[np.floating[Any]]:
    r"""Return the kernel between all patients of one cohort.

    .. math:: K_{ij} = |\langle \psi(x_i) | \psi(x_j) \rangle|^2

    Parameters
    ----------
    circuit : QuantumCircuit or Program
        The encoding.
    parameters : (N, p) of float
        One row a patient; radians.
    dtype : complex128 or complex64
        Precision of the amplitudes; single precision is good to 3e-6 in the kernel.
    threads : int
        Pieces of work at the same time; the bytes are the same for any number.
    device : "cpu" or "gpu"
    memory : int
        Bytes the states and blocks may take beside the kernel itself; two blocks of patients
        for each thread are the least.
    out : Path, optional
        An ``.npy`` file the kernel is written to, for kernels larger than memory. It appears
        when it is complete; a run that was stopped continues where it was.
    kernel_dtype : float64 or float32, optional
        Precision the kernel is kept in; by default that of the amplitudes.
    progress : callable, optional
        Told (pairs of tiles done, pairs of tiles in all).

    Returns
    -------
    (N, N) float
        Symmetric to the bit, with a diagonal of ones; a read-only memory map where ``out`` is
        given.

    Raises
    ------
    CircuitError
        When the circuit is not understood or the rows do not fit it.
    NotEstimable
        When the kernel does not fit this machine's memory and no file is named.
    DataError
        When the file's folder is not there or has no room for it.

    Examples
    --------
    >>> from probatum.quantum.encodings import angle_encoding
    >>> fidelity_gram(angle_encoding(1), [[0.0], [np.pi / 2]]).round(12)
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    work = _work(circuit, parameters, None, dtype, device, threads)
    return _kernel(work, memory, out, kernel_dtype, progress)


def fidelity_cross_gram(
    circuit: QuantumCircuit | Program,
    parameters: ArrayLike,
    others: ArrayLike,
    *,
    dtype: DTypeLike = np.complex128,
    threads: int = 1,
    device: str = "cpu",
    memory: int = MEMORY,
    out: Path | None = None,
    kernel_dtype: DTypeLike | None = None,
    progress: Progress | None = None,
) -> NDArray[np.floating[Any]]:
    """Return the kernel between two cohorts, shape (N, M); see :func:`fidelity_gram`.

    Examples
    --------
    >>> from probatum.quantum.encodings import angle_encoding
    >>> fidelity_cross_gram(angle_encoding(1), [[0.0]], [[np.pi], [0.0]]).round(12)
    array([[0., 1.]])
    """
    work = _work(circuit, parameters, others, dtype, device, threads)
    return _kernel(work, memory, out, kernel_dtype, progress)


def _work(
    circuit: QuantumCircuit | Program,
    parameters: ArrayLike,
    others: ArrayLike | None,
    dtype: DTypeLike,
    device: str,
    threads: int,
) -> Workload:
    program = circuit if isinstance(circuit, Program) else compiled(circuit)
    return Workload(
        program=program,
        columns=columns_of(program, parameters),
        others=None if others is None else columns_of(program, others),
        dtype=amplitude_dtype(dtype),
        device=device,
        threads=threads,
    )


def _kernel(
    work: Workload,
    memory: int,
    out: Path | None,
    kernel_dtype: DTypeLike | None,
    progress: Progress | None,
) -> NDArray[Any]:
    kept = np.dtype(kernel_dtype or work.dtype.type(0).real.dtype)
    if kept not in (np.float32, np.float64):
        raise CircuitError(
            f"precision of the kernel — expected float32 or float64, got {kept} — "
            "choose one of them"
        )
    if out is None:
        expect_room(work, kept)
        if work.is_on_this_machine and work.state_bytes <= memory:
            return _in_memory(work).astype(kept, copy=False)
    tiles = tiled(work, memory)
    if out is None:
        return _gathered(work, tiles, kept, progress)
    return _written(
        work,
        tiles,
        KernelFile(
            Path(out), shape=work.shape, dtype=kept, digest=digest_of(work, tiles[0].size)
        ),
        progress,
    )


def _in_memory(work: Workload) -> NDArray[Any]:
    xp = array_module(work.device)
    kernel = np.empty(work.shape, work.dtype.type(0).real.dtype)
    left = _planes(work, work.columns)
    if work.others is None:
        symmetric_overlaps(left, kernel, xp=xp, threads=work.threads)
    else:
        right = _planes(work, work.others)
        cross_overlaps(left, right, kernel, xp=xp, threads=work.threads)
    return kernel


def _planes(work: Workload, columns: Columns) -> Planes:
    return planes_of(
        work.program, columns, dtype=work.dtype, device=work.device, threads=work.threads
    )


def _gathered(
    work: Workload,
    tiles: tuple[StateTiles, StateTiles | None],
    kept: np.dtype[Any],
    progress: Progress | None,
) -> NDArray[Any]:
    kernel = np.empty(work.shape, kept)
    for rows, columns, block in _blocks(work, tiles, 0, progress):
        kernel[rows, columns] = block
        if work.others is None:
            kernel[columns, rows] = block.T
    return kernel


def _written(
    work: Workload,
    tiles: tuple[StateTiles, StateTiles | None],
    file: KernelFile,
    progress: Progress | None,
) -> NDArray[Any]:
    last = work.shape[1]
    for rows, columns, block in _blocks(work, tiles, file.finished, progress):
        file.write(rows, columns, block, mirror=work.others is None)
        if columns.stop == last:
            file.finish_row()
    return file.complete()


def _blocks(
    work: Workload,
    tiles: tuple[StateTiles, StateTiles | None],
    finished: int,
    progress: Progress | None,
) -> Iterator[tuple[slice, slice, NDArray[Any]]]:
    """Yield every block with its place, in order, a few at a time."""
    left, right = tiles
    other = left if right is None else right
    places = [
        (i, j) for i in range(len(left)) for j in range(i if right is None else 0, len(other))
    ]
    left_to_do = iter([place for place in places if place[0] >= finished])
    done = sum(place[0] < finished for place in places)
    with one_blas_thread(), joblib.Parallel(n_jobs=work.threads, prefer="threads") as pool:
        while batch := list(islice(left_to_do, AT_ONCE * work.workers)):
            found = pool(joblib.delayed(pair_block)(left, right, i, j) for i, j in batch)
            for (i, j), block in zip(batch, found, strict=True):
                yield left.part(i), other.part(j), block
                done += 1
                if progress:
                    progress(done, len(places))
