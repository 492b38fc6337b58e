"""The frozen index test on a quantum backend: the same score, measured instead of computed.

A model says how by a method ``score_on``. The fidelity-kernel models need none: what was frozen
of them is an observable, and an observable can be measured anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from qiskit.quantum_info import Operator, SparsePauliOp

from probatum.errors import ModelError
from probatum.models.calibration import Platt
from probatum.models.observable_ridge import ObservableRidge
from probatum.models.risk_model import RiskModel
from probatum.quantum.backends.backend import Backend, Execution, Expectations
from probatum.quantum.backends.record import ExecutionRecord

Array = NDArray[np.float64]

LARGEST = 6
"""Qubits above which an observable has too many terms: n qubits take 3**n bases a patient."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """Scores that a backend gave, and how it came to them."""

    scores: Array
    """(N,): what ``decision_function`` would give, up to noise and shots."""
    record: ExecutionRecord
    executions: tuple[Execution, ...]
    """Raw counts; empty where probabilities were computed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredRisks:
    """Risks that a backend gave, and how it came to them."""

    risks: Array
    record: ExecutionRecord
    executions: tuple[Execution, ...]


@runtime_checkable
class ScoresOnBackends(Protocol):
    """An estimator that knows how its score is measured."""

    def score_on(self, backend: Backend, X: Array, *, shots: int | None, seed: int) -> Scored:
        """Return the score of each patient, prepared features (N, p), from a backend."""


def risks_on(
    model: RiskModel, frame: pd.DataFrame, backend: Backend, *, shots: int | None, seed: int
) -> MeasuredRisks:
    """Return the index test's risk of each patient as a backend measures it.

    Preparation and calibration are those that were frozen; only the score comes from the
    backend.

    Parameters
    ----------
    shots : int or None
        Repetitions of each circuit; ``None`` for exact averages, on simulators only.

    Raises
    ------
    BackendError
        Where the circuits were not run.
    ModelError
        When the index test is none that runs on a backend.
    """
    features = np.asarray(model.pipeline[:-1].transform(frame), dtype=np.float64)
    found = scored_on(model.pipeline[-1], features, backend, shots=shots, seed=seed)
    curve = Platt(intercept=model.intercept, slope=model.slope)
    return MeasuredRisks(
        risks=curve.risk(found.scores), record=found.record, executions=found.executions
    )


def scored_on(
    index: Any, features: Array, backend: Backend, *, shots: int | None, seed: int
) -> Scored:
    """Return a fitted estimator's scores from a backend; see :func:`risks_on`."""
    if isinstance(index, ScoresOnBackends):
        return index.score_on(backend, features, shots=shots, seed=seed)
    if isinstance(index, ObservableRidge):
        return _observed(index, features, backend, shots, seed)
    raise ModelError(
        f"index test — expected a model that runs on a quantum backend, got "
        f"{type(index).__name__} — name the exact backend in the protocol"
    )


def _observed(
    index: ObservableRidge, features: Array, backend: Backend, shots: int | None, seed: int
) -> Scored:
    circuit = index.circuit()
    if circuit.num_qubits > LARGEST:
        raise ModelError(
            f"index test — expected at most {LARGEST} qubits to be measured term by term, got "
            f"{circuit.num_qubits} — freeze a model that scores by landmarks"
        )
    found: Expectations = backend.expectation(
        circuit,
        [pauli_terms(index.observable_)],
        index.circuit_parameters(features),
        shots=shots,
        seed=seed,
    )
    return Scored(
        scores=index.offset_ + found.values[:, 0],
        record=found.record,
        executions=found.executions,
    )


def pauli_terms(observable: NDArray[Any]) -> SparsePauliOp:
    """Return a Hermitian observable in Pauli terms; what is imaginary is rounding."""
    found = SparsePauliOp.from_operator(Operator(observable))
    return SparsePauliOp(found.paulis, found.coeffs.real)
