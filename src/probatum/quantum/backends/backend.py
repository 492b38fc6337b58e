"""Where circuits run, as one object: patients' circuits in; counts, averages, a record out.

Whatever stands behind it, a simulator or a device, it takes the same circuit and the same rows
and answers in the same order of bits: the rightmost character is qubit 0, as Qiskit prints.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import BackendError
from probatum.quantum.backends.record import ExecutionRecord, Kind

Counts = Mapping[str, int]
"""How often each outcome was read; an outcome that never was is absent."""


class Backend(Protocol):
    """A place where circuits run."""

    @property
    def name(self) -> str:
        """What the protocol and the record call it."""

    @property
    def kind(self) -> Kind:
        """Whether it is exact, a simulator, a noisy one, or hardware."""

    def sample(
        self, circuit: QuantumCircuit, rows: ArrayLike, *, shots: int, seed: int
    ) -> Execution:
        """Run the circuit once a row and read all qubits.

        Parameters
        ----------
        circuit : QuantumCircuit
            Without measurements; its parameters, in the order of ``circuit.parameters``, are
            the columns of ``rows``.
        rows : (N, p) of float
            One row a patient; radians.
        shots : int
            Repetitions of each row's circuit.
        seed : int
            The same seed gives the same counts on everything but hardware.
        """

    def expectation(
        self,
        circuit: QuantumCircuit,
        observables: Sequence[SparsePauliOp],
        rows: ArrayLike,
        *,
        shots: int | None,
        seed: int,
    ) -> Expectations:
        """Average each observable over the circuit's outcome, for each row.

        Parameters
        ----------
        observables : sequence of SparsePauliOp
            Hermitian, on all qubits of the circuit.
        shots : int or None
            Repetitions for each basis that has to be measured; ``None`` is the limit of many,
            which hardware refuses.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What was read, one row of patients after the other, and the record of the run."""

    counts: tuple[Counts, ...]
    """One a row; keys as Qiskit prints them, qubit 0 rightmost."""
    record: ExecutionRecord

    def __post_init__(self) -> None:
        """Refuse counts that the record does not speak of."""
        counts = tuple(MappingProxyType(dict(sorted(row.items()))) for row in self.counts)
        object.__setattr__(self, "counts", counts)
        expected = (self.record.rows, self.record.shots)
        totals = {sum(row.values()) for row in self.counts}
        if len(self.counts) != expected[0] or totals - {expected[1]}:
            raise BackendError(
                f"counts of {self.record.backend} — expected {expected[0]} rows of "
                f"{expected[1]} shots, got {len(self.counts)} rows of {sorted(totals)} — run "
                "the circuits again"
            )

    def probability_of_zero(self) -> NDArray[np.float64]:
        """Return the share of shots in which every qubit read 0, shape (N,)."""
        zeros = [row.get("0" * self.record.qubits, 0) for row in self.counts]
        return np.array(zeros, dtype=np.float64) / self._shots

    def frequencies(self) -> NDArray[np.float64]:
        """Return the share of shots of each outcome, shape (N, 2**n), by its number."""
        found = np.zeros((len(self.counts), 1 << self.record.qubits))
        for row, counts in zip(found, self.counts, strict=True):
            row[[int(outcome, 2) for outcome in counts]] = list(counts.values())
        return found / self._shots

    @property
    def _shots(self) -> int:
        assert self.record.shots is not None  # noqa: S101  (sampling has shots)
        return self.record.shots

    def as_dict(self) -> dict[str, Any]:
        """Return the record and the counts as plain JSON values."""
        return {"record": self.record.as_dict(), "counts": [dict(row) for row in self.counts]}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Execution:
        """Return the execution that `as_dict` wrote."""
        record = ExecutionRecord.from_dict(value["record"])
        return cls(counts=tuple(value["counts"]), record=record)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expectations:
    """Averages of observables, one row of patients after the other, and the runs' records."""

    values: NDArray[np.float64]
    """(N, observables)."""
    standard_error: NDArray[np.float64]
    """Of the same shape; from the shots alone, so 0 where nothing was sampled."""
    record: ExecutionRecord
    executions: tuple[Execution, ...] = ()
    """The raw counts the averages were worked out from, one execution a measured basis; with
    extrapolation, all bases at one noise scale after those at the scale before."""
    raw_values: NDArray[np.float64] | None = None
    """As read, before mitigation; ``None`` where none was done here."""
    raw_standard_error: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        """Refuse averages and errors that do not belong together."""
        shape = self.values.shape
        raw = [x for x in (self.raw_values, self.raw_standard_error) if x is not None]
        if len(raw) == 1 or any(x.shape != shape for x in raw):
            raise BackendError(
                f"averages of {self.record.backend} — expected raw averages and their errors "
                f"of shape {shape} or neither, got {[x.shape for x in raw]} — run them again"
            )
        if self.values.shape != self.standard_error.shape or self.values.ndim != 2:
            raise BackendError(
                f"averages of {self.record.backend} — expected one error an average, got "
                f"shapes {self.values.shape} and {self.standard_error.shape} — run them again"
            )
