r"""A kernel as a number of repetitions would estimate it, and how far it may be off.

A circuit repeated S times reads "all 0" a binomial number of times: every shot is an
independent trial with the pair's probability. Drawing that number from its law is the same as
simulating the shots one by one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv

from probatum.errors import NotEstimable

ROUNDING = 1e-9
"""How far a probability may leave [0, 1] and still be taken as rounding."""

Diagonal = Literal["kept", "sampled"]
DIAGONALS: tuple[Diagonal, ...] = get_args(Diagonal)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SampledKernel:
    """Counts of "all bits read 0", and the estimate they make."""

    zeros: NDArray[np.int64]
    """(N, M) counts."""
    shots: int
    exact: NDArray[np.bool_]
    """(N, M): entries set by definition and not sampled; their variance is 0."""

    def __post_init__(self) -> None:
        if self.shots < 1 or self.zeros.min(initial=0) < 0 or _most(self.zeros) > self.shots:
            raise NotEstimable(
                f"sampled kernel — expected counts from 0 to {self.shots} shots, got "
                f"{self.zeros.min(initial=0)} to {_most(self.zeros)} — check the counts"
            )
        if self.zeros.dtype.kind not in "iu" or self.exact.shape != self.zeros.shape:
            raise NotEstimable(
                f"sampled kernel — expected whole counts, each said to be exact or not, got "
                f"{self.zeros.dtype} {self.zeros.shape} and {self.exact.shape} — check the "
                "counts"
            )

    @property
    def values(self) -> NDArray[np.float64]:
        """The estimate: the share of shots, shape (N, M)."""
        return self.zeros / self.shots

    @property
    def variance(self) -> NDArray[np.float64]:
        r"""The unbiased estimate :math:`\hat p(1-\hat p)/(S-1)` of each entry's variance.

        It is 0 where no or every shot read 0, which does not mean certainty: see
        :meth:`interval`.

        Raises
        ------
        NotEstimable
            With a single shot.
        """
        if self.shots < 2:
            raise NotEstimable(
                "variance of a sampled kernel — expected 2 shots or more, got 1 — add shots"
            )
        spread = self.values * (1 - self.values) / (self.shots - 1)
        return np.where(self.exact, 0.0, spread)

    def interval(
        self, confidence: float = 0.95
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the exact (Clopper-Pearson) bounds of each entry's probability.

        References
        ----------
        Clopper CJ, Pearson ES. Biometrika 1934;26:404-413.
        """
        if not 0.5 <= confidence < 1:
            raise NotEstimable(
                f"interval of a sampled kernel — expected a confidence in [0.5, 1), got "
                f"{confidence} — correct the protocol"
            )
        tail, k, n = (1 - confidence) / 2, self.zeros.astype(float), float(self.shots)
        lower = np.where(k > 0, betaincinv(np.maximum(k, 1), n - k + 1, tail), 0.0)
        upper = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 1), 1 - tail), 1.0)
        return np.where(self.exact, self.values, lower), np.where(
            self.exact, self.values, upper
        )


def sampled_kernel(
    probabilities: ArrayLike, shots: int, rng: np.random.Generator
) -> SampledKernel:
    """Draw every entry of a kernel by itself.

    For kernels that are not symmetric (noise) or not square: each ordered pair has its own
    circuit.

    Parameters
    ----------
    probabilities : (N, M) of float in [0, 1]
        Of reading "all 0".
    shots : int
        Repetitions of each circuit.
    rng : numpy.random.Generator
        Draws entry by entry, row by row.

    Examples
    --------
    >>> drawn = sampled_kernel([[1.0, 0.5]], 1000, np.random.default_rng(0))
    >>> drawn.values
    array([[1.   , 0.511]])
    """
    checked = _checked(probabilities, shots)
    zeros = rng.binomial(shots, checked).astype(np.int64)
    return SampledKernel(zeros=zeros, shots=shots, exact=np.zeros(zeros.shape, bool))


def sampled_gram(
    kernel: ArrayLike, shots: int, rng: np.random.Generator, *, diagonal: Diagonal
) -> SampledKernel:
    """Draw a noiseless kernel of one cohort: one circuit a pair, its mirror the same number.

    Parameters
    ----------
    kernel : (N, N) of float in [0, 1]
        Symmetric.
    diagonal : "kept" or "sampled"
        "kept" sets it to 1 by definition and spends no shots on it; "sampled" runs those
        circuits too, as a device would be asked to when noise is expected.

    Raises
    ------
    NotEstimable
        When the kernel is not symmetric, the diagonal is to be neither kept nor sampled, or
        "kept" is asked of one that is not 1.
    """
    if diagonal not in DIAGONALS:
        raise NotEstimable(
            f"symmetric sampling — expected a diagonal kept or sampled, got {diagonal!r} — "
            "correct the protocol"
        )
    checked = _checked(kernel, shots)
    if checked.shape[0] != checked.shape[1] or not _are_equal(checked, checked.T):
        raise NotEstimable(
            "symmetric sampling — expected a symmetric kernel, got one that differs from its "
            "transpose — use sampled_kernel, or state how to symmetrise"
        )
    if diagonal == "kept" and not _are_equal(np.diag(checked), 1.0):
        raise NotEstimable(
            "symmetric sampling — expected a diagonal of 1 to keep, got "
            f"{np.diag(checked).min():.6f} at least — sample the diagonal"
        )
    above = np.triu_indices(len(checked), k=1 if diagonal == "kept" else 0)
    zeros = np.zeros(checked.shape, np.int64)
    zeros[above] = rng.binomial(shots, checked[above])
    zeros = np.triu(zeros) + np.triu(zeros, 1).T
    exact = np.eye(len(zeros), dtype=bool) & (diagonal == "kept")
    zeros[exact] = shots
    return SampledKernel(zeros=zeros, shots=shots, exact=exact)


def _are_equal(table: NDArray[np.float64], expected: NDArray[np.float64] | float) -> bool:
    return bool(np.allclose(table, expected, rtol=0, atol=ROUNDING))


def _most(zeros: NDArray[np.int64]) -> int:
    return int(zeros.max(initial=0))


def _checked(probabilities: ArrayLike, shots: int) -> NDArray[np.float64]:
    table = np.asarray(probabilities, dtype=np.float64)
    if shots < 1 or shots != int(shots) or table.ndim != 2:
        raise NotEstimable(
            f"sampled kernel — expected a table and a whole number of shots, got shape "
            f"{table.shape} and {shots} shots — correct the protocol"
        )
    if table.size and not -ROUNDING <= table.min() <= table.max() <= 1 + ROUNDING:
        raise NotEstimable(
            f"sampled kernel — expected probabilities in [0, 1], got {table.min():.3g} to "
            f"{table.max():.3g} — only kernels that are probabilities can be sampled"
        )
    return np.clip(table, 0.0, 1.0)
