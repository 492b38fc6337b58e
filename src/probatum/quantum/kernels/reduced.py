"""What one or two qubits of each patient's state look like, the rest being ignored.

A look is a reduced density matrix, given by its means of X, Y and Z: three numbers for a
qubit, and nine more for a pair. All are exact, for a whole batch of states at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.errors import NotEstimable

PAULIS: NDArray[np.complex128] = np.array(
    [[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]]
)
"""X, Y and Z."""

TOGETHER = 2
"""Qubits that are kept or ignored together: pairs of groups give all pairs of qubits."""


def bloch_vectors(states: NDArray[Any]) -> NDArray[np.float64]:
    r"""Return the means of X, Y and Z of each qubit of each patient.

    With :math:`\psi_0, \psi_1` the halves of a state in which the qubit is 0 and 1,
    :math:`\langle X\rangle + i\langle Y\rangle = 2\langle\psi_0|\psi_1\rangle` and
    :math:`\langle Z\rangle = \lVert\psi_0\rVert^2 - \lVert\psi_1\rVert^2`.

    Parameters
    ----------
    states : (N, 2**n) complex
        One unit vector a patient, little-endian.

    Returns
    -------
    (N, n, 3) float in [-1, 1]

    Examples
    --------
    >>> bloch_vectors(np.array([[1, 1j]]) / np.sqrt(2)).round(12) + 0
    array([[[0., 1., 0.]]])
    """
    patients, dimension = states.shape
    qubits = dimension.bit_length() - 1
    low = qubits // 2
    tall = states.reshape(patients, 1 << (qubits - low), 1 << low)
    turned = np.ascontiguousarray(tall.swapaxes(1, 2)).reshape(states.shape)
    found = np.empty((patients, qubits, 3))
    for qubit in range(qubits):
        # Low qubits are read from the turned copy, where their halves are long runs too.
        layout, bit = (turned, qubit + qubits - low) if qubit < low else (states, qubit)
        halves = layout.reshape(patients, -1, 2, 1 << bit)
        coherence = 2 * np.vecdot(halves[:, :, 0], halves[:, :, 1]).sum(axis=1)
        found[:, qubit, 0], found[:, qubit, 1] = coherence.real, coherence.imag
    weight = tall.real**2 + tall.imag**2
    found[:, :low, 2] = _z_means(weight.sum(axis=1), low)
    found[:, low:, 2] = _z_means(weight.sum(axis=2), qubits - low)
    return found


def _z_means(weight: NDArray[np.floating[Any]], qubits: int) -> NDArray[np.float64]:
    found = np.empty((len(weight), qubits))
    for qubit in range(qubits):
        half = weight.reshape(len(weight), -1, 2, 1 << qubit).sum(axis=(1, 3))
        found[:, qubit] = half[:, 0] - half[:, 1]
    return found


def reduced_density_matrices(states: NDArray[Any], qubits: Sequence[int]) -> NDArray[Any]:
    r"""Return each patient's :math:`\operatorname{Tr}_{\bar s}|\psi\rangle\langle\psi|`.

    Parameters
    ----------
    states : (N, 2**n) complex
        Little-endian.
    qubits : sequence of int
        Those kept, in rising order.

    Returns
    -------
    (N, 2**k, 2**k) complex
        Little-endian in the qubits kept, as Qiskit's ``partial_trace``.

    Raises
    ------
    NotEstimable
        When the qubits are not in rising order, or the states have no such qubit.
    """
    total = states.shape[1].bit_length() - 1
    kept = [total - qubit for qubit in reversed(qubits)]
    if sorted(set(qubits)) != list(qubits) or not all(1 <= axis <= total for axis in kept):
        raise NotEstimable(
            f"reduced state — expected qubits of 0 to {total - 1} in rising order, got "
            f"{list(qubits)} — name each qubit once"
        )
    rest = [axis for axis in range(1, total + 1) if axis not in kept]
    cube = states.reshape(len(states), *[2] * total).transpose(0, *kept, *rest)
    parts = np.ascontiguousarray(cube).reshape(len(states), 1 << len(kept), -1)
    return np.asarray(parts @ parts.conj().swapaxes(1, 2))


def pair_correlations(states: NDArray[Any]) -> NDArray[np.float64]:
    r"""Return the means of the products of X, Y and Z on every pair of qubits.

    Qubits are reduced four at a time and all pairs among them read from one matrix: a quarter
    of the passes over the states that pair by pair would take.

    Parameters
    ----------
    states : (N, 2**n) complex
        Little-endian.

    Returns
    -------
    (N, n(n-1)/2, 3, 3) float in [-1, 1]
        Pairs (0, 1), (0, 2), ..., (1, 2), ...; entry a, b is the mean of Pauli a on the first
        qubit times Pauli b on the second.

    Examples
    --------
    >>> bell = np.array([[1, 0, 0, 1]]) / np.sqrt(2)
    >>> pair_correlations(bell)[0, 0].diagonal().round(12)
    array([ 1., -1.,  1.])
    """
    qubits = states.shape[1].bit_length() - 1
    found = np.empty((len(states), math.comb(qubits, 2), 9))
    for look in _looks(qubits):
        rho = reduced_density_matrices(states, look.qubits).astype(np.complex128)
        flat = rho.reshape(len(states), 1, -1).view(np.float64)
        means = np.matmul(flat, look.observables)
        found[:, look.places] = means.reshape(len(states), -1, 9)
    return found.reshape(len(states), -1, 3, 3)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Look:
    """Some qubits reduced together, and the means of pairs that are read from them."""

    qubits: tuple[int, ...]
    places: list[int]
    observables: NDArray[np.float64]
    """(2 * 4**k, 9 * pairs): applied to a reduced state, flat and as real numbers."""


@cache
def _looks(qubits: int) -> tuple[_Look, ...]:
    """Return looks that show every pair of qubits once."""
    place = {pair: number for number, pair in enumerate(combinations(range(qubits), 2))}
    looks = []
    for group in _groups(qubits):
        inside = [pair for pair in combinations(group, 2) if pair in place]
        if not inside:  # a single qubit
            continue
        looks.append(
            _Look(
                qubits=group,
                places=[place.pop(pair) for pair in inside],
                observables=np.hstack([_observables(group, pair) for pair in inside]),
            )
        )
    return tuple(looks)


def _groups(qubits: int) -> Iterator[tuple[int, ...]]:
    parts = [range(q, min(q + TOGETHER, qubits)) for q in range(0, qubits, TOGETHER)]
    if len(parts) == 1:
        yield tuple(parts[0])
    for one, other in combinations(parts, 2):
        yield (*one, *other)


def _observables(group: tuple[int, ...], pair: tuple[int, int]) -> NDArray[np.float64]:
    """Return XX, XY, ..., ZZ of a pair as columns; a column times a state is its mean."""
    columns = []
    for one, other in product(PAULIS, repeat=2):
        on = {pair[0]: one, pair[1]: other}
        matrix = reduce(np.kron, [on.get(qubit, np.eye(2)) for qubit in reversed(group)])
        columns.append(np.asarray(matrix.T.conj(), np.complex128).ravel().view(np.float64))
    return np.array(columns).T
