"""The smallest study that is large enough, also where a larger one can be worse.

Counts come whole: the power of an exact test does not rise with every patient but goes up in
the teeth of a saw. Large enough then means that no larger study falls short.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from probatum.analysis.observations import FloatArray
from probatum.errors import NotEstimable

MOST: Final = 10_000_000
"""No study searched for is larger."""

BLOCK: Final = 512


def smallest(is_enough: Callable[[int], bool], *, least: int = 1) -> int:
    """Smallest n that is enough, where more patients never are too few.

    Parameters
    ----------
    is_enough : callable
        Of a number of patients; once true, it stays true.
    least : int
        Where the search starts.

    Raises
    ------
    NotEstimable
        When ten million patients are not enough.

    Examples
    --------
    >>> smallest(lambda n: n * n >= 50)
    8
    """
    most = least
    while most > MOST or not is_enough(most):
        if most >= MOST:
            raise NotEstimable(f"sample size — more than {MOST} patients would be needed")
        least, most = most + 1, min(2 * most, MOST)
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if is_enough(middle) else (middle + 1, most)
    return most


def smallest_that_holds(
    reached: Callable[[int], float], target: float, *, least: int = 1
) -> int:
    """Smallest n from which on ``target`` is reached, where ``reached`` goes up in teeth.

    The search comes down from a size that leaves half of what the target leaves to miss
    (0.95 for a power of 0.9), beyond which the teeth of a power are smaller than the room
    left. It stops at the first size that falls short. Above 40,000 patients it comes down in
    strides of a twenty-thousandth first.

    Parameters
    ----------
    reached : callable
        Probability that a number of patients gives.
    target : float in (0, 1)
    least : int

    Examples
    --------
    >>> smallest_that_holds(lambda n: 1 - 1 / n - 0.04 * (n % 2), 0.9)
    16
    """
    roomy = (1 + target) / 2
    n = smallest(lambda n: min(reached(n), reached(n + 1)) >= roomy, least=least)
    for stride in (max(n // 20_000, 1), 1):
        while n - stride >= least and reached(n - stride) >= target:
            n -= stride
    return n


class Remembered:
    """Values at whole numbers, a block of them computed when one is first asked for.

    Parameters
    ----------
    of : callable
        Of an array of whole numbers.

    Examples
    --------
    >>> Remembered(lambda m: m**2.0).between(2, 4)
    array([ 4.,  9., 16.])
    """

    __slots__ = ("_blocks", "_of")

    def __init__(self, of: Callable[[NDArray[np.int64]], FloatArray]) -> None:
        self._of = of
        self._blocks: dict[int, FloatArray] = {}

    def between(self, first: int, last: int) -> FloatArray:
        """Values at ``first`` to ``last``, both included; ``first`` is not negative."""
        blocks = range(first // BLOCK, last // BLOCK + 1)
        for block in blocks:
            if block not in self._blocks:
                self._blocks[block] = self._of(np.arange(block * BLOCK, (block + 1) * BLOCK))
        start = blocks.start * BLOCK
        found = np.concatenate([self._blocks[block] for block in blocks])
        return found[first - start : last - start + 1]


def likely(n: int, share: float) -> tuple[int, int]:
    """Counts out of ``n`` beyond which nothing is lost to a double.

    Examples
    --------
    >>> likely(10, 0.5), likely(10_000, 0.5)
    ((0, 10), (4541, 5459))
    """
    far = 9 * math.sqrt(n * share * (1 - share)) + 9
    return max(math.floor(n * share - far), 0), min(math.ceil(n * share + far), n)


def last_short(reached: FloatArray, target: float) -> int:
    """Place of the last value below ``target``; -1 when there is none.

    Examples
    --------
    >>> last_short(np.array([0.5, 0.9, 0.7, 0.9]), 0.8)
    2
    """
    short = np.flatnonzero(reached < target)
    return int(short[-1]) if short.size else -1
