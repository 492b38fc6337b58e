"""A second vendor's simulator, Google's Cirq: what shows that nothing here is locked in.

The circuit is written once in rotations and controlled phase flips, which every vendor has,
and those are read into Cirq's own. Installed by the extra ``cirq``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit, transpile
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import BackendError
from probatum.quantum.backends.backend import Counts
from probatum.quantum.backends.engines import Fitted, Rows
from probatum.quantum.backends.exact import state_averages
from probatum.quantum.backends.record import Kind
from probatum.quantum.backends.simulators import derived_seed
from probatum.quantum.noise.template import renamed

GATES = ("rz", "rx", "cz")
"""What a circuit is written in before it changes hands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cirq:
    """Cirq's state-vector simulator in double precision."""

    def __post_init__(self) -> None:
        """Refuse to be named where it is not installed."""
        if find_spec("cirq") is None:
            raise BackendError(
                "backend cirq — expected the package cirq-core, got none — install the extra "
                "cirq, or name another backend in the protocol"
            )

    @property
    def name(self) -> str:
        """The protocol's word."""
        return "cirq"

    @property
    def kind(self) -> Kind:
        """A simulator."""
        return "simulator"

    @property
    def software(self) -> tuple[str, ...]:
        """Who translates, and who computes."""
        return ("qiskit", "cirq-core")

    def fitted(self, circuit: QuantumCircuit) -> Fitted:
        """Write the circuit in gates both vendors have."""
        ready = transpile(
            renamed(circuit, "x"), basis_gates=GATES, optimization_level=0, seed_transpiler=0
        )
        return Fitted(
            circuit=ready,
            transpiled=ready,
            optimization_level=0,
            transpiler_seed=0,
            details={"gates": " ".join(GATES), "method": "statevector"},
        )

    def counts(self, fitted: Fitted, rows: Rows, shots: int, seed: int) -> Sequence[Counts]:
        """Run row after row, each with a seed of its own."""
        cirq = _cirq()
        found = []
        for place, row in enumerate(rows):
            work, qubits = translated(_bound(fitted.circuit, row))
            work.append(cirq.measure(*reversed(qubits), key="all"))
            machine = cirq.Simulator(dtype=np.complex128, seed=derived_seed(seed, place))
            read = machine.run(work, repetitions=shots).histogram(key="all")
            found.append({format(k, f"0{len(qubits)}b"): n for k, n in read.items()})
        return found

    def averages(
        self, fitted: Fitted, observables: Sequence[SparsePauliOp], rows: Rows
    ) -> NDArray[np.float64]:
        """Average over Cirq's states."""
        return state_averages(self._states(fitted, rows), observables)

    def probabilities(self, fitted: Fitted, rows: Rows) -> NDArray[np.float64]:
        """Square Cirq's amplitudes."""
        return np.asarray(np.abs(self._states(fitted, rows)) ** 2)

    def _states(self, fitted: Fitted, rows: Rows) -> NDArray[np.complex128]:
        machine = _cirq().Simulator(dtype=np.complex128)
        found = []
        for row in rows:
            work, qubits = translated(_bound(fitted.circuit, row))
            result = machine.simulate(work, qubit_order=list(reversed(qubits)))
            found.append(result.final_state_vector)
        return np.array(found, dtype=np.complex128)


def translated(circuit: QuantumCircuit) -> tuple[Any, list[Any]]:
    """Return Cirq's circuit and qubits of one that is written in :data:`GATES`.

    Cirq calls the first qubit the most significant, Qiskit the last: whoever asks for an
    order of bits gives it the qubits reversed.
    """
    cirq = _cirq()
    qubits = cirq.LineQubit.range(circuit.num_qubits)
    gates = {"rz": cirq.rz, "rx": cirq.rx}
    work = cirq.Circuit()
    for one in circuit.data:
        on = [qubits[circuit.find_bit(bit).index] for bit in one.qubits]
        if one.operation.name == "cz":
            work.append(cirq.CZ(*on))
        elif one.operation.name != "barrier":
            work.append(gates[one.operation.name](float(one.operation.params[0])).on(*on))
    return work, qubits


def _bound(template: QuantumCircuit, row: NDArray[np.float64]) -> QuantumCircuit:
    values = {free: row[int(free.name[1:])] for free in template.parameters}
    return template.assign_parameters(values)


def _cirq() -> Any:
    return import_module("cirq")
