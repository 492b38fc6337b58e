r"""Squared overlaps of states, a block of patients at a time, through real matrix products.

An overlap of :math:`\psi_i = X_i + \mathrm{i}\,Y_i` is a product of two polynomials of degree
one, taken at the imaginary unit. Its three coefficients follow from its values at 0, 1 and -1,
so three real products do instead of four (Karatsuba; Toom and Cook for the choice of points):

.. math::
   S = X_i^T X_j, \quad U = (X_i - Y_i)^T (X_j + Y_j), \quad V = (X_i + Y_i)^T (X_j - Y_j), \\
   2\,\mathrm{Re}\,\langle\psi_i|\psi_j\rangle = 4S - (U + V), \qquad
   2\,\mathrm{Im}\,\langle\psi_i|\psi_j\rangle = U - V

which is a quarter less work than BLAS's own complex product. The points are each other's
negatives, so both sides need the same three planes. Of a cohort with itself V is U transposed,
and S is symmetric: nothing is worked out twice. The square is taken strip by strip, while a
strip is in the cache.
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

LEAF = 256
"""Patients a side of the blocks on the diagonal."""

SLAB = 4096
"""Amplitudes summed in one product."""

STRIP_BYTES = {"numpy": 1 << 17, "cupy": 1 << 30}
"""Bytes of each product squared at a stretch, by array library."""

Place = tuple[slice, slice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planes:
    """States as the numbers their products are made of, each plane (2**n, patients).

    There may be more columns than patients, holding zeros; see :func:`padded`. States that are
    real have no other plane than :attr:`real`.
    """

    real: Any
    sides: tuple[Any, Any] | None
    """The real part with the imaginary part added, and with it taken away."""

    @property
    def patients(self) -> int:
        """How many columns there are."""
        return int(self.real.shape[1])

    @property
    def block(self) -> int:
        """Patients a side of a block."""
        return block_size(len(self.real).bit_length() - 1)


def empty_planes(
    xp: Any, amplitudes: int, patients: int, dtype: Any, *, are_real: bool, by_patient: bool
) -> Planes:
    """Return planes to be filled by :func:`fill`, with zeros where no patients are.

    ``by_patient`` says whether a patient's amplitudes are neighbours in memory.
    """

    def plane() -> Any:
        shape = (amplitudes, padded(patients))
        found = xp.empty(shape[::-1], dtype).T if by_patient else xp.empty(shape, dtype)
        found[:, patients:] = 0
        return found

    return Planes(real=plane(), sides=None if are_real else (plane(), plane()))


def fill(planes: Planes, part: slice, psi: Any, xp: Any) -> None:
    """Take the states of some patients apart, ``psi`` being (2**n, patients)."""
    planes.real[:, part] = psi.real
    if planes.sides:
        xp.add(psi.real, psi.imag, out=planes.sides[0][:, part])
        xp.subtract(psi.real, psi.imag, out=planes.sides[1][:, part])


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

    def work(_: int) -> None:
        space = Workspace(xp, widest, widest, left.real.dtype)
        while places:
            try:
                place = places.pop()
            except IndexError:  # another thread took the last one
                return
            block = _squared(left, right, place, space)
            put(place, to_host(block))
            space.take_back(block)

    with one_blas_thread():
        at_once(work, list(range(min(threads, max(1, len(places))))), threads)


def _squared(left: Planes, right: Planes, place: Place, space: Workspace) -> Any:
    """Return the squared overlaps of two blocks, lent by the workspace."""
    rows, columns = place
    first = _summed(left.real[:, rows], right.real[:, columns], space)
    if left.sides is None or right.sides is None:
        space.xp.multiply(first, first, out=first)
        return space.xp.minimum(first, 1, out=first)
    (plus, minus), (other_plus, other_minus) = left.sides, right.sides
    second = _summed(minus[:, rows], other_plus[:, columns], space)
    if left is right and rows == columns:
        third = space.lend(*second.shape)
        third[...] = second.T
    else:
        third = _summed(plus[:, rows], other_minus[:, columns], space)
    limit = STRIP_BYTES.get(space.xp.__name__, STRIP_BYTES["numpy"])
    for part in _pieces(0, len(first), max(1, limit // first[0].nbytes)):
        _square(first[part], second[part], third[part], space.xp)
    space.take_back(second)
    space.take_back(third)
    return first


def _square(first: Any, second: Any, third: Any, xp: Any) -> None:
    """Turn S, U and V of a strip into squared overlaps, in the place of S."""
    second += third
    third += third
    third -= second  # twice the imaginary part, or its negative
    first *= 4
    first -= second  # twice the real part
    xp.multiply(first, first, out=first)
    xp.multiply(third, third, out=third)
    first += third
    first *= 0.25
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
