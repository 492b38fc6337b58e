"""What a quantum computer has to measure to score a patient, and how that scatters.

A score is never read off a device; it is estimated from so many shots. Two ways are known here:
one circuit for each training patient (the entries of the kernel), and one observable measured
on the patient's state (its spectrum), which variational models use as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import NotEstimable

Array = NDArray[np.float64]

ROUNDING = 1e-9
"""How far beyond 0 or 1 a computed probability may stray before it is refused."""


class Measurement(Protocol):
    """The law of a score that is estimated from shots."""

    @property
    def circuits(self) -> int:
        """Circuits run for one patient, each with all its shots."""

    def score(self) -> Array:
        """Return the score at infinitely many shots, shape (patients,)."""

    def variance(self, shots: int) -> Array:
        """Return the variance of the estimated score, shape (patients,)."""

    def sampled(self, shots: int, replicates: int, rng: np.random.Generator) -> Array:
        """Return scores as a device would estimate them, shape (replicates, patients)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KernelEntries:
    r"""A score put together from kernel entries, each estimated from its own shots.

    .. math:: f(x) = b + \sum_j \alpha_j k_j, \quad k_j \sim \mathrm{Binomial}(S, p_j) / S,
              \qquad \operatorname{Var} f = \sum_j \alpha_j^2\, p_j (1 - p_j) / S

    Attributes
    ----------
    offset : float
    shares : (m,) of float
        :math:`\alpha`, one a training patient.
    probabilities : (n, m) of float in [0, 1]
        Of the all-zero outcome: the kernel, exact or of a noisy device.

    Examples
    --------
    >>> entries = KernelEntries(offset=0.0, shares=[2.0, 1.0], probabilities=[[0.5, 1.0]])
    >>> entries.score().tolist(), entries.variance(100).tolist()
    ([2.0], [0.01])
    """

    offset: float
    shares: Array
    probabilities: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "shares", np.asarray(self.shares, dtype=np.float64))
        object.__setattr__(self, "probabilities", _probabilities(self.probabilities))
        _expect_one_each("kernel entries", self.probabilities, self.shares)

    @property
    def circuits(self) -> int:
        """Return one circuit a training patient."""
        return len(self.shares)

    def score(self) -> Array:
        """Return the score at infinitely many shots, shape (patients,)."""
        return np.asarray(self.offset + self.probabilities @ self.shares)

    def variance(self, shots: int) -> Array:
        """Return the variance of the estimated score, shape (patients,)."""
        spread = self.probabilities * (1 - self.probabilities)
        return np.asarray(spread @ self.shares**2 / expect_shots(shots))

    def sampled(self, shots: int, replicates: int, rng: np.random.Generator) -> Array:
        """Return estimated scores, every entry drawn from its own binomial law."""
        expect_shots(shots)
        scores = [
            self.offset + (rng.binomial(shots, self.probabilities) / shots) @ self.shares
            for _ in range(replicates)
        ]
        return np.array(scores)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spectrum:
    r"""A score that is the mean of an observable, measured in its own basis.

    .. math:: f(x) = b + \sum_k \lambda_k q_k, \qquad
              \operatorname{Var} f = \Bigl(\sum_k \lambda_k^2 q_k
              - \bigl(\textstyle\sum_k \lambda_k q_k\bigr)^2\Bigr) / S

    Attributes
    ----------
    offset : float
    eigenvalues : (d,) of float
        What one shot may read.
    probabilities : (n, d) of float in [0, 1]
        How often each is read; a patient's add up to 1.

    Examples
    --------
    >>> parity = Spectrum(offset=0.0, eigenvalues=[-1.0, 1.0], probabilities=[[0.2, 0.8]])
    >>> round(float(parity.score()[0]), 12), round(float(parity.variance(64)[0]), 12)
    (0.6, 0.01)
    """

    offset: float
    eigenvalues: Array
    probabilities: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "eigenvalues", np.asarray(self.eigenvalues, dtype=np.float64))
        given = _probabilities(self.probabilities)
        _expect_one_each("spectrum", given, self.eigenvalues)
        total = given.sum(axis=1, keepdims=True)
        if not np.allclose(total, 1, atol=1e-6):
            raise NotEstimable(
                "spectrum — expected probabilities that add up to 1 for each patient, got "
                "others — give every eigenvalue, of normalised states"
            )
        object.__setattr__(self, "probabilities", given / total)

    @classmethod
    def of_signs(cls, expectation: ArrayLike, *, offset: float, scale: float) -> Spectrum:
        """Return the law of ``offset + scale * <P>`` for a Pauli string P, read as +1 or -1.

        Parameters
        ----------
        expectation : (n,) of float in [-1, 1]
        """
        up = (1 + np.asarray(expectation, dtype=np.float64)) / 2
        return cls(
            offset=offset,
            eigenvalues=np.array([-scale, scale]),
            probabilities=np.column_stack([1 - up, up]),
        )

    @property
    def circuits(self) -> int:
        """Return one: the patient's state, turned into the observable's basis."""
        return 1

    def score(self) -> Array:
        """Return the score at infinitely many shots, shape (patients,)."""
        return np.asarray(self.offset + self.probabilities @ self.eigenvalues)

    def variance(self, shots: int) -> Array:
        """Return the variance of the estimated score, shape (patients,)."""
        mean = self.probabilities @ self.eigenvalues
        gaps = self.eigenvalues - mean[:, np.newaxis]
        return np.asarray((self.probabilities * gaps**2).sum(axis=1) / expect_shots(shots))

    def sampled(self, shots: int, replicates: int, rng: np.random.Generator) -> Array:
        """Return estimated scores, the shots of a patient drawn from one multinomial law."""
        expect_shots(shots)
        scores = [
            self.offset
            + (rng.multinomial(shots, self.probabilities) / shots) @ self.eigenvalues
            for _ in range(replicates)
        ]
        return np.array(scores)


def expect_shots(shots: int) -> int:
    """Return the shots when there are any.

    Raises
    ------
    NotEstimable
        When there are none.
    """
    if shots < 1:
        raise NotEstimable(
            f"shots — expected 1 or more, got {shots} — an exact result is written as None"
        )
    return shots


def _probabilities(given: ArrayLike) -> Array:
    values = np.asarray(given, dtype=np.float64)
    if values.ndim != 2 or not (np.abs(values - 0.5) <= 0.5 + ROUNDING).all():
        raise NotEstimable(
            f"measurement — expected probabilities, shape (patients, outcomes), got shape "
            f"{values.shape} or values outside [0, 1] — compute them from normalised states"
        )
    return np.clip(values, 0, 1)


def _expect_one_each(what: str, probabilities: Array, weights: Array) -> None:
    if weights.shape != probabilities.shape[1:]:
        raise NotEstimable(
            f"{what} — expected one number for each of {probabilities.shape[1]} outcomes, got "
            f"shape {weights.shape} — pair them"
        )
