"""What several raters said of the same cases: a row for each rating, checked once.

A rating that was not given has no row. Nothing is left out in silence.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import FloatArray, same_length
from probatum.analysis.reader_study.reads import distinct_rows, labels
from probatum.errors import NotEstimable


class Counts(NamedTuple):
    """How many raters put each case into each category.

    Attributes
    ----------
    table : (n, q) of float
    category : (q,) of str or float
        Sorted.
    """

    table: FloatArray
    category: NDArray[Any]

    @property
    def raters(self) -> FloatArray:
        """Ratings of each case."""
        return np.asarray(self.table.sum(axis=1))


def counts(rater: ArrayLike, case: ArrayLike, rating: ArrayLike) -> Counts:
    """Ratings counted by case and category.

    Raises
    ------
    NotEstimable
        When a rater rated a case twice, a label is missing, or no case has two ratings.

    Examples
    --------
    >>> counts(["a", "b", "a", "b"], [1, 1, 2, 2], ["x", "x", "x", "y"]).table.tolist()
    [[2.0, 0.0], [1.0, 1.0]]
    """
    who, what, said = labels(rater, "rater"), labels(case, "case"), labels(rating, "rating")
    same_length(rater=who, case=what, rating=said)
    refuse_rated_twice(who, what)
    cases, row = np.unique(what, return_inverse=True)
    category, column = np.unique(said, return_inverse=True)
    table = np.zeros((cases.size, category.size))
    np.add.at(table, (row, column), 1.0)
    found = Counts(table=table, category=category)
    if not np.any(found.raters >= 2):
        raise NotEstimable("agreement — expected a case with two ratings or more, got none")
    return found


def numbers(category: NDArray[Any], why: str) -> FloatArray:
    """Categories as finite numbers.

    Raises
    ------
    NotEstimable
        When they are words: their order in the alphabet is not a scale.

    Examples
    --------
    >>> numbers(np.array([1, 3]), "linear weights")
    array([1., 3.])
    """
    if not np.issubdtype(category.dtype, np.number):
        raise NotEstimable(
            f"{why} — expected ratings that are numbers, got words — "
            "code them in the order that is meant"
        )
    values = category.astype(np.float64)
    if not np.all(np.isfinite(values)):
        raise NotEstimable(f"{why} — expected finite ratings, got others")
    return values


def unanimous(
    *, cases: int, worst: float, chance: float, confidence: float, n: int, method: str
) -> Estimate:
    r"""Coefficient 1 of raters who agreed on every case, with a bound that still holds.

    That all of k cases agree has at most the probability :math:`(1 - q)^k`, q the share of
    cases on which they do not. With :math:`b = (\alpha/2)^{1/k}` the coefficient is at least
    :math:`1 - (1 - b) \, w / D_e`, the disagreement expected by chance :math:`D_e` held.

    Parameters
    ----------
    cases : int
        k, rated at least twice.
    worst : float
        w, the most that two ratings can disagree by.
    chance : float
        :math:`D_e`.
    confidence : float in (0, 1)
    n : int
    method : str

    Examples
    --------
    >>> found = unanimous(cases=40, worst=1.0, chance=0.5, confidence=0.95, n=40,
    ...                   method="kappa")
    >>> found.value, round(found.lower, 4)
    (1.0, 0.8238)
    """
    check_level(confidence)
    b = ((1 - confidence) / 2) ** (1 / cases)
    return Estimate(
        value=1.0,
        se=0.0,
        lower=max(1 - (1 - b) * worst / chance, -1.0),
        upper=1.0,
        level=confidence,
        n=n,
        method=f"{method}; all agree, so the variance is 0: exact bound from {cases} cases, "
        "chance agreement held",
    )


def refuse_rated_twice(rater: NDArray[Any], case: NDArray[Any]) -> None:
    """Refuse a table in which a rater rated a case more than once.

    Raises
    ------
    NotEstimable
        When one did.
    """
    distinct = distinct_rows(rater, case)
    if distinct < rater.size:
        raise NotEstimable(
            f"ratings — expected one rating for each rater and case, got "
            f"{rater.size - distinct} more — keep the one the protocol names"
        )
