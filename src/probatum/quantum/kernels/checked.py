"""What every diagnostic asks of a kernel: a cohort against itself, in finite numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.errors import NotEstimable

INVALID = 10
"""Times a whole matrix' rounding below zero at which an eigenvalue is no rounding."""

STRIP = 128
"""Rows held against columns at once: what fits a processor's cache."""


def expect_kernel(what: str, kernel: NDArray[np.floating[Any]]) -> None:
    """Refuse what is no kernel of a cohort with itself.

    Parameters
    ----------
    what : str
        The diagnostic, as the message names it.
    kernel : (N, N) float

    Raises
    ------
    NotEstimable
        When it is not square, empty, not symmetric, holds something that is no number, or has
        no trace.

    Examples
    --------
    >>> expect_kernel("concentration", np.eye(2))
    """
    if kernel.ndim != 2 or kernel.shape[0] != kernel.shape[1] or not len(kernel):
        raise NotEstimable(
            f"{what} — expected a square kernel of some patients, got shape {kernel.shape} — "
            "give the kernel of one cohort with itself"
        )
    if not np.isfinite(kernel).all():
        raise NotEstimable(
            f"{what} — expected finite numbers, got some that are not — find the patients "
            "whose state could not be computed"
        )
    if not _is_symmetric(kernel):
        raise NotEstimable(
            f"{what} — expected a symmetric kernel, got one that depends on the order of a "
            "pair — average it with its transpose, and say so"
        )
    if not np.trace(kernel) > 0:
        raise NotEstimable(
            f"{what} — expected a kernel with a positive trace, got {np.trace(kernel):g} — "
            "compute the kernel first"
        )


def _is_symmetric(kernel: NDArray[np.floating[Any]]) -> bool:
    """Whether a kernel is its own transpose, to half the digits of its own precision."""
    rounding = np.finfo(np.result_type(kernel, np.float32)).eps
    allowed = float(np.sqrt(rounding) * np.abs(kernel.diagonal()).max())
    return all(
        float(np.abs(kernel[rows] - kernel[:, rows].T).max()) <= allowed
        for rows in (slice(first, first + STRIP) for first in range(0, len(kernel), STRIP))
    )


def expect_valid(what: str, kernel: NDArray[np.floating[Any]], values: NDArray[Any]) -> None:
    """Refuse a kernel with an eigenvalue below zero by more than rounding.

    Shots and noise make such kernels. Leaving the eigenvalue out would be a repair in silence.

    Parameters
    ----------
    what : str
        The diagnostic, as the message names it.
    kernel : (N, N) float
    values : (N,) float
        Its eigenvalues.

    Raises
    ------
    NotEstimable
        Naming the eigenvalue, and the page that repairs it.

    Examples
    --------
    >>> expect_valid("concentration", np.eye(2), np.ones(2))
    """
    allowed = INVALID * len(values) * _eps(kernel) * np.abs(values).max()
    if values.min() < -allowed:
        raise NotEstimable(
            f"{what} — expected a positive semi-definite kernel, got an eigenvalue of "
            f"{values.min():.2g} — repair it first (probatum.quantum.kernels.repair)"
        )


def _eps(kernel: NDArray[Any]) -> float:
    """Rounding of a number of the kernel; whole numbers are taken in double precision."""
    return float(np.finfo(np.result_type(kernel.dtype, np.float32)).eps)
