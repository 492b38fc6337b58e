"""What the exact simulator does to a tile of patients, step by step.

Amplitudes are held as ``psi[z, patient]`` with ``z`` little-endian as in Qiskit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.quantum.exact.expressions import Angle, Columns

BLOCK_QUBITS = 4
"""Qubits whose fixed mixes become one matrix: 16 x 16 was measured fastest per amplitude."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Factor:
    """One gate's matrix: fixed, or made from angles of each patient."""

    fixed: NDArray[Any] | None = None
    made: Callable[..., NDArray[Any]] | None = None
    angles: tuple[Angle, ...] = ()
    flipped: bool = False
    """Whether 0 and 1 have changed places by the time the gate acts."""

    def of(self, columns: Columns) -> NDArray[Any]:
        """Return the matrix, (2, 2) where fixed or (2, 2, patients)."""
        if self.made is None:
            found = self.fixed
        else:
            found = self.made(*(angle.of(columns) for angle in self.angles))
        assert found is not None  # noqa: S101 - one of the two is always given
        return found[::-1, ::-1] if self.flipped else found

    def settled(self) -> Factor:
        """Return the factor as a fixed one, where all its angles are constants."""
        if self.made is None or any(angle.constant is None for angle in self.angles):
            return self
        matrix = self.of(np.empty((0, 2)))[:, :, 0]
        return Factor(fixed=matrix)

    @property
    def is_real(self) -> bool:
        """Whether the matrix holds real numbers whatever the patient.

        Only the first angle of a gate leaves a real matrix real.
        """
        if self.made is None or self.fixed is not None:
            return not np.any(np.imag(self.of(np.empty((0, 2)))))
        others = [angle.constant for angle in self.angles[1:]]
        if any(value is None for value in others):
            return False
        return not np.any(np.imag(self.made(*(np.array([value]) for value in (1.0, *others)))))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Fixed mixes of neighbouring qubits, as one matrix on all of them."""

    lowest: int
    matrix: NDArray[Any]
    """(2**k, 2**k) for qubits ``lowest`` to ``lowest + k - 1``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """Mixes of one qubit that differ between patients, first to last."""

    qubit: int
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One-qubit mixes that all act at the same time."""

    factors: tuple[tuple[int, tuple[Factor, ...]], ...]
    blocks: tuple[Block, ...]
    rotations: tuple[Rotation, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conditional:
    """A mix of the rows of ``rows`` only: where its controls hold, and in its qubits' order."""

    rows: NDArray[np.intp]
    """(2**k, rest): column by column, the rows that are mixed with each other."""
    factor: Factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Phases:
    """A run of diagonal gates: the angle turned where all bits of a mask are 1."""

    terms: tuple[tuple[int, tuple[tuple[Angle, float], ...]], ...]
    """Mask -> angles and their factors, summed."""

    @property
    def key(self) -> str:
        """Equal for equal phases."""
        return repr([(m, [(a.text, f) for a, f in parts]) for m, parts in self.terms])

    @property
    def is_fixed(self) -> bool:
        """Whether every patient is turned alike."""
        return all(a.constant is not None for _, parts in self.terms for a, _ in parts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Permutation:
    """A relabelling that could not be put off: row ``z`` is taken from row ``source[z]``."""

    source: NDArray[np.intp]


Step = Layer | Conditional | Phases | Permutation


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A circuit read once; see :func:`probatum.quantum.exact.compilation.compiled`."""

    qubits: int
    parameters: int
    steps: tuple[Step, ...]
    global_phase: tuple[tuple[Angle, float], ...]

    @property
    def is_real(self) -> bool:
        """Whether all amplitudes are real, but for a phase common to all of a patient."""
        return all(_is_real(step) for step in self.steps)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that decides the amplitudes."""
        digest = hashlib.sha256(f"{self.qubits} {self.parameters}".encode())
        for step in (*self.steps, Phases(terms=((0, self.global_phase),))):
            for part in _told(step):
                digest.update(len(part).to_bytes(8, "little") + part)
        return digest.hexdigest()


def layer(mixes: dict[int, list[Factor]]) -> Layer:
    """Sort one-qubit mixes into blocks of fixed ones and rotations of the others."""
    joined = {qubit: _joined(factors) for qubit, factors in sorted(mixes.items())}
    fixed = {
        qubit: factors[0].of(np.empty((0, 2)))
        for qubit, factors in joined.items()
        if all(factor.made is None for factor in factors)
    }
    rotations = (Rotation(qubit=q, factors=f) for q, f in joined.items() if q not in fixed)
    return Layer(
        factors=tuple(joined.items()),
        blocks=tuple(_blocks(fixed)),
        rotations=tuple(rotations),
    )


def _joined(factors: list[Factor]) -> tuple[Factor, ...]:
    """Multiply the factors if all are fixed."""
    settled = [factor.settled() for factor in factors]
    if any(factor.made is not None for factor in settled):
        return tuple(settled)
    matrices = [factor.of(np.empty((0, 2))) for factor in settled]
    return (Factor(fixed=_plain(reduce(lambda done, new: new @ done, matrices))),)


def _blocks(fixed: dict[int, NDArray[Any]]) -> list[Block]:
    blocks, left = [], sorted(fixed)
    while left:
        lowest = left[0]
        inside = [q for q in left if q < lowest + BLOCK_QUBITS]
        span = range(lowest, inside[-1] + 1)
        matrices = (fixed.get(q, np.eye(2)) for q in span)
        matrix = reduce(lambda low, high: np.kron(high, low), matrices)
        blocks.append(Block(lowest=lowest, matrix=_plain(matrix)))
        left = [q for q in left if q not in inside]
    return blocks


def _plain(matrix: NDArray[Any]) -> NDArray[Any]:
    """Return a real matrix as real numbers."""
    if np.iscomplexobj(matrix) and not np.any(matrix.imag):
        return np.ascontiguousarray(matrix.real)
    return np.ascontiguousarray(matrix)


def _is_real(step: Step) -> bool:
    match step:
        case Layer():
            return all(factor.is_real for _, factors in step.factors for factor in factors)
        case Conditional():
            return step.factor.is_real
        case Phases():
            return step.is_fixed and all(h is not None for h in half_turns(step))
    return True


MOST_HALF_TURNS = 1 << 16
"""Beyond, a double holds too few digits of an angle to tell whether it is a whole number."""


def half_turns(step: Phases) -> list[int | None]:
    """Return each term of fixed phases in units of pi; None where it is no whole number."""
    turns = (
        sum((a.constant or 0.0) * factor for a, factor in parts) / np.pi
        for _, parts in step.terms
    )
    return [
        int(turn) if float(turn).is_integer() and abs(turn) <= MOST_HALF_TURNS else None
        for turn in turns
    ]


def _told(step: Step) -> list[bytes]:
    match step:
        case Layer():
            return [
                part
                for qubit, factors in step.factors
                for factor in factors
                for part in (str(qubit).encode(), *_told_factor(factor))
            ]
        case Conditional():
            return [b"rows", step.rows.tobytes(), *_told_factor(step.factor)]
        case Phases():
            return [b"phases", step.key.encode()]
    return [b"permutation", step.source.tobytes()]


def _told_factor(factor: Factor) -> list[bytes]:
    name = factor.made.__name__ if factor.made else ""
    fixed = b"" if factor.fixed is None else factor.fixed.astype(np.complex128).tobytes()
    texts = [angle.text for angle in factor.angles]
    return [name.encode(), fixed, repr((texts, factor.flipped)).encode()]
