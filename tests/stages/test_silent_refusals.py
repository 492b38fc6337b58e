"""The silent stage refuses a record that was altered, cut off or written in another order."""

from pathlib import Path

import pytest

from probatum.errors import BrokenChain, CaptureError, DataError, LedgerError, ModelError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.stages.silent import silent
from tests.stages.silent_study import a_silent_study, found
from tests.stages.staged_study import AStudy


@pytest.fixture
def study(tmp_path: Path) -> AStudy:
    return a_silent_study(tmp_path)


def test_an_outcome_recorded_before_its_prediction_makes_the_stage_refuse(
    study: AStudy,
) -> None:
    study.silently(2004, "receive", "seal")
    case = study.entries[-1].event.payload["case_id"]
    sealed = study.entries.pop().event
    study.notes(
        Kind.OUTCOME_LINKED, case,
        case_id=case, time=100, event=1, known_at="2006-01-01T00:00:00Z",
        source_sha256="0" * 64,
    )  # fmt: skip
    study.writes([sealed])
    with pytest.raises(CaptureError, match="sealed before its outcome"):
        found(study)


def test_an_outcome_known_before_its_prediction_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004, "receive", "seal")
    case = study.entries[-1].event.payload["case_id"]
    study.notes(
        Kind.OUTCOME_LINKED, case,
        case_id=case, time=100, event=1, known_at="2004-06-01T00:00:00Z",
        source_sha256="0" * 64,
    )  # fmt: skip
    with pytest.raises(CaptureError, match="sealed before its outcome") as refusal:
        found(study)
    assert case not in str(refusal.value)


def test_an_outcome_of_a_person_never_predicted_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004, "receive", "seal")
    study.notes(
        Kind.OUTCOME_LINKED, "small-stranger",
        case_id="small-stranger", time=100, event=1, known_at="2006-01-01T00:00:00Z",
        source_sha256="0" * 64,
    )  # fmt: skip
    with pytest.raises(CaptureError, match="without"):
        found(study)


def test_a_prediction_of_another_model_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004, "receive", "seal")
    sealed = study.entries.pop().event
    changed = {**sealed.payload, "model_sha256": sha256(b"another model")}
    study.notes(Kind.PREDICTION_SEALED, sealed.payload["case_id"], **changed)
    with pytest.raises(ModelError, match="frozen model"):
        found(study)


def test_predictions_sealed_under_another_protocol_close_the_stage(study: AStudy) -> None:
    study.silently(2004)
    study.amends(lambda text: text["model"].update(threshold=0.4))
    evidence = found(study)
    assert evidence["status"] == "closed"
    assert "another protocol" in evidence["reason"]


def test_an_altered_record_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004)
    layout = study.cuts()
    path = layout.cut / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"event":0', b'"event":1', 1))
    with pytest.raises(BrokenChain):
        silent(layout, study.protocol)


def test_a_record_whose_end_was_cut_off_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004)
    layout = study.cuts()
    path = layout.cut / "ledger.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(BrokenChain, match="a ledger that ends with"):
        silent(layout, study.protocol)


def test_an_altered_batch_makes_the_stage_refuse(study: AStudy) -> None:
    study.silently(2004)
    layout = study.cuts()
    (batch,) = (layout.cut / "batches").glob("*.csv")
    batch.write_bytes(batch.read_bytes().replace(b",F,", b",M,", 1))
    with pytest.raises(DataError, match="batch that was admitted"):
        silent(layout, study.protocol)


def test_the_record_of_another_study_is_refused(study: AStudy) -> None:
    study.silently(2004, "receive", "seal")
    study.entries.clear()
    study.freezes()
    layout = study.cuts()
    (layout.cut / "ledger.jsonl").write_bytes(a_record_of_another_study(study))
    with pytest.raises(LedgerError, match="events of small-study only"):
        silent(layout, study.protocol)


def a_record_of_another_study(study: AStudy) -> bytes:
    from dataclasses import replace

    from probatum.ledger.chain import Entry
    from probatum.ledger.jsonl import as_bytes

    event = replace(study.entries[0].event, study="another-study")
    return as_bytes([Entry.after(None, event)])
