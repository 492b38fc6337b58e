"""Variational estimators: scikit-learn's contract, learning, stopping, and what they refuse."""

import warnings

import numpy as np
import pytest
import skops.io
from qiskit.quantum_info import Statevector
from sklearn.base import clone
from sklearn.datasets import make_moons
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from probatum.errors import CircuitError, ModelError, NotEstimable
from probatum.models.serialisation import model_bytes
from probatum.models.variational import VariationalClassifier, VariationalRegressor
from probatum.quantum.backends.aer import Aer
from probatum.quantum.backends.exact import Exact
from probatum.quantum.backends.simulators import Simulated

STUDIED = {
    "trained_reuploading": {},
    "zz": {"bandwidth": 0.5},
    "iqp": {},
    "angle": {"ansatz": "efficient_su2", "observable": "mean"},
    "amplitude": {"ansatz": "mirrored", "initial": "identity"},
    "reuploading": {"observable": "parity", "initial": "uniform"},
}


@parametrize_with_checks([VariationalClassifier(max_iter=15), VariationalRegressor()])
def test_scikit_learns_contract_is_kept(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        check(estimator)


def moons(patients: int = 120, seed: int = 0):
    return make_moons(patients, noise=0.15, random_state=seed)


def fitted(classes: int = 2, **change) -> VariationalClassifier:
    x, y = moons()
    if classes > 2:
        y = np.digitize(x[:, 0], np.linspace(-0.5, 1.5, classes - 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return VariationalClassifier(**{"max_iter": 40} | change).fit(x, y)


def test_a_boundary_no_straight_line_draws_is_learned():
    assert fitted(max_iter=100).score(*moons(seed=1)) > 0.93


@pytest.mark.parametrize("classes", [3, 4])
def test_several_classes_are_told_apart(classes):
    x, _ = moons()
    model = fitted(classes)
    chances = model.predict_proba(x)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    assert chances.shape == (120, classes)
    assert model.score(x, np.digitize(x[:, 0], np.linspace(-0.5, 1.5, classes - 1))) > 0.9


def test_a_regressor_learns_a_wave():
    x = np.linspace(-1.5, 1.5, 60)[:, np.newaxis]
    y = 40 + 7 * np.sin(3 * x[:, 0])
    assert VariationalRegressor(qubits=3, repetitions=3).fit(x, y).score(x, y) > 0.99


@pytest.mark.parametrize("encoding", STUDIED)
@pytest.mark.parametrize("classes", [2, 3])
def test_a_circuit_handed_to_a_backend_scores_as_the_model_does(encoding, classes):
    model = fitted(classes, encoding=encoding, max_iter=3, **STUDIED[encoding])
    x, _ = moons(5, seed=2)
    circuit = model.circuit()
    found = [Statevector(circuit.assign_parameters(row)) for row in model.circuit_rows(x)]
    values = [[s.expectation_value(o).real for o in model.observables()] for s in found]
    scores = model.score_from_expectation(values)
    expected = model.decision_function(x)
    np.testing.assert_allclose(scores[:, 0] if classes == 2 else scores, expected, atol=1e-12)


@pytest.mark.parametrize("optimizer", ["l-bfgs", "adam"])
def test_the_loss_falls(optimizer):
    curve = fitted(optimizer=optimizer).loss_curve_
    assert curve[-1] < 0.6 * curve[0]


@pytest.mark.parametrize("optimizer", ["l-bfgs", "adam"])
def test_fitting_twice_gives_the_same_bytes(optimizer):
    one, other = (fitted(optimizer=optimizer, max_iter=8) for _ in range(2))
    assert one.weights_.tobytes() == other.weights_.tobytes()


def test_another_seed_gives_other_weights():
    assert (
        np.abs(fitted(random_state=1).weights_ - fitted(random_state=2).weights_).max() > 0.01
    )


@pytest.mark.parametrize("optimizer", ["l-bfgs", "adam"])
def test_early_stopping_keeps_the_weights_that_did_best_on_those_held_out(optimizer):
    told = []
    x, y = moons()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = VariationalClassifier(
            early_stopping=True,
            optimizer=optimizer,
            max_iter=60,
            validation_fraction=0.3,
            n_iter_no_change=3,
        ).fit(x, y, progress=lambda *seen: told.append(seen))
    assert len(model.validation_curve_) == model.n_iter_ == len(told)
    assert told[-1] == (model.n_iter_, model.loss_curve_[-1], model.validation_curve_[-1])
    since_best = model.n_iter_ - 1 - int(np.argmin(model.validation_curve_))
    assert since_best <= 3 or model.n_iter_ == 60
    stopped_at_best = clone(model).set_params(max_iter=model.n_iter_ - since_best)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        stopped_at_best.fit(x, y)
    np.testing.assert_allclose(stopped_at_best.weights_, model.weights_, atol=1e-9)


def test_nobody_is_learned_from_and_judged_by():
    """Moving one patient moves either the training loss or the validation loss at the start."""
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(12, 2)), rng.normal(size=12)
    first = first_losses(x, y)
    held = []
    for patient in range(12):
        moved = x.copy()
        moved[patient] += 0.5
        changed = first_losses(moved, y) != first
        assert changed.sum() == 1
        held.append(changed[1])
    assert sum(held) == 3


def first_losses(x, y):
    """Training and validation loss before anything is learned, to rounding."""
    model = VariationalRegressor(
        early_stopping=True,
        validation_fraction=0.25,
        max_iter=1,
        optimizer="adam",
        batch_size=None,
        learning_rate=1e-300,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x, y)
    return np.array([model.loss_curve_[0], model.validation_curve_[0]]).round(12)


@pytest.mark.parametrize("model", [VariationalClassifier, VariationalRegressor])
def test_early_stopping_without_anyone_to_judge_by_is_refused(model):
    """It would otherwise go on as if nobody had asked for it."""
    few = 2 if model is VariationalClassifier else 1
    with pytest.raises(NotEstimable, match="two patients of some class"):
        model(early_stopping=True).fit(np.eye(2)[:few], np.arange(few))


def test_steps_that_lead_out_of_all_numbers_are_refused():
    steps = {"optimizer": "adam", "learning_rate": 1e308, "max_iter": 3}
    with pytest.raises(CircuitError, match=r"expected .*finite number"):
        VariationalClassifier(**steps).fit(*moons())


def test_targets_too_large_to_square_are_refused():
    with pytest.raises(NotEstimable, match="whose variance is finite"):
        VariationalRegressor().fit(np.eye(2), [0.0, 1e300])


def test_going_on_from_where_it_ended_is_no_worse():
    x, y = moons()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = VariationalClassifier(max_iter=5, warm_start=True).fit(x, y)
        first = model.loss_curve_[-1]
        assert model.fit(x, y).loss_curve_[-1] < first


def test_too_few_iterations_are_said_aloud():
    with pytest.warns(ConvergenceWarning, match="raise max_iter"):
        VariationalClassifier(max_iter=2).fit(*moons())


def test_a_weight_of_two_is_the_patient_twice_and_of_zero_the_patient_left_out():
    x, y = moons(40)
    times = np.random.default_rng(0).integers(0, 3, 40)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        weighted = VariationalClassifier(max_iter=10).fit(x, y, times)
        repeated = VariationalClassifier(max_iter=10).fit(x.repeat(times, 0), y.repeat(times))
    one, other = (model.decision_function(x) for model in (weighted, repeated))
    np.testing.assert_allclose(one, other, atol=1e-8)


def test_it_works_in_a_pipeline_and_a_grid_search():
    pipeline = make_pipeline(StandardScaler(), VariationalClassifier(max_iter=30, tol=1e-3))
    grid = {"variationalclassifier__repetitions": [1, 3]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search = GridSearchCV(pipeline, grid, cv=2).fit(*moons())
    assert search.best_params_ == {"variationalclassifier__repetitions": 3}


def test_the_model_keeps_no_patient():
    sizes = {name: np.shape(value) for name, value in vars(fitted()).items()}
    assert all(120 not in shape for shape in sizes.values()), sizes


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"bandwidth": 0.0}, "bandwidth — expected a positive number"),
        ({"learning_rate": -1.0}, "learning_rate — expected a positive number"),
        ({"optimizer": "spsa"}, "optimizer — expected one of l-bfgs, adam, got 'spsa'"),
        ({"ansatz": "none"}, "ansatz — expected one of"),
        ({"initial": "zero"}, "initial — expected one of"),
        ({"initial": "identity"}, "initial 'identity' — expected an encoding followed by"),
        ({"validation_fraction": 1.0}, "between 0 and 1"),
        ({"observable": "all"}, "observable — expected one of local, mean, parity, got 'all'"),
        ({"qubits": 2.5}, "qubits — expected a whole number of 1 or more, got 2.5"),
        ({"repetitions": 0}, "repetitions — expected a whole number of 1 or more, got 0"),
        ({"layers": -1}, "layers — expected a whole number of 0 or more, got -1"),
        ({"max_iter": 2.5}, "max_iter — expected a whole number of 1 or more, got 2.5"),
        ({"batch_size": 2.5}, "batch_size — expected a whole number of 1 or more, got 2.5"),
        ({"tol": np.nan}, "tol — expected a number of 0 or more, got nan"),
        ({"tol": -1.0}, "tol — expected a number of 0 or more, got -1.0"),
    ],
)
def test_a_hyper_parameter_that_makes_no_sense_is_refused(change, complaint):
    with pytest.raises(ModelError, match=complaint):
        VariationalClassifier(**change).fit(*moons())


def test_more_qubits_than_can_be_simulated_are_refused():
    with pytest.raises(ModelError, match="at most 14 qubits, got 15"):
        VariationalClassifier("zz").fit(np.ones((4, 15)), [0, 1, 0, 1])


def test_an_outcome_with_one_value_is_refused():
    with pytest.raises(NotEstimable, match="at least two classes, got 1"):
        VariationalClassifier().fit(np.ones((4, 2)), np.zeros(4))


def test_a_model_that_was_not_fitted_has_no_circuit():
    with pytest.raises(NotFittedError):
        VariationalClassifier().circuit()


def test_a_model_comes_back_from_its_file_as_it_was():
    x, y = moons()
    for model in (fitted(3), fitted(early_stopping=True), VariationalRegressor().fit(x, y)):
        content = model_bytes(model)
        assert content == model_bytes(clone_of(model, x))
        trusted = [f"probatum.models.variational.{type(model).__name__}"]
        again = skops.io.loads(content, trusted=trusted)
        np.testing.assert_array_equal(again.predict(x), model.predict(x))


def clone_of(model, x):
    """The same model, fitted again."""
    if isinstance(model, VariationalRegressor):
        return clone(model).fit(*moons())
    return fitted(len(model.classes_), early_stopping=model.early_stopping)


@pytest.mark.parametrize("engine", [Exact(), Aer(name="aer_statevector")])
def test_a_fitted_model_is_scored_on_any_backend(engine):
    model = fitted()
    x, _ = moons(6, seed=3)
    measured = Simulated(engine=engine).expectation(
        model.circuit(), model.observables(), model.circuit_rows(x), shots=None, seed=0
    )
    scores = model.score_from_expectation(measured.values)[:, 0]
    np.testing.assert_allclose(scores, model.decision_function(x), atol=1e-10)


def test_a_class_none_of_whose_patients_count_is_no_class():
    x = np.random.default_rng(0).normal(size=(20, 2))
    y = (x[:, 0] > 0).astype(int)
    with pytest.raises(NotEstimable, match="at least two classes, got 1"):
        VariationalClassifier(qubits=2, max_iter=2).fit(x, y, sample_weight=y.astype(float))
