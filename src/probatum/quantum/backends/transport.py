"""The way to a device: circuits are handed to a provider's client, which gives back a job.

IBM's sampler and estimator are spoken to here and nowhere else; another vendor's device needs
another transport.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from qiskit_ibm_runtime.exceptions import RuntimeJobNotFound
from qiskit_ibm_runtime.executor_estimator import EstimatorV2
from qiskit_ibm_runtime.executor_sampler import SamplerV2

VendorMitigation = Literal["readout", "zero_noise_extrapolation", "both"]
"""What IBM's estimator can be asked to do against errors, in the protocol's words."""

TWIRLS = 32
"""How many random versions of each circuit IBM's estimator runs, with as many shots each."""


def twirled(shots: int) -> int:
    """Return how many shots the estimator takes where so many are asked for.

    Examples
    --------
    >>> twirled(1000), twirled(1024)
    (1024, 1024)
    """
    return TWIRLS * math.ceil(shots / TWIRLS)


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

    def metrics(self) -> Mapping[str, Any]:
        """When it was created, began and ended, and what is charged for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metered:
    """How long a job took by the provider's clock; ``None`` for what it does not say."""

    queue_seconds: float | None = None
    run_seconds: float | None = None
    quantum_seconds: float | None = None
    """On the quantum processor, as charged."""


class Transport(Protocol):
    """A provider's client, as far as a device needs it."""

    @property
    def device(self) -> Any:
        """The provider's device, with its target and calibration."""

    @property
    def is_local(self) -> bool:
        """Whether a simulator on this machine stands in for the device."""

    def sample(self, pubs: Sequence[Any], *, shots: int, seed: int, tag: str) -> Job:
        """Send circuits with their arrays of angles, all qubits to be read."""

    def estimate(
        self,
        pubs: Sequence[Any],
        *,
        shots: int,
        seed: int,
        mitigation: VendorMitigation,
        tag: str,
    ) -> Job:
        """Send circuits with observables and angles, to be averaged with mitigation."""

    def tagged(self, tag: str) -> Job | None:
        """The first job that was sent with a tag, if the provider has one."""

    def job(self, job_id: str) -> Job | None:
        """A job of its name, if the provider still knows it."""

    def metered(self, job: Job) -> Metered:
        """How long a job took that has ended."""


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

    def sample(self, pubs: Sequence[Any], *, shots: int, seed: int, tag: str) -> Job:
        """Send to the sampler."""
        sampler = SamplerV2(mode=self.device)
        self._settle(sampler.options, seed, tag)
        job: Job = sampler.run(list(pubs), shots=shots)
        return job

    def estimate(
        self,
        pubs: Sequence[Any],
        *,
        shots: int,
        seed: int,
        mitigation: VendorMitigation,
        tag: str,
    ) -> Job:
        """Send to the estimator; what is left over of shots that twirls share is added."""
        estimator = EstimatorV2(mode=self.device)
        self._settle(estimator.options, seed, tag)
        sent = twirled(shots)
        estimator.options.twirling.num_randomizations = TWIRLS
        estimator.options.twirling.shots_per_randomization = sent // TWIRLS
        resilience = estimator.options.resilience
        resilience.measure_mitigation = mitigation in ("readout", "both")
        resilience.zne_mitigation = mitigation in ("zero_noise_extrapolation", "both")
        job: Job = estimator.run(list(pubs), precision=1 / math.sqrt(sent))
        return job

    def tagged(self, tag: str) -> Job | None:
        """Ask the service; a job of the local mode ended with the process that sent it."""
        if self.is_local:
            return None
        found = self.device.service.jobs(job_tags=[tag], descending=False)
        return next((job for job in found if tag in (job.tags or ())), None)

    def job(self, job_id: str) -> Job | None:
        """Ask the service."""
        if self.is_local:
            return None
        try:
            found: Job = self.device.service.job(job_id)
        except RuntimeJobNotFound:
            return None
        return found

    def metered(self, job: Job) -> Metered:
        """Ask the service; in local mode nobody charges, and the clock is this machine's."""
        return Metered() if self.is_local else _metered(job.metrics())

    def _settle(self, options: Any, seed: int, tag: str) -> None:
        if self.is_local:
            options.simulator.seed_simulator = seed
        else:
            options.max_execution_time = self.longest_seconds
            options.environment.job_tags = [tag] if tag else []


def _metered(metrics: Mapping[str, Any]) -> Metered:
    usage, stamps = metrics["usage"], metrics.get("timestamps") or {}
    is_final = usage.get("status", "pending") != "pending"
    at = {name: datetime.fromisoformat(stamp) for name, stamp in stamps.items() if stamp}
    return Metered(
        queue_seconds=_between(at.get("created"), at.get("running")),
        run_seconds=_between(at.get("running"), at.get("finished")),
        quantum_seconds=float(usage["qpu_charge_time_seconds"]) or None if is_final else None,
    )


def _between(before: datetime | None, after: datetime | None) -> float | None:
    return None if before is None or after is None else (after - before).total_seconds()
