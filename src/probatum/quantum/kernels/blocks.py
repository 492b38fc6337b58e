r"""Squared overlaps of states, a block of patients at a time, through real matrix products.

With :math:`\psi = X + iY` an overlap needs three real products instead of four:

.. math::
   P_1 = X_i^T X_j, \quad P_2 = Y_i^T Y_j, \quad P_3 = (X_i + Y_i)^T (Y_j - X_j), \qquad
   \langle\psi_i|\psi_j\rangle = (P_1 + P_2) + i\,(P_3 + P_1 - P_2)

which is a quarter less work than BLAS's own complex product. The sums of planes are taken once
for all blocks, the squares strip by strip while a strip is in the cache, and of a symmetric
matrix only one half is worked out.
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

BLOCK = 1024
"""Patients a side of a block, up to 12 qubits; see :func:`block_size`."""

LANES = 16
"""What the number of patients in a product is a multiple of; the missing ones are zeros.

A product's left-over columns are rounded differently by some processors.
"""

LEAF = 64
"""Patients a side of the smallest block on the diagonal, where both halves are worked out."""

SLAB = 4096
"""Amplitudes summed in one product."""

STRIP_BYTES = {"numpy": 1 << 17, "cupy": 1 << 30}
"""Bytes of each product squared at a stretch, by array library."""

Place = tuple[slice, slice]
Product = tuple[Any, Any]
"""Two planes, (2**n, patients) each, whose columns are multiplied with each other."""


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


def block_size(qubits: int) -> int:
    """Return the patients a side of a block.

    It depends on nothing else, so that neither threads nor tiles change the bytes, and gets
    smaller with the states so that two blocks fit the memory.
    """
    return BLOCK >> max(0, min(qubits - 11, 6) // 2)


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

    def work(products: list[Product]) -> None:
        space = Workspace(xp, widest, widest, left.real.dtype)
        while places:
            try:
                rows, columns = places.pop()
            except IndexError:  # another thread took the last one
                return
            block = _squared([(a[:, rows], b[:, columns]) for a, b in products], space)
            put((rows, columns), to_host(block))
            space.take_back(block)

    with one_blas_thread():
        products = _products(left, right, xp, threads)
        at_once(work, [products] * min(threads, max(1, len(places))), threads)


def _products(left: Planes, right: Planes, xp: Any, threads: int) -> list[Product]:
    """Return what is multiplied: one pair of planes for real states, else the three."""
    if left.imaginary is None or right.imaginary is None:
        return [(left.real, right.real)]
    plus = _combined(xp.add, left.real, left.imaginary, xp, threads)
    minus = _combined(xp.subtract, right.imaginary, right.real, xp, threads)
    return [(left.real, right.real), (left.imaginary, right.imaginary), (plus, minus)]


def _combined(operation: Any, one: Any, other: Any, xp: Any, threads: int) -> Any:
    """Return a plane made of two, number by number, in their order in memory."""
    found = xp.empty_like(one)

    def work(part: slice) -> None:
        operation(one[part], other[part], out=found[part])

    at_once(work, list(_pieces(0, len(one), -(-len(one) // threads))), threads)
    return found


def _squared(products: list[Product], space: Workspace) -> Any:
    """Return the squared overlaps of two blocks, lent by the workspace."""
    found = [_summed(left, right, space) for left, right in products]
    limit = STRIP_BYTES.get(space.xp.__name__, STRIP_BYTES["numpy"])
    first = found[0]
    strip = max(1, limit // (first.shape[1] * first.itemsize))
    for part in _pieces(0, len(first), strip):
        _square(space.xp, *(product[part] for product in found))
    for spare in found[1:]:
        space.take_back(spare)
    return first


def _square(xp: Any, first: Any, second: Any = None, third: Any = None) -> None:
    """Turn the products of a strip into squared overlaps, in the place of the first."""
    if second is not None:
        third += first
        third -= second
        first += second
        xp.multiply(third, third, out=third)
    xp.multiply(first, first, out=first)
    if second is not None:
        first += third
    xp.minimum(first, 1, out=first)  # rounding may lift it above a probability


def _summed(left: Any, right: Any, space: Workspace) -> Any:
    """Return ``left.T @ right``, in slabs of fixed length."""
    total = space.lend(left.shape[1], right.shape[1])
    for slab in _pieces(0, len(left), SLAB):
        _add_product(left[slab], right[slab], total, space, fresh=slab.start == 0)
    return total


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
