"""Gates that only relabel basis states, kept aside for as long as they need not be done.

After X, CX and SWAP gates each logical qubit is the parity of some bits of the stored basis
state, perhaps flipped. Phases and many mixes can be expressed in those parities, so a
CX ... CX sandwich around a phase moves no amplitude at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Parity:
    """The parity of the bits of ``mask``, flipped where ``flip`` is 1."""

    mask: int
    flip: int = 0

    def __xor__(self, other: Parity) -> Parity:
        return Parity(self.mask ^ other.mask, self.flip ^ other.flip)

    def monomials(self) -> dict[int, int]:
        """Return the parity as a polynomial of bits: mask of a product -> coefficient.

        ``a ^ b = a + b - 2ab``, and so on for more bits.
        """
        found = {0: 0}
        for bit in _bits(self.mask):
            for product, factor in list(found.items()):
                extra = -2 * factor + (product == 0)
                found[product | 1 << bit] = extra
        if self.flip:
            found = {product: -factor for product, factor in found.items()}
            found[0] = 1
        return {product: factor for product, factor in found.items() if factor}


class Relabelling:
    """Which parity of the stored bits each logical qubit is."""

    def __init__(self, qubits: int) -> None:
        self.qubits = qubits
        self.parities = [Parity(1 << qubit) for qubit in range(qubits)]

    def flip(self, qubit: int) -> None:
        """Take an X gate."""
        self.parities[qubit] ^= Parity(0, 1)

    def add(self, control: int, target: int) -> None:
        """Take a CX gate."""
        self.parities[target] ^= self.parities[control]

    def exchange(self, one: int, other: int) -> None:
        """Take a SWAP gate."""
        p = self.parities
        p[one], p[other] = p[other], p[one]

    def permute(self, wires: list[int], pattern: list[int]) -> None:
        """Take a permutation: wire ``i`` receives what wire ``pattern[i]`` held."""
        before = [self.parities[wire] for wire in wires]
        for wire, source in zip(wires, pattern, strict=True):
            self.parities[wire] = before[source]

    def bit(self, qubit: int) -> int | None:
        """Return the stored bit that holds this qubit; None where it is a parity of several."""
        mask = self.parities[qubit].mask
        return mask.bit_length() - 1 if mask.bit_count() == 1 else None

    def own_bit(self, qubit: int) -> int | None:
        """Return the stored bit of this qubit if no other qubit depends on that bit."""
        bit = self.bit(qubit)
        users = 0 if bit is None else sum(p.mask >> bit & 1 for p in self.parities)
        return bit if users == 1 else None

    def source(self) -> NDArray[np.intp] | None:
        """Return where each logical basis state is stored; None where all are in place."""
        if self.parities == [Parity(1 << qubit) for qubit in range(self.qubits)]:
            return None
        stored = np.arange(1 << self.qubits, dtype=np.intp)
        logical = np.zeros_like(stored)
        for qubit, parity in enumerate(self.parities):
            logical |= (_parity_of(stored & parity.mask) ^ parity.flip) << qubit
        return inverse(logical)


def product_of(parities: list[Parity]) -> dict[int, int]:
    """Return a product of parities as a polynomial of bits: mask of a product -> coefficient.

    Examples
    --------
    >>> product_of([Parity(0b11)])
    {1: 1, 2: 1, 3: -2}
    """
    return reduce(_times, (parity.monomials() for parity in parities), {0: 1})


def inverse(order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the permutation that undoes ``order``."""
    undone = np.empty_like(order)
    undone[order] = np.arange(len(order), dtype=order.dtype)
    return undone


def _times(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for a, factor in one.items():
        for b, other_factor in other.items():
            found[a | b] = found.get(a | b, 0) + factor * other_factor
    return {product: factor for product, factor in found.items() if factor}


def _bits(mask: int) -> list[int]:
    return [bit for bit in range(mask.bit_length()) if mask >> bit & 1]


def _parity_of(values: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.bitwise_count(values).astype(np.intp) & 1
