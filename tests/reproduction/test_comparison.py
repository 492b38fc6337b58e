"""Two outputs side by side: the same bytes, the same numbers, or where they first differ."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.report.comparison import Verdict, compare

FINE = 1e-6


def written(folder, **files):
    """A folder of files; a value that is no text is written as JSON."""
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def compared(tmp_path):
    """Compare two versions of files, each named ``name_ending``."""

    def compare_them(one, other):
        here, there = (tmp_path / side for side in ("one", "other"))
        for folder, files in ((here, one), (there, other)):
            folder.mkdir()
            written(folder, **files)
        return compare(here, there, resolution=FINE)

    return compare_them


def test_the_same_bytes_are_said_to_be_the_same_bytes(compared):
    (found,) = compared({"a_json": {"auc": 0.8}}, {"a_json": {"auc": 0.8}})
    assert (found.verdict, found.agrees) == (Verdict.SAME_BYTES, True)


def test_a_number_within_the_resolution_is_the_same_number(compared):
    (found,) = compared({"a_json": {"auc": 0.8}}, {"a_json": {"auc": 0.8 + 5e-7}})
    assert (found.verdict, found.agrees) == (Verdict.SAME_NUMBERS, True)


def test_a_number_beyond_the_resolution_is_found_by_its_pointer(compared):
    one = {"models": {"a/b~c": [1, {"auc": 0.8}]}}
    other = {"models": {"a/b~c": [1, {"auc": 0.9}]}}
    (found,) = compared({"a_json": one}, {"a_json": other})
    assert str(found) == "a.json: different, first at /models/a~1b~0c/1/auc"
    assert not found.agrees


@pytest.mark.parametrize(
    ("one", "other"),
    [({"n": 1}, {"n": True}), ({"n": 1}, {"n": "1"}), ({"n": None}, {}), ([1], [1, 2])],
)
def test_a_value_of_another_kind_or_none_at_all_is_a_difference(compared, one, other):
    (found,) = compared({"a_json": one}, {"a_json": other})
    assert found.verdict is Verdict.DIFFERENT


def test_a_cell_is_found_by_its_line_and_column(compared):
    one = "model,auc\nindex,0.81\nrival,0.79\n"
    (found,) = compared({"a_csv": one}, {"a_csv": one.replace("0.79", "0.75")})
    assert found.place == "line 3, column auc"


def test_cells_within_the_resolution_agree_and_their_text_may_differ(compared):
    (found,) = compared({"a_csv": "auc\n0.5\n"}, {"a_csv": "auc\n0.5000001\n"})
    assert found.verdict is Verdict.SAME_NUMBERS


def test_a_row_more_is_a_difference_in_its_line(compared):
    (found,) = compared({"a_csv": "auc\n0.5\n"}, {"a_csv": "auc\n0.5\n0.6\n"})
    assert found.place == "line 3"


def test_a_patients_value_is_never_shown(compared):
    (found,) = compared({"a_csv": "case,age\nx7,88\n"}, {"a_csv": "case,age\nx7,61\n"})
    assert "88" not in str(found)
    assert "61" not in str(found)


def test_a_document_agrees_in_every_byte_or_not(compared):
    (found,) = compared({"a_html": "<p>0.81"}, {"a_html": "<p>0.810"})
    assert (found.verdict, found.place) == (Verdict.DIFFERENT, "")


def test_a_file_not_made_again_is_missing_and_one_without_original_is_extra(compared):
    found = compared({"a_txt": "a", "b_txt": "b"}, {"b_txt": "b", "c_txt": "c"})
    assert [c.verdict for c in found] == [Verdict.MISSING, Verdict.SAME_BYTES, Verdict.EXTRA]
    assert [c.agrees for c in found] == [False, True, False]


def test_a_file_that_is_no_json_after_all_differs_without_a_place(compared):
    (found,) = compared({"a_json": "{"}, {"a_json": "{}"})
    assert (found.verdict, found.place) == (Verdict.DIFFERENT, "")


LEAVES = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3)
VALUES = st.recursive(
    LEAVES, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=3), v)
)


@given(one=VALUES, other=VALUES)
def test_two_values_agree_exactly_when_they_are_equal(tmp_path_factory, one, other):
    folder = tmp_path_factory.mktemp("law")
    files = [written(folder / side, a_json=v) for side, v in (("o", one), ("r", other))]
    (found,) = compare(*files, resolution=FINE)
    assert found.agrees == (
        json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )
