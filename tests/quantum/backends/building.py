"""Circuits, terms and faulty providers; change the one thing that matters."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import numpy as np

from probatum.quantum.backends.choice import backend
from probatum.quantum.backends.hardware import Device
from probatum.quantum.backends.link import Link
from probatum.quantum.backends.transport import Runtime
from probatum.quantum.devices import calibrated_at, snapshot
from probatum.quantum.encodings import encoding
from probatum.study.execution import Backends, Budget, Hardware, Patience, Price

DEVICE = snapshot("fake_manila")
FRESH = calibrated_at(DEVICE) + timedelta(hours=3)


def a_circuit(qubits: int = 3):
    """An encoding whose bits differ from each other, so that a wrong order shows."""
    circuit = encoding("zz", qubits, repetitions=1)
    for qubit in range(qubits):
        circuit.ry(0.3 + 0.4 * qubit, qubit)
    return circuit


def some_rows(n: int = 3, qubits: int = 3, seed: int = 5):
    """Angles of some patients."""
    return np.random.default_rng(seed).uniform(0, 2, (n, qubits))


def patience(**changes) -> Patience:
    given = {
        "run_seconds": 6000,
        "queue_seconds": 6000,
        "tries": 3,
        "first_wait_seconds": 10,
        "failures_to_open": 3,
        "open_seconds": 3600,
    }
    return Patience(**{**given, **changes})


def terms(**changes) -> Hardware:
    given = {
        "device": "fake_manila",
        "region": "eu-de",
        "allowed_regions": ("eu-de", "eu-fr"),
        "shots": 500,
        "oldest_calibration_hours": 24,
        "repetition_seconds": 0.00025,
        "budget": Budget(amount=100, currency="EUR"),
        "patience": patience(),
    }
    return Hardware(**{**given, **changes})


def price(**changes) -> Price:
    given = {
        "backend": "fake_manila",
        "per_task": 0.0,
        "per_shot": 0.0,
        "per_second": 1.6,
        "currency": "EUR",
        "as_of": "2026-01-31",
    }
    return Price(**{**given, **changes})


def a_plan(**changes) -> Backends:
    return Backends(
        primary="hardware",
        transpile_to="fake_manila",
        optimization_level=1,
        prices=(price(backend=changes.get("device", "fake_manila")),),
        hardware=terms(**changes),
    )


@dataclass
class Time:
    """A clock that goes on only while somebody waits; a little real time passes too."""

    seconds: float = 0.0
    waits: list = field(default_factory=list)

    def clock(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.seconds += seconds
        self.waits.append(seconds)
        time.sleep(0.01)

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)


def a_link(transport=None, clock=None, **changes) -> Link:
    clock = clock or Time()
    given = {
        "transport": transport or Runtime(device=DEVICE, is_local=True),
        "region": "eu-de",
        "at": FRESH,
        "clock": clock.clock,
        "wait": clock.wait,
        "spent": lambda: 0.0,
        "dispatching": lambda asked: None,
    }
    return Link(**{**given, **changes})


def a_device(transport=None, clock=None, link=None, **changes) -> Device:
    found = backend(
        a_plan(**changes), seed=3, link=link or a_link(transport=transport, clock=clock)
    )
    assert isinstance(found, Device)
    return found


@dataclass(frozen=True, kw_only=True)
class Unreachable(Runtime):
    """A provider whose network fails the first so many times."""

    failures: list

    def sample(self, pubs: Any, *, shots: int, seed: int, tag: str) -> Any:
        if self.failures:
            raise self.failures.pop()
        return Runtime.sample(self, pubs, shots=shots, seed=seed, tag=tag)


@dataclass(frozen=True, kw_only=True)
class Slow(Runtime):
    """A provider whose jobs show another status, so often, before their own."""

    status: str
    times: int = 10**9
    cancelled: Event = field(default_factory=Event)

    def sample(self, pubs: Any, *, shots: int, seed: int, tag: str) -> Any:
        job = Runtime.sample(self, pubs, shots=shots, seed=seed, tag=tag)
        return _Held(job=job, way=self)


@dataclass(kw_only=True)
class _Held:
    job: Any
    way: Slow
    asked: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.job, name)

    def status(self) -> Any:
        self.asked += 1
        return self.way.status if self.asked <= self.way.times else self.job.status()

    def cancel(self) -> None:
        self.way.cancelled.set()


@dataclass(frozen=True, kw_only=True)
class Losing(Runtime):
    """A provider that takes a job and then fails it, or answers nothing."""

    error: Exception | None
    times: int = 10**9
    taken: list = field(default_factory=list)

    def sample(self, pubs: Any, *, shots: int, seed: int, tag: str) -> Any:
        job = Runtime.sample(self, pubs, shots=shots, seed=seed, tag=tag)
        job.result()
        self.taken.append(job)
        return job if len(self.taken) > self.times else _Failed(job=job, error=self.error)


@dataclass(kw_only=True)
class _Failed:
    job: Any
    error: Exception | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.job, name)

    def status(self) -> str:
        return "ERROR" if self.error else "DONE"

    def result(self) -> Any:
        if self.error:
            raise self.error
        return None
