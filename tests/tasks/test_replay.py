"""The whole capture path: uninterrupted, in a fresh clone, and gone through twice."""

import json
import shutil
from pathlib import Path

import pytest

from probatum.capture.calendar import ends
from probatum.errors import BrokenChain, CaptureError, LedgerError
from probatum.ledger.chain import verify
from probatum.ledger.events import Kind
from probatum.ledger.jsonl import read_jsonl
from tasks.cut import take
from tasks.inbox import deliver, due_now, receive, replay_instants
from tasks.ledger import entries, record, restore
from tests.ledger.building import an_event
from tests.tasks.building import STUDY, Places, a_study, everything, replay


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Places:
    places = a_study(tmp_path_factory.mktemp("study"))
    replay(places.root)
    return places


def kinds(places: Places) -> list[Kind]:
    return [entry.event.kind for entry in entries(STUDY, places.root)]


def test_every_eligible_person_is_predicted_once_and_then_has_an_outcome(
    replayed: Places,
) -> None:
    found = kinds(replayed)
    assert found.count(Kind.PREDICTION_SEALED) == found.count(Kind.OUTCOME_LINKED) == 39
    assert found.count(Kind.BATCH_ADMITTED) == 2
    assert found.count(Kind.INCIDENT) == found.count(Kind.FALLBACK_USED) == 1
    assert found.count(Kind.LOOK_TAKEN) == 1


def test_every_prediction_precedes_its_outcome_by_at_least_the_horizon(
    replayed: Places,
) -> None:
    protocol, sealed = replayed.protocol(), {}
    for entry in entries(STUDY, replayed.root):
        case = entry.event.payload.get("case_id")
        if entry.event.kind is Kind.PREDICTION_SEALED:
            sealed[case] = entry.event.at
        elif entry.event.kind is Kind.OUTCOME_LINKED:
            assert (entry.event.at - sealed[case]).days >= protocol.outcome.horizon_days


def test_no_time_of_day_enters_the_record_of_a_replay(replayed: Places) -> None:
    times = {entry.event.at for entry in entries(STUDY, replayed.root)}
    assert times == {ends(2004), ends(2005), ends(2006)}


def test_nothing_is_left_to_do_and_nothing_is_left_in_the_inbox(replayed: Places) -> None:
    (last,) = replay_instants(STUDY, replayed.root)
    assert due_now(STUDY, last, replayed.root) == ()
    assert list(replayed.inbox.iterdir()) == []
    assert list(replayed.quarantine.iterdir()) == []


def test_the_cut_is_the_record_up_to_the_last_copy(replayed: Places) -> None:
    copied = read_jsonl(replayed.cut / "ledger.jsonl")
    summary = json.loads((replayed.cut / "cut.json").read_text())
    assert summary["head"] == verify(copied)
    assert summary["entries"] == len(copied) == len(entries(STUDY, replayed.root)) - 1
    assert summary["grade"] == "rehearsal"
    names = {f"{batch['sha256'][:16]}.csv" for batch in summary["batches"]}
    assert names == {file.name for file in (replayed.cut / "batches").iterdir()}


def test_a_second_replay_changes_nothing(replayed: Places) -> None:
    before = everything(replayed)
    replay(replayed.root)
    assert everything(replayed) == before


def _clone(replayed: Places, root: Path, *, with_cut: bool) -> Places:
    """A fresh clone: protocol and data as committed, no live record but the frozen model."""
    places = a_study(root)
    if with_cut:
        shutil.copytree(replayed.cut, places.cut)
    return places


@pytest.mark.parametrize("with_cut", [False, True])
def test_a_replay_in_a_fresh_clone_gives_the_same_bytes(
    replayed: Places, tmp_path: Path, with_cut: bool
) -> None:
    clone = _clone(replayed, tmp_path, with_cut=with_cut)
    replay(clone.root)
    assert everything(clone) == everything(replayed)


def test_a_fresh_clone_can_go_on_from_the_cut_instead(replayed: Places, tmp_path: Path) -> None:
    clone = Places(root=tmp_path, study=STUDY)
    shutil.copytree(replayed.root / "studies", tmp_path / "studies")
    shutil.copytree(replayed.root / "expectations", tmp_path / "expectations")
    shutil.copytree(replayed.data, clone.data)
    restore.fn(STUDY, tmp_path)
    replay(tmp_path)
    mine, theirs = everything(clone), everything(replayed)
    assert mine["ledger"] == theirs["ledger"]
    assert {k: v for k, v in mine.items() if "/cut/" in k} == {
        k: v for k, v in theirs.items() if "/cut/" in k
    }


def test_a_cut_that_says_something_else_is_refused_and_the_first_difference_named(
    replayed: Places, tmp_path: Path
) -> None:
    clone = _clone(replayed, tmp_path, with_cut=True)
    record.fn(STUDY, [an_event(study=STUDY)], tmp_path)
    before = everything(clone)
    with pytest.raises(BrokenChain, match="entry 1 "):
        take.fn(STUDY, ends(2004), tmp_path)
    with pytest.raises(BrokenChain, match="entry 1 "):
        restore.fn(STUDY, tmp_path)
    assert everything(clone) == before


def test_a_tampered_cut_is_refused(replayed: Places, tmp_path: Path) -> None:
    clone = _clone(replayed, tmp_path, with_cut=True)
    file = clone.cut / "ledger.jsonl"
    file.write_bytes(file.read_bytes().replace(b'"event":1,', b'"event":0,', 1))
    with pytest.raises(BrokenChain, match="entry "):
        take.fn(STUDY, ends(2004), tmp_path)


def test_an_admitted_file_that_was_changed_is_refused_when_it_is_copied(
    tmp_path: Path,
) -> None:
    places = a_study(tmp_path)
    deliver.fn(STUDY, ends(2004), tmp_path)
    receive.fn(STUDY, ends(2004), tmp_path)
    (file,) = places.admitted.iterdir()
    file.write_bytes(file.read_bytes().replace(b"F", b"M", 1))
    with pytest.raises(CaptureError, match="as it was admitted"):
        take.fn(STUDY, ends(2004), tmp_path)


def test_the_time_of_day_is_refused_in_a_replay(tmp_path: Path) -> None:
    a_study(tmp_path)
    with pytest.raises(CaptureError, match="instant of its calendar"):
        deliver.fn(STUDY, ends(2004).replace(hour=5), tmp_path)


def test_a_cut_of_a_replay_asked_for_by_the_clock_has_the_time_of_the_record(
    tmp_path: Path,
) -> None:
    a_study(tmp_path)
    assert take.fn(STUDY, ends(2040), tmp_path)
    assert entries(STUDY, tmp_path)[-1].event.at == ends(2004)
    assert not take.fn(STUDY, ends(2041), tmp_path)


def test_an_event_of_another_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="of this study"):
        record.fn(STUDY, [an_event(study="another")], tmp_path)


def test_a_study_without_a_record_has_no_entries_and_restores_nothing(tmp_path: Path) -> None:
    assert entries(STUDY, tmp_path) == ()
    restore.fn(STUDY, tmp_path)
    assert entries(STUDY, tmp_path) == ()
