"""The convolutional classifier: scikit-learn's contract, images, sequences, and refusals."""

import warnings

import numpy as np
import pytest
from qiskit.quantum_info import Statevector
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.utils.estimator_checks import parametrize_with_checks

from probatum.errors import ModelError
from probatum.models.convolutional import ConvolutionalClassifier


@parametrize_with_checks([ConvolutionalClassifier(max_iter=20)])
def test_scikit_learns_contract_is_kept(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        check(estimator)


def bars_and_stripes(patients: int, seed: int):
    """4 x 4 images with a horizontal (1) or vertical (0) bar, and noise."""
    rng = np.random.default_rng(seed)
    images, y = rng.normal(0, 0.25, (patients, 4, 4)), rng.integers(0, 2, patients)
    for image, is_bar, at in zip(images, y, rng.integers(0, 4, patients), strict=True):
        (image if is_bar else image.T)[at] += 1.5
    return images.reshape(patients, -1), y


def steps(patients: int, seed: int):
    """Sequences of 16 that rise (1) or fall (0) somewhere."""
    rng = np.random.default_rng(seed)
    y, at = rng.integers(0, 2, patients), rng.integers(4, 12, patients)
    later = np.arange(16) >= at[:, np.newaxis]
    series = np.where(later == y[:, np.newaxis].astype(bool), 1.2, 0)
    return series + rng.normal(0, 0.2, (patients, 16)), y


def quiet(model, x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(x, y)


@pytest.mark.parametrize("lattice", [None, (2, 4)])
def test_horizontal_bars_are_told_from_vertical_ones(lattice):
    """The mean images are alike, so that no straight line tells them apart."""
    seen, new = bars_and_stripes(150, 0), bars_and_stripes(150, 1)
    model = ConvolutionalClassifier(shape=(4, 4), lattice=lattice, max_iter=80, random_state=1)
    assert quiet(model, *seen).score(*new) > 0.95
    assert LogisticRegression().fit(*seen).score(*new) < 0.7


def test_images_are_learned_from_until_those_set_aside_are_no_longer_told_better():
    model = ConvolutionalClassifier(
        shape=(4, 4), early_stopping=True, validation_fraction=0.2, max_iter=300
    ).fit(*bars_and_stripes(150, 0))
    assert len(model.validation_curve_) == model.n_iter_ < 300
    assert model.score(*bars_and_stripes(150, 1)) > 0.95


def test_a_grid_search_chooses_how_much_of_an_image_a_qubit_takes():
    grid = {"lattice": [(1, 1), (2, 2)], "shape": [(4, 4)]}
    model = ConvolutionalClassifier(max_iter=40, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        search = GridSearchCV(model, grid, cv=2).fit(*bars_and_stripes(80, 0))
    assert search.best_params_["lattice"] == (2, 2)


def test_rising_sequences_are_told_from_falling_ones():
    model = quiet(ConvolutionalClassifier(max_iter=60), *steps(120, 0))
    assert model.score(*steps(120, 1)) > 0.9


def test_a_circuit_handed_to_a_backend_scores_as_the_model_does():
    x, _ = bars_and_stripes(30, 2)
    model = ConvolutionalClassifier(shape=(4, 4), lattice=(2, 2), max_iter=3)
    quiet(model, x, np.arange(30) % 3)
    circuit = model.circuit()
    found = [Statevector(circuit.assign_parameters(row)) for row in model.circuit_rows(x[:4])]
    values = [[s.expectation_value(o).real for o in model.observables()] for s in found]
    expected = model.decision_function(x[:4])
    np.testing.assert_allclose(model.score_from_expectation(values), expected, atol=1e-12)


def test_a_shape_that_does_not_fit_the_rows_is_refused():
    with pytest.raises(ModelError, match="of 16 entries in all"):
        ConvolutionalClassifier(shape=(4, 5)).fit(*bars_and_stripes(10, 0))


def test_a_lattice_too_large_to_simulate_is_refused():
    with pytest.raises(ModelError, match="at most 14 qubits, got 16"):
        ConvolutionalClassifier(shape=(4, 4), lattice=(4, 4)).fit(*bars_and_stripes(10, 0))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"shape": (1, 2, 2)}, "one or two sides"),
        ({"shape": (-2, -2)}, "one or two sides"),
        ({"shape": 4}, "one or two sides"),
        ({"shape": ()}, "one or two sides"),
        ({"lattice": 2}, "lattice — expected rows and columns of qubits, got 2"),
        ({"lattice": (1, 0)}, "lattice — expected rows and columns"),
        ({"lattice": (1.5, 2)}, "lattice — expected rows and columns"),
        ({"bandwidth": -1.0}, "bandwidth"),
        ({"bandwidth": np.nan}, "bandwidth"),
        ({"penalty": -1.0}, "penalty"),
        ({"optimizer": "adam", "batch_size": 0}, "batch_size"),
    ],
)
def test_a_hyper_parameter_that_makes_no_sense_is_refused(change, complaint):
    x = np.random.default_rng(0).normal(size=(8, 4))
    with pytest.raises(ModelError, match=complaint):
        ConvolutionalClassifier(**change).fit(x, x[:, 0] > 0)
