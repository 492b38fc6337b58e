"""The reservoir as a transformer: scikit-learn's contract, memory that is used, refusals."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from probatum.errors import ModelError
from probatum.models.reservoir import QuantumReservoir


@parametrize_with_checks([QuantumReservoir(qubits=3)])
def test_scikit_learns_contract_is_kept(estimator, check):
    check(estimator)


def test_a_linear_model_reads_an_earlier_value_and_a_product_out_of_it():
    rng = np.random.default_rng(0)
    series = rng.uniform(0, 1.5, (500, 8))
    target = series[:, -2] * series[:, -1]
    model = make_pipeline(
        QuantumReservoir(qubits=5, readouts=3), StandardScaler(), Ridge(alpha=1e-4)
    ).fit(series[:300], target[:300])
    assert model.score(series[300:], target[300:]) > 0.9


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    series = np.random.default_rng(1).uniform(0, 3, (4, 6))
    one, same, other = (
        QuantumReservoir(random_state=s).fit_transform(series).tobytes() for s in (0, 0, 1)
    )
    assert one == same != other


def test_each_feature_has_a_name():
    model = QuantumReservoir(qubits=3, channels=2, readouts=2).fit(np.ones((2, 8)))
    found = model.get_feature_names_out()
    assert len(found) == model.transform(np.ones((2, 8))).shape[1] == len(set(found))
    assert found[0] == "t-1 Z0"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"qubits": 9}, "qubits — expected a whole number from 2 to 8, got 9"),
        ({"duration": 0.0}, "duration — expected a positive number"),
        ({"channels": 4}, "whole times"),
        ({"channels": 0}, "channels — expected a whole number from 1 to 4"),
        ({"readouts": 7}, "readouts — expected a whole number from 1 to 6"),
        ({"readouts": 0}, "readouts — expected a whole number from 1 to 6"),
        ({"field": np.nan}, "field — expected a finite number"),
        ({"qubits": 4.5}, "qubits — expected a whole number from 2 to 8, got 4.5"),
        ({"readouts": 1.5}, "readouts — expected a whole number from 1 to 6, got 1.5"),
        ({"bandwidth": "wide"}, "bandwidth — expected a positive number, got 'wide'"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(change, complaint):
    with pytest.raises(ModelError, match=complaint):
        QuantumReservoir(**change).fit(np.ones((3, 6)))
