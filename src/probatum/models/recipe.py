"""What will be built: preparation, kind of model, and the candidates it may be tuned over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from sklearn.pipeline import Pipeline

from probatum.errors import ProtocolError
from probatum.models.comparators import Candidate, classical, drawn
from probatum.models.preparation import FeaturePreparation
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.study.model_plan import ClassicalModel, Feature, IndexModel, ModelPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One model to be built."""

    name: str
    kind: str
    features: tuple[Feature, ...]
    candidates: tuple[Candidate, ...]
    build: Callable[[Candidate], Any]

    def pipeline(self, candidate: Candidate) -> Pipeline:
        """Return the model of one candidate, preparation included, not yet fitted."""
        preparation = FeaturePreparation.of(self.features)
        return Pipeline([("preparation", preparation), ("model", self.build(candidate))])


def index_recipe(plan: ModelPlan, *, seed: int) -> Recipe:
    """Return the index test's recipe: candidates drawn without repetition from its grid.

    Raises
    ------
    ProtocolError
        When the grid holds fewer combinations than the budget asks for.
    """
    grid = _grid(plan.index)
    wanted = plan.tuning.candidates
    if wanted > len(grid):
        raise ProtocolError(
            f"model.index — expected {wanted} combinations or more, got {len(grid)} — "
            "widen the grid or lower model.tuning.candidates"
        )
    chosen = np.random.default_rng(seed).choice(len(grid), size=wanted, replace=False)
    return Recipe(
        name=plan.index.name,
        kind="quantum_kernel",
        features=plan.features,
        candidates=tuple(grid[position] for position in sorted(chosen)),
        build=lambda candidate: QuantumKernelClassifier(
            entanglement=plan.index.entanglement, **candidate
        ),
    )


def _grid(index: IndexModel) -> tuple[Candidate, ...]:
    names = ("encoding", "repetitions", "bandwidth", "penalty")
    values = (index.encodings, index.repetitions, index.bandwidths, index.penalties)
    return tuple(dict(zip(names, row, strict=True)) for row in product(*values))


def comparator_recipes(plan: ModelPlan, *, seed: int) -> tuple[Recipe, ...]:
    """Return a recipe for each classical rival, with the index test's budget."""
    return tuple(
        _classical(rival, plan.features, plan.tuning.candidates, seed)
        for rival in plan.comparators
    )


def fallback_recipe(plan: ModelPlan, *, seed: int) -> Recipe:
    """Return the recipe of the model for patients the index test may not be applied to.

    Raises
    ------
    ProtocolError
        When no feature is left without the columns it has to do without.
    """
    absent = set(plan.fallback.without_columns)
    features = tuple(f for f in plan.features if not absent & set(f.columns))
    if not features:
        raise ProtocolError(
            "model.fallback.without_columns — expected some feature to remain, got none — "
            "name fewer columns"
        )
    return _classical(plan.fallback, features, plan.tuning.candidates, seed)


def _classical(
    plan: ClassicalModel, features: Iterable[Feature], budget: int, seed: int
) -> Recipe:
    rng = np.random.default_rng([seed, *plan.kind.encode()])
    return Recipe(
        name=plan.name,
        kind=plan.kind,
        features=tuple(features),
        candidates=drawn(plan, budget, rng),
        build=lambda candidate: classical(plan, candidate),
    )
