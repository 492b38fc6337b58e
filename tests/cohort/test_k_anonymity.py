"""How many people share age band and sex, by hand and by law."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.cohort.k_anonymity import age_band, k_anonymity
from probatum.errors import DataError
from tests.cohort.building import PROTOCOL

PEOPLE = st.lists(
    st.tuples(st.integers(60, 90), st.sampled_from(["F", "M"])), min_size=1, max_size=40
)


def a_table(people):
    return pd.DataFrame(people, columns=["age", "sex"])


def counted(people, protocol=PROTOCOL):
    return k_anonymity(a_table(people), protocol)


def with_rule(**changes):
    rule = PROTOCOL.deidentification.model_copy(update=changes)
    return PROTOCOL.model_copy(update={"deidentification": rule})


def test_seven_people_counted_by_hand():
    """60-69 F: 61, 65, 69 → 3; 60-69 M: 64 → 1; 70-79 F: 70, 79 → 2; 90 and over M: 90 → 1.
    With k = 3, the last three cells hold 1 + 2 + 1 = 4 of 7 people."""
    people = [(61, "F"), (65, "F"), (69, "F"), (64, "M"), (70, "F"), (79, "F"), (90, "M")]
    found = counted(people)
    assert dict(found.cells) == {
        ("60-69", "F"): 3,
        ("60-69", "M"): 1,
        ("70-79", "F"): 2,
        ("90 and over", "M"): 1,
    }
    assert (found.smallest_cell, found.people_below_k) == (1, 4)
    assert found.share == pytest.approx(4 / 7)


def test_cells_smaller_than_k_are_counted_and_not_described():
    found = counted([(61, "F"), (62, "F"), (63, "F"), (64, "M")]).as_dict()
    assert found["cells"] == [{"age_band": "60-69", "sex": "F", "n": 3}]
    assert (found["people_below_k"], found["smallest_cell"]) == (1, 1)


def test_what_is_missing_is_a_value_one_may_know():
    assert dict(counted([(61, "F"), (None, "F")]).cells)[("unknown", "F")] == 1


def test_an_age_that_escaped_the_top_code_falls_in_the_open_band():
    assert age_band(104, 10, 90) == age_band(90, 10, 90) == "90 and over"
    assert age_band(89, 10, 90) == "80-89"


def test_a_table_without_quasi_identifiers_is_refused():
    with pytest.raises(DataError, match="quasi_identifier"):
        k_anonymity(pd.DataFrame({"gait_speed": [1.0]}), PROTOCOL)


def test_nobody_is_below_k_among_nobody():
    found = counted([])
    assert (found.smallest_cell, found.share) == (0, 0.0)


@settings(deadline=None)
@given(PEOPLE, st.data())
def test_removing_people_enlarges_no_cell(people, data):
    keep = data.draw(st.lists(st.booleans(), min_size=len(people), max_size=len(people)))
    fewer = counted([person for person, kept in zip(people, keep, strict=True) if kept])
    all_cells = dict(counted(people).cells)
    assert all(count <= all_cells[cell] for cell, count in fewer.cells)


@settings(deadline=None)
@given(PEOPLE)
def test_wider_age_bands_never_make_the_smallest_cell_smaller(people):
    narrow = counted(people, with_rule(age_width=5.0))
    wide = counted(people, with_rule(age_width=10.0))
    assert wide.smallest_cell >= narrow.smallest_cell
    assert wide.people_below_k <= narrow.people_below_k


@settings(deadline=None)
@given(PEOPLE)
def test_a_second_copy_of_everyone_doubles_every_cell(people):
    once, twice = counted(people), counted(people + people)
    assert dict(twice.cells) == {cell: 2 * count for cell, count in once.cells}
    assert sum(count for _, count in once.cells) == len(people)


@settings(deadline=None)
@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_the_people_does_not_matter(people, random):
    turned = list(people)
    random.shuffle(turned)
    assert counted(turned).cells == counted(people).cells
