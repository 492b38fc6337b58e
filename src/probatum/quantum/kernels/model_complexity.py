"""How hard an outcome is for a kernel: the size of the model that explains it.

Only where the geometric difference is large and the quantum model is much smaller than the
classical one is there room for an advantage on this outcome.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg

from probatum.errors import NotEstimable
from probatum.quantum.kernels.checked import expect_kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelComplexity:
    """The squared norm of the fitted model, and the error it leaves on its own patients."""

    size: float
    """s: the prediction error on new patients is of the order of sqrt(s / N)."""
    training: float
    """Root mean squared error on the patients it was fitted to."""
    regularisation: float
    patients: int


def model_complexity(
    kernel: NDArray[np.floating[Any]], outcome: ArrayLike, *, regularisation: float
) -> ModelComplexity:
    r"""Return :math:`s_K = y^T \sqrt K (K+\lambda I)^{-2} \sqrt K\, y`, K scaled to trace N.

    Without regularisation this is :math:`y^T K^{-1} y`. An outcome along the kernel's first
    direction costs little; one that only its faintest directions tell costs a lot.

    Parameters
    ----------
    kernel : (N, N) float
        Symmetric, positive semi-definite.
    outcome : (N,) float
        The target, such as -1 and 1.
    regularisation : float
        :math:`\lambda \ge 0`, on the scale of a kernel with trace N.

    Raises
    ------
    NotEstimable
        When the lengths differ, the regularisation is negative, or it is zero and the kernel
        has no inverse.

    References
    ----------
    Huang H-Y et al. Nat Commun 2021;12:2631, equations 4 and 5, supplementary section 4.

    Examples
    --------
    >>> model_complexity(np.eye(4), [1, -1, 1, -1], regularisation=0.0).size
    4.0
    """
    target = np.asarray(outcome, dtype=np.float64)
    if target.shape != kernel.shape[:1] or not 0 <= regularisation < np.inf:
        raise NotEstimable(
            "model complexity — expected one outcome a patient and a regularisation of zero "
            f"or more, got {target.shape}, {kernel.shape}, {regularisation:g} — "
            "give the outcome of the kernel's own patients"
        )
    expect_kernel("model complexity", kernel)
    _expect_finite(target)
    scaled = kernel * (len(kernel) / np.trace(kernel))
    shares = _solved(scaled, target, regularisation)
    return ModelComplexity(
        size=float(shares @ (target - regularisation * shares)),
        training=float(regularisation * np.sqrt(np.mean(shares**2))),
        regularisation=regularisation,
        patients=len(target),
    )


def _expect_finite(target: NDArray[np.float64]) -> None:
    if not np.isfinite(target).all():
        raise NotEstimable(
            "model complexity — expected a finite outcome of every patient, got some that are "
            "not — leave out those whose outcome is unknown"
        )


def _solved(
    kernel: NDArray[np.floating[Any]], target: NDArray[np.float64], ridge: float
) -> NDArray[np.float64]:
    """Return ``(K + ridge I)^-1 y``; then ``K (K + ridge I)^-2`` needs no second solution."""
    try:
        factor = linalg.cho_factor(kernel + ridge * np.eye(len(kernel)), lower=True)
    except linalg.LinAlgError as singular:
        raise NotEstimable(
            f"model complexity — expected a kernel with an inverse, got none at "
            f"regularisation {ridge:g} — regularise more"
        ) from singular
    return np.asarray(linalg.cho_solve(factor, target))
