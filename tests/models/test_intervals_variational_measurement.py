"""The score of a variational model scatters by the law of its observable, on a backend too."""

import numpy as np
import pytest
from qiskit.quantum_info import SparsePauliOp, Statevector
from scipy.stats import chi2
from sklearn.pipeline import Pipeline

from probatum.errors import NotEstimable
from probatum.models.intervals.direct_measurement import direct_measurement
from probatum.models.intervals.variational_measurement import readings
from probatum.models.preparation import FeaturePreparation
from probatum.models.risk_model import RiskModel
from probatum.models.variational import VariationalClassifier
from probatum.quantum.backends.aer import Aer
from probatum.quantum.backends.exact import Exact
from probatum.quantum.backends.simulators import Simulated
from tests.models.builders import a_plan, some_patients


@pytest.mark.parametrize("observable", ["local", "mean", "parity"])
def test_a_variational_models_law_has_its_own_score_and_quantum_variance(observable):
    model = a_variational_model(observable)
    frame, inner = some_patients(6, seed=9).frame, model.pipeline["model"]
    found = direct_measurement(model, frame)
    np.testing.assert_allclose(found.score(), model.score(frame), atol=1e-9)
    operator = inner.observables()[0]
    square = (operator @ operator).simplify()
    rows = inner.circuit_rows(model.pipeline["preparation"].transform(frame))
    for row, variance in zip(rows, found.variance(1), strict=True):
        state = Statevector(inner.circuit().assign_parameters(row))
        mean = state.expectation_value(operator).real
        expected = state.expectation_value(square).real - mean**2
        assert variance == pytest.approx(inner.scale_[0] ** 2 * expected, abs=1e-9)


@pytest.mark.parametrize("engine", [Aer(name="aer_statevector"), Exact()], ids=["aer", "exact"])
def test_what_a_backend_measures_scatters_as_the_law_says(engine):
    """One patient measured 400 times, 100 shots each; the bounds are those of chi squared."""
    model, times, shots = a_variational_model("mean"), 400, 100
    frame, inner = some_patients(1, seed=9).frame, model.pipeline["model"]
    rows = inner.circuit_rows(model.pipeline["preparation"].transform(frame)).repeat(times, 0)
    measured = Simulated(engine=engine).expectation(
        inner.circuit(), inner.observables(), rows, shots=shots, seed=4
    )
    scores = inner.score_from_expectation(measured.values)[:, 0]
    law = direct_measurement(model, frame)
    variance = law.variance(shots)[0]
    assert abs(scores.mean() - law.score()[0]) < 4 * np.sqrt(variance / times)
    low, high = chi2.ppf([1e-4, 1 - 1e-4], times - 1) / (times - 1)
    assert low < scores.var(ddof=1) / variance < high


def a_variational_model(observable):
    patients, preparation = some_patients(), FeaturePreparation.of(a_plan().features)
    inner = VariationalClassifier(observable=observable, max_iter=300, random_state=1)
    pipeline = Pipeline([("preparation", preparation), ("model", inner)])
    pipeline.fit(patients.frame, patients.outcome, model__sample_weight=patients.weight)
    return RiskModel(pipeline, intercept=0.0, slope=1.0)


def test_what_is_not_read_from_bits_is_refused():
    with pytest.raises(NotEstimable, match="X or Y"):
        readings(SparsePauliOp(["IX"]))
