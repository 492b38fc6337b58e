"""What every variational estimator does: learn from outcomes, and score patients."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from probatum.errors import NotEstimable
from probatum.models.hyper_parameters import (
    expect_fraction,
    expect_not_negative,
    expect_one_of,
    expect_positive,
    expect_whole,
)
from probatum.models.training_loop import Progress, Trained, Watch, by_adam, by_lbfgs
from probatum.models.variational_objective import LOSSES, Objective, Parameters
from probatum.quantum.variational.adjoint import cohort, expectations
from probatum.quantum.variational.circuits import VariationalCircuit
from probatum.quantum.variational.program import Program, ready

Floats = NDArray[np.float64]
OPTIMIZERS = ("l-bfgs", "adam")
FIRST_SCALE = 2.0
"""Scale at which training starts: scores of -2 to 2, probabilities of 0.1 to 0.9."""


class VariationalTraining(BaseEstimator, ABC):  # type: ignore[misc]
    """The learning half of a variational estimator.

    A subclass says which circuit it is (``_variational``, ``_start``) and how rows become
    angles (``_angles``); its hyper-parameters of learning have the names used here.
    """

    n_features_in_: int

    @abstractmethod
    def _variational(self, outputs: int) -> VariationalCircuit:
        """Return the circuit, measuring so many outputs."""

    @abstractmethod
    def _start(self, rng: np.random.Generator) -> Floats:
        """Return the weights that learning starts from."""

    @abstractmethod
    def _angles(self, features: Floats) -> Floats:
        """Return what the circuit takes in of each patient, (n, inputs)."""

    def _learn(
        self,
        features: Floats,
        targets: Floats,
        shares: Floats,
        *,
        loss: str,
        strata: NDArray[Any] | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Find the weights, from targets (n, outputs) and what each patient counts for."""
        self._refuse_nonsense()
        rng = np.random.default_rng(check_random_state(self.random_state).randint(1 << 31))
        self.n_outputs_ = targets.shape[1]
        counted = shares > 0
        held = self._held_out(rng, strata, counted)
        with threadpool_limits(limits=1, user_api="blas"):
            whole = (self._angles(features), targets, shares)
            program = self._program()
            learned_from = self._objective(program, whole, counted & ~held, loss)
            judge = self._objective(program, whole, held, loss).value if held.any() else None
            watch = Watch(
                patience=self.n_iter_no_change,
                tolerance=self.tol,
                validate=judge,
                progress=progress,
            )
            start = self._first_parameters(rng)
            self._keep(self._minimised(learned_from, start, rng, watch))

    def _objective(
        self,
        program: Program,
        whole: tuple[Floats, Floats, Floats],
        part: NDArray[np.bool_],
        loss: str,
    ) -> Objective:
        rows, targets, shares = (table[part] for table in whole)
        return Objective(
            program=program,
            cohort=cohort(program, rows),
            targets=targets,
            shares=shares / shares.mean(),
            loss=LOSSES[loss],
            penalty=self.penalty,
        )

    def _minimised(
        self, objective: Objective, start: Floats, rng: np.random.Generator, watch: Watch
    ) -> Trained:
        if self.optimizer == "l-bfgs":
            return by_lbfgs(objective, start, iterations=self.max_iter, watch=watch)
        return by_adam(
            objective,
            start,
            iterations=self.max_iter,
            batch=self.batch_size,
            rate=self.learning_rate,
            rng=rng,
            watch=watch,
        )

    def _first_parameters(self, rng: np.random.Generator) -> Floats:
        start = self._start(rng)
        outputs = self.n_outputs_
        fresh = Parameters(
            weights=start, scale=np.full(outputs, FIRST_SCALE), offset=np.zeros(outputs)
        ).together()
        if self.warm_start and hasattr(self, "weights_"):
            kept = Parameters(weights=self.weights_, scale=self.scale_, offset=self.offset_)
            if kept.together().shape == fresh.shape:
                return kept.together()
        return fresh

    def _keep(self, trained: Trained) -> None:
        found = Parameters.of(trained.parameters, self.n_outputs_)
        self.weights_, self.scale_ = found.weights.copy(), found.scale.copy()
        self.offset_ = found.offset.copy()
        self.loss_curve_ = np.array(trained.curve)
        self.validation_curve_ = np.array(trained.validation_curve)
        self.n_iter_ = max(1, len(trained.curve))
        if not trained.has_converged:
            warnings.warn(
                f"{type(self).__name__} — expected to converge, got {self.n_iter_} "
                "iteration(s) without — raise max_iter, or tol",
                ConvergenceWarning,
                stacklevel=4,
            )

    def _held_out(
        self,
        rng: np.random.Generator,
        strata: NDArray[Any] | None,
        counted: NDArray[np.bool_],
    ) -> NDArray[np.bool_]:
        """Return who is set aside to judge: of those who count, of each class the same part."""
        held = np.zeros_like(counted)
        if not self.early_stopping:
            return held
        groups = np.zeros(len(counted)) if strata is None else strata
        for group in np.unique(groups[counted]):
            members = rng.permutation(np.flatnonzero(counted & (groups == group)))
            held[members[: _held(self.validation_fraction, len(members))]] = True
        if not held.any():
            raise NotEstimable(
                "early stopping — expected two patients of some class who count, got one "
                "sample of each — add patients, or do without early stopping"
            )
        return held

    def _scores(self, X: ArrayLike) -> Floats:
        """Return scale times expectation plus offset, shape (n, outputs)."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, reset=False)
        with threadpool_limits(limits=1, user_api="blas"):
            program = self._program()
            found = expectations(
                program, cohort(program, self._angles(features)), self.weights_
            )
        return self.score_from_expectation(found)

    def _program(self) -> Program:
        return ready(self._variational(self.n_outputs_))

    def circuit(self) -> QuantumCircuit:
        """Return the circuit with the learned weights in place, for any backend."""
        check_is_fitted(self)
        return self._variational(self.n_outputs_).bound(self.weights_)

    def observables(self) -> tuple[SparsePauliOp, ...]:
        """Return what is measured at the end of :meth:`circuit`."""
        check_is_fitted(self)
        return self._variational(self.n_outputs_).observables

    def circuit_rows(self, X: ArrayLike) -> Floats:
        """Return the angles of :meth:`circuit`, one row a patient, in Qiskit's order."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, reset=False)
        columns = self._variational(self.n_outputs_).input_columns()
        return np.asarray(self._angles(features)[:, columns])

    def score_from_expectation(self, values: ArrayLike) -> Floats:
        """Return scores from expectations (n, outputs), wherever they were measured."""
        check_is_fitted(self)
        return np.asarray(self.scale_ * np.asarray(values, dtype=np.float64) + self.offset_)

    def _refuse_nonsense(self) -> None:
        expect_fraction("validation_fraction", self.validation_fraction)
        expect_positive("bandwidth", self.bandwidth)
        expect_positive("learning_rate", self.learning_rate)
        expect_not_negative("penalty", self.penalty)
        expect_not_negative("tol", self.tol)
        expect_whole("max_iter", self.max_iter, least=1)
        expect_whole("n_iter_no_change", self.n_iter_no_change, least=1)
        if self.batch_size is not None:
            expect_whole("batch_size", self.batch_size, least=1)
        expect_one_of("optimizer", self.optimizer, OPTIMIZERS)


def _held(fraction: float, members: int) -> int:
    """Return how many of a class are set aside: at least one, and never the last."""
    return min(max(1, round(fraction * members)), members - 1)
