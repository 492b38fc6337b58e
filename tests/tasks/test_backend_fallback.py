"""Where a device fails or may not be asked, the fallback predicts, and the record says why."""

from datetime import UTC, datetime, timedelta

import pytest

from probatum.capture.faults import backend_incident, breaker_of
from probatum.capture.standing import Standing
from probatum.errors import BackendError
from probatum.ledger.events import Kind
from probatum.models.frozen import load
from probatum.quantum.backends.faults import (
    BudgetExceeded,
    CalibrationTooOld,
    JobLost,
    NoCredentials,
    NotCalled,
    QueueTooLong,
    TimedOut,
)
from probatum.quantum.devices import calibrated_at
from probatum.stages.layout import Layout
from probatum.stages.record import read_cut
from probatum.stages.timeline import incidents, timeline
from probatum.stages.unblinded import sealed_with_period, unblind
from tasks.cut import take
from tasks.hardware import Purse, reached
from tasks.ledger import entries, record
from tests.capture.building import PROTOCOL, as_csv, hand, patients
from tests.quantum.backends.building import DEVICE, Losing, Slow, Time, Unreachable
from tests.tasks.building import STUDY
from tests.tasks.hardware_building import AT, LATER, a_hardware_study, arrives, said, seals


def test_a_lost_job_is_tried_again_and_each_fault_is_an_incident(tmp_path):
    places = a_hardware_study(tmp_path)
    time = Time()
    way = Unreachable(device=DEVICE, is_local=True, failures=[ConnectionError("reset")])
    assert seals(places, way, time=time) == 20
    [incident] = said(places, Kind.INCIDENT)
    assert incident["what"] == JobLost.what
    assert incident["handling"] == "tried again"
    assert incident["backend"] == "fake_manila"
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"index"}
    assert time.waits[0] == 5


def test_a_dead_backend_leaves_the_whole_batch_to_the_fallback_for_ever(tmp_path):
    places = a_hardware_study(tmp_path)
    way = Losing(device=DEVICE, is_local=True, error=ConnectionError("gone"))
    assert seals(places, way) == 20
    first, last = said(places, Kind.INCIDENT)
    assert (first["handling"], last["handling"]) == ("tried again", "fallback")
    assert last["period"] == 2004
    sealed = said(places, Kind.PREDICTION_SEALED)
    assert {(p["role"], p["backend"]) for p in sealed} == {("fallback", "classical")}
    assert not any("execution_sha256" in p for p in sealed)
    [used] = [e for e in entries(STUDY, tmp_path) if e.event.kind is Kind.FALLBACK_USED]
    assert used.event.why == JobLost.what
    assert seals(places) == 0, "a device that came back predicts nobody again"
    assert said(places, Kind.PREDICTION_SEALED) == sealed


def test_the_silent_stage_counts_the_fallbacks_people_and_shows_the_incidents(tmp_path):
    places = a_hardware_study(tmp_path)
    seals(places, Losing(device=DEVICE, is_local=True, error=ConnectionError("gone")))
    take.fn(STUDY, AT, tmp_path)
    cut = read_cut(Layout(study=STUDY, root=tmp_path))
    sealed = sealed_with_period(cut, load(places.models).sha256)
    found = timeline(cut, sealed, unblind(sealed, cut, PROTOCOL), PROTOCOL)
    [period] = [row for row in found if row["period"] == 2004]
    assert (period["sealed_index"], period["sealed_fallback"], period["incidents"]) == (
        0,
        20,
        2,
    )
    assert incidents(cut)[-1] == {
        "period": 2004,
        "what": JobLost.what,
        "column": None,
        "backend": "fake_manila",
        "observed": None,
        "limit": None,
        "handling": "fallback",
    }


@pytest.mark.parametrize(
    ("status", "what"), [("QUEUED", QueueTooLong.what), ("RUNNING", TimedOut.what)]
)
def test_a_wait_that_is_too_long_is_an_incident_with_its_seconds(tmp_path, status, what):
    places = a_hardware_study(tmp_path, patience={"run_seconds": 30})
    seals(places, Slow(device=DEVICE, is_local=True, status=status))
    found = said(places, Kind.INCIDENT)
    assert [i["handling"] for i in found] == ["tried again", "fallback"]
    assert {(i["what"], i["observed"], i["limit"]) for i in found} == {(what, 31, 30)}
    assert len({i["job_id"] for i in found}) == 2, "each job can be found on the invoice"
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"fallback"}


def test_an_open_breaker_keeps_a_dead_backend_from_stalling_the_next_batch(tmp_path):
    places = a_hardware_study(tmp_path)
    time = Time()
    dead = Losing(device=DEVICE, is_local=True, error=ConnectionError("gone"))
    seals(places, dead, time=time)
    waited = len(time.waits)
    second = [{**row, "vitamin_d": "50"} for row in patients(2005)]
    (places.replay / "baseline-2005.csv").write_bytes(as_csv(second))
    arrives(places, LATER)
    breaker = breaker_of(
        "fake_manila", places.protocol().backends.hardware.patience, entries(STUDY, tmp_path)
    )
    assert breaker.state(AT) == "open"
    clock = Time()
    clock.now = lambda: AT + timedelta(minutes=5)
    assert seals(places, dead, at=LATER, time=clock) == 20
    assert clock.waits == []
    assert len(time.waits) == waited
    assert said(places, Kind.INCIDENT)[-1]["what"] == NotCalled.what
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"fallback"}


def test_over_the_budget_nothing_is_sent_and_the_fallback_predicts(tmp_path):
    places = a_hardware_study(tmp_path, budget={"amount": 1, "currency": "EUR"})
    way = Unreachable(device=DEVICE, is_local=True, failures=[AssertionError("was sent")])
    assert seals(places, way) == 20
    [incident] = said(places, Kind.INCIDENT)
    assert incident["what"] == BudgetExceeded.what
    assert (incident["observed"], incident["limit"]) == (26, 1)
    assert incident["handling"] == "fallback"
    assert said(places, Kind.JOB_ANNOUNCED) == []


def test_what_earlier_runs_cost_counts_against_the_budget_also_where_they_were_lost(tmp_path):
    """20 patients, 8 bases, 400 shots at 0.25 ms: 16 s at 1.60 make 25.60 a try."""
    places = a_hardware_study(tmp_path, budget={"amount": 50, "currency": "EUR"})
    way = Losing(device=DEVICE, is_local=True, error=ConnectionError("gone"))
    seals(places, way)
    first, last = said(places, Kind.INCIDENT)
    assert first["what"] == JobLost.what
    assert last["what"] == BudgetExceeded.what
    assert (last["observed"], last["limit"]) == (52, 50)


def test_a_purse_that_cannot_be_read_pays_for_nothing(tmp_path):
    places = a_hardware_study(tmp_path)
    places.executions.mkdir(parents=True)
    purse = places.executions / "dispatches.jsonl"
    for content in (
        b'{"amount":1',
        b'{"amount":1,"currency":"USD"}\n',
        b'{"amount":NaN,"currency":"EUR"}\n',
    ):
        purse.write_bytes(content)
        with pytest.raises(BackendError, match="restore"):
            Purse(file=purse, at=datetime.now(UTC)).spent("EUR")


def test_a_calibration_that_is_too_old_leaves_the_batch_to_the_fallback(tmp_path):
    """Its readouts and gates were measured 11 hours before the device's last update."""
    places = a_hardware_study(tmp_path, oldest_calibration_hours=24)
    time = Time()
    time.now = lambda: calibrated_at(DEVICE) + timedelta(hours=30)
    seals(places, time=time)
    [incident] = said(places, Kind.INCIDENT)
    assert (incident["what"], incident["observed"], incident["limit"]) == (
        CalibrationTooOld.what,
        41,
        24,
    )


def test_a_region_that_is_not_allowed_leaves_the_batch_to_the_fallback(tmp_path):
    places = a_hardware_study(tmp_path)
    seals(places, region="us-east")
    [incident] = said(places, Kind.INCIDENT)
    assert "region" in incident["what"]
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"fallback"}


def test_without_credentials_the_fallback_predicts_and_no_token_is_looked_for_elsewhere(
    tmp_path, monkeypatch
):
    monkeypatch.delenv("QISKIT_IBM_TOKEN", raising=False)
    places = a_hardware_study(tmp_path)
    terms = places.protocol().backends.hardware.model_copy(update={"device": "ibm_somewhere"})
    with pytest.raises(NoCredentials, match="QISKIT_IBM_TOKEN"):
        reached(terms)


def test_a_crash_after_the_incident_goes_on_with_the_fallback(tmp_path):
    """Killed between the incident and the sealing: the next run does not ask the device."""
    places = a_hardware_study(tmp_path)
    standing = Standing.of(entries(STUDY, tmp_path))
    fault = JobLost("job")
    event = backend_incident(
        fault, standing.unsealed[0], "fake_manila", 0, "fallback", hand(AT)
    )
    record.fn(STUDY, [event], tmp_path)
    seals(places, Unreachable(device=DEVICE, is_local=True, failures=[AssertionError()]))
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"fallback"}
    assert len(said(places, Kind.INCIDENT)) == 1


def test_missing_values_beyond_the_limit_still_go_to_the_fallback_without_a_call(tmp_path):
    places = a_hardware_study(tmp_path)
    seals(places)
    arrives(places, LATER)
    seals(
        places,
        Unreachable(device=DEVICE, is_local=True, failures=[AssertionError("was asked")]),
        at=LATER,
    )
    [incident] = said(places, Kind.INCIDENT)
    assert incident["what"] == "missing beyond the limit"
    [used] = [e for e in entries(STUDY, tmp_path) if e.event.kind is Kind.FALLBACK_USED]
    assert used.event.why == PROTOCOL.model.fallback.rule
