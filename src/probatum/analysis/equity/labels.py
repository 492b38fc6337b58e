"""Which group each patient belongs to, alone and where groups cross."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from probatum.errors import NotEstimable

__all__ = ["crossed", "labels_of"]


def labels_of(group: ArrayLike, n: int) -> NDArray[np.str_]:
    """Return one label for each of ``n`` patients.

    Raises
    ------
    NotEstimable
        When a label is missing, or there are more or fewer labels than patients.

    Examples
    --------
    >>> labels_of([1, 2], 2).tolist()
    ['1', '2']
    """
    labels = pd.Series(np.asarray(group))
    if labels.size != n:
        raise NotEstimable(
            f"group — expected a label for each of {n} patients, got {labels.size}"
        )
    missing = int(labels.isna().sum())
    if missing:
        raise NotEstimable(
            f"group — expected a label for every patient, got {missing} missing — "
            "name them, such as 'not recorded'"
        )
    return labels.astype(str).to_numpy(dtype=np.str_)


def crossed(*labels: NDArray[np.str_]) -> NDArray[np.str_]:
    """Return the label of the group in which several groups of a patient meet.

    Examples
    --------
    >>> crossed(np.array(["F", "M"]), np.array(["65+", "<65"])).tolist()
    ['F & 65+', 'M & <65']
    """
    return reduce(lambda left, right: np.char.add(np.char.add(left, " & "), right), labels)
