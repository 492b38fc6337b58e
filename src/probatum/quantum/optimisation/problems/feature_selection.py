"""Which few measurements to keep: telling about the outcome, and not twice the same thing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from probatum.errors import DataError
from probatum.quantum.optimisation.constraints import Constraint
from probatum.quantum.optimisation.qubo import Bits, Qubo

Matrix = NDArray[np.float64]
COUNT_RULE = "exactly the wanted number of features"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FeatureSelection:
    r"""Choose k features of most relevance and least redundancy.

    .. math:: \min_x -\sum_i r_i x_i + \frac{\alpha}{\max(k-1, 1)} \sum_{i<j} R_{ij} x_i x_j,
              \quad \sum_i x_i = k

    Repair: while too many, drop the feature whose loss costs least; while too few, add the
    one that costs least; ties go to the first.

    Parameters
    ----------
    names : tuple of str
    relevance : (f,) float
        How much each feature tells about the outcome.
    redundancy : (f, f) float, symmetric
        How much two features tell the same.
    count : int
        k.
    redundancy_weight : float, at least 0
        :math:`\alpha`.

    References
    ----------
    Peng H, Long F, Ding C. IEEE Trans Pattern Anal Mach Intell 2005;27:1226-1238.
    Mücke S et al. Quantum Mach Intell 2023;5:11.
    """

    names: tuple[str, ...]
    relevance: Matrix
    redundancy: Matrix
    count: int
    redundancy_weight: float

    def __post_init__(self) -> None:
        number = len(self.names)
        shapes = (np.shape(self.relevance), np.shape(self.redundancy))
        if shapes != ((number,), (number, number)) or len(set(self.names)) != number:
            raise DataError(
                f"feature selection — expected one relevance a distinct name, got {shapes} for "
                f"{number} names — measure each feature once"
            )
        if not 1 <= self.count <= number or not 0 <= self.redundancy_weight < np.inf:
            raise DataError(
                f"feature selection — expected 1 to {number} features and a weight of at "
                f"least 0, got {self.count} and {self.redundancy_weight:g} — choose others"
            )
        finite = np.isfinite(self.relevance).all() and np.isfinite(self.redundancy).all()
        if not finite or not np.array_equal(self.redundancy, self.redundancy.T):
            raise DataError(
                "feature selection — expected finite numbers and a symmetric redundancy, got "
                "others — use a measure that does not depend on the order"
            )

    @property
    def decisions(self) -> tuple[str, ...]:
        """The features."""
        return self.names

    @property
    def _weight(self) -> float:
        return self.redundancy_weight / max(self.count - 1, 1)

    def objective(self) -> Qubo:
        """Return redundancy less relevance."""
        return Qubo(
            linear=-self.relevance, quadratic=self._weight * np.triu(self.redundancy, 1)
        )

    def constraints(self) -> tuple[Constraint, ...]:
        """Return the rule on the number of features."""
        weights = tuple((place, 1) for place in range(len(self.names)))
        return (Constraint(name=COUNT_RULE, weights=weights, sense="==", bound=self.count),)

    def cost(self, bits: Bits) -> float:
        """Return the cost, feature by feature and pair by pair."""
        kept = [place for place, bit in enumerate(bits) if bit]
        gained = sum(float(self.relevance[place]) for place in kept)
        doubled = sum(float(self.redundancy[i, j]) for i, j in combinations(kept, 2))
        return self._weight * doubled - gained

    def broken(self, bits: Bits) -> tuple[str, ...]:
        """Return the rule on the number, if broken."""
        return () if sum(map(int, bits)) == self.count else (COUNT_RULE,)

    def repaired(self, bits: Bits) -> Bits:
        """Drop or add single features, cheapest first, until the number is right."""
        found = np.array(bits, dtype=np.int8)
        while (total := int(found.sum())) != self.count:
            places = np.flatnonzero(found == (1 if total > self.count else 0))
            changed = [self.cost(_flipped(found, int(place))) for place in places]
            found = _flipped(found, int(places[int(np.argmin(changed))]))
        return found


def _flipped(bits: Bits, place: int) -> Bits:
    found = bits.copy()
    found[place] ^= 1
    return found
