"""Observables as what they do to amplitudes, those that flip the same qubits together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit.quantum_info import SparsePauliOp

from probatum.quantum.variational.reading import pauli_rows

Array = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """The part of all observables that flips one set of qubits."""

    source: NDArray[np.intp] | None
    entries: Array
    """(observables, 2**n); ``None`` and real where nothing is flipped."""


def flipping_alike(observables: Sequence[SparsePauliOp]) -> tuple[Measured, ...]:
    """Return the observables as one part a set of qubits that is flipped."""
    qubits = observables[0].num_qubits
    parts: dict[int, Array] = {}
    for row, observable in enumerate(observables):
        for label, coefficient in observable.to_list():
            letters = {q: c for q, c in enumerate(reversed(label)) if c != "I"}
            source, factor = pauli_rows(letters, qubits)
            empty = np.zeros((len(observables), len(source)), np.complex128)
            entries = parts.setdefault(int(source[0]), empty)
            entries[row] += coefficient.real * factor
    return tuple(_flipped(flips, entries) for flips, entries in sorted(parts.items()))


def _flipped(flips: int, entries: Array) -> Measured:
    z = np.arange(entries.shape[1], dtype=np.intp)
    real = np.ascontiguousarray(entries.real) if not entries.imag.any() else entries
    return Measured(source=z ^ flips if flips else None, entries=real)
