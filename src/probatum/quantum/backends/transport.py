"""The way to a device and back: a job is sent, asked after, and taken or given up.

IBM's sampler and estimator are spoken to here and nowhere else; another vendor's device needs
another transport.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from qiskit.exceptions import QiskitError
from qiskit_ibm_runtime.executor_estimator import EstimatorV2
from qiskit_ibm_runtime.executor_sampler import SamplerV2

from probatum.quantum.backends.faults import JobLost, QueueTooLong, TimedOut
from probatum.study.execution import Patience

LOST = (QiskitError, OSError, CancelledError)
"""What a provider's client raises when a job cannot be sent, asked after or fetched."""

POLL_SECONDS = 1.0
"""How long until a job is asked after again."""

VendorMitigation = Literal["readout", "zero_noise_extrapolation", "both"]
"""What IBM's estimator can be asked to do against errors, in the protocol's words."""


class Job(Protocol):
    """A job as the provider's client shows it."""

    def job_id(self) -> str:
        """Its name at the provider."""

    def status(self) -> Any:
        """A word, or an enumeration named by it: QUEUED, RUNNING, DONE, ERROR, CANCELLED."""

    def result(self) -> Any:
        """Its answer."""

    def cancel(self) -> Any:
        """Ask the provider to stop it."""

    def usage(self) -> float:
        """Seconds on the quantum processor that are charged."""


class Transport(Protocol):
    """A provider's client, as far as a device needs it."""

    @property
    def device(self) -> Any:
        """The provider's device, with its target and calibration."""

    @property
    def is_local(self) -> bool:
        """Whether a simulator on this machine stands in for the device."""

    def sample(self, pubs: Sequence[Any], *, shots: int, seed: int) -> Job:
        """Send circuits with their arrays of angles, all qubits to be read."""

    def estimate(
        self, pubs: Sequence[Any], *, shots: int, seed: int, mitigation: VendorMitigation
    ) -> Job:
        """Send circuits with observables and angles, to be averaged with mitigation."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Runtime:
    """IBM's Qiskit Runtime: a device of its service, or a snapshot in its local mode.

    Parameters
    ----------
    device : BackendV2
        From ``QiskitRuntimeService``, or a snapshot.
    is_local : bool
        In local mode a simulator with the snapshot's noise answers, and takes a seed.
    longest_seconds : int, optional
        On the quantum processor, after which the provider itself ends a job.
    """

    device: Any
    is_local: bool
    longest_seconds: int | None = None

    def sample(self, pubs: Sequence[Any], *, shots: int, seed: int) -> Job:
        """Send to the sampler."""
        sampler = SamplerV2(mode=self.device)
        self._limit(sampler.options, seed)
        job: Job = sampler.run(list(pubs), shots=shots)
        return job

    def estimate(
        self, pubs: Sequence[Any], *, shots: int, seed: int, mitigation: VendorMitigation
    ) -> Job:
        """Send to the estimator; shots become its precision."""
        estimator = EstimatorV2(mode=self.device)
        self._limit(estimator.options, seed)
        resilience = estimator.options.resilience
        resilience.measure_mitigation = mitigation in ("readout", "both")
        resilience.zne_mitigation = mitigation in ("zero_noise_extrapolation", "both")
        job: Job = estimator.run(list(pubs), precision=1 / math.sqrt(shots))
        return job

    def _limit(self, options: Any, seed: int) -> None:
        if self.is_local:
            options.simulator.seed_simulator = seed
        else:
            options.max_execution_time = self.longest_seconds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answered:
    """A job's answer, and how long it took."""

    job_id: str
    result: Any
    queue_seconds: float
    run_seconds: float
    quantum_seconds: float | None
    """As the provider charges; ``None`` where it says nothing, as in local mode."""


def awaited(
    submit: Callable[[], Job],
    patience: Patience,
    *,
    clock: Callable[[], float],
    wait: Callable[[float], None],
) -> Answered:
    """Send a job and wait for its answer, no longer than the protocol's patience.

    Raises
    ------
    QueueTooLong, TimedOut
        When patience ended; the provider was asked to cancel the job.
    JobLost
        When it failed, or the provider knows nothing of it.
    """
    sent = clock()
    job = _or_lost(submit)
    begun: float | None = None
    while (status := _status(job)) not in ("DONE", "ERROR", "CANCELLED"):
        now = clock()
        begun = now if begun is None and status == "RUNNING" else begun
        _check_patience(job, patience, now - sent, None if begun is None else now - begun)
        wait(POLL_SECONDS)
    result = _result(job)
    ended = clock()
    begun = sent if begun is None else begun
    return Answered(
        job_id=job.job_id(),
        result=result,
        queue_seconds=begun - sent,
        run_seconds=ended - begun,
        quantum_seconds=_or_lost(job.usage) or None,
    )


def _check_patience(
    job: Job, patience: Patience, since_sent: float, since_begun: float | None
) -> None:
    if since_begun is None and since_sent > patience.queue_seconds:
        _cancelled(job)
        raise QueueTooLong(
            f"job {job.job_id()} — expected it to begin within {patience.queue_seconds:g} s, "
            f"got {since_sent:.0f} s in the queue — it was cancelled",
            observed=math.ceil(since_sent),
            limit=math.floor(patience.queue_seconds),
        )
    if since_begun is not None and since_begun > patience.run_seconds:
        _cancelled(job)
        raise TimedOut(
            f"job {job.job_id()} — expected it to end within {patience.run_seconds:g} s, got "
            f"{since_begun:.0f} s — it was cancelled",
            observed=math.ceil(since_begun),
            limit=math.floor(patience.run_seconds),
        )


def _status(job: Job) -> str:
    status = _or_lost(job.status)
    return str(getattr(status, "name", status)).upper()


def _result(job: Job) -> Any:
    """A job's answer. One that failed raises here, and so does one that answers nothing."""
    result = _or_lost(job.result)
    if result is None:
        raise JobLost(
            f"job {job.job_id()} — expected an answer, got none — it is tried again as often "
            "as the protocol says"
        )
    return result


def _cancelled(job: Job) -> None:
    """Ask for a job to be stopped; that this fails changes nothing for us."""
    try:
        job.cancel()
    except LOST:
        return


def _or_lost(ask: Callable[[], Any]) -> Any:
    try:
        return ask()
    except LOST as error:
        raise JobLost(
            f"job — expected the provider to answer, got {type(error).__name__} — it is tried "
            "again as often as the protocol says"
        ) from error
