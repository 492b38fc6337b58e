r"""Making a kernel estimated from shots or noise one that a support vector machine may use.

A kernel matrix must be positive semi-definite. Sampling and noise push small eigenvalues below
zero; this page brings them back and always says how much was changed. Nothing is repaired in
silence: the repaired kernel comes with its report.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import NotEstimable

Method = Literal["clip", "shift", "correlation"]
METHODS: tuple[Method, ...] = get_args(Method)
Matrix = NDArray[np.float64]

SYMMETRIC = 1e-9
"""Largest difference from the transpose that is taken as rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairReport:
    """What a repair found and what it changed."""

    method: Method
    was_needed: bool
    smallest_before: float
    """Smallest eigenvalue of the kernel as estimated."""
    smallest_after: float
    negative_share: float
    """Negative eigenvalues' part of the sum of absolute eigenvalues; 0 for a valid kernel."""
    distance: float
    """Frobenius norm of the change."""
    relative_distance: float
    """The same, over the norm of the kernel as estimated."""
    largest_change: float
    """Of one entry."""
    iterations: int

    def as_dict(self) -> dict[str, float | int | str | bool]:
        """Return the report for a JSON file."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RepairedKernel:
    """A positive semi-definite kernel, and the report of how it came to be one."""

    kernel: Matrix
    report: RepairReport


def repaired(
    kernel: ArrayLike,
    *,
    method: Method,
    tolerance: float = 1e-10,
    most_iterations: int = 1000,
) -> RepairedKernel:
    r"""Return the nearest valid kernel by a stated method, with its report.

    Parameters
    ----------
    kernel : (N, N) of float
        Symmetric; see :func:`probatum.quantum.noise.kernel.symmetrised`.
    method : "clip", "shift" or "correlation"
        "clip" sets negative eigenvalues to 0: the nearest positive semi-definite matrix in
        the Frobenius norm (Higham 1988, theorem 2.1). "shift" adds the most negative
        eigenvalue's size to the diagonal, leaving all similarities between patients.
        "correlation" finds the nearest one with the diagonal exactly 1 (Higham 2002,
        algorithm 3.3).
    tolerance : float
        Relative change at which the alternating projections stop.

    Raises
    ------
    NotEstimable
        When the method is not known, the kernel is not symmetric or holds no numbers, or the
        projections do not settle.

    References
    ----------
    Higham NJ. Linear Algebra Appl 1988;103:103-118, theorem 2.1.
    Higham NJ. IMA J Numer Anal 2002;22:329-343, algorithm 3.3.

    Departures
    ----------
    After the last projection onto the unit diagonal the matrix is scaled, not projected, to
    it, so that the result is positive semi-definite to rounding and not only in the limit.

    Examples
    --------
    >>> fixed = repaired([[1.0, 1.2], [1.2, 1.0]], method="clip")
    >>> fixed.kernel
    array([[1.1, 1.1],
           [1.1, 1.1]])
    >>> round(fixed.report.smallest_before, 12), fixed.report.was_needed
    (-0.2, True)
    """
    if method not in METHODS:
        raise NotEstimable(
            f"kernel repair — expected a method of {', '.join(METHODS)}, got {method!r} — "
            "correct the protocol"
        )
    given = _checked(kernel)
    values, vectors = np.linalg.eigh(given)
    is_valid = values[0] >= -_rounding(values)
    has_unit_diagonal = method != "correlation" or bool(np.all(np.diag(given) == 1.0))
    iterations = 0
    if is_valid and has_unit_diagonal:
        found = given
    elif method == "clip":
        found = _clipped(values, vectors)
    elif method == "shift":
        found = given + np.eye(len(given)) * max(0.0, -values[0])
    else:
        found, iterations = _nearest_correlation(given, tolerance, most_iterations)
    report = _report(method, given, found, values, iterations)
    return RepairedKernel(kernel=found, report=report)


def repaired_rows(kernel: ArrayLike, cross: ArrayLike) -> Matrix:
    """Return the rows of new patients, changed as clipping changed the cohort's kernel.

    A model fitted on a clipped kernel lives in the space of its positive eigenvectors; rows
    of new patients are projected onto that space, so that a patient of the cohort gets the
    clipped kernel's own row.

    Parameters
    ----------
    kernel : (N, N) of float
        The cohort's kernel as estimated, before its repair.
    cross : (M, N) of float
        New patients against the cohort.

    References
    ----------
    Chen Y et al. J Mach Learn Res 2009;10:747-776.
    """
    values, vectors = np.linalg.eigh(_checked(kernel))
    rows, kept = np.asarray(cross, dtype=np.float64), vectors[:, values > 0]
    if rows.ndim != 2 or rows.shape[1] != len(values):
        raise NotEstimable(
            f"kernel repair — expected one column for each of {len(values)} patients, got "
            f"shape {rows.shape} — compare new patients with the cohort's own"
        )
    if not np.all(np.isfinite(rows)):
        raise NotEstimable(
            "kernel repair — expected finite overlaps of new patients, got some that are not — "
            "find the circuits that gave no result"
        )
    projected: Matrix = rows @ kept @ kept.T
    return projected


def _clipped(values: NDArray[np.float64], vectors: Matrix) -> Matrix:
    kept = values > 0
    half = vectors[:, kept] * np.sqrt(values[kept])
    return np.asarray(half @ half.T)


def _nearest_correlation(given: Matrix, tolerance: float, most: int) -> tuple[Matrix, int]:
    """Project in turns onto the cone and the unit diagonal, with Dykstra's correction."""
    current, correction = given.copy(), np.zeros_like(given)
    for iteration in range(1, most + 1):
        shifted = current - correction
        positive = _clipped(*np.linalg.eigh(shifted))
        correction = positive - shifted
        following = positive.copy()
        np.fill_diagonal(following, 1.0)
        change = np.linalg.norm(following - current) / np.linalg.norm(following)
        current = following
        if change <= tolerance:
            return _scaled(_clipped(*np.linalg.eigh(current))), iteration
    raise NotEstimable(
        f"nearest correlation matrix — expected a change below {tolerance:g} within {most} "
        f"iterations, got {change:.2g} — allow more iterations or clip"
    )


def _scaled(positive: Matrix) -> Matrix:
    root = np.sqrt(np.diag(positive))
    scaled = positive / np.outer(root, root)
    np.fill_diagonal(scaled, 1.0)
    return np.asarray((scaled + scaled.T) / 2)


def _report(
    method: Method, given: Matrix, found: Matrix, before: NDArray[np.float64], iterations: int
) -> RepairReport:
    total = float(np.abs(before).sum())
    distance, norm = float(np.linalg.norm(found - given)), float(np.linalg.norm(given))
    return RepairReport(
        method=method,
        was_needed=found is not given,
        smallest_before=float(before[0]),
        smallest_after=float(np.linalg.eigvalsh(found)[0]),
        negative_share=float(np.abs(before[before < 0]).sum()) / total if total else 0.0,
        distance=distance,
        relative_distance=distance / norm if norm else 0.0,
        largest_change=float(np.abs(found - given).max()),
        iterations=iterations,
    )


def _rounding(values: NDArray[np.float64]) -> float:
    """Return how negative an eigenvalue may be by rounding alone."""
    return float(len(values) * np.finfo(float).eps * np.abs(values).max())


def _checked(kernel: ArrayLike) -> Matrix:
    matrix = np.asarray(kernel, dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not len(matrix):
        raise NotEstimable(
            f"kernel repair — expected a square matrix, got shape {matrix.shape} — give the "
            "kernel of one cohort with itself"
        )
    if not np.all(np.isfinite(matrix)):
        raise NotEstimable(
            "kernel repair — expected finite numbers, got some that are not — find the "
            "circuits that gave no result"
        )
    gap = float(np.abs(matrix - matrix.T).max())
    if gap > SYMMETRIC:
        raise NotEstimable(
            f"kernel repair — expected a symmetric matrix, got entries {gap:.2g} from their "
            "mirror — state how to symmetrise it first"
        )
    return (matrix + matrix.T) / 2
