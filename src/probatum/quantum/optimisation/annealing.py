"""The classical rival that also walks through choices at random: simulated annealing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.errors import DataError
from probatum.quantum.optimisation.qubo import Bits, Qubo
from probatum.quantum.optimisation.samples import Samples, collected

Real = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Annealed:
    """Where every walker was at its best."""

    samples: Samples
    bits: Bits
    """The cheapest choice any walker stood at after a sweep."""
    energy: float
    proposals: int
    """Choices whose cost was looked at: walkers x sweeps x variables."""


def annealed(qubo: Qubo, *, replicas: int, sweeps: int, rng: np.random.Generator) -> Annealed:
    r"""Walk downhill, and uphill with a chance :math:`e^{-\Delta/T}` that shrinks.

    All walkers move at once; a sweep offers each variable, in a fresh order, to each. The
    temperature falls geometrically from where the worst single flip passes half of the time
    to where the smallest passes once in a hundred.

    Parameters
    ----------
    qubo : Qubo
    replicas : int
        Independent walkers.
    sweeps : int
        Offers of each variable to each walker.
    rng : numpy.random.Generator

    Raises
    ------
    DataError
        When there is no walker or no sweep.

    References
    ----------
    Kirkpatrick S, Gelatt CD, Vecchi MP. Science 1983;220:671-680.
    """
    if replicas < 1 or sweeps < 1:
        raise DataError(
            f"annealing — expected walkers and sweeps, got {replicas} and {sweeps} — "
            "ask for at least one of each"
        )
    coupled = qubo.quadratic + qubo.quadratic.T
    chosen = rng.integers(0, 2, size=(qubo.variables, replicas)).astype(np.float64)
    slopes = qubo.linear[:, np.newaxis] + coupled @ chosen
    energies = qubo.energy(chosen.T)
    best, lowest = chosen.copy(), energies.copy()
    for temperature in _temperatures(qubo, coupled, sweeps):
        chances = -temperature * np.log(1 - rng.random((qubo.variables, replicas)))
        for place in rng.permutation(qubo.variables):
            step = 1 - 2 * chosen[place]
            rise = step * slopes[place]
            step *= rise <= chances[place]
            chosen[place] += step
            energies += step * slopes[place]
            slopes += np.multiply.outer(coupled[place], step)
        better = energies < lowest
        best[:, better], lowest[better] = chosen[:, better], energies[better]
    return _annealed(qubo, best.T.astype(np.int8), sweeps)


def _annealed(qubo: Qubo, best: Bits, sweeps: int) -> Annealed:
    energies = qubo.energy(best)
    winner = int(np.argmin(energies))
    return Annealed(
        samples=collected(best, source="annealing"),
        bits=best[winner],
        energy=float(energies[winner]),
        proposals=len(best) * sweeps * qubo.variables,
    )


def _temperatures(qubo: Qubo, coupled: Real, sweeps: int) -> Real:
    steepest = float((np.abs(qubo.linear) + np.abs(coupled).sum(axis=1)).max())
    sizes = np.abs(np.concatenate([qubo.linear, qubo.quadratic.ravel()]))
    smallest = float(sizes[sizes > 0].min(initial=steepest))
    hot, cold = steepest / np.log(2) or 1.0, smallest / np.log(100) or 1.0
    return np.geomspace(hot, min(hot, cold), sweeps)
