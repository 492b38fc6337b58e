"""What the tuned quantum kernel looks like, and how far it is from a classical one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.models.tuning import Patients
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.concentration import Concentration, concentration
from probatum.quantum.kernels.effective_dimension import degrees_of_freedom
from probatum.quantum.kernels.fidelity import gram
from probatum.quantum.kernels.geometric_difference import (
    GeometricDifference,
    geometric_difference,
)

SAMPLE = 500
"""Patients the diagnostics are taken on, drawn with the tuning seed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelDiagnostics:
    """Concentration of the quantum kernel, and its distance from the rival's kernel."""

    encoding: str
    repetitions: int
    bandwidth: float
    effective_dimension: float
    """Degrees of freedom the ridge leaves: the trace of K (K + penalty)^-1."""
    concentration: Concentration
    difference: GeometricDifference | None
    """Absent where no rival uses a radial kernel."""
    rival_gamma: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return the diagnostics for a JSON file."""
        found, rival = self.concentration, self.difference
        shots = found.shots_to_resolve
        return {
            "encoding": self.encoding,
            "repetitions": self.repetitions,
            "bandwidth": self.bandwidth,
            "patients": found.patients,
            "effective_dimension": self.effective_dimension,
            "off_diagonal_mean": found.mean,
            "off_diagonal_variance": found.variance,
            "shots_to_resolve": shots if np.isfinite(shots) else None,
            "root_n": float(np.sqrt(found.patients)),
            "geometric_difference": rival.general if rival else None,
            "geometric_difference_training": rival.training if rival else None,
            "regularisation": rival.regularisation if rival else None,
            "rival_gamma": self.rival_gamma,
        }


def kernel_diagnostics(
    pipeline: Pipeline,
    patients: Patients,
    *,
    rival_gamma: float | None,
    rng: np.random.Generator,
) -> KernelDiagnostics:
    """Return the diagnostics of a fitted index test.

    Parameters
    ----------
    pipeline : Pipeline
        Preparation and :class:`QuantumKernelClassifier`, fitted.
    patients : Patients
        Those it was fitted on; a sample of them is used.
    rival_gamma : float or None
        Of the radial kernel to compare with, on the same prepared features. The geometric
        difference is regularised by the penalty the index test was tuned to.
    """
    model: QuantumKernelClassifier = pipeline["model"]
    size = min(SAMPLE, len(patients))
    rows = np.sort(rng.choice(len(patients), size=size, replace=False))
    features = pipeline["preparation"].transform(patients.frame.iloc[rows])
    quantum = gram(states(model.circuit(), model.circuit_parameters(features)))
    with threadpool_limits(limits=1):
        return _diagnostics(model, features, quantum, rival_gamma)


def _diagnostics(
    model: QuantumKernelClassifier,
    features: NDArray[np.float64],
    quantum: NDArray[Any],
    rival_gamma: float | None,
) -> KernelDiagnostics:
    return KernelDiagnostics(
        encoding=model.encoding,
        repetitions=model.repetitions,
        bandwidth=model.bandwidth,
        effective_dimension=degrees_of_freedom(quantum, model.penalty),
        concentration=concentration(quantum),
        difference=_difference(features, quantum, rival_gamma, model.penalty),
        rival_gamma=rival_gamma,
    )


def _difference(
    features: NDArray[np.float64],
    quantum: NDArray[Any],
    gamma: float | None,
    penalty: float,
) -> GeometricDifference | None:
    if gamma is None:
        return None
    radial = rbf_kernel(features, gamma=gamma)
    return geometric_difference(radial, quantum, regularisation=penalty)
