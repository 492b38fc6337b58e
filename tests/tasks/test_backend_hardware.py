"""A batch is predicted on the promised device, or by the fallback, and the record says which.

The provider is IBM's client in its local mode; its faults are injected on the provider's side.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from probatum.capture.calendar import ends
from probatum.capture.faults import backend_incident, breaker_of
from probatum.capture.standing import Standing
from probatum.cohort.tables import baseline_columns, text_of, typed
from probatum.errors import BackendError, CaptureError, ModelError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.models.frozen import frozen_files, load
from probatum.models.on_backend import pauli_terms, risks_on, scored_on
from probatum.models.preparation import FeaturePreparation
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.models.risk_model import RiskModel
from probatum.models.variational import VariationalClassifier
from probatum.quantum.backends.bases import Plan
from probatum.quantum.backends.choice import backend
from probatum.quantum.backends.faults import (
    BudgetExceeded,
    CalibrationTooOld,
    JobLost,
    NoCredentials,
    NotCalled,
    QueueTooLong,
    TimedOut,
)
from probatum.quantum.backends.kept import read_run
from probatum.quantum.backends.transport import Runtime
from probatum.quantum.devices import calibrated_at
from probatum.stages.layout import Layout
from probatum.stages.record import read_cut
from probatum.stages.timeline import incidents, timeline
from probatum.stages.unblinded import sealed_with_period, unblind
from tasks.backend import seal
from tasks.cut import take
from tasks.hardware import Outside, Purse, reached
from tasks.inbox import deliver, receive
from tasks.ledger import entries, record, restore
from tasks.places import Places
from tests.capture.building import PROTOCOL, as_csv, frozen, hand, patients
from tests.quantum.backends.building import DEVICE, Losing, Slow, Time, Unreachable
from tests.tasks.building import STUDY, a_study

AT, LATER = ends(2004), ends(2005)
TERMS = {
    "device": "fake_manila",
    "region": "eu-de",
    "allowed_regions": ["eu-de"],
    "shots": 400,
    "oldest_calibration_hours": 1e6,
    "repetition_seconds": 0.00025,
    "budget": {"amount": 100, "currency": "EUR"},
    "patience": {
        "run_seconds": 6000,
        "queue_seconds": 30,
        "tries": 2,
        "first_wait_seconds": 5,
        "failures_to_open": 2,
        "open_seconds": 3600,
    },
}
PRICE = {
    "backend": "fake_manila",
    "per_task": 0,
    "per_shot": 0,
    "per_second": 1.6,
    "currency": "EUR",
    "as_of": "2026-01-31",
}


KERNEL = QuantumKernelClassifier(encoding="zz", bandwidth=0.4)
VARIATIONAL = VariationalClassifier(qubits=2, repetitions=1, max_iter=200, tol=1e-2)


@cache
def _files(index=KERNEL) -> dict[str, bytes]:
    """A quantum model on two features, and a classical fallback without vitamin D."""
    age, gait = (f for f in PROTOCOL.model.features if f.name in ("age", "log_gait_speed"))
    return frozen_files(
        index=_fitted((age, gait), index),
        fallback=_fitted((age,), LogisticRegression()),
        comparators={},
        best_comparator="",
        circuit_qasm="OPENQASM 3.0;\n",
    )


def _fitted(features, estimator) -> RiskModel:
    text = text_of(as_csv(patients(2001, 60)), "t")
    frame = typed(text, baseline_columns(PROTOCOL), PROTOCOL, "t")
    outcome = np.random.default_rng(1).random(60) < frame["age"] / 150
    steps = [("preparation", FeaturePreparation.of(features)), ("model", estimator)]
    return RiskModel(Pipeline(steps).fit(frame, outcome), intercept=0.0, slope=1.0)


def a_hardware_study(
    root: Path, *, primary: str = "hardware", index=KERNEL, **changes
) -> Places:
    """The made-up study with a quantum model, and a first batch that waits for prediction."""
    places = a_study(root)
    for name, content in _files(index).items():
        (places.models / name).write_bytes(content)
    again = frozen(model_sha256=load(places.models).sha256)
    record.fn(STUDY, [replace(again, purpose=("model", "quantum"))], root)
    protocol = yaml.safe_load(places.protocol_file.read_text())
    patience = {**TERMS["patience"], **changes.pop("patience", {})}
    protocol["backends"] |= {
        "primary": primary,
        "prices": changes.pop("prices", [PRICE]),
        "hardware": {**TERMS, **changes, "patience": patience},
    }
    places.protocol_file.write_text(yaml.safe_dump(protocol))
    arrives(places, AT)
    return places


def arrives(places: Places, at: datetime) -> None:
    deliver.fn(STUDY, at, places.root)
    receive.fn(STUDY, at, places.root)


def outside(transport=None, region: str | None = None, time: Time | None = None) -> Outside:
    time = time or Time()
    way = transport or Runtime(device=DEVICE, is_local=True)
    return Outside(
        reach=lambda terms: (way, region), now=time.now, clock=time.clock, wait=time.wait
    )


def seals(places: Places, *args, at: datetime = AT, **kwargs) -> int:
    return seal.fn(STUDY, at, places.root, outside(*args, **kwargs))


def said(places: Places, kind: Kind) -> list[dict]:
    found = (entry.event for entry in entries(STUDY, places.root))
    return [dict(event.payload) for event in found if event.kind is kind]


def files(places: Places) -> Sequence[Path]:
    return [f for f in sorted(places.executions.glob("*.jsonl")) if ".sent" not in f.name]


# --- it works ------------------------------------------------------------------------------


def test_a_batch_is_sealed_from_the_devices_counts_and_names_them(tmp_path):
    places = a_hardware_study(tmp_path)
    assert seals(places) == 20
    assert seals(places) == 0
    sealed = said(places, Kind.PREDICTION_SEALED)
    [file] = files(places)
    assert {p["role"] for p in sealed} == {"index"}
    assert {p["backend"] for p in sealed} == {"fake_manila"}
    assert {p["execution_sha256"] for p in sealed} == {sha256(file.read_bytes())}
    assert {p["shots"] for p in sealed} == {400}
    assert said(places, Kind.INCIDENT) == []
    assert len({p["risk"] for p in sealed}) > 10


def test_the_sealed_risks_are_scored_again_from_the_kept_counts(tmp_path):
    """Nothing but the model file and the counts: no device, no provider."""
    places = a_hardware_study(tmp_path)
    seals(places)
    sealed = [p["risk"] for p in said(places, Kind.PREDICTION_SEALED)]
    [file] = files(places)
    run, model = read_run(file), load(places.models).index
    index = model.pipeline[-1]
    plan = Plan.of([pauli_terms(index.observable_)], 2)
    values, _ = plan.of_executions(run.executions)
    again = 1 / (1 + np.exp(-(index.offset_ + values[:, 0])))
    np.testing.assert_allclose(again, sealed, atol=1e-6)


def test_the_devices_risks_are_near_the_exact_ones(tmp_path):
    places = a_hardware_study(tmp_path)
    seals(places)
    sealed = np.array([p["risk"] for p in said(places, Kind.PREDICTION_SEALED)])
    frame = typed(
        text_of(as_csv(patients()), "t"), baseline_columns(PROTOCOL), PROTOCOL, "batch"
    )
    exact = load(places.models).risk(frame)
    assert np.abs(sealed - exact).max() < 0.2
    assert np.corrcoef(sealed, exact)[0, 1] > 0.8


def test_a_variational_model_is_frozen_and_sealed_like_any_other(tmp_path):
    places = a_hardware_study(tmp_path, index=VARIATIONAL)
    assert seals(places) == 20
    sealed = said(places, Kind.PREDICTION_SEALED)
    assert {(p["role"], p["backend"], p["shots"]) for p in sealed} == {
        ("index", "fake_manila", 400)
    }
    frame = typed(
        text_of(as_csv(patients()), "t"), baseline_columns(PROTOCOL), PROTOCOL, "batch"
    )
    exact = load(places.models).risk(frame)
    assert np.abs(np.array([p["risk"] for p in sealed]) - exact).max() < 0.2


@pytest.mark.parametrize("name", ["aer_statevector", "aer_mps", "cirq"])
def test_an_ideal_simulator_seals_the_exact_risks_under_its_own_name(tmp_path, name):
    places = a_hardware_study(tmp_path, primary=name)
    seals(places)
    sealed = said(places, Kind.PREDICTION_SEALED)
    assert {(p["role"], p["backend"], p["shots"]) for p in sealed} == {("index", name, None)}
    frame = typed(
        text_of(as_csv(patients()), "t"), baseline_columns(PROTOCOL), PROTOCOL, "batch"
    )
    exact = load(places.models).risk(frame)
    np.testing.assert_allclose([p["risk"] for p in sealed], exact, atol=2e-6)
    [file] = files(places)
    assert read_run(file).executions == ()
    assert read_run(file).record.run_seconds is None


def test_the_cut_takes_the_counts_along_and_a_fresh_clone_has_them_again(tmp_path):
    places = a_hardware_study(tmp_path)
    seals(places)
    take.fn(STUDY, AT, tmp_path)
    kept = {f.name: f.read_bytes() for f in places.executions.iterdir()}
    assert {f.name: f.read_bytes() for f in (places.cut / "executions").iterdir()} == kept
    for file in [*places.executions.iterdir(), *places.admitted.iterdir(), places.ledger_file]:
        file.unlink()
    restore.fn(STUDY, tmp_path)
    assert {f.name: f.read_bytes() for f in places.executions.iterdir()} == kept


# --- it does not ---------------------------------------------------------------------------


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


def test_a_snapshot_named_as_the_device_is_reached_without_credentials(tmp_path):
    places = a_hardware_study(tmp_path)
    transport, region = reached(places.protocol().backends.hardware)
    assert transport.is_local
    assert region is None


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


def test_a_classical_index_test_is_not_sent_to_a_backend(tmp_path):
    model = _fitted(PROTOCOL.model.features, LogisticRegression())
    plan = a_hardware_study(tmp_path).protocol().backends
    frame = typed(
        text_of(as_csv(patients()), "t"), baseline_columns(PROTOCOL), PROTOCOL, "batch"
    )
    with pytest.raises(ModelError, match="LogisticRegression"):
        risks_on(model, frame, backend(plan, seed=1, name="exact"), shots=None, seed=1)


@dataclass
class Elsewhere:
    """An estimator that says itself how its score is measured."""

    def score_on(self, backend, X, *, shots, seed):
        raise CaptureError("asked")


def test_a_model_that_says_how_it_is_measured_is_asked():
    with pytest.raises(CaptureError, match="asked"):
        scored_on(Elsewhere(), np.zeros((1, 1)), None, shots=None, seed=1)
