"""The search is honest: the folds part people, and the estimate pays for the choosing."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from probatum.errors import NotEstimable
from probatum.models.learning_curve import learning_curve
from probatum.models.recipe import comparator_recipes, index_recipe
from probatum.models.tuning import Patients, fitted, folds, nested, search
from tests.models.builders import a_plan, some_patients


def test_the_folds_part_everyone_once_with_the_outcome_in_proportion():
    outcome = (np.arange(100) < 20).astype(float)
    splits = folds(outcome, 5, seed=1)
    tested = np.concatenate([test for _, test in splits])
    assert sorted(tested) == list(range(100))
    assert all(outcome[test].sum() == 4 for _, test in splits)
    assert all(not set(train) & set(test) for train, test in splits)


def test_an_outcome_rarer_than_the_folds_is_refused():
    with pytest.raises(NotEstimable, match="3 patients or more of each outcome, got 2"):
        folds(np.array([1, 1, 0, 0, 0, 0.0]), 3, seed=1)


def test_the_out_of_fold_scores_come_from_models_that_had_not_seen_the_patient():
    patients, recipe = some_patients(), index_recipe(a_plan(), seed=1)
    found = search(recipe, patients, count=3, seed=5)
    for train, test in folds(patients.outcome, 3, seed=5):
        pipeline = fitted(recipe, found.chosen, patients.at(train))
        scores = pipeline.decision_function(patients.frame.iloc[test])
        np.testing.assert_allclose(found.out_of_fold[test], scores)


def test_the_chosen_candidate_has_the_highest_mean_auc():
    found = search(index_recipe(a_plan(), seed=1), some_patients(), count=3, seed=5)
    best = max(trial.mean for trial in found.trials)
    assert next(t.candidate for t in found.trials if t.mean == best) == found.chosen


def test_the_number_of_workers_changes_nothing():
    patients, recipe = some_patients(), comparator_recipes(a_plan(), seed=1)[0]
    one, two = (search(recipe, patients, count=3, seed=5, workers=w) for w in (1, 2))
    assert one.trials == two.trials
    assert one.out_of_fold.tobytes() == two.out_of_fold.tobytes()


def test_the_outer_auc_is_of_patients_outside_the_search_and_the_fit():
    patients, recipe = some_patients(), comparator_recipes(a_plan(), seed=1)[0]
    outer = nested(recipe, patients, outer=3, inner=2, seed=5)
    train, test = folds(patients.outcome, 3, seed=5)[0]
    inside = patients.at(train)
    chosen = search(recipe, inside, count=2, seed=5).chosen
    score = fitted(recipe, chosen, inside).decision_function(patients.frame.iloc[test])
    expected = roc_auc_score(patients.outcome[test], score, sample_weight=patients.weight[test])
    assert outer[0].chosen == chosen
    assert outer[0].auc == pytest.approx(expected)


def test_a_pure_noise_outcome_is_not_made_to_look_predictable():
    patients = some_patients(300)
    outcome = np.random.default_rng(9).permutation(patients.outcome)
    noise = Patients(frame=patients.frame, outcome=outcome, weight=patients.weight)
    outer = nested(comparator_recipes(a_plan(), seed=1)[0], noise, outer=3, inner=2, seed=5)
    assert abs(np.mean([fold.auc for fold in outer]) - 0.5) < 0.1


def test_an_unknown_outcome_is_refused():
    patients = some_patients()
    with pytest.raises(NotEstimable, match="leave out those whose outcome is unknown"):
        Patients(
            frame=patients.frame,
            outcome=np.where(patients.outcome == 1, np.nan, 0),
            weight=patients.weight,
        )


def test_a_learning_curve_ends_at_the_cross_validation_of_everyone():
    patients, recipe = some_patients(), comparator_recipes(a_plan(), seed=1)[0]
    candidate = recipe.candidates[0]
    points = learning_curve(recipe, candidate, patients, shares=(1.0, 0.5), count=3, seed=5)
    assert [(point.share, point.patients) for point in points] == [(0.5, 40), (1.0, 80)]
    trial = search(recipe, patients, count=3, seed=5).trials[0]
    assert points[-1].auc == pytest.approx(trial.mean, abs=1e-6)
    assert all(point.low <= point.auc <= point.high for point in points)
