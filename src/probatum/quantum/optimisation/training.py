"""Finding good angles for QAOA: few layers first, each further one from those before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from probatum.errors import DataError
from probatum.quantum.optimisation.qaoa import Qaoa

Angles = NDArray[np.float64]

GRID_GAMMAS, GRID_BETAS = 10, 6
"""Starts of a single layer, evaluated as one batch before any is followed downhill."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trained:
    """Angles found, what they give, and how much was asked of the algorithm for them."""

    angles: Angles
    """(2p,): every beta, then every gamma."""
    expectation: float
    by_depth: tuple[float, ...]
    """Expected cost reached with 1, 2, .. p layers."""
    expectations: int
    """Expected costs a device would have had to estimate: one a value, and two more for each
    angle of a gradient."""

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.angles) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How good a distribution over choices is, beside the enumerated best."""

    expectation: float
    approximation_ratio: float
    """(highest - expectation) / (highest - lowest): 1 where only optima are drawn."""
    probability_of_optimum: float
    lowest: float
    highest: float


def linear_ramp(depth: int, *, beta: float, gamma: float) -> Angles:
    r"""Return angles that fade the mixer out and the costs in, (2p,).

    .. math:: \beta_l = -\Delta_\beta (1 - t_l), \quad \gamma_l = \Delta_\gamma t_l, \quad
              t_l = (l - 1/2) / p

    Betas are negative because the equal superposition is the highest, not the lowest, state
    of the mixer :math:`\sum_q X_q`.

    References
    ----------
    Sack SH, Serbyn M. Quantum 2021;5:491.

    Examples
    --------
    >>> linear_ramp(2, beta=1.0, gamma=2.0)
    array([-0.75, -0.25,  0.5 ,  1.5 ])
    """
    times = (np.arange(depth) + 0.5) / depth
    return np.concatenate([-beta * (1 - times), gamma * times])


def interpolated(angles: Angles) -> Angles:
    r"""Return a start with one layer more, read off between the layers there are.

    .. math:: u'_l = \frac{l-1}{p} u_{l-1} + \frac{p-l+1}{p} u_l, \quad l = 1 .. p + 1

    References
    ----------
    Zhou L et al. Phys Rev X 2020;10:021067, equation B1 (INTERP).

    Examples
    --------
    >>> interpolated(np.array([1.0, 3.0, 10.0, 20.0]))
    array([ 1.,  2.,  3., 10., 15., 20.])
    """
    return np.concatenate([_stretched(part) for part in np.split(angles, 2)])


def _stretched(part: Angles) -> Angles:
    depth = len(part)
    share = np.arange(depth + 1) / depth
    before, after = np.concatenate([[0.0], part]), np.concatenate([part, [0.0]])
    return np.asarray(share * before + (1 - share) * after)


def trained(
    algorithm: Qaoa, *, depth: int, followed: int = 2, iterations: int = 200
) -> Trained:
    """Minimise the expected cost over the angles, deterministically.

    One layer is searched on a grid whose gammas are measured in units of the costs' spread;
    the best starts are followed with L-BFGS-B and exact gradients; each further layer starts
    from the interpolation of those found.

    Parameters
    ----------
    algorithm : Qaoa
    depth : int
        Layers wanted.
    followed : int
        Grid points followed downhill.
    iterations : int
        Most iterations of L-BFGS-B a layer.
    """
    if depth < 1 or followed < 1:
        raise DataError(
            f"QAOA — expected at least one layer and start, got {depth} and {followed} — "
            "add one"
        )
    grid = _grid(float(np.std(algorithm.energies)))
    order = np.argsort(algorithm.values(grid), kind="stable")
    runs = [_descended(algorithm, grid[place], iterations) for place in order[:followed]]
    angles, value, _ = min(runs, key=lambda run: run[1])
    asked, reached = len(grid) + sum(run[2] for run in runs), [value]
    for _ in range(depth - 1):
        angles, value, count = _descended(algorithm, interpolated(angles), iterations)
        asked, reached = asked + count, [*reached, value]
    return Trained(
        angles=angles, expectation=value, by_depth=tuple(reached), expectations=asked
    )


def quality(algorithm: Qaoa, angles: Angles) -> Quality:
    """Return how good the distribution at these angles is, beside the enumerated best."""
    energies = algorithm.energies
    chances = algorithm.probabilities(angles[np.newaxis])[0]
    lowest, highest = float(energies.min()), float(energies.max())
    expectation, spread = float(chances @ energies), highest - lowest
    best = energies <= lowest + 1e-9 * spread
    return Quality(
        expectation=expectation,
        approximation_ratio=(highest - expectation) / spread if spread else 1.0,
        probability_of_optimum=float(chances[best].sum()),
        lowest=lowest,
        highest=highest,
    )


def _grid(spread: float) -> Angles:
    gammas = np.linspace(0.15, 1.5, GRID_GAMMAS) / (spread or 1.0)
    betas = np.linspace(-np.pi / 4, np.pi / 4, GRID_BETAS)
    return np.stack(np.meshgrid(betas, gammas, indexing="ij"), axis=-1).reshape(-1, 2)


def _descended(algorithm: Qaoa, start: Angles, iterations: int) -> tuple[Angles, float, int]:
    """Follow one start downhill, gammas scaled so that all angles matter alike.

    Returns the angles, the value, and the expected costs that a device would have estimated.
    """
    scale = np.ones(len(start))
    scale[len(start) // 2 :] = 1 / (float(np.std(algorithm.energies)) or 1.0)

    def objective(point: Angles) -> tuple[float, Angles]:
        values, gradients = algorithm.values_and_gradients((point * scale)[np.newaxis])
        return float(values[0]), gradients[0] * scale

    with threadpool_limits(limits=1, user_api="blas"):
        found = minimize(
            objective,
            start / scale,
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": iterations},
        )
    asked = int(found.nfev) * (1 + 2 * len(start))
    return np.asarray(found.x * scale), float(found.fun), asked
