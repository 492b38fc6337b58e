"""Classifier and regressor that learn the angles of a quantum circuit.

Losses and gradients are exact; what shots and noise do to a fitted model is another question,
asked of its circuit on a backend.
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.validation import _check_sample_weight, validate_data

from probatum.errors import NotEstimable
from probatum.models.training_loop import Progress
from probatum.models.variational_classification import VariationalClasses
from probatum.models.variational_model import VariationalModel

Floats = NDArray[np.float64]


class VariationalClassifier(VariationalClasses, VariationalModel):
    r"""Classifier by the expectation of an observable after a circuit with learned weights.

    .. math:: f(x) = a\,\langle 0|U(x, w)^\dagger\, O\, U(x, w)|0\rangle + b

    is the log-odds of the second of two classes; with more classes each has an observable, a
    scale :math:`a` and an offset :math:`b` of its own, and their softmax is the probability.

    Parameters
    ----------
    encoding, repetitions, qubits, ansatz, layers, entanglement, bandwidth, observable, initial
        The circuit; see :class:`~probatum.models.variational_model.VariationalModel`.
    penalty, optimizer, max_iter, learning_rate, batch_size, tol, early_stopping,
    validation_fraction, n_iter_no_change, warm_start, random_state
        How it learns; see there.

    Attributes
    ----------
    weights_ : (P,)
        Of the circuit.
    scale_, offset_ : (outputs,)
        :math:`a` and :math:`b`.
    loss_curve_, validation_curve_ : (n_iter_,)
        After each iteration; the second is empty without early stopping.

    References
    ----------
    Havlicek V et al. Nature 2019;567:209-212. Schuld M et al. Phys Rev A 2020;101:032308.
    Pérez-Salinas A et al. Quantum 2020;4:226.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.uniform(-2, 2, size=(60, 2))
    >>> y = x[:, 0] * x[:, 1] > 0
    >>> VariationalClassifier(qubits=2, repetitions=3).fit(x, y).score(x, y) > 0.8
    True
    """


class VariationalRegressor(RegressorMixin, VariationalModel):  # type: ignore[misc]
    r"""Regressor by the expectation of an observable after a circuit with learned weights.

    .. math:: \hat y(x) = \bar y + s_y\,(a\,\langle O\rangle_{x,w} + b)

    with squared loss; :math:`\bar y` and :math:`s_y` are the targets' weighted mean and
    standard deviation, so that the weights learn numbers of order one.

    Parameters
    ----------
    encoding, repetitions, qubits, ansatz, layers, entanglement, bandwidth, observable, initial
        The circuit; see :class:`~probatum.models.variational_model.VariationalModel`.
    penalty, optimizer, max_iter, learning_rate, batch_size, tol, early_stopping,
    validation_fraction, n_iter_no_change, warm_start, random_state
        How it learns; see there.

    Attributes
    ----------
    weights_, scale_, offset_, loss_curve_, validation_curve_, n_iter_
        As of the classifier.
    target_mean_, target_spread_ : float
        :math:`\bar y` and :math:`s_y`.

    References
    ----------
    Mitarai K et al. Phys Rev A 2018;98:032309.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 40)[:, np.newaxis]
    >>> y = np.sin(2 * x[:, 0])
    >>> VariationalRegressor(qubits=2).fit(x, y).score(x, y) > 0.95
    True
    """

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Learn from prepared features (n, p), targets (n,), and weights (n,).

        Raises
        ------
        ModelError
            When a hyper-parameter makes no sense.
        NotEstimable
            When the targets are too large to square, or early stopping finds no two patients.
        """
        features, targets = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        shares = _check_sample_weight(
            sample_weight, features, dtype=np.float64, ensure_non_negative=True
        )
        with np.errstate(over="ignore", invalid="ignore"):
            self.target_mean_ = float(np.average(targets, weights=shares))
            variance = np.average((targets - self.target_mean_) ** 2, weights=shares)
        self.target_spread_ = float(np.sqrt(variance)) or 1.0
        if not np.isfinite(self.target_spread_):
            raise NotEstimable(
                "targets — expected numbers whose variance is finite, got larger ones — give "
                "them in a larger unit"
            )
        standardised = (targets - self.target_mean_) / self.target_spread_
        self._learn(
            features, standardised[:, np.newaxis], shares, loss="squared", progress=progress
        )
        return self

    def predict(self, X: ArrayLike) -> Floats:
        """Return the expected target of each patient, shape (n,)."""
        scores = self._scores(X)[:, 0]
        return np.asarray(self.target_mean_ + self.target_spread_ * scores)
