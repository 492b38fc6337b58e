"""Which observations belong together: patients of a group, images of a patient."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from probatum.errors import NotEstimable


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
        When a label is missing, or numbers and words are mixed.

    Examples
    --------
    >>> labelled(["b", "a", "b"], "cluster")
    (array(['a', 'b'], dtype='<U1'), array([1, 0, 1]))
    """
    vector = np.asarray(label)
    if vector.ndim != 1 or vector.size == 0:
        raise NotEstimable(f"{name} — expected one label each, got shape {vector.shape}")
    missing = int(np.count_nonzero(pd.isna(vector)))
    if missing:
        raise NotEstimable(f"{name} — expected a label each, got {missing} missing")
    try:
        labels, member = np.unique(vector, return_inverse=True)
    except TypeError as fault:
        raise NotEstimable(f"{name} — expected labels of one kind, got a mixture") from fault
    return labels, member
