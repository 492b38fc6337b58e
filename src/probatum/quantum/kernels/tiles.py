"""A cohort's states a tile of patients at a time, kept while memory allows, else made again."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.quantum.exact.arrays import array_module
from probatum.quantum.exact.expressions import Columns
from probatum.quantum.exact.program import Program
from probatum.quantum.exact.simulation import working_dtype
from probatum.quantum.exact.tiling import evolve
from probatum.quantum.kernels.blocks import (
    Planes,
    cross_overlaps,
    empty_planes,
    fill,
    symmetric_overlaps,
)


class StateTiles:
    """The states of a cohort, by tile.

    Parameters
    ----------
    program : Program
    columns : (parameters, patients) of float
    dtype : complex128 or complex64
    device : "cpu" or "gpu"
    size : int
        Patients in a tile.
    keep : int
        Tiles kept once they were made: the last ones, which most pairs need.
    """

    def __init__(
        self,
        program: Program,
        columns: Columns,
        *,
        dtype: np.dtype[Any],
        device: str,
        size: int,
        keep: int,
    ) -> None:
        self.program, self.columns, self.dtype = program, columns, dtype
        self.device, self.size, self.keep = device, size, keep
        self._kept: dict[int, Planes] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return int(-(-self.columns.shape[1] // self.size))

    def __sizeof__(self) -> int:
        """Bytes it travels with, so that a cluster is sent it once a round, not once a pair."""
        return super().__sizeof__() + int(self.columns.nbytes)

    def __reduce__(self) -> tuple[Callable[..., StateTiles], tuple[Any, ...]]:
        """Travel without the states, which the other end makes for itself."""
        return _remade, (self.program, self.columns, self.dtype, self.device, self.size)

    def part(self, tile: int) -> slice:
        """Return the patients of a tile."""
        patients = self.columns.shape[1]
        return slice(tile * self.size, min((tile + 1) * self.size, patients))

    def planes(self, tile: int, *, also: int | None = None, threads: int = 1) -> Planes:
        """Return the states of a tile; ``also`` names one more tile worth keeping for now."""
        with self._lock:
            found = self._kept.get(tile)
        if found is not None:
            return found
        found = planes_of(
            self.program,
            self.columns[:, self.part(tile)],
            dtype=self.dtype,
            device=self.device,
            threads=threads,
        )
        with self._lock:
            if tile >= len(self) - self.keep or tile == also:
                self._kept[tile] = found
            for old in [t for t in self._kept if t < len(self) - self.keep and t != also]:
                del self._kept[old]
        return found


def planes_of(
    program: Program, columns: Columns, *, dtype: np.dtype[Any], device: str, threads: int
) -> Planes:
    """Return the states of some patients, ready to be multiplied.

    The phase common to all of a patient's amplitudes is left out: no overlap sees it.
    """
    xp, working = array_module(device), working_dtype(program, dtype)
    planes = empty_planes(
        xp,
        1 << program.qubits,
        columns.shape[1],
        dtype.type(0).real.dtype,
        are_real=working.kind == "f",
        by_patient=False,
    )

    def receive(part: slice, psi: Any, turns: Any) -> None:
        fill(planes, part, psi, xp)

    evolve(program, columns, receive, dtype=working, xp=xp, threads=threads)
    return planes


def pair_block(left: StateTiles, right: StateTiles | None, i: int, j: int) -> NDArray[Any]:
    """Return the kernel between tile ``i`` and tile ``j``, of one cohort or of two."""
    xp = array_module(left.device)
    rows = left.planes(i, also=i)
    columns = (left if right is None else right).planes(j, also=i if right is None else None)
    sizes = [
        tiles.part(tile).stop - tiles.part(tile).start
        for tiles, tile in ((left, i), (right or left, j))
    ]
    kernel = np.empty(sizes, left.dtype.type(0).real.dtype)
    if right is None and i == j:
        symmetric_overlaps(rows, kernel, xp=xp, threads=1)
    else:
        cross_overlaps(rows, columns, kernel, xp=xp, threads=1)
    return kernel


def _remade(
    program: Program, columns: Columns, dtype: np.dtype[Any], device: str, size: int
) -> StateTiles:
    return StateTiles(program, columns, dtype=dtype, device=device, size=size, keep=0)
