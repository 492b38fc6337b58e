"""A file is read as it is, or not at all."""

import math

import pytest

from probatum.capture.rows import is_readable, rows_of, typed, values
from probatum.errors import DataError
from probatum.study.population import Column
from tests.capture.building import PROTOCOL, as_csv, patients


def test_every_cell_stays_the_text_that_was_written() -> None:
    rows = rows_of(b'a,b\n007,"x, ""y"""\n1.50,\n')
    assert rows.to_dict("list") == {"a": ["007", "1.50"], "b": ['x, "y"', ""]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,a\n1,2\n",
        b"a,b\n1\n",
        b"a,b\n1,2,3\n",
        b"a,b\n1,2\n\n",
        b'a,b\n"1,2\n',
        b"a,b\n1,\xff\n",
    ],
)
def test_a_file_that_is_no_table_is_refused_without_its_content(content: bytes) -> None:
    with pytest.raises(DataError, match="file — expected UTF-8 CSV"):
        rows_of(content)


@pytest.mark.parametrize("word", ["nan", "NA", "inf", "1,5", " 1", "1 ", "0x1", "١", "1e9999"])
def test_a_word_that_other_readers_take_for_a_number_is_none_here(word: str) -> None:
    column = PROTOCOL.column("gait_speed")
    assert not is_readable(rows_of(f'gait_speed\n"{word}"\n'.encode())["gait_speed"], column)[0]


@pytest.mark.parametrize("word", ["1", "-1.5", "1e-3", "0.25", ""])
def test_a_number_or_nothing_is_readable(word: str) -> None:
    column = PROTOCOL.column("gait_speed")
    assert is_readable(rows_of(f'gait_speed\n"{word}"\n'.encode())["gait_speed"], column)[0]


def test_whole_numbers_stay_whole_unless_one_is_missing() -> None:
    column: Column = PROTOCOL.column("age")
    assert values(rows_of(b"age\n70\n80\n")["age"], column).tolist() == [70, 80]
    one, other = values(rows_of(b'age\n70\n""\n')["age"], column).tolist()
    assert one == 70.0
    assert math.isnan(other)


def test_admitted_rows_become_values_in_the_order_of_the_protocol() -> None:
    frame = typed(rows_of(as_csv(patients(n=3, vitamin_d=""))), PROTOCOL)
    assert list(frame) == ["person", "visit_year", "age", "sex", "gait_speed", "vitamin_d"]
    assert [str(kind) for kind in frame.dtypes[2:]] == ["int64", "object", "float64", "float64"]
    assert math.isnan(frame["vitamin_d"][0])
