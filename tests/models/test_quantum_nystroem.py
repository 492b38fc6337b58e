"""Landmark features: scikit-learn's contract, and what the landmarks lose."""

import numpy as np
import pytest
from sklearn.linear_model import RidgeClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from probatum.errors import ModelError, NotEstimable
from probatum.models.quantum_nystroem import QuantumNystroem
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import gram

CHOICES = ["uniform", "kmeans++", "centres", "leverage"]


@parametrize_with_checks([QuantumNystroem()])
def test_scikit_learns_contract_is_kept(estimator, check):
    check(estimator)


def a_sample(patients=300, features=4, seed=0):
    return np.random.default_rng(seed).normal(size=(patients, features))


@pytest.mark.parametrize("choice", ["uniform", "kmeans++", "leverage"])
def test_everyone_a_landmark_gives_the_whole_kernel(choice):
    x = a_sample(80)
    sketch = QuantumNystroem(bandwidth=0.5, landmarks=80, choice=choice).fit(x)
    exact = gram(states(sketch.circuit(), sketch.circuit_parameters(x)))
    found = sketch.transform(x)
    np.testing.assert_allclose(found @ found.T, exact, atol=1e-10)


@pytest.mark.parametrize("choice", CHOICES)
def test_the_error_falls_as_landmarks_are_added_and_the_trace_bounds_it(choice):
    x, new = a_sample(), a_sample(100, seed=1)
    errors = [
        QuantumNystroem("angle", bandwidth=0.3, landmarks=m, choice=choice).fit(x).error(new)
        for m in (10, 40, 160)
    ]
    assert [e.frobenius for e in errors] == sorted((e.frobenius for e in errors), reverse=True)
    for error in errors:
        assert -1e-12 < error.frobenius <= error.trace + 1e-12
    assert errors[-1].worst < 1e-8


@pytest.mark.parametrize("choice", CHOICES)
def test_choosing_twice_gives_the_same_bytes(choice):
    x = a_sample()
    one, other = (QuantumNystroem(landmarks=20, choice=choice).fit(x) for _ in range(2))
    assert one.normalisation_.tobytes() == other.normalisation_.tobytes()
    assert one.transform(x).tobytes() == other.transform(x).tobytes()


def test_centres_are_nobodys_record():
    x = a_sample()
    found = QuantumNystroem(landmarks=20, choice="centres").fit(x).landmarks_
    distance = np.abs(found[:, np.newaxis] - x).max(axis=2)
    assert np.sum(distance.min(axis=1) < 1e-12) <= 1  # a cluster of one is its own centre


def test_a_rank_keeps_the_strongest_features():
    x = a_sample()
    whole, few = (QuantumNystroem(landmarks=30, rank=r).fit(x).transform(x) for r in (None, 5))
    np.testing.assert_array_equal(few, whole[:, :5])


def test_a_ridge_behind_it_learns_and_is_searched_over():
    x = a_sample(400)
    y = x[:, 0] * x[:, 1] > 0
    model = make_pipeline(QuantumNystroem("iqp"), RidgeClassifier(0.01))
    grid = {"quantumnystroem__landmarks": [2, 80], "quantumnystroem__bandwidth": [0.7]}
    found = GridSearchCV(model, grid, cv=3).fit(x, y)
    assert found.best_params_["quantumnystroem__landmarks"] == 80
    assert found.best_score_ > 0.85


@pytest.mark.parametrize("change", [{"choice": "nearest"}, {"landmarks": 0}])
def test_a_choice_that_is_none_is_refused(change):
    with pytest.raises(NotEstimable):
        QuantumNystroem(**change).fit(a_sample(20))


@pytest.mark.parametrize("rank", [0, -1])
def test_a_rank_of_nothing_is_refused_and_not_taken_for_all(rank):
    with pytest.raises(NotEstimable, match="rank of landmarks"):
        QuantumNystroem(rank=rank).fit(a_sample(20))


@pytest.mark.parametrize("landmarks", [5.5, "5", None])
def test_landmarks_that_are_no_number_are_refused(landmarks):
    with pytest.raises(ModelError, match="a whole number"):
        QuantumNystroem(landmarks=landmarks).fit(a_sample(20))


def test_answers_of_yes_and_no_have_no_centres():
    answers = (a_sample(20) > 0).astype(float)
    with pytest.raises(ModelError, match="choose kmeans"):
        QuantumNystroem("basis", bandwidth=1.0, landmarks=3, choice="centres").fit(answers)
