r"""Squared overlaps of states, a block of patients at a time, through real matrix products.

With :math:`\psi = X + iY` an overlap needs three real products instead of four:

.. math::
   P_1 = X_i^T X_j, \quad P_2 = Y_i^T Y_j, \quad P_3 = (X_i + Y_i)^T (Y_j - X_j), \qquad
   \langle\psi_i|\psi_j\rangle = (P_1 + P_2) + i\,(P_3 + P_1 - P_2)

which is a quarter less work than BLAS's own complex product. The square is taken while the
block is still in the cache, and of a symmetric matrix only one half is worked out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.quantum.exact.arrays import to_host
from probatum.quantum.exact.tiling import at_once, one_blas_thread
from probatum.quantum.exact.workspace import Workspace

BLOCK = 512
"""Patients a side of a block, up to 14 qubits; see :func:`block_size`."""

LANES = 16
"""What the number of patients in a product is a multiple of; the missing ones are zeros.

A product's left-over columns are rounded differently by some processors.
"""

LEAF = 64
"""Patients a side of the smallest block on the diagonal, where both halves are worked out."""

SLAB = 4096
"""Amplitudes summed in one product."""

Place = tuple[slice, slice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planes:
    """Real and imaginary parts of states, each (2**n, patients); real states have no other.

    There may be more columns than patients, holding zeros; see :func:`padded`.
    """

    real: Any
    imaginary: Any | None

    @property
    def patients(self) -> int:
        """How many columns there are."""
        return int(self.real.shape[1])

    @property
    def block(self) -> int:
        """Patients a side of a block."""
        return block_size(len(self.real).bit_length() - 1)

    def of(self, part: slice) -> Planes:
        """Return some of the patients."""
        imaginary = None if self.imaginary is None else self.imaginary[:, part]
        return Planes(real=self.real[:, part], imaginary=imaginary)


def block_size(qubits: int) -> int:
    """Return the patients a side of a block.

    It depends on nothing else, so that neither threads nor tiles change the bytes, and gets
    smaller with the states so that two blocks fit the memory.
    """
    return BLOCK >> max(0, min(qubits - 13, 4) // 2)


def padded(patients: int) -> int:
    """Return the number of columns planes are given for so many patients."""
    return -(-patients // LANES) * LANES


def symmetric_overlaps(planes: Planes, kernel: NDArray[Any], *, xp: Any, threads: int) -> None:
    """Fill ``kernel`` with the squared overlaps of all pairs; its diagonal with ones."""

    def put(place: Place, block: NDArray[Any]) -> None:
        rows, columns = place
        if rows == columns:
            block = np.triu(block, 1)
            block += block.T
        else:
            _fill(kernel.T, rows, columns, block)
        _fill(kernel, rows, columns, block)

    places = list(_upper(planes.patients, planes.block))
    _each(planes, planes, places, put, xp, threads)
    np.fill_diagonal(kernel, 1.0)


def cross_overlaps(
    left: Planes, right: Planes, kernel: NDArray[Any], *, xp: Any, threads: int
) -> None:
    """Fill ``kernel`` with the squared overlaps of every left with every right state."""

    def put(place: Place, block: NDArray[Any]) -> None:
        _fill(kernel, *place, block)

    places = [
        (rows, columns)
        for rows in _pieces(0, left.patients, left.block)
        for columns in _pieces(0, right.patients, right.block)
    ]
    _each(left, right, places, put, xp, threads)


def _fill(kernel: NDArray[Any], rows: slice, columns: slice, block: NDArray[Any]) -> None:
    """Put a block in its place, without the columns that are no patients."""
    place = kernel[rows, columns]
    place[...] = block[: place.shape[0], : place.shape[1]]


def _each(
    left: Planes, right: Planes, places: list[Place], put: Any, xp: Any, threads: int
) -> None:
    """Work through the places, largest first, each thread in its own memory."""
    places.sort(key=_area)
    widest = min(left.block, max(left.patients, right.patients))
    longest = max(widest, min(SLAB, len(left.real)))

    def work(_: int) -> None:
        space = Workspace(xp, widest, longest, left.real.dtype)
        while places:
            try:
                rows, columns = places.pop()
            except IndexError:  # another thread took the last one
                return
            block = _squared(left.of(rows), right.of(columns), space)
            put((rows, columns), to_host(block))
            space.take_back(block)

    with one_blas_thread():
        at_once(work, list(range(min(threads, max(1, len(places))))), threads)


def _squared(left: Planes, right: Planes, space: Workspace) -> Any:
    """Return the squared overlaps of two blocks, lent by the workspace."""
    xp = space.xp
    first = _summed(left.real, right.real, space)
    if left.imaginary is None or right.imaginary is None:
        xp.multiply(first, first, out=first)
        return xp.minimum(first, 1, out=first)
    second = _summed(left.imaginary, right.imaginary, space)
    third = _crossed(left, right, space)
    third += first
    third -= second
    first += second
    xp.multiply(first, first, out=first)
    xp.multiply(third, third, out=third)
    first += third
    space.take_back(second)
    space.take_back(third)
    return xp.minimum(first, 1, out=first)  # rounding may lift it above a probability


def _summed(left: Any, right: Any, space: Workspace) -> Any:
    """Return ``left.T @ right``, in slabs of fixed length."""
    total = space.lend(left.shape[1], right.shape[1])
    for slab in _pieces(0, len(left), SLAB):
        _add_product(left[slab], right[slab], total, space, fresh=slab.start == 0)
    return total


def _crossed(left: Planes, right: Planes, space: Workspace) -> Any:
    """Return ``(X + Y).T @ (Y - X)`` of left and right, in slabs of fixed length."""
    total = space.lend(left.patients, right.patients)
    for slab in _pieces(0, len(left.real), SLAB):
        count = slab.stop - slab.start
        plus = _like(space.lend(count, left.patients), left.real)
        minus = _like(space.lend(count, right.patients), right.real)
        space.xp.add(left.real[slab], left.imaginary[slab], out=plus)  # type: ignore[index]
        space.xp.subtract(right.imaginary[slab], right.real[slab], out=minus)  # type: ignore[index]
        _add_product(plus, minus, total, space, fresh=slab.start == 0)
        space.take_back(plus)
        space.take_back(minus)
    return total


def _like(buffer: Any, plane: Any) -> Any:
    """Return the buffer with its axes in memory in the order the plane has."""
    if plane.strides[0] >= plane.strides[1]:
        return buffer
    return buffer.reshape(buffer.shape[::-1]).T


def _add_product(left: Any, right: Any, total: Any, space: Workspace, *, fresh: bool) -> None:
    if fresh:
        space.xp.matmul(left.T, right, out=total)
        return
    more = space.lend(*total.shape)
    space.xp.matmul(left.T, right, out=more)
    total += more
    space.take_back(more)


def _pieces(start: int, stop: int, size: int) -> Iterator[slice]:
    return (slice(at, min(at + size, stop)) for at in range(start, stop, size))


def _upper(patients: int, size: int) -> Iterator[Place]:
    """Return places that cover the diagonal and all above it."""
    blocks = list(_pieces(0, patients, size))
    for index, rows in enumerate(blocks):
        yield from _halved(rows, size)
        yield from ((rows, columns) for columns in blocks[index + 1 :])


def _halved(block: slice, size: int) -> Iterator[Place]:
    """Split a block on the diagonal until little is worked out twice."""
    while size > LEAF and size // 2 >= block.stop - block.start:
        size //= 2
    if size <= LEAF:
        yield block, block
        return
    middle = block.start + size // 2
    first, second = slice(block.start, middle), slice(middle, block.stop)
    yield first, second
    yield from _halved(first, size // 2)
    yield from _halved(second, size // 2)


def _area(place: Place) -> int:
    rows, columns = place
    return int((rows.stop - rows.start) * (columns.stop - columns.start))
