"""What comes next follows from protocol and record alone."""

from datetime import timedelta

import pytest

from probatum.capture.calendar import ends
from probatum.capture.due import Act, Due, Waiting, due
from probatum.capture.looks import information, look_due, take_look
from probatum.errors import CaptureError
from probatum.ledger.events import Event, Kind
from probatum.study.protocol import Protocol
from tests.capture.building import (
    PROTOCOL,
    ARecord,
    a_sealed_record,
    frozen,
    hand,
    mature,
    outcomes,
    patients,
)

SIGNED = {
    "gate": "to-silent",
    "role": "statistician",
    "decision": "approve",
    "name": "Mary Smith",
    "meaning": "approval",
    "comment": "",
    "basis_sha256": "ab" * 32,
    "gates_sha256": "ab" * 32,
}


def acts(record: ARecord, at: object = None, *waiting: Waiting) -> list[tuple[str, str]]:
    when = ends(2004) if at is None else at
    found: tuple[Due, ...] = due(PROTOCOL, record.entries, when, waiting)  # type: ignore[arg-type]
    return [(d.act.value, d.about) for d in found]


def a_cut(record: ARecord) -> Event:
    head = record.entries[-1].digest
    payload = {"head": head, "entries": len(record.entries)}
    return hand().event(Kind.CUT_MADE, "news", (head,), payload)


def with_looks(planned: int, *fractions: float) -> Protocol:
    assert PROTOCOL.silent is not None
    looks = PROTOCOL.silent.looks.model_copy(
        update={"planned_outcomes": planned, "fractions": fractions}
    )
    silent = PROTOCOL.silent.model_copy(update={"looks": looks})
    return PROTOCOL.model_copy(update={"silent": silent})


def test_at_the_end_of_a_period_its_patients_are_handed_over() -> None:
    assert acts(ARecord()) == [("deliver", "baseline-2004.csv")]


def test_nothing_is_due_before_the_first_period_is_over() -> None:
    protocol = PROTOCOL.model_copy(update={"silent": None})
    assert due(protocol, [], ends(2000)) == ()


def test_a_file_that_waits_is_received_and_not_handed_over_again() -> None:
    waiting = Waiting(name="baseline-2004.csv", holds="baseline")
    assert acts(ARecord(), None, waiting) == [("receive", "baseline-2004.csv")]


def test_an_admitted_batch_is_sealed_and_then_copied_out() -> None:
    record = ARecord(frozen())
    record.receives(patients(), hand())
    batch = record.standing.unsealed[0]
    assert [act for act, _ in acts(record)] == ["deliver", "seal", "cut"]
    assert acts(record)[1] == ("seal", batch.sha256)


def test_patients_are_predicted_before_outcomes_are_looked_at() -> None:
    order = list(Act)
    assert order.index(Act.RECEIVE) < order.index(Act.SEAL) < order.index(Act.LINK)


def test_outcomes_are_handed_over_when_they_mature_and_once() -> None:
    record = a_sealed_record()
    at = mature().at
    assert ("deliver", "followup-2004.csv") in acts(record, at)
    record.links(outcomes(), mature())
    assert ("deliver", "followup-2004.csv") not in acts(record, at)


def test_a_cut_is_due_only_when_something_but_a_cut_is_new() -> None:
    record = ARecord(frozen())
    record.write([a_cut(record)])
    assert "cut" not in dict(acts(record))
    record.write([hand().event(Kind.SIGNED, "a signature", ("x",), SIGNED)])
    assert "cut" in dict(acts(record))


def test_an_event_that_slipped_in_between_copy_and_cut_is_in_the_next_cut() -> None:
    record = ARecord(frozen())
    cut = a_cut(record)
    record.write([hand().event(Kind.DEVIATION, "just then", ("x",), {"what": "thawed"}), cut])
    assert "cut" in dict(acts(record))


def test_a_replay_refuses_the_time_of_a_clock() -> None:
    with pytest.raises(CaptureError, match="instant of its calendar"):
        acts(ARecord(), ends(2004) + timedelta(hours=1))


def test_capture_does_not_go_back_in_time() -> None:
    record = a_sealed_record()
    record.links(outcomes(), mature())
    with pytest.raises(CaptureError, match="not before"):
        acts(record, ends(2004))


def test_the_time_of_a_signature_does_not_stop_a_replay() -> None:
    record = a_sealed_record()
    signed = hand(ends(2030)).event(Kind.SIGNED, "a signature", ("x",), SIGNED)
    record.write([signed])
    assert acts(record)


def test_information_counts_index_predictions_whose_outcome_at_the_horizon_is_known() -> None:
    record = a_sealed_record(n=4)
    rows = outcomes(n=4)
    for row, (days, fell) in zip(rows, [(10, 1), (365, 0), (364, 0), (900, 1)], strict=True):
        row |= {"days": str(days), "fell": str(fell)}
    record.links(rows, mature())
    assert information(record.standing, PROTOCOL) == 3


def test_cases_of_the_fallback_are_no_information_about_the_index_test() -> None:
    rows = [{**row, "vitamin_d": ""} for row in patients()]
    record = ARecord(frozen())
    record.receives(rows, hand())
    record.seals(rows, hand())
    record.links(outcomes(days="1", fell="1"), mature())
    assert information(record.standing, PROTOCOL) == 0


def test_a_look_is_due_when_its_share_of_outcomes_is_known_and_is_taken_once() -> None:
    record = a_sealed_record()
    record.links(outcomes(), mature())
    known = information(record.standing, PROTOCOL)
    assert look_due(record.standing, with_looks(2 * known + 2, 0.5, 1.0)) is None
    protocol = with_looks(2 * known, 0.5, 1.0)
    (look,) = record.write(take_look(record.standing, hand(mature().at, protocol)))
    assert look.payload == {"name": "look-1", "information": known, "planned": 2 * known}
    assert look_due(record.standing, protocol) is None


def test_of_two_looks_reached_at_once_the_earlier_is_spent() -> None:
    record = a_sealed_record()
    record.links(outcomes(), mature())
    protocol = with_looks(1, 0.5, 1.0)
    assert look_due(record.standing, protocol) == "look-2"
    record.write(take_look(record.standing, hand(mature().at, protocol)))
    assert look_due(record.standing, protocol) is None


def test_the_last_look_is_taken_when_no_more_outcomes_can_come() -> None:
    record = a_sealed_record()
    record.receives(patients(2005), hand(ends(2005)))
    record.seals(patients(2005), hand(ends(2005)))
    record.links(outcomes(2004), mature(2004))
    assert look_due(record.standing, with_looks(9999, 0.5, 1.0)) is None
    record.links(outcomes(2005), mature(2005))
    assert look_due(record.standing, with_looks(9999, 0.5, 1.0)) == "look-2"
