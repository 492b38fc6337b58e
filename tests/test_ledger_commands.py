"""With a receipt and a public key a stranger checks one prediction; with a copy, them all."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from probatum import cli
from probatum.errors import Refusal
from probatum.ledger.events import Kind
from probatum.ledger.jsonl import write_jsonl
from probatum.ledger.signing import SigningKey
from probatum.ledger.store import Ledger
from tests.ledger.building import an_event

CASES = ["case-0a", "case-0b", "case-0c"]
SHA = "ab" * 32


def sealed(case, number):
    return an_event(
        kind=Kind.PREDICTION_SEALED,
        purpose=(case,),
        payload={
            "batch_sha256": SHA,
            "model_sha256": SHA,
            "inputs_sha256": SHA,
            "case_id": case,
            "role": "index",
            "backend": "exact",
            "risk": number / 8,
        },
    )


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A study with three sealed predictions, signed for."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "studies/demo").mkdir(parents=True)
    (tmp_path / "studies/demo/protocol.yaml").touch()
    key = SigningKey.generate()
    key.write(tmp_path / "demo.key")
    with Ledger(tmp_path / "var/demo/ledger.sqlite") as ledger:
        ledger.append(sealed(case, number) for number, case in enumerate(CASES))
        ledger.checkpoint(key, datetime(1999, 1, 2, tzinfo=UTC))
    return tmp_path


def probatum(*arguments):
    """What a command prints."""
    done = CliRunner().invoke(cli.probatum, ["ledger", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_a_sealed_prediction_is_proved_to_an_outsider(project):
    assert "wrote receipt.json" in probatum(
        "receipt", "demo", "case-0b", "--out", "receipt.json"
    )
    said = probatum("prove", "receipt.json", "--key", "demo.key.pub")
    assert said.startswith("proved: entry 1 of 3 in the record of demo")
    assert "prediction_sealed about case-0b, written 1999-01-01T00:00:00Z" in said
    assert "signed, 1999-01-02T00:00:00Z" in said


def test_a_receipt_shows_no_other_case(project):
    shown = probatum("receipt", "demo", "case-0b")
    assert json.loads(shown)["entry"]["event"]["payload"]["case_id"] == "case-0b"
    assert "case-0a" not in shown
    assert "case-0c" not in shown


def test_a_risk_made_better_afterwards_is_found(project):
    probatum("receipt", "demo", "case-0b", "--out", "receipt.json")
    file = project / "receipt.json"
    file.write_text(file.read_text().replace('"risk": 0.125', '"risk": 0.875'))
    with pytest.raises(Refusal, match="expected the digest of its content"):
        probatum("prove", "receipt.json", "--key", "demo.key.pub")


def test_the_record_is_checked_and_copied_and_the_copy_checked(project):
    live = probatum("verify", "demo")
    assert live.startswith("sound: demo, 3 entries\nhead ")
    assert "last checkpoint: 3 entries, signed 1999-01-02T00:00:00Z" in live
    assert "wrote 3 entries" in probatum("export", "demo", "copy.jsonl")
    copy = probatum("check", "copy.jsonl")
    assert copy.splitlines()[1:] == live.splitlines()[1:3]
    with (project / "copy.jsonl").open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(Refusal, match=r"^entry 3 "):
        probatum("check", "copy.jsonl")


def test_a_back_up_is_tried_and_the_tail_it_lacks_is_named(project):
    probatum("export", "demo", "backup.jsonl")
    assert probatum("drill", "demo", "backup.jsonl").splitlines()[-2:] == [
        "equal to the live record up to the checkpoint of 3 entries, signed "
        "1999-01-02T00:00:00Z, and 0 beyond",
        "nothing is lost",
    ]
    with Ledger(project / "var/demo/ledger.sqlite") as ledger:
        ledger.append([sealed("case-0d", 3), an_event(9)])
    said = probatum("drill", "demo", "backup.jsonl")
    assert "lost if it were all there is: entries 3 to 4, written 1999-01-01T00:00:00Z" in said
    assert said.endswith("1 prediction_sealed, 1 deviation\n")


def test_a_lost_record_is_restored_and_goes_on(project):
    probatum("export", "demo", "backup.jsonl")
    before = probatum("verify", "demo").splitlines()[:3]
    for file in (project / "var/demo").iterdir():
        file.unlink()
    assert probatum("restore", "demo", "backup.jsonl").splitlines() == before
    with Ledger(project / "var/demo/ledger.sqlite") as ledger:
        assert ledger.append([an_event(9)])[0].seq == 3


def test_a_back_up_of_another_story_is_refused(project):
    with Ledger(project / "other.sqlite") as ledger:
        ledger.append([sealed("case-0a", 5)])
        write_jsonl(project / "other.jsonl", ledger.entries())
    with pytest.raises(Refusal, match="find out which one was changed"):
        probatum("drill", "demo", "other.jsonl")
    with pytest.raises(Refusal, match="find out which one was changed"):
        probatum("restore", "demo", "other.jsonl")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "other"), "expected one of those in studies/"),
        (("verify", "../demo"), "expected one of those in studies/"),
        (("check", "absent.jsonl"), "expected a readable file"),
        (("receipt", "demo", "case-0d"), "an event in the record, got none"),
        (("receipt", "demo", "--event", "12"), "64 lower-case"),
        (("prove", "absent.json", "--key", "demo.key.pub"), "expected a readable file"),
        (("prove", "demo.key.pub", "--key", "demo.key.pub"), "of JSON"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(project, arguments, said):
    (project / "studies/demo/demo").mkdir()
    (project / "demo").mkdir()
    with pytest.raises(Refusal, match=said):
        probatum(*arguments)


def test_a_study_without_a_record_is_told_so(project):
    (project / "var/demo/ledger.sqlite").unlink()
    with pytest.raises(Refusal, match=r"expected ledger\.sqlite in var/demo, got none"):
        probatum("verify", "demo")
    assert not (project / "var/demo/ledger.sqlite").exists()
