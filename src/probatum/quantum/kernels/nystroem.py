r"""A kernel seen through a few landmark patients, when there are too many for all pairs.

Every patient is compared with m landmarks only, which takes N m overlaps instead of N squared.
The kernel is replaced by :math:`\tilde K = K_{nm} K_{mm}^{+} K_{mn}`; what that loses is
measured, not hoped for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from scipy import linalg
from sklearn.cluster import KMeans, kmeans_plusplus
from threadpoolctl import threadpool_limits

from probatum.errors import NotEstimable
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.checked import expect_kernel, expect_valid
from probatum.quantum.kernels.fidelity import cross_gram

Kernel = NDArray[np.floating[Any]]
Array = NDArray[np.float64]
Choice = Literal["uniform", "kmeans++", "centres"]

TILE_AMPLITUDES = 1 << 20
"""Amplitudes of new patients held at once, 16 megabytes, or as many as landmarks have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproximationError:
    """What the landmarks lose."""

    trace: float
    """Mean of k(x, x) less its approximation; 0 when nothing is lost, and never below."""
    frobenius: float
    """Root mean squared error of an entry of the kernel, on the patients it was measured on."""
    worst: float
    """Largest error of an entry."""
    patients: int


def landmark_rows(rows: Array, size: int, *, choice: Choice, rng: np.random.Generator) -> Array:
    """Return landmarks chosen by the patients' measurements alone.

    Parameters
    ----------
    rows : (N, p) float
        Prepared predictors.
    size : int
        Landmarks wanted.
    choice : "uniform", "kmeans++" or "centres"
        Patients at random; patients far from each other; or the centres of as many clusters,
        which are nobody's record.
    rng : Generator

    Returns
    -------
    (size, p) float

    Raises
    ------
    NotEstimable
        When there are fewer patients than landmarks, or the choice is not known.

    References
    ----------
    Williams CKI, Seeger M. NIPS 2000. Zhang K, Tsang IW, Kwok JT. ICML 2008 (centres).
    """
    _expect_enough(len(rows), size)
    if choice == "uniform":
        return rows[np.sort(rng.choice(len(rows), size=size, replace=False))]
    seed = int(rng.integers(2**31))
    if choice == "kmeans++":
        chosen: NDArray[np.intp] = kmeans_plusplus(rows, size, random_state=seed)[1]
        return rows[np.sort(chosen)]
    if choice == "centres":
        with threadpool_limits(limits=1):  # sums in one order, so one result
            found = KMeans(size, n_init=1, random_state=seed).fit(rows)
        return np.asarray(found.cluster_centers_)
    raise NotEstimable(
        f"choice of landmarks — expected uniform, kmeans++, centres or leverage, got "
        f"{choice!r} — correct the choice"
    )


def landmark_overlaps(
    circuit: QuantumCircuit, rows: Array, landmarks: Array, *, threads: int = 1
) -> Kernel:
    """Return the kernel between patients and landmarks, patients taken in tiles.

    Parameters
    ----------
    circuit : QuantumCircuit
        The encoding.
    rows, landmarks : (N, p) and (m, p) float
        Its parameters. The states of the landmarks are held, those of all patients never.

    Returns
    -------
    (N, m) float
    """
    program = compiled(circuit)
    known = states(program, landmarks, threads=threads)
    size = max(len(landmarks), TILE_AMPLITUDES >> circuit.num_qubits, 1)
    kernel = np.empty((len(rows), len(landmarks)))
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        new = states(program, rows[part], threads=threads)
        kernel[part] = cross_gram(new, known, threads=threads)
    return kernel


def leverage_scores(pilot: Kernel, cross: Kernel, *, ridge: float) -> Array:
    r"""Return how much each patient adds to what a pilot sample already tells.

    .. math:: \ell_i = \lambda^{-1}\bigl(1 - k_i^T (K_{ss} + \lambda I)^{-1} k_i\bigr)

    approximates :math:`[K(K+\lambda I)^{-1}]_{ii}` from above, by s overlaps a patient.

    Parameters
    ----------
    pilot : (s, s) float
        Kernel of the pilot sample, unit diagonal.
    cross : (N, s) float
        Kernel between everyone and the pilot sample.
    ridge : float > 0
        :math:`\lambda`; about N over the number of landmarks wanted.

    References
    ----------
    Musco C, Musco C. NIPS 2017, equation 6 (one level, unweighted).

    Examples
    --------
    >>> leverage_scores(np.eye(1), np.array([[1.0], [0.0]]), ridge=1.0)
    array([0.5, 1. ])
    """
    if not 0 < ridge < np.inf:
        raise NotEstimable(
            f"leverage — expected a positive ridge, got {ridge:g} — take about the patients "
            "over the landmarks wanted"
        )
    lifted = pilot + ridge * np.eye(len(pilot))
    half = linalg.solve_triangular(linalg.cholesky(lifted, lower=True), cross.T, lower=True)
    return np.asarray(np.maximum(1 - np.sum(half**2, axis=0), 0) / ridge)


def drawn_by_leverage(
    scores: Array, size: int, *, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Return the row numbers of landmarks drawn without repetition by their scores."""
    _expect_enough(int(np.count_nonzero(scores)), size)
    drawn = rng.choice(len(scores), size=size, replace=False, p=scores / scores.sum())
    return np.sort(drawn)


def normalisation(landmarks: Kernel, *, rank: int | None = None) -> Array:
    r"""Return the matrix that turns overlaps with landmarks into features, (m, r).

    :math:`V_r \Lambda_r^{-1/2}` of the landmarks' kernel, so that features' inner products
    are :math:`\tilde K`. Directions lost in rounding are left out.

    Raises
    ------
    NotEstimable
        When the rank is none, or the kernel has an eigenvalue below zero by more than
        rounding, as one estimated from shots may: leaving it out would be a repair in silence.

    Parameters
    ----------
    landmarks : (m, m) float
        The landmarks' kernel.
    rank : int, optional
        Directions kept; by default all that are not rounding.

    Examples
    --------
    >>> normalisation(np.ones((2, 2))).shape
    (2, 1)
    """
    if rank is not None and (rank < 1 or rank != int(rank)):
        raise NotEstimable(
            f"rank of landmarks — expected a whole number, 1 or more, got {rank} — leave it "
            "out to keep all"
        )
    expect_kernel("landmarks", landmarks)
    values, vectors = linalg.eigh(landmarks)
    expect_valid("landmarks", landmarks, values)
    values, vectors = values[::-1], vectors[:, ::-1]
    rounding = values[0] * len(values) * np.finfo(np.float64).eps
    kept = min(int(np.sum(values > rounding)), rank or len(values))
    signs = np.where(vectors[np.abs(vectors).argmax(axis=0), range(len(values))] < 0, -1, 1)
    return np.asarray((vectors * signs)[:, :kept] / np.sqrt(values[:kept]))


def approximation_error(kernel: Kernel, features: Array) -> ApproximationError:
    r"""Return what :math:`\Phi\Phi^T` loses of a kernel, on patients held out or not.

    The trace alone bounds the rest over any cohort: :math:`K - \tilde K` is positive
    semi-definite, so :math:`\lVert K - \tilde K\rVert_F \le \operatorname{Tr}(K - \tilde K)`.

    Parameters
    ----------
    kernel : (N, N) float
        Exact, of the patients the features belong to.
    features : (N, r) float

    Examples
    --------
    >>> approximation_error(np.eye(2), np.array([[1.0], [0.0]])).trace
    0.5
    """
    lost = kernel - features @ features.T
    return ApproximationError(
        trace=float(np.mean(np.diag(lost))),
        frobenius=float(np.sqrt(np.mean(lost**2))),
        worst=float(np.abs(lost).max()),
        patients=len(kernel),
    )


def landmark_shares(
    landmarks: Kernel, cross: Kernel, target: Array, *, weight: Array, penalty: float
) -> Array:
    r"""Return the ridge solution that uses landmarks only, (m,).

    .. math:: \min_\beta \sum_i w_i (t_i - k_i^T\beta)^2 + \lambda\, \beta^T K_{mm} \beta

    A patient's score is its overlaps with the landmarks times these shares. With every
    patient a landmark it is the full kernel ridge.

    Parameters
    ----------
    landmarks : (m, m) float
    cross : (N, m) float
        Kernel between patients and landmarks.
    target, weight : (N,) float
    penalty : float > 0

    References
    ----------
    Rudi A, Camoriano R, Rosasco L. NIPS 2015 (Nystroem ridge regression).
    """
    change = normalisation(landmarks)
    features = cross @ change
    normal = (features.T * weight) @ features
    normal[np.diag_indices_from(normal)] += penalty
    return np.asarray(
        change @ linalg.solve(normal, features.T @ (weight * target), assume_a="pos")
    )


def _expect_enough(patients: int, size: int) -> None:
    if not 1 <= size <= patients or size != int(size):
        raise NotEstimable(
            f"landmarks — expected a whole number, 1 to {patients}, as many as there are "
            f"patients that differ, got {size} — choose fewer landmarks"
        )
