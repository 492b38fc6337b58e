"""Two samples put in order once, which is all that several distances between them need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.observations import FloatArray, finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """Reference and current values, each in increasing order.

    Attributes
    ----------
    reference, current : (n,), (m,) of float
    """

    reference: FloatArray
    current: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranks:
    """Where current values stand among the reference.

    Attributes
    ----------
    below, up_to : (m,) of int
        Reference values smaller than each current one, and no larger than it.
    """

    below: NDArray[np.intp]
    up_to: NDArray[np.intp]


def ordered(reference: ArrayLike, current: ArrayLike) -> Ordered:
    """Sort both samples, once.

    Raises
    ------
    NotEstimable
        When either is empty or holds missing values.

    Examples
    --------
    >>> ordered([3, 1, 2], [5, 4]).current.tolist()
    [4.0, 5.0]
    """
    e, a = finite(reference, "reference"), finite(current, "current")
    return Ordered(reference=np.sort(e), current=np.sort(a))


def ranks(samples: Ordered) -> Ranks:
    """Count the reference below each current value.

    Examples
    --------
    >>> found = ranks(ordered([1, 2, 2, 3], [2, 9]))
    >>> found.below.tolist(), found.up_to.tolist()
    ([1, 4], [3, 4])
    """
    below, up_to = (
        np.searchsorted(samples.reference, samples.current, side=side)
        for side in ("left", "right")
    )
    return Ranks(below=below, up_to=up_to)
