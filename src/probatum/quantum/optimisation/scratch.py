"""Arrays that are used again, because fresh memory costs more than the work done in it.

A page touched for the first time costs a fault; at 16 qubits faults took a third of the time.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[Any]


class Scratch:
    """Spare arrays by shape and type. Taking and giving is safe from several threads."""

    def __init__(self) -> None:
        self._spare: defaultdict[tuple[tuple[int, ...], str], list[Array]] = defaultdict(list)

    def take(self, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """Return an array whose content is arbitrary."""
        try:
            return self._spare[shape, np.dtype(dtype).str].pop()
        except IndexError:
            return np.empty(shape, dtype)

    def give(self, array: Array) -> None:
        """Hand back an array that nobody reads any more."""
        self._spare[array.shape, array.dtype.str].append(array)
