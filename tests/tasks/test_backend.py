"""Only the frozen model predicts, only what was admitted, and only once."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from probatum.capture import sealing
from probatum.capture.calendar import ends
from probatum.capture.standing import Standing
from probatum.cohort.tables import text_of
from probatum.errors import CaptureError, Conflict, ModelError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.models.frozen import load
from tasks.backend import seal
from tasks.inbox import deliver, receive
from tasks.ledger import entries, record
from tasks.places import Places
from tests.capture.building import hand
from tests.tasks.building import STUDY, a_study

AT = ends(2004)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A batch is admitted and waits to be predicted."""
    places = a_study(tmp_path)
    deliver.fn(STUDY, AT, tmp_path)
    receive.fn(STUDY, AT, tmp_path)
    return places


def standing(places: Places) -> Standing:
    return Standing.of(entries(STUDY, places.root))


def rows(places: Places) -> pd.DataFrame:
    (file,) = places.admitted.iterdir()
    return text_of(file.read_bytes(), "the batch")


def sealed(places: Places) -> list[float]:
    return [
        entry.event.payload["risk"]
        for entry in entries(STUDY, places.root)
        if entry.event.kind is Kind.PREDICTION_SEALED
    ]


def test_the_frozen_model_predicts_every_admitted_case_once(places: Places) -> None:
    assert seal.fn(STUDY, AT, places.root) == 20
    assert seal.fn(STUDY, AT, places.root) == 0
    assert len(set(sealed(places))) == 20


def refused(places: Places) -> list[str]:
    """What the record says was refused, in order."""
    return [
        entry.event.payload["what"]
        for entry in entries(STUDY, places.root)
        if entry.event.kind is Kind.INCIDENT and "refusal" in entry.event.payload
    ]


def test_a_model_file_altered_by_one_byte_seals_nothing(places: Places) -> None:
    file = places.models / "index.skops"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    for _ in range(2):
        with pytest.raises(ModelError, match=r"index\.skops"):
            seal.fn(STUDY, AT, places.root)
    assert sealed(places) == []
    assert refused(places) == ["the model is not the one that was frozen"]


def test_a_model_retrained_after_the_freeze_seals_nothing(places: Places) -> None:
    another = {"model_sha256": sha256(b"another"), "protocol_sha256": sha256(b"protocol")}
    event = hand().event(Kind.MODEL_FROZEN, "frozen anew", ("model", "2"), another)
    record.fn(STUDY, [event], places.root)
    with pytest.raises(ModelError, match="frozen one"):
        seal.fn(STUDY, AT, places.root)
    assert sealed(places) == []
    assert refused(places) == ["the model is not the one that was frozen"]


def test_a_second_different_prediction_for_a_case_is_refused_and_recorded(
    places: Places,
) -> None:
    """Somebody sealed another risk for one of the cases, under the same id."""
    (batch,) = standing(places).unsealed
    model = load(places.models)
    (first, *_) = sealing.seal(batch, rows(places), model, standing(places), hand(at=AT))
    other = replace(first, payload={**first.payload, "risk": 0.999})
    record.fn(STUDY, [other], places.root)
    with pytest.raises(Conflict, match="another payload"):
        seal.fn(STUDY, AT, places.root)
    assert sealed(places) == [0.999]
    assert refused(places) == ["a second, different prediction for a case"]


def test_an_absent_model_seals_nothing(places: Places) -> None:
    (places.models / "model.json").unlink()
    with pytest.raises(ModelError, match="develop"):
        seal.fn(STUDY, AT, places.root)


def test_an_admitted_file_changed_before_prediction_is_refused(places: Places) -> None:
    (file,) = places.admitted.iterdir()
    file.write_bytes(file.read_bytes().replace(b",F,", b",M,", 1))
    with pytest.raises(CaptureError, match="as it was admitted"):
        seal.fn(STUDY, AT, places.root)
    assert sealed(places) == []
    assert refused(places) == [
        "a prediction out of turn, or of a file that is not what was admitted"
    ]
