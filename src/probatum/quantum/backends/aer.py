"""Qiskit Aer's ideal simulators as backends: state vector, density matrix, matrix products.

The circuit is fitted once as a template, and all patients' angles go with it in one job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit, transpile
from qiskit.quantum_info import SparsePauliOp
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel

from probatum.errors import Unavailable
from probatum.quantum.backends.backend import Counts
from probatum.quantum.backends.bases import Plan
from probatum.quantum.backends.engines import Fitted, Rows
from probatum.quantum.backends.record import Kind
from probatum.quantum.noise.template import renamed

Method = Literal["statevector", "density_matrix", "matrix_product_state"]
NAMES: Mapping[str, Method] = {
    "aer_statevector": "statevector",
    "aer_density_matrix": "density_matrix",
    "aer_mps": "matrix_product_state",
}
"""The protocol's words and Aer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aer:
    """An ideal simulator; without couplings to keep, a circuit is only written in its gates."""

    name: str
    """One of :data:`NAMES`."""

    @property
    def kind(self) -> Kind:
        """A simulator."""
        return "simulator"

    @property
    def software(self) -> tuple[str, ...]:
        """Who computes."""
        return ("qiskit", "qiskit-aer")

    def fitted(self, circuit: QuantumCircuit) -> Fitted:
        """Write the circuit in gates Aer has."""
        ready = transpile(
            renamed(circuit, "x"), self._simulator(), optimization_level=0, seed_transpiler=0
        )
        return Fitted(
            circuit=ready,
            transpiled=ready,
            optimization_level=0,
            transpiler_seed=0,
            details={"method": NAMES[self.name]},
        )

    def counts(self, fitted: Fitted, rows: Rows, shots: int, seed: int) -> Sequence[Counts]:
        """Run all rows in one job."""
        measured = fitted.circuit.copy()
        measured.measure_all()
        job = run(self._simulator(), measured, rows, shots=shots, seed=seed)
        return [job.get_counts(place) for place in range(len(rows))]

    def averages(
        self, fitted: Fitted, observables: Sequence[SparsePauliOp], rows: Rows
    ) -> NDArray[np.float64]:
        """Let Aer average; no shots are drawn."""
        Plan.of(observables, fitted.circuit.num_qubits)
        asked = fitted.circuit.copy()
        for place, observable in enumerate(observables):
            asked.save_expectation_value(observable, asked.qubits, label=f"o{place}")
        job = run(self._simulator(), asked, rows)
        labels = [f"o{place}" for place in range(len(observables))]
        found = [[job.data(row)[label] for label in labels] for row in range(len(rows))]
        return np.array(found, dtype=np.float64)

    def probabilities(self, fitted: Fitted, rows: Rows) -> NDArray[np.float64]:
        """Let Aer give the probabilities."""
        asked = fitted.circuit.copy()
        asked.save_probabilities()
        job = run(self._simulator(), asked, rows)
        return np.array([job.data(row)["probabilities"] for row in range(len(rows))])

    def _simulator(self) -> Any:
        return simulator(NAMES[self.name])


def simulator(method: Method, noise_model: NoiseModel | None = None) -> Any:
    """Return an Aer simulator that gives the same answer whatever the machine has to offer."""
    options = {"noise_model": noise_model} if noise_model else {}
    return AerSimulator(
        method=method, max_parallel_threads=1, max_parallel_experiments=1, **options
    )


def run(
    simulator: Any, template: QuantumCircuit, rows: Rows, *, shots: int = 1, seed: int = 0
) -> Any:
    """Run a template, whose parameters are named x0, x1, …, for all rows in one job.

    Raises
    ------
    Unavailable
        When Aer does not say that the job succeeded.
    """
    free = {parameter: int(parameter.name[1:]) for parameter in template.parameters}
    binds = {parameter: rows[:, column].tolist() for parameter, column in free.items()}
    work = template if binds else [template] * len(rows)
    given = {"parameter_binds": [binds]} if binds else {}
    result = simulator.run(work, shots=shots, seed_simulator=seed, **given).result()
    if not result.success:
        raise Unavailable(
            f"Aer — expected the job to succeed, got {result.status!r} — simplify the circuit "
            "or name another simulator in the protocol"
        )
    return result
