"""A quantum system that listens to a time series and is never trained.

At each time one qubit is set to the current value, then all qubits mix under a fixed, random
Hamiltonian. What the other qubits keep of earlier values is the memory. What is read off at
some times are averages of Pauli operators: the features a classical model then learns from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg

from probatum.errors import CircuitError
from probatum.quantum.variational.reading import pauli

Floats = NDArray[np.float64]
Matrix = NDArray[np.complex128]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reservoir:
    """A fixed quantum system with one or more qubits for input."""

    qubits: int
    channels: int
    """Values that arrive at one time; each is given a qubit, the lowest ones."""
    evolution: Matrix
    """(2**n, 2**n); what happens between two values."""
    readout: Floats
    """(features, 2**n); eigenvalues of what is read: all Z, then all pairs of them."""

    def __post_init__(self) -> None:
        if not 1 <= self.channels < self.qubits:
            raise CircuitError(
                f"reservoir — expected 1 to {self.qubits - 1} channels on {self.qubits} "
                f"qubits, got {self.channels} — leave at least one qubit for memory"
            )


def transverse_ising(
    qubits: int,
    *,
    channels: int,
    coupling: float,
    field: float,
    duration: float,
    rng: np.random.Generator,
) -> Reservoir:
    r"""Return a reservoir whose qubits are all coupled at random.

    .. math:: H = \sum_{i<j} J_{ij} X_i X_j + h \sum_i Z_i, \qquad J_{ij} \sim U(-J/2, J/2),
              \qquad U = e^{-iH\tau}

    Parameters
    ----------
    qubits : int
    channels : int
        Values a time.
    coupling : float > 0
        :math:`J`.
    field : float
        :math:`h`.
    duration : float > 0
        :math:`\tau`; short keeps much of the past, long mixes it.
    rng : numpy.random.Generator
        Draws the couplings.

    References
    ----------
    Fujii K, Nakajima K. Phys Rev Appl 2017;8:024030.

    Examples
    --------
    >>> found = transverse_ising(
    ...     3, channels=1, coupling=1, field=0.5, duration=1, rng=np.random.default_rng(0))
    >>> found.readout.shape
    (6, 8)
    """
    hamiltonian = np.zeros((1 << qubits, 1 << qubits), dtype=np.complex128)
    for i, j in combinations(range(qubits), 2):
        strength = rng.uniform(-coupling / 2, coupling / 2)
        hamiltonian += strength * _string(qubits, "X", (i, j))
    for i in range(qubits):
        hamiltonian += field * _string(qubits, "Z", (i,))
    evolution = linalg.expm(-1j * duration * hamiltonian)
    return Reservoir(
        qubits=qubits,
        channels=channels,
        evolution=np.asarray(evolution, dtype=np.complex128),
        readout=np.array([_string(qubits, "Z", w).diagonal().real for w in _read(qubits)]),
    )


def features(
    reservoir: Reservoir, series: ArrayLike, *, readouts: int = 1, tile: int = 64
) -> Floats:
    r"""Return what is read off the reservoir while it listens.

    At each time the input qubits are set to :math:`\cos(u/2)|0\rangle + \sin(u/2)|1\rangle`
    and what they held before is forgotten: :math:`\rho \to U(\sigma_u \otimes
    \mathrm{Tr}_{in}\,\rho)U^\dagger`.

    Parameters
    ----------
    reservoir : Reservoir
    series : (N, T, channels) of float
        Radians; 0 and pi are opposite.
    readouts : int
        How many of the last times are read, up to T.
    tile : int
        Patients held at once.

    Returns
    -------
    (N, readouts * features)
        Earlier times first; of each, all Z and then all pairs of Z.
    """
    values = np.asarray(series, dtype=np.float64)
    if values.ndim != 3 or values.shape[2] != reservoir.channels:
        raise CircuitError(
            f"series — expected shape (patients, times, {reservoir.channels}), got "
            f"{values.shape} — give one value a channel and time"
        )
    if not 1 <= readouts <= values.shape[1]:
        raise CircuitError(
            f"readouts — expected 1 to {values.shape[1]}, got {readouts} — read fewer times"
        )
    parts = (values[i : i + tile] for i in range(0, len(values), tile))
    return np.concatenate([_listened(reservoir, part, readouts) for part in parts])


def names(reservoir: Reservoir, readouts: int) -> list[str]:
    """Return a name a feature, in the order of :func:`features`.

    Examples
    --------
    >>> found = transverse_ising(
    ...     2, channels=1, coupling=1, field=1, duration=1, rng=np.random.default_rng(0))
    >>> names(found, 1)
    ['t-0 Z0', 't-0 Z1', 't-0 Z0Z1']
    """
    wires = ["".join(f"Z{q}" for q in read) for read in _read(reservoir.qubits)]
    return [f"t-{ago} {wire}" for ago in reversed(range(readouts)) for wire in wires]


def _read(qubits: int) -> Iterator[tuple[int, ...]]:
    yield from combinations(range(qubits), 1)
    yield from combinations(range(qubits), 2)


def _string(qubits: int, letter: str, wires: tuple[int, ...]) -> Matrix:
    return pauli("".join(letter if q in wires else "I" for q in range(qubits)))


def _listened(reservoir: Reservoir, values: Floats, readouts: int) -> Floats:
    times, inner = values.shape[1], 1 << reservoir.channels
    rho = np.zeros((len(values), 1 << reservoir.qubits, 1 << reservoir.qubits), np.complex128)
    rho[:, 0, 0] = 1
    found = []
    for time in range(times):
        entering = _product(values[:, time])
        rho = reservoir.evolution @ _replaced(rho, entering, inner)
        rho = rho @ reservoir.evolution.conj().T
        if time >= times - readouts:
            found.append(np.einsum("nzz->nz", rho).real @ reservoir.readout.T)
    return np.concatenate(found, axis=1)


def _product(angles: Floats) -> Floats:
    """Return the input qubits' amplitudes, shape (patients, 2**channels)."""
    amplitudes = np.ones((len(angles), 1))
    for angle in angles.T:
        one = np.stack([np.cos(angle / 2), np.sin(angle / 2)], axis=1)
        amplitudes = (one[:, :, np.newaxis] * amplitudes[:, np.newaxis]).reshape(
            len(angles), -1
        )
    return amplitudes


def _replaced(rho: Matrix, entering: Floats, inner: int) -> NDArray[Any]:
    """Forget the lowest qubits and set them anew."""
    outer = rho.shape[1] // inner
    kept = np.einsum("naibi->nab", rho.reshape(len(rho), outer, inner, outer, inner))
    fresh = np.einsum("ni,nj->nij", entering, entering)
    return np.asarray(np.einsum("nab,nij->naibj", kept, fresh).reshape(rho.shape))
