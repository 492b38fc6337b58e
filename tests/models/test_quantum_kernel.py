"""The index test: scikit-learn's contract, its normal equations, and what it must refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from probatum.errors import ModelError, NotEstimable
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.quantum.encodings import encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import cross_gram, gram

NOT_APPLICABLE = {
    "check_sample_weight_equivalence_on_dense_data": "30 features; tested below with fewer",
    "check_classifiers_one_label": "one class is refused with NotEstimable, no ValueError",
    "check_fit2d_1sample": "one class is refused with NotEstimable, no ValueError",
    "check_classifier_not_supporting_multiclass": "refused with NotEstimable, no ValueError",
}


@parametrize_with_checks(
    [QuantumKernelClassifier()], expected_failed_checks=lambda _: NOT_APPLICABLE
)
def test_scikit_learns_contract_is_kept(estimator, check):
    check(estimator)


def a_sample(patients: int = 80, features: int = 3, seed: int = 0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(patients, features))
    y = (x[:, 0] + 0.5 * rng.normal(size=patients) > 0.3).astype(int)
    return x, y, rng.uniform(0.5, 2, patients)


@pytest.mark.parametrize("name", ["angle", "zz"])
def test_the_observable_scores_like_the_dual_solution_it_came_from(name):
    x, y, w = a_sample()
    new, *_ = a_sample(seed=1)
    psi, psi_new = (states(encoding(name, 3, repetitions=2), 0.4 * rows) for rows in (x, new))
    target, offset = 2.0 * y - 1, np.average(2.0 * y - 1, weights=w)
    shares = np.linalg.solve(gram(psi) + np.diag(0.01 / w), target - offset)
    model = QuantumKernelClassifier(name, 2, bandwidth=0.4, penalty=0.01).fit(x, y, w)
    expected = offset + cross_gram(psi_new, psi) @ shares
    np.testing.assert_allclose(model.decision_function(new), expected, atol=1e-11)


def test_the_observable_is_hermitian():
    observable = QuantumKernelClassifier().fit(*a_sample()).observable_
    np.testing.assert_allclose(observable, observable.conj().T, atol=1e-14)


@settings(max_examples=20, deadline=None)
@given(times=st.lists(st.integers(0, 3), min_size=30, max_size=30), penalty=st.floats(0.01, 1))
def test_a_weight_of_two_is_the_patient_twice_and_of_zero_the_patient_left_out(times, penalty):
    x, y, _ = a_sample(30)
    times = np.array(times) + np.where(np.arange(30) < 4, 1, 0)
    y[:2], y[2:4] = 0, 1
    weighted = QuantumKernelClassifier(penalty=penalty).fit(x, y, times)
    repeated = QuantumKernelClassifier(penalty=penalty).fit(x.repeat(times, 0), y.repeat(times))
    ours, theirs = (model.decision_function(x) for model in (weighted, repeated))
    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def test_a_growing_penalty_pulls_every_score_to_the_mean():
    x, y, w = a_sample()
    model = QuantumKernelClassifier(penalty=1e9).fit(x, y, w)
    np.testing.assert_allclose(model.decision_function(x), model.offset_, atol=1e-6)


def test_a_vanishing_penalty_fits_the_training_patients():
    x, y, w = a_sample(40)
    model = QuantumKernelClassifier(bandwidth=1.0, penalty=1e-8).fit(x, y, w)
    assert model.score(x, y) == 1


def test_swapping_the_classes_turns_the_score_around():
    x, y, w = a_sample()
    one, other = (
        QuantumKernelClassifier().fit(x, t, w).decision_function(x) for t in (y, 1 - y)
    )
    np.testing.assert_allclose(one, -other, atol=1e-12)


def test_fitting_twice_gives_the_same_bytes():
    one, other = (QuantumKernelClassifier().fit(*a_sample()) for _ in range(2))
    assert one.observable_.tobytes() == other.observable_.tobytes()


def test_the_model_keeps_no_patient():
    model = QuantumKernelClassifier().fit(*a_sample(80))
    sizes = {name: np.shape(value) for name, value in vars(model).items()}
    assert all(80 not in shape for shape in sizes.values()), sizes


@pytest.mark.parametrize("change", [{"bandwidth": 0.0}, {"penalty": -1.0}])
def test_a_hyper_parameter_that_is_not_positive_is_refused(change):
    with pytest.raises(ModelError, match="expected a positive number"):
        QuantumKernelClassifier(**change).fit(*a_sample())


def test_more_features_than_the_observable_can_hold_are_refused():
    with pytest.raises(ModelError, match="at most 12 features, got 13"):
        QuantumKernelClassifier().fit(*a_sample(features=13))


def test_an_outcome_with_one_value_is_refused():
    x, y, _ = a_sample()
    with pytest.raises(NotEstimable, match="expected two classes, got 1"):
        QuantumKernelClassifier().fit(x, np.zeros_like(y))


def test_a_model_that_was_not_fitted_has_no_circuit():
    with pytest.raises(NotFittedError):
        QuantumKernelClassifier().circuit()
