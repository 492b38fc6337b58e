"""Features from overlaps with landmark patients, for cohorts too large for all pairs."""

from __future__ import annotations

from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from probatum.errors import ModelError
from probatum.models.encoded import Encoded
from probatum.quantum.kernels.fidelity import gram
from probatum.quantum.kernels.nystroem import (
    ApproximationError,
    approximation_error,
    drawn_by_leverage,
    landmark_overlaps,
    landmark_rows,
    leverage_scores,
    normalisation,
)

Array = NDArray[np.float64]


class QuantumNystroem(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Encoded):  # type: ignore[misc]
    r"""The Nystroem map of the fidelity kernel: :math:`\Phi\Phi^T \approx K`.

    A linear model on these features is a kernel model on the landmarks; put a ridge
    classifier or regressor behind it in a pipeline. Memory grows as patients times landmarks.

    Parameters
    ----------
    encoding, repetitions, bandwidth, entanglement
        As in :class:`~probatum.models.quantum_kernel.QuantumKernelClassifier`; here the
        qubits are limited by memory alone.
    landmarks : int
        Landmarks wanted; all patients where there are fewer.
    choice : "uniform", "kmeans++", "centres" or "leverage"
        At random; far from each other; centres of clusters; or by approximate ridge leverage.
        All but the centres keep patients' records in the model: choose centres where the
        model leaves the house.
    rank : int, optional
        Features kept, strongest first; by default all that are not rounding.
    random_state : int
        Seed of the choice.

    Attributes
    ----------
    landmarks_ : (m, p) float
        Prepared predictors of the landmarks.
    normalisation_ : (m, r) float
        From overlaps to features.

    References
    ----------
    Williams CKI, Seeger M. NIPS 2000:682-688. Musco C, Musco C. NIPS 2017 (leverage).

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(200, 3))
    >>> sketch = QuantumNystroem(landmarks=50).fit(x)
    >>> sketch.transform(x).shape, sketch.error(x).frobenius < 1e-3
    ((200, 49), True)
    """

    def __init__(
        self,
        encoding: str = "zz",
        repetitions: int = 1,
        bandwidth: float = 0.1,
        entanglement: str = "linear",
        landmarks: int = 100,
        choice: str = "kmeans++",
        rank: int | None = None,
        random_state: int = 0,
    ) -> None:
        self.encoding = encoding
        self.repetitions = repetitions
        self.bandwidth = bandwidth
        self.entanglement = entanglement
        self.landmarks = landmarks
        self.choice = choice
        self.rank = rank
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Choose landmarks among prepared features (n, p).

        Raises
        ------
        NotEstimable
            When no landmark is wanted, or the choice is not known.
        ModelError
            When the bandwidth is not positive, or answers of yes and no are to be averaged.
        """
        features = validate_data(self, X, dtype=np.float64)
        self._expect_positive("bandwidth")
        with threadpool_limits(limits=1, user_api="blas"):
            self.landmarks_ = self._chosen(features, self._wanted(len(features)))
            self.normalisation_ = normalisation(
                gram(self._states(self.landmarks_)), rank=self.rank
            )
        return self

    def transform(self, X: ArrayLike) -> Array:
        """Return the features of each patient, (n, r)."""
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, reset=False)
        with threadpool_limits(limits=1, user_api="blas"):
            return np.asarray(self._overlaps(features, self.landmarks_) @ self.normalisation_)

    def error(self, X: ArrayLike) -> ApproximationError:
        """Return what the landmarks lose of the exact kernel between these patients.

        Give a sample that was not fitted on, of a size whose full kernel fits in memory.
        """
        found = self.transform(X)
        with threadpool_limits(limits=1, user_api="blas"):
            exact = gram(self._states(np.asarray(X, dtype=np.float64)))
            return approximation_error(exact, found)

    @property
    def _n_features_out(self) -> int:
        return int(self.normalisation_.shape[1])

    def _wanted(self, patients: int) -> int:
        if not isinstance(self.landmarks, Integral):
            raise ModelError(
                f"landmarks — expected a whole number, got {self.landmarks!r} — "
                "correct the model"
            )
        return min(int(self.landmarks), patients)

    def _chosen(self, features: Array, size: int) -> Array:
        if self.encoding == "basis" and self.choice == "centres":
            raise ModelError(
                "choice of landmarks — expected patients of the cohort, whose answers are 0 or "
                "1, got centres, which lie between — choose kmeans++"
            )
        rng = np.random.default_rng(self.random_state)
        if self.choice != "leverage":
            return landmark_rows(features, size, choice=self.choice, rng=rng)  # type: ignore[arg-type]
        pilot = landmark_rows(features, size, choice="uniform", rng=rng)
        scores = leverage_scores(
            gram(self._states(pilot)),
            self._overlaps(features, pilot),
            ridge=len(features) / size,
        )
        return features[drawn_by_leverage(scores, size, rng=rng)]

    def _overlaps(self, features: Array, landmarks: Array) -> NDArray[Any]:
        circuit = self._circuit(features.shape[1])
        rows, known = map(self.circuit_parameters, (features, landmarks))
        return landmark_overlaps(circuit, rows, known)
