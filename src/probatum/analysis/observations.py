"""What reaches an estimator: outcomes, risks and weights, checked once and refused in words.

Nothing is repaired here. A missing value, a risk outside [0, 1] or a weight of nothing is
refused, because each has a cause that the study must handle and report before it estimates.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from probatum.errors import NotEstimable

FloatArray: TypeAlias = NDArray[np.float64]
BoolArray: TypeAlias = NDArray[np.bool_]

_NO_NUMBERS: Final = ("M", "m", "c")
"""Kinds that numpy would turn into numbers that mean nothing."""
_FARTHEST: Final = 1e100
"""Largest weight, and one over the smallest, whose square is still a number."""


def finite(values: ArrayLike, name: str) -> FloatArray:
    """Return a non-empty vector of finite numbers, or refuse.

    Raises
    ------
    NotEstimable
        When ``values`` is empty, not one-dimensional, not numeric (moments and complex numbers
        included), or holds NaN, infinity or a masked value.

    Examples
    --------
    >>> finite([1, 2], "age")
    array([1., 2.])
    """
    vector = numbers(values, name)
    if vector.ndim != 1 or vector.size == 0:
        raise NotEstimable(
            f"{name} — expected one value a patient for at least one patient, "
            f"got shape {vector.shape}"
        )
    missing = int(np.count_nonzero(~np.isfinite(vector)))
    if missing:
        raise NotEstimable(
            f"{name} — expected finite numbers, got {missing} missing or infinite of "
            f"{vector.size} — exclude them by a stated rule and count them"
        )
    return vector


def numbers(values: Any, name: str) -> FloatArray:
    """Return numbers, NaN where one is missing or masked, or refuse what is none."""
    masked = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    try:
        if getattr(getattr(values, "dtype", None), "kind", "O") == "O":
            values = np.asarray(values)  # a list, or a category, does not say what it holds
        found = None if values.dtype.kind in _NO_NUMBERS else np.asarray(values, np.float64)
    except (TypeError, ValueError, OverflowError) as fault:
        raise NotEstimable(f"{name} — expected numbers, got something else") from fault
    if found is None:
        raise NotEstimable(f"{name} — expected numbers, got moments or complex numbers")
    return found if masked is None else np.where(masked, np.nan, found)


def outcomes(outcome: ArrayLike, name: str = "outcome") -> BoolArray:
    """Return whether the event, or what else ``name`` says, happened, a patient at a time.

    Raises
    ------
    NotEstimable
        When a value is anything but 0 or 1; an unknown outcome is not a negative one.

    Examples
    --------
    >>> outcomes([1, 0])
    array([ True, False])
    """
    vector = finite(outcome, name)
    if not np.all((vector == 0) | (vector == 1)):
        raise NotEstimable(f"{name} — expected 0 or 1 for every patient, got other values")
    return vector.astype(np.bool_)


def risks(risk: ArrayLike) -> FloatArray:
    """Return predicted probabilities of the event.

    Raises
    ------
    NotEstimable
        When one lies outside [0, 1].

    Examples
    --------
    >>> risks([0.2, 1])
    array([0.2, 1. ])
    """
    vector = finite(risk, "risk")
    outside = int(np.count_nonzero((vector < 0) | (vector > 1)))
    if outside:
        raise NotEstimable(
            f"risk — expected probabilities in [0, 1], got {outside} outside — "
            "pass the risk of the event, not a score or a percentage"
        )
    return vector


def weights(weight: ArrayLike | None, n: int) -> FloatArray:
    """Return ``n`` positive weights; ones when none are given.

    Raises
    ------
    NotEstimable
        When one is zero or negative: a patient of unknown outcome is left out and counted; or
        so large or small that its square is no number.

    Examples
    --------
    >>> weights(None, 2)
    array([1., 1.])
    """
    if weight is None:
        return np.ones(n)
    vector = finite(weight, "weight")
    if np.any(vector <= 0):
        raise NotEstimable(
            "weight — expected positive weights, got zero or less — "
            "leave patients of unknown outcome out and count them"
        )
    if vector.max() > _FARTHEST or vector.min() < 1 / _FARTHEST:
        raise NotEstimable(
            f"weight — expected weights from {1 / _FARTHEST:g} to {_FARTHEST:g}, got some "
            "beyond — multiply all of them by one number"
        )
    return vector


def labelled(label: ArrayLike, name: str) -> tuple[NDArray[np.generic], NDArray[np.intp]]:
    """Return the different labels in sorted order, and the place of each observation's.

    Parameters
    ----------
    label : (n,) of labels
        Numbers or words, none missing.
    name : str
        What the labels are, for the message of a refusal.

    Raises
    ------
    NotEstimable
        When a label is missing (masked, or an empty word), or numbers and words are mixed.

    Examples
    --------
    >>> labelled(["b", "a", "b"], "cluster")
    (array(['a', 'b'], dtype=object), array([1, 0, 1]))
    """
    vector = _as_given(label, name)
    if vector.ndim != 1 or vector.size == 0:
        raise NotEstimable(f"{name} — expected one label each, got shape {vector.shape}")
    is_missing = np.asarray(pd.isna(vector))
    is_missing[~is_missing] = vector[~is_missing] == ""
    missing = int(np.count_nonzero(is_missing))
    if missing:
        raise NotEstimable(
            f"{name} — expected a label each, got {missing} missing of {vector.size} — "
            "name it, or give an observation of none a label of its own"
        )
    try:
        labels, member = np.unique(vector, return_inverse=True)
    except TypeError as fault:
        raise NotEstimable(f"{name} — expected labels of one kind, got a mixture") from fault
    return labels, member


def _as_given(label: Any, name: str) -> NDArray[Any]:
    if isinstance(label, np.ma.MaskedArray):
        is_masked, label = np.ma.getmaskarray(label), label.data.astype(object)
        label[is_masked] = None
    try:
        vector = np.asarray(label)
    except ValueError as fault:  # lists of unlike lengths
        raise NotEstimable(f"{name} — expected one label each, got lists of them") from fault
    if vector.dtype.kind == "U" and not hasattr(label, "dtype"):
        return np.asarray(label, dtype=object)  # numpy has made a word of a missing label
    return vector


def same_length(**vectors: NDArray[np.generic]) -> None:
    """Refuse vectors that do not speak of the same patients.

    Raises
    ------
    NotEstimable
        When lengths differ.
    """
    lengths = {name: vector.shape[0] for name, vector in vectors.items()}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise NotEstimable(f"patients — expected vectors of one length, got {told}")


def both_classes(outcome: BoolArray, *, least: int = 1) -> None:
    """Refuse a cohort without ``least`` patients with and ``least`` without the event.

    Raises
    ------
    NotEstimable
        When either class is too small.
    """
    events = int(np.count_nonzero(outcome))
    others = outcome.size - events
    if min(events, others) < least:
        raise NotEstimable(
            f"outcome — expected at least {least} with and {least} without the event, "
            f"got {events} and {others} — the quantity does not exist with one class"
        )


def scored(
    outcome: ArrayLike, score: ArrayLike, weight: ArrayLike | None
) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Return outcome, score (any finite number) and weight of the same patients."""
    y, s = outcomes(outcome), finite(score, "score")
    w = weights(weight, y.size)
    same_length(outcome=y, score=s, weight=w)
    return y, s, w


def at_risk(
    outcome: ArrayLike, risk: ArrayLike, weight: ArrayLike | None
) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Return outcome, risk (in [0, 1]) and weight of the same patients."""
    y, p = outcomes(outcome), risks(risk)
    w = weights(weight, y.size)
    same_length(outcome=y, risk=p, weight=w)
    return y, p, w


def taken_as_known(weight: ArrayLike | None) -> str:
    """What a method says of weights where there are some.

    Examples
    --------
    >>> taken_as_known(None), taken_as_known([1.0, 2.0])
    ('', '; censoring weights taken as known')
    """
    return "" if weight is None else "; censoring weights taken as known"


def weighted_mean(values: FloatArray | BoolArray, weight: FloatArray) -> tuple[float, float]:
    r"""Mean and standard error of a ratio mean, the weights taken as known.

    .. math:: \bar z = \frac{\sum w_i z_i}{\sum w_i}, \qquad
        \mathrm{SE}^2 = \frac{n}{n-1} \frac{\sum w_i^2 (z_i - \bar z)^2}{(\sum w_i)^2}

    With equal weights this is the mean and :math:`s/\sqrt n`.

    Raises
    ------
    NotEstimable
        When there are fewer than two patients.

    Examples
    --------
    >>> weighted_mean(np.array([0., 2.]), np.ones(2))
    (1.0, 1.0)
    """
    n = values.size
    if n < 2:
        raise NotEstimable("standard error — expected at least two patients, got 1")
    mean = float(np.average(values, weights=weight))
    spread = float(np.sum((weight * (values - mean)) ** 2)) / float(weight.sum()) ** 2
    return mean, float(np.sqrt(spread * n / (n - 1)))


def effective_size(weight: FloatArray) -> float:
    r"""Kish's effective number of patients, :math:`(\sum w)^2 / \sum w^2`.

    References
    ----------
    Kish L. Survey Sampling. Wiley 1965, section 11.7.

    Examples
    --------
    >>> effective_size(np.array([2.0, 2.0]))
    2.0
    """
    return float(weight.sum() ** 2 / np.sum(weight**2))


def read_only(values: ArrayLike) -> FloatArray:
    """Return a copy that cannot be written to."""
    copy = np.array(values, dtype=np.float64)
    copy.setflags(write=False)
    return copy
