"""Whatever lands in the inbox, however often, ends in one place and in one statement."""

from pathlib import Path

import pytest

from probatum.capture.calendar import ends
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from tasks.backend import seal
from tasks.inbox import deliver, due_now, link_outcomes, receive
from tasks.ledger import entries
from tasks.places import Places, hand_over
from tests.capture.building import a_case, as_csv, outcomes, patients
from tests.tasks.building import STUDY, a_study

AT = ends(2004)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = a_study(tmp_path)
    places.inbox.mkdir(parents=True)
    return places


def arrive(places: Places, *contents: bytes) -> None:
    for number, content in enumerate(contents):
        hand_over(f"file-{number:03d}.csv", content, places.inbox)


def kinds(places: Places) -> list[str]:
    return [entry.event.kind.value for entry in entries(STUDY, places.root)]


def test_a_sound_file_is_admitted_and_moved(places: Places) -> None:
    arrive(places, as_csv(patients()))
    assert receive.fn(STUDY, AT, places.root) == ("unnamed",)
    digest = sha256(as_csv(patients()))
    assert (places.admitted / f"{digest[:16]}.csv").read_bytes() == as_csv(patients())
    assert list(places.inbox.iterdir()) == []


def test_a_broken_file_is_quarantined_and_moved(places: Places) -> None:
    arrive(places, as_csv(patients(age="93")), b"\xff\xfe", b"")
    receive.fn(STUDY, AT, places.root)
    assert kinds(places).count("batch_quarantined") == 3
    assert len(list(places.quarantine.glob("*.csv"))) == 3
    assert list(places.admitted.iterdir()) == list(places.inbox.iterdir()) == []


def test_the_same_file_delivered_fifty_times_is_admitted_once(places: Places) -> None:
    for _ in range(5):
        arrive(places, *[as_csv(patients())] * 10)
        receive.fn(STUDY, AT, places.root)
    assert kinds(places) == ["model_frozen", "batch_received", "batch_admitted"]
    assert len(list(places.admitted.iterdir())) == 1
    assert list(places.inbox.iterdir()) == []


def test_another_file_with_a_person_already_admitted_is_quarantined(places: Places) -> None:
    more = patients(n=3, person=a_case(99))
    arrive(places, as_csv(patients()), as_csv(more))
    receive.fn(STUDY, AT, places.root)
    reasons = entries(STUDY, places.root)[-1].event.payload["reasons"]
    assert reasons == [
        {
            "rule": "case-id-admitted-before",
            "count": 2,
            "case_ids": [a_case(1), a_case(2)],
        }
    ]


def test_outcomes_wait_in_the_inbox_until_outcomes_are_asked_for(places: Places) -> None:
    arrive(places, as_csv(outcomes()))
    assert receive.fn(STUDY, AT, places.root) == ()
    assert [(d.act.value, d.about) for d in due_now(STUDY, AT, places.root)] == [
        ("deliver", "baseline-2004.csv"),
        ("link", "unnamed"),
        ("cut", entries(STUDY, places.root)[-1].digest),
    ]


def test_a_file_replaced_while_its_namesake_waits_is_dealt_with_next(places: Places) -> None:
    arrive(places, as_csv(outcomes()))
    receive.fn(STUDY, AT, places.root)
    arrive(places, as_csv(patients()))
    receive.fn(STUDY, AT, places.root)
    assert kinds(places) == ["model_frozen"]
    link_outcomes.fn(STUDY, AT, places.root)
    receive.fn(STUDY, AT, places.root)
    assert kinds(places)[-1] == "batch_admitted"


def test_outcomes_sent_too_early_are_set_aside(places: Places) -> None:
    deliver.fn(STUDY, AT, places.root)
    receive.fn(STUDY, AT, places.root)
    seal.fn(STUDY, AT, places.root)
    arrive(places, as_csv(outcomes()))
    link_outcomes.fn(STUDY, AT, places.root)
    assert entries(STUDY, places.root)[-1].event.kind is Kind.BATCH_QUARANTINED
    assert len(list(places.quarantine.glob("*.csv"))) == 1


def test_outcomes_sent_again_in_time_are_linked_and_kept_with_the_admitted(
    places: Places,
) -> None:
    deliver.fn(STUDY, AT, places.root)
    receive.fn(STUDY, AT, places.root)
    seal.fn(STUDY, AT, places.root)
    for at in (AT, ends(2005), ends(2005)):
        arrive(places, as_csv(outcomes()))
        link_outcomes.fn(STUDY, at, places.root)
    assert kinds(places).count("outcome_linked") == 20
    assert len(list(places.quarantine.glob("*.csv"))) == 1
    assert len(list(places.admitted.iterdir())) == 2
    assert list(places.inbox.iterdir()) == []
