"""The exact simulator as a backend: probabilities to rounding, and shots drawn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import Pauli, SparsePauliOp

from probatum.quantum.backends.backend import Counts
from probatum.quantum.backends.bases import Plan
from probatum.quantum.backends.engines import Fitted, Rows
from probatum.quantum.backends.record import Kind
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.exact.simulation import states

States = NDArray[np.complex128]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """The project's own simulator, which takes a whole cohort at once."""

    threads: int = 1
    """Tiles of patients at the same time; changes no byte."""

    @property
    def name(self) -> str:
        """The protocol's word."""
        return "exact"

    @property
    def kind(self) -> Kind:
        """Exact."""
        return "exact"

    @property
    def software(self) -> tuple[str, ...]:
        """Who computes."""
        return ("probatum", "numpy", "qiskit")

    def fitted(self, circuit: QuantumCircuit) -> Fitted:
        """Compile the circuit; nothing is transpiled."""
        return Fitted(circuit=compiled(circuit), transpiled=circuit)

    def counts(self, fitted: Fitted, rows: Rows, shots: int, seed: int) -> Sequence[Counts]:
        """Draw shots; a row's draw depends on the seed and its place alone."""
        return drawn(self.probabilities(fitted, rows), shots, seed)

    def averages(
        self, fitted: Fitted, observables: Sequence[SparsePauliOp], rows: Rows
    ) -> NDArray[np.float64]:
        """Average over the exact states."""
        return state_averages(self._states(fitted, rows), observables)

    def probabilities(self, fitted: Fitted, rows: Rows) -> NDArray[np.float64]:
        """Square the amplitudes."""
        psi = self._states(fitted, rows)
        return np.asarray(psi.real**2 + psi.imag**2)

    def _states(self, fitted: Fitted, rows: Rows) -> States:
        return states(fitted.circuit, rows, threads=self.threads)


def drawn(probabilities: NDArray[np.float64], shots: int, seed: int) -> list[Counts]:
    """Return counts drawn from distributions (N, 2**n), each row with its own generator.

    Examples
    --------
    >>> drawn(np.array([[0.0, 0.0, 1.0, 0.0]]), 3, seed=1)
    [{'10': 3}]
    """
    width = int(probabilities.shape[1]).bit_length() - 1
    found: list[Counts] = []
    for place, row in enumerate(probabilities):
        times = np.random.default_rng([seed, place]).multinomial(shots, row / row.sum())
        seen = np.flatnonzero(times)
        found.append({format(int(i), f"0{width}b"): int(times[i]) for i in seen})
    return found


def state_averages(psi: States, observables: Sequence[SparsePauliOp]) -> NDArray[np.float64]:
    r"""Return :math:`\langle\psi|O|\psi\rangle` of each state and observable, shape (N, M).

    Each Pauli term is met once, whatever observables share it:
    :math:`\langle\psi|P|\psi\rangle = \sum_b \bar\psi_{b \oplus x}\, \phi_b\, \psi_b`.
    """
    plan = Plan.of(observables, int(psi.shape[1]).bit_length() - 1)
    found = np.tile(plan.constants, (len(psi), 1))
    for basis in plan.bases:
        for mask, weights in zip(basis.masks, basis.weights, strict=True):
            letters = "".join(
                letter if mask >> qubit & 1 else "I"
                for qubit, letter in enumerate(basis.letters)
            )
            found += np.outer(_average(psi, Pauli(letters[::-1])), weights)
    return found


def _average(psi: States, pauli: Pauli) -> NDArray[np.float64]:
    numbers = np.arange(psi.shape[1])
    bits = 1 << np.arange(pauli.num_qubits)
    flip, sign = int(bits[pauli.x].sum()), int(bits[pauli.z].sum())
    phase = 1j ** int((pauli.x & pauli.z).sum()) * (-1.0) ** np.bitwise_count(numbers & sign)
    return np.asarray(np.einsum("nb,b,nb->n", psi[:, numbers ^ flip].conj(), phase, psi).real)
