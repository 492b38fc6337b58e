"""A prediction is written down before its outcome can be known, by the frozen model only."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.capture.calendar import ends, matures
from probatum.capture.faults import backend_incident, breaker_of, faults_of
from probatum.capture.sealing import Measured, inputs_sha256, rounded, seal
from probatum.capture.standing import Batch
from probatum.cohort.tables import text_of
from probatum.errors import CaptureError, ModelError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.quantum.backends.faults import BudgetExceeded, JobLost
from probatum.study.execution import Patience
from probatum.study.protocol import Protocol
from tests.capture.building import (
    MODEL_SHA256,
    PROTOCOL,
    AModel,
    ARecord,
    a_case,
    a_sealed_record,
    as_csv,
    frozen,
    hand,
    mature,
    outcomes,
    patients,
)


def test_every_eligible_case_is_sealed_once_with_what_it_rests_on() -> None:
    record = ARecord(frozen())
    record.receives(patients(age="57"), hand())
    events = record.seals(patients(age="57"), hand())
    row = patients()[1]
    assert len(events) == 19
    assert events[0].payload == {
        "case_id": a_case(1),
        "batch_sha256": sha256(as_csv(patients(age="57"))),
        "inputs_sha256": inputs_sha256(a_case(1), row),
        "risk": events[0].payload["risk"],
        "model_sha256": MODEL_SHA256,
        "role": "index",
        "backend": "exact",
    }
    assert record.standing.unsealed == ()


def test_each_case_gets_its_own_risk() -> None:
    events = a_sealed_record().entries[3:]
    rows = text_of(as_csv(patients()), "t")
    frame = rows.assign(
        **{c: rows[c].astype(float) for c in ("age", "gait_speed", "vitamin_d")}
    )
    expected = dict(zip(rows["person"], AModel().risk(frame), strict=True))
    for entry in events:
        payload = entry.event.payload
        assert payload["risk"] == round(expected[payload["case_id"]], 6)


def test_what_a_case_was_predicted_from_can_be_checked_against_the_batch() -> None:
    row = patients()[0]
    assert inputs_sha256(row["person"], row) == inputs_sha256(row["person"], dict(row))
    assert inputs_sha256(row["person"], row) != inputs_sha256(
        row["person"], {**row, "gait_speed": row["gait_speed"] + "0"}
    )


def test_the_fallback_predicts_the_whole_batch_after_an_incident_and_the_record_says_so() -> (
    None
):
    rows = [{**row, "vitamin_d": ""} if n < 15 else row for n, row in enumerate(patients())]
    record = ARecord(frozen())
    record.receives(rows, hand())
    used, *sealed = record.seals(rows, hand())
    assert used.kind is Kind.FALLBACK_USED
    assert used.payload["period"] == 2004
    assert {event.payload["role"] for event in sealed} == {"fallback"}
    assert {event.payload["backend"] for event in sealed} == {"classical"}
    assert len(sealed) == 20


def _sealed_by(model: AModel, record: ARecord) -> None:
    batch = record.standing.unsealed[0]
    seal(batch, text_of(as_csv(patients()), "t"), model, record.standing, hand())


def test_a_model_that_is_not_the_frozen_one_is_refused() -> None:
    record = ARecord(frozen(model_sha256=sha256(b"another model")))
    record.receives(patients(), hand())
    with pytest.raises(ModelError, match="frozen"):
        _sealed_by(AModel(), record)


def test_nothing_is_predicted_before_a_model_is_frozen() -> None:
    record = ARecord()
    record.receives(patients(), hand())
    with pytest.raises(CaptureError, match="frozen model"):
        _sealed_by(AModel(), record)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -0.01, 1.01])
def test_a_number_that_is_no_risk_is_refused(wrong: float) -> None:
    class Broken(AModel):
        def risk(self, frame: object) -> np.ndarray:
            return np.full(20, wrong)

    record = ARecord(frozen())
    record.receives(patients(), hand())
    with pytest.raises(ModelError, match="20 risks"):
        _sealed_by(Broken(), record)


def test_a_model_that_answers_for_fewer_people_is_refused() -> None:
    class Broken(AModel):
        def risk(self, frame: object) -> np.ndarray:
            return np.full(19, 0.5)

    record = ARecord(frozen())
    record.receives(patients(), hand())
    with pytest.raises(ModelError, match="shape"):
        _sealed_by(Broken(), record)


def test_a_prediction_after_the_outcomes_of_its_period_are_known_is_refused() -> None:
    record = ARecord(frozen())
    record.receives(patients(), hand())
    with pytest.raises(CaptureError, match="before any outcome"):
        record.seals(patients(), hand(matures(2004, PROTOCOL.outcome)))


def test_a_prediction_sealed_after_its_outcome_is_refused() -> None:
    record = a_sealed_record()
    record.links(outcomes(), mature())
    batch = record.standing.batches[sha256(as_csv(patients()))]
    with pytest.raises(CaptureError, match="before any outcome"):
        seal(
            batch, text_of(as_csv(patients()), "t"), AModel(), record.standing, hand(ends(2004))
        )


@given(st.floats(0, 1), st.sampled_from([1e-6, 1e-3, 0.0005, 0.01]))
def test_a_rounded_risk_is_a_multiple_of_the_resolution_within_half_of_it(
    risk: float, resolution: float
) -> None:
    result, step = Decimal(repr(rounded(risk, resolution))), Decimal(repr(resolution))
    assert result % step == 0
    assert abs(result - Decimal(risk)) <= step / 2


def on_hardware(**changes: object) -> Protocol:
    """The protocol with another primary backend."""
    backends = PROTOCOL.backends.model_copy(update={"primary": "aer_mps", **changes})
    return PROTOCOL.model_copy(update={"backends": backends})


def measured(n: int = 20) -> Measured:
    return Measured(
        risks=np.linspace(0.1, 0.9, n),
        backend="aer_mps",
        execution_sha256=sha256(b"a run"),
        shots=None,
        seed=7,
    )


def a_waiting_batch() -> tuple[ARecord, Batch]:
    record = ARecord(frozen())
    record.receives(patients(), hand())
    return record, record.standing.unsealed[0]


def test_what_a_backend_measured_is_sealed_with_the_run_it_came_from() -> None:
    record, batch = a_waiting_batch()
    rows, given = text_of(as_csv(patients()), "t"), measured()
    events = seal(
        batch, rows, AModel(), record.standing, hand(protocol=on_hardware()), measured=given
    )
    assert [event.payload["risk"] for event in events] == [
        rounded(risk, PROTOCOL.resolution) for risk in given.risks
    ]
    assert {name: events[0].payload[name] for name in given.as_dict()} == {
        "backend": "aer_mps",
        "execution_sha256": sha256(b"a run"),
        "shots": None,
        "seed": 7,
    }


def test_the_exact_simulator_does_not_stand_in_for_another_backend() -> None:
    record, batch = a_waiting_batch()
    rows = text_of(as_csv(patients()), "t")
    with pytest.raises(CaptureError, match="aer_mps"):
        seal(batch, rows, AModel(), record.standing, hand(protocol=on_hardware()))


@pytest.mark.parametrize("n", [19, 21])
def test_a_backend_that_answers_for_another_number_of_people_is_refused(n: int) -> None:
    record, batch = a_waiting_batch()
    rows, on = text_of(as_csv(patients()), "t"), hand(protocol=on_hardware())
    with pytest.raises(ModelError, match="20 risks"):
        seal(batch, rows, AModel(), record.standing, on, measured=measured(n))


def test_after_a_backends_fault_the_fallback_predicts_whatever_was_measured() -> None:
    record, batch = a_waiting_batch()
    on = hand(protocol=on_hardware())
    fault = JobLost("job")
    record.write([backend_incident(fault, batch, "aer_mps", 0, "fallback", on)])
    rows = text_of(as_csv(patients()), "t")
    used, *sealed = seal(
        batch,
        rows,
        AModel(),
        record.standing,
        on,
        measured=measured(),
        because=JobLost.what,
    )
    assert (used.kind, used.why) == (Kind.FALLBACK_USED, JobLost.what)
    assert {(e.payload["role"], e.payload["backend"]) for e in sealed} == {
        ("fallback", "classical")
    }
    assert not any("execution_sha256" in event.payload for event in sealed)


def test_each_fault_of_a_batch_is_an_event_of_its_own_and_the_breaker_counts_them() -> None:
    record, batch = a_waiting_batch()
    patience = Patience(
        run_seconds=1,
        queue_seconds=1,
        tries=2,
        first_wait_seconds=1,
        failures_to_open=2,
        open_seconds=60,
    )
    faults = (JobLost("a"), BudgetExceeded("b", observed=2, limit=1), JobLost("c"))
    for number, fault in enumerate(faults):
        record.write([backend_incident(fault, batch, "dev", number, "tried again", hand())])
    assert faults_of(batch.sha256, record.entries) == tuple(fault.what for fault in faults)
    assert faults_of(sha256(b"another batch"), record.entries) == ()
    assert breaker_of("dev", patience, record.entries).state(ends(2004)) == "open"
    assert breaker_of("another", patience, record.entries).failures == 0
    assert not record.standing.with_incident, "what was tried again is not the fallback's yet"
