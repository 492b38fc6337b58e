"""A cohort cut into tiles that fit the cache, evolved one after another by each thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import ThreadpoolController

from probatum.errors import CircuitError
from probatum.quantum.exact.evolution import Evolution
from probatum.quantum.exact.expressions import Columns
from probatum.quantum.exact.preparation import Preparation
from probatum.quantum.exact.program import Program
from probatum.quantum.exact.workspace import Amplitudes, Workspace

TILE_BYTES = {"numpy": 1 << 21, "cupy": 1 << 30}
"""Bytes of amplitudes worked on at once, by array library; on a processor measured fastest."""

GROUP = 1024
"""Patients whose angles are worked out together, by one thread."""

Receiver = Callable[[slice, Amplitudes, NDArray[np.complex128]], None]
"""Takes patients, their amplitudes (2**n, patients) and their global phases (patients,)."""


def lanes(qubits: int) -> int:
    """Return what a tile's width is a multiple of: whole vectors, or less where one is big."""
    return 8 if qubits <= 16 else 2


def columns_of(program: Program, parameters: ArrayLike) -> Columns:
    """Return the parameters as contiguous rows, one a circuit parameter.

    Raises
    ------
    CircuitError
        When the rows do not have the circuit's parameters, or hold a value that is no number.
    """
    rows = _as_numbers(parameters)
    if rows.ndim != 2 or rows.shape[1] != program.parameters:
        raise CircuitError(
            f"circuit parameters — expected shape (patients, {program.parameters}), "
            f"got {rows.shape} — give one row a patient and one column a parameter"
        )
    holes = int(np.count_nonzero(~np.isfinite(rows).all(axis=1)))
    if holes:
        raise CircuitError(
            f"circuit parameters — expected finite numbers, got others for {holes} "
            "patient(s) — fill in what is missing, or leave those patients out"
        )
    return np.ascontiguousarray(rows.T)


def _as_numbers(parameters: ArrayLike) -> NDArray[np.float64]:
    given = np.asarray(parameters)
    try:
        return given.astype(
            np.float64, casting="unsafe" if given.dtype == object else "same_kind"
        )
    except (TypeError, ValueError):
        raise CircuitError(
            f"circuit parameters — expected real numbers, got {given.dtype} — encode words and "
            "complex numbers as angles first"
        ) from None


def evolve(
    program: Program,
    columns: Columns,
    receive: Receiver,
    *,
    dtype: Any,
    xp: Any,
    tile: int | None = None,
    threads: int = 1,
) -> None:
    """Evolve all patients and hand each tile to ``receive``, in any order.

    ``dtype`` is the dtype of the amplitudes: complex, or real where the program allows it.
    """
    expect_counts(tile=tile, threads=threads)
    patients = columns.shape[1]
    width = _width(program, patients, tile, threads, xp, dtype)
    size = _group(patients, width, threads)
    groups = [slice(at, min(at + size, patients)) for at in range(0, patients, size)]

    def work(share: list[slice]) -> None:
        space = Workspace(xp, 1 << program.qubits, width, dtype)
        for group in share:
            _evolve_group(program, columns[:, group], group.start, receive, space)

    with one_blas_thread():
        at_once(work, [groups[t::threads] for t in range(threads)], threads)


def expect_counts(**counts: int | None) -> None:
    """Refuse a number of tiles or threads that is not a whole number of one or more.

    Raises
    ------
    CircuitError
        Naming it; None is no number, and passes.
    """
    for name, count in counts.items():
        if count is not None and (count < 1 or count != int(count)):
            raise CircuitError(
                f"{name} — expected a whole number, 1 or more, got {count} — correct the call"
            )


def _evolve_group(
    program: Program, columns: Columns, offset: int, receive: Receiver, space: Workspace
) -> None:
    patients, width = columns.shape[1], space.patients
    missing = -patients % width
    padded = np.concatenate([columns, columns[:, [-1] * missing]], axis=1)
    prepared = Preparation(program, padded, space.dtype, space.xp)
    start, steps, turns = prepared.start(), prepared.steps(), prepared.global_phase()
    for at in range(0, patients, width):
        psi = Evolution(program.qubits, slice(at, at + width), space).run(start, steps)
        stop = min(at + width, patients)
        receive(slice(offset + at, offset + stop), psi[:, : stop - at], turns[at:stop])
        space.take_back(psi)


def at_once(work: Callable[[Any], None], shares: list[Any], threads: int) -> None:
    """Do all shares of the work, ``threads`` at the same time."""
    if threads == 1 or len(shares) == 1:
        for share in shares:
            work(share)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, shares))


def one_blas_thread() -> Any:
    """Keep BLAS to one thread: the threads here are ours, and BLAS's own would fight them."""
    return _controller().limit(limits=1, user_api="blas")


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController()


def _group(patients: int, width: int, threads: int) -> int:
    """Return a group's size: whole tiles, and work for every thread."""
    share = min(GROUP, -(-patients // threads))
    return max(1, share // width) * width


def _width(
    program: Program, patients: int, tile: int | None, threads: int, xp: Any, dtype: Any
) -> int:
    """Return a tile's width: what was asked or fits the cache, in whole lanes."""
    limit = TILE_BYTES.get(xp.__name__, TILE_BYTES["numpy"]) // np.dtype(dtype).itemsize
    fitting = max(1, limit >> program.qubits)
    wanted = tile or min(fitting, max(1, -(-patients // threads)), GROUP)
    lane = lanes(program.qubits)
    return -(-wanted // lane) * lane
