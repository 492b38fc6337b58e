"""The whole development of a study's models, as one value that follows from its inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from probatum.models.calibration import platt
from probatum.models.recipe import Recipe, comparator_recipes, fallback_recipe, index_recipe
from probatum.models.risk_model import RiskModel
from probatum.models.tuning import OuterFold, Patients, Search, fitted, nested, search
from probatum.study.model_plan import ModelPlan, Seeds, Tuning

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Built:
    """One model: how it was chosen, what the choosing is worth, and what came of it."""

    recipe: Recipe
    outer: tuple[OuterFold, ...]
    search: Search
    model: RiskModel

    @property
    def nested_auc(self) -> float:
        """Return the mean AUC over the outer folds, which the search never saw."""
        return float(np.mean([fold.auc for fold in self.outer]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Development:
    """The index test, its classical rivals, and the fallback."""

    index: Built
    comparators: tuple[Built, ...]
    fallback: Built

    @property
    def best_comparator(self) -> Built:
        """Return the rival of the highest nested AUC; of equals, the first named."""
        return max(self.comparators, key=lambda built: built.nested_auc)


def development(
    plan: ModelPlan,
    patients: Patients,
    *,
    seeds: Seeds,
    workers: int = 1,
    progress: Progress = lambda _: None,
) -> Development:
    """Build every model the plan names, all on the same folds with the same budget.

    Parameters
    ----------
    plan : ModelPlan
        The protocol's section ``model``.
    patients : Patients
        The development partition, outcome known.
    seeds : Seeds
        ``partition`` draws the folds, ``tuning`` the candidates.
    workers : int
        Fits run at the same time; the result does not depend on it.
    progress : callable
        Told in words what has been done.
    """

    def built(recipe: Recipe) -> Built:
        made = _built(recipe, patients, plan.tuning, seed=seeds.partition, workers=workers)
        progress(f"{recipe.name}: nested AUC {made.nested_auc:.4f}, {dict(made.search.chosen)}")
        return made

    return Development(
        index=built(index_recipe(plan, seed=seeds.tuning)),
        comparators=tuple(map(built, comparator_recipes(plan, seed=seeds.tuning))),
        fallback=built(fallback_recipe(plan, seed=seeds.tuning)),
    )


def _built(
    recipe: Recipe, patients: Patients, tuning: Tuning, *, seed: int, workers: int
) -> Built:
    inner = tuning.inner_folds
    outer = nested(
        recipe, patients, outer=tuning.outer_folds, inner=inner, seed=seed, workers=workers
    )
    found = search(recipe, patients, count=inner, seed=seed, workers=workers)
    curve = platt(patients.outcome, found.out_of_fold, patients.weight)
    pipeline = fitted(recipe, found.chosen, patients)
    model = RiskModel(pipeline, intercept=curve.intercept, slope=curve.slope)
    return Built(recipe=recipe, outer=outer, search=found, model=model)
