"""A batch is predicted on the promised backend, and the counts it rests on are kept with it."""

from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from probatum.cohort.tables import baseline_columns, text_of, typed
from probatum.errors import CaptureError, ModelError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.models.frozen import load
from probatum.models.on_backend import pauli_terms, risks_on, scored_on
from probatum.quantum.backends.bases import Plan
from probatum.quantum.backends.choice import backend
from probatum.quantum.backends.kept import read_run
from tasks.cut import take
from tasks.hardware import reached
from tasks.ledger import restore
from tests.capture.building import PROTOCOL, as_csv, patients
from tests.tasks.building import STUDY
from tests.tasks.hardware_building import (
    AT,
    VARIATIONAL,
    a_hardware_study,
    files,
    fitted,
    said,
    seals,
)


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
    for file in [
        *places.executions.iterdir(),
        *places.admitted.iterdir(),
        places.live / "ledger.sqlite",
    ]:
        file.unlink()
    restore.fn(STUDY, tmp_path)
    assert {f.name: f.read_bytes() for f in places.executions.iterdir()} == kept


def test_a_snapshot_named_as_the_device_is_reached_without_credentials(tmp_path):
    places = a_hardware_study(tmp_path)
    transport, region = reached(places.protocol().backends.hardware)
    assert transport.is_local
    assert region is None


def test_a_classical_index_test_is_not_sent_to_a_backend(tmp_path):
    model = fitted(PROTOCOL.model.features, LogisticRegression())
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
