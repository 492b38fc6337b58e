"""The index test: a classifier that compares patients by the overlap of their quantum states.

Training solves one linear system between all patients; nobody is left out for speed. What is
kept is an observable, a matrix to be measured on the state of a new patient, and not the
patients it was learned from: the model file holds no one's record.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from scipy import linalg
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from probatum.errors import ModelError, NotEstimable
from probatum.quantum.encodings import encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import gram

LARGEST = 12
"""Qubits above which the observable no longer fits a model file (4,096 x 4,096 numbers)."""


class QuantumKernelClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    r"""Ridge classifier on the fidelity kernel (a least-squares support vector machine).

    .. math:: \min_f \sum_i w_i\,(t_i - \bar t - f(x_i))^2 + \lambda \lVert f \rVert^2,
              \qquad t_i = \pm 1

    is solved by :math:`(K + \lambda W^{-1})\,\alpha = t - \bar t`, and then
    :math:`f(x) = \langle\psi(x)|O|\psi(x)\rangle` with
    :math:`O = \sum_i \alpha_i |\psi(x_i)\rangle\langle\psi(x_i)|`.

    Parameters
    ----------
    encoding : str
        Name of the circuit, see :data:`probatum.quantum.encodings.ENCODINGS`.
    repetitions : int
        Times the circuit loads the data.
    bandwidth : float > 0
        Factor on the prepared features before they become angles. Small: all patients look
        alike; large: every patient looks unique.
    penalty : float > 0
        :math:`\lambda`. Towards zero the training patients are fitted exactly.
    entanglement : "linear" or "full"
        Which qubits an entangling layer joins.

    Attributes
    ----------
    observable_ : (2**n, 2**n) complex
        Hermitian.
    offset_ : float
        :math:`\bar t`, the weighted mean of the targets.

    References
    ----------
    Havlicek V et al. Nature 2019;567:209-212. Suykens JAK, Vandewalle J. Neural Process Lett
    1999;9:293-300. Schuld M, arXiv 2101.11020 (the observable form).

    Departures
    ----------
    The constant of the least-squares machine is the weighted mean, not a free parameter.
    Patients of weight zero are left out.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(60, 2))
    >>> y = x[:, 0] * x[:, 1] > 0
    >>> QuantumKernelClassifier(bandwidth=0.5).fit(x, y).score(x, y) > 0.8
    True
    """

    def __init__(
        self,
        encoding: str = "zz",
        repetitions: int = 1,
        bandwidth: float = 0.1,
        penalty: float = 0.1,
        entanglement: str = "linear",
    ) -> None:
        self.encoding = encoding
        self.repetitions = repetitions
        self.entanglement = entanglement
        self.bandwidth = bandwidth
        self.penalty = penalty

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from prepared features (n, p), two classes, and weights (n,).

        Raises
        ------
        ModelError
            When a hyper-parameter is not positive, or there are too many features.
        NotEstimable
            When there are not exactly two classes.
        """
        features, classes = validate_data(self, X, y, dtype=np.float64)
        weight = _check_sample_weight(sample_weight, features, dtype=np.float64)
        check_classification_targets(classes)
        self._refuse_nonsense()
        self.classes_, target = np.unique(classes, return_inverse=True)
        _expect_two(self.classes_)
        counted = weight > 0
        weight, signs = weight[counted], 2.0 * target[counted] - 1
        self.offset_ = float(np.average(signs, weights=weight))
        with threadpool_limits(limits=1, user_api="blas"):
            psi = self._states(features[counted])
            shares = _ridge(gram(psi), signs - self.offset_, self.penalty / weight)
            self.observable_ = (psi.T * shares) @ psi.conj()
        return self

    def circuit(self) -> QuantumCircuit:
        """Return the circuit of the fitted model, its parameters still free."""
        check_is_fitted(self)
        return self._circuit()

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the score of each patient; above zero the second class is more likely."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, reset=False)
        with threadpool_limits(limits=1, user_api="blas"):
            psi = self._states(features)
            expectation = np.einsum("nd,nd->n", psi.conj(), psi @ self.observable_.T).real
        return np.asarray(self.offset_ + expectation, dtype=np.float64)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the more likely class of each patient."""
        likely = self.decision_function(X) > 0
        return np.asarray(self.classes_[likely.astype(int)])

    def _circuit(self) -> QuantumCircuit:
        return encoding(
            self.encoding,
            self.n_features_in_,
            repetitions=self.repetitions,
            entanglement=self.entanglement,
        )

    def _states(self, features: NDArray[np.float64]) -> NDArray[np.complex128]:
        return states(self._circuit(), self.bandwidth * features)

    def _refuse_nonsense(self) -> None:
        for name in ("bandwidth", "penalty"):
            if not getattr(self, name) > 0:
                raise ModelError(
                    f"{name} — expected a positive number, got {getattr(self, name)!r} — "
                    "correct the protocol"
                )
        if self.n_features_in_ > LARGEST:
            raise ModelError(
                f"quantum kernel — expected at most {LARGEST} features, got "
                f"{self.n_features_in_} — choose fewer predictors"
            )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def _expect_two(classes: NDArray[Any]) -> None:
    if len(classes) != 2:
        raise NotEstimable(
            f"quantum kernel — expected two classes, got {len(classes)} class(es) — "
            "name an outcome that happened to some patients and not to others"
        )


def _ridge(
    kernel: NDArray[Any], target: NDArray[np.float64], ridge: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Solve ``(kernel + diag(ridge)) shares = target``, overwriting ``kernel``."""
    kernel[np.diag_indices_from(kernel)] += ridge
    columns_first = kernel.T  # symmetric, and what LAPACK takes without a copy
    factor = linalg.cho_factor(columns_first, lower=True, overwrite_a=True, check_finite=False)
    return np.asarray(linalg.cho_solve(factor, target, check_finite=False))
