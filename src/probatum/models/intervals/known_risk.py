"""Risks already computed, in the form in which MAPIE takes a classifier."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin

from probatum.errors import NotEstimable

Array = NDArray[np.float64]


def checked_risk(risk: ArrayLike) -> Array:
    """Return risks that are probabilities.

    Raises
    ------
    NotEstimable
        When some are not: a missing risk would be given an interval like any other.

    Examples
    --------
    >>> checked_risk([0, 1])
    array([0., 1.])
    """
    values = np.asarray(risk, dtype=np.float64)
    if values.ndim != 1 or not ((values >= 0) & (values <= 1)).all():
        raise NotEstimable(
            f"risks — expected one probability a patient, got shape {values.shape} or values "
            "outside [0, 1] — leave out patients whose risk is unknown"
        )
    return values


class KnownRisk(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier to which a patient is the risk already computed: what MAPIE asks for."""

    @classmethod
    def ready(cls) -> Self:
        """Return it in the state in which it predicts."""
        return cls().fit(np.empty((0, 1)), None)

    def fit(self, X: Array, y: object) -> Self:
        """Learn nothing."""
        self.classes_ = np.array([0, 1])
        self.n_features_in_ = X.shape[1]
        return self

    def predict_proba(self, X: Array) -> Array:
        """Return the probabilities of both outcomes, from the one column there is."""
        risk = np.asarray(X, dtype=np.float64)[:, 0]
        return np.column_stack([1 - risk, risk])

    def predict(self, X: Array) -> NDArray[np.intp]:
        """Return the likelier outcome."""
        return np.asarray(self.predict_proba(X).argmax(axis=1))


@contextmanager
def silenced(beginning: str) -> Iterator[None]:
    """Silence one warning that tells what the caller already knows."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=beginning)
        yield
