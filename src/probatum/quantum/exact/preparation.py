"""A program's steps with all angles of a group of patients worked out, ready to run.

Angles, their sines and their complex exponentials are taken here, in double precision, once
for each patient and term; what runs on the amplitudes afterwards only multiplies and adds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.quantum.exact import gates
from probatum.quantum.exact.expressions import Angle, Columns
from probatum.quantum.exact.phases import PhaseTree, phase_table, phase_tree
from probatum.quantum.exact.program import (
    Conditional,
    Factor,
    Layer,
    Permutation,
    Phases,
    Program,
    half_turns,
)

HADAMARD = np.array([[1, 1], [1, -1]]) * gates.ROOT_HALF


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform:
    """The start of most encodings: every amplitude is the same number."""

    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A start with no two qubits entangled: a table of the low and one of the high qubits."""

    low: Any
    high: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Mixing:
    """Blocks (lowest qubit, matrix) and rotations (qubit, (2, 2) or (2, 2, patients)).

    In double precision the fixed mixes are blocks, done by matrix products. In single
    precision they are done qubit by qubit, Hadamard gates as sums and differences: there, a
    matrix product rounds a column differently from one place to another.
    """

    blocks: tuple[tuple[int, Any], ...]
    rotations: tuple[tuple[int, Any], ...]
    hadamards: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Partial:
    """Rows mixed by one matrix, (2**k, 2**k) or (2, 2, patients)."""

    rows: Any
    matrix: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Turning:
    """Phases of each patient, built to a table when they are first met."""

    key: str
    tree: PhaseTree
    met_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Phases all patients share, (2**n, 1)."""

    table: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """Where each row is taken from."""

    source: Any


Start = Uniform | Product
Ready = Mixing | Partial | Turning | Signing | Moving


class Preparation:
    """Works out the steps of one program for one group of patients.

    Parameters
    ----------
    program : Program
    columns : (parameters, patients) of float
    dtype : dtype
        Complex, or real for a program whose amplitudes are real.
    xp : module
        Array library.
    """

    def __init__(self, program: Program, columns: Columns, dtype: Any, xp: Any) -> None:
        self.program, self.columns, self.xp = program, columns, xp
        self.dtype = np.dtype(dtype)
        self.real = self.dtype.type(0).real.dtype
        self._angles: dict[str, NDArray[np.float64]] = {}

    def start(self) -> Start:
        """Return the state after the first layer, while no qubit is entangled."""
        columns = self._first_columns()
        if all(not c.shape[1:] and c[0] == c[1] and np.isrealobj(c) for c in columns):
            return Uniform(value=float(np.prod([column[0] for column in columns])))
        middle = len(columns) // 2
        return Product(
            low=self._product(columns[:middle]), high=self._product(columns[middle:])
        )

    def steps(self) -> tuple[Ready, ...]:
        """Return all steps after the start, in order."""
        keys = Counter(s.key for s in self.program.steps if isinstance(s, Phases))
        made: dict[str, Turning] = {}
        ready: list[Ready] = []
        for step in self.program.steps[1 if self._leading() else 0 :]:
            match step:
                case Layer():
                    ready.append(self._mixing(step))
                case Conditional():
                    ready.append(self._partial(step))
                case Permutation():
                    ready.append(Moving(source=self.xp.asarray(step.source)))
                case Phases() if step.is_fixed:
                    ready.append(self._signing(step))
                case Phases():
                    if step.key not in made:
                        made[step.key] = self._turning(step, met_again=keys[step.key] > 1)
                    ready.append(made[step.key])
        return tuple(ready)

    def global_phase(self) -> Any:
        """Return the phase common to all amplitudes of each patient, (patients,)."""
        turn = self._sum(self.program.global_phase)
        return self.xp.asarray(np.exp(1j * turn))

    def _leading(self) -> Layer | None:
        first = self.program.steps[0] if self.program.steps else None
        return first if isinstance(first, Layer) else None

    def _first_columns(self) -> list[NDArray[Any]]:
        """Return what the start makes of each qubit's 0, as (2,) or (2, patients)."""
        leading = self._leading()
        layer = dict(leading.factors) if leading else {}
        return [
            self._matrix(layer[qubit])[:, 0] if qubit in layer else np.array([1.0, 0.0])
            for qubit in range(self.program.qubits)
        ]

    def _product(self, columns: Sequence[NDArray[Any]]) -> Any:
        table = np.ones((1, self.columns.shape[1]), self.dtype)
        for column in columns:
            wide = column if column.ndim == 2 else column[:, None]
            wide = (wide.real if self.dtype.kind == "f" else wide).astype(self.dtype)
            table = np.concatenate([table * wide[0], table * wide[1]])
        return self.xp.asarray(table)

    def _mixing(self, step: Layer) -> Mixing:
        if self.real == np.float32:
            return self._single(step)
        blocks = tuple((block.lowest, self._array(block.matrix)) for block in step.blocks)
        rotations = tuple(
            (r.qubit, self._array(self._matrix(r.factors))) for r in step.rotations
        )
        return Mixing(blocks=blocks, rotations=rotations)

    def _single(self, step: Layer) -> Mixing:
        hadamards = [qubit for qubit, factors in step.factors if _is_hadamard(factors)]
        others = ((q, factors) for q, factors in step.factors if q not in hadamards)
        return Mixing(
            blocks=(),
            rotations=tuple(
                (qubit, self._array(self._matrix(factors))) for qubit, factors in others
            ),
            hadamards=tuple(hadamards),
        )

    def _matrix(self, factors: Sequence[Factor]) -> NDArray[Any]:
        """Multiply the factors of one qubit, each patient's own where one differs."""
        matrices = [factor.of(self.columns) for factor in factors]
        if all(matrix.ndim == 2 for matrix in matrices):
            return matrices[0]
        wide = [m if m.ndim == 3 else m[:, :, np.newaxis] for m in matrices]
        found = reduce(lambda done, new: _after(new, done), wide)
        shape = (*found.shape[:2], self.columns.shape[1])
        return np.broadcast_to(found, shape)

    def _partial(self, step: Conditional) -> Partial:
        matrix = step.factor.of(self.columns)
        if matrix.ndim == 2:  # a product, which is done in double precision
            real = self.dtype.kind == "f" or not np.iscomplexobj(matrix)
            found = self.xp.asarray(np.ascontiguousarray(matrix.real if real else matrix))
        else:
            found = self._array(matrix)
        return Partial(rows=self.xp.asarray(step.rows), matrix=found)

    def _turning(self, step: Phases, *, met_again: bool) -> Turning:
        terms = {mask: self._array(np.exp(1j * self._sum(parts))) for mask, parts in step.terms}
        tree = phase_tree(terms, self.program.qubits, self.columns.shape[1], self.xp)
        return Turning(key=step.key, tree=tree, met_again=met_again)

    def _signing(self, step: Phases) -> Signing:
        if self.dtype.kind == "f":
            values = [float((-1) ** (turn or 0)) for turn in half_turns(step)]
        else:
            one = np.empty((0, 1))
            values = [np.exp(1j * _sum_of(parts, one)[0]) for _, parts in step.terms]
        terms = {m: np.array([v]) for (m, _), v in zip(step.terms, values, strict=True)}
        return Signing(table=self._array(phase_table(terms, self.program.qubits, 1, np)))

    def _sum(self, parts: Sequence[tuple[Angle, float]]) -> NDArray[np.float64]:
        total = np.zeros(self.columns.shape[1])
        for angle, factor in parts:
            if angle.text not in self._angles:
                self._angles[angle.text] = angle.of(self.columns)
            total += factor * self._angles[angle.text]
        return total

    def _array(self, values: NDArray[Any]) -> Any:
        """Return the values in the precision and the memory the amplitudes have."""
        if not np.iscomplexobj(values) or self.dtype.kind == "f":
            return self.xp.asarray(np.ascontiguousarray(values.real, dtype=self.real))
        return self.xp.asarray(np.ascontiguousarray(values, dtype=self.dtype))


def _is_hadamard(factors: Sequence[Factor]) -> bool:
    fixed = factors[0].fixed
    return len(factors) == 1 and fixed is not None and np.array_equal(fixed, HADAMARD)


def _sum_of(parts: Sequence[tuple[Angle, float]], columns: Columns) -> NDArray[np.float64]:
    total = np.zeros(columns.shape[1])
    for angle, factor in parts:
        total += factor * angle.of(columns)
    return total


def _after(new: NDArray[Any], done: NDArray[Any]) -> NDArray[Any]:
    """Return the product of two (2, 2, patients) matrices without summing by BLAS."""
    return np.array(
        [[new[i, 0] * done[0, j] + new[i, 1] * done[1, j] for j in (0, 1)] for i in (0, 1)]
    )
