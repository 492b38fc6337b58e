"""An outcome enters only when its time has come, beside a sealed prediction, and once."""

from datetime import timedelta

import pytest

from probatum.capture.maturity import is_follow_up, link
from probatum.ledger.events import Event, Kind
from tests.capture.building import (
    PROTOCOL,
    SUITES,
    ARecord,
    Row,
    a_case,
    a_sealed_record,
    as_csv,
    frozen,
    hand,
    mature,
    outcomes,
    patients,
)


def rules(events: tuple[Event, ...]) -> list[str]:
    assert [event.kind for event in events] == [Kind.BATCH_QUARANTINED]
    return [reason["rule"] for reason in events[0].payload["reasons"]]


def test_mature_outcomes_are_linked_to_every_sealed_case() -> None:
    events = a_sealed_record().links(outcomes(days="100", fell="1"), mature())
    assert len(events) == 20
    assert {event.kind for event in events} == {Kind.OUTCOME_LINKED}
    first = dict(events[0].payload)
    del first["source_sha256"]
    assert first == {
        "case_id": a_case(0),
        "time": 100,
        "event": 1,
        "known_at": "2006-01-01T00:00:00Z",
    }


def test_an_outcome_before_its_horizon_has_passed_is_refused() -> None:
    early = hand(mature().at - timedelta(seconds=1))
    assert rules(a_sealed_record().links(outcomes(), early)) == ["outcome-not-mature"]


def test_an_outcome_refused_as_too_early_is_linked_when_it_comes_again_in_time() -> None:
    record = a_sealed_record()
    record.links(outcomes(), hand(mature().at - timedelta(days=1)))
    assert len(record.links(outcomes(), mature())) == 20


def test_an_outcome_before_its_prediction_is_refused() -> None:
    record = ARecord(frozen())
    record.receives(patients(), hand())
    assert rules(record.links(outcomes(), mature())) == ["outcome-before-prediction"]


def test_the_outcome_of_a_case_never_admitted_is_refused() -> None:
    assert rules(a_sealed_record().links(outcomes(person=a_case(999)), mature())) == [
        "outcome-before-prediction"
    ]


def test_what_happened_after_the_horizon_is_not_looked_at() -> None:
    events = a_sealed_record().links(outcomes(days="366", fell="1"), mature())
    assert (events[0].payload["time"], events[0].payload["event"]) == (365, 0)


def test_an_event_on_the_last_day_of_the_horizon_counts() -> None:
    events = a_sealed_record().links(outcomes(days="365", fell="1"), mature())
    assert (events[0].payload["time"], events[0].payload["event"]) == (365, 1)


def test_an_outcome_sent_again_changes_nothing() -> None:
    record = a_sealed_record()
    record.links(outcomes(), mature())
    assert record.links(outcomes(), hand(mature().at + timedelta(days=400))) == ()


def test_a_second_different_outcome_is_refused_and_must_come_as_a_correction() -> None:
    record = a_sealed_record()
    record.links(outcomes(days="100", fell="1"), mature())
    assert rules(record.links(outcomes(days="99", fell="1"), mature())) == [
        "outcome-differs-from-linked"
    ]


def test_outcomes_that_come_in_two_files_are_linked_once_each() -> None:
    record, rows = a_sealed_record(), outcomes()
    assert len(record.links(rows[:12], mature())) == 12
    assert len(record.links(rows[8:], mature())) == 8


def test_the_outcome_of_a_case_left_out_at_admission_is_left_out_too() -> None:
    record = ARecord(frozen())
    record.receives(patients(age="57"), hand())
    record.seals(patients(age="57"), hand())
    assert len(record.links(outcomes(), mature())) == 19


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"days": ""}, "schema: days is not empty in any row"),
        ({"fell": ""}, "followup_complete: fell is known for every baseline case"),
        ({"days": "-1"}, "ranges: days lies between 0 and 2000 day"),
        ({"fell": "2"}, "ranges: fell lies between 0 and 1"),
        ({"fell": "yes"}, "schema: fell is written as a whole number"),
        ({"person": a_case(1)}, "unique_ids: person names one row only"),
        ({"person": "00123456"}, "outcome-before-prediction"),
    ],
)
def test_one_broken_outcome_keeps_the_file_out(change: dict[str, str], rule: str) -> None:
    assert rule in rules(a_sealed_record().links(outcomes(**change), mature()))


def test_what_identifies_a_person_in_a_follow_up_is_not_repeated() -> None:
    record = a_sealed_record()
    (event,) = record.links(outcomes(person="00123456", days="1931-05-17"), mature())
    assert "deidentification" in str(event.payload)
    assert not any(secret in str(event.payload) for secret in ("00123456", "1931"))


def test_a_follow_up_that_is_no_table_is_set_aside() -> None:
    standing, suite = a_sealed_record().standing, SUITES["followup"]
    events = link("x.csv", b"person,days\n1\n", standing, mature(), suite)
    assert rules(events)[0].startswith("readable: the file, line 2 — expected 2 cells, got 1")


def _with(rows: list[Row], **more: str) -> bytes:
    return as_csv([{**row, **more} for row in rows])


def test_a_file_is_a_follow_up_by_its_columns_and_not_by_its_name() -> None:
    assert is_follow_up(as_csv(outcomes()), PROTOCOL)
    assert not is_follow_up(as_csv(patients()), PROTOCOL)
    assert not is_follow_up(_with(outcomes(), age="70"), PROTOCOL)
    assert not is_follow_up(b"\xff", PROTOCOL)
