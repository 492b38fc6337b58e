"""Tables are read by the rules of the protocol; a refusal names the place, not the value."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probatum.cohort.tables import (
    as_text,
    baseline_columns,
    lenient,
    model_input,
    read_baseline,
    read_followup,
    read_text,
    text_of,
    typed,
)
from probatum.errors import DataError
from tests.cohort.building import PROTOCOL, a_baseline, a_followup, csv_file, with_cell


def read(frame, tmp_path):
    return read_baseline(csv_file(frame, tmp_path / "baseline.csv"), PROTOCOL)


def test_a_sound_table_is_read_in_the_types_of_the_protocol(tmp_path):
    table = read(a_baseline(), tmp_path)
    assert list(table.columns) == [column.name for column in baseline_columns(PROTOCOL)]
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == {
        "person": "string",
        "visit_year": "int64",
        "age": "int64",
        "sex": "category",
        "gait_speed": "float64",
        "vitamin_d": "float64",
    }
    assert list(table.sex.cat.categories) == ["F", "M"]
    assert table.vitamin_d.isna().sum() == (a_baseline().vitamin_d == "").sum()


def test_a_followup_is_read_with_the_ids_of_its_cases(tmp_path):
    path = csv_file(a_followup(a_baseline()), tmp_path / "followup.csv")
    assert list(read_followup(path, PROTOCOL).columns) == ["person", "days", "fell"]


def test_columns_in_another_order_are_put_in_the_protocols(tmp_path):
    turned = a_baseline()[a_baseline().columns[::-1]]
    pd.testing.assert_frame_equal(read(turned, tmp_path), read(a_baseline(), tmp_path))


CELLS = {
    "text where a number belongs": ("gait_speed", "brisk", "expected a number"),
    "a fraction where a whole number belongs": ("age", "71.5", "expected a whole number"),
    "not-a-number spelt out": ("gait_speed", "nan", "expected a number"),
    "a number beyond its range": ("gait_speed", "7.77", "expected a value from 0.1 to 3"),
    "an endless number": ("gait_speed", "1e999", "expected a value from 0.1 to 3"),
    "a category of none": ("sex", "Unlisted", "expected one of F, M"),
    "a required cell left empty": ("age", "", "expected a value in every row"),
    "an id given twice": ("person", "small-000000000001", "expected an id that no row above"),
}


@pytest.mark.parametrize("defect", CELLS)
def test_a_refusal_names_column_line_and_rule_but_not_the_value(defect, tmp_path):
    column, value, rule = CELLS[defect]
    with pytest.raises(DataError) as refusal:
        read(with_cell(a_baseline(), column, value), tmp_path)
    message = str(refusal.value)
    assert f"baseline.csv, line 5, column {column} — {rule}" in message
    assert not value or value not in message


def test_further_cells_of_the_same_kind_are_counted(tmp_path):
    spoilt = with_cell(with_cell(a_baseline(), "age", "x", 3), "age", "y", 9)
    with pytest.raises(DataError, match=r"line 5 \(and in 1 more\), column age"):
        read(spoilt, tmp_path)


def test_unknown_columns_are_named_by_position_because_a_name_may_be_a_value(tmp_path):
    with pytest.raises(
        DataError, match=r"age missing and the positions 3 not named"
    ) as refusal:
        read(a_baseline().rename(columns={"age": "Mary Miller"}), tmp_path)
    assert "Mary" not in str(refusal.value)


FILES = {
    "a row too short": "person,age\na,61\nb\n",
    "a column named twice": "person,person\na,b\n",
    "nothing at all": "",
    "a quote never closed": 'person,age\n"a,61\n',
}


@pytest.mark.parametrize("defect", FILES)
def test_what_is_no_table_is_refused(defect, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(FILES[defect], encoding="utf-8")
    with pytest.raises(DataError, match=r"t\.csv"):
        read_text(path)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(b"person\n\xff\xfe\n")
    with pytest.raises(DataError, match="UTF-8"):
        read_text(path)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\xef\xbb\xbfperson\na\n", "byte-order mark"),
        (b"person\na\0b\n", "NUL bytes"),
        ("person\na\n".encode("utf-16"), "NUL bytes"),
        (b"person\n" + b"a" * 200_000 + b"\n", "other content"),
        (b"person,age\na,61\n\n", "line 3 . expected 2 cells, got 0"),
    ],
)
def test_bytes_that_other_readers_guess_at_are_refused(content, found):
    with pytest.raises(DataError, match=found):
        text_of(content, "t")


def test_every_cell_stays_the_text_that_was_written():
    table = text_of(b'a,b\n007,"x, ""y"""\n1.50,\n', "t")
    assert table.to_dict("list") == {"a": ["007", "1.50"], "b": ['x, "y"', ""]}


@pytest.mark.parametrize("word", ["nan", "NA", "inf", "1,5", " 1", "1 ", "0x1", "١", "1_0"])
def test_a_word_that_other_readers_take_for_a_number_is_none_here(word):
    spoilt = with_cell(a_baseline(), "gait_speed", word)
    assert lenient(spoilt, baseline_columns(PROTOCOL)).gait_speed.isna().sum() == 1


def test_an_absent_table_is_refused(tmp_path):
    with pytest.raises(DataError, match="found no file"):
        read_text(tmp_path / "t.csv")


def test_a_model_is_given_predictors_and_ids_alone(tmp_path):
    table = model_input(read(a_baseline(), tmp_path), PROTOCOL)
    assert list(table.columns) == ["person", "age", "sex", "gait_speed", "vitamin_d"]


def test_a_lenient_reading_leaves_unreadable_cells_missing():
    spoilt = with_cell(a_baseline(), "age", "old")
    values = lenient(spoilt, baseline_columns(PROTOCOL))
    assert values.age.isna().tolist() == [row == 3 for row in range(len(spoilt))]


@settings(deadline=None)
@given(st.lists(st.floats(0.1, 3.0), min_size=1, max_size=8))
def test_writing_a_typed_table_as_text_and_reading_it_again_changes_nothing(speeds):
    frame = a_baseline().iloc[: len(speeds)].assign(gait_speed=[repr(s) for s in speeds])
    table = typed(frame, baseline_columns(PROTOCOL), PROTOCOL, "t")
    again = typed(as_text(table), baseline_columns(PROTOCOL), PROTOCOL, "t")
    pd.testing.assert_frame_equal(again, table)
