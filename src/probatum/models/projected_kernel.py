"""Models that compare patients by what one or two qubits of their states look like."""

from __future__ import annotations

from numbers import Real
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from probatum.errors import ModelError
from probatum.models.encoded import Encoded
from probatum.models.kernel_ridge import classes_as_signs, ridge_shares
from probatum.quantum.kernels.projected import (
    median_gamma,
    projected_features,
    projected_kernel,
    scale_gamma,
)

Array = NDArray[np.float64]


class Projected(Encoded):
    """What the models on small parts of the states share."""

    order: int

    def _looks(self, features: Array) -> Array:
        circuit = self._circuit(features.shape[1])
        return projected_features(circuit, self.circuit_parameters(features), order=self.order)


class ProjectedFeatures(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Projected):  # type: ignore[misc]
    """What small parts of each patient's state look like, as features for any model.

    Squared distances between patients are those of the projected kernel, so a radial kernel
    on these features, of any library, is the projected kernel.

    Parameters
    ----------
    encoding, repetitions, bandwidth, entanglement
        As in :class:`~probatum.models.quantum_kernel.QuantumKernelClassifier`.
    order : 1 or 2
        Qubits looked at together.

    References
    ----------
    Huang H-Y et al. Nat Commun 2021;12:2631.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(5, 4))
    >>> ProjectedFeatures().fit_transform(x).shape
    (5, 12)
    """

    def __init__(
        self,
        encoding: str = "zz",
        repetitions: int = 1,
        bandwidth: float = 0.1,
        entanglement: str = "linear",
        order: int = 1,
    ) -> None:
        self.encoding = encoding
        self.repetitions = repetitions
        self.bandwidth = bandwidth
        self.entanglement = entanglement
        self.order = order

    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Note how many prepared features there are; nothing is learned."""
        features = validate_data(self, X, dtype=np.float64)
        self._expect_positive("bandwidth")
        self._n_features_out = self._looks(features[:1]).shape[1]
        return self

    def transform(self, X: ArrayLike) -> Array:
        """Return the looks of each patient; see ``projected_features`` for the shape."""
        check_is_fitted(self)
        return self._looks(validate_data(self, X, dtype=np.float64, reset=False))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = True
        return tags


class ProjectedKernelClassifier(ClassifierMixin, Projected):  # type: ignore[misc]
    r"""Ridge classifier on the projected kernel.

    Solves :math:`(K + \lambda W^{-1})\,\alpha = t - \bar t` as
    :class:`~probatum.models.quantum_kernel.QuantumKernelClassifier` does, with
    :math:`k(x, y) = \exp(-\gamma \sum_s \lVert \rho_s(x) - \rho_s(y) \rVert_F^2)`.

    Parameters
    ----------
    encoding, repetitions, bandwidth, entanglement
        As there.
    order : 1 or 2
        Qubits looked at together.
    gamma : "scale", "median" or float > 0
        Sharpness of the radial kernel: one over the features' total variance; over the median
        squared distance; or a number.
    penalty : float > 0
        :math:`\lambda`.

    Attributes
    ----------
    looks_ : (n, F) float
        Projected features of the training patients. A radial kernel needs them, so this
        model, unlike the index test, keeps a record of each patient it was learned from.
    shares_ : (n,) float
    offset_, gamma_ : float

    References
    ----------
    Huang H-Y et al. Nat Commun 2021;12:2631, equation 9.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(60, 2))
    >>> y = x[:, 0] * x[:, 1] > 0
    >>> ProjectedKernelClassifier("iqp", bandwidth=1.0).fit(x, y).score(x, y) > 0.8
    True
    """

    def __init__(
        self,
        encoding: str = "zz",
        repetitions: int = 1,
        bandwidth: float = 0.1,
        entanglement: str = "linear",
        order: int = 1,
        gamma: str | float = "scale",
        penalty: float = 0.1,
    ) -> None:
        self.encoding = encoding
        self.repetitions = repetitions
        self.bandwidth = bandwidth
        self.entanglement = entanglement
        self.order = order
        self.gamma = gamma
        self.penalty = penalty

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from prepared features (n, p), two classes, and weights (n,).

        Raises
        ------
        ModelError
            When a hyper-parameter is not positive.
        NotEstimable
            When there are not exactly two classes, or all patients look the same.
        """
        features, classes = validate_data(self, X, y, dtype=np.float64)
        weight = _check_sample_weight(
            sample_weight, features, dtype=np.float64, ensure_non_negative=True
        )
        self._expect_positive("bandwidth", "penalty")
        self.classes_, signs = classes_as_signs(classes, weight)
        counted = weight > 0
        weight, signs = weight[counted], signs[counted]
        self.offset_ = float(np.average(signs, weights=weight))
        with threadpool_limits(limits=1, user_api="blas"):
            self.looks_ = self._looks(features[counted])
            self.gamma_ = self._gamma(self.looks_, weight)
            kernel = projected_kernel(self.looks_, self.looks_, gamma=self.gamma_)
            self.shares_ = ridge_shares(kernel, signs - self.offset_, self.penalty / weight)
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the score of each patient; above zero the second class is more likely."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, reset=False)
        with threadpool_limits(limits=1, user_api="blas"):
            kernel = projected_kernel(self._looks(features), self.looks_, gamma=self.gamma_)
            return np.asarray(self.offset_ + kernel @ self.shares_)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the more likely class of each patient."""
        likely = self.decision_function(X) > 0
        return np.asarray(self.classes_[likely.astype(int)])

    def _gamma(self, looks: Array, weight: Array) -> float:
        if self.gamma == "scale":
            return scale_gamma(looks, weight)
        if self.gamma == "median":
            return median_gamma(looks)
        if not isinstance(self.gamma, Real) or not 0 < self.gamma < np.inf:
            raise ModelError(
                f"gamma — expected 'scale', 'median' or a positive number, got "
                f"{self.gamma!r} — correct the model"
            )
        return float(self.gamma)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
