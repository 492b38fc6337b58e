"""Whether a quantum kernel could, for some outcome, learn what a classical kernel cannot.

Small beside the square root of the number of patients: the classical kernel is guaranteed to
do about as well on any outcome. Large: an advantage is not excluded, and not shown either.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometricDifference:
    """The two sides of Huang's regularised geometric difference."""

    general: float
    """g: how much farther the classical kernel's prediction error may reach."""
    training: float
    """The training error the regularisation itself allows; g means little where it is large."""
    regularisation: float
    patients: int


def geometric_difference(
    classical: NDArray[np.floating[Any]],
    quantum: NDArray[np.floating[Any]],
    *,
    regularisation: float,
) -> GeometricDifference:
    r"""Return the geometric difference g(K_c || K_q) between two kernels on the same patients.

    .. math:: g = \sqrt{\bigl\|\sqrt{K_q}\sqrt{K_c}(K_c+\lambda I)^{-2}\sqrt{K_c}\sqrt{K_q}
              \bigr\|}, \quad
              g_{tra} = \lambda\sqrt{\bigl\|\sqrt{K_q}(K_c+\lambda I)^{-2}\sqrt{K_q}\bigr\|}

    Both kernels are first scaled to trace N. Norms are taken in the eigenbasis of
    :math:`K_c`, which needs no matrix square root. For equal kernels g is at most 1, and
    tends to 1 as the regularisation vanishes.

    Parameters
    ----------
    classical, quantum : (N, N) float
        Symmetric, positive semi-definite.
    regularisation : float
        :math:`\lambda > 0`, on the scale of kernels with trace N.

    Raises
    ------
    NotEstimable
        When the shapes differ or the regularisation is not positive.

    References
    ----------
    Huang H-Y et al. Nat Commun 2021;12:2631, supplementary equation F19.

    Examples
    --------
    >>> round(geometric_difference(np.eye(4), np.eye(4), regularisation=1.0).general, 6)
    0.5
    """
    if classical.shape != quantum.shape or regularisation <= 0:
        raise NotEstimable(
            "geometric difference — expected kernels of one shape and a positive "
            f"regularisation, got {classical.shape}, {quantum.shape}, {regularisation:g} — "
            "compare kernels of the same patients"
        )
    patients = len(classical)
    values, vectors = linalg.eigh(classical * (patients / np.trace(classical)))
    values = np.maximum(values, 0)
    turned = vectors.T @ (quantum * (patients / np.trace(quantum))) @ vectors
    shrunk = 1 / (values + regularisation)
    return GeometricDifference(
        general=math.sqrt(_largest(turned, np.sqrt(values) * shrunk)),
        training=regularisation * math.sqrt(_largest(turned, shrunk)),
        regularisation=regularisation,
        patients=patients,
    )


def _largest(matrix: NDArray[np.floating[Any]], scale: NDArray[np.floating[Any]]) -> float:
    """Return the largest eigenvalue of ``diag(scale) matrix diag(scale)``."""
    last = len(scale) - 1
    scaled = scale[:, np.newaxis] * matrix * scale
    return float(linalg.eigvalsh(scaled, subset_by_index=(last, last))[0])
