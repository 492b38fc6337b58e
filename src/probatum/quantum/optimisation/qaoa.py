"""The quantum approximate optimisation algorithm, simulated exactly, with its exact gradient.

Costs are diagonal, so a layer is one multiplication by phases and one small rotation of each
qubit. Running the layers backwards once gives the derivative by every angle.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from threadpoolctl import ThreadpoolController

from probatum.errors import DataError
from probatum.quantum.optimisation.mixers import Mixer, TransverseMixer
from probatum.quantum.optimisation.phases import LevelPhases, Phases, QuadraticPhases
from probatum.quantum.optimisation.qubo import Ising, Qubo
from probatum.quantum.optimisation.scratch import Scratch

Complex = NDArray[np.complexfloating[Any, Any]]
Real = NDArray[np.floating[Any]]

TILE_AMPLITUDES = 1 << 14
"""Amplitudes of a tile of starts: 256 kilobytes a state, three or four of which fit a cache."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Qaoa:
    r"""The state :math:`\prod_l e^{-i\beta_l M} e^{-i\gamma_l C} |s\rangle` and its cost.

    Angles are rows :math:`(\beta_1 .. \beta_p, \gamma_1 .. \gamma_p)`, the order in which
    Qiskit sorts the parameters of :func:`~probatum.quantum.optimisation.circuit.qaoa_circuit`.

    Parameters
    ----------
    energies : (D,) float
        Cost of each choice.
    phases : Phases
        The same costs, as what turns the amplitudes.
    mixer : Mixer
    dtype : complex128 or complex64
        Precision of the amplitudes; angles are always taken in double precision.
    threads : int
        Tiles of starts worked on at once. Results are the same bytes for any number.

    Notes
    -----
    Memory is p + 4 states of a tile and thread, whatever the number of starts, and stays with
    the object for its next use. Matrix products
    inside run on one thread each: with two, OpenBLAS was up to 64 times slower on a busy
    machine.

    References
    ----------
    Farhi E, Goldstone J, Gutmann S. arXiv:1411.4028, equations 5 to 7. Adjoint gradient: Jones
    T, Gacon J. arXiv:2009.02823.
    """

    energies: Real
    phases: Phases
    mixer: Mixer
    dtype: DTypeLike = np.complex128
    threads: int = 1
    _blas: ThreadpoolController = field(default_factory=ThreadpoolController, repr=False)
    _scratch: Scratch = field(default_factory=Scratch, repr=False)
    _first: Complex = field(init=False, repr=False)
    _costs: Real = field(init=False, repr=False)
    """The costs beside each real and each imaginary part."""

    def __post_init__(self) -> None:
        if self.energies.shape != (self.mixer.size,):
            raise DataError(
                f"QAOA — expected {self.mixer.size} energies, got {self.energies.shape} — "
                "use a mixer over the same choices"
            )
        first = self.mixer.start(self.dtype)
        object.__setattr__(self, "_first", first)
        costs = np.repeat(self.energies, 2).astype(first.real.dtype, copy=False)
        object.__setattr__(self, "_costs", costs)

    def values(self, angles: ArrayLike) -> NDArray[np.float64]:
        """Return the expected cost of each start: angles (B, 2p) -> (B,)."""
        return self._over_tiles(self._tile_values, _rows(angles), ())

    def values_and_gradients(
        self, angles: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        r"""Return the expected cost and its exact derivatives.

        .. math:: \partial_{\beta_l} F = 2\,\mathrm{Re}\langle\lambda_l|{-iM}|\psi_l\rangle,
                  \quad \partial_{\gamma_l} F = 2\,\mathrm{Im}\langle\lambda'_l|C|\phi_l\rangle

        Parameters
        ----------
        angles : (B, 2p) float
            One start a row, radians: first every beta, then every gamma.

        Returns
        -------
        (B,) and (B, 2p) float
        """
        rows = _rows(angles)
        both = self._over_tiles(self._tile_gradients, rows, (rows.shape[1] + 1,))
        return both[:, 0].copy(), both[:, 1:].copy()

    def probabilities(self, angles: ArrayLike) -> NDArray[np.float64]:
        """Return the chance of each choice: angles (B, 2p) -> (B, D)."""
        return self._over_tiles(self._tile_probabilities, _rows(angles), (self.mixer.size,))

    def state(self, angles: ArrayLike) -> Complex:
        """Return the amplitudes (D,) of one start (2p,), little-endian as in Qiskit."""
        with self._blas.limit(limits=1, user_api="blas"):
            states = self.mixer.amplitudes(self._evolved(_rows(np.atleast_2d(angles))))
        return np.asarray(states[0])

    def _over_tiles(
        self, work: Callable[[Real], Real], rows: Real, shape: tuple[int, ...]
    ) -> NDArray[np.float64]:
        found = np.empty((len(rows), *shape))
        size = max(1, TILE_AMPLITUDES // self.mixer.size)

        def run(start: int) -> None:
            part = slice(start, start + size)
            found[part] = work(rows[part])

        with self._blas.limit(limits=1, user_api="blas"):
            if self.threads == 1:
                for start in range(0, len(rows), size):
                    run(start)
            else:
                with ThreadPoolExecutor(self.threads) as pool:
                    list(pool.map(run, range(0, len(rows), size)))
        return found

    def _evolved(self, rows: Real) -> Complex:
        betas, gammas = np.split(rows, 2, axis=1)
        states = self._start(rows)
        for beta, gamma in zip(betas.T, gammas.T, strict=True):
            turned = self._turned(states, gamma)
            states, memo = self.mixer.forward(turned, beta, self._scratch)
            self._scratch.give(turned)
            if memo is not turned:
                self._scratch.give(memo)
        return states

    def _start(self, rows: Real) -> Complex:
        return np.broadcast_to(self._first, (len(rows), self.mixer.size))

    def _turned(self, states: Complex, gamma: Real) -> Complex:
        """Return the states after a layer of costs; the states' own memory is handed back."""
        factors = self.phases.factors(gamma, self.dtype, self._scratch)
        factors *= states
        if states.flags.owndata:
            self._scratch.give(states)
        return factors

    def _tile_probabilities(self, rows: Real) -> Real:
        states = self._evolved(rows)
        found = np.asarray(states.real**2 + states.imag**2, dtype=np.float64)
        self._scratch.give(states)
        return found

    def _tile_values(self, rows: Real) -> Real:
        return np.asarray(self._tile_probabilities(rows) @ self.energies)

    def _tile_gradients(self, rows: Real) -> Real:
        betas, gammas = np.split(rows, 2, axis=1)
        depth, costs = betas.shape[1], self._costs
        states, turned, memos = self._start(rows), [], []
        for layer in range(depth):
            turned.append(self._turned(states, gammas[:, layer]))
            states, memo = self.mixer.forward(turned[-1], betas[:, layer], self._scratch)
            memos.append(memo)
        found = np.empty((len(rows), 2 * depth + 1))
        bras = self._scratch.take(states.shape, states.dtype)
        np.multiply(_parts(states), costs, out=_parts(bras))
        found[:, 0] = np.vecdot(_parts(bras), _parts(states))
        self._scratch.give(states)
        for layer in reversed(range(depth)):
            before, found[:, 1 + layer] = self.mixer.backward(
                bras, memos.pop(), betas[:, layer], self._scratch
            )
            self._scratch.give(bras)
            bras, kets = before, turned.pop()
            _parts(kets)[...] *= costs
            found[:, 1 + depth + layer] = 2 * np.vecdot(bras, kets).imag
            self._scratch.give(kets)
            if layer:
                bras = self._turned(bras, -gammas[:, layer])
        self._scratch.give(bras)
        return found


def _parts(states: Complex) -> Real:
    """Return complex numbers as their real and imaginary parts in turn."""
    return states.view(states.real.dtype)


def qaoa(
    problem: Qubo | Ising,
    *,
    mixer: Mixer | None = None,
    dtype: DTypeLike = np.complex128,
    threads: int = 1,
) -> Qaoa:
    """Return the algorithm for a problem, with the plain mixer unless another is given.

    Raises
    ------
    DataError
        Above 24 variables, whose states no longer fit.

    Examples
    --------
    >>> single = Qubo(linear=np.array([1.0]), quadratic=np.zeros((1, 1)))
    >>> qaoa(single).values([[0.0, 0.0], [-np.pi / 4, np.pi / 2]]).round(12)
    array([0.5, 0. ])
    """
    qubo = problem.qubo() if isinstance(problem, Ising) else problem
    return Qaoa(
        energies=qubo.energies(),
        phases=QuadraticPhases.of(qubo),
        mixer=mixer or TransverseMixer(qubits=qubo.variables),
        dtype=dtype,
        threads=threads,
    )


def diagonal_qaoa(
    energies: Real, mixer: Mixer, *, dtype: DTypeLike = np.complex128, threads: int = 1
) -> Qaoa:
    """Return the algorithm for any list of costs, such as those of one-hot choices."""
    return Qaoa(
        energies=np.asarray(energies, dtype=np.float64),
        phases=LevelPhases.of(np.asarray(energies, dtype=np.float64)),
        mixer=mixer,
        dtype=dtype,
        threads=threads,
    )


def _rows(angles: ArrayLike) -> Real:
    rows = np.asarray(angles, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] == 0 or rows.shape[1] % 2:
        raise DataError(
            f"angles — expected shape (starts, 2 p), got {rows.shape} — give one row a start: "
            "every beta, then every gamma"
        )
    return rows
