"""A benchmark is written down once, with what tells it from the next, and never too early."""

import pytest

from probatum.capture.benchmarks import benchmarked, may_be_recorded
from probatum.capture.calendar import deliveries
from probatum.errors import CaptureError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.study.grade import Grade
from tests.capture.building import PROTOCOL

DIGEST = sha256(b"records")


def record(task="ghz", device="ibm_oslo", at="2026-03-01T05:00:00+00:00", cost=0.25, **params):
    """What one task left behind, as far as the record's event needs it."""
    money = {"cost": cost, "currency": None if cost is None else "EUR"}
    return {
        "job_type": task,
        "timestamp": "2026-03-02T03:00:00+00:00",
        "params": {"width": 3, "shots": 256, "repeats": 2, "seed": 5, **params},
        "platform": {
            "device": device,
            "provider": "hardware",
            "device_metadata": {"simulator": False, "calibrated_at": at},
        },
        "executions": [money, money],
    }


def event(*records, digest=DIGEST):
    return benchmarked(records, digest, "small-study", Grade.REHEARSAL)


def test_it_says_where_when_what_and_at_what_cost():
    found = event(record(), record("fourier"))
    assert found.kind is Kind.BACKEND_BENCHMARKED
    assert found.payload == {
        "device": "ibm_oslo",
        "kind": "hardware",
        "is_simulated": False,
        "calibrated_at": "2026-03-01T05:00:00+00:00",
        "record_sha256": DIGEST,
        "tasks": ["ghz on 3 qubits", "fourier on 3 qubits"],
        "shots": 256,
        "repeats": 2,
        "seed": 5,
        "cost": 1.0,
        "currency": "EUR",
    }


def test_where_nobody_asked_for_money_no_cost_is_stated():
    free = event(record(cost=None)).payload
    assert (free["cost"], free["currency"]) == (None, None)


def test_device_calibration_seed_and_record_tell_benchmarks_apart():
    same = event(record())
    others = [
        event(record(device="ibm_kobe")),
        event(record(at="2026-03-08T05:00:00+00:00")),
        event(record(at=None)),
        event(record(seed=6)),
        event(record(), digest=sha256(b"others")),
    ]
    assert event(record()).id == same.id
    assert len({same.id, *(other.id for other in others)}) == 6


def test_records_of_two_backends_are_no_benchmark():
    with pytest.raises(CaptureError, match="one backend, got those of 2"):
        event(record(), record(device="ibm_kobe"))


def test_before_a_replay_is_over_none_is_written():
    assert deliveries(PROTOCOL)
    assert not may_be_recorded(PROTOCOL, [])


def test_where_patients_are_met_as_they_arrive_one_may_be_written_at_any_time():
    silent = PROTOCOL.silent.model_copy(update={"capture": "live"})
    assert may_be_recorded(PROTOCOL.model_copy(update={"silent": silent}), [])
    assert may_be_recorded(PROTOCOL.model_copy(update={"silent": None}), [])
