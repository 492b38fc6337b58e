"""What is written down when patients arrive."""

import pytest

from probatum.capture.calendar import ends
from probatum.capture.reception import receive
from probatum.errors import CaptureError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.study.grade import Grade
from tests.capture.building import (
    PROTOCOL,
    SUITES,
    ARecord,
    a_case,
    as_csv,
    frozen,
    hand,
    patients,
)


def test_a_sound_batch_is_received_and_admitted_with_its_cases() -> None:
    received, admitted = ARecord(frozen()).receives(patients(), hand())
    digest = sha256(as_csv(patients()))
    assert (received.kind, admitted.kind) == (Kind.BATCH_RECEIVED, Kind.BATCH_ADMITTED)
    assert received.payload == {
        "batch_sha256": digest, "name": "unnamed", "period": 2004, "rows": 20, "reasons": []
    }  # fmt: skip
    assert admitted.payload["case_ids"] == [row["person"] for row in patients()]


def test_events_have_the_time_and_grade_of_the_replay() -> None:
    events = ARecord(frozen()).receives(patients(), hand())
    assert {(event.at, event.grade) for event in events} == {(ends(2004), Grade.REHEARSAL)}


def test_a_broken_batch_is_received_and_quarantined_with_reasons() -> None:
    record = ARecord(frozen())
    _, quarantined = record.receives(patients(age="95"), hand())
    assert quarantined.kind is Kind.BATCH_QUARANTINED
    rule = "ages_top_coded: age is at most 90, which stands for 90 and over"
    said = {"rule": rule, "count": 1, "case_ids": [a_case(0)]}
    assert said in quarantined.payload["reasons"]
    assert record.standing.unsealed == ()


def test_a_file_that_is_no_table_is_quarantined_too() -> None:
    _, quarantined = receive(
        "x.pdf", b"%PDF\x00\xff", ARecord().standing, hand(), SUITES["batch"]
    )
    rule = "readable: the file — expected text, got NUL bytes — export it as UTF-8 text"
    assert quarantined.payload["reasons"] == [{"rule": rule, "count": 1, "case_ids": []}]
    assert quarantined.payload["period"] is None


def test_the_same_content_is_decided_on_once_whatever_its_name() -> None:
    record = ARecord(frozen())
    for rows in (patients(), patients(2005, age="95")):
        assert record.receives(rows, hand(ends(2005)))
        later, suite = hand(ends(2005)), SUITES["batch"]
        again = receive("other-name.csv", as_csv(rows), record.standing, later, suite)
        assert again == ()


def test_too_many_missing_cells_are_an_incident_with_the_handling_stated_beforehand() -> None:
    rows = [{**row, "vitamin_d": ""} for row in patients()]
    _, incident, admitted = ARecord(frozen()).receives(rows, hand())
    assert incident.kind is Kind.INCIDENT
    assert incident.why == PROTOCOL.model.fallback.rule
    assert incident.payload == {
        "what": "missing beyond the limit",
        "batch_sha256": sha256(as_csv(rows)),
        "period": 2004,
        "column": "vitamin_d",
        "observed": 1.0,
        "limit": 0.4,
        "handling": "fallback",
    }
    assert admitted.kind is Kind.BATCH_ADMITTED


def test_a_study_without_a_silent_stage_captures_nothing() -> None:
    protocol = PROTOCOL.model_copy(update={"silent": None})
    with pytest.raises(CaptureError, match="silent stage"):
        ARecord().receives(patients(), hand(protocol=protocol))
