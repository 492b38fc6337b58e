"""A score with a device's errors taken out, the score as read, and both again from counts."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from probatum.errors import BackendError, ModelError
from probatum.models.on_backend import rescored, risks_on
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.models.risk_model import RiskModel
from probatum.models.variational import VariationalClassifier
from probatum.quantum.backends.choice import backend
from probatum.quantum.backends.kept import KeptRun
from probatum.study.execution import Backends

MODELS = {
    "kernel": QuantumKernelClassifier(encoding="zz", bandwidth=0.4),
    "variational": VariationalClassifier(qubits=2, repetitions=1, max_iter=200, tol=1e-2),
}
METHODS = ("readout", "zero_noise_extrapolation", "both")


def patients(n=60, seed=1):
    x, y = make_classification(
        n, 2, n_informative=2, n_redundant=0, n_clusters_per_class=1, random_state=seed
    )
    return pd.DataFrame(x, columns=["a", "b"]), y


@cache
def model(name):
    """Frozen, with a calibration that is not the identity."""
    steps = [("preparation", FunctionTransformer(np.asarray)), ("model", MODELS[name])]
    return RiskModel(Pipeline(steps).fit(*patients()), intercept=0.2, slope=1.3)


@cache
def measured(name, method, shots=400):
    plan = Backends(
        primary="exact", transpile_to="fake_manila", optimization_level=1, mitigation=method
    )
    on = backend(plan, seed=3, name="fake_manila")
    return risks_on(model(name), patients(12, seed=2)[0], on, shots=shots, seed=7)


def kept(found) -> KeptRun:
    return KeptRun(record=found.record, executions=found.executions)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("method", METHODS)
def test_risks_without_mitigation_are_kept_beside_those_with_it(name, method):
    found = measured(name, method)
    np.testing.assert_array_equal(found.raw_risks, measured(name, "none").risks)
    assert np.abs(found.risks - found.raw_risks).max() > 1e-4
    assert measured(name, "none").raw_risks is None


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("method", ["none", *METHODS])
def test_kept_counts_give_the_same_risks_to_the_digit(name, method):
    found = measured(name, method)
    again = rescored(model(name), kept(found))
    np.testing.assert_array_equal(again.risks, found.risks)
    assert again.record == found.record
    if found.raw_risks is not None:
        np.testing.assert_array_equal(again.raw_risks, found.raw_risks)


@pytest.mark.parametrize("name", MODELS)
def test_kept_counts_are_scored_by_another_method_as_if_it_had_been_stated(name):
    run = kept(measured(name, "both"))
    for method in ("none", *METHODS):
        again = rescored(model(name), run, method)
        np.testing.assert_array_equal(again.risks, measured(name, method).risks)
    later = rescored(model(name), kept(measured(name, "none")), "readout")
    np.testing.assert_array_equal(later.risks, measured(name, "readout").risks)


@pytest.mark.parametrize("name", MODELS)
def test_mitigated_risks_are_nearer_the_exact_ones(name):
    exact = model(name).risk(patients(12, seed=2)[0])
    found = measured(name, "both", shots=None)
    assert np.abs(found.risks - exact).mean() < np.abs(found.raw_risks - exact).mean()


def test_counts_of_another_model_or_none_are_refused():
    with pytest.raises(BackendError, match="those of another"):
        rescored(model("kernel"), kept(measured("variational", "both")))
    with pytest.raises(BackendError, match="got none"):
        rescored(model("kernel"), kept(measured("kernel", "both", shots=None)))
    with pytest.raises(BackendError, match="whose circuits were run"):
        rescored(model("kernel"), kept(measured("kernel", "readout")), "both")


def test_a_classical_model_has_no_counts_to_score():
    steps = [("preparation", FunctionTransformer(np.asarray)), ("model", LogisticRegression())]
    classical = RiskModel(Pipeline(steps).fit(*patients()), intercept=0.0, slope=1.0)
    with pytest.raises(ModelError, match="LogisticRegression"):
        rescored(classical, kept(measured("kernel", "none")))
