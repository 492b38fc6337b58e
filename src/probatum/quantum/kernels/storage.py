"""A kernel matrix on disk, written piece by piece, whole or absent, and resumed after a stop.

It is written beside its final name as ``<name>.partial`` and takes that name when it is
complete. A journal says which rows of tiles are finished; its first line is a digest of all
that decides the numbers, so that pieces of two different kernels are never joined.
"""

from __future__ import annotations

import json
import math
import os
import shutil
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from probatum.errors import DataError


class KernelFile:
    """One kernel matrix on its way to the disk.

    Parameters
    ----------
    path : Path
        Final name, ending in ``.npy``.
    shape : (int, int)
    dtype : float64 or float32
    digest : str
        Of circuit, data and precision.

    Raises
    ------
    DataError
        When its folder is not there, or has no room for all of it.
    """

    def __init__(
        self, path: Path, *, shape: tuple[int, int], dtype: np.dtype[Any], digest: str
    ) -> None:
        self.path, self.shape, self.dtype, self.digest = path, shape, dtype, digest
        self.partial = path.with_name(path.name + ".partial")
        self.journal = path.with_name(path.name + ".journal")
        self.finished = self._resumed()

    def _resumed(self) -> int:
        """Return how many rows of tiles an earlier run finished; begin anew if none."""
        if self.partial.exists() and self.journal.exists():
            lines = self.journal.read_text(encoding="utf-8").splitlines()
            if lines and lines[0] == self._heading():
                return len(lines) - 1
        self._expect_room()
        self._map("w+")
        self.journal.write_text(self._heading() + "\n", encoding="utf-8")
        return 0

    def _expect_room(self) -> None:
        """Refuse now what would end the process later: the file is filled as memory is."""
        folder, needed = self.path.parent, math.prod(self.shape) * self.dtype.itemsize
        if not folder.is_dir():
            raise DataError(
                f"kernel file — expected a folder, got none at {folder} — make it first"
            )
        self.partial.unlink(missing_ok=True)
        free = shutil.disk_usage(folder).free
        if needed > free:
            raise DataError(
                f"kernel file — expected room for {needed:,} bytes in {folder}, got {free:,} — "
                "choose another disk, single precision, or landmarks instead of all pairs"
            )

    def write(self, rows: slice, columns: slice, block: NDArray[Any], *, mirror: bool) -> None:
        """Write a block, and its mirror image for a symmetric matrix."""
        matrix = self._map("r+")
        matrix[rows, columns] = block
        if mirror:
            matrix[columns, rows] = block.T

    def finish_row(self) -> None:
        """Record that one more row of tiles is on the disk."""
        self._map("r+").flush()
        with self.journal.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps({"finished": self.finished}) + "\n")
            journal.flush()
            os.fsync(journal.fileno())
        self.finished += 1

    def complete(self) -> NDArray[Any]:
        """Give the matrix its name; return it, mapped and read-only."""
        self.partial.replace(self.path)
        self.journal.unlink()
        found: NDArray[Any] = np.load(self.path, mmap_mode="r", allow_pickle=False)
        return found

    def _heading(self) -> str:
        return json.dumps(
            {"digest": self.digest, "shape": list(self.shape), "dtype": str(self.dtype)}
        )

    def _map(self, mode: Literal["w+", "r+"]) -> np.memmap[Any, Any]:
        """Map the file for one piece only, so that its pages do not stay with the process."""
        found: np.memmap[Any, Any] = np.lib.format.open_memmap(
            self.partial, mode=mode, dtype=self.dtype, shape=self.shape
        )
        return found
