"""The index test: scikit-learn's contract, its normal equations, and what it must refuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import (
    check_sample_weight_equivalence_on_dense_data,
    parametrize_with_checks,
)

from probatum.errors import ModelError, NotEstimable
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.quantum.encodings import encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import cross_gram, gram
from probatum.quantum.kernels.overlap import overlap_circuit

TOO_WIDE = {
    "check_sample_weight_equivalence_on_dense_data": "30 features; kept by fewer qubits, below",
}


@parametrize_with_checks([QuantumKernelClassifier()], expected_failed_checks=lambda _: TOO_WIDE)
def test_scikit_learns_contract_is_kept(estimator, check):
    check(estimator)


def test_the_check_with_thirty_features_is_kept_by_an_encoding_of_few_qubits():
    check_sample_weight_equivalence_on_dense_data(
        "QuantumKernelClassifier", QuantumKernelClassifier("amplitude")
    )


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


def test_more_qubits_than_the_observable_can_hold_are_refused():
    with pytest.raises(ModelError, match="at most 12 qubits, got 13"):
        QuantumKernelClassifier().fit(*a_sample(features=13))


def test_an_outcome_with_one_value_is_refused():
    x, y, _ = a_sample()
    with pytest.raises(NotEstimable, match="expected two classes, got 1"):
        QuantumKernelClassifier().fit(x, np.zeros_like(y))


def test_a_model_that_was_not_fitted_has_no_circuit():
    with pytest.raises(NotFittedError):
        QuantumKernelClassifier().circuit()


@pytest.mark.parametrize("name", ["angle", "iqp", "reuploading", "zz"])
def test_the_control_without_entanglement_is_the_same_model_on_product_states(name):
    x, y, w = a_sample()
    alone = QuantumKernelClassifier(name, 2, entanglement="none").fit(x, y, w)
    assert all(len(gate.qubits) == 1 for gate in alone.circuit().data)
    assert alone.decision_function(x) != pytest.approx(
        clone(alone).set_params(entanglement="full").fit(x, y, w).decision_function(x)
    )


def test_a_grid_search_over_bandwidths_in_a_pipeline_finds_one():
    x, y, _ = a_sample()
    model = make_pipeline(StandardScaler(), QuantumKernelClassifier("angle"))
    grid = {"quantumkernelclassifier__bandwidth": [1e-4, 0.3]}
    found = GridSearchCV(model, grid, cv=3, scoring="roc_auc").fit(100 * x, y)
    assert found.best_params_ == {"quantumkernelclassifier__bandwidth": 0.3}


class TestTheDualForm:
    """What a device measures: overlaps with known patients, times their shares."""

    def test_exact_overlaps_give_the_scores_of_the_observable(self):
        (x, y, w), (new, *_) = a_sample(), a_sample(seed=1)
        w[:5] = 0
        model = QuantumKernelClassifier("zz", 2, bandwidth=0.4, penalty=0.01)
        dual = model.dual(x, y, w)
        psi, known = (
            states(dual.circuit, rows) for rows in (model.circuit_parameters(new), dual.known)
        )
        expected = model.fit(x, y, w).decision_function(new)
        np.testing.assert_allclose(dual.scores(cross_gram(psi, known)), expected, atol=1e-11)
        assert len(dual.known) == 75

    def test_its_circuits_measure_those_overlaps(self):
        x, y, _ = a_sample(12)
        model = QuantumKernelClassifier("zz", 2, bandwidth=0.4)
        dual = model.dual(x, y)
        new = model.circuit_parameters(x[:3])
        pairs = states(dual.overlap_circuit(), dual.overlap_rows(new))
        measured = np.abs(pairs[:, 0].reshape(3, 12)) ** 2
        exact = cross_gram(states(dual.circuit, new), states(dual.circuit, dual.known))
        np.testing.assert_allclose(measured, exact, atol=1e-13)

    def test_everyone_a_landmark_is_the_whole_model(self):
        x, y, w = a_sample(40)
        model = QuantumKernelClassifier("zz", 1, bandwidth=0.6, penalty=0.05)
        whole, few = model.dual(x, y, w), model.dual(x, y, w, landmarks=x)
        kernel = cross_gram(*(states(whole.circuit, d.known) for d in (whole, few)))
        np.testing.assert_allclose(whole.scores(kernel), few.scores(kernel), atol=1e-9)

    def test_some_landmarks_nearly_are(self):
        x, y, w = a_sample(200)
        model = QuantumKernelClassifier("angle", bandwidth=0.3, penalty=0.1)
        dual = model.dual(x, y, w, landmarks=x[:40])
        kernel = cross_gram(
            states(dual.circuit, model.circuit_parameters(x)), states(dual.circuit, dual.known)
        )
        exact = model.fit(x, y, w).decision_function(x)
        assert np.abs(dual.scores(kernel) - exact).max() < 1e-6

    def test_overlaps_with_others_are_refused(self):
        dual = QuantumKernelClassifier().dual(*a_sample(20))
        with pytest.raises(ModelError, match="20 known patients"):
            dual.scores(np.ones((3, 19)))

    def test_more_than_ten_parameters_keep_their_order(self):
        circuit = encoding("angle", 12, repetitions=1)
        names = [p.name for p in overlap_circuit(circuit).parameters]
        assert names == [f"{letter}[{i}]" for letter in "xy" for i in range(12)]


def test_a_negative_weight_is_refused_and_nobody_left_out_in_silence():
    x, y, w = a_sample()
    with pytest.raises(ValueError, match="Negative values"):
        QuantumKernelClassifier().fit(x, y, np.where(np.arange(80) == 3, -1.0, w))


@pytest.mark.parametrize("name", ["bandwidth", "penalty"])
def test_an_infinite_hyper_parameter_is_refused(name):
    x, y, _ = a_sample()
    with pytest.raises(ModelError, match="got inf"):
        QuantumKernelClassifier(**{name: np.inf}).fit(x, y)


def test_a_penalty_lost_in_rounding_is_refused_in_words():
    x, y, _ = a_sample()
    with pytest.raises(NotEstimable, match="raise the penalty"):
        QuantumKernelClassifier(bandwidth=1e-6, penalty=1e-30).fit(x, y)


def test_a_class_none_of_whose_patients_count_is_no_class():
    x, y, _ = a_sample()
    with pytest.raises(NotEstimable, match="expected two classes, got 1"):
        QuantumKernelClassifier().fit(x, y, sample_weight=(y == 1).astype(float))
