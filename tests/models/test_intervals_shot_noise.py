"""The scatter of a risk that is estimated from shots follows the laws of counting."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiskit.quantum_info import SparsePauliOp, Statevector
from scipy.stats import chi2, norm
from sklearn.pipeline import Pipeline

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
from probatum.models.intervals.measurement import KernelEntries, Spectrum
from probatum.models.intervals.shot_noise import resampled_shot_noise, shot_noise
from probatum.models.intervals.variational_measurement import readings, variational_measurement
from probatum.models.preparation import FeaturePreparation
from probatum.models.recipe import comparator_recipes, index_recipe
from probatum.models.risk_model import RiskModel
from probatum.models.tuning import Patients, fitted
from probatum.models.variational import VariationalClassifier
from probatum.quantum.backends.aer import Aer
from probatum.quantum.backends.exact import Exact
from probatum.quantum.backends.simulators import Simulated
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import cross_gram, gram
from tests.models.builders import a_plan, some_patients

CURVE = Platt(intercept=-0.4, slope=1.7)


def entries(seed=0, patients=5, trained=8):
    rng = np.random.default_rng(seed)
    return KernelEntries(
        offset=0.3,
        shares=rng.normal(size=trained),
        probabilities=rng.random((patients, trained)),
    )


def spectrum(seed=0, patients=5, outcomes=6):
    rng = np.random.default_rng(seed)
    return Spectrum(
        offset=-0.2,
        eigenvalues=rng.normal(size=outcomes),
        probabilities=rng.dirichlet(np.ones(outcomes), patients),
    )


MEASUREMENTS = pytest.mark.parametrize("measured", [entries(), spectrum()], ids=["e", "s"])


@pytest.fixture(scope="module")
def index():
    patients = some_patients()
    recipe = index_recipe(a_plan(), seed=2)
    pipeline = fitted(recipe, {**recipe.candidates[0], "encoding": "zz"}, patients)
    return RiskModel(pipeline, intercept=-0.1, slope=2.0)


def test_one_entry_at_a_half_scatters_as_a_coin():
    coin = KernelEntries(offset=0.0, shares=[3.0], probabilities=[[0.5]])
    assert coin.variance(100)[0] == pytest.approx(9 * 0.25 / 100)


def test_entries_that_are_certain_do_not_scatter():
    sure = KernelEntries(offset=1.0, shares=[3.0, -2.0], probabilities=[[0.0, 1.0]])
    assert sure.score()[0] == -1.0
    assert sure.variance(10)[0] == 0
    assert (sure.sampled(10, 20, np.random.default_rng(0)) == -1.0).all()


def test_a_pauli_string_scatters_as_one_less_its_square():
    sign = Spectrum.of_signs([0.0, 0.6, 1.0], offset=0.5, scale=2.0)
    np.testing.assert_allclose(sign.score(), [0.5, 1.7, 2.5])
    np.testing.assert_allclose(sign.variance(50), 4 * np.array([1, 0.64, 0]) / 50, atol=1e-15)


@MEASUREMENTS
def test_the_analytic_law_is_that_of_many_simulated_measurements(measured):
    drawn = measured.sampled(200, 20_000, np.random.default_rng(1))
    error = np.sqrt(measured.variance(200))
    np.testing.assert_array_less(np.abs(drawn.mean(axis=0) - measured.score()), 5 * error / 141)
    np.testing.assert_allclose(drawn.std(axis=0), error, rtol=0.03)


def test_few_shots_have_exactly_the_distribution_that_enumeration_gives():
    measured = KernelEntries(offset=0.0, shares=[1.0, 2.0], probabilities=[[0.3, 0.8]])
    shots = 2
    values, chances = [], []
    for i in range(shots + 1):
        for j in range(shots + 1):
            values.append(i / shots + 2 * j / shots)
            chances.append(_binomial(shots, i, 0.3) * _binomial(shots, j, 0.8))
    mean = np.dot(values, chances)
    assert measured.score()[0] == pytest.approx(mean)
    assert measured.variance(shots)[0] == pytest.approx(
        np.dot(np.square(values), chances) - mean**2
    )
    drawn = measured.sampled(shots, 20_000, np.random.default_rng(3))[:, 0]
    below = np.dot(np.array(values) <= 1.0, chances)
    assert np.mean(drawn <= 1.0) == pytest.approx(below, abs=5 * 0.5 / np.sqrt(20_000))


def _binomial(n, k, p):
    return comb(n, k) * p**k * (1 - p) ** (n - k)


@MEASUREMENTS
def test_four_times_the_shots_halve_the_standard_error(measured):
    few = shot_noise(measured, CURVE, shots=256, level=0.9)
    many = shot_noise(measured, CURVE, shots=1024, level=0.9)
    np.testing.assert_allclose(few.standard_error, 2 * many.standard_error)


@MEASUREMENTS
def test_an_exact_result_has_no_interval(measured):
    exact = shot_noise(measured, CURVE, shots=None, level=0.95)
    assert (exact.standard_error == 0).all()
    assert (exact.variance == 0).all()
    np.testing.assert_array_equal(exact.lower, exact.risk)
    np.testing.assert_array_equal(exact.upper, exact.risk)
    assert (exact.flip_probability(0.3) == 0).all()


@MEASUREMENTS
def test_the_interval_of_the_risk_agrees_with_simulated_measurements(measured):
    analytic = shot_noise(measured, CURVE, shots=500, level=0.9)
    naive = resampled_shot_noise(
        measured, CURVE, shots=500, level=0.9, replicates=20_000, rng=np.random.default_rng(4)
    )
    np.testing.assert_allclose(analytic.lower, naive.lower, atol=0.004)
    np.testing.assert_allclose(analytic.upper, naive.upper, atol=0.004)
    np.testing.assert_allclose(analytic.standard_error, naive.standard_error, rtol=0.03)


def test_the_chance_of_another_decision_is_a_half_at_the_threshold_itself():
    measured = Spectrum.of_signs([0.0, 0.5], offset=0.0, scale=1.0)
    found = shot_noise(measured, Platt(intercept=0.0, slope=1.0), shots=100, level=0.95)
    flips = found.flip_probability(0.5)
    assert flips[0] == pytest.approx(0.5)
    assert flips[1] == pytest.approx(norm.sf(0.5 / np.sqrt(0.75 / 100)))


def test_the_chance_of_another_decision_agrees_with_simulated_measurements():
    measured, threshold = spectrum(seed=5), 0.4
    found = shot_noise(measured, CURVE, shots=100, level=0.95)
    drawn = CURVE.risk(measured.sampled(100, 10_000, np.random.default_rng(6)))
    other = ((drawn >= threshold) != (found.risk >= threshold)).mean(axis=0)
    np.testing.assert_allclose(found.flip_probability(threshold), other, atol=0.02)


@given(seed=st.integers(0, 1000), shots=st.integers(1, 10**6), level=st.floats(0.01, 0.99))
@settings(max_examples=30, deadline=None)
def test_the_interval_holds_the_risk_and_stays_a_probability(seed, shots, level):
    found = shot_noise(entries(seed), CURVE, shots=shots, level=level)
    assert (found.lower <= found.risk).all()
    assert (found.risk <= found.upper).all()
    assert (found.lower > 0).all()
    assert (found.upper < 1).all()


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


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"probabilities": [[1.2]], "shares": [1.0]}, "values outside"),
        ({"probabilities": [[0.2]], "shares": [1.0, 2.0]}, "one number for each of 1"),
        ({"probabilities": [0.2], "shares": [1.0]}, "shape"),
        ({"probabilities": [[np.nan]], "shares": [1.0]}, "values outside"),
    ],
    ids=["above one", "two shares", "flat", "not a number"],
)
def test_entries_that_are_no_probabilities_are_refused(given, told):
    with pytest.raises(NotEstimable, match=told):
        KernelEntries(offset=0.0, **given)


def test_a_spectrum_that_does_not_add_up_is_refused():
    with pytest.raises(NotEstimable, match="add up to 1"):
        Spectrum(offset=0.0, eigenvalues=[0.0, 1.0], probabilities=[[0.2, 0.2]])


def test_no_shots_are_refused_and_so_is_a_level_of_one():
    with pytest.raises(NotEstimable, match="shots — expected 1 or more"):
        shot_noise(entries(), CURVE, shots=0, level=0.9)
    with pytest.raises(NotEstimable, match="level"):
        shot_noise(entries(), CURVE, shots=10, level=1.0)


def test_a_single_resampling_and_a_threshold_of_one_are_refused():
    with pytest.raises(NotEstimable, match="2 replicates or more"):
        resampled_shot_noise(
            entries(), CURVE, shots=9, level=0.9, replicates=1, rng=np.random.default_rng(0)
        )
    with pytest.raises(NotEstimable, match="level"):
        shot_noise(entries(), CURVE, shots=9, level=0.9).flip_probability(1.0)
