"""What the tuned quantum kernel looks like, and how far it is from a classical one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from probatum.models.nearest_kernel import Nearest, nearest_radial, read_difference
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.models.tuning import Patients
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.concentration import Concentration, concentration
from probatum.quantum.kernels.effective_dimension import (
    degrees_of_freedom,
    effective_dimension,
)
from probatum.quantum.kernels.fidelity import gram
from probatum.quantum.kernels.geometric_difference import GeometricDifference
from probatum.quantum.kernels.model_complexity import model_complexity

SAMPLE = 500
"""Patients the diagnostics are taken on, drawn without repetition."""

Kernel = NDArray[Any]
Rows = NDArray[np.intp]


def sampled(patients: Patients, rng: np.random.Generator) -> Rows:
    """Return the patients that diagnostics are taken on: the same for a seed, in order."""
    size = min(SAMPLE, len(patients))
    return np.sort(rng.choice(len(patients), size=size, replace=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivalry:
    """The quantum kernel beside the rival's radial one, on the study's own outcome."""

    difference: GeometricDifference | None
    """Absent where no regularisation tried leaves an allowed training error."""
    quantum_size: float
    """Of the model that explains the outcome at the index test's penalty, kernels scaled to
    trace N; see ``model_complexity``."""
    classical_size: float

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison for a JSON file."""
        return {
            "rival_geometric_difference": self.difference.general if self.difference else None,
            "quantum_size": self.quantum_size,
            "classical_size": self.classical_size,
        }


NO_RIVALRY: dict[str, Any] = dict.fromkeys(
    ("rival_geometric_difference", "quantum_size", "classical_size")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelDiagnostics:
    """Concentration of the quantum kernel, and its distance from classical kernels."""

    encoding: str
    repetitions: int
    bandwidth: float
    effective_dimension: float
    """Huang's: of the span of the patients' states, from 1 to their number."""
    degrees_of_freedom: float
    """What the ridge leaves of them: the trace of K (K + penalty)^-1."""
    concentration: Concentration
    nearest: Nearest
    rivalry: Rivalry | None
    """Absent where no rival uses a radial kernel."""
    rival_gamma: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return the diagnostics for a JSON file."""
        found = self.concentration
        shots = found.shots_to_resolve
        return {
            "encoding": self.encoding,
            "repetitions": self.repetitions,
            "bandwidth": self.bandwidth,
            "patients": found.patients,
            "effective_dimension": self.effective_dimension,
            "degrees_of_freedom": self.degrees_of_freedom,
            "off_diagonal_mean": found.mean,
            "off_diagonal_variance": found.variance,
            "shots_to_resolve": shots if np.isfinite(shots) else None,
            "root_n": float(np.sqrt(found.patients)),
            **self.nearest.as_dict(),
            "rival_gamma": self.rival_gamma,
            **(self.rivalry.as_dict() if self.rivalry else NO_RIVALRY),
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
        Of the rival's radial kernel, on the same prepared features; others are tried too.
    """
    model: QuantumKernelClassifier = pipeline["model"]
    rows = sampled(patients, rng)
    features = pipeline["preparation"].transform(patients.frame.iloc[rows])
    quantum = gram(states(model.circuit(), model.circuit_parameters(features)))
    signs = 2 * patients.outcome[rows] - 1
    with threadpool_limits(limits=1):
        return KernelDiagnostics(
            encoding=model.encoding,
            repetitions=model.repetitions,
            bandwidth=model.bandwidth,
            effective_dimension=effective_dimension(quantum),
            degrees_of_freedom=degrees_of_freedom(quantum, model.penalty),
            concentration=concentration(quantum),
            nearest=nearest_radial(features, quantum, also=rival_gamma),
            rivalry=_rivalry(features, quantum, signs, model.penalty, rival_gamma),
            rival_gamma=rival_gamma,
        )


def _rivalry(
    features: NDArray[np.float64],
    quantum: Kernel,
    signs: NDArray[np.float64],
    penalty: float,
    gamma: float | None,
) -> Rivalry | None:
    if gamma is None:
        return None
    radial = rbf_kernel(features, gamma=gamma)
    return Rivalry(
        difference=read_difference(radial, quantum),
        quantum_size=model_complexity(quantum, signs, regularisation=penalty).size,
        classical_size=model_complexity(radial, signs, regularisation=penalty).size,
    )
