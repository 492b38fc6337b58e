r"""What a calibrated device would measure, exactly, for every patient of a cohort.

The circuit is fitted to the device once; the state of every patient, noise included, is then
worked out as a vector of averages (:mod:`probatum.quantum.noise.transfer`). From it follow the
averages of observables and the probability of every bit string, readout errors included.
Nothing is sampled: shots are drawn afterwards, from these probabilities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import CircuitError
from probatum.quantum.devices import snapshot
from probatum.quantum.exact.expressions import Columns
from probatum.quantum.noise.calibration import Noise, calibrated_noise
from probatum.quantum.noise.compilation import Block, blocks
from probatum.quantum.noise.effects import (
    bit_effects,
    observable_vector,
    outcome_probabilities,
)
from probatum.quantum.noise.evolution import Vectors, evolved
from probatum.quantum.noise.template import Template, fitted, measured, renamed, template
from probatum.quantum.noise.transfer import GROUND

QUBITS = 12
"""The most qubits taken: one patient's vector of averages is then 128 MiB."""

MEMORY = 1 << 29
"""Bytes of one table of vectors: 1,024 patients at 8 qubits. A kernel holds two tables."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NoisyProgram:
    """A fitted circuit, or a part of one, with the noise of its device."""

    template: Template
    noise: Noise
    steps: tuple[Block, ...]
    parameters: int

    @property
    def qubits(self) -> tuple[int, ...]:
        """The physical qubits in use; the first varies fastest in the vectors."""
        return self.template.qubits

    def forward(self, rows: ArrayLike, *, threads: int = 1) -> Vectors:
        """Return each patient's state as averages over Pauli strings, shape (N, 4^n)."""
        start = np.tile(GROUND, (len(self.qubits), 1))
        return evolved(self.steps, start, self._columns(rows), threads=threads)

    def adjoint(
        self, effects: NDArray[np.float64], rows: ArrayLike, *, threads: int = 1
    ) -> Vectors:
        """Return what a final product effect asks of the state before the circuit.

        Parameters
        ----------
        effects : (n, 4) of float
            One vector for each qubit in :attr:`qubits`.
        rows : (N, p) of float
            One row a patient.

        Returns
        -------
        (N, 4^n) of float
            Its inner product with the vector of a state is the probability of the effect.
        """
        at = self._columns(rows)
        return evolved(self.steps, effects, at, backwards=True, threads=threads)

    def probabilities(
        self, rows: ArrayLike, *, readout: bool = True, threads: int = 1
    ) -> NDArray[np.float64]:
        """Return the probability of every bit string, shape (N, 2^bits).

        Bit strings count as Qiskit prints them: classical bit 0 is the lowest.

        Parameters
        ----------
        rows : (N, p) of float
            One row a patient, in the order of the circuit's parameters.
        readout : bool
            Whether readout errors are part of it.
        """
        effects = {q: bit_effects(self.noise, q, readout=readout) for q in self.qubits}

        def read(vectors: Vectors) -> NDArray[np.float64]:
            found = outcome_probabilities(vectors, self.qubits, self.template.bits, effects)
            return np.clip(found, 0.0, 1.0)

        return self._streamed(rows, read, threads)

    def expectations(
        self,
        rows: ArrayLike,
        observables: Sequence[SparsePauliOp],
        *,
        readout: bool = False,
        threads: int = 1,
    ) -> NDArray[np.float64]:
        """Return the average of each observable, shape (N, len(observables)).

        Parameters
        ----------
        observables : sequence of SparsePauliOp
            On the qubits of the circuit as it was written; real coefficients.
        readout : bool
            Whether the device's readout errors dilute every Pauli string; the turn into a
            string's basis is taken as perfect.
        """
        bits = self.template.bits
        weights = np.column_stack(
            [
                observable_vector(o, self.qubits, bits, self.noise, readout=readout)
                for o in observables
            ]
        )
        return self._streamed(rows, lambda vectors: vectors @ weights, threads)

    def _columns(self, rows: ArrayLike) -> Columns:
        table = np.asarray(rows, dtype=np.float64)
        if table.ndim != 2 or table.shape[1] != self.parameters:
            raise CircuitError(
                f"circuit parameters — expected shape (patients, {self.parameters}), got "
                f"{table.shape} — give one row a patient and one column a parameter"
            )
        return np.ascontiguousarray(table.T)

    def _streamed(
        self,
        rows: ArrayLike,
        read: Callable[[Vectors], NDArray[np.float64]],
        threads: int,
    ) -> NDArray[np.float64]:
        """Read what is wanted off the states, a bounded number of patients at a time."""
        table = np.asarray(rows, dtype=np.float64)
        parts = [
            read(self.forward(table[part], threads=threads))
            for part in slices(len(table), len(self.qubits))
        ]
        return np.concatenate(parts)


def noisy_program(
    circuit: QuantumCircuit, device: str, *, optimization_level: int, seed: int
) -> NoisyProgram:
    """Fit a circuit to a device's snapshot and take its calibrated noise.

    Parameters
    ----------
    circuit : QuantumCircuit
        Without measurements; all its qubits are read out at the end.
    device : str
        See :func:`probatum.quantum.devices.snapshot`.
    optimization_level, seed : int
        Of Qiskit's transpiler.

    Raises
    ------
    CircuitError
        When the device does not exist or is too small, or the circuit cannot be read.

    Examples
    --------
    >>> from probatum.quantum.encodings import encoding
    >>> circuit = encoding("angle", 2, repetitions=1)
    >>> program = noisy_program(circuit, "fake_manila", optimization_level=1, seed=7)
    >>> program.probabilities([[0.0, np.pi]]).round(2)
    array([[0.02, 0.  , 0.94, 0.03]])
    """
    backend = snapshot(device)
    found = fitted(measured(circuit), backend, optimization_level=optimization_level, seed=seed)
    noise = template_noise(backend, found)
    return read_program(found, noise, parameters=circuit.num_parameters)


def template_noise(backend: Any, found: Template) -> Noise:
    """Return a device's noise cut to what a template uses, and to RZ, which folding adds."""
    turns = {("rz", (qubit,)) for qubit in found.qubits}
    return calibrated_noise(backend.target, found.places | turns, found.bits)


def noisy_program_of(circuit: QuantumCircuit, noise: Noise) -> NoisyProgram:
    """Return the program of a circuit already on its device's qubits, with any noise.

    Parameters
    ----------
    circuit : QuantumCircuit
        Ends with its measurements.
    noise : Noise
        Such as :func:`probatum.quantum.noise.calibration.noise_of` reads from an Aer model.
    """
    parameters = circuit.num_parameters
    return read_program(template(renamed(circuit, "x")), noise, parameters=parameters)


def read_program(
    found: Template, noise: Noise, *, parameters: int, part: int = 0, letter: str = "x"
) -> NoisyProgram:
    """Read one part of a template, whose parameters are a letter and a number.

    Raises
    ------
    CircuitError
        When it uses more qubits than :data:`QUBITS`.
    """
    qubits = found.qubits
    if len(qubits) > QUBITS:
        raise CircuitError(
            f"noisy simulation — expected at most {QUBITS} qubits in use, got {len(qubits)} "
            "— take fewer predictors or another simulator"
        )
    positions = {qubit: place for place, qubit in enumerate(qubits)}
    names = {f"{letter}{row}": row for row in range(parameters)}
    steps = blocks(found.parts[part], noise, positions, names)
    return NoisyProgram(template=found, noise=noise, steps=steps, parameters=parameters)


def slices(patients: int, qubits: int) -> Iterator[slice]:
    """Cut a cohort into parts whose vectors fit :data:`MEMORY`; one empty part of nobody."""
    size = max(1, MEMORY // (8 * 4**qubits))
    starts = range(0, max(patients, 1), size)
    return (slice(first, min(first + size, patients)) for first in starts)
