"""Mixers that keep to what is known: a relaxed solution, or one option a group.

A warm start leans towards a relaxed solution, and its mixer keeps that solution still. The
one-hot mixer never leaves the choices in which each group takes exactly one option.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from probatum.errors import DataError
from probatum.quantum.optimisation.kronecker import (
    GROUP_QUBITS,
    applied,
    groups,
    kronecker,
)
from probatum.quantum.optimisation.mixers import Complex, Real, bits_set
from probatum.quantum.optimisation.phases import LevelPhases
from probatum.quantum.optimisation.scratch import Scratch


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProductMixer:
    r"""A mixer :math:`M = V \Lambda V^T` with V a Kronecker product of real rotations.

    Started in the first column of V, the state with the largest eigenvalue of M.
    """

    bases: tuple[Real, ...]
    """Orthogonal blocks of V, the slowest index first."""
    eigenvalues: LevelPhases
    """Of M, in the order of V's columns."""

    @property
    def size(self) -> int:
        """Number of choices."""
        return math.prod(len(basis) for basis in self.bases)

    def start(self, dtype: DTypeLike) -> Complex:
        """Return the first column of V."""
        return kronecker([basis[:, :1] for basis in self.bases]).ravel().astype(dtype)

    def amplitudes(self, states: Complex) -> Complex:
        """Return the states as they are."""
        return states

    def forward(
        self, states: Complex, angles: Real, scratch: Scratch
    ) -> tuple[Complex, Complex]:
        """Turn into the mixer's eigenbasis, apply its phases, turn back."""
        memo = applied(self._turned(states.real.dtype, back=True), states, scratch)
        self._turn(memo, angles, scratch)
        return applied(self._turned(states.real.dtype), memo, scratch), memo

    def backward(
        self, bras: Complex, memo: Complex, angles: Real, scratch: Scratch
    ) -> tuple[Complex, Real]:
        """The same backwards; in the eigenbasis the derivative is one product."""
        inside = applied(self._turned(bras.real.dtype, back=True), bras, scratch)
        values = self.eigenvalues.levels.astype(bras.real.dtype)[self.eigenvalues.which]
        slope = 2 * np.vecdot(inside * values, memo).imag
        scratch.give(memo)
        self._turn(inside, -angles, scratch)
        before = applied(self._turned(bras.real.dtype), inside, scratch)
        scratch.give(inside)
        return before, slope

    def _turn(self, states: Complex, angles: Real, scratch: Scratch) -> None:
        factors = self.eigenvalues.factors(angles, states.dtype, scratch)
        states *= factors
        scratch.give(factors)

    def _turned(self, dtype: DTypeLike, *, back: bool = False) -> list[Real]:
        return [np.asarray(v.T if back else v, dtype) for v in self.bases]


def warm_start_mixer(relaxed: ArrayLike, *, margin: float) -> ProductMixer:
    r"""Return the mixer that starts at, and keeps still, a relaxed solution.

    Qubit i starts in :math:`R_y(\theta_i)|0\rangle`, :math:`\theta_i = 2 \arcsin \sqrt{c_i}`,
    and is mixed by :math:`\sin\theta_i X + \cos\theta_i Z`, of which that is an eigenvector.
    At :math:`c_i = 1/2` everywhere this is the plain mixer.

    Parameters
    ----------
    relaxed : (n,) float in [0, 1]
        Solution of the relaxed problem, variable 0 first.
    margin : float in (0, 0.5]
        c is kept within [margin, 1 - margin], else a qubit could never move.

    Raises
    ------
    DataError
        When a value or the margin lies outside its range.

    References
    ----------
    Egger DJ, Marecek J, Woerner S. Quantum 2021;5:479, equations 3 to 5.
    """
    turns = [_rotation(angle) for angle in warm_start_angles(relaxed, margin=margin)]
    upper_first, bases, place = turns[::-1], [], 0
    for size in groups(len(turns)):
        bases.append(kronecker(upper_first[place : place + size]))
        place += size
    total = len(turns) - 2.0 * bits_set(len(turns))
    return ProductMixer(bases=tuple(bases), eigenvalues=LevelPhases.of(total))


def warm_start_angles(relaxed: ArrayLike, *, margin: float) -> Real:
    """Return the angle (n,) each qubit of a warm start is first turned by, in radians.

    Raises
    ------
    DataError
        When a value or the margin lies outside its range.
    """
    values = np.asarray(relaxed, dtype=np.float64)
    if not (0 < margin <= 0.5 and ((values >= 0) & (values <= 1)).all()):
        raise DataError(
            "warm start — expected a relaxed solution in [0, 1] and a margin in (0, 0.5], got "
            f"others (margin {margin:g}) — relax the yes-or-no decisions to this interval"
        )
    kept = np.clip(values, margin, 1 - margin)
    return np.asarray(2 * np.arcsin(np.sqrt(kept)))


def one_hot_mixer(options: Sequence[int]) -> ProductMixer:
    r"""Return the mixer over choices of exactly one option in each group.

    It moves between any two options of a group at the same rate, :math:`M = J - 1`: what the
    XY mixer :math:`\sum_{i<j} (X_i X_j + Y_i Y_j) / 2` does where one bit of the group is set.

    Parameters
    ----------
    options : sequence of int
        Number of options of each group, the first group varying fastest.

    References
    ----------
    Hadfield S et al. Algorithms 2019;12:34. Wang Z et al. Phys Rev A 2020;101:012320.
    """
    if not options or min(options) < 1:
        raise DataError(
            f"one-hot mixer — expected groups of at least one option, got {list(options)} — "
            "leave empty groups out"
        )
    total = np.zeros(1)
    for size in options:
        own = np.full(size, -1.0)
        own[0] = size - 1
        total = np.add.outer(own, total).ravel()
    bases = _merged([_helmert(size) for size in reversed(options)])
    return ProductMixer(bases=bases, eigenvalues=LevelPhases.of(total))


def _merged(parts: Sequence[Real]) -> tuple[Real, ...]:
    """Join neighbouring blocks while they stay small enough to pay."""
    found = [parts[0]]
    for part in parts[1:]:
        if len(found[-1]) * len(part) <= 1 << GROUP_QUBITS:
            found[-1] = np.kron(found[-1], part)
        else:
            found.append(part)
    return tuple(found)


def _helmert(size: int) -> Real:
    """Return an orthogonal matrix whose first column is constant."""
    found = np.zeros((size, size))
    found[:, 0] = 1 / math.sqrt(size)
    for k in range(1, size):
        found[:k, k], found[k, k] = 1, -k
        found[:, k] /= math.sqrt(k * (k + 1))
    return found


def _rotation(angle: float) -> Real:
    c, s = math.cos(angle / 2), math.sin(angle / 2)
    return np.array([[c, -s], [s, c]])
