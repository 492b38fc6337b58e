"""Choices in which each group takes exactly one option, listed without any other.

Four patients who each take one of four beds are 256 choices, not the 65,536 of 16 bits. A
search among these alone cannot break the rule that they keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from probatum.errors import DataError
from probatum.quantum.optimisation.product_mixers import one_hot_mixer
from probatum.quantum.optimisation.qaoa import Qaoa, diagonal_qaoa
from probatum.quantum.optimisation.qubo import Bits, Qubo
from probatum.quantum.optimisation.samples import Samples

MOST_CHOICES = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class OneHot:
    """Variables split into neighbouring groups, one of each group being chosen.

    Parameters
    ----------
    options : tuple of int
        Number of variables of each group, in the order of the variables.

    Examples
    --------
    >>> OneHot(options=(2, 3)).bits([1, 4])
    array([[0, 1, 1, 0, 0],
           [1, 0, 0, 0, 1]], dtype=int8)
    """

    options: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.options or min(self.options) < 1 or self.choices > MOST_CHOICES:
            raise DataError(
                f"one-hot groups — expected options in each and at most {MOST_CHOICES} choices "
                f"in all, got {self.options} — take fewer"
            )

    @property
    def choices(self) -> int:
        """Number of choices that keep the rule."""
        return int(np.prod([float(size) for size in self.options]))

    def bits(self, indices: ArrayLike) -> Bits:
        """Return choices by their numbers, the first group varying fastest: (m,) -> (m, n)."""
        left = np.array(indices, dtype=np.int64)
        found = np.zeros((len(left), sum(self.options)), dtype=np.int8)
        start = 0
        for size in self.options:
            found[np.arange(len(left)), start + left % size] = 1
            left //= size
            start += size
        return found

    def energies(self, qubo: Qubo) -> NDArray[np.float64]:
        """Return the cost of every choice that keeps the rule.

        Raises
        ------
        DataError
            When the QUBO has other variables than the groups.
        """
        if qubo.variables != sum(self.options):
            raise DataError(
                f"one-hot groups — expected {sum(self.options)} variables, got "
                f"{qubo.variables} — leave no slack bit in the cost"
            )
        ends = np.cumsum(self.options)
        parts = [
            slice(int(end) - size, int(end))
            for end, size in zip(ends, self.options, strict=True)
        ]
        grid = np.full(self.options[::-1], qubo.offset)
        last = len(parts) - 1
        for group, part in enumerate(parts):
            grid += _spread(qubo.linear[part], last, (last - group,))
        for (i, one), (j, other) in combinations(enumerate(parts), 2):
            grid += _spread(qubo.quadratic[one, other].T, last, (last - j, last - i))
        return grid.ravel()

    def algorithm(
        self, qubo: Qubo, *, dtype: DTypeLike = np.complex128, threads: int = 1
    ) -> Qaoa:
        """Return QAOA with the mixer that never leaves these choices."""
        return diagonal_qaoa(
            self.energies(qubo), one_hot_mixer(self.options), dtype=dtype, threads=threads
        )

    def drawn(
        self, probabilities: ArrayLike, *, shots: int, rng: np.random.Generator
    ) -> Samples:
        """Draw choices by their exact probabilities (choices,).

        Raises
        ------
        DataError
            When there is no shot, or not one probability for each choice.
        """
        chances = np.asarray(probabilities, dtype=np.float64)
        if chances.shape != (self.choices,) or shots < 1:
            raise DataError(
                f"one-hot draws — expected the chances of {self.choices} choices and a shot or "
                f"more, got shape {chances.shape} and {shots} — use the same groups"
            )
        counts = rng.multinomial(shots, chances / chances.sum())
        seen = np.flatnonzero(counts)
        return Samples(bits=self.bits(seen), counts=counts[seen], source="quantum sample")


def _spread(values: NDArray[np.float64], last: int, axes: Sequence[int]) -> NDArray[np.float64]:
    """Return values along the given axes of the grid, ready to be broadcast over the rest."""
    shape = [1] * (last + 1)
    for axis, size in zip(axes, values.shape, strict=True):
        shape[axis] = size
    return values.reshape(shape)
