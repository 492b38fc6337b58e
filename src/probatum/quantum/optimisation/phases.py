"""Turning every choice's amplitude by its own cost, without a sine or cosine for each.

A quadratic cost splits into a part of the lower variables, a part of the upper ones and what
they share, so that two complex products an amplitude replace an exponential of 22 ns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import DTypeLike, NDArray

from probatum.quantum.optimisation.energies import linear_sums, quadratic_energies
from probatum.quantum.optimisation.qubo import Qubo
from probatum.quantum.optimisation.scratch import Scratch

Complex = NDArray[np.complexfloating[Any, Any]]
Real = NDArray[np.floating[Any]]


class Phases(Protocol):
    """What turns each choice by its cost times an angle."""

    def factors(self, angles: Real, dtype: DTypeLike, scratch: Scratch) -> Complex:
        """Return exp(-i angle cost): angles (T,) -> (T, D)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LevelPhases:
    """Costs that take few values: one exponential a value, then a lookup."""

    levels: Real
    which: NDArray[np.intp]

    @classmethod
    def of(cls, energies: Real) -> LevelPhases:
        """Return the distinct values of a list of costs."""
        levels, which = np.unique(energies, return_inverse=True)
        return cls(levels=levels, which=which)

    def factors(self, angles: Real, dtype: DTypeLike, scratch: Scratch) -> Complex:
        """Return exp(-i angle cost)."""
        table = np.exp(-1j * np.multiply.outer(angles, self.levels)).astype(dtype, copy=False)
        found = scratch.take((len(angles), len(self.which)), dtype)
        return np.take(table, self.which, axis=1, out=found, mode="clip")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuadraticPhases:
    """Costs of a QUBO, by doubling over its upper variables.

    Angles times costs are always taken in double precision: they reach hundreds of radians.
    """

    low: Real
    """(2**h,) cost of the lower h variables alone."""
    couplings: Real
    """(n - h, h) what each upper variable adds for each chosen lower one."""
    heads: Real
    """(2**(n - h),) what the topmost chosen upper variable adds for those below it."""

    @classmethod
    def of(cls, qubo: Qubo) -> QuadraticPhases:
        """Split a QUBO in the middle."""
        count = qubo.variables
        low = (count + 1) // 2
        upper = [
            linear_sums(qubo.linear[k], qubo.quadratic[low:k, k]) for k in range(low, count)
        ]
        return cls(
            low=quadratic_energies(qubo.offset, qubo.linear[:low], qubo.quadratic[:low, :low]),
            couplings=np.ascontiguousarray(qubo.quadratic[:low, low:].T),
            heads=np.concatenate([np.zeros(1), *upper]),
        )

    def factors(self, angles: Real, dtype: DTypeLike, scratch: Scratch) -> Complex:
        """Return exp(-i angle cost)."""
        low, heads, steps = (
            np.exp(-1j * np.multiply.outer(angles, part))
            for part in (self.low, self.heads, self.couplings)
        )
        shared = _doubled(steps).astype(dtype, copy=False)
        heads = heads.astype(dtype, copy=False)
        flat = scratch.take((len(angles), self.heads.size * self.low.size), dtype)
        found = flat.reshape(len(angles), self.heads.size, self.low.size)
        found[:, 0] = low
        for k in range(len(self.couplings)):
            old, new = slice(0, 1 << k), slice(1 << k, 2 << k)
            turned = found[:, new]
            np.multiply(found[:, old], shared[:, k, np.newaxis], out=turned)
            turned *= heads[:, new, np.newaxis]
        return flat


def _doubled(steps: Complex) -> Complex:
    """Return the products over every subset of the last axis: (..., h) -> (..., 2**h)."""
    found = np.ones((*steps.shape[:-1], 1 << steps.shape[-1]), steps.dtype)
    for place in range(steps.shape[-1]):
        half = 1 << place
        old, new = found[..., :half], found[..., half : 2 * half]
        np.multiply(old, steps[..., place, np.newaxis], out=new)
    return found
