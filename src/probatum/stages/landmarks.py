"""The frozen model as a device would have to run it: patients compared with landmark people.

The model file holds an observable. A device compares a new patient's state with the states of
people known before, one circuit each, and adds the overlaps up. Some development people serve
as landmarks; their weights are those with which the sum comes nearest to the frozen score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from threadpoolctl import threadpool_limits

from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import cross_gram
from probatum.stages.followed import Numbers

Kernel = NDArray[np.float64]
TINY = 1e-12
"""Of the largest diagonal entry: what keeps the solution defined where landmarks coincide."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landmarks:
    """Landmark people, and what of development decides their weights.

    Attributes
    ----------
    angles : (m, p) of float
        Of the landmarks' circuits.
    kernel : (n, m) of float
        Overlaps of all development people with the landmarks, by exact simulation.
    wanted : (n,) of float
        Frozen scores of the development people, less the model's offset.
    offset : float
        Of the frozen model.
    """

    angles: Numbers
    kernel: Kernel
    wanted: Numbers
    offset: float

    def weights(self, shots: int | None) -> Numbers:
        r"""Weights of the landmarks that leave the least expected error of the score.

        .. math:: \min_\beta \sum_i \Bigl(f_i - \sum_l \beta_l k_{il}\Bigr)^2
                  + \sum_i \sum_l \beta_l^2 \frac{k_{il}(1 - k_{il})}{S}

        over development people i: the distance from the frozen score, and the variance that
        :math:`S` shots an overlap add to it. Without ``shots`` the second term is left out.

        Parameters
        ----------
        shots : int or None
            Repetitions of each circuit.

        Returns
        -------
        (m,) of float
        """
        with threadpool_limits(limits=1, user_api="blas"):
            square = self.kernel.T @ self.kernel
            aim = self.kernel.T @ self.wanted
            noise = (self.kernel * (1 - self.kernel)).sum(axis=0) / shots if shots else 0.0
            square[np.diag_indices_from(square)] += noise + TINY * square.max()
            solved = linalg.solve(square, aim, assume_a="pos", check_finite=False)
        return np.asarray(solved, dtype=np.float64)

    def score(self, overlaps: Kernel, weights: Numbers) -> Numbers:
        """Return the score of patients from their (N, m) overlaps with the landmarks."""
        return np.asarray(self.offset + (overlaps * weights).sum(axis=1))


def landmarks(
    model: QuantumKernelClassifier, prepared: Numbers, rows: NDArray[np.intp]
) -> Landmarks:
    """Make landmarks of some development people.

    Parameters
    ----------
    model : QuantumKernelClassifier
        Fitted.
    prepared : (n, p) of float
        Prepared features of all development people.
    rows : (m,) of int
        Which of them are landmarks.
    """
    angles = model.circuit_parameters(prepared)
    psi = states(model.circuit(), angles)
    return Landmarks(
        angles=angles[rows],
        kernel=np.asarray(cross_gram(psi, psi[rows]), dtype=np.float64),
        wanted=model.decision_function(prepared) - model.offset_,
        offset=float(model.offset_),
    )


def overlaps(model: QuantumKernelClassifier, patients: Numbers, found: Landmarks) -> Kernel:
    """Return the (N, m) exact overlaps of patients' angles with the landmarks."""
    circuit = model.circuit()
    prepared, known = states(circuit, patients), states(circuit, found.angles)
    return np.asarray(cross_gram(prepared, known), dtype=np.float64)
