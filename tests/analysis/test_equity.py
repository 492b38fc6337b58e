"""Does the model work as well for each group of patients the protocol names?"""

import json

import numpy as np
import pytest

from probatum.analysis.discrimination import auc
from probatum.analysis.equity import by_subgroup
from probatum.analysis.proportion import sensitivity
from probatum.errors import NotEstimable


def a_cohort(n=600, seed=6):
    rng = np.random.default_rng(seed)
    risk = rng.beta(1.2, 4, n)
    group = rng.choice(["F", "M"], n)
    return rng.random(n) < risk, risk, group


def rows_of(*data, threshold=0.2, minimum_cell=20, **options):
    rows = by_subgroup(*data, threshold=threshold, minimum_cell=minimum_cell, **options)
    return {row.label: row for row in rows}


def test_a_group_is_measured_as_if_it_were_the_whole_study():
    y, p, group = a_cohort()
    weight = np.linspace(1, 2, y.size)
    women = group == "F"
    row = rows_of(y, p, group, weight=weight)["F"]
    assert row.auc == auc(y[women], p[women], weight=weight[women])
    assert row.sensitivity == sensitivity(y[women], p[women] >= 0.2, weight=weight[women])
    assert (row.n, row.events) == (women.sum(), y[women].sum())


def test_a_group_too_small_is_named_and_neither_zero_nor_left_out():
    y, p, group = a_cohort()
    group = np.where(np.arange(y.size) < 12, "X", group)
    row = rows_of(y, p, group)["X"]
    assert row.status == "too small to report"
    assert (row.n, row.events, row.auc, row.sensitivity) == (None, None, None, None)


def test_a_group_with_too_few_events_tells_its_size_and_no_count_of_events():
    y, p, group = a_cohort()
    group = np.where(~y & (np.arange(y.size) < 300), "healthy", group)
    row = rows_of(y, p, group)["healthy"]
    assert row.n == np.sum(group == "healthy")
    assert row.events is None
    assert row.auc is None


def test_the_smallest_cell_is_the_protocols_and_counts_both_classes():
    y = np.repeat([1, 0], [20, 30])
    p = np.linspace(0.1, 0.9, 50)
    group = np.repeat(["A"], 50)
    assert rows_of(y, p, group, minimum_cell=20)["A"].status == "reported"
    assert rows_of(y, p, group, minimum_cell=21)["A"].status == "too small to report"


def test_the_rows_come_in_the_order_of_their_labels():
    y, p, group = a_cohort()
    shuffled = np.random.default_rng(1).permutation(y.size)
    rows = by_subgroup(
        y[shuffled], p[shuffled], group[shuffled], threshold=0.2, minimum_cell=20
    )
    assert [row.label for row in rows] == ["F", "M"]


def test_a_row_can_be_written_as_evidence():
    y, p, group = a_cohort()
    told = json.loads(json.dumps(rows_of(y, p, group)["M"].as_dict(), allow_nan=False))
    assert set(told) == {
        "label",
        "status",
        "n",
        "events",
        "auc",
        "sensitivity",
        "specificity",
        "observed_expected",
    }


@pytest.mark.parametrize("missing", [None, np.nan])
def test_a_patient_without_a_group_is_not_dropped_in_silence(missing):
    with pytest.raises(NotEstimable, match="1 missing"):
        rows_of([1, 0], [0.2, 0.3], np.array(["F", missing], dtype=object))


def test_a_missing_label_in_a_list_of_words_is_no_word():
    """numpy makes "nan" of it."""
    with pytest.raises(NotEstimable, match="1 missing"):
        rows_of([1, 0], [0.2, 0.3], ["F", np.nan])


@pytest.mark.parametrize("group", [[["F", "M"]], [["F"], ["M"]], "FM", ["F", 1]])
def test_labels_that_are_none_are_refused(group):
    with pytest.raises(NotEstimable, match="group"):
        rows_of([1, 0], [0.2, 0.3], group)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"threshold": 0}, "threshold"),
        ({"minimum_cell": 1}, "minimum cell"),
        ({"minimum_cell": np.nan}, "minimum cell"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(change, told):
    y, p, group = a_cohort()
    with pytest.raises(NotEstimable, match=told):
        rows_of(y, p, group, **change)


def test_groups_of_other_patients_are_refused():
    y, p, group = a_cohort()
    with pytest.raises(NotEstimable, match="label for each of 600"):
        rows_of(y, p, group[:-1])
