"""Which group each patient belongs to, alone and where groups cross."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.observations import labelled
from probatum.errors import NotEstimable

__all__ = ["coded", "crossed", "labels_of"]


def labels_of(group: ArrayLike, n: int) -> NDArray[np.str_]:
    """Return one label for each of ``n`` patients.

    Raises
    ------
    NotEstimable
        When a label is missing, there are more or fewer labels than patients, or numbers and
        words are mixed.

    Examples
    --------
    >>> labels_of([1, 2], 2).tolist()
    ['1', '2']
    """
    names, place = labelled(group, "group")
    if place.size != n:
        raise NotEstimable(
            f"group — expected a label for each of {n} patients, got {place.size}"
        )
    return np.asarray(names.astype(np.str_)[place])


def coded(labels: NDArray[np.str_]) -> tuple[list[str], NDArray[np.intp]]:
    """Return the labels there are, in order, and which of them each patient has.

    Examples
    --------
    >>> names, place = coded(np.array(["M", "F", "M"]))
    >>> names, place.tolist()
    (['F', 'M'], [1, 0, 1])
    """
    place, names = pd.factorize(labels.astype(object), sort=True)
    return [str(name) for name in names], np.asarray(place, dtype=np.intp)


def crossed(*labels: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the label of the group in which several groups of a patient meet.

    Raises
    ------
    NotEstimable
        When the labels themselves hold the sign between them, so that two groups would be one.

    Examples
    --------
    >>> crossed(np.array(["F", "M"]), np.array(["65+", "<65"])).tolist()
    ['F & 65+', 'M & <65']
    """
    names, place = [], np.zeros(labels[0].size, dtype=np.intp)
    for one in labels:
        there, where = coded(one)
        names.append(there)
        place = place * len(there) + where
    every = np.array([" & ".join(parts) for parts in product(*names)])
    if np.unique(every).size < every.size:
        raise NotEstimable(
            "group — expected labels without ' & ' where groups are crossed, got two groups of "
            "one name — rename the labels"
        )
    return np.asarray(every[place], dtype=np.str_)
