"""Every model gets the same budget, and draws it the same way each time."""

import pytest

from probatum.errors import ProtocolError
from probatum.models.recipe import comparator_recipes, fallback_recipe, index_recipe
from tests.models.builders import SEARCH, a_plan


def test_every_model_has_as_many_candidates_as_the_protocol_allows():
    plan = a_plan()
    recipes = [index_recipe(plan, seed=1), *comparator_recipes(plan, seed=1)]
    recipes.append(fallback_recipe(plan, seed=1))
    assert [len(recipe.candidates) for recipe in recipes] == [2, 2, 2, 2]


def test_the_candidates_depend_on_the_seed_and_on_nothing_else():
    plan = a_plan()
    one, same, other = (index_recipe(plan, seed=s).candidates for s in (1, 1, 2))
    assert one == same != other
    one, same, other = (comparator_recipes(plan, seed=s)[1].candidates for s in (1, 1, 2))
    assert one == same != other


def test_the_index_test_tries_no_candidate_twice():
    tuning = {"candidates": 8, "outer_folds": 3, "inner_folds": 2, "score": "auc"}
    candidates = index_recipe(a_plan(tuning=tuning), seed=1).candidates
    assert len({tuple(candidate.items()) for candidate in candidates}) == 8


def test_a_budget_larger_than_the_grid_is_refused():
    tuning = {"candidates": 9, "outer_folds": 3, "inner_folds": 2, "score": "auc"}
    with pytest.raises(ProtocolError, match="9 combinations or more, got 8"):
        index_recipe(a_plan(tuning=tuning), seed=1)


@pytest.mark.parametrize("kind", sorted(SEARCH))
def test_a_classical_candidate_lies_in_its_range_and_can_be_built(kind):
    plan = a_plan(comparators=({"name": "x", "kind": kind, **SEARCH[kind]},))
    recipe = comparator_recipes(plan, seed=1)[0]
    for candidate in recipe.candidates:
        for name, allowed in plan.comparators[0].search.items():
            if allowed.one_of is None:
                assert allowed.low <= candidate[name] <= allowed.high
            else:
                assert candidate[name] in allowed.one_of
        assert hasattr(recipe.pipeline(candidate), "fit")


def test_the_fallback_does_without_every_feature_of_an_absent_column():
    names = [feature.name for feature in fallback_recipe(a_plan(), seed=1).features]
    assert names == ["age"]


def test_a_fallback_with_nothing_left_is_refused():
    fallback = a_plan().fallback.model_copy(update={"without_columns": ("age", "marker")})
    with pytest.raises(ProtocolError, match="some feature to remain"):
        fallback_recipe(a_plan(fallback=fallback), seed=1)
