"""Classes from scores: what variational classifiers have in common."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, softmax
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, validate_data

from probatum.errors import NotEstimable
from probatum.models.training_loop import Progress
from probatum.models.variational_training import VariationalTraining

Floats = NDArray[np.float64]


class VariationalClasses(ClassifierMixin, VariationalTraining):  # type: ignore[misc]
    """Two classes by one observable and the logistic loss; more by one each and softmax."""

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Learn from prepared features (n, p), classes (n,), and weights (n,).

        Parameters
        ----------
        progress : callable, optional
            Told after each iteration: its number, the training and the validation loss.

        Raises
        ------
        ModelError
            When a hyper-parameter makes no sense.
        NotEstimable
            When there is only one class, or only one with a patient who counts.
        """
        features, classes = validate_data(self, X, y, dtype=np.float64)
        shares = _check_sample_weight(
            sample_weight, features, dtype=np.float64, ensure_non_negative=True
        )
        check_classification_targets(classes)
        self.classes_, found = np.unique(classes, return_inverse=True)
        _expect_two(np.unique(classes[shares > 0]))
        targets, loss = np.eye(len(self.classes_))[found], "cross_entropy"
        if len(self.classes_) == 2:
            targets, loss = 2.0 * targets[:, 1:] - 1, "logistic"
        self._learn(features, targets, shares, loss=loss, strata=found, progress=progress)
        return self

    def decision_function(self, X: ArrayLike) -> Floats:
        """Return the score of each patient, (n,) for two classes and (n, classes) for more."""
        scores = self._scores(X)
        return scores[:, 0] if len(self.classes_) == 2 else scores

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Return the probability of each class, shape (n, classes); not yet calibrated."""
        scores = self.decision_function(X)
        if scores.ndim == 1:
            likely = expit(scores)
            return np.column_stack([1 - likely, likely])
        return np.asarray(softmax(scores, axis=1))

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the most likely class of each patient."""
        scores = self.decision_function(X)
        likely = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return np.asarray(self.classes_[likely])


def _expect_two(classes: NDArray[Any]) -> None:
    if len(classes) < 2:
        raise NotEstimable(
            f"variational classifier — expected at least two classes, got {len(classes)} "
            "class(es) — name an outcome that happened to some patients and not to others"
        )
