"""The regressor on the fidelity kernel: scikit-learn's contract and its normal equations."""

import numpy as np
import pytest
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import cross_val_score
from sklearn.utils.estimator_checks import (
    check_sample_weight_equivalence_on_dense_data,
    parametrize_with_checks,
)

from probatum.errors import ModelError
from probatum.models.quantum_kernel_regressor import QuantumKernelRegressor
from probatum.quantum.encodings import encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import cross_gram, gram

TOO_WIDE = {
    "check_sample_weight_equivalence_on_dense_data": "30 features; kept by fewer qubits, below",
}


@parametrize_with_checks([QuantumKernelRegressor()], expected_failed_checks=lambda _: TOO_WIDE)
def test_scikit_learns_contract_is_kept(estimator, check):
    check(estimator)


def test_the_check_with_thirty_features_is_kept_by_an_encoding_of_few_qubits():
    check_sample_weight_equivalence_on_dense_data(
        "QuantumKernelRegressor", QuantumKernelRegressor("amplitude")
    )


def a_sample(patients=60, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(patients, 3))
    return x, np.sin(x[:, 0]) + x[:, 1] * x[:, 2] + 3, rng.uniform(0.5, 2, patients)


@pytest.mark.parametrize("name", ["angle", "iqp", "zz"])
def test_it_predicts_as_scikit_learns_kernel_ridge_on_the_same_kernel(name):
    (x, y, w), (new, *_) = a_sample(), a_sample(seed=1)
    psi, other = (states(encoding(name, 3, repetitions=2), 0.3 * rows) for rows in (x, new))
    mean = np.average(y, weights=w)
    naive = KernelRidge(alpha=0.01, kernel="precomputed").fit(gram(psi), y - mean, w)
    model = QuantumKernelRegressor(name, 2, bandwidth=0.3, penalty=0.01).fit(x, y, w)
    expected = mean + naive.predict(cross_gram(other, psi))
    np.testing.assert_allclose(model.predict(new), expected, atol=1e-9)


def test_it_learns_a_smooth_function():
    x, y, _ = a_sample(200)
    model = QuantumKernelRegressor("angle", 2, bandwidth=0.6, penalty=1e-3)
    assert cross_val_score(model, x, y, cv=3).mean() > 0.95


def test_shifting_every_outcome_shifts_every_prediction():
    x, y, w = a_sample()
    one, other = (QuantumKernelRegressor().fit(x, t, w).predict(x) for t in (y, y + 10))
    np.testing.assert_allclose(one + 10, other, atol=1e-9)


def test_more_qubits_than_the_observable_can_hold_are_refused():
    with pytest.raises(ModelError, match="at most 12 qubits, got 14"):
        QuantumKernelRegressor("amplitude", repetitions=7).fit(np.ones((4, 3)), np.arange(4.0))


def test_a_negative_weight_is_refused():
    x = np.random.default_rng(0).normal(size=(20, 2))
    weights = np.where(np.arange(20) == 3, -1.0, 1.0)
    with pytest.raises(ValueError, match="Negative values"):
        QuantumKernelRegressor().fit(x, x[:, 0], weights)
