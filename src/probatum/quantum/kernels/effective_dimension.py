"""In how many directions a kernel really tells patients apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from probatum.errors import NotEstimable
from probatum.quantum.kernels.checked import expect_kernel, expect_valid


def effective_dimension(kernel: NDArray[np.floating[Any]]) -> float:
    r"""Return Huang's approximate dimension of the span of the patients' states.

    .. math:: d = \sum_{i=1}^{N} \frac{1}{N - i + 1} \sum_{l=i}^{N} t_l,
              \qquad t_1 \ge \dots \ge t_N

    with :math:`t` the eigenvalues of the kernel scaled to trace N. 1 when all patients look
    alike; N when no two have anything in common, and any outcome can be memorised.

    Parameters
    ----------
    kernel : (N, N) float
        Symmetric, positive semi-definite.

    Raises
    ------
    NotEstimable
        When the kernel is empty, its trace is not positive, or it is not valid.

    References
    ----------
    Huang H-Y et al. Nat Commun 2021;12:2631, the paragraph on the dimension of the quantum
    state space and its figure.

    Examples
    --------
    >>> effective_dimension(np.eye(5)), effective_dimension(np.ones((5, 5)))
    (5.0, 1.0)
    """
    values = np.sort(_eigenvalues(kernel))
    tails = np.cumsum(values * (len(values) / values.sum()))
    return float(np.round(np.sum(tails / np.arange(1, len(values) + 1)), 12))


def degrees_of_freedom(kernel: NDArray[np.floating[Any]], penalty: float) -> float:
    r"""Return :math:`\operatorname{Tr} K (K + \lambda I)^{-1}`, what a ridge leaves.

    Parameters
    ----------
    kernel : (N, N) float
        Symmetric, positive semi-definite.
    penalty : float > 0
        :math:`\lambda` of the ridge.

    References
    ----------
    Hastie T, Tibshirani R, Friedman J. The Elements of Statistical Learning, 2009, 5.4.1.

    Raises
    ------
    NotEstimable
        When the kernel is empty or not valid, its trace or the penalty not positive.

    Examples
    --------
    >>> degrees_of_freedom(np.eye(4), 1.0)
    2.0
    """
    if not penalty > 0:
        raise NotEstimable(
            f"degrees of freedom — expected a positive penalty, got {penalty:g} — "
            "take the penalty the model was tuned to"
        )
    values = _eigenvalues(kernel)
    return float(np.sum(values / (values + penalty)))


def _eigenvalues(kernel: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    expect_kernel("effective dimension", kernel)
    values = linalg.eigvalsh(kernel)
    expect_valid("effective dimension", kernel, values)
    return np.asarray(np.maximum(values, 0))
