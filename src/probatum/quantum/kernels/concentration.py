"""Whether a quantum kernel still tells patients apart, or sees everyone as equally far.

With many qubits or wide angles all overlaps shrink towards one tiny value. A kernel like that
memorises instead of learning, and on hardware its entries drown in shot noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.errors import NotEstimable
from probatum.quantum.kernels.checked import expect_kernel


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """Mean and variance of the overlap of two different patients."""

    patients: int
    mean: float
    variance: float

    @property
    def shots_to_resolve(self) -> float:
        """Repetitions of a circuit until shot noise is no larger than the kernel's spread.

        Without end where all overlaps are the same up to rounding.
        """
        rounding = (np.finfo(np.float64).eps * abs(self.mean)) ** 2
        return float(np.inf) if self.variance <= rounding else 1 / self.variance


def concentration(kernel: NDArray[np.floating[Any]]) -> Concentration:
    r"""Return mean and variance of the off-diagonal entries.

    Shots to resolve: an entry estimated from :math:`S` shots has variance at most
    :math:`1/(4S)`; we ask for :math:`S \ge 1/\mathrm{Var}(k)`, a factor of four in hand.

    Parameters
    ----------
    kernel : (N, N) float in [0, 1]
        Symmetric, with a unit diagonal.

    Raises
    ------
    NotEstimable
        With fewer than three patients there is no spread.

    References
    ----------
    Thanasilp S et al. Nat Commun 2024;15:5200 (exponential concentration).

    Examples
    --------
    >>> concentration(np.array([[1, 0.5, 0.2], [0.5, 1, 0.2], [0.2, 0.2, 1]])).mean
    0.3
    """
    if len(kernel) < 3:
        raise NotEstimable(
            f"kernel concentration — expected three patients or more, got {len(kernel)} — "
            "use a larger sample"
        )
    expect_kernel("kernel concentration", kernel)
    pairs = kernel[np.triu_indices(len(kernel), 1)]
    return Concentration(
        patients=len(kernel), mean=float(pairs.mean()), variance=float(pairs.var())
    )
