"""An event says what happened, once, and cannot be bent afterwards."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from probatum.errors import LedgerError
from probatum.ledger.events import Event, Kind, written
from tests.ledger.building import an_event


def test_an_event_read_back_from_its_record_is_the_same_event() -> None:
    event = an_event(3)
    again = Event.from_dict(event.as_dict())
    assert (again.id, again.as_dict()) == (event.id, event.as_dict())


def test_the_id_depends_on_study_kind_and_purpose_only() -> None:
    event = an_event()
    later = an_event(at=datetime(2005, 1, 1, tzinfo=UTC), who="another", payload={"samples": 9})
    others = [an_event(study="x"), an_event(kind=Kind.INCIDENT), an_event(purpose=("y",))]
    assert event.id == later.id
    assert all(event.id != other.id for other in others)


def test_the_id_tells_apart_purposes_that_read_the_same_when_joined() -> None:
    assert an_event(purpose=("ab", "c")).id != an_event(purpose=("a", "bc")).id


def test_a_payload_changed_by_its_sender_afterwards_does_not_change_the_event() -> None:
    payload: dict[str, Any] = {"reasons": [{"count": 1}]}
    event = an_event(payload=payload)
    payload["reasons"][0]["count"] = 2
    assert event.payload["reasons"] == [{"count": 1}]
    with pytest.raises(TypeError):
        event.payload["reasons"] = []  # type: ignore[index]


def test_an_instant_is_kept_in_utc_whatever_zone_it_came_in() -> None:
    zone = timezone(timedelta(hours=2))
    assert written(datetime(1999, 1, 1, 2, tzinfo=zone)) == "1999-01-01T00:00:00Z"


def test_an_event_without_a_time_zone_is_refused() -> None:
    with pytest.raises(LedgerError, match="zone"):
        an_event(at=datetime(1999, 1, 1))


@pytest.mark.parametrize("field", ["study", "who", "why"])
def test_an_event_that_does_not_say_who_or_why_is_refused(field: str) -> None:
    with pytest.raises(LedgerError, match="empty"):
        an_event(**{field: ""})


@pytest.mark.parametrize(
    "change",
    [{"kind": "miracle"}, {"at": "yesterday"}, {"grade": "gold"}, {"extra": 1}, {"purpose": 3}],
)
def test_a_record_that_is_no_event_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(LedgerError, match="event"):
        Event.from_dict({**an_event().as_dict(), **change})
