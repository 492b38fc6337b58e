"""Gates on logical qubits, gathered into steps on stored bits.

What is pending stands in the order *layer, phases, relabelling*: a gate joins what is pending
where that changes nothing, and otherwise makes it a step first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from probatum.quantum.exact.expressions import Angle
from probatum.quantum.exact.program import (
    Conditional,
    Factor,
    Permutation,
    Phases,
    Step,
    layer,
)
from probatum.quantum.exact.relabelling import Parity, Relabelling, product_of

LONGEST_PARITY = 4
"""Bits of a parity beyond which a reordering costs less than its polynomial."""


class Assembly:
    """Takes gates one after another and puts as few steps together as it can."""

    def __init__(self, qubits: int) -> None:
        self.qubits = qubits
        self.steps: list[Step] = []
        self.global_phase: list[tuple[Angle, float]] = []
        self.relabelling = Relabelling(qubits)
        self._mixes: dict[int, list[Factor]] = {}
        self._turns: dict[int, list[tuple[Angle, float]]] = {}

    def finished(self) -> tuple[Step, ...]:
        """Return all steps; whatever is pending becomes one."""
        self._settle()
        return tuple(self.steps)

    def phase(self, parities: Sequence[Sequence[int]], angle: Angle, factor: float) -> None:
        """Turn by ``factor * angle`` where each of the parities of qubits is 1."""
        if angle.constant == 0:
            return
        if max((p.mask.bit_count() for p in self._parities(parities)), default=0) > (
            LONGEST_PARITY
        ):
            self._settle()
        for mask, coefficient in product_of(self._parities(parities)).items():
            if mask:
                self._turns.setdefault(mask, []).append((angle, coefficient * factor))
            else:
                self.global_phase.append((angle, coefficient * factor))

    def mix(self, wires: Sequence[int], controls: Sequence[int], factor: Factor) -> None:
        """Take a matrix on ``wires``, where all ``controls`` are 1."""
        self._clear(wires, controls)
        if len(wires) > 1 or controls:
            self._emit()
            self.steps.append(Conditional(rows=self._rows(wires, controls), factor=factor))
        else:
            self._mix_alone(wires[0], factor)

    def flip(self, wire: int, controls: Sequence[int]) -> None:
        """Take an X gate under conditions."""
        if not controls:
            self.relabelling.flip(wire)
        elif len(controls) == 1:
            self.relabelling.add(controls[0], wire)
        else:
            self._clear([wire], controls)
            self._emit()
            zero, one = self._rows([wire], controls)
            moved = np.arange(1 << self.qubits, dtype=np.intp)
            moved[zero], moved[one] = one, zero
            self._move(moved)

    def exchange(self, one: int, other: int, controls: Sequence[int]) -> None:
        """Take a SWAP gate under conditions."""
        if not controls:
            self.relabelling.exchange(one, other)
            return
        self.relabelling.add(other, one)
        self.flip(other, [*controls, one])
        self.relabelling.add(other, one)

    def _clear(self, wires: Sequence[int], controls: Sequence[int]) -> None:
        """See to it that each of these qubits is held by one stored bit."""
        held = self.relabelling
        if any(held.own_bit(wire) is None for wire in wires) or any(
            held.bit(wire) is None for wire in controls
        ):
            self._settle()

    def _mix_alone(self, wire: int, factor: Factor) -> None:
        bit, flip = self._stored(wire)
        if any(mask >> bit & 1 for mask in self._turns):
            self._emit()
        turned = Factor(
            fixed=factor.fixed,
            made=factor.made,
            angles=factor.angles,
            flipped=factor.flipped != bool(flip),
        )
        self._mixes.setdefault(bit, []).append(turned)

    def _stored(self, wire: int) -> tuple[int, int]:
        parity = self.relabelling.parities[wire]
        return parity.mask.bit_length() - 1, parity.flip

    def _parities(self, parities: Sequence[Sequence[int]]) -> list[Parity]:
        held, found = self.relabelling.parities, []
        for wires in parities:
            total = Parity(0)
            for wire in wires:
                total ^= held[wire]
            found.append(total)
        return found

    def _rows(self, wires: Sequence[int], controls: Sequence[int]) -> NDArray[np.intp]:
        """Return the stored rows a conditional mix acts on, shape (2**wires, rest)."""
        targets = [self._stored(wire) for wire in wires]
        states = np.arange(1 << self.qubits, dtype=np.intp)
        chosen = np.ones(len(states), dtype=np.bool_)
        for bit, flip in [self._stored(wire) for wire in controls]:
            chosen &= (states >> bit & 1) != flip
        for bit, _ in targets:
            chosen &= states >> bit & 1 == 0
        rest = states[chosen]
        values = range(1 << len(wires))
        return np.array([rest | _placed(value, targets) for value in values], dtype=np.intp)

    def _emit(self) -> None:
        """Make the pending layer and phases steps."""
        if self._mixes:
            self.steps.append(layer(self._mixes))
        if self._turns:
            terms = tuple((mask, tuple(parts)) for mask, parts in self._turns.items())
            self.steps.append(Phases(terms=terms))
        self._mixes, self._turns = {}, {}

    def _settle(self) -> None:
        """Put every logical qubit back in its own place."""
        self._emit()
        source = self.relabelling.source()
        if source is not None:
            self._move(source)
        self.relabelling = Relabelling(self.qubits)

    def _move(self, source: NDArray[np.intp]) -> None:
        last = self.steps[-1] if self.steps else None
        if isinstance(last, Permutation):
            self.steps.pop()
            source = last.source[source]
        self.steps.append(Permutation(source=source))


def _placed(value: int, targets: Sequence[tuple[int, int]]) -> int:
    return sum((value >> i & 1 ^ flip) << bit for i, (bit, flip) in enumerate(targets))
