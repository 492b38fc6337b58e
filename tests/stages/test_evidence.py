"""Evidence says the same thing in the same bytes, and never hides that there is none."""

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from probatum.errors import DataError, LedgerError, NotEstimable
from probatum.stages.evidence import (
    Evidence,
    Status,
    read_evidence,
    stage_main,
    write_evidence,
    write_table,
)
from probatum.study.grade import Grade, lowest


def evidence(**changes: Any) -> Evidence:
    sound: dict[str, Any] = {
        "study": "made-up",
        "stage": "drift",
        "status": "performed",
        "grade": "rehearsal",
        "protocol_sha256": "a" * 64,
        "results": {"b": 1, "a": [0.1 + 0.2, np.float64(2.5), np.int64(3), None, True]},
    }
    return Evidence(**{**sound, **changes})


def test_evidence_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_evidence(tmp_path / "e.json", evidence(model_sha256="b" * 64))
    again = read_evidence(tmp_path / "e.json")
    assert again.status is Status.PERFORMED
    assert again.grade is Grade.REHEARSAL
    assert again.model_sha256 == "b" * 64
    assert again.results == {"a": [0.3, 2.5, 3, None, True], "b": 1}


def test_the_same_findings_give_the_same_bytes_whatever_their_order(tmp_path: Path) -> None:
    write_evidence(
        tmp_path / "one.json", evidence(results={"a": 1.0, "b": {"d": -0.0, "c": 2}})
    )
    write_evidence(tmp_path / "two.json", evidence(results={"b": {"c": 2, "d": 0.0}, "a": 1.0}))
    one, two = ((tmp_path / name).read_bytes() for name in ("one.json", "two.json"))
    assert one == two
    assert one.endswith(b"}\n")
    assert b"\r" not in one


def test_a_difference_in_the_last_bit_of_a_processor_does_not_show(tmp_path: Path) -> None:
    for name, value in (("one", 0.8), ("two", math.nextafter(0.8, 1))):
        write_evidence(tmp_path / name, evidence(results={"auc": value}))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@pytest.mark.parametrize("number", [math.nan, math.inf, np.float64("nan")])
def test_a_number_that_is_none_is_refused_and_its_place_named(
    number: float, tmp_path: Path
) -> None:
    with pytest.raises(NotEstimable, match=r"e\.json/results/index/1"):
        write_evidence(tmp_path / "e.json", evidence(results={"index": [1.0, number]}))
    assert not (tmp_path / "e.json").exists()


def test_a_refused_writing_leaves_the_earlier_evidence(tmp_path: Path) -> None:
    path = tmp_path / "e.json"
    write_evidence(path, evidence())
    before = path.read_bytes()
    with pytest.raises(NotEstimable):
        write_evidence(path, evidence(results={"auc": math.nan}))
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["e.json"]


@pytest.mark.parametrize(("status", "reason"), [("closed", ""), ("performed", "not opened")])
def test_a_reason_is_given_exactly_when_there_are_no_results(status: str, reason: str) -> None:
    with pytest.raises(DataError, match="reason"):
        evidence(status=status, reason=reason)


def test_a_digest_that_is_none_is_refused() -> None:
    with pytest.raises(LedgerError):
        evidence(protocol_sha256="abc")


def test_a_file_with_other_fields_is_no_evidence(tmp_path: Path) -> None:
    path = tmp_path / "e.json"
    path.write_text('{"study": "made-up"}', encoding="utf-8")
    with pytest.raises(DataError, match="fields of evidence"):
        read_evidence(path)


@pytest.mark.parametrize(
    ("grades", "expected"),
    [
        (["live"], "live"),
        (["live", "replay"], "replay"),
        (["replay", "rehearsal", "live"], "rehearsal"),
    ],
)
def test_the_grade_of_a_result_is_the_lowest_of_its_inputs(
    grades: list[str], expected: str
) -> None:
    assert lowest(grades) == expected


@pytest.mark.parametrize("grades", [[], ["live", "nearly live"]])
def test_a_grade_cannot_come_from_nothing_or_from_an_unknown_word(grades: list[str]) -> None:
    with pytest.raises(DataError):
        lowest(grades)


def test_a_table_has_ten_digits_and_plain_line_ends(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", pd.DataFrame({"a": [1 / 3, np.nan], "b": ["x", "y"]}))
    assert (tmp_path / "t.csv").read_bytes() == b"a,b\n0.3333333333,x\n,y\n"


def test_a_refusal_is_one_sentence_and_exit_code_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["drift", "made-up"])
    with pytest.raises(SystemExit) as stop:
        stage_main("drift", lambda layout, protocol: None)
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert said.count("\n") == 1
