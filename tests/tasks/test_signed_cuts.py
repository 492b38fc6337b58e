"""Where capture has a key, each cut says what was signed, and a clone goes on from there."""

import shutil
from pathlib import Path

import pytest

from probatum.errors import BrokenChain, LedgerError
from probatum.ledger.checkpoint import Receipt, read_checkpoints
from probatum.ledger.events import Kind
from probatum.ledger.jsonl import read_jsonl
from probatum.ledger.signing import SigningKey
from probatum.ledger.store import Ledger
from probatum.ledger.verification import verify_records
from tasks.ledger import entries, restore
from tasks.places import CHECKPOINT_KEY, CHECKPOINTS, Places
from tests.tasks.building import STUDY, a_study, replay


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SigningKey:
    """A key that capture is told of."""
    made = SigningKey.generate()
    made.write(tmp_path / "study.key")
    monkeypatch.setenv(CHECKPOINT_KEY, str(tmp_path / "study.key"))
    return made


@pytest.fixture
def places(tmp_path: Path, key: SigningKey) -> Places:
    """A study after its replay, signed for at each cut."""
    places = a_study(tmp_path / "study")
    replay(places.root)
    return places


def test_each_cut_is_signed_for_as_far_as_it_goes(places: Places, key: SigningKey) -> None:
    signed = read_checkpoints(places.cut / CHECKPOINTS)
    lines = (places.cut / "ledger.jsonl").read_bytes().splitlines()
    assert signed[-1].head_signed == verify_records(lines)
    cuts = [e for e in entries(STUDY, places.root) if e.event.kind is Kind.CUT_MADE]
    assert len(signed) == len(cuts) > 1
    for one in signed:
        one.check(key.public)
        assert one.head_signed == verify_records(lines[: one.size])


def test_a_sealed_prediction_of_a_replay_is_proved(places: Places, key: SigningKey) -> None:
    with Ledger(places.ledger) as ledger:
        sealed = ledger.entries(Kind.PREDICTION_SEALED)
        receipt = ledger.receipt(sealed[7].event.id)
    Receipt.from_dict(receipt.as_dict()).check(key.public)
    assert receipt.entry.event.payload["case_id"] == sealed[7].event.payload["case_id"]


def test_without_a_key_nothing_is_signed_and_the_record_is_the_same(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CHECKPOINT_KEY)
    other = a_study(tmp_path / "other")
    replay(other.root)
    assert not (other.cut / CHECKPOINTS).exists()
    assert entries(STUDY, other.root) == entries(STUDY, places.root)


def test_a_key_that_others_may_read_stops_the_cut_and_loses_nothing(
    tmp_path: Path, key: SigningKey
) -> None:
    (tmp_path / "study.key").chmod(0o644)
    places = a_study(tmp_path / "study")
    with pytest.raises(LedgerError, match=r"chmod 600 study\.key"):
        replay(places.root)
    (tmp_path / "study.key").chmod(0o600)
    replay(places.root)
    assert read_checkpoints(places.cut / CHECKPOINTS)


def test_a_clone_takes_over_what_was_signed(places: Places, tmp_path: Path) -> None:
    clone = Places(root=tmp_path / "clone", study=STUDY)
    for folder in ("studies", "data", "expectations", "models"):
        shutil.copytree(places.root / folder, clone.root / folder)
    restore.fn(STUDY, clone.root)
    with Ledger(clone.ledger) as ledger:
        assert ledger.checkpoints() == read_checkpoints(places.cut / CHECKPOINTS)
        assert ledger.verify().digest == read_jsonl(clone.cut / "ledger.jsonl")[-1].digest


def test_a_clone_of_a_cut_rewritten_whole_is_refused(places: Places, tmp_path: Path) -> None:
    """Somebody wrote another sound chain; what was signed of the first one gives it away."""
    clone = Places(root=tmp_path / "clone", study=STUDY)
    for folder in ("studies", "data", "expectations", "models"):
        shutil.copytree(places.root / folder, clone.root / folder)
    told = read_jsonl(clone.cut / "ledger.jsonl")
    with Ledger(tmp_path / "another.sqlite") as another:
        another.append(entry.event for entry in reversed(told))
        content = b"".join(record + b"\n" for record in another.records())
    (clone.cut / "ledger.jsonl").write_bytes(content)
    with pytest.raises(BrokenChain, match="expected the record that was signed for"):
        restore.fn(STUDY, clone.root)
