"""The memory one thread works in, used again for tile after tile.

Fresh memory has to be handed out by the operating system page by page, which took more than
half of the time; a thread therefore keeps its few buffers for all its tiles.
"""

from __future__ import annotations

from typing import Any

Amplitudes = Any
"""(rows, patients) of the array library in use, complex or real."""


class Workspace:
    """Buffers of one size, lent and taken back.

    Parameters
    ----------
    xp : module
        Array library, see :func:`probatum.quantum.exact.arrays.array_module`.
    rows, patients : int
        Largest shape that will be asked for.
    dtype : dtype
    """

    def __init__(self, xp: Any, rows: int, patients: int, dtype: Any) -> None:
        self.xp = xp
        self.rows, self.patients, self.dtype = rows, patients, dtype
        self._idle: list[Any] = []

    def lend(self, rows: int | None = None, patients: int | None = None) -> Amplitudes:
        """Return a buffer of (rows, patients), its content undefined."""
        size = self.rows * self.patients
        flat = self._idle.pop() if self._idle else self.xp.empty(size, self.dtype)
        height = self.rows if rows is None else rows
        width = self.patients if patients is None else patients
        return flat[: height * width].reshape(height, width)

    def take_back(self, buffer: Amplitudes) -> None:
        """Let the buffer be lent again; it must have come from here."""
        self._idle.append(buffer.base)
