"""Ridge regression between all pairs of patients, and the targets it is given."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from sklearn.utils.multiclass import check_classification_targets

from probatum.errors import NotEstimable

Array = NDArray[np.float64]


def ridge_shares(kernel: NDArray[Any], target: Array, ridge: Array) -> Array:
    """Solve ``(kernel + diag(ridge)) shares = target``, overwriting ``kernel``.

    Raises
    ------
    NotEstimable
        When the ridge is too small to tell patients apart who look the same.

    Examples
    --------
    >>> ridge_shares(np.eye(2), np.array([1.0, 2.0]), np.array([1.0, 1.0]))
    array([0.5, 1. ])
    """
    kernel[np.diag_indices_from(kernel)] += ridge
    columns_first = kernel.T  # symmetric, and what LAPACK takes without a copy
    try:
        factor = linalg.cho_factor(
            columns_first, lower=True, overwrite_a=True, check_finite=False
        )
    except linalg.LinAlgError as singular:
        raise NotEstimable(
            f"kernel ridge — expected a penalty that tells all patients apart, got one of "
            f"{float(np.min(ridge)):g} at least — raise the penalty"
        ) from singular
    return np.asarray(linalg.cho_solve(factor, target, check_finite=False))


def classes_as_signs(classes: NDArray[Any], weight: Array) -> tuple[NDArray[Any], Array]:
    """Return the two classes, and -1 or 1 for each patient.

    Parameters
    ----------
    classes : (n,)
    weight : (n,) float, at least 0
        What each patient counts for.

    Raises
    ------
    NotEstimable
        When there are not exactly two, each with some patient who counts.

    Examples
    --------
    >>> classes_as_signs(np.array(["no", "yes"]), np.ones(2))[1]
    array([-1.,  1.])
    """
    check_classification_targets(classes)
    names, place = np.unique(classes, return_inverse=True)
    found = len(names) if len(names) > 2 else len(np.unique(classes[weight > 0]))
    if found != 2:
        raise NotEstimable(
            f"quantum kernel — expected two classes, got {found} class(es) — name an "
            "outcome that happened to some patients and not to others. "
            "Only binary classification is supported."
        )
    return names, np.where(place == 1, 1.0, -1.0)
