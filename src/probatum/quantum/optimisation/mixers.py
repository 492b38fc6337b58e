"""What moves probability from one choice to another between two looks at the costs.

The plain mixer flips each decision on its own; others start from what is known already, see
:mod:`probatum.quantum.optimisation.product_mixers`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from probatum.quantum.optimisation.kronecker import (
    applied,
    derivative,
    groups,
)
from probatum.quantum.optimisation.scratch import Scratch

Complex = NDArray[np.complexfloating[Any, Any]]
Real = NDArray[np.floating[Any]]


class Mixer(Protocol):
    r"""An evolution :math:`e^{-i\beta M}`, its start, and its derivative.

    States live in a frame the mixer may choose, which differs from the computational one by
    phases of the basis states only, so that costs and probabilities are the same in both.
    """

    @property
    def size(self) -> int:
        """Number of choices."""
        ...

    def start(self, dtype: DTypeLike) -> Complex:
        """Return the initial state (D,) in the mixer's frame."""
        ...

    def forward(
        self, states: Complex, angles: Real, scratch: Scratch
    ) -> tuple[Complex, Complex]:
        """Return the mixed states and what :meth:`backward` needs: (T, D) each."""
        ...

    def backward(
        self, bras: Complex, memo: Complex, angles: Real, scratch: Scratch
    ) -> tuple[Complex, Real]:
        """Return the bras before the mixer, and the derivative by its angle (T,)."""
        ...

    def amplitudes(self, states: Complex) -> Complex:
        """Return the states in the computational frame."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TransverseMixer:
    r"""The plain mixer :math:`M = \sum_q X_q`, started in the equal superposition.

    With :math:`S = \mathrm{diag}(1, i)` on each qubit, :math:`e^{-i\beta X} = S^\dagger
    R_y(2\beta) S`. Costs are diagonal and commute with S, so between the first and the last
    layer every S cancels and the rotations left are real: half the arithmetic.
    """

    qubits: int

    @property
    def size(self) -> int:
        """Number of choices."""
        return 1 << self.qubits

    def start(self, dtype: DTypeLike) -> Complex:
        """Return the equal superposition, seen in the frame turned by S."""
        powers = np.array([1, 1j, -1, -1j], dtype=dtype)
        start: Complex = powers[bits_set(self.qubits) % 4] / np.asarray(
            math.sqrt(self.size), dtype
        )
        return start

    def amplitudes(self, states: Complex) -> Complex:
        """Undo the turn by S."""
        return states * np.array([1, -1j, -1, 1j], states.dtype)[bits_set(self.qubits) % 4]

    def forward(
        self, states: Complex, angles: Real, scratch: Scratch
    ) -> tuple[Complex, Complex]:
        """Rotate every qubit by twice its angle."""
        return applied(self._blocks(angles, states.real.dtype), states, scratch), states

    def backward(
        self, bras: Complex, memo: Complex, angles: Real, scratch: Scratch
    ) -> tuple[Complex, Real]:
        """Rotate back; the derivative is the generator between bra and ket."""
        before = applied(self._blocks(-angles, bras.real.dtype), bras, scratch)
        generators = [_generator(size, bras.real.dtype) for size in groups(self.qubits)]
        return before, 2 * derivative(generators, before, memo)

    def _blocks(self, angles: Real, dtype: DTypeLike) -> list[Real]:
        made = {size: _rotations(size, angles, dtype) for size in set(groups(self.qubits))}
        return [made[size] for size in groups(self.qubits)]


def bits_set(qubits: int) -> NDArray[np.intp]:
    """Return how many bits are set in each of 0 .. 2**n - 1."""
    found = np.zeros(1, dtype=np.intp)
    for _ in range(qubits):
        found = np.concatenate([found, found + 1])
    return found


def _rotations(qubits: int, angles: Real, dtype: DTypeLike) -> Real:
    """Return Ry(2 angle) on a group of qubits, one matrix an angle: (T, d, d)."""
    apart, signs = _pattern(qubits)
    powers = np.arange(qubits + 1)
    c, s = (part[:, np.newaxis] for part in (np.cos(angles), np.sin(angles)))
    table = c ** (qubits - powers) * s**powers
    return np.asarray(table[:, apart] * signs, dtype)


def _generator(qubits: int, dtype: DTypeLike) -> Real:
    """Return the derivative of that rotation by its angle, at zero."""
    apart, signs = _pattern(qubits)
    return np.where(apart == 1, signs, 0.0).astype(dtype)


@cache
def _pattern(qubits: int) -> tuple[NDArray[np.intp], Real]:
    """Return how many qubits two basis states differ in, and the sign of their entry."""
    index, ones = np.arange(1 << qubits), bits_set(qubits)
    lowered = ones[~index[:, np.newaxis] & index]
    return ones[index[:, np.newaxis] ^ index], np.where(lowered % 2, -1.0, 1.0)
