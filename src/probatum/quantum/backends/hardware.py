"""A real quantum device: asked only what the protocol allows and pays for, and waited for.

Before anything is sent, device, region and calibration are held against the protocol and the
cost against its budget. The circuit is fitted once; all patients' angles go with it in one job.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import BackendError
from probatum.quantum.backends.backend import Execution, Expectations
from probatum.quantum.backends.bases import Plan, averaged, varying
from probatum.quantum.backends.costs import Estimate, check_budget, cost, estimate
from probatum.quantum.backends.engines import Fitted, Rows
from probatum.quantum.backends.faults import Fault
from probatum.quantum.backends.job import Answered, awaited
from probatum.quantum.backends.mitigated import (
    NOTHING,
    READ,
    Mitigation,
    mitigated,
    read_values,
)
from probatum.quantum.backends.permission import check_age, check_allowed
from probatum.quantum.backends.pubs import counts_of, expect_whole, pubs_of
from probatum.quantum.backends.record import ExecutionRecord, Kind
from probatum.quantum.backends.request import check_shots, checked_rows
from probatum.quantum.backends.scaling import noisier, read_from
from probatum.quantum.backends.simulators import Clock, recorded, versions
from probatum.quantum.backends.transport import (
    Job,
    Transport,
    VendorMitigation,
    twirled,
)
from probatum.quantum.devices import calibration
from probatum.quantum.noise.template import Template, fitted, measured, renamed
from probatum.study.execution import Hardware, Price

SOFTWARE = ("qiskit", "qiskit-ibm-runtime")

EXTRA: dict[VendorMitigation, tuple[int, int]] = {
    "readout": (1, 1),
    "zero_noise_extrapolation": (3, 0),
    "both": (3, 1),
}
"""Circuits that mitigation costs: each run at so many noise strengths, and so many more."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Link:
    """What the shell brings to a device: the way to it, the time, and the study's purse."""

    transport: Transport
    region: str | None
    """Where the provider computes, as the provider says; ``None`` for its local stand-in."""
    at: datetime
    """Now; aware. Calibrations are held against it."""
    clock: Clock
    """Seconds since some fixed instant."""
    wait: Callable[[float], None]
    spent: Callable[[], float]
    """What the study's runs cost until now, in the budget's currency."""
    dispatching: Callable[[Estimate], None]
    """Told, and shows, what is about to be sent and what it will cost; returns when noted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Device:
    """A backend that is a real device, or a provider's local stand-in for one."""

    terms: Hardware
    price: Price
    optimization_level: int
    transpiler_seed: int
    link: Link
    mitigation: Mitigation = NOTHING
    """What is done here to averages, from raw counts that are kept."""
    vendor_mitigation: VendorMitigation | None = None
    """What the vendor's estimator does against errors; it then gives averages and no counts."""

    def __post_init__(self) -> None:
        """Refuse to take the same errors out twice."""
        if self.vendor_mitigation is not None and self.mitigation.is_on:
            raise BackendError(
                f"mitigation on {self.terms.device} — expected the project's or the vendor's, "
                f"got {self.mitigation.method!r} here and {self.vendor_mitigation!r} there — "
                "choose one"
            )

    @property
    def name(self) -> str:
        """The device's name."""
        return self.terms.device

    @property
    def kind(self) -> Kind:
        """Hardware, or a simulation where the provider's local mode stands in for it."""
        return "noisy simulator" if self.link.transport.is_local else "hardware"

    def sample(
        self, circuit: QuantumCircuit, rows: ArrayLike, *, shots: int, seed: int
    ) -> Execution:
        """Run the circuit once a row and read all qubits; see `Backend.sample`.

        Raises
        ------
        NotAllowed, OverBudget
            Before anything is sent.
        Unavailable
            When no counts came back in time.
        """
        values = checked_rows(circuit, rows)
        check_shots(shots)
        [execution] = self._sampled([circuit], NOTHING, values, shots, seed)
        return execution

    def expectation(
        self,
        circuit: QuantumCircuit,
        observables: Sequence[SparsePauliOp],
        rows: ArrayLike,
        *,
        shots: int | None,
        seed: int,
    ) -> Expectations:
        """Average each observable over the outcome of each row; see `Backend.expectation`.

        Without mitigation by the vendor all bases, at all noise scales, go in one job and
        their counts are kept, so that any mitigation can be scored from them; with it the
        vendor's estimator answers.
        """
        values = checked_rows(circuit, rows)
        if shots is None:
            raise Fault(
                f"device {self.name} — expected a number of shots, got none — state how often "
                "each circuit is repeated"
            )
        check_shots(shots)
        if self.vendor_mitigation is not None:
            vendor = self.vendor_mitigation
            return self._estimated(circuit, observables, values, shots, seed, vendor)

        def run(circuits: Sequence[QuantumCircuit]) -> list[Execution]:
            return self._sampled(circuits, self.mitigation, values, shots, seed)

        if self.mitigation.is_on:
            return mitigated(run, circuit, observables, self.mitigation)
        return averaged(run, circuit, observables)

    def _sampled(
        self,
        circuits: Sequence[QuantumCircuit],
        mitigation: Mitigation,
        rows: Rows,
        shots: int,
        seed: int,
    ) -> list[Execution]:
        once = [self._fitted(measured(circuit)) for circuit in circuits]
        if mitigation.corrects_readout:
            self._check_correctable(once)
        scales = mitigation.scales
        found = [noisier(one, one.circuit, scale) for scale in scales for one in once]
        self._dispatching(len(found), len(rows), shots)
        pubs = [pub for one in found for pub in pubs_of(one.circuit, rows)]
        answer = self._answer(
            lambda: self.link.transport.sample(pubs, shots=shots, seed=seed), len(pubs)
        )
        read, executions = iter(answer.result), []
        for circuit, one in zip([*circuits] * len(scales), found, strict=True):
            counts = counts_of(read, one.circuit, len(rows), shots)
            record = self._record(circuit, one, answer, len(found), len(rows), shots, seed)
            executions.append(Execution(counts=counts, record=record))
        return executions

    def _estimated(
        self,
        circuit: QuantumCircuit,
        observables: Sequence[SparsePauliOp],
        rows: Rows,
        shots: int,
        seed: int,
        vendor: VendorMitigation,
    ) -> Expectations:
        found, shots = self._fitted(renamed(circuit, "x")), twirled(shots)
        plan = Plan.of(observables, circuit.num_qubits)
        circuits = max(1, len(plan.bases)) * EXTRA[vendor][0] + EXTRA[vendor][1]
        self._dispatching(circuits, len(rows), shots)
        placed = [varying(one).apply_layout(found.circuit.layout) for one in observables]
        pubs = pubs_of(found.circuit, rows, [placed])
        transport = self.link.transport
        answer = self._answer(
            lambda: transport.estimate(pubs, shots=shots, seed=seed, mitigation=vendor),
            len(pubs),
        )
        data = [one.data for one in answer.result]
        return Expectations(
            values=plan.constants + np.vstack([one.evs for one in data]),
            standard_error=np.vstack([one.stds for one in data]),
            record=self._record(circuit, found, answer, 1, len(rows), shots, seed, circuits),
        )

    def _fitted(self, ready: QuantumCircuit) -> Fitted:
        device = self.link.transport.device
        check_allowed(device, self.link.region, self.terms)
        found: Template = fitted(
            ready,
            device,
            optimization_level=self.optimization_level,
            seed=self.transpiler_seed,
        )
        known = calibration(device, found.qubits, found.places)
        check_age(known, self.terms, self.link.at)
        return Fitted(
            circuit=found.circuit,
            transpiled=found.circuit.remove_final_measurements(inplace=False),
            optimization_level=self.optimization_level,
            transpiler_seed=self.transpiler_seed,
            physical_qubits=found.qubits,
            device=self.name,
            calibration=known,
            details={READ: read_from(found.bits)} if found.bits else {},
        )

    def _check_correctable(self, found: Sequence[Fitted]) -> None:
        """Refuse, before anything is paid for, what could not be mitigated afterwards."""
        for one in found:
            read_values(self.kind, one.calibration, one.details[READ])

    def _dispatching(self, circuits: int, rows: int, shots: int) -> None:
        """Refuse what the study cannot pay; show and note what it will."""
        asked = estimate(
            circuits,
            rows,
            shots,
            price=self.price,
            repetition_seconds=self.terms.repetition_seconds,
        )
        check_budget(asked, self.terms.budget, self.link.spent())
        self.link.dispatching(asked)

    def _answer(self, submit: Callable[[], Job], pubs: int) -> Answered:
        patience, link = self.terms.patience, self.link
        answer = awaited(submit, patience, clock=link.clock, wait=link.wait)
        expect_whole(len(answer.result), pubs)
        return answer

    def _record(
        self,
        circuit: QuantumCircuit,
        found: Fitted,
        answer: Answered,
        pubs: int,
        rows: int,
        shots: int,
        seed: int,
        circuits: int = 1,
    ) -> ExecutionRecord:
        """The record of one pub of a job; the job's seconds are shared out evenly."""
        tasks, stated = circuits * rows, answer.quantum_seconds
        modelled = tasks * shots * self.terms.repetition_seconds
        seconds = modelled if stated is None else stated / pubs
        return recorded(
            circuit,
            found,
            backend=self.name,
            kind=self.kind,
            software=versions(*SOFTWARE),
            rows=rows,
            shots=shots,
            seed=seed,
            region=self.link.region,
            mitigation=self.vendor_mitigation or "none",
            job_ids=(answer.job_id,),
            queue_seconds=answer.queue_seconds,
            run_seconds=answer.run_seconds,
            quantum_seconds=seconds,
            cost=cost(self.price, tasks=tasks, shots=tasks * shots, seconds=seconds),
            currency=self.price.currency,
        )
