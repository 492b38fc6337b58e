"""A choice between yes-or-no options whose costs add up singly and in pairs.

A QUBO counts in yes and no (1 and 0), an Ising model in up and down (+1 and -1); both name
the same problem. Variable i is bit i of a choice's number and qubit i of a circuit
(little-endian, as Qiskit counts).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import DataError
from probatum.quantum.optimisation.energies import (
    Extremes,
    extremes,
    quadratic_energies,
)

Bits = NDArray[np.int8]
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Qubo:
    r"""Cost :math:`c + \sum_i l_i x_i + \sum_{i<j} Q_{ij} x_i x_j` of a choice x in {0, 1}^n.

    Parameters
    ----------
    linear : (n,) float
    quadratic : (n, n) float
        Strictly upper triangular.
    offset : float
        :math:`c`.

    Raises
    ------
    DataError
        When there is no variable, shapes disagree, a number is not finite, or the matrix
        holds something on or below its diagonal.

    Examples
    --------
    >>> qubo = Qubo(linear=np.array([-1.0, -1.0]), quadratic=np.array([[0.0, 3.0], [0.0, 0.0]]))
    >>> qubo.energies()
    array([ 0., -1., -1.,  1.])
    """

    linear: Vector
    quadratic: Vector
    offset: float = 0.0

    def __post_init__(self) -> None:
        _refuse_nonsense("QUBO", self.linear, self.quadratic, self.offset)
        object.__setattr__(self, "linear", _frozen(self.linear))
        object.__setattr__(self, "quadratic", _frozen(self.quadratic))

    @property
    def variables(self) -> int:
        """Number of yes-or-no decisions."""
        return len(self.linear)

    @property
    def digest(self) -> str:
        """SHA-256 of the numbers: the same for the same problem, whoever solves it."""
        return _digest("qubo", self.linear, self.quadratic, self.offset)

    @property
    def spread(self) -> float:
        """No two choices differ by more than this: the sum of all absolute coefficients."""
        return float(np.abs(self.linear).sum() + np.abs(self.quadratic).sum())

    def energy(self, bits: ArrayLike) -> Vector:
        """Return the cost of choices, one a row: (..., n) of 0 and 1 -> (...)."""
        chosen = np.asarray(bits, dtype=np.float64)
        paired = ((chosen @ self.quadratic) * chosen).sum(axis=-1)
        return np.asarray(self.offset + chosen @ self.linear + paired)

    def energies(self) -> Vector:
        """Return the costs of all 2**n choices, at most 24 variables."""
        return quadratic_energies(self.offset, self.linear, self.quadratic)

    def extremes(self) -> Extremes:
        """Search all choices for the least and largest cost, at most 24 variables."""
        return extremes(self.offset, self.linear, self.quadratic)

    def ising(self) -> Ising:
        """Return the same costs in spins, x = (1 - s) / 2."""
        quarter = self.quadratic / 4
        return Ising(
            fields=-self.linear / 2 - quarter.sum(axis=0) - quarter.sum(axis=1),
            couplings=quarter,
            offset=float(self.offset + self.linear.sum() / 2 + quarter.sum()),
        )

    def plus(self, other: Qubo) -> Qubo:
        """Return the sum of two costs over the same variables.

        Raises
        ------
        DataError
            When the other cost has another number of variables.
        """
        if other.variables != self.variables:
            raise DataError(
                f"sum of costs — expected {self.variables} variables, got {other.variables} — "
                "widen the smaller cost first"
            )
        return Qubo(
            linear=self.linear + other.linear,
            quadratic=self.quadratic + other.quadratic,
            offset=self.offset + other.offset,
        )

    def widened(self, variables: int) -> Qubo:
        """Return the same cost with further variables that do not matter yet."""
        extra = variables - self.variables
        return Qubo(
            linear=np.pad(self.linear, (0, extra)),
            quadratic=np.pad(self.quadratic, ((0, extra), (0, extra))),
            offset=self.offset,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ising:
    r"""Cost :math:`c + \sum_i h_i s_i + \sum_{i<j} J_{ij} s_i s_j` of spins s in {+1, -1}^n.

    Spin +1 is bit 0, so that :math:`s_i` is the value of Pauli Z on qubit i.
    """

    fields: Vector
    couplings: Vector
    offset: float = 0.0

    def __post_init__(self) -> None:
        _refuse_nonsense("Ising model", self.fields, self.couplings, self.offset)
        object.__setattr__(self, "fields", _frozen(self.fields))
        object.__setattr__(self, "couplings", _frozen(self.couplings))

    @property
    def spins(self) -> int:
        """Number of spins, one a qubit."""
        return len(self.fields)

    def energy(self, spins: ArrayLike) -> Vector:
        """Return the cost of spin settings, one a row: (..., n) of +1 and -1 -> (...)."""
        values = np.asarray(spins, dtype=np.float64)
        paired = ((values @ self.couplings) * values).sum(axis=-1)
        return np.asarray(self.offset + values @ self.fields + paired)

    def energies(self) -> Vector:
        """Return the costs of all 2**n settings, ordered as in :meth:`Qubo.energies`."""
        return self.qubo().energies()

    def qubo(self) -> Qubo:
        """Return the same costs in yes and no, s = 1 - 2x."""
        rows, columns = self.couplings.sum(axis=1), self.couplings.sum(axis=0)
        return Qubo(
            linear=-2 * (self.fields + rows + columns),
            quadratic=4 * self.couplings,
            offset=float(self.offset + self.fields.sum() + self.couplings.sum()),
        )

    def to_sparse_pauli_op(self) -> SparsePauliOp:
        """Return the operator whose diagonal is :meth:`energies`."""
        pairs = np.argwhere(self.couplings)
        terms: list[tuple[str, list[int], float]] = [("", [], self.offset)]
        terms += [("Z", [int(i)], self.fields[i]) for i in np.flatnonzero(self.fields)]
        terms += [("ZZ", [int(i), int(j)], self.couplings[i, j]) for i, j in pairs]
        return SparsePauliOp.from_sparse_list(terms, self.spins)


def bits_of(index: int | NDArray[np.int64], variables: int) -> Bits:
    """Return the choice that a number stands for, variable 0 first.

    Examples
    --------
    >>> bits_of(6, 4)
    array([0, 1, 1, 0], dtype=int8)
    """
    shifted = np.asarray(index)[..., np.newaxis] >> np.arange(variables)
    return np.asarray(shifted & 1, dtype=np.int8)


def index_of(bits: ArrayLike) -> int:
    """Return the number of a choice, variable 0 being the lowest bit."""
    return sum(int(bit) << place for place, bit in enumerate(np.asarray(bits)))


def _frozen(values: Vector) -> Vector:
    kept = np.array(values, dtype=np.float64)
    kept.setflags(write=False)
    return kept


def _refuse_nonsense(what: str, linear: Vector, quadratic: Vector, offset: float) -> None:
    shape, pairs = np.shape(linear), np.shape(quadratic)
    if len(shape) != 1 or not shape[0] or pairs != (shape[0], shape[0]):
        raise DataError(
            f"{what} — expected n coefficients and an n by n matrix, got {shape} and {pairs} — "
            "give one coefficient a variable"
        )
    if not all(np.isfinite(part).all() for part in (linear, quadratic, offset)):
        raise DataError(f"{what} — expected finite numbers, got others — leave them out")
    if np.tril(quadratic).any():
        raise DataError(
            f"{what} — expected pairs i < j only, got entries on or below the diagonal — "
            "add them to the upper triangle or the linear part"
        )


def _digest(kind: str, *parts: Vector | float) -> str:
    found = hashlib.sha256(kind.encode())
    for part in parts:
        values = np.asarray(part, dtype="<f8") + 0.0
        found.update(str(values.shape).encode() + values.tobytes())
    return found.hexdigest()


def qubo_from_pairs(
    linear: Sequence[float], pairs: dict[tuple[int, int], float], offset: float = 0.0
) -> Qubo:
    """Return a QUBO from coefficients and a mapping of pairs; (j, i) is counted as (i, j).

    Examples
    --------
    >>> qubo_from_pairs([0, 0], {(1, 0): 2.0}).quadratic
    array([[0., 2.],
           [0., 0.]])
    """
    quadratic = np.zeros((len(linear), len(linear)))
    for (i, j), value in pairs.items():
        quadratic[min(i, j), max(i, j)] += value
    return Qubo(linear=np.asarray(linear, dtype=float), quadratic=quadratic, offset=offset)
