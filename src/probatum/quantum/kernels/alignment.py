"""How well a kernel's idea of likeness agrees with the outcome."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg

from probatum.errors import NotEstimable


def centred(kernel: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    r"""Return :math:`H K H` with :math:`H = I - 11^T/N`: likeness beyond the average patient's.

    Examples
    --------
    >>> centred(np.array([[1.0, 0.0], [0.0, 1.0]]))
    array([[ 0.5, -0.5],
           [-0.5,  0.5]])
    """
    rows = kernel.mean(axis=0)
    return np.asarray(kernel - rows - kernel.mean(axis=1)[:, np.newaxis] + rows.mean())


def alignment(kernel: NDArray[np.floating[Any]], outcome: ArrayLike) -> float:
    r"""Return the centred kernel-target alignment, between -1 and 1.

    .. math:: A = \frac{\langle HKH, yy^T\rangle_F}{\lVert HKH\rVert_F\, \lVert Hyy^TH\rVert_F}

    1: patients are alike exactly when their outcomes are. 0: the kernel says nothing of the
    outcome. For a positive semi-definite kernel it is never below 0.

    Parameters
    ----------
    kernel : (N, N) float
        Symmetric.
    outcome : (N,) float
        Two classes in any coding, or a number; only differences count.

    Raises
    ------
    NotEstimable
        When the lengths differ, or all outcomes or all patients are alike.

    References
    ----------
    Cortes C, Mohri M, Rostamizadeh A. J Mach Learn Res 2012;13:795-828, definition 4.

    Examples
    --------
    >>> alignment(np.array([[1.0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]),
    ...           [0, 0, 1, 1])
    1.0
    """
    target = np.asarray(outcome, dtype=np.float64)
    _expect_pairs(kernel, target)
    target = target - target.mean()
    middle = centred(kernel)
    lengths = float(np.linalg.norm(middle)) * float(target @ target)
    if not lengths > 0:
        raise NotEstimable(
            "kernel-target alignment — expected patients and outcomes that differ, got all "
            "alike — use a larger sample or a larger bandwidth"
        )
    return float(target @ middle @ target / lengths)


def leave_one_out_error(
    kernel: NDArray[np.floating[Any]], outcome: ArrayLike, *, penalty: float
) -> float:
    r"""Return the mean squared error of a kernel ridge, each patient predicted by the others.

    .. math:: e_i = \alpha_i / [(K + \lambda I)^{-1}]_{ii}, \qquad
              \alpha = (K + \lambda I)^{-1} (y - \bar y)

    is exact: no model is fitted twice. The mean outcome is taken as known.

    Parameters
    ----------
    kernel : (N, N) float
        Symmetric, positive semi-definite.
    outcome : (N,) float
    penalty : float > 0
        :math:`\lambda`.

    Raises
    ------
    NotEstimable
        When the lengths differ, the penalty is not positive, or the kernel is not valid.

    References
    ----------
    Rifkin RM, Lippert RA. MIT-CSAIL-TR-2007-025, equation 6.

    Examples
    --------
    >>> leave_one_out_error(np.eye(2), [1.0, -1.0], penalty=1.0)
    1.0
    """
    target = np.asarray(outcome, dtype=np.float64)
    _expect_pairs(kernel, target)
    if not penalty > 0:
        raise NotEstimable(
            f"leave-one-out error — expected a positive penalty, got {penalty:g} — "
            "correct the penalty"
        )
    try:
        inverse = linalg.inv(kernel + penalty * np.eye(len(kernel)), assume_a="pos")
    except linalg.LinAlgError as indefinite:
        raise NotEstimable(
            f"leave-one-out error — expected a valid kernel, got one that is not at penalty "
            f"{penalty:g} — repair the kernel or raise the penalty"
        ) from indefinite
    residual = inverse @ (target - target.mean()) / np.diag(inverse)
    return float(np.mean(residual**2))


def _expect_pairs(kernel: NDArray[np.floating[Any]], target: NDArray[np.float64]) -> None:
    if kernel.shape != (len(target), len(target)):
        raise NotEstimable(
            f"kernel and outcome — expected one outcome a patient, got {target.shape} and a "
            f"kernel {kernel.shape} — give the outcome of the kernel's own patients"
        )
    if not (np.isfinite(kernel).all() and np.isfinite(target).all()):
        raise NotEstimable(
            "kernel and outcome — expected finite numbers, got some that are not — leave out "
            "patients whose outcome or state is unknown"
        )
