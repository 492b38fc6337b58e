"""Choosing hyper-parameters, and an honest estimate of what the choosing is worth.

The search tries each candidate by cross-validation. Nested cross-validation repeats the whole
search inside each outer training part and scores its winner on patients that had no part in
it, so the estimate pays for the search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from probatum.errors import NotEstimable
from probatum.models.comparators import Candidate
from probatum.models.recipe import Recipe

Rows = NDArray[np.intp]
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patients:
    """Those a model is developed on: what is known of them, what became of them.

    ``weight`` is the number of patients each stands for; see
    :func:`probatum.analysis.censoring.censoring_weights`.
    """

    frame: pd.DataFrame
    outcome: Array
    weight: Array

    def __post_init__(self) -> None:
        lengths = {len(self.frame), len(self.outcome), len(self.weight)}
        if len(lengths) != 1 or not np.isin(self.outcome, (0, 1)).all():
            raise NotEstimable(
                "development patients — expected one outcome, 0 or 1, and one weight each, got "
                f"lengths {sorted(lengths)} — leave out those whose outcome is unknown"
            )

    def __len__(self) -> int:
        return len(self.outcome)

    def at(self, rows: Rows) -> Patients:
        """Return some of the patients."""
        return Patients(
            frame=self.frame.iloc[rows],
            outcome=self.outcome[rows],
            weight=self.weight[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One candidate and the AUC it reached in each fold."""

    candidate: Candidate
    auc: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Return the mean AUC over the folds."""
        return float(np.mean(self.auc))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Search:
    """Every candidate tried, and the scores of the winner on patients it had not seen."""

    trials: tuple[Trial, ...]
    out_of_fold: Array

    @property
    def chosen(self) -> Candidate:
        """Return the candidate of the highest mean AUC; of equals, the first."""
        return max(self.trials, key=lambda trial: trial.mean).candidate


def folds(outcome: Array, count: int, *, seed: int) -> tuple[tuple[Rows, Rows], ...]:
    """Return (training rows, test rows) for each fold, the outcome's share equal in all.

    Raises
    ------
    NotEstimable
        When an outcome is rarer than the number of folds.
    """
    rarest = int(min((outcome == value).sum() for value in (0, 1)))
    if rarest < count:
        raise NotEstimable(
            f"{count}-fold cross-validation — expected {count} patients or more of each "
            f"outcome, got {rarest} — use fewer folds or more patients"
        )
    splitter = StratifiedKFold(count, shuffle=True, random_state=seed)
    return tuple(splitter.split(np.zeros(len(outcome)), outcome))


def fitted(recipe: Recipe, candidate: Candidate, patients: Patients) -> Pipeline:
    """Return one candidate trained on these patients."""
    with threadpool_limits(limits=1):
        pipeline = recipe.pipeline(candidate)
        return pipeline.fit(
            patients.frame, patients.outcome, model__sample_weight=patients.weight
        )


def auc(patients: Patients, score: Array) -> float:
    """Return the weighted area under the ROC curve."""
    return float(roc_auc_score(patients.outcome, score, sample_weight=patients.weight))


def search(
    recipe: Recipe, patients: Patients, *, count: int, seed: int, workers: int = 1
) -> Search:
    """Try every candidate in ``count``-fold cross-validation."""
    return searches(recipe, [patients], count=count, seed=seed, workers=workers)[0]


def searches(
    recipe: Recipe, parts: Sequence[Patients], *, count: int, seed: int, workers: int = 1
) -> list[Search]:
    """Run the search in several groups of patients, all fits shared among the workers."""
    plans = [(part, folds(part.outcome, count, seed=seed)) for part in parts]
    scores = iter(_scores(recipe, plans, workers))
    return [_search(recipe, part, splits, scores) for part, splits in plans]


def _scores(recipe: Recipe, plans: Sequence[Any], workers: int) -> list[Array]:
    """Return the held-out scores of each part, candidate and fold, in that order."""
    tasks = [
        (candidate, part, train, test)
        for part, splits in plans
        for candidate in recipe.candidates
        for train, test in splits
    ]
    return held_out_scores(recipe, tasks, workers)


def held_out_scores(recipe: Recipe, tasks: Iterable[Any], workers: int) -> list[Array]:
    """Return the held-out scores of each task, each fit on one thread.

    The limit is set around all fits as well as inside each: a fit that ends would otherwise
    give its threads back to the fits still running.
    """
    with threadpool_limits(limits=1):
        each = (delayed(_held_out)(recipe, *task) for task in tasks)
        return list(Parallel(n_jobs=workers)(each))


def _held_out(
    recipe: Recipe, candidate: Candidate, patients: Patients, train: Rows, test: Rows
) -> Array:
    pipeline = fitted(recipe, candidate, patients.at(train))
    with threadpool_limits(limits=1):
        return np.asarray(pipeline.decision_function(patients.frame.iloc[test]))


def _search(
    recipe: Recipe,
    patients: Patients,
    splits: Sequence[tuple[Rows, Rows]],
    scores: Iterator[Array],
) -> Search:
    trials, best, out_of_fold = [], -np.inf, np.empty(0)
    for candidate in recipe.candidates:
        held_out = np.empty(len(patients))
        reached = []
        for _, test in splits:
            held_out[test] = next(scores)
            reached.append(auc(patients.at(test), held_out[test]))
        trials.append(Trial(candidate=candidate, auc=tuple(reached)))
        if trials[-1].mean > best:
            best, out_of_fold = trials[-1].mean, held_out
    return Search(trials=tuple(trials), out_of_fold=out_of_fold)


@dataclass(frozen=True, slots=True, kw_only=True)
class OuterFold:
    """What the search chose in one outer training part, and the AUC on the rest."""

    chosen: Candidate
    auc: float
    trials: tuple[Trial, ...]


def nested(
    recipe: Recipe, patients: Patients, *, outer: int, inner: int, seed: int, workers: int = 1
) -> tuple[OuterFold, ...]:
    """Return the nested cross-validation of a recipe, one entry an outer fold."""
    splits = folds(patients.outcome, outer, seed=seed)
    parts = [patients.at(train) for train, _ in splits]
    found = searches(recipe, parts, count=inner, seed=seed, workers=workers)
    tasks = [
        (each.chosen, patients, train, test)
        for each, (train, test) in zip(found, splits, strict=True)
    ]
    scores = held_out_scores(recipe, tasks, workers)
    return tuple(
        OuterFold(chosen=each.chosen, auc=auc(patients.at(test), score), trials=each.trials)
        for each, (_, test), score in zip(found, splits, scores, strict=True)
    )
