"""The largest eigenvalue of a product of two kernels, without a matrix square root."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

Vector = NDArray[np.float64]

ACCURACY = 1e-8
"""Residual, relative to the eigenvalue; the eigenvalue's own error is its square or so."""

BETWEEN_CHECKS = 4
"""Steps between two looks at how far the search has come."""


def largest_eigenvalue(
    kernel: NDArray[np.floating[Any]], weighting: Callable[[Vector], Vector]
) -> float:
    r"""Return :math:`\lambda_{\max}(K M)`, M given by what it does to a vector.

    K M is symmetric in the inner product of M, so Lanczos' iteration runs in that inner
    product: one product with K and one with M a step, a few dozen steps. Earlier directions
    are removed twice from every new one, so none comes back through rounding.

    Parameters
    ----------
    kernel : (N, N) float
        K, symmetric and positive semi-definite.
    weighting : callable
        :math:`v \mapsto M v`, symmetric and positive semi-definite.

    References
    ----------
    Parlett BN. The Symmetric Eigenvalue Problem. SIAM 1998, chapters 13 and 15.

    Examples
    --------
    >>> round(largest_eigenvalue(np.diag([1.0, 3.0, 2.0]), lambda v: 2 * v), 10)
    6.0
    """
    size = len(kernel)
    step = np.random.default_rng(0).normal(size=size)  # one start, so one result
    weighted = weighting(step)
    directions, weights = np.empty((0, size)), np.empty((0, size))
    diagonal: list[float] = []
    beside = [_length(step, weighted)]
    while beside[-1] > 0:
        directions = np.vstack([directions, step / beside[-1]])
        weights = np.vstack([weights, weighted / beside[-1]])
        step = kernel @ weights[-1]
        diagonal.append(float(weights[-1] @ step))
        for _ in range(2):
            step -= (weights @ step) @ directions
        weighted = weighting(step)
        beside.append(_length(step, weighted))
        last = len(diagonal) == size
        if (last or len(diagonal) % BETWEEN_CHECKS == 0) and (
            last or _is_accurate(diagonal, beside)
        ):
            break
    return _top(diagonal, beside)[0]


def _length(vector: Vector, weighted: Vector) -> float:
    return math.sqrt(max(float(vector @ weighted), 0.0))


def _is_accurate(diagonal: list[float], beside: list[float]) -> bool:
    value, last = _top(diagonal, beside)
    return beside[-1] * abs(last) <= ACCURACY * value


def _top(diagonal: list[float], beside: list[float]) -> tuple[float, float]:
    """Return the largest Ritz value and the last entry of its vector."""
    if not diagonal:
        return 0.0, 0.0
    place = len(diagonal) - 1
    values, vectors = linalg.eigh_tridiagonal(
        diagonal, beside[1 : len(diagonal)], select="i", select_range=(place, place)
    )
    return float(values[0]), float(vectors[-1, 0])
