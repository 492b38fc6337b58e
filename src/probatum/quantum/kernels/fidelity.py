r"""How alike two patients are in the quantum model: the overlap of their states.

The fidelity kernel is :math:`k(x, y) = |\langle \psi(x) | \psi(y) \rangle|^2`: 1 for the same
patient, 0 for states that can be told apart with certainty.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.errors import NotEstimable
from probatum.quantum.exact.tiling import at_once, expect_counts
from probatum.quantum.kernels.blocks import (
    Planes,
    cross_overlaps,
    empty_planes,
    fill,
    symmetric_overlaps,
)

REAL = 1e-14
"""Imaginary parts up to this are rounding; their square is lost in an overlap near 1."""

UNIT = 1e-4
"""How far a state's length, squared, may be from 1 by rounding, in single precision too."""

ROWS = 64
"""Patients looked at together when states are taken apart."""


def gram(states: NDArray[Any], *, threads: int = 1) -> NDArray[np.floating[Any]]:
    r"""Return the kernel between all patients of one cohort.

    Only the part above the diagonal is worked out; the rest is its mirror, to the bit. The
    diagonal is exactly 1.

    Parameters
    ----------
    states : (N, D) complex
        One unit vector a patient.
    threads : int
        Blocks worked on at the same time, each with one BLAS thread; the bytes are the same.

    Returns
    -------
    (N, N) float
        Symmetric, positive semi-definite up to rounding, in [0, 1].

    Raises
    ------
    NotEstimable
        When some row is no state: of another length than 1, or holding what is no number.

    Examples
    --------
    >>> gram(np.array([[1, 0], [np.sqrt(0.5), 1j * np.sqrt(0.5)]])).round(12)
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    _expect_states(states)
    expect_counts(threads=threads)
    kernel = np.empty((len(states), len(states)), states.real.dtype)
    [planes] = _planes([states], threads)
    symmetric_overlaps(planes, kernel, xp=np, threads=threads)
    return kernel


def cross_gram(
    states: NDArray[Any], others: NDArray[Any], *, threads: int = 1
) -> NDArray[np.floating[Any]]:
    """Return the kernel between two cohorts, shape (N, M).

    Raises
    ------
    NotEstimable
        When some row is no state, or the cohorts' states are of different numbers of qubits.

    Examples
    --------
    >>> cross_gram(np.array([[1.0 + 0j, 0]]), np.array([[0, 1j], [1, 0]]))
    array([[0., 1.]])
    """
    _expect_states(states)
    _expect_states(others)
    expect_counts(threads=threads)
    if states.shape[1] != others.shape[1]:
        raise NotEstimable(
            f"kernel between two cohorts — expected states of as many amplitudes, got "
            f"{states.shape[1]} and {others.shape[1]} — encode both with the same circuit"
        )
    kernel = np.empty((len(states), len(others)), states.real.dtype)
    left, right = _planes([states, others], threads)
    cross_overlaps(left, right, kernel, xp=np, threads=threads)
    return kernel


def naive_gram(states: NDArray[Any], others: NDArray[Any]) -> NDArray[np.floating[Any]]:
    """Return the kernel by its definition; for tests, and for reading."""
    overlaps: NDArray[np.floating[Any]] = np.abs(states.conj() @ others.T) ** 2
    return overlaps


def _expect_states(states: NDArray[Any]) -> None:
    if states.ndim != 2:
        raise NotEstimable(
            f"fidelity kernel — expected one state a row, got shape {states.shape} — "
            "give an array (patients, amplitudes)"
        )
    with np.errstate(invalid="ignore"):
        lengths = np.vecdot(states, states).real
    strange = int(np.count_nonzero(~(np.abs(lengths - 1) <= UNIT)))
    if strange:
        raise NotEstimable(
            f"fidelity kernel — expected states of length 1, got others for {strange} "
            "patient(s) — find the patients whose state could not be computed"
        )


def _planes(cohorts: list[NDArray[Any]], threads: int) -> list[Planes]:
    """Take states apart; real ones, as of RY and CZ circuits, cost a third afterwards."""
    complex_ones = any(_is_complex(states) for states in cohorts)
    return [_split(states, complex_ones, threads) for states in cohorts]


def _is_complex(states: NDArray[Any]) -> bool:
    """Whether any imaginary part is more than rounding; most often the first shows it."""
    if not np.iscomplexobj(states):
        return False
    parts = (states[start : start + ROWS].imag for start in range(0, len(states), ROWS))
    return any(part.size and max(part.max(), -part.min()) > REAL for part in parts)


def _split(states: NDArray[Any], complex_ones: bool, threads: int) -> Planes:
    planes = empty_planes(
        np,
        states.shape[1],
        len(states),
        states.real.dtype,
        are_real=not complex_ones,
        by_patient=True,
    )

    def work(start: int) -> None:
        part = slice(start, min(start + ROWS, len(states)))
        fill(planes, part, states[part].T, np)

    at_once(work, list(range(0, len(states), ROWS)), threads)
    return planes
