"""What all simulators share: a circuit is fitted once, and every run leaves its record.

Without a clock nothing is timed, and the same call gives the same record to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import BackendError
from probatum.quantum.backends.backend import Execution, Expectations
from probatum.quantum.backends.bases import Plan, averaged
from probatum.quantum.backends.circuit_record import circuit_sha256, cost_of
from probatum.quantum.backends.engines import Engine, Fitted, NoisyEngine, Rows
from probatum.quantum.backends.mitigated import (
    NOTHING,
    READ,
    Mitigation,
    at_no_noise,
    mitigated,
    read_values,
)
from probatum.quantum.backends.record import ExecutionRecord, Kind
from probatum.quantum.backends.request import check_shots, checked_rows

Clock = Callable[[], float]
"""Seconds since some fixed instant."""

Instants = tuple[float | None, float | None]
"""Of the day's clock and the processors'; None without one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulated:
    """A backend that computes.

    Parameters
    ----------
    engine : Engine
        What computes.
    mitigation : Mitigation, optional
        What is done to averages against the engine's errors; counts are always as read.
    clock, processor_clock : callable, optional
        Seconds of the day and of this machine's processors, for the record; without them
        nothing is timed.

    Examples
    --------
    >>> from qiskit.circuit import Parameter
    >>> from probatum.quantum.backends.exact import Exact
    >>> circuit = QuantumCircuit(2)
    >>> _ = circuit.rx(Parameter("x"), 0)
    >>> found = Simulated(engine=Exact()).sample(circuit, [[0.0], [np.pi]], shots=5, seed=1)
    >>> [dict(counts) for counts in found.counts]
    [{'00': 5}, {'01': 5}]
    """

    engine: Engine
    mitigation: Mitigation = NOTHING
    clock: Clock | None = None
    processor_clock: Clock | None = None

    def __post_init__(self) -> None:
        """Refuse mitigation where there is nothing to mitigate."""
        if self.mitigation.is_on and not isinstance(self.engine, NoisyEngine):
            raise BackendError(
                f"mitigation on {self.engine.name} — expected a device that errs, got a "
                "simulator without errors — run it there without mitigation"
            )

    @property
    def name(self) -> str:
        """What the protocol calls it."""
        return self.engine.name

    @property
    def kind(self) -> Kind:
        """Exact, a simulator, or a noisy one."""
        return self.engine.kind

    def sample(
        self, circuit: QuantumCircuit, rows: ArrayLike, *, shots: int, seed: int
    ) -> Execution:
        """Run the circuit once a row and read all qubits; see `Backend.sample`."""
        values, started = checked_rows(circuit, rows), self._now()
        check_shots(shots)
        fitted = self.engine.fitted(circuit)
        return self._sampled(circuit, fitted, values, shots, seed, started)

    def expectation(
        self,
        circuit: QuantumCircuit,
        observables: Sequence[SparsePauliOp],
        rows: ArrayLike,
        *,
        shots: int | None,
        seed: int,
    ) -> Expectations:
        """Average each observable over the outcome of each row; see `Backend.expectation`."""
        if shots is not None and self.mitigation.is_on:
            run = self._scaled(rows, shots, seed)
            return mitigated(run, circuit, observables, self.mitigation)
        if shots is not None:
            return averaged(self._bases(rows, shots, seed), circuit, observables)
        if self.mitigation.is_on:
            return self._limit(circuit, observables, rows, seed)
        values = checked_rows(circuit, rows)
        started = self._now()
        fitted = self.engine.fitted(circuit)
        found = self.engine.averages(fitted, observables, values)
        record = self._record(circuit, fitted, len(values), None, seed, started)
        return Expectations(values=found, standard_error=np.zeros_like(found), record=record)

    def probabilities(self, circuit: QuantumCircuit, rows: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of each outcome, shape (N, 2**n); entry i has bits of i."""
        return self.engine.probabilities(
            self.engine.fitted(circuit), checked_rows(circuit, rows)
        )

    def _bases(
        self, rows: ArrayLike, shots: int, seed: int
    ) -> Callable[[Sequence[QuantumCircuit]], list[Execution]]:
        def run(circuits: Sequence[QuantumCircuit]) -> list[Execution]:
            seeds = (derived_seed(seed, place) for place in range(len(circuits)))
            return [
                self.sample(circuit, rows, shots=shots, seed=one)
                for circuit, one in zip(circuits, seeds, strict=True)
            ]

        return run

    def _scaled(
        self, rows: ArrayLike, shots: int, seed: int
    ) -> Callable[[Sequence[QuantumCircuit]], list[Execution]]:
        """Run at noise scale 1 exactly what runs without mitigation, then the other scales."""

        def run(circuits: Sequence[QuantumCircuit]) -> list[Execution]:
            values = checked_rows(circuits[0], rows)
            check_shots(shots)
            once = [self.engine.fitted(circuit) for circuit in circuits]
            found = []
            for scale in self.mitigation.scales:
                for place, (circuit, one) in enumerate(zip(circuits, once, strict=True)):
                    own = derived_seed(seed, place, *((scale,) if scale > 1 else ()))
                    started, fitted = self._now(), self._folded(one, scale)
                    found.append(self._sampled(circuit, fitted, values, shots, own, started))
            return found

        return run

    def _sampled(
        self,
        circuit: QuantumCircuit,
        fitted: Fitted,
        rows: Rows,
        shots: int,
        seed: int,
        started: Instants,
    ) -> Execution:
        counts = self.engine.counts(fitted, rows, shots, seed)
        record = self._record(circuit, fitted, len(rows), shots, seed, started)
        return Execution(counts=tuple(counts), record=record)

    def _limit(
        self,
        circuit: QuantumCircuit,
        observables: Sequence[SparsePauliOp],
        rows: ArrayLike,
        seed: int,
    ) -> Expectations:
        """Mitigate what very many shots would give; nothing is counted."""
        values, started = checked_rows(circuit, rows), self._now()
        plan = Plan.of(observables, circuit.num_qubits).measured(circuit.num_qubits)
        bases = [basis.rotated(circuit) for basis in plan.bases]
        once = [self.engine.fitted(basis) for basis in bases]
        at_scale = [self._read(plan, once, values, scale) for scale in self.mitigation.scales]
        corrected = [found for _, found in at_scale]
        nothing = np.zeros_like(corrected[0])
        found, _ = at_no_noise(plan, corrected, [nothing] * len(corrected), self.mitigation)
        fitted = self.engine.fitted(circuit)
        record = self._record(circuit, fitted, len(values), None, seed, started)
        return Expectations(
            values=found,
            standard_error=nothing,
            record=self.mitigation.stated(record),
            raw_values=at_scale[0][0],
            raw_standard_error=nothing,
        )

    def _read(
        self, plan: Plan, bases: Sequence[Fitted], rows: Rows, scale: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return averages at a noise scale as read, and with readout corrected if stated."""
        fitted = [self._folded(basis, scale) for basis in bases]
        found = [self.engine.probabilities(one, rows) for one in fitted]
        shape = (len(rows), len(plan.constants))
        raw = np.broadcast_to(plan.of_probabilities(found), shape).copy()
        if not self.mitigation.corrects_readout:
            return raw, raw
        reads = [read_values(self.kind, one.calibration, one.details[READ]) for one in fitted]
        return raw, np.broadcast_to(plan.of_probabilities(found, reads), shape).copy()

    def _folded(self, fitted: Fitted, scale: int) -> Fitted:
        if scale == 1:
            return fitted
        assert isinstance(self.engine, NoisyEngine)  # noqa: S101  (refused when it was made)
        return self.engine.folded(fitted, scale)

    def _now(self) -> Instants:
        clocks = (self.clock, self.processor_clock)
        day, processor = (clock() if clock else None for clock in clocks)
        return day, processor

    def _record(
        self,
        circuit: QuantumCircuit,
        fitted: Fitted,
        rows: int,
        shots: int | None,
        seed: int,
        started: Instants,
    ) -> ExecutionRecord:
        day, processor = (
            None if now is None or before is None else now - before
            for now, before in zip(self._now(), started, strict=True)
        )
        return recorded(
            circuit,
            fitted,
            backend=self.name,
            kind=self.kind,
            software=versions(*self.engine.software),
            rows=rows,
            shots=shots,
            seed=seed,
            run_seconds=day,
            processor_seconds=processor,
        )


def recorded(circuit: QuantumCircuit, fitted: Fitted, **facts: Any) -> ExecutionRecord:
    """Return the record of a run of a fitted circuit."""
    size = cost_of(fitted.transpiled)
    return ExecutionRecord(
        circuit_sha256=circuit_sha256(circuit),
        qubits=circuit.num_qubits,
        optimization_level=fitted.optimization_level,
        transpiler_seed=fitted.transpiler_seed,
        depth=size.depth,
        two_qubit_depth=size.two_qubit_depth,
        two_qubit_gates=size.two_qubit_gates,
        physical_qubits=fitted.physical_qubits,
        device=fitted.device,
        calibration=fitted.calibration,
        details=fitted.details,
        **facts,
    )


def derived_seed(seed: int, *place: int) -> int:
    """Return a seed of its own for one part of a run, 31 bits."""
    return int(np.random.SeedSequence([seed, *place]).generate_state(1)[0] >> 1)


def versions(*packages: str) -> dict[str, str]:
    """Return the installed version of each package."""
    return {package: version(package) for package in packages}
