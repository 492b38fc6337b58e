"""Which classical kernel comes nearest to a quantum one, and how near.

A quantum kernel that is far from one classical kernel may be close to another. Only where it is
far from all of them could an outcome exist that it learns and they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import rbf_kernel

from probatum.errors import NotEstimable
from probatum.quantum.kernels.geometric_difference import (
    GeometricDifference,
    readable_difference,
)

REGULARISATIONS = tuple(10.0**power for power in range(-8, 1))
"""Tried from the largest; the geometric difference is read at the first whose training error
is allowed."""

WIDTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Gammas tried, in units of one over the features' number times their variance: from kernels
that are nearly linear to those to which every patient is unique."""

Kernel = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The least geometric difference of a quantum kernel from a family of radial ones."""

    difference: GeometricDifference | None
    """Absent where none of the kernels leaves an allowed training error."""
    gamma: float | None
    tried: int

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison for a JSON file."""
        found = self.difference
        return {
            "geometric_difference": found.general if found else None,
            "geometric_difference_training": found.training if found else None,
            "regularisation": found.regularisation if found else None,
            "nearest_gamma": self.gamma,
            "kernels_tried": self.tried,
        }


def nearest_radial(
    features: NDArray[np.float64], quantum: Kernel, *, also: float | None = None
) -> Nearest:
    """Return the radial kernel from which a quantum kernel differs least.

    Parameters
    ----------
    features : (N, p) float
        Prepared features of the patients.
    quantum : (N, N) float
        Their quantum kernel.
    also : float, optional
        A gamma to be tried beside :data:`WIDTHS`, such as the tuned rival's.

    References
    ----------
    Huang H-Y et al. Nat Commun 2021;12:2631, figure 1: the difference is taken from the best of
    the classical kernels at hand.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(30, 2))
    >>> found = nearest_radial(x, rbf_kernel(x, gamma=0.7), also=0.7)
    >>> found.gamma, found.difference.general <= 1
    (0.7, True)
    """
    spread = float(features.shape[1] * features.var())
    unit = 1 / spread if spread > 0 else 1.0
    gammas = {unit * width for width in WIDTHS} | ({also} if also is not None else set())
    found = {
        gamma: difference
        for gamma in sorted(gammas)
        if (difference := read_difference(rbf_kernel(features, gamma=gamma), quantum))
    }
    if not found:
        return Nearest(difference=None, gamma=None, tried=len(gammas))
    gamma = min(found, key=lambda one: found[one].general)
    return Nearest(difference=found[gamma], gamma=gamma, tried=len(gammas))


def read_difference(classical: Kernel, quantum: Kernel) -> GeometricDifference | None:
    """Return the difference at the largest regularisation allowed; None where none is."""
    try:
        return readable_difference(classical, quantum, regularisations=REGULARISATIONS)
    except NotEstimable:
        return None  # said in the evidence by its absence, and in words in the documents
