"""The same small rotation on every group of qubits of many states, as plain matrix products.

A rotation that acts on each qubit alone is a Kronecker product. Groups of four qubits make
matrices of side 16, which a matrix product applies at the processor's full rate. The matrices
are real, so that a complex state is two real numbers side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.quantum.optimisation.scratch import Scratch

Real = NDArray[np.floating[Any]]
Complex = NDArray[np.complexfloating[Any, Any]]

GROUP_QUBITS = 4


def groups(qubits: int) -> tuple[int, ...]:
    """Return how many qubits each group holds, the uppermost qubits first."""
    whole, rest = divmod(qubits, GROUP_QUBITS)
    return ((rest,) if rest else ()) + (GROUP_QUBITS,) * whole


def applied(blocks: Sequence[Real], states: Complex, scratch: Scratch) -> Complex:
    """Return states turned by the Kronecker product of real blocks.

    Parameters
    ----------
    blocks : sequence of (d, d) or (T, d, d) real
        For the slowest index first; one matrix for all states or one a state.
    states : (T, D) complex
        D is the product of the d. Not changed.
    scratch : Scratch
        The result is taken from it; whoever reads it last hands it back.
    """
    count, outer, here = len(states), 1, states
    for block in blocks[:-1]:
        side = block.shape[-1]
        matrix = block if block.ndim == 2 else block[:, np.newaxis]
        here = _multiplied(matrix, here, states, (count, outer, side, -1), scratch)
        outer *= side
    last = np.ascontiguousarray(np.swapaxes(doubled(blocks[-1]), -1, -2))
    return _multiplied(last, here, states, (count, -1, last.shape[-1]), scratch)


def _multiplied(
    matrix: Real, here: Complex, first: Complex, shape: tuple[int, ...], scratch: Scratch
) -> Complex:
    found = scratch.take(here.shape, here.dtype)
    source, target = (part.view(part.real.dtype).reshape(shape) for part in (here, found))
    if len(shape) == 4:
        np.matmul(matrix, source, out=target)
    else:
        np.matmul(source, matrix, out=target)
    if here is not first:
        scratch.give(here)
    return found


def derivative(generators: Sequence[Real], bras: Complex, kets: Complex) -> Real:
    r"""Return :math:`\mathrm{Re} \langle bra | \sum_k G_k | ket \rangle` of pairs of states.

    Parameters
    ----------
    generators : sequence of (d, d) real
        :math:`G_k` on block k, the slowest first.
    bras, kets : (T, D) complex
    """
    count, outer = len(bras), 1
    left, right = (part.view(part.real.dtype) for part in (bras, kets))
    found = np.zeros(count)
    for generator in generators[:-1]:
        side = len(generator)
        shape = (count, outer, side, left.shape[1] // (outer * side))
        products = np.matmul(left.reshape(shape), np.swapaxes(right.reshape(shape), -1, -2))
        found += np.einsum("ij,tkij->t", generator, products)
        outer *= side
    last = doubled(generators[-1])
    rows = (count, left.shape[1] // len(last), len(last))
    products = np.matmul(np.swapaxes(left.reshape(rows), -1, -2), right.reshape(rows))
    found += np.einsum("ij,tij->t", last, products)
    return found


def doubled(block: Real) -> Real:
    """Return the block acting on pairs of a real and an imaginary part."""
    side = block.shape[-1]
    wide = (
        block[..., :, np.newaxis, :, np.newaxis]
        * np.eye(2, dtype=block.dtype)[:, np.newaxis, :]
    )
    return np.ascontiguousarray(wide).reshape(*block.shape[:-2], 2 * side, 2 * side)


def kronecker(parts: Sequence[Real]) -> Real:
    """Return the Kronecker product, the slowest index first."""
    found: Real = np.ones((1, 1))
    for part in parts:
        found = np.kron(found, part)
    return found
