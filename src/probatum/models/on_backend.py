"""The frozen index test on a quantum backend: the same score, measured instead of computed.

What was frozen of a variational or a fidelity-kernel model is a circuit and what is measured at
its end, and that can be measured anywhere; another model says how by a method ``score_on``.
Kept counts are scored again from the model alone, as they were or by another mitigation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator, SparsePauliOp

from probatum.errors import BackendError, ModelError
from probatum.models.calibration import Platt
from probatum.models.observable_ridge import ObservableRidge
from probatum.models.risk_model import RiskModel
from probatum.quantum.backends.backend import Backend, Execution, Expectations
from probatum.quantum.backends.bases import Plan
from probatum.quantum.backends.circuit_record import circuit_sha256
from probatum.quantum.backends.kept import KeptRun
from probatum.quantum.backends.mitigated import Mitigation, mitigation_of, scored
from probatum.quantum.backends.record import ExecutionRecord
from probatum.quantum.mitigation.noisy_kernel import Method

Array = NDArray[np.float64]

LARGEST = 6
"""Qubits above which an observable has too many terms: n qubits take 3**n bases a patient."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """Scores that a backend gave, and how it came to them."""

    scores: Array
    """(N,), or (N, classes) for more than two: what the estimator's own score would be, up to
    noise and shots."""
    record: ExecutionRecord
    executions: tuple[Execution, ...]
    """Raw counts; empty where probabilities were computed."""
    raw_scores: Array | None = None
    """Without mitigation; ``None`` where none was done to the averages."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredRisks:
    """Risks that a backend gave, and how it came to them."""

    risks: Array
    """(N,), mitigated where the protocol says so."""
    record: ExecutionRecord
    executions: tuple[Execution, ...]
    raw_risks: Array | None = None
    """Without mitigation; ``None`` where none was done."""


@runtime_checkable
class ScoresOnBackends(Protocol):
    """An estimator that knows how its score is measured."""

    def score_on(self, backend: Backend, X: Array, *, shots: int | None, seed: int) -> Scored:
        """Return the score of each patient, prepared features (N, p), from a backend."""


@runtime_checkable
class Measurable(Protocol):
    """An estimator whose score follows from averages over a circuit: the variational ones."""

    def circuit(self) -> QuantumCircuit:
        """Return what was learned, with the patient's angles left free."""

    def observables(self) -> tuple[SparsePauliOp, ...]:
        """Return what is measured at its end."""

    def circuit_rows(self, X: Array) -> Array:
        """Return the angles of each patient, prepared features (N, p), in Qiskit's order."""

    def score_from_expectation(self, values: Array) -> Array:
        """Return scores (N, outputs) from averages (N, observables)."""


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
    return _as_risks(model, found)


def rescored(model: RiskModel, run: KeptRun, method: Method | None = None) -> MeasuredRisks:
    """Return the risks of a kept run, worked out again from its raw counts alone.

    Neither a device nor any patient's record is needed: the same model, counts and method
    give the same risks to the digit.

    Parameters
    ----------
    method : str, optional
        Mitigation in the protocol's words; by default what the run's record says was done.

    Raises
    ------
    BackendError
        When nothing was counted, another circuit was run, or the method needs circuits that
        were not.
    ModelError
        When the index test is none that is measured by averages over a circuit.
    """
    index = _measurement(model.pipeline[-1])
    if not run.executions or run.record.circuit_sha256 != circuit_sha256(index.circuit):
        raise BackendError(
            f"kept run on {run.record.backend} — expected counts of this model's circuit, got "
            f"{'those of another' if run.executions else 'none'} — restore the model or the run"
        )
    done = mitigation_of(run.record)
    asked = done if method is None else Mitigation(method=method, fit=done.fit)
    qubits = index.circuit.num_qubits
    plan = Plan.of(index.observables, qubits).measured(qubits)
    values, errors = scored(plan, run.executions, asked)
    raw, raw_errors = scored(plan, run.executions, Mitigation())
    found = Expectations(
        values=values,
        standard_error=errors,
        record=asked.stated(run.record) if asked.is_on else run.record,
        executions=run.executions,
        raw_values=raw if asked.is_on else None,
        raw_standard_error=raw_errors if asked.is_on else None,
    )
    return _as_risks(model, index.scored(found))


def scored_on(
    index: Any, features: Array, backend: Backend, *, shots: int | None, seed: int
) -> Scored:
    """Return a fitted estimator's scores from a backend; see :func:`risks_on`."""
    if isinstance(index, ScoresOnBackends):
        return index.score_on(backend, features, shots=shots, seed=seed)
    asked = _measurement(index)
    found = backend.expectation(
        asked.circuit, asked.observables, asked.rows(features), shots=shots, seed=seed
    )
    return asked.scored(found)


def _as_risks(model: RiskModel, found: Scored) -> MeasuredRisks:
    curve = Platt(intercept=model.intercept, slope=model.slope)
    return MeasuredRisks(
        risks=curve.risk(found.scores),
        record=found.record,
        executions=found.executions,
        raw_risks=None if found.raw_scores is None else curve.risk(found.raw_scores),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Measurement:
    """What of a fitted estimator is measured, and what follows from it."""

    circuit: QuantumCircuit
    observables: tuple[SparsePauliOp, ...]
    rows: Callable[[Array], Array]
    """Features (N, p) -> angles, in Qiskit's order."""
    score: Callable[[Array], Array]
    """Averages (N, observables) -> scores."""

    def scored(self, found: Expectations) -> Scored:
        """Return the scores that follow from averages."""
        raw = found.raw_values
        return Scored(
            scores=self.score(found.values),
            record=found.record,
            executions=found.executions,
            raw_scores=None if raw is None else self.score(raw),
        )


def _measurement(index: Any) -> _Measurement:
    if isinstance(index, Measurable):
        return _of_averages(index)
    if isinstance(index, ObservableRidge):
        return _of_observable(index)
    raise ModelError(
        f"index test — expected a model that runs on a quantum backend, got "
        f"{type(index).__name__} — name the exact backend in the protocol"
    )


def _of_averages(index: Measurable) -> _Measurement:
    def score(values: Array) -> Array:
        scores = index.score_from_expectation(values)
        return scores[:, 0] if scores.shape[1] == 1 else scores

    return _Measurement(
        circuit=index.circuit(),
        observables=tuple(index.observables()),
        rows=index.circuit_rows,
        score=score,
    )


def _of_observable(index: ObservableRidge) -> _Measurement:
    circuit = index.circuit()
    if circuit.num_qubits > LARGEST:
        raise ModelError(
            f"index test — expected at most {LARGEST} qubits to be measured term by term, got "
            f"{circuit.num_qubits} — encode in fewer qubits, freeze a variational model, or "
            "name the exact backend in the protocol"
        )
    return _Measurement(
        circuit=circuit,
        observables=(pauli_terms(index.observable_),),
        rows=index.circuit_parameters,
        score=lambda values: index.offset_ + values[:, 0],
    )


def pauli_terms(observable: NDArray[Any]) -> SparsePauliOp:
    """Return a Hermitian observable in Pauli terms; what is imaginary is rounding."""
    found = SparsePauliOp.from_operator(Operator(observable))
    return SparsePauliOp(found.paulis, found.coeffs.real)
