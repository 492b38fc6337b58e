"""The frozen model measured: with shots, on calibrated devices, errors mitigated or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logit

from probatum.models.dual import Dual
from probatum.models.frozen import FrozenModel
from probatum.models.intervals.kernel_measurement import entries_measurement
from probatum.models.intervals.measurement import KernelEntries
from probatum.models.quantum_kernel import QuantumKernelClassifier
from probatum.models.tuning import Patients
from probatum.quantum.mitigation.noisy_kernel import mitigated_kernel
from probatum.quantum.noise.kernel import NoisyKernel, compiled_kernel
from probatum.stages.followed import Numbers
from probatum.stages.landmarks import Kernel, Landmarks, landmarks, overlaps
from probatum.stages.trial import Runs, Scenario, Trial, calibrated, drawn
from probatum.study.protocol import Protocol
from probatum.study.robustness import Robustness

Row = dict[str, Any]
THREADS = 2
"""Tiles of people worked on at once; changes no byte."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """A sample of the evaluation people, ready to be measured against landmark people."""

    trial: Trial
    model: FrozenModel
    angles: Numbers
    landmarks: Landmarks
    plan: Robustness
    protocol: Protocol

    @property
    def kernel(self) -> QuantumKernelClassifier:
        """The index test's classifier."""
        found: QuantumKernelClassifier = self.model.index.pipeline["model"]
        return found

    @property
    def most_shots(self) -> int:
        """The largest number of shots of the protocol."""
        return self.plan.shots[-1]

    def seeded(self, *purpose: str) -> np.random.Generator:
        """A generator of its own for each purpose, so that none disturbs another."""
        key = [self.protocol.seeds.robustness or 0, *"/".join(purpose).encode()]
        return np.random.default_rng(key)

    def in_the_limit(self, found: Kernel) -> Runs:
        """Risks with so many shots that none of their noise is left; one run."""
        weights = self.landmarks.weights(self.most_shots)
        return calibrated(self.model, self.landmarks.score(found, weights))[np.newaxis]

    def drawn(self, found: Kernel, shots: int, rng: np.random.Generator) -> Runs:
        """Risks with shots drawn from their binomial law, in repeated runs."""
        scores = self.law(found, shots).sampled(shots, self.plan.repeats, rng)
        return calibrated(self.model, scores)

    def law(self, found: Kernel, shots: int) -> KernelEntries:
        """How a score scatters whose overlaps are measured with some shots each."""
        weights = self.landmarks.weights(shots)
        return KernelEntries(offset=self.landmarks.offset, shares=weights, probabilities=found)

    def on(self, device: str) -> NoisyKernel:
        """The model's circuit fitted to a device, with its calibrated noise."""
        return compiled_kernel(
            self.kernel.circuit(),
            device,
            optimization_level=self.protocol.backends.optimization_level,
            seed=self.protocol.seeds.transpiler,
        )


def measured(
    trial: Trial,
    model: FrozenModel,
    development: Patients,
    *,
    plan: Robustness,
    protocol: Protocol,
) -> Measured:
    """Draw the sample and the landmarks, by the protocol's seed."""
    rng = np.random.default_rng([protocol.seeds.robustness or 0])
    few = trial.of(drawn(len(trial.people), plan.sample.patients, rng))
    rows = drawn(len(development), plan.sample.landmarks, rng)
    preparation, kernel = model.index.pipeline["preparation"], model.index.pipeline["model"]
    prepared = preparation.transform(development.frame)
    return Measured(
        trial=few,
        model=model,
        angles=kernel.circuit_parameters(preparation.transform(few.people)),
        landmarks=landmarks(kernel, prepared, rows),
        plan=plan,
        protocol=protocol,
    )


def with_shots(sample: Measured, dual: Dual) -> Iterator[Row]:
    """One circuit for each development person, as the frozen model would need."""
    law = entries_measurement(sample.model.index, dual, sample.trial.people)
    for shots in sample.plan.shots:
        scenario = Scenario(
            id=f"shots-{shots}",
            family="shots",
            name="every development person a circuit",
            shots=shots,
        )
        rng = sample.seeded(scenario.id)
        scores = law.sampled(shots, sample.plan.repeats, rng)
        yield sample.trial.row(scenario, calibrated(sample.model, scores))


def with_landmarks(sample: Measured) -> Iterator[Row]:
    """Fewer circuits a patient, without device noise: what the landmarks alone cost."""
    exact = overlaps(sample.kernel, sample.angles, sample.landmarks)
    name = "landmark people only, no device noise"
    limit = Scenario(id="landmarks", family="landmarks", name=name)
    yield sample.trial.row(limit, sample.in_the_limit(exact))
    for shots in sample.plan.shots:
        scenario = Scenario(
            id=f"landmarks-shots-{shots}", family="landmarks", name=name, shots=shots
        )
        runs = sample.drawn(exact, shots, sample.seeded(scenario.id))
        yield sample.trial.row(scenario, runs)


def on_device(sample: Measured, device: str, noisy: NoisyKernel) -> tuple[list[Row], Numbers]:
    """Landmark circuits with the noise of a calibrated device, and the risks in the limit."""
    found = noisy.probabilities(sample.angles, sample.landmarks.angles, threads=THREADS)
    limit, shots = sample.in_the_limit(found), sample.most_shots
    scenario = _noise_of(device, None)
    rows = [sample.trial.row(scenario, limit)]
    scenario = _noise_of(device, shots)
    runs = sample.drawn(found, shots, sample.seeded(scenario.id))
    return [*rows, sample.trial.row(scenario, runs)], limit[0]


def _noise_of(device: str, shots: int | None) -> Scenario:
    suffix = f"-shots-{shots}" if shots else ""
    return Scenario(
        id=f"device-{device}{suffix}",
        family="device",
        name="noise of the device",
        device=device,
        shots=shots,
    )


def mitigated(sample: Measured, device: str, noisy: NoisyKernel) -> Iterator[Row]:
    """The same circuits with errors mitigated, each method with the same shots a circuit."""
    shots = sample.most_shots
    weights = sample.landmarks.weights(shots)
    for method in sample.plan.mitigation:
        found = mitigated_kernel(
            noisy,
            sample.angles,
            sample.landmarks.angles,
            method=method,
            shots=shots,
            threads=THREADS,
        )
        scenario = Scenario(
            id=f"mitigation-{method.replace('_', '-')}",
            family="mitigation",
            name=f"noise of the device, mitigated: {method.replace('_', ' ')}",
            device=device,
            shots=shots,
            mitigation=method,
        )
        rng = sample.seeded(scenario.id)
        scores = [
            sample.landmarks.score(found.drawn(rng), weights)
            for _ in range(sample.plan.repeats)
        ]
        row = sample.trial.row(scenario, calibrated(sample.model, np.array(scores)))
        yield row | {"circuits_an_overlap": found.circuits, "variance_ratio": found.overhead}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tried:
    """What came of every device: scenarios, the fitted kernels, and how far they disagree."""

    rows: list[Row]
    kernels: dict[str, NoisyKernel]
    variance: Numbers
    """(n,): of each person's log odds over the devices, with very many shots."""


def tried(sample: Measured) -> Tried:
    """Run the sample on each device of the protocol, mitigated on the first."""
    kernels = {device: sample.on(device) for device in sample.plan.devices}
    rows, limits = [], []
    for device, noisy in kernels.items():
        own, limit = on_device(sample, device, noisy)
        rows += own
        limits.append(logit(limit))
    first = sample.plan.devices[0]
    rows += mitigated(sample, first, kernels[first])
    return Tried(rows=rows, kernels=kernels, variance=np.var(limits, axis=0, ddof=1))
