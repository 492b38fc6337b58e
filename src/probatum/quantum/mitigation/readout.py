r"""Undoing a device's readout errors, from the counts that were kept.

Each qubit is misread with known probabilities. Inverting its two-by-two table gives every shot
a weight, possibly negative, such that the mean weight is free of readout errors. The price is
a larger variance. Because only counts and tables enter, any kept result can be scored again
later, with another calibration or without any.

References
----------
Bravyi S et al. Phys Rev A 2021;103:042605 (the tensor-product noise model).

Departures
----------
Qubits are taken as misread independently of each other, and the tables as known exactly: the
standard error holds the shots of the result, not those of the calibration.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import NotEstimable
from probatum.quantum.noise.program import NoisyProgram

Counts = Mapping[str, int]
"""Bit string as Qiskit prints it, bit 0 last -> times it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """An average over shots, without and with the correction."""

    raw: float
    raw_standard_error: float
    value: float
    """May leave the range that a perfect readout could give, and is not clipped."""
    standard_error: float
    shots: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReadoutCorrection:
    """The readout table of each bit, bit 0 first."""

    tables: NDArray[np.float64]
    """(n, 2, 2): probability of reading the column when the row is true."""

    def __post_init__(self) -> None:
        tables = self.tables
        if tables.ndim != 3 or tables.shape[1:] != (2, 2) or not _rows_sum_to_one(tables):
            raise NotEstimable(
                f"readout tables — expected (bits, 2, 2) with rows summing to 1, got shape "
                f"{tables.shape} — measure the calibration circuits again"
            )
        if np.any(tables[:, 0, 1] + tables[:, 1, 0] >= 1):
            raise NotEstimable(
                "readout tables — expected misreading to be rarer than reading right, got a "
                "bit that tells nothing — leave that qubit out"
            )

    @property
    def overhead(self) -> float:
        r"""Times more shots that keep the same certainty, at most.

        :math:`\prod_q \lVert A_q^{-1} \rVert_\infty^2`, 1 for a perfect readout.
        """
        norms = np.abs(np.linalg.inv(self.tables)).sum(axis=2).max(axis=1)
        return float(np.prod(norms**2))

    def weights(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return what a read bit must count so that the true bit counts as told.

        Parameters
        ----------
        values : (n, 2) of float
            For each bit, the value of its true 0 and its true 1.

        Returns
        -------
        (n, 2) of float
            For each bit, the weight of reading 0 and of reading 1.
        """
        told = np.asarray(values, dtype=np.float64)
        return np.asarray(np.linalg.solve(self.tables, told[:, :, np.newaxis])[:, :, 0])

    def probability_of_zero(self, counts: Counts) -> Corrected:
        """Return the probability that all bits are 0: an entry of a kernel."""
        return self.average(counts, np.tile([1.0, 0.0], (len(self.tables), 1)))

    def parity(self, counts: Counts, letters: str) -> Corrected:
        """Return the average of a string of Z and I, written as Qiskit does: bit 0 last."""
        if set(letters) - {"I", "Z"}:
            raise NotEstimable(
                f"readout correction — expected a string of I and Z, got {letters!r} — turn "
                "the basis in the circuit and read Z"
            )
        values = [[1.0, -1.0] if letter == "Z" else [1.0, 1.0] for letter in reversed(letters)]
        return self.average(counts, values)

    def average(self, counts: Counts, values: ArrayLike) -> Corrected:
        """Return the mean over shots of a product of one value a bit.

        Raises
        ------
        NotEstimable
            With fewer than two shots, or strings or values for another number of bits.

        Examples
        --------
        >>> tables = np.array([[[0.9, 0.1], [0.2, 0.8]]])
        >>> found = ReadoutCorrection(tables=tables).probability_of_zero({"0": 55, "1": 45})
        >>> found.raw, round(found.value, 12)
        (0.55, 0.5)
        """
        told = np.asarray(values, dtype=np.float64)
        if told.shape != (len(self.tables), 2):
            raise NotEstimable(
                f"readout correction — expected values of 0 and 1 for {len(self.tables)} "
                f"bit(s), got shape {told.shape} — give two numbers a bit"
            )
        read, times = _bits(counts, len(self.tables))
        raw, raw_error = _mean(_product(told, read), times)
        value, error = _mean(_product(self.weights(told), read), times)
        return Corrected(
            raw=raw,
            raw_standard_error=raw_error,
            value=value,
            standard_error=error,
            shots=int(times.sum()),
        )


def correction_from_counts(zeros: Counts, ones: Counts) -> ReadoutCorrection:
    """Return the tables measured by two circuits: all qubits in 0, and all in 1.

    Examples
    --------
    >>> found = correction_from_counts({"0": 98, "1": 2}, {"0": 5, "1": 95})
    >>> found.tables[0]
    array([[0.98, 0.02],
           [0.05, 0.95]])
    """
    bits = len(next(iter(zeros), "").replace(" ", ""))
    shares = np.empty((2, bits))
    for row, counts in enumerate((zeros, ones)):
        read, times = _bits(counts, bits)
        shares[row] = times @ read / times.sum()
    return ReadoutCorrection(tables=np.stack([1 - shares.T, shares.T], axis=2))


def correction_from_calibration(program: NoisyProgram) -> ReadoutCorrection:
    """Return the tables that a device's snapshot states, in the order of the circuit's bits."""
    bits = program.template.bits
    order: Iterable[int] = sorted(bits, key=bits.__getitem__)
    return ReadoutCorrection(tables=np.array([program.noise.readout(q) for q in order]))


def _bits(counts: Counts, bits: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the strings as a table, bit 0 first, and how often each was read."""
    strings: Sequence[str] = [text.replace(" ", "") for text in counts]
    times = np.array(list(counts.values()), dtype=np.float64)
    lengths = {len(text) for text in strings}
    if times.sum() < 2 or times.min() < 0 or lengths != {bits}:
        raise NotEstimable(
            f"readout correction — expected 2 shots or more of {bits} bits, got "
            f"{int(times.sum())} shots of {sorted(lengths)} — give the kept counts of this "
            "circuit"
        )
    table = np.array([[int(bit) for bit in reversed(text)] for text in strings], dtype=np.intp)
    return table, times


def _product(values: NDArray[np.float64], read: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.asarray(np.prod(values[np.arange(len(values)), read], axis=1))


def _mean(weights: NDArray[np.float64], times: NDArray[np.float64]) -> tuple[float, float]:
    shots = float(times.sum())
    mean = float(times @ weights / shots)
    spread = float(times @ (weights - mean) ** 2 / (shots - 1))
    return mean, math.sqrt(spread / shots)


def _rows_sum_to_one(tables: NDArray[np.float64]) -> bool:
    return bool(np.allclose(tables.sum(axis=2), 1.0) and tables.min() >= 0)
