"""A kernel model measured by its observable or overlap by overlap: one score, two scatters."""

import numpy as np
import pytest

from probatum.errors import NotEstimable
from probatum.models.calibration import Platt
from probatum.models.intervals.direct_measurement import direct_measurement
from probatum.models.intervals.kernel_measurement import (
    dual_of,
    entries_measurement,
    noisy_entries,
    observable_measurement,
    training_variance,
)
from probatum.models.intervals.shot_noise import shot_noise
from probatum.models.intervals.variational_measurement import variational_measurement
from probatum.models.recipe import comparator_recipes, index_recipe
from probatum.models.risk_model import RiskModel
from probatum.models.tuning import Patients, fitted
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import cross_gram, gram
from tests.models.builders import a_plan, some_patients


@pytest.fixture(scope="module")
def index():
    patients = some_patients()
    recipe = index_recipe(a_plan(), seed=2)
    pipeline = fitted(recipe, {**recipe.candidates[0], "encoding": "zz"}, patients)
    return RiskModel(pipeline, intercept=-0.1, slope=2.0)


def test_both_ways_of_measuring_give_back_the_models_own_score(index):
    frame = some_patients(20, seed=9).frame
    direct = direct_measurement(index, frame)
    pieces = entries_measurement(index, dual_of(index, some_patients()), frame)
    np.testing.assert_allclose(direct.score(), index.score(frame), atol=1e-9)
    np.testing.assert_allclose(pieces.score(), index.score(frame), atol=1e-9)
    assert (direct.circuits, pieces.circuits) == (1, 120)
    np.testing.assert_allclose(
        shot_noise(direct, Platt(intercept=-0.1, slope=2.0), shots=9, level=0.9).risk,
        index.risk(frame),
        atol=1e-9,
    )


def test_the_scatter_of_the_observable_is_its_quantum_variance(index):
    frame, model = some_patients(6, seed=9).frame, index.pipeline["model"]
    features = index.pipeline["preparation"].transform(frame)
    psi = states(model.circuit(), model.bandwidth * features)
    squared = model.observable_ @ model.observable_
    mean = np.einsum("nd,de,ne->n", psi.conj(), model.observable_, psi).real
    square = np.einsum("nd,de,ne->n", psi.conj(), squared, psi).real
    found = observable_measurement(index, frame).variance(1)
    np.testing.assert_allclose(found, square - mean**2, rtol=1e-6)


def test_patients_of_weight_zero_are_not_measured_against(index):
    patients = some_patients()
    silent = Patients(
        frame=patients.frame,
        outcome=patients.outcome,
        weight=patients.weight * (np.arange(120) > 5),
    )
    assert entries_measurement(index, dual_of(index, silent), patients.frame).circuits == 114


def test_with_landmarks_a_circuit_is_run_for_each_of_them_alone(index):
    patients, frame = some_patients(), some_patients(20, seed=9).frame
    dual = dual_of(index, patients, landmarks=patients.frame.iloc[:8])
    few = entries_measurement(index, dual, frame)
    assert few.circuits == 8
    np.testing.assert_allclose(few.score(), dual.scores(few.probabilities))


def test_measuring_the_observable_scatters_less_than_measuring_each_overlap(index):
    patients, frame = some_patients(), some_patients(20, seed=9).frame
    pieces = entries_measurement(index, dual_of(index, patients), frame)
    assert (observable_measurement(index, frame).variance(100) < pieces.variance(100)).all()


def test_a_noisy_devices_entries_move_the_score_and_keep_its_law(index):
    dual = dual_of(index, some_patients())
    exact = entries_measurement(index, dual, some_patients(5, seed=9).frame)
    faded = noisy_entries(dual, 0.9 * exact.probabilities + 0.01)
    expected = dual.scores(0.9 * exact.probabilities + 0.01)
    np.testing.assert_allclose(faded.score(), expected)
    assert not np.allclose(faded.score(), exact.score())


def test_a_kernel_model_has_no_variational_law(index):
    with pytest.raises(NotEstimable, match="QuantumKernelClassifier"):
        variational_measurement(index, some_patients(3).frame)


def test_the_closed_form_is_the_scatter_under_errors_of_either_sign(index):
    """The wild bootstrap: each patient's left-out error kept, its sign drawn anew."""
    patients, frame = some_patients(), some_patients(10, seed=9).frame
    kernel, preparation = index.pipeline["model"], index.pipeline["preparation"]
    features, asked = preparation.transform(patients.frame), preparation.transform(frame)
    weights = _smoother(kernel, features, asked, patients.weight)
    errors = [_left_out(kernel, features, patients, row) for row in range(120)]
    signs = np.random.default_rng(8).choice([-1.0, 1.0], (20_000, 120))
    simulated = ((signs * errors) @ weights.T).var(axis=0)
    found = training_variance(index, patients, frame)
    np.testing.assert_allclose(found, simulated, rtol=0.05)


def _left_out(kernel, features, patients, row):
    rest = np.arange(len(patients)) != row
    target = 2 * patients.outcome - 1 - kernel.offset_
    weights = _smoother(kernel, features[rest], features[[row]], patients.weight[rest])
    return target[row] - (weights @ target[rest])[0]


def _smoother(kernel, features, asked, weight):
    psi = states(kernel.circuit(), kernel.bandwidth * features)
    other = states(kernel.circuit(), kernel.bandwidth * asked)
    ridged = gram(psi) + np.diag(kernel.penalty / weight)
    return np.linalg.solve(ridged, cross_gram(psi, other)).T


def test_a_classical_model_is_not_measured():
    patients = some_patients()
    recipe = comparator_recipes(a_plan(), seed=2)[0]
    classical = RiskModel(fitted(recipe, recipe.candidates[0], patients), 0.0, 1.0)
    with pytest.raises(NotEstimable, match="a classical model is not measured"):
        observable_measurement(classical, patients.frame)
