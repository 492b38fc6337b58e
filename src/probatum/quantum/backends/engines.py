"""What a simulator offers to be a backend: a circuit made ready, then counts and averages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

from probatum.quantum.backends.backend import Counts
from probatum.quantum.backends.record import Kind
from probatum.quantum.devices import Calibration

Rows = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fitted:
    """A circuit as an engine runs it, its parameters still free, and what is known of it."""

    circuit: Any
    """The engine's own; rows are bound to it."""
    transpiled: QuantumCircuit
    """What its depth and gates are counted on; without measurements."""
    optimization_level: int | None = None
    transpiler_seed: int | None = None
    physical_qubits: tuple[int, ...] = ()
    device: str | None = None
    calibration: Calibration | None = None
    details: Mapping[str, str] = field(default_factory=dict)


class Engine(Protocol):
    """What turns circuits and rows into counts and averages, without a record."""

    @property
    def name(self) -> str:
        """What the protocol calls it."""

    @property
    def kind(self) -> Kind:
        """Exact, a simulator, or a noisy one."""

    @property
    def software(self) -> tuple[str, ...]:
        """The packages that turn a circuit into its answer."""

    def fitted(self, circuit: QuantumCircuit) -> Fitted:
        """Make the circuit ready, once for all rows."""

    def counts(self, fitted: Fitted, rows: Rows, shots: int, seed: int) -> Sequence[Counts]:
        """Run and read all qubits."""

    def averages(
        self, fitted: Fitted, observables: Sequence[SparsePauliOp], rows: Rows
    ) -> NDArray[np.float64]:
        """Return what infinitely many shots would average to, shape (N, observables)."""

    def probabilities(self, fitted: Fitted, rows: Rows) -> NDArray[np.float64]:
        """Return the probability of each outcome, shape (N, 2**n), in order of its number."""


@runtime_checkable
class NoisyEngine(Engine, Protocol):
    """An engine with a device's errors, which it can also make worse on purpose."""

    def folded(self, fitted: Fitted, scale: int) -> Fitted:
        """Run the gates of a fitted circuit ``scale`` times: 1, 3, 5, …"""
