"""The provider of quantum computing: reached, asked within the protocol's terms, and paid.

What comes back is kept in ``var/<study>/executions``: one file a run with its record and raw
counts, named by the first 16 characters of its SHA-256. The jobs of batches and their cost are
in the ledger; ``dispatches.jsonl`` holds one line for each benchmark that was sent and each
correction of its cost, and the cap counts both. Tokens come from the environment
(``QISKIT_IBM_TOKEN``, ``QISKIT_IBM_INSTANCE``; ``QISKIT_IBM_URL`` where the service is not at
its public address), go to IBM's client and nowhere else.
"""

import json
import logging
import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from ibm_cloud_sdk_core import ApiException
from prefect.logging import get_logger
from qiskit_ibm_runtime import QiskitRuntimeService

from probatum.capture.jobs import spent_on_jobs
from probatum.capture.reception import Hand
from probatum.capture.sealing import Measured, baseline
from probatum.capture.standing import Batch
from probatum.errors import BackendError
from probatum.ledger.canonical import canonical_bytes, sha256
from probatum.ledger.chain import Entry
from probatum.ledger.events import written
from probatum.models.frozen import FrozenModel
from probatum.models.on_backend import MeasuredRisks, risks_on
from probatum.quantum.backends.backend import Backend
from probatum.quantum.backends.choice import SNAPSHOT, backend
from probatum.quantum.backends.costs import CENT, Estimate
from probatum.quantum.backends.deadline import asked
from probatum.quantum.backends.dispatch import Forgetful, Journal
from probatum.quantum.backends.faults import NoCredentials, NotReached
from probatum.quantum.backends.job import LOST, UNREADABLE
from probatum.quantum.backends.kept import KeptRun
from probatum.quantum.backends.link import Link
from probatum.quantum.backends.simulators import derived_seed
from probatum.quantum.backends.transport import Runtime, Transport
from probatum.quantum.devices import snapshot
from probatum.study.execution import Hardware
from tasks.clock import now
from tasks.ledger import entries
from tasks.places import Places, hand_over

TOKEN, INSTANCE, URL = "QISKIT_IBM_TOKEN", "QISKIT_IBM_INSTANCE", "QISKIT_IBM_URL"
REACH_SECONDS = 300.0
"""How long a provider may take to show its device; less where the queue's patience is less."""
REGION_OF_CRN = 5
"""Where a resource name holds its region: crn:v1:bluemix:public:quantum-computing:eu-de:…"""

Reached = tuple[Transport, str | None]
"""The way to a device, and the region its provider computes in."""


def reached(terms: Hardware) -> Reached:
    """Reach the device the protocol names, with the credentials of the environment.

    A snapshot's name, such as ``fake_manila``, is answered by the client's local mode.

    Raises
    ------
    NoCredentials, NotReached
    """
    if terms.device.startswith(SNAPSHOT):
        return Runtime(device=snapshot(terms.device), is_local=True), None
    token, instance = os.environ.get(TOKEN), os.environ.get(INSTANCE, "")
    region = instance.split(":")[REGION_OF_CRN : REGION_OF_CRN + 1]
    if not token or not region:
        raise NoCredentials(
            f"provider of {terms.device} — expected a token in {TOKEN} and an instance's "
            f"resource name in {INSTANCE}, got none — set both where the flow runs"
        )
    answer = asked(lambda: _device(terms.device, token, instance))
    try:
        device = answer.result(min(REACH_SECONDS, terms.patience.queue_seconds))
    except (*LOST, *UNREADABLE, ApiException) as error:
        # the cause may quote the request, and with it the token
        raise NotReached(
            f"provider of {terms.device} — expected an answer, got {type(error).__name__} — "
            "see that the account may use the device"
        ) from None
    longest = math.ceil(terms.patience.run_seconds)
    return Runtime(device=device, is_local=False, longest_seconds=longest), region[0]


def _device(name: str, token: str, instance: str) -> Any:
    """The device with all that is known of it: nothing is fetched later, when it would fail."""
    service = QiskitRuntimeService(
        channel="ibm_quantum_platform",
        token=token,
        instance=instance,
        url=os.environ.get(URL),
    )
    device = service.backend(name)
    device.refresh()
    return device


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What lies outside of this machine: the provider, the time, and waiting for both."""

    reach: Callable[[Hardware], Reached] = reached
    now: Callable[[], datetime] = now
    clock: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


def measured(
    batch: Batch,
    rows: pd.DataFrame,
    model: FrozenModel,
    places: Places,
    hand: Hand,
    outside: Outside,
    journal: Journal,
) -> Measured:
    """Have the index test's risks of a batch measured on the protocol's backend, and keep all.

    Parameters
    ----------
    journal : Journal
        Who remembers what was sent to a device; an answer that waits there is not paid again.

    Raises
    ------
    BackendError
        Where the circuits were not run.
    """
    plan, seeds = hand.protocol.backends, hand.protocol.seeds
    purse = purse_of(places, outside.now())
    way = link(plan.hardware, purse, outside, journal) if plan.primary == "hardware" else None
    on = backend(plan, seed=seeds.transpiler, link=way)
    shots = plan.hardware.shots if plan.hardware and way else None
    seed = derived_seed(seeds.transpiler, int(batch.sha256[:8], 16))
    found = risks_on(model.index, baseline(rows, hand), on, shots=shots, seed=seed)
    return _kept(found, on, places)


def _kept(found: MeasuredRisks, on: Backend, places: Places) -> Measured:
    content = KeptRun(record=found.record, executions=found.executions).as_bytes()
    digest = sha256(content)
    hand_over(f"{digest[:16]}.jsonl", content, executions(places))
    return Measured(
        risks=found.risks,
        backend=on.name,
        execution_sha256=digest,
        shots=found.record.shots,
        seed=found.record.seed,
    )


def executions(places: Places) -> Path:
    """Where the runs of a study are kept."""
    places.executions.mkdir(parents=True, exist_ok=True)
    return places.executions


def purse_of(places: Places, at: datetime) -> "Purse":
    """The purse of a study: one for all its runs, whatever they were for."""
    return Purse(
        file=executions(places) / "dispatches.jsonl",
        at=at,
        entries=lambda: entries(places.study, places.root),
    )


def link(
    terms: Hardware | None, purse: "Purse", outside: Outside, journal: Journal | None = None
) -> Link | None:
    """The way to the device of the protocol, which counts what is sent against its cap.

    With a journal what is sent is remembered there; without one the purse notes its cost.

    Raises
    ------
    NoCredentials, NotReached
    """
    if terms is None:
        return None
    transport, region = outside.reach(terms)

    def dispatching(asked: Estimate) -> None:
        _logger().info("about to send %s", asked.text())
        if journal is None:
            purse.note(asked)

    return Link(
        transport=transport,
        region=region,
        at=outside.now(),
        clock=outside.clock,
        wait=outside.wait,
        spent=lambda: purse.spent(terms.budget.currency),
        dispatching=dispatching,
        journal=journal or Forgetful(),
    )


def _logger() -> logging.Logger:
    return get_logger("backend")


@dataclass(kw_only=True)
class Purse:
    """What a study's runs cost until now; it never forgets one that was sent.

    The jobs of batches are in the ledger. A benchmark, whose time of day a replay's ledger
    could not hold, is noted in a file with its estimate before it is sent, and corrected by
    what was charged when it came back. What was lost stays with its estimate: it may have been
    charged.
    """

    file: Path
    at: datetime
    entries: Callable[[], Sequence[Entry]] = tuple
    """The study's ledger."""
    open: float = 0.0
    """The estimates of what was sent and has not come back."""
    currency: str = ""

    def spent(self, currency: str) -> float:
        """What was spent, in a currency.

        Raises
        ------
        BackendError
            If the file holds anything else, such as another currency.
        """
        lines = self.file.read_bytes().splitlines() if self.file.exists() else []
        try:
            noted = [json.loads(line) for line in lines]
            amounts = [float(note["amount"]) for note in noted]
            others = {note["currency"] for note in noted} - {currency}
        except (ValueError, KeyError, TypeError) as error:
            raise self._unreadable(currency) from error
        if others or not math.isfinite(spent := sum(amounts)):
            raise self._unreadable(currency)
        return spent + spent_on_jobs(self.entries(), currency)

    def note(self, asked: Estimate) -> None:
        """Note a run that is about to be sent."""
        self._append({"amount": asked.amount, "currency": asked.currency, "what": asked.text()})
        self.open, self.currency = self.open + asked.amount, asked.currency

    def settle(self, charged: float | None) -> None:
        """Correct the run that came back by what was charged for it."""
        difference = 0.0 if charged is None else charged - self.open
        if abs(difference) > CENT:
            correction = {"amount": difference, "currency": self.currency}
            self._append({**correction, "what": "as charged"})
        self.open = 0.0

    def _append(self, note: dict[str, object]) -> None:
        with self.file.open("ab") as file:
            file.write(canonical_bytes({**note, "at": written(self.at)}) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _unreadable(self, currency: str) -> BackendError:
        return BackendError(
            f"{self.file.name} — expected what earlier runs cost in {currency}, got something "
            "else — restore the file from a cut"
        )
