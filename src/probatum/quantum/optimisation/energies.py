"""The cost of every possible choice at once, by doubling one yes-or-no decision after another.

Deciding one more variable doubles the list: the new half costs what the old half costs, plus
what the new variable adds to each. Two additions a choice, no products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from probatum.errors import DataError

Vector = NDArray[np.float64]

MOST_VARIABLES = 24
"""Variables up to which every choice is listed or searched."""
CHUNK_VARIABLES = 18
"""Variables enumerated at once when only the best is kept: two megabytes."""


def quadratic_energies(offset: float, linear: Vector, quadratic: Vector) -> Vector:
    r"""Return :math:`c + \sum_i l_i x_i + \sum_{i<j} Q_{ij} x_i x_j` of all choices.

    Parameters
    ----------
    offset : float
    linear : (n,) float
    quadratic : (n, n) float
        Upper triangle is read.

    Returns
    -------
    (2**n,) float
        Entry k belongs to the choice whose variable i is bit i of k (little-endian, as
        Qiskit orders states). Sums of whole numbers are exact.

    Examples
    --------
    >>> quadratic_energies(1.0, np.array([2.0, 3.0]), np.array([[0.0, -5.0], [0.0, 0.0]]))
    array([1., 3., 4., 1.])
    """
    count = len(linear)
    refuse_too_many(count)
    found = np.empty(1 << count)
    found[0] = offset
    for k in range(count):
        half = 1 << k
        np.add(
            found[:half], linear_sums(linear[k], quadratic[:k, k]), out=found[half : 2 * half]
        )
    return found


def linear_sums(offset: float, coefficients: Vector) -> Vector:
    """Return ``offset + coefficients @ x`` of all choices, in the same order."""
    found = np.empty(1 << len(coefficients))
    found[0] = offset
    for k, coefficient in enumerate(coefficients):
        half = 1 << k
        np.add(found[:half], coefficient, out=found[half : 2 * half])
    return found


def refuse_too_many(count: int) -> None:
    """Refuse to list more choices than memory allows for; it says nothing of the problem."""
    if count > MOST_VARIABLES:
        raise DataError(
            f"enumeration — expected at most {MOST_VARIABLES} variables, got {count} — "
            "use the exact solver"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Extremes:
    """The least and the largest cost among all choices."""

    lowest: float
    highest: float
    index: int
    """The choice of least cost; of several, the smallest number."""


def extremes(offset: float, linear: Vector, quadratic: Vector) -> Extremes:
    """Search all choices in chunks, so that memory stays at a few megabytes.

    The upper variables are fixed in turn; a fixed one adds its products with the lower ones
    to their linear part.
    """
    count = len(linear)
    refuse_too_many(count)
    low = min(count, CHUNK_VARIABLES)
    inner, tops = quadratic_energies(0.0, linear[:low], quadratic[:low, :low]), count - low
    heads = quadratic_energies(offset, linear[low:], quadratic[low:, low:])
    found = []
    for head in range(1 << tops):
        bits = (head >> np.arange(tops)) & 1
        chunk = inner + linear_sums(heads[head], quadratic[:low, low:] @ bits)
        best = int(np.argmin(chunk))
        found.append((float(chunk[best]), float(chunk.max()), (head << low) + best))
    lowest, _, index = min(found, key=lambda each: (each[0], each[2]))
    return Extremes(lowest=lowest, highest=max(each[1] for each in found), index=index)
