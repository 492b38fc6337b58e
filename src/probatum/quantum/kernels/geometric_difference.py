"""Whether a quantum kernel could, for some outcome, learn what a classical kernel cannot.

Small beside the square root of the number of patients: the classical kernel is guaranteed to
do about as well on any outcome. Large: an advantage is not excluded, and not shown either.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from threadpoolctl import threadpool_limits

from probatum.errors import NotEstimable
from probatum.quantum.kernels.checked import expect_kernel
from probatum.quantum.kernels.largest_eigenvalue import Vector, largest_eigenvalue

Kernel = NDArray[np.floating[Any]]

ALLOWED_TRAINING = 0.045
"""Training error up to which a regularised difference is usually still read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometricDifference:
    """The two sides of Huang's geometric difference."""

    general: float
    """g: how much farther the classical kernel's prediction error may reach."""
    training: float
    """The training error the regularisation itself allows; g means little where it is large."""
    regularisation: float
    patients: int


def geometric_difference(
    classical: Kernel, quantum: Kernel, *, regularisation: float
) -> GeometricDifference:
    r"""Return the geometric difference g(K_c || K_q) between two kernels on the same patients.

    .. math:: g = \sqrt{\bigl\|\sqrt{K_q}\sqrt{K_c}(K_c+\lambda I)^{-2}\sqrt{K_c}\sqrt{K_q}
              \bigr\|}, \quad
              g_{tra} = \lambda\sqrt{\bigl\|\sqrt{K_q}(K_c+\lambda I)^{-2}\sqrt{K_q}\bigr\|}

    Both kernels are first scaled to trace N. Each norm is the largest eigenvalue of
    :math:`K_q M` with :math:`M = K_c (K_c+\lambda I)^{-2}` or :math:`(K_c+\lambda I)^{-2}`,
    found from one Cholesky factor. For equal kernels g is at most 1, and tends to 1 as the
    regularisation vanishes; without any, :math:`g = \sqrt{\|\sqrt{K_q} K_c^{-1}
    \sqrt{K_q}\|}` and the training error is zero.

    Parameters
    ----------
    classical, quantum : (N, N) float
        Symmetric, positive semi-definite.
    regularisation : float
        :math:`\lambda \ge 0`, on the scale of kernels with trace N.

    Raises
    ------
    NotEstimable
        When the shapes differ, a number is not finite, the regularisation is negative, or it
        is zero and the classical kernel has no inverse.

    References
    ----------
    Huang H-Y et al. Nat Commun 2021;12:2631, equation 6 and supplementary equation F19.

    Examples
    --------
    >>> round(geometric_difference(np.eye(4), np.eye(4), regularisation=1.0).general, 6)
    0.5
    """
    if classical.shape != quantum.shape or not 0 <= regularisation < math.inf:
        raise NotEstimable(
            "geometric difference — expected kernels of one shape and a regularisation of "
            f"zero or more, got {classical.shape}, {quantum.shape}, {regularisation:g} — "
            "compare kernels of the same patients"
        )
    for name, kernel in (("classical", classical), ("quantum", quantum)):
        expect_kernel(f"geometric difference, {name} kernel", kernel)
    # The vectors are short: threads would only wait for each other.
    with threadpool_limits(limits=1, user_api="blas"):
        solve = _solver(_scaled(classical), regularisation)
        scaled = _scaled(quantum)
        general, training = (
            math.sqrt(largest_eigenvalue(scaled, weighting))
            for weighting in _weightings(solve, regularisation)
        )
    return GeometricDifference(
        general=general,
        training=regularisation * training,
        regularisation=regularisation,
        patients=len(classical),
    )


def readable_difference(
    classical: Kernel,
    quantum: Kernel,
    *,
    regularisations: Iterable[float],
    training: float = ALLOWED_TRAINING,
) -> GeometricDifference:
    """Return the difference at the largest regularisation whose training error is allowed.

    Parameters
    ----------
    classical, quantum : (N, N) float
        Symmetric, positive semi-definite.
    regularisations : iterable of float
        Those tried, each positive.
    training : float
        Largest training error allowed.

    Raises
    ------
    NotEstimable
        When every regularisation tried allows more.

    Examples
    --------
    >>> grid = (0.01, 0.04, 0.16)
    >>> readable_difference(np.eye(4), np.eye(4), regularisations=grid).regularisation
    0.04
    """
    for regularisation in sorted(regularisations, reverse=True):
        found = geometric_difference(classical, quantum, regularisation=regularisation)
        if found.training <= training:
            return found
    raise NotEstimable(
        f"geometric difference — expected a regularisation of training error {training:g} or "
        "less, got none among those tried — try smaller ones"
    )


def _scaled(kernel: Kernel) -> NDArray[np.float64]:
    return np.asarray(kernel * (len(kernel) / np.trace(kernel)), dtype=np.float64)


def _solver(kernel: NDArray[np.float64], ridge: float) -> Callable[[Vector], Vector]:
    """Return ``v -> (kernel + ridge I)^-1 v``, overwriting ``kernel``."""
    kernel[np.diag_indices_from(kernel)] += ridge
    try:
        factor = linalg.cho_factor(kernel.T, lower=True, overwrite_a=True, check_finite=False)
    except linalg.LinAlgError as singular:
        raise NotEstimable(
            f"geometric difference — expected a classical kernel with an inverse, got none at "
            f"regularisation {ridge:g} — regularise more"
        ) from singular
    return lambda vector: np.asarray(linalg.cho_solve(factor, vector, check_finite=False))


def _weightings(
    solve: Callable[[Vector], Vector], ridge: float
) -> tuple[Callable[[Vector], Vector], ...]:
    """Return what stands beside the quantum kernel in g and in its training error."""
    if ridge == 0:
        return solve, np.zeros_like

    def general(vector: Vector) -> Vector:
        solved = solve(vector)
        return solved - ridge * solve(solved)

    return general, lambda vector: solve(solve(vector))
