"""How often two samples of one population lie as far apart as these do."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from probatum.analysis.observations import FloatArray

_PAIRS: Final = 4_000_000
"""Pairs of patients up to which the orders of two samples are counted out."""
_LARGE: Final = 50_000
"""Harmonic size beyond which the finite-sample distribution is slow, and its limit as good."""


def chance_of_gap(gap: float, n: int, m: int) -> float:
    """Chance that samples of n and m of one population lie ``gap`` or more apart.

    Up to four million pairs all orders without ties are counted. Beyond, it is that of one
    sample of nm/(n + m), and where this exceeds 50,000 its limit, corrected for size.

    Parameters
    ----------
    gap : float in [0, 1]
        Kolmogorov-Smirnov distance.
    n, m : int, at least 1

    References
    ----------
    Hodges JL. Ark Mat 1958;3:469-486 (the count). Vrbik J. Pioneer J Theor Appl Stat
    2018;15:15-23 (the limit).

    Examples
    --------
    >>> round(chance_of_gap(1.0, 3, 3), 12)  # 2 of 20 orders
    0.1
    """
    if n * m <= _PAIRS:
        return _counted(round(gap * n * m), *sorted((n, m)))
    size = n * m / (n + m)
    if size <= _LARGE:
        return float(stats.kstwo.sf(gap, np.round(size)))
    far = gap * np.sqrt(size)
    return float(special.kolmogorov(far + 1 / (6 * np.sqrt(size)) + (far - 1) / (4 * size)))


def _counted(apart: int, few: int, many: int) -> float:
    """Share of orders in which i of the few and j of the many are somewhere ``apart``.

    An order is a path from (0, 0) to (few, many); ``apart`` is the least |i many - j few| that
    it must reach. Paths still within are counted row by row, in logarithms, and each that
    leaves is told off with all its ways on: small chances are added up, never what is left of
    one.
    """
    if apart == 0:
        return 1.0
    across = np.arange(few + 1) * many
    first = np.maximum((across - apart) // few + 1, 0).tolist()
    last = np.minimum((across + apart - 1) // few, many).tolist()
    log = special.gammaln(np.arange(1.0, few + many + 2))
    left, within = 0.0, np.zeros(1)
    for i, (start, end) in enumerate(zip(first, last, strict=True)):
        before = first[max(i - 1, 0)]
        out = np.arange(before, min(start, before + within.size))
        left += _share(log, within[: out.size], few, few - i, many - out)
        within = within[out.size :]
        if start > end or not within.size:
            break
        within = np.logaddexp.accumulate(
            np.pad(within, (0, end - start + 1 - within.size), constant_values=-np.inf)
        )
        if end < many:
            left += _share(log, within[-1:], few, few - i, np.array([many - end - 1]))
    return min(left, 1.0)


def _share(
    log: FloatArray, here: FloatArray, few: int, up: int, right: NDArray[np.int64]
) -> float:
    """Share of all paths that pass some places; ``here`` is the log of the ways to each."""
    onwards = log[up + right] - log[up] - log[right]
    everything = log[-1] - log[few] - log[log.size - 1 - few]
    return float(np.exp(here + onwards - everything).sum())
