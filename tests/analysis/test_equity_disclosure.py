"""Which groups may be told of without telling of one too small to judge."""

import numpy as np
import pytest

from probatum.analysis.equity import (
    REPORTED,
    TOO_SMALL,
    WITHHELD,
    against_reference,
    by_subgroup,
    calibration_by_group,
    intersections,
    rates_by_group,
)
from probatum.analysis.equity.disclosure import sizes_told, statuses
from probatum.analysis.equity.labels import crossed
from probatum.errors import NotEstimable


def a_table(**counts):
    """Outcome and label of groups given as (with, without the event)."""
    outcome, labels = [], []
    for label, (events, others) in counts.items():
        outcome += [True] * events + [False] * others
        labels += [label] * (events + others)
    return np.array(outcome), np.array(labels)


def told(minimum_cell=10, complementary=True, **counts):
    y, labels = a_table(**counts)
    return statuses(y, labels, minimum_cell=minimum_cell, complementary=complementary)


def test_large_groups_are_all_told():
    assert set(told(A=(10, 10), B=(30, 40)).values()) == {REPORTED}


def test_one_small_group_takes_the_smallest_of_the_others_with_it():
    """Else 100 events less 50 less 45 would be the five of C."""
    found = told(A=(50, 80), B=(45, 90), C=(5, 30))
    assert found == {"A": REPORTED, "B": WITHHELD, "C": TOO_SMALL}


def test_the_smallest_is_that_of_the_smaller_class():
    found = told(A=(50, 12), B=(20, 90), C=(5, 30))
    assert found["A"] == WITHHELD


def test_two_small_groups_hide_each_other_when_together_they_are_not_small():
    found = told(A=(50, 80), B=(6, 90), C=(5, 30))
    assert found == {"A": REPORTED, "B": TOO_SMALL, "C": TOO_SMALL}


def test_two_small_groups_that_are_small_together_need_a_third():
    found = told(A=(50, 80), B=(20, 90), C=(2, 30), D=(1, 30))
    assert found["B"] == WITHHELD


def test_where_no_total_is_told_only_the_small_are_hidden():
    found = told(complementary=False, A=(50, 80), B=(45, 90), C=(5, 30))
    assert found == {"A": REPORTED, "B": REPORTED, "C": TOO_SMALL}


def test_with_one_other_group_nothing_is_left_to_tell():
    assert set(told(A=(50, 80), C=(5, 30)).values()) == {WITHHELD, TOO_SMALL}


def test_a_hidden_size_is_not_to_be_had_from_the_sizes_of_the_others():
    """C has four patients: neither B's size nor D's, hidden with it, may be told."""
    y, labels = a_table(A=(50, 80), B=(20, 90), C=(2, 2), D=(3, 60))
    found = statuses(y, labels, minimum_cell=10, complementary=True)
    sizes = sizes_told(labels, found, minimum_cell=10, complementary=True)
    assert sizes == {"A": 130, "B": None, "C": None, "D": None}
    openly = sizes_told(labels, found, minimum_cell=10, complementary=False)
    assert openly == {"A": 130, "B": 110, "C": None, "D": 63}


def test_sizes_are_told_where_only_events_are_few():
    y, labels = a_table(A=(50, 80), B=(20, 90), C=(2, 60))
    found = statuses(y, labels, minimum_cell=10, complementary=True)
    sizes = sizes_told(labels, found, minimum_cell=10, complementary=True)
    assert sizes == {"A": 130, "B": 110, "C": 62}


def crossing(small=(3, 30)):
    """Sex by age; the cell of old men is small."""
    cells = {"F & <65": (40, 60), "F & 65+": (35, 60), "M & <65": (30, 60), "M & 65+": small}
    y, labels = a_table(**cells)
    sex, age = np.array([label.split(" & ") for label in labels]).T
    return y, labels, sex, age


def test_the_margins_of_a_crossing_do_not_give_a_cell_away():
    """Old men from all men less young men; so one cell of each row and column is hidden."""
    y, labels, sex, age = crossing()
    found = statuses(y, labels, minimum_cell=10, complementary=True, attributes=[sex, age])
    assert list(found.values()).count(REPORTED) == 0


def test_in_a_larger_crossing_rows_untouched_by_the_small_cell_are_told():
    y, labels, sex, age = crossing()
    more, wide = a_table(**{"X & <65": (90, 90), "X & 65+": (80, 80)})
    both = np.array([label.split(" & ") for label in wide]).T
    found = statuses(
        np.append(y, more),
        np.append(labels, wide),
        minimum_cell=10,
        complementary=True,
        attributes=[np.append(sex, both[0]), np.append(age, both[1])],
    )
    assert [label for label, status in found.items() if status == REPORTED] == [
        "X & 65+",
        "X & <65",
    ]


def test_intersections_are_measured_as_the_group_of_those_who_meet():
    y, labels, sex, age = crossing(small=(20, 30))
    risk = np.random.default_rng(5).random(y.size)
    rows = intersections(y, risk, sex, age, threshold=0.5, minimum_cell=10)
    alone = by_subgroup(y, risk, labels, threshold=0.5, minimum_cell=10)
    assert rows == alone
    assert [row.label for row in rows] == ["F & 65+", "F & <65", "M & 65+", "M & <65"]


def test_three_attributes_meet_in_one_label():
    y, _, sex, age = crossing(small=(20, 30))
    risk, site = np.full(y.size, 0.3), np.full(y.size, "north")
    rows = intersections(y, risk, sex, age, site, threshold=0.5, minimum_cell=10)
    assert rows[0].label == "F & 65+ & north"


def test_a_withheld_row_tells_nothing_of_its_events():
    y, labels = a_table(A=(50, 80), B=(45, 90), C=(5, 30))
    rows = by_subgroup(y, np.full(y.size, 0.3), labels, threshold=0.5, minimum_cell=10)
    withheld = next(row for row in rows if row.status == WITHHELD)
    assert (withheld.n, withheld.events, withheld.auc) == (135, None, None)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_hidden_never_sums_to_a_small_count(seed):
    """The law behind the procedure, on tables made at random."""
    rng = np.random.default_rng(seed)
    counts = {f"g{k}": tuple(rng.integers(1, 60, 2)) for k in range(8)}
    found = told(**counts)
    hidden = np.array([counts[label] for label, s in found.items() if s != REPORTED])
    assert len(hidden) != 1
    if 0 < len(hidden) < len(counts):
        assert hidden.sum(axis=0).min() >= 10


def hidden_rows(complementary):
    """Rows that are not reported, of every table there is, as they stand in evidence."""
    y, sex = a_table(F=(90, 90), M=(80, 85), X=(3, 4), Z=(0, 30))
    age = np.where(np.arange(y.size) % 11 == 0, "85+", "<85")
    risk = np.linspace(0.05, 0.95, y.size)
    options = {"minimum_cell": 10, "complementary": complementary}
    rows = [
        *rates_by_group(y, risk > 0.5, sex, **options),
        *against_reference(y, risk > 0.5, sex, reference="F", **options),
        *calibration_by_group(y, risk, sex, **options),
        *by_subgroup(y, risk, sex, threshold=0.5, **options),
        *intersections(y, risk, sex, age, threshold=0.5, **options),
    ]
    return [row.as_dict() for row in rows if row.status != REPORTED]


@pytest.mark.parametrize("complementary", [True, False])
def test_no_table_has_a_number_of_a_hidden_group_but_a_size_that_is_not_small(complementary):
    rows = hidden_rows(complementary)
    assert {row["label"] for row in rows} >= {"X", "Z", "X & <85", "Z & 85+"}
    for row in rows:
        size = row.pop("n", None)
        assert size is None or size >= 10
        assert all(value is None or isinstance(value, str) for value in row.values())


@pytest.mark.parametrize("seed", range(20))
def test_no_margin_of_a_crossing_gives_a_small_count_away(seed):
    """What a row or a column has in all, less what is told of it, on tables made at random."""
    rng = np.random.default_rng(seed)
    a, b = np.repeat(list("FMX"), 4), np.tile(list("1234"), 3)
    cells = rng.integers(1, 60, (12, 2))
    y = np.concatenate([np.arange(sum(cell)) < cell[0] for cell in cells])
    attributes = [np.repeat(one, cells.sum(axis=1)) for one in (a, b)]
    found = statuses(
        y, crossed(*attributes), minimum_cell=10, complementary=True, attributes=attributes
    )
    hidden = np.array([status != REPORTED for status in found.values()])
    for margin in (np.zeros(12), a, b):
        for value in np.unique(margin):
            of_it = margin == value
            left = cells[of_it & hidden]
            if 0 < len(left) < of_it.sum():
                assert len(left) > 1
                assert left.sum(axis=0).min() >= 10


def test_groups_are_not_merged_where_their_labels_hold_the_sign_between_them():
    y = np.tile([True, False], 20)
    a, b = np.repeat(["A & B", "A"], 20), np.repeat(["C", "B & C"], 20)
    with pytest.raises(NotEstimable, match="two groups of one name"):
        intersections(y, np.full(40, 0.5), a, b, threshold=0.5, minimum_cell=2)
