r"""How alike two patients are in the quantum model: the overlap of their states.

The fidelity kernel is :math:`k(x, y) = |\langle \psi(x) | \psi(y) \rangle|^2`: 1 for the same
patient, 0 for states that can be told apart with certainty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations_with_replacement
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Place = TypeVar("Place")

REAL = 1e-14
"""Imaginary parts up to this are rounding; their square is lost in an overlap near 1."""

BLOCK = 256
"""Patients a side of a block; fixed, so that threads do not change the bytes."""


def gram(states: NDArray[Any], *, threads: int = 1) -> NDArray[np.floating[Any]]:
    r"""Return the kernel between all patients of one cohort.

    Only the part above the diagonal is kept; the rest is its mirror, to the bit. The diagonal
    is exactly 1.

    Parameters
    ----------
    states : (N, D) complex
        One unit vector a patient.
    threads : int
        Blocks worked on at the same time, each with one BLAS thread.

    Returns
    -------
    (N, N) float
        Symmetric, positive semi-definite up to rounding, in [0, 1].

    Examples
    --------
    >>> gram(np.array([[1, 0], [np.sqrt(0.5), 1j * np.sqrt(0.5)]])).round(12)
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    size = len(states)
    states = _real_if_possible(states)
    kernel = np.empty((size, size), states.real.dtype)

    def block(corner: tuple[int, int]) -> None:
        rows, columns = (slice(start, start + BLOCK) for start in corner)
        overlap = _overlaps(states[rows], states[columns])
        if rows == columns:
            overlap = np.triu(overlap, 1)
            overlap += overlap.T
        kernel[rows, columns] = overlap
        kernel[columns, rows] = overlap.T

    starts = range(0, size, BLOCK)
    _each(block, combinations_with_replacement(starts, 2), threads)
    np.fill_diagonal(kernel, 1.0)
    return kernel


def cross_gram(
    states: NDArray[Any], others: NDArray[Any], *, threads: int = 1
) -> NDArray[np.floating[Any]]:
    """Return the kernel between two cohorts, shape (N, M).

    Examples
    --------
    >>> cross_gram(np.array([[1.0 + 0j, 0]]), np.array([[0, 1j], [1, 0]]))
    array([[0., 1.]])
    """
    kernel = np.empty((len(states), len(others)), states.real.dtype)
    both = _real_if_possible(np.concatenate([states, others]))
    states, others = both[: len(states)], both[len(states) :]

    def block(start: int) -> None:
        rows = slice(start, start + BLOCK)
        kernel[rows] = _overlaps(states[rows], others)

    _each(block, range(0, len(states), BLOCK), threads)
    return kernel


def _real_if_possible(states: NDArray[Any]) -> NDArray[Any]:
    """Return real states as real numbers: RY and CZ circuits, at a quarter of the cost."""
    if states.size and np.abs(states.imag).max() > REAL:
        return states
    return np.ascontiguousarray(states.real)


def _overlaps(left: NDArray[Any], right: NDArray[Any]) -> NDArray[np.floating[Any]]:
    amplitude = left.conj() @ right.T
    overlap: NDArray[np.floating[Any]] = amplitude.real**2
    if np.iscomplexobj(amplitude):
        overlap += amplitude.imag**2
    overlap[overlap > 1] = 1  # a rounding error above what a probability may be
    return overlap


def _each(work: Callable[[Place], None], places: Iterable[Place], threads: int) -> None:
    with threadpool_limits(limits=1, user_api="blas"):
        if threads == 1:
            for place in places:
                work(place)
            return
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(work, places))
