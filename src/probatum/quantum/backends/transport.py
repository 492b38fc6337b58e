"""The way to a device: circuits are handed to a provider's client, which gives back a job.

IBM's sampler and estimator are spoken to here and nowhere else; another vendor's device needs
another transport.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

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
        """Send to the estimator; what is left over of shots that twirls share is added."""
        estimator = EstimatorV2(mode=self.device)
        self._limit(estimator.options, seed)
        sent = twirled(shots)
        estimator.options.twirling.num_randomizations = TWIRLS
        estimator.options.twirling.shots_per_randomization = sent // TWIRLS
        resilience = estimator.options.resilience
        resilience.measure_mitigation = mitigation in ("readout", "both")
        resilience.zne_mitigation = mitigation in ("zero_noise_extrapolation", "both")
        job: Job = estimator.run(list(pubs), precision=1 / math.sqrt(sent))
        return job

    def _limit(self, options: Any, seed: int) -> None:
        if self.is_local:
            options.simulator.seed_simulator = seed
        else:
            options.max_execution_time = self.longest_seconds
