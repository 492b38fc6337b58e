"""A fitted model gives the same score wherever its circuit is run, up to shots and noise."""

from functools import cache

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression

from probatum.errors import ModelError
from probatum.models.convolutional import ConvolutionalClassifier
from probatum.models.on_backend import Measurable, scored_on
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.models.variational import VariationalClassifier, VariationalRegressor
from probatum.quantum.backends.choice import backend
from probatum.study.execution import Backends

PLAN = Backends(primary="exact", transpile_to="fake_manila", optimization_level=1)


def patients(n=60, features=3, seed=1):
    return make_classification(
        n, features, n_informative=features, n_redundant=0, random_state=seed
    )


@cache
def variational():
    """A small circuit with learned weights."""
    return VariationalClassifier(qubits=3, repetitions=1, max_iter=200, tol=1e-2).fit(
        *patients()
    )


def scores(model, name, *, shots=None, seed=7, n=12):
    x, _ = patients(n, model.n_features_in_, seed=2)
    on = backend(PLAN, seed=3, name=name)
    return scored_on(model, x, on, shots=shots, seed=seed), x


@pytest.mark.parametrize("name", ["exact", "aer_statevector", "aer_density_matrix", "aer_mps"])
def test_ideal_backends_give_the_models_own_score(name):
    found, x = scores(variational(), name)
    np.testing.assert_allclose(found.scores, variational().decision_function(x), atol=1e-9)
    assert found.executions == ()
    assert found.record.backend == name


def test_shots_scatter_the_score_about_its_value():
    found, x = scores(variational(), "aer_statevector", shots=4000)
    exact = variational().decision_function(x)
    error = np.abs(variational().scale_) / np.sqrt(4000)
    assert 0 < np.abs(found.scores - exact).max() < 5 * error.max()
    assert {sum(row.values()) for one in found.executions for row in one.counts} == {4000}


def test_a_noisy_device_draws_the_score_towards_that_of_mere_noise():
    found, x = scores(variational(), "fake_manila")
    exact = variational().decision_function(x)
    nothing = variational().score_from_expectation(np.zeros((1, 1)))[0, 0]
    assert np.abs(found.scores - nothing).mean() < np.abs(exact - nothing).mean()
    assert np.corrcoef(found.scores, exact)[0, 1] > 0.95
    assert found.record.kind == "noisy simulator"
    assert found.record.device == "fake_manila"


def test_a_regressor_gives_what_its_prediction_is_scaled_from():
    x, y = patients()
    model = VariationalRegressor(qubits=2, repetitions=1, max_iter=200, tol=1e-2).fit(x, y)
    found, x = scores(model, "aer_statevector")
    expected = (model.predict(x) - model.target_mean_) / model.target_spread_
    np.testing.assert_allclose(found.scores, expected, atol=1e-9)


def test_more_than_two_classes_give_a_score_each():
    x, y = patients()
    model = VariationalClassifier(qubits=3, repetitions=1, max_iter=200, tol=1e-2)
    model.fit(x, y + (x[:, 0] > 1))
    found, x = scores(model, "aer_statevector")
    assert found.scores.shape == (12, 3)
    np.testing.assert_allclose(found.scores, model.decision_function(x), atol=1e-9)


def test_a_convolutional_model_is_measurable_too():
    x, y = patients(features=4)
    model = ConvolutionalClassifier(max_iter=200, tol=1e-2).fit(x, y)
    assert isinstance(model, Measurable)
    found, x = scores(model, "aer_statevector")
    np.testing.assert_allclose(found.scores, model.decision_function(x), atol=1e-9)


def test_a_kernel_model_of_many_qubits_is_refused_with_what_to_do():
    x, y = patients(features=7)
    model = QuantumKernelClassifier(encoding="angle", bandwidth=0.3).fit(x, y)
    with pytest.raises(
        ModelError, match=r"at most 6 qubits .* got 7 — encode in fewer qubits, freeze a variat"
    ):
        scores(model, "exact")


def test_a_classical_model_is_not_measurable():
    with pytest.raises(ModelError, match="LogisticRegression"):
        scored_on(LogisticRegression(), np.zeros((1, 1)), None, shots=None, seed=1)
