"""Features become numbers as the protocol says, with nothing learnt from held-out people."""

import numpy as np
import pandas as pd
import pytest

from probatum.errors import DataError
from probatum.models.preparation import FeaturePreparation
from probatum.study.model_plan import Feature


def prepared(*features: Feature) -> FeaturePreparation:
    return FeaturePreparation.of(features)


AGE = Feature(name="age", transform="identity", columns=("age",))
LOG = Feature(name="log_kappa", transform="log", columns=("kappa",))
RATIO = Feature(name="log_ratio", transform="log_ratio", columns=("kappa", "lambda"))
MALE = Feature(name="male", transform="equals", columns=("sex",), value="M")
MISSING = Feature(name="kappa_missing", transform="is_missing", columns=("kappa",))


def people(**columns: list) -> pd.DataFrame:
    whole = {"age": [50, 60, 70], "kappa": [1.0, np.e, np.e**2], "lambda": [1.0, 1.0, 1.0]}
    return pd.DataFrame(whole | {"sex": ["M", "F", "F"]} | columns)


def test_a_measured_feature_is_centred_and_divided_by_its_standard_deviation():
    found = prepared(AGE, LOG).fit_transform(people())
    step = np.sqrt(1.5)
    np.testing.assert_allclose(found, [[-step, -step], [0, 0], [step, step]])


def test_a_yes_or_no_feature_is_centred_and_not_stretched():
    found = prepared(MALE).fit_transform(people())
    np.testing.assert_allclose(found[:, 0], [2 / 3, -1 / 3, -1 / 3])


def test_the_logarithm_of_a_ratio_is_the_difference_of_logarithms():
    preparation = prepared(RATIO, LOG)
    found = preparation.fit_transform(people())
    np.testing.assert_allclose(found[:, 0], found[:, 1])


def test_a_missing_value_is_filled_with_the_median_of_the_fitted_people():
    preparation = prepared(AGE, MISSING).fit(people())
    found = preparation.transform(people(age=[np.nan, 60, 60], kappa=[np.nan, 1.0, 1.0]))
    np.testing.assert_allclose(found, [[0, 1], [0, 0], [0, 0]])


def test_what_is_transformed_later_does_not_change_what_was_learnt():
    preparation = prepared(AGE, LOG).fit(people())
    before = preparation.transform(people())
    preparation.transform(people(age=[90, 90, 90]))
    np.testing.assert_array_equal(preparation.transform(people()), before)


def test_typed_columns_with_missing_values_are_understood():
    frame = people(
        age=pd.array([50, None, 70], dtype="Int64"),
        sex=pd.Categorical(["M", None, "F"], categories=["F", "M"]),
    )
    np.testing.assert_allclose(
        prepared(AGE, MALE).fit_transform(frame),
        np.column_stack([np.sqrt([1.5, 0, 1.5]) * [-1, 0, 1], np.array([0.5, 0, -0.5])]),
    )


def test_a_constant_feature_becomes_zero_and_nothing_breaks():
    assert not prepared(AGE).fit_transform(people(age=[60, 60, 60])).any()


def test_the_names_are_the_protocols():
    assert list(prepared(AGE, MALE).get_feature_names_out()) == ["age", "male"]


def test_a_logarithm_of_zero_is_refused_without_showing_the_value():
    with pytest.raises(DataError, match="positive values of kappa, got 1 that are not"):
        prepared(LOG).fit(people(kappa=[0.0, 1.0, 2.0]))


def test_an_absent_column_is_refused_by_name():
    with pytest.raises(DataError, match="none called lambda"):
        prepared(RATIO).fit(people().drop(columns="lambda"))


def test_a_feature_missing_in_everyone_is_refused():
    with pytest.raises(DataError, match="feature age — expected a value in some patient"):
        prepared(AGE).fit(people(age=[np.nan] * 3))


def test_text_where_a_number_belongs_is_refused():
    with pytest.raises(DataError, match="numbers in age, got text"):
        prepared(AGE).fit(people(age=["old", "older", "oldest"]))
