"""Two samples put in order once, which is all that several distances between them need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.observations import BoolArray, FloatArray, finite


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
class Course:
    """Both cumulative distributions, from each value of either sample to the next one up.

    Attributes
    ----------
    is_current : (n + m,) of bool
        Whose each value is, in increasing order.
    step : (n + m - 1,) of float, at least 0
        The way to the next value; 0 between equal ones, where the shares mean nothing.
    reference, current : (n + m - 1,) of float in [0, 1]
        Share of each sample up to there.
    apart : (n + m - 1,) of float in [-1, 1]
        Reference less current.
    """

    is_current: BoolArray
    step: FloatArray
    reference: FloatArray
    current: FloatArray
    apart: FloatArray


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


def course(samples: Ordered) -> Course:
    """Follow both samples upwards; two that are in order are merged, not sorted again.

    Examples
    --------
    >>> found = course(ordered([1, 2], [2, 5]))
    >>> found.step.tolist(), found.apart.tolist()
    ([1.0, 0.0, 3.0], [0.5, 1.0, 0.5])
    """
    n, m = samples.reference.size, samples.current.size
    values = np.concatenate([samples.reference, samples.current])
    order = np.argsort(values, kind="stable")
    is_current = order >= n
    passed = np.cumsum(is_current)[:-1]
    f, g = (np.arange(1, n + m) - passed) / n, passed / m
    step = np.diff(values[order])
    return Course(is_current=is_current, step=step, reference=f, current=g, apart=f - g)
