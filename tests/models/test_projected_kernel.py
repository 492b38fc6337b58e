"""Models on small parts of the states: scikit-learn's contract, oracles and laws."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import (
    check_sample_weight_equivalence_on_dense_data,
    parametrize_with_checks,
)

from probatum.errors import ModelError, NotEstimable
from probatum.models.projected_kernel import ProjectedFeatures, ProjectedKernelClassifier

TOO_WIDE = {
    "check_sample_weight_equivalence_on_dense_data": "30 features; kept by fewer qubits, below",
}


@parametrize_with_checks(
    [ProjectedFeatures(), ProjectedKernelClassifier()],
    expected_failed_checks=lambda _: TOO_WIDE,
)
def test_scikit_learns_contract_is_kept(estimator, check):
    check(estimator)


def test_the_check_with_thirty_features_is_kept_by_an_encoding_of_few_qubits():
    check_sample_weight_equivalence_on_dense_data(
        "ProjectedKernelClassifier", ProjectedKernelClassifier("amplitude")
    )


def a_sample(patients=80, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(patients, 3))
    return x, (x[:, 0] * x[:, 1] > 0).astype(int), rng.uniform(0.5, 2, patients)


@pytest.mark.parametrize("order", [1, 2])
def test_the_classifier_is_a_ridge_on_a_radial_kernel_of_the_features(order):
    (x, y, w), (new, *_) = a_sample(), a_sample(seed=1)
    looks = ProjectedFeatures("zz", 2, bandwidth=0.3, order=order).fit(x)
    offset = np.average(2 * y - 1, weights=w)
    naive = KernelRidge(alpha=0.1, kernel="rbf", gamma=2.0)
    naive.fit(looks.transform(x), 2 * y - 1 - offset, w)
    model = ProjectedKernelClassifier("zz", 2, 0.3, order=order, gamma=2.0).fit(x, y, w)
    expected = offset + naive.predict(looks.transform(new))
    np.testing.assert_allclose(model.decision_function(new), expected, atol=1e-9)


def test_any_librarys_radial_kernel_works_on_the_features():
    x, y, _ = a_sample(200)
    model = make_pipeline(ProjectedFeatures("iqp"), SVC(C=10))
    grid = {"projectedfeatures__bandwidth": [1e-4, 0.6], "projectedfeatures__order": [1, 2]}
    found = GridSearchCV(model, grid, cv=3).fit(x, y)
    assert found.best_params_["projectedfeatures__bandwidth"] == 0.6
    assert found.best_score_ > 0.85


@pytest.mark.parametrize("gamma", ["scale", "median", 0.5])
def test_every_way_to_choose_gamma_fits(gamma):
    model = clone(ProjectedKernelClassifier("iqp", bandwidth=0.7, gamma=gamma))
    x, y, _ = a_sample()
    assert model.fit(x, y).score(x, y) > 0.8
    assert model.gamma_ > 0


@pytest.mark.parametrize(
    "change",
    [{"gamma": "auto"}, {"gamma": -1.0}, {"gamma": None}, {"gamma": np.inf}, {"penalty": 0.0}],
)
def test_a_hyper_parameter_that_is_none_is_refused(change):
    x, y, _ = a_sample()
    with pytest.raises(ModelError):
        ProjectedKernelClassifier(**change).fit(x, y)


def test_one_qubit_has_no_pairs():
    with pytest.raises(NotEstimable, match="order 2 of 1 qubit"):
        ProjectedFeatures(order=2).fit(np.ones((3, 1)))


def test_a_negative_weight_is_refused():
    x = np.random.default_rng(0).normal(size=(20, 2))
    weights = np.where(np.arange(20) == 3, -1.0, 1.0)
    with pytest.raises(ValueError, match="Negative values"):
        ProjectedKernelClassifier().fit(x, x[:, 0] > 0, weights)
