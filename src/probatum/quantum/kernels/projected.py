r"""How alike two patients are to someone who may look at one or two qubits at a time.

The fidelity kernel compares whole states and fades as qubits are added. The projected kernel
compares what small parts of the states look like, and is a radial kernel on those looks:
:math:`k(x, y) = \exp(-\gamma \sum_s \lVert \rho_s(x) - \rho_s(y) \rVert_F^2)`, over all
single qubits or all pairs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from threadpoolctl import threadpool_limits

from probatum.errors import NotEstimable
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.exact.simulation import states
from probatum.quantum.exact.tiling import expect_counts
from probatum.quantum.kernels.reduced import bloch_vectors, pair_correlations

TILE_AMPLITUDES = 1 << 16
"""Amplitudes looked at together: one megabyte, so that every look finds them in the cache."""


def projected_features(
    circuit: QuantumCircuit, rows: ArrayLike, *, order: int = 1, threads: int = 1
) -> NDArray[np.float64]:
    r"""Return numbers whose squared distance is :math:`\sum_s\lVert\rho_s-\rho_s'\rVert_F^2`.

    For single qubits these are the means of X, Y and Z of each, times :math:`\sqrt{1/2}`. For
    pairs, those means times :math:`\sqrt{(n-1)/4}` (each qubit is in n - 1 pairs), and the
    nine means of XX, XY, ..., ZZ of each pair, times 1/2.

    Parameters
    ----------
    circuit : QuantumCircuit
        The encoding.
    rows : (N, p) float
        Its parameters, one row a patient. Patients are taken in tiles: the states of all of
        them are never held at once.
    order : 1 or 2
        Qubits looked at together.
    threads : int
        Tiles worked on at the same time.

    Returns
    -------
    (N, 3n) float, or (N, 3n + 9n(n-1)/2) for pairs

    Raises
    ------
    NotEstimable
        When the order is neither 1 nor 2, or there are no pairs.

    References
    ----------
    Huang H-Y et al. Nat Commun 2021;12:2631, equation 9 and supplementary section 4.

    Examples
    --------
    >>> from qiskit.circuit import Parameter
    >>> circuit = QuantumCircuit(1)
    >>> _ = circuit.ry(Parameter("x"), 0)
    >>> (projected_features(circuit, [[0.0], [math.pi / 2]]) * math.sqrt(2)).round(12) + 0
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    qubits = circuit.num_qubits
    _expect_a_look(order, qubits)
    expect_counts(threads=threads)
    parameters = np.asarray(rows, dtype=np.float64)
    program = compiled(circuit)
    found = np.empty((len(parameters), _width(qubits, order)))

    def look(part: slice) -> None:
        found[part] = _scaled(states(program, parameters[part]), order)

    parts = _tiles(len(parameters), max(1, TILE_AMPLITUDES >> qubits))
    with threadpool_limits(limits=1, user_api="blas"):
        if threads == 1:
            for part in parts:
                look(part)
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(look, parts))
    return found


def projected_kernel(
    features: NDArray[np.float64], others: NDArray[np.float64], *, gamma: float
) -> NDArray[np.float64]:
    r"""Return :math:`\exp(-\gamma\lVert f - f'\rVert^2)` between two cohorts' features.

    Parameters
    ----------
    features, others : (N, F) and (M, F) float
        Of :func:`projected_features`.
    gamma : float > 0
        Large: only patients who look the same count as alike.

    Raises
    ------
    NotEstimable
        When gamma is not a positive number, or the features are of different numbers.

    Examples
    --------
    >>> projected_kernel(np.array([[0.0]]), np.array([[0.0], [1.0]]), gamma=math.log(2))
    array([[1. , 0.5]])
    """
    if not 0 < gamma < math.inf:
        raise NotEstimable(
            f"projected kernel — expected a positive gamma, got {gamma:g} — correct the model"
        )
    if features.shape[1:] != others.shape[1:]:
        raise NotEstimable(
            f"projected kernel — expected as many features of both cohorts, got "
            f"{features.shape} and {others.shape} — encode both with the same circuit"
        )
    kernel = np.asarray(np.exp(-gamma * squared_distances(features, others)))
    if features is others:
        np.fill_diagonal(kernel, 1.0)
    return kernel


def squared_distances(
    features: NDArray[np.float64], others: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the squared distance of each patient of one cohort to each of another, (N, M).

    Examples
    --------
    >>> squared_distances(np.array([[0.0, 0.0]]), np.array([[3.0, 4.0]]))
    array([[25.]])
    """
    lengths = np.vecdot(features, features)[:, np.newaxis] + np.vecdot(others, others)
    square = lengths - 2 * (features @ others.T)
    return np.asarray(np.maximum(square, 0, out=square))


def scale_gamma(
    features: NDArray[np.float64], weight: NDArray[np.float64] | None = None
) -> float:
    r"""Return :math:`1 / (F \operatorname{Var} f)`: scikit-learn's "scale".

    Parameters
    ----------
    features : (N, F) float
    weight : (N,) float, optional
        Patients each stands for.

    Raises
    ------
    NotEstimable
        When all features are equal.

    Examples
    --------
    >>> scale_gamma(np.array([[0.0, 2.0], [2.0, 0.0]]))
    0.5
    """
    mean = np.average(features, axis=0, weights=weight).mean()
    variance = np.average((features - mean) ** 2, axis=0, weights=weight).mean()
    return 1 / _positive(features.shape[1] * float(variance))


def median_gamma(features: NDArray[np.float64]) -> float:
    """Return one over the median squared distance of two different patients, unweighted.

    References
    ----------
    Garreau D, Jitkrittum W, Kanagawa M. arXiv 1707.07269 (the median heuristic).

    Raises
    ------
    NotEstimable
        When more than half of the pairs look the same, or there is no pair.

    Examples
    --------
    >>> median_gamma(np.array([[0.0], [1.0], [2.0]]))
    1.0
    """
    pairs = squared_distances(features, features)[np.triu_indices(len(features), 1)]
    return 1 / _positive(float(np.median(pairs)) if pairs.size else 0.0)


def _positive(spread: float) -> float:
    if not spread > 0:
        raise NotEstimable(
            "gamma of the projected kernel — expected patients who look different, got none — "
            "name gamma, or encode with a larger bandwidth"
        )
    return spread


def _scaled(psi: NDArray[Any], order: int) -> NDArray[np.float64]:
    qubits = psi.shape[1].bit_length() - 1
    single = bloch_vectors(psi).reshape(len(psi), -1)
    if order == 1:
        return single * math.sqrt(0.5)
    joint = pair_correlations(psi).reshape(len(psi), -1)
    return np.hstack([single * math.sqrt((qubits - 1) / 4), joint / 2])


def _expect_a_look(order: int, qubits: int) -> None:
    if order not in (1, 2) or order > qubits:
        raise NotEstimable(
            f"projected kernel — expected order 1, or 2 with two qubits or more, got order "
            f"{order} of {qubits} qubit(s) — look at single qubits"
        )


def _width(qubits: int, order: int) -> int:
    return 3 * qubits + (9 * math.comb(qubits, 2) if order == 2 else 0)


def _tiles(patients: int, size: int) -> Iterator[slice]:
    return (slice(start, start + size) for start in range(0, patients, size))
