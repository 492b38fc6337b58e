"""Whether more patients would make a better model.

In each fold the same held-out patients are scored by models trained on growing shares of the
rest, each share holding the one before. A curve that still rises asks for more data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from probatum.models.comparators import Candidate
from probatum.models.recipe import Recipe
from probatum.models.tuning import Patients, Rows, auc, folds, held_out_scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Mean AUC over the folds when trained on a share of the patients outside the fold."""

    share: float
    patients: int
    """Trained on, in the smallest fold."""
    auc: float
    low: float
    """The worst fold. A range, not a confidence interval: folds share patients."""
    high: float

    def as_dict(self) -> dict[str, Any]:
        """Return the point for a JSON file."""
        return {
            "share": self.share,
            "n": self.patients,
            "auc": self.auc,
            "low": self.low,
            "high": self.high,
        }


def learning_curve(
    recipe: Recipe,
    candidate: Candidate,
    patients: Patients,
    *,
    shares: Sequence[float],
    count: int,
    seed: int,
    workers: int = 1,
) -> tuple[Point, ...]:
    """Return one point a share, the smallest share first.

    Parameters
    ----------
    candidate : mapping
        The hyper-parameters chosen on all patients; they are not searched for again.
    shares : sequence of float in (0, 1]
        Of the patients outside each fold; each outcome keeps its proportion.
    count : int
        Folds.
    """
    splits = folds(patients.outcome, count, seed=seed)
    orders = [_nested_order(patients, train, seed) for train, _ in splits]
    plan = [
        (share, rows[: max(2, round(share * len(rows)))], test)
        for share in sorted(shares)
        for rows, (_, test) in zip(orders, splits, strict=True)
    ]
    tasks = [(candidate, patients, rows, test) for _, rows, test in plan]
    scores = held_out_scores(recipe, tasks, workers)
    reached = [
        (share, len(rows), auc(patients.at(test), score))
        for (share, rows, test), score in zip(plan, scores, strict=True)
    ]
    return tuple(_point(share, reached) for share in sorted(shares))


def _nested_order(patients: Patients, train: Rows, seed: int) -> Rows:
    """Return the training rows so that every beginning holds both outcomes in proportion."""
    rng = np.random.default_rng(seed)
    shuffled = rng.permutation(train)
    place = np.empty(len(shuffled))
    for value in (0, 1):
        members = np.flatnonzero(patients.outcome[shuffled] == value)
        place[members] = (np.arange(len(members)) + 0.5) / len(members)
    return np.asarray(shuffled[np.argsort(place, kind="stable")])


def _point(share: float, reached: Sequence[tuple[float, int, float]]) -> Point:
    aucs = [value for of, _, value in reached if of == share]
    return Point(
        share=share,
        patients=min(size for of, size, _ in reached if of == share),
        auc=float(np.mean(aucs)),
        low=min(aucs),
        high=max(aucs),
    )
