"""Choices that were drawn, how often, and by what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.errors import DataError
from probatum.quantum.optimisation.qubo import Bits, bits_of

Source = Literal["quantum sample", "annealing", "exact solver"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Samples:
    """Distinct choices with the number of times each was drawn.

    Parameters
    ----------
    bits : (m, n) of 0 and 1
        One distinct choice a row, variable 0 first.
    counts : (m,) int
        At least 1 each.
    source : {"quantum sample", "annealing", "exact solver"}
    """

    bits: Bits
    counts: NDArray[np.int64]
    source: Source

    def __post_init__(self) -> None:
        if self.bits.ndim != 2 or len(self.bits) != len(self.counts) or not len(self.bits):
            raise DataError(
                f"samples — expected one count a choice and at least one choice, got "
                f"{self.bits.shape} and {self.counts.shape} — draw again"
            )
        if not np.isin(self.bits, (0, 1)).all() or not (self.counts >= 1).all():
            raise DataError(
                "samples — expected bits of 0 and 1 and counts of at least 1, got others — "
                "draw again"
            )

    @property
    def shots(self) -> int:
        """Number of choices drawn."""
        return int(self.counts.sum())

    def decisions(self, number: int) -> Samples:
        """Return the samples without the slack bits above the first variables."""
        if number > self.bits.shape[1]:
            raise DataError(
                f"samples — expected at least {number} variables, got {self.bits.shape[1]} — "
                "sample the circuit of the same problem"
            )
        return collected(
            np.repeat(self.bits[:, :number], self.counts, axis=0), source=self.source
        )


def collected(bits: ArrayLike, *, source: Source) -> Samples:
    """Return the distinct rows of drawn choices, in the order of their bits."""
    rows, counts = np.unique(np.asarray(bits, dtype=np.int8), axis=0, return_counts=True)
    return Samples(bits=rows, counts=counts, source=source)


def drawn(probabilities: ArrayLike, *, shots: int, rng: np.random.Generator) -> Samples:
    """Draw choices by their exact probabilities.

    Parameters
    ----------
    probabilities : (2**n,) float
        Of one start, as :meth:`~probatum.quantum.optimisation.qaoa.Qaoa.probabilities` gives.
    shots : int
        At least 1.

    Raises
    ------
    DataError
        When there is no shot, or the numbers are not the chances of 2**n choices.
    """
    chances = np.asarray(probabilities, dtype=np.float64)
    if shots < 1 or shots != int(shots) or chances.ndim != 1:
        raise DataError(
            f"samples — expected whole shots of one distribution, got {shots} of "
            f"{chances.shape} — ask for at least one"
        )
    variables = int(chances.size).bit_length() - 1
    if chances.size != 1 << variables or not (chances >= 0).all() or not chances.sum() > 0:
        raise DataError(
            f"samples — expected the chances of all choices of some variables, 0 or more, got "
            f"{chances.size} number(s) — give one a choice, 2**n in all"
        )
    counts = rng.multinomial(shots, chances / chances.sum())
    seen = np.flatnonzero(counts)
    return Samples(bits=bits_of(seen, variables), counts=counts[seen], source="quantum sample")


def from_counts(counts: Mapping[str, int]) -> Samples:
    """Return what a backend counted; its bit strings have qubit 0 last, as Qiskit prints.

    Raises
    ------
    DataError
        When nothing was counted, or the strings are not bits of one circuit.

    Examples
    --------
    >>> from_counts({"01": 3}).bits
    array([[1, 0]], dtype=int8)
    """
    kept = {key.replace(" ", ""): count for key, count in sorted(counts.items()) if count}
    if len(set(map(len, kept))) != 1 or not set("".join(kept)) <= {"0", "1"}:
        raise DataError(
            "counts — expected strings of 0 and 1, all of one length, got none or others — "
            "give the backend's counts as bit strings"
        )
    bits = np.array([[int(bit) for bit in reversed(key)] for key in kept], dtype=np.int8)
    return Samples(bits=bits, counts=np.array(list(kept.values())), source="quantum sample")
