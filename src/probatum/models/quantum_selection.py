"""Keeping the few features that tell most and repeat each other least, by a quantum search.

The choice is a QUBO with the number of features as its rule. Whatever proposes it, the answer
has exactly the wanted number, and the proven best stands beside it.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin, mutual_info_classif, mutual_info_regression
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from probatum.errors import NotEstimable
from probatum.models.hyper_parameters import expect_not_negative, expect_one_of, expect_whole
from probatum.quantum.optimisation.annealing import annealed
from probatum.quantum.optimisation.constraints import penalised
from probatum.quantum.optimisation.problems.feature_selection import FeatureSelection
from probatum.quantum.optimisation.samples import collected
from probatum.quantum.optimisation.suggestion import (
    Suggestion,
    proven_optimum,
    suggest,
    suggest_by_qaoa,
)

Matrix = NDArray[np.float64]
Search = Literal["qaoa", "annealing", "exact"]
Relevance = Literal["correlation", "mutual information"]

MOST_CANDIDATES = 20
"""Qubits of the search; a state of 20 takes 16 megabytes."""
REPLICAS, SWEEPS = 64, 200


class QuantumFeatureSelector(SelectorMixin, BaseEstimator):  # type: ignore[misc]
    r"""Select features by relevance less redundancy, searched for by QAOA.

    Redundancy is the absolute Pearson correlation of two features. Relevance is the
    correlation ratio with the classes (for two, the absolute point-biserial correlation; for
    a continuous outcome, Pearson's), or the mutual information by nearest neighbours.

    Parameters
    ----------
    n_features_to_select : int or None
        Features kept; half of them, at least one, where it is None.
    candidates : int
        Features, the most relevant ones, that enter the search: one qubit each, at most 20.
        Where more than 20 are to be kept, all of these enter and the exact solver chooses.
    redundancy_weight : float
        What redundancy counts beside relevance, at least 0.
    relevance : {"correlation", "mutual information"}
    search : {"qaoa", "annealing", "exact"}
    depth : int
        Layers of QAOA.
    shots : int
        Choices drawn.
    seed : int
        Of the draws, the walkers and the mutual information.

    Attributes
    ----------
    support_ : (f,) bool
    relevance_ : (f,) float
    origin_ : str
        Whether the choice is a quantum sample, repaired, annealed, or the exact solver's.
    gap_ : float
        Its cost less that of the proven best choice among the candidates.
    feasible_share_ : float
        Of the drawn choices, those with the wanted number of features.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(200, 4))
    >>> x[:, 1] = x[:, 0] + 0.01 * rng.normal(size=200)
    >>> y = (x[:, 0] + x[:, 2] > 0).astype(int)
    >>> QuantumFeatureSelector(n_features_to_select=2).fit(x, y).get_support().sum()
    np.int64(2)
    """

    def __init__(
        self,
        n_features_to_select: int | None = None,
        *,
        candidates: int = 10,
        redundancy_weight: float = 1.0,
        relevance: Relevance = "correlation",
        search: Search = "qaoa",
        depth: int = 2,
        shots: int = 1024,
        seed: int = 0,
    ) -> None:
        self.n_features_to_select = n_features_to_select
        self.candidates = candidates
        self.redundancy_weight = redundancy_weight
        self.relevance = relevance
        self.search = search
        self.depth = depth
        self.shots = shots
        self.seed = seed

    def fit(self, X: ArrayLike, y: ArrayLike) -> QuantumFeatureSelector:
        """Choose the features.

        Raises
        ------
        ModelError
            When a hyper-parameter lies outside its range.
        NotEstimable
            When the outcome is the same for all: no feature tells about it.
        """
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=False)
        rows, outcome = np.asarray(X), np.asarray(y)
        _expect_an_outcome_that_varies(outcome)
        count = self._wanted(rows.shape[1])
        self.relevance_ = self._relevance(rows, outcome)
        size = min(rows.shape[1], max(self.candidates, count))
        entered = np.sort(np.argsort(-self.relevance_, kind="stable")[:size])
        found = self._searched(self._problem(rows, entered, count))
        self.support_ = np.zeros(rows.shape[1], dtype=bool)
        self.support_[entered[found.bits.astype(bool)]] = True
        self.origin_ = str(found.origin)
        self.gap_ = float(found.gap)
        self.feasible_share_ = found.feasible_shots / found.shots
        return self

    def _get_support_mask(self) -> NDArray[np.bool_]:
        check_is_fitted(self)
        return np.asarray(self.support_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags

    def _wanted(self, features: int) -> int:
        """Return how many features to keep, or refuse the hyper-parameters."""
        half = max(features // 2, 1)
        count = half if self.n_features_to_select is None else self.n_features_to_select
        expect_whole("n_features_to_select", count, least=1, most=features)
        expect_whole("candidates", self.candidates, least=1, most=MOST_CANDIDATES)
        expect_whole("depth", self.depth, least=1)
        expect_whole("shots", self.shots, least=1)
        expect_not_negative("redundancy_weight", self.redundancy_weight)
        expect_one_of("relevance", self.relevance, get_args(Relevance))
        expect_one_of("search", self.search, get_args(Search))
        return int(count)

    def _relevance(self, rows: Matrix, outcome: NDArray[Any]) -> Matrix:
        is_continuous = type_of_target(outcome).startswith("continuous")
        if not is_continuous:
            check_classification_targets(outcome)
        if self.relevance == "mutual information":
            measure = mutual_info_regression if is_continuous else mutual_info_classif
            return np.asarray(measure(rows, outcome, random_state=self.seed))
        if is_continuous:
            both = np.column_stack([rows, outcome.astype(float)])
            return np.asarray(_correlations(both)[-1, :-1])
        return correlation_ratio(rows, outcome)

    def _problem(self, rows: Matrix, entered: NDArray[np.intp], count: int) -> FeatureSelection:
        return FeatureSelection(
            names=tuple(str(place) for place in entered),
            relevance=self.relevance_[entered],
            redundancy=_correlations(rows[:, entered]),
            count=count,
            redundancy_weight=self.redundancy_weight,
        )

    def _searched(self, problem: FeatureSelection) -> Suggestion:
        rng, many = np.random.default_rng(self.seed), len(problem.names) > MOST_CANDIDATES
        if self.search == "exact" or (self.search == "qaoa" and many):
            return _exact(problem)
        if self.search == "qaoa":
            return suggest_by_qaoa(problem, depth=self.depth, shots=self.shots, rng=rng)
        qubo = penalised(problem.objective(), problem.constraints()).qubo
        run = annealed(qubo, replicas=REPLICAS, sweeps=SWEEPS, rng=rng)
        return suggest(problem, run.samples)


def _expect_an_outcome_that_varies(outcome: NDArray[Any]) -> None:
    if len(np.unique(outcome)) < 2:
        raise NotEstimable(
            "feature selector — expected an outcome that differs between patients, got 1 class "
            "or value only — add patients"
        )


def correlation_ratio(rows: Matrix, outcome: NDArray[Any]) -> Matrix:
    r"""Return the share of each feature's spread that lies between classes, as a root.

    .. math:: \eta_j = \sqrt{\frac{\sum_c n_c (\bar x_{cj} - \bar x_j)^2}
              {\sum_i (x_{ij} - \bar x_j)^2}}

    For two classes this is the absolute point-biserial correlation. A feature that does not
    vary has 0.

    Examples
    --------
    >>> correlation_ratio(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([0, 0, 1, 1]))
    array([1.])
    """
    centred = rows - rows.mean(axis=0)
    total = (centred**2).sum(axis=0)
    between = np.zeros(rows.shape[1])
    for label in np.unique(outcome):
        own = centred[outcome == label]
        between += len(own) * own.mean(axis=0) ** 2
    varies = total > 0
    shares = np.divide(between, total, out=np.zeros_like(total), where=varies)
    return np.asarray(np.sqrt(shares))


def _correlations(columns: Matrix) -> Matrix:
    """Return absolute correlations, 0 for what does not vary; exactly symmetric."""
    centred = columns - columns.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    scaled = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    found = np.minimum(np.abs(scaled.T @ scaled), 1.0)
    return np.asarray((found + found.T) / 2)


def _exact(problem: FeatureSelection) -> Suggestion:
    """Return the proven best as the suggestion; nothing is drawn."""
    bits = proven_optimum(problem).bits
    return suggest(problem, collected(bits[np.newaxis], source="exact solver"))
