"""The made-up study with a quantum model, a promised device, and a batch that waits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from probatum.capture.calendar import ends
from probatum.cohort.tables import baseline_columns, text_of, typed
from probatum.ledger.events import Kind
from probatum.models.frozen import frozen_files, load
from probatum.models.preparation import FeaturePreparation
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.models.risk_model import RiskModel
from probatum.models.variational import VariationalClassifier
from probatum.quantum.backends.transport import Runtime
from tasks.backend import seal
from tasks.hardware import Outside
from tasks.inbox import deliver, receive
from tasks.ledger import entries, record
from tasks.places import Places
from tests.capture.building import PROTOCOL, as_csv, frozen, patients
from tests.quantum.backends.building import DEVICE, Time
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
        index=fitted((age, gait), index),
        fallback=fitted((age,), LogisticRegression()),
        comparators={},
        best_comparator="",
        circuit_qasm="OPENQASM 3.0;\n",
    )


def fitted(features, estimator) -> RiskModel:
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
    """IBM's client in its local mode, or another way, whose faults are the provider's."""
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
