"""Sums over pairs of cases from which unbiased variances of reader studies are made.

The area is a mean over pairs of a diseased and another case. How far two areas vary together
is told by the pairs that share a case, and by those that share none: with the latter, the
square of the area is estimated without bias, whatever the pattern of who read what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from probatum.analysis.observations import BoolArray, FloatArray
from probatum.errors import NotEstimable

Kernel: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]

_AT_ONCE = 4_000_000
_SIGNS = np.array([1.0, -1.0, -1.0, 1.0])


@dataclass(frozen=True, slots=True, kw_only=True)
class PairSums:
    r"""Sums of :math:`\psi_t(x, y)\,\psi_u(x', y')` over pairs of cases, for tests t and u.

    Attributes
    ----------
    success : (4, T, T) of float
        Over pairs with the same diseased and the same other case; the same diseased case; the
        same other case; any cases. The later hold the earlier.
    count : (4, T, T) of float
        How many products each sum holds.

    Examples
    --------
    >>> sums = PairSums.of(np.array([[1.0, 3.0, 2.0, 4.0]]), np.array([0, 0, 1, 1], bool))
    >>> sums.success[:, 0, 0].tolist(), sums.count[:, 0, 0].tolist()
    ([3.0, 5.0, 5.0, 9.0], [4.0, 8.0, 8.0, 16.0])
    """

    success: FloatArray
    count: FloatArray

    @classmethod
    def of(cls, tests: FloatArray, truth: BoolArray) -> Self:
        """The sums of tests (T, K), NaN where a test did not see a case."""
        diseased, other = tests[:, truth], tests[:, ~truth]
        success = _sums(diseased, other, _beaten)
        count = _sums(diseased, other, _compared)
        return cls(success=success, count=count)

    def covariance(self) -> NDArray[np.float64]:
        r"""Unbiased covariances of the areas over cases, the readers held.

        .. math:: \widehat{\mathrm{Cov}}(\hat\theta_t, \hat\theta_u) =
            \hat\theta_t \hat\theta_u - M_{tu}

        with M the mean product over pairs that share no case.

        References
        ----------
        Gallas BD, Pennello GA, Myers KJ. J Opt Soc Am A 2007;24:B70-B80.
        """
        apart = np.tensordot(_SIGNS, self.count, axes=1)
        if not np.all(apart > 0):
            raise NotEstimable(
                "covariance — expected at least two diseased and two other cases for each "
                "two tests, got fewer"
            )
        product = self.success[3] / self.count[3]
        return np.asarray(product - np.tensordot(_SIGNS, self.success, axes=1) / apart)


def _beaten(diseased: FloatArray, other: FloatArray) -> FloatArray:
    x, y = diseased[:, :, None], other[:, None, :]
    return np.asarray((x > y) + 0.5 * (x == y))


def _compared(diseased: FloatArray, other: FloatArray) -> FloatArray:
    seen = np.isfinite(diseased)[:, :, None] & np.isfinite(other)[:, None, :]
    return seen.astype(np.float64)


def _sums(diseased: FloatArray, other: FloatArray, kernel: Kernel) -> FloatArray:
    """The four sums, a block of diseased cases at a time."""
    tests, m = diseased.shape
    step = max(1, _AT_ONCE // max(1, tests * other.shape[1]))
    same, rows = np.zeros((tests, tests)), np.empty((tests, m))
    columns = np.zeros((tests, other.shape[1]))
    for start in range(0, m, step):
        block = kernel(diseased[:, start : start + step], other)
        rows[:, start : start + step] = block.sum(axis=2)
        columns += block.sum(axis=1)
        flat = block.reshape(tests, -1)
        same += flat @ flat.T
    total = rows.sum(axis=1)
    return np.array([same, rows @ rows.T, columns @ columns.T, np.outer(total, total)])
