"""The feature selector: scikit-learn's contract, its number kept, and its optimum beside it."""

from itertools import combinations

import numpy as np
import pytest
import skops.io
from scipy.stats import pointbiserialr
from sklearn.datasets import make_classification, make_regression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from probatum.errors import ModelError, NotEstimable
from probatum.models.quantum_selection import QuantumFeatureSelector, correlation_ratio


@parametrize_with_checks([QuantumFeatureSelector(candidates=6, depth=1)])
def test_scikit_learns_contract_is_kept(estimator, check):
    check(estimator)


def some_patients(features=8, seed=0):
    return make_classification(
        n_samples=120, n_features=features, n_informative=3, n_redundant=2, random_state=seed
    )


@pytest.mark.parametrize("search", ["qaoa", "annealing", "exact"])
@pytest.mark.parametrize("count", [1, 3, 8])
def test_exactly_the_wanted_number_is_kept(search, count):
    x, y = some_patients()
    model = QuantumFeatureSelector(count, search=search, depth=1, shots=64).fit(x, y)
    assert model.transform(x).shape == (120, count)
    assert model.gap_ >= -1e-9


def best_subset_by_hand(x, y, count):
    relevance = [abs(pointbiserialr(y, column)[0]) for column in x.T]
    alike = np.abs(np.corrcoef(x.T))

    def cost(kept):
        twice = sum(alike[i, j] for i, j in combinations(kept, 2))
        return twice / max(count - 1, 1) - sum(relevance[i] for i in kept)

    return min(combinations(range(x.shape[1]), count), key=cost)


@pytest.mark.parametrize("search", ["annealing", "exact"])
def test_the_best_subset_is_the_one_found_by_looking_at_all(search):
    x, y = some_patients()
    model = QuantumFeatureSelector(3, search=search).fit(x, y)
    assert tuple(np.flatnonzero(model.support_)) == best_subset_by_hand(x, y, 3)
    assert model.gap_ == pytest.approx(0, abs=1e-9)


def test_a_copy_of_a_feature_is_not_kept_twice():
    x, y = some_patients()
    best = int(np.argmax(correlation_ratio(x, y)))
    doubled = np.column_stack([x, x[:, best]])
    model = QuantumFeatureSelector(2, search="exact", redundancy_weight=5.0).fit(doubled, y)
    assert model.support_[[best, -1]].sum() <= 1


def test_the_correlation_ratio_of_two_classes_is_the_point_biserial_correlation():
    x, y = some_patients()
    expected = [abs(pointbiserialr(y, column)[0]) for column in x.T]
    np.testing.assert_allclose(correlation_ratio(x, y), expected, atol=1e-12)


def test_a_continuous_outcome_is_correlated_with():
    x, y = make_regression(n_samples=100, n_features=6, n_informative=2, random_state=1)
    model = QuantumFeatureSelector(2, search="exact", redundancy_weight=0.0).fit(x, y)
    strongest = np.argsort([-abs(np.corrcoef(column, y)[0, 1]) for column in x.T])[:2]
    assert set(np.flatnonzero(model.support_)) == set(strongest)


def test_more_features_than_qubits_are_cut_to_the_most_relevant():
    x, y = some_patients(features=40)
    model = QuantumFeatureSelector(3, candidates=6, depth=1).fit(x, y)
    entered = np.argsort(-model.relevance_)[:6]
    assert set(np.flatnonzero(model.support_)) <= set(entered)


def test_the_mutual_information_is_another_way():
    x, y = some_patients()
    assert (
        QuantumFeatureSelector(3, relevance="mutual information", depth=1)
        .fit(x, y)
        .support_.sum()
        == 3
    )


def test_fitting_twice_gives_the_same_features():
    x, y = some_patients()
    one, other = (QuantumFeatureSelector(3).fit(x, y) for _ in range(2))
    assert one.support_.tolist() == other.support_.tolist()
    assert (one.origin_, one.gap_) == (other.origin_, other.gap_)


def test_the_exact_search_says_that_it_is_exact():
    model = QuantumFeatureSelector(3, search="exact").fit(*some_patients())
    assert (model.origin_, model.gap_) == ("exact solver", 0.0)


def test_it_is_read_back_from_a_file_as_it_was():
    model = QuantumFeatureSelector(3, search="exact").fit(*some_patients())
    trusted = ["probatum.models.quantum_selection.QuantumFeatureSelector"]
    again = skops.io.loads(skops.io.dumps(model), trusted=trusted)
    assert again.support_.tolist() == model.support_.tolist()


def test_it_is_tuned_inside_a_pipeline():
    x, y = some_patients()
    pipeline = make_pipeline(
        QuantumFeatureSelector(depth=1, search="exact"), LogisticRegression()
    )
    grid = {"quantumfeatureselector__n_features_to_select": [1, 3]}
    assert GridSearchCV(pipeline, grid, cv=2).fit(x, y).best_score_ > 0.6


@pytest.mark.parametrize(
    "change",
    [
        {"n_features_to_select": 9},
        {"n_features_to_select": 0},
        {"candidates": 21},
        {"redundancy_weight": -1.0},
        {"depth": 0},
        {"relevance": "luck"},
        {"search": "luck"},
        {"candidates": 4.5},
        {"shots": "many"},
        {"redundancy_weight": np.nan},
    ],
)
def test_a_hyper_parameter_out_of_range_is_refused(change):
    with pytest.raises(ModelError, match="expected"):
        QuantumFeatureSelector(**change).fit(*some_patients())


def test_an_outcome_all_patients_share_selects_nothing():
    with pytest.raises(NotEstimable, match="1 class"):
        QuantumFeatureSelector().fit(np.random.default_rng(0).normal(size=(9, 3)), np.ones(9))


def test_half_a_feature_is_refused():
    x = np.random.default_rng(0).normal(size=(9, 3))
    with pytest.raises(ModelError, match="a whole number"):
        QuantumFeatureSelector(n_features_to_select=1.5).fit(x, x[:, 0] > 0)
