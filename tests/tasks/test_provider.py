"""The whole way to a provider and back, by IBM's own client over HTTP, whatever is on the wire.

The provider is a server on this machine whose device is a snapshot; nothing of the client or of
the project is replaced. What needs only credentials in a clinic needs only them here.
"""

import json
import re
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from qiskit.quantum_info import SparsePauliOp

from probatum.ledger.events import Kind
from probatum.quantum.backends.choice import backend
from probatum.quantum.backends.faults import (
    CalibrationTooOld,
    JobLost,
    NotReached,
    QueueTooLong,
    RegionNotAllowed,
    TimedOut,
)
from probatum.quantum.backends.kept import read_run
from probatum.study.execution import Backends
from tasks.backend import seal
from tasks.hardware import Outside, link, purse_of
from tasks.ledger import entries
from tests.quantum.backends.building import a_circuit, patience, price, some_rows, terms
from tests.quantum.backends.provider import CRN, NAME, Provider, Reply, serving, shots_of
from tests.tasks.building import STUDY
from tests.tasks.hardware_building import AT, PRICE, a_hardware_study, files, said

LONG = patience(queue_seconds=120, run_seconds=120)
SHORT = patience(queue_seconds=3, run_seconds=3)
"""Seconds that really pass."""


def plan(**changes) -> Backends:
    given = {"device": NAME, "patience": LONG, **changes}
    return Backends(
        primary="hardware",
        transpile_to="fake_manila",
        optimization_level=1,
        prices=(price(backend=NAME),),
        hardware=terms(**given),
    )


@contextmanager
def reachable(provider, monkeypatch, **changes):
    with serving(provider) as environment:
        for name, value in {**environment, **changes}.items():
            monkeypatch.setenv(name, value)
        yield


def a_device(places, reaching=LONG, **changes):
    """The device of the environment; reaching it has a patience of its own."""
    purse = purse_of(places, datetime.now(UTC))
    way = link(plan(patience=reaching).hardware, purse, Outside())
    return backend(plan(**changes), seed=3, link=way)


def samples(places, shots=50, **changes):
    return a_device(places, **changes).sample(a_circuit(), some_rows(), shots=shots, seed=1)


def on(end, spoiled):
    """A provider that spoils its answers on one path, and does nothing else wrong."""

    def reply(method, path, honest):
        return spoiled(honest) if re.search(f"{end}$", path) else honest

    return Provider(reply=reply)


def silent(_):
    return Reply(is_silent=True)


def instead(body, status=200):
    return lambda _: Reply(body=body, status=status)


@pytest.fixture
def places(tmp_path):
    return a_hardware_study(tmp_path)


# --- it works ------------------------------------------------------------------------------


def test_a_batch_is_sealed_by_a_real_run_with_nothing_but_credentials(tmp_path, monkeypatch):
    places = a_hardware_study(tmp_path, device=NAME, prices=[{**PRICE, "backend": NAME}])
    provider = Provider()
    with reachable(provider, monkeypatch):
        assert seal.fn(STUDY, AT, tmp_path, Outside()) == 20
    sealed = said(places, Kind.PREDICTION_SEALED)
    assert {(p["role"], p["backend"]) for p in sealed} == {("index", NAME)}
    [file] = files(places)
    record = read_run(file).record
    assert (record.kind, record.region, record.job_ids) == ("hardware", "eu-de", ("job-1",))
    assert record.calibration.device_version == "1.2.6"
    assert len(provider.sent) == 1, "all bases and all patients in one job"
    assert provider.sent[0]["cost"] == 6000, "the provider itself ends what takes too long"
    assert provider.cancelled == []


def test_what_was_charged_takes_the_place_of_the_estimate(places, monkeypatch):
    with reachable(Provider(usage_seconds=2.5), monkeypatch):
        record = samples(places).record
    assert record.quantum_seconds == 2.5
    assert record.cost == pytest.approx(2.5 * 1.6)


@pytest.mark.parametrize("mitigation", ["readout", "zero_noise_extrapolation", "both"])
def test_the_vendor_takes_no_more_shots_than_were_estimated(places, monkeypatch, mitigation):
    provider, told = Provider(), []
    observables = [SparsePauliOp(["ZIZ", "XXI"], [1.0, 0.5]), SparsePauliOp("IYZ")]
    with reachable(provider, monkeypatch):
        device = a_device(places)
        device = replace(device, vendor_mitigation=mitigation)
        device = replace(device, link=replace(device.link, dispatching=told.append))
        found = device.expectation(a_circuit(), observables, some_rows(2), shots=70, seed=1)
    assert found.record.shots == 96, "as many in each of 32 random versions"
    assert shots_of(provider.sent[0]) <= told[0].shots
    assert np.isfinite(found.values).all()


# --- what is on the wire is not what it should be ------------------------------------------


@pytest.mark.parametrize(
    ("end", "fault"),
    [
        ("/jobs", QueueTooLong),
        ("/jobs/job-1", QueueTooLong),
        ("/results", TimedOut),
    ],
)
def test_a_provider_that_takes_a_question_and_falls_silent_stalls_nobody(
    places, monkeypatch, end, fault
):
    began = time.monotonic()
    with reachable(on(end, silent), monkeypatch), pytest.raises(fault):
        samples(places, patience=SHORT)
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("end", ["/identity/token", "/configuration", "/properties"])
def test_a_provider_that_never_shows_its_device_is_not_reached(places, monkeypatch, end):
    provider = on(end, silent)
    with reachable(provider, monkeypatch), pytest.raises(NotReached):
        samples(places, reaching=SHORT)
    assert provider.sent == []


def test_a_provider_silent_about_its_charge_keeps_no_counts_back(places, monkeypatch):
    monkeypatch.setattr("probatum.quantum.backends.job.ANSWER_SECONDS", 1.0)
    with reachable(on("/metrics", silent), monkeypatch):
        record = samples(places).record
    assert record.quantum_seconds == pytest.approx(3 * 50 * 0.00025), "the stated model's"


@pytest.mark.parametrize(
    "spoiled", [instead("teapot", 404), instead("<html>"), instead({"usage": None})]
)
def test_counts_are_not_lost_over_a_charge_that_cannot_be_read(places, monkeypatch, spoiled):
    with reachable(on("/metrics", spoiled), monkeypatch):
        assert samples(places).record.cost == pytest.approx(1.6 * 3 * 50 * 0.00025)


@pytest.mark.parametrize("end", ["/jobs", "/jobs/job-1", "/results"])
@pytest.mark.parametrize(
    "spoiled", [instead("no such job", 404), instead("<html>down</html>"), instead({})]
)
def test_an_answer_that_cannot_be_read_is_a_job_lost(places, monkeypatch, end, spoiled):
    provider = on(end, spoiled)
    with reachable(provider, monkeypatch), pytest.raises(JobLost):
        samples(places)
    assert bool(provider.cancelled) == (end != "/jobs"), "what was taken is cancelled"


@pytest.mark.parametrize("word", ["Failed", "Cancelled"])
def test_a_job_that_the_provider_gave_up_is_lost(places, monkeypatch, word):
    ended = instead({"id": "job-1", "state": {"status": word, "reason": "broken"}})
    with reachable(on("/jobs/job-1", ended), monkeypatch), pytest.raises(JobLost):
        samples(places)


def test_a_job_that_the_provider_ended_for_its_length_timed_out(places, monkeypatch):
    state = {"status": "Cancelled", "reason": "ran too long", "reason_code": 1305}
    ended = instead({"id": "job-1", "state": state})
    with reachable(on("/jobs/job-1", ended), monkeypatch), pytest.raises(TimedOut):
        samples(places)


def test_a_part_of_an_answer_is_no_answer(places, monkeypatch):
    """Two circuits without angles are two parts; the provider returns one."""
    bound = a_circuit().assign_parameters([0.1, 0.2, 0.3])

    def first(honest):
        found = json.loads(honest.body)
        return Reply(body={**found, "data": found["data"][:1]})

    with reachable(on("/results", first), monkeypatch), pytest.raises(JobLost):
        a_device(places).sample(bound, np.zeros((2, 0)), shots=20, seed=1)


@pytest.mark.parametrize("word", ["Queued", "Running"])
def test_a_job_that_takes_too_long_is_cancelled_at_the_provider(places, monkeypatch, word):
    provider = on("/jobs/job-1", instead({"id": "job-1", "state": {"status": word}}))
    fault = QueueTooLong if word == "Queued" else TimedOut
    with reachable(provider, monkeypatch), pytest.raises(fault):
        samples(places, patience=SHORT)
    assert provider.cancelled == ["/experimental/jobs/job-1/cancel"]


def test_time_in_the_queue_is_told_from_time_on_the_device_whenever_it_is_asked(
    places, monkeypatch
):
    """It is seen in the queue once and done a second later: it was not running all the time."""
    words = iter(["Queued", "Queued"])

    def first(honest):
        word = next(words, None)
        return Reply(body={"id": "job-1", "state": {"status": word}}) if word else honest

    with reachable(on("/jobs/job-1", first), monkeypatch):
        record = samples(places).record
    assert record.queue_seconds >= 2, "it was asked after twice, a second apart"


# --- what the protocol does not allow ------------------------------------------------------


def test_the_region_is_that_of_the_account(places, monkeypatch):
    provider = Provider()
    elsewhere = CRN.replace("eu-de", "us-east")
    with (
        reachable(provider, monkeypatch, QISKIT_IBM_INSTANCE=elsewhere),
        pytest.raises(RegionNotAllowed, match="us-east"),
    ):
        samples(places)
    assert provider.sent == []


@pytest.mark.parametrize("hours", [30, -5])
def test_a_calibration_of_long_ago_or_of_later_is_refused(places, monkeypatch, hours):
    provider = Provider(calibrated=datetime.now(UTC) - timedelta(hours=hours))
    with reachable(provider, monkeypatch), pytest.raises(CalibrationTooOld):
        samples(places)
    assert provider.sent == []


def test_a_device_that_says_nothing_of_its_calibration_is_refused(places, monkeypatch):
    provider = on("/properties", instead({}))
    with reachable(provider, monkeypatch), pytest.raises(CalibrationTooOld, match="got none"):
        samples(places)
    assert provider.sent == []


def test_no_refusal_repeats_the_token(places, monkeypatch):
    denied = instead({"error": {"message": "secret-token is not known", "code": 401}}, 401)
    with (
        reachable(on("/configuration", denied), monkeypatch),
        pytest.raises(NotReached) as refused,
    ):
        samples(places)
    assert "secret-token" not in f"{refused.value}{refused.value.__context__}"


def test_a_silent_provider_leaves_a_batch_to_the_fallback_with_an_incident_each_try(
    tmp_path, monkeypatch
):
    places = a_hardware_study(
        tmp_path,
        device=NAME,
        prices=[{**PRICE, "backend": NAME}],
        patience={
            "queue_seconds": 6,
            "tries": 2,
            "first_wait_seconds": 0.1,
            "failures_to_open": 5,
        },
    )
    with reachable(on(r"/jobs/job-\d+", silent), monkeypatch):
        assert seal.fn(STUDY, AT, tmp_path, Outside()) == 20
    incidents = said(places, Kind.INCIDENT)
    assert [i["handling"] for i in incidents] == ["tried again", "fallback"]
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"fallback"}
    assert [e for e in entries(STUDY, tmp_path) if e.event.kind is Kind.FALLBACK_USED]
