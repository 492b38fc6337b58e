"""What reaches an estimator is taken as it is meant, or refused in words."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from probatum.analysis.observations import finite, labelled, numbers, outcomes, weights
from probatum.errors import NotEstimable


@pytest.mark.parametrize(
    "given",
    [
        [1, 0, 1],
        (True, False, True),
        np.array([1, 0, 1], np.uint8),
        np.array([1, 0, 1], object),
        pd.Series([1, 0, 1], index=[7, 8, 9]),
        pd.array([True, False, True], dtype="boolean"),
        pd.Categorical([1, 0, 1]),
        [Decimal(1), Decimal(0), Decimal(1)],
        np.ma.array([1, 0, 1]),
    ],
)
def test_columns_of_any_kind_hold_the_same_outcomes(given):
    assert outcomes(given).tolist() == [True, False, True]


@pytest.mark.parametrize(
    "given",
    [
        [1, 0, None],
        [1, 0, np.nan],
        pd.array([1, 0, None], dtype="Int64"),
        pd.array([True, False, None], dtype="boolean"),
        np.ma.array([1, 0, 1], mask=[0, 0, 1]),
    ],
)
def test_a_missing_value_of_any_kind_is_missing(given):
    with pytest.raises(NotEstimable, match="1 missing or infinite of 3"):
        finite(given, "outcome")


@pytest.mark.parametrize(
    "given",
    [
        pd.to_datetime(["2026-01-01", "2026-01-02"]),
        pd.to_datetime(["2026-01-01"]).tz_localize("UTC"),
        pd.to_timedelta([1, 2], unit="D").to_numpy(),
        np.array([1 + 1j]),
        ["a", "b"],
        [[1], [1, 2]],
        [10**400],
        {1: 2},
        [np.datetime64("2026-01-01"), np.datetime64("2026-01-02")],
        [np.timedelta64(1, "D")],
        pd.Categorical(pd.to_datetime(["2026-01-01", "2026-01-02"])),
        np.ma.array(["a", "b"], mask=[0, 1]),
        np.ma.array([1j, 1], mask=[0, 1]),
    ],
)
def test_what_is_no_number_is_refused(given):
    with pytest.raises(NotEstimable, match="expected numbers"):
        finite(given, "time")


def test_a_masked_value_is_missing_whatever_lies_under_the_mask():
    given = np.ma.array([1, 0, 1], mask=[0, 1, 0])
    assert np.isnan(numbers(given, "outcome")).tolist() == [False, True, False]


def test_a_refusal_names_the_vector_it_is_about():
    with pytest.raises(NotEstimable, match=r"^positive — expected 0 or 1"):
        outcomes([0, 2], "positive")


@pytest.mark.parametrize("given", [[1e101, 1], [1, 1e-101]])
def test_weights_whose_squares_are_no_numbers_are_refused(given):
    with pytest.raises(NotEstimable, match="1e-100 to 1e\\+100"):
        weights(given, 2)


def test_labels_are_numbered_in_their_order():
    assert labelled(["b", "a", "b"], "site")[1].tolist() == [1, 0, 1]
    assert labelled([30, 4, 30], "site")[1].tolist() == [1, 0, 1]
    assert labelled(pd.Series(["x", "y"], dtype="category"), "site")[1].tolist() == [0, 1]


def test_a_site_may_be_called_none():
    assert labelled(["None", "nan", "b"], "site")[0].tolist() == ["None", "b", "nan"]


@pytest.mark.parametrize(
    "given",
    [
        ["a", None],
        ["a", np.nan],
        ["a", ""],
        [1.0, np.nan],
        pd.Series(["a", pd.NA], dtype="string"),
        np.array(["2026-01-01", "NaT"], dtype="M8[D]"),
        np.ma.array(["a", "b"], mask=[0, 1]),
        np.ma.array([1, 2], mask=[0, 1]),
    ],
)
def test_a_missing_label_of_any_kind_is_missing(given):
    with pytest.raises(NotEstimable, match="1 missing of 2"):
        labelled(given, "site")


def test_lists_are_no_labels():
    with pytest.raises(NotEstimable, match="site — expected one label each, got lists"):
        labelled([["a"], ["a", "b"]], "site")
