"""What goes wrong at the door is said aloud, by rule and never by value."""

from datetime import UTC, datetime

import pytest
from stand_in import write_study

from probatum.ledger.events import Event, Kind
from probatum.study.grade import Grade
from tasks import notices
from tasks.ledger import record

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
STUDY = "by-hand"


@pytest.fixture
def said(monkeypatch):
    lines = []

    class Log:
        def warning(self, form, *parts):
            lines.append(form % parts)

    monkeypatch.setattr(notices, "get_run_logger", Log)
    return lines


def fault(kind, payload, at=NOON):
    return Event(
        kind=kind, study=STUDY, at=at, who="capture", why="a rule", grade=Grade.REHEARSAL,
        purpose=(kind.value, str(at)), payload=payload,
    )  # fmt: skip


def test_a_quarantined_file_and_an_incident_of_the_moment_are_named(tmp_path, said):
    write_study(tmp_path, STUDY, "0")
    reasons = [{"rule": "ranges: age", "count": 2, "case_ids": []}]
    file = {"batch_sha256": "ab" * 32, "name": "unnamed", "period": None, "rows": 2}
    earlier = datetime(2025, 1, 1, tzinfo=UTC)
    record.fn(
        STUDY,
        [
            fault(Kind.INCIDENT, {"what": "long past"}, earlier),
            fault(Kind.BATCH_QUARANTINED, {**file, "reasons": reasons}),
            fault(Kind.INCIDENT, {"what": "missing beyond the limit"}),
        ],
        tmp_path,
    )
    notices.say_faults.fn(STUDY, NOON, tmp_path)
    assert said == [
        "set aside, see var/by-hand/quarantine: ranges: age",
        "incident: missing beyond the limit",
    ]
