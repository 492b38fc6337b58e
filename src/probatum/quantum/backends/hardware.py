"""A real quantum device: asked only what the protocol allows and pays for, and waited for.

Before anything is sent, device, region and calibration are held against the protocol and the
cost against its budget. The circuit is fitted once; all patients' angles go with it in one job.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import BackendError
from probatum.quantum.backends.backend import Execution, Expectations
from probatum.quantum.backends.bases import Plan, averaged, varying
from probatum.quantum.backends.circuit_record import circuit_sha256
from probatum.quantum.backends.costs import estimate
from probatum.quantum.backends.dispatch import Asked, Sent, circuits_sha256, rows_sha256
from probatum.quantum.backends.engines import Fitted, Rows
from probatum.quantum.backends.faults import Fault
from probatum.quantum.backends.fitting import fitted_now
from probatum.quantum.backends.link import Link
from probatum.quantum.backends.mitigated import (
    NOTHING,
    READ,
    Mitigation,
    mitigated,
    read_values,
)
from probatum.quantum.backends.pubs import counts_of, pubs_of
from probatum.quantum.backends.record import Kind
from probatum.quantum.backends.request import check_shots, checked_rows
from probatum.quantum.backends.scaling import noisier
from probatum.quantum.backends.simulators import recorded, versions
from probatum.quantum.backends.transport import (
    Job,
    VendorMitigation,
    twirled,
)
from probatum.quantum.backends.underway import (
    Ready,
    Send,
    Underway,
    ending,
    underway,
)
from probatum.quantum.noise.template import measured, renamed
from probatum.study.execution import Hardware, Price

SOFTWARE = ("qiskit", "qiskit-ibm-runtime")

EXTRA: dict[VendorMitigation, tuple[int, int]] = {
    "readout": (1, 1),
    "zero_noise_extrapolation": (3, 0),
    "both": (3, 1),
}
"""Circuits that mitigation costs: each run at so many noise strengths, and so many more."""


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
        def ready() -> Ready:
            return self._ready(circuits, mitigation, rows, shots, seed)

        def send(pubs: Sequence[Any], tag: str) -> Job:
            return self.link.transport.sample(pubs, shots=shots, seed=seed, tag=tag)

        parts = [circuit_sha256(circuit) for circuit in circuits] * len(mitigation.scales)
        asked = self._asked(parts, len(parts), rows, shots, seed, mitigation.method)
        job = self._underway(asked, ready, send)
        with ending(job.tag):
            answer = job.answer()
            read, records = iter(answer.result), job.records(answer)
            counts = [counts_of(read, one.is_bound, len(rows), shots) for one in job.sent]
        job.remember(answer, records)
        return [Execution(counts=c, record=r) for c, r in zip(counts, records, strict=True)]

    def _ready(
        self,
        circuits: Sequence[QuantumCircuit],
        mitigation: Mitigation,
        rows: Rows,
        shots: int,
        seed: int,
    ) -> Ready:
        """Circuits fitted to the device of today, at each noise scale of the mitigation."""
        once = [self._fitted(measured(circuit)) for circuit in circuits]
        if mitigation.corrects_readout:
            self._check_correctable(once)
        found = [
            noisier(one, one.circuit, scale) for scale in mitigation.scales for one in once
        ]
        templates = [*circuits] * len(mitigation.scales)
        return Ready(
            pubs=[pub for one in found for pub in pubs_of(one.circuit, rows)],
            sent=tuple(
                self._sent(circuit, one, len(rows), shots, seed)
                for circuit, one in zip(templates, found, strict=True)
            ),
        )

    def _estimated(
        self,
        circuit: QuantumCircuit,
        observables: Sequence[SparsePauliOp],
        rows: Rows,
        shots: int,
        seed: int,
        vendor: VendorMitigation,
    ) -> Expectations:
        shots, plan = twirled(shots), Plan.of(observables, circuit.num_qubits)
        circuits = max(1, len(plan.bases)) * EXTRA[vendor][0] + EXTRA[vendor][1]

        def ready() -> Ready:
            found = self._fitted(renamed(circuit, "x"))
            placed = [varying(one).apply_layout(found.circuit.layout) for one in observables]
            return Ready(
                pubs=pubs_of(found.circuit, rows, [placed]),
                sent=(self._sent(circuit, found, len(rows), shots, seed),),
            )

        def send(pubs: Sequence[Any], tag: str) -> Job:
            return self.link.transport.estimate(
                pubs, shots=shots, seed=seed, mitigation=vendor, tag=tag
            )

        parts = [circuit_sha256(circuit), *(str(one.to_list()) for one in observables)]
        asked = self._asked(parts, circuits, rows, shots, seed, f"{vendor} by the vendor")
        job = self._underway(asked, ready, send)
        with ending(job.tag):
            answer = job.answer()
            data = [one.data for one in answer.result]
        [record] = records = job.records(answer, circuits)
        job.remember(answer, records)
        return Expectations(
            values=plan.constants + np.vstack([one.evs for one in data]),
            standard_error=np.vstack([one.stds for one in data]),
            record=record,
        )

    def _fitted(self, ready: QuantumCircuit) -> Fitted:
        return fitted_now(
            ready,
            self.link,
            self.terms,
            optimization_level=self.optimization_level,
            seed=self.transpiler_seed,
        )

    def _check_correctable(self, found: Sequence[Fitted]) -> None:
        """Refuse, before anything is paid for, what could not be mitigated afterwards."""
        for one in found:
            read_values(self.kind, one.calibration, one.details[READ])

    def _asked(
        self,
        parts: Sequence[str],
        circuits: int,
        rows: Rows,
        shots: int,
        seed: int,
        mitigation: str,
    ) -> Asked:
        """What is asked, known by its parts, and what so many circuits will cost."""
        return Asked(
            backend=self.name,
            circuits_sha256=circuits_sha256(parts),
            rows_sha256=rows_sha256(rows),
            shots=shots,
            seed=seed,
            optimization_level=self.optimization_level,
            transpiler_seed=self.transpiler_seed,
            mitigation=mitigation,
            estimate=estimate(
                circuits,
                len(rows),
                shots,
                price=self.price,
                repetition_seconds=self.terms.repetition_seconds,
            ),
        )

    def _underway(self, asked: Asked, ready: Callable[[], Ready], send: Send) -> Underway:
        return underway(asked, ready, send, link=self.link, terms=self.terms, price=self.price)

    def _sent(
        self, circuit: QuantumCircuit, found: Fitted, rows: int, shots: int, seed: int
    ) -> Sent:
        """What is known of a template before its answer is."""
        record = recorded(
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
        )
        return Sent(record=record, is_bound=not found.circuit.parameters)
