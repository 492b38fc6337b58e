"""One screen says where a study stands, at each step of its way, and changes nothing."""

import os

import pytest

from probatum.capture.calendar import ends, matures
from probatum.ledger.jsonl import as_bytes
from probatum.report.status import status_text
from tasks.backend import seal
from tasks.inbox import deliver, link_outcomes, receive
from tasks.ledger import entries
from tasks.places import hand_over
from tests.capture.building import PROTOCOL, as_csv, patients
from tests.tasks.building import STUDY, a_study, replay

FIRST = ends(2004)


def told(root):
    """The status, line by line, by the word that each begins with."""
    text = status_text(root, STUDY)
    assert all(len(line) <= 96 for line in text.splitlines())
    assert len(text.splitlines()) <= 24
    return {line[:13].strip(): line[13:] for line in text.splitlines()[2:]}


@pytest.fixture
def root(tmp_path):
    a_study(tmp_path)
    return tmp_path


def test_a_study_that_has_not_begun_says_what_to_do(root):
    for file in (root / "var" / STUDY).glob("ledger.sqlite*"):
        file.unlink()
    assert told(root) == {
        "stage": "not begun: nothing is recorded here",
        "due": f"make evidence STUDY={STUDY}",
    }
    assert not (root / "var" / STUDY / "ledger.sqlite").exists()


def test_each_step_of_the_silent_stage_shows(root):
    assert told(root)["stage"] == "retrospective; silent stage (rehearsal) not begun"
    deliver.fn(STUDY, FIRST, root)
    assert told(root)["inbox"] == "1 waiting, 0 set aside"
    receive.fn(STUDY, FIRST, root)
    found = told(root)
    assert found["last batch"] == "baseline-2004.csv, 20 people, admitted 2005-01-01"
    assert found["people"] == "20 eligible, 0 sealed, 0 matured, none analysed yet"
    assert found["due"] == "seal, cut"
    seal.fn(STUDY, FIRST, root)
    assert told(root)["people"] == "20 eligible, 20 sealed, 0 matured, none analysed yet"
    at = matures(2004, PROTOCOL.outcome)
    deliver.fn(STUDY, at, root)
    link_outcomes.fn(STUDY, at, root)
    found = told(root)
    assert found["stage"] == "silent (rehearsal), 1 of 2 periods captured"
    assert found["people"] == "20 eligible, 20 sealed, 20 matured, none analysed yet"
    assert found["looks"] == "0 of 2 taken; look-1 at 75 known outcomes, 15 so far"


def test_a_study_whose_silent_stage_is_over_says_so(root):
    replay(root)
    found = told(root)
    assert found["stage"] == "silent (rehearsal), 2 of 2 periods captured"
    assert found["people"].startswith("39 eligible, 39 sealed (19 by the fallback), 39 matured")
    assert found["looks"] == "1 of 2 taken: look-2"
    assert found["incidents"] == "1: 1 fallback"
    assert found["due"] == "nothing, as of the last thing captured"


def test_a_file_set_aside_and_one_still_being_written_are_told_apart(root):
    inbox = root / "var" / STUDY / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    hand_over("baseline-0.csv", as_csv(patients(age="97")), inbox)
    (inbox / "baseline-1.csv.part").write_bytes(b"half of a fi")
    assert told(root)["inbox"] == "1 waiting, 0 set aside"
    receive.fn(STUDY, FIRST, root)
    assert told(root)["inbox"] == "0 waiting, 1 set aside"


def test_asking_changes_nothing(root):
    replay(root)
    before, files = as_bytes(entries(STUDY, root)), sorted(os.walk(root))
    status_text(root, STUDY)
    assert as_bytes(entries(STUDY, root)) == before
    assert [names for _, _, names in sorted(os.walk(root))] == [names for _, _, names in files]
