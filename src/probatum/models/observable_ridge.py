"""Ridge regression on the fidelity kernel, kept as an observable and not as patients.

Training solves one linear system between all patients; nobody is left out for speed. What is
kept is a matrix to be measured on the state of a new patient: the model holds no one's record.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from probatum.errors import ModelError
from probatum.models.dual import Dual
from probatum.models.encoded import Encoded
from probatum.models.kernel_ridge import ridge_shares
from probatum.quantum.kernels.fidelity import cross_gram, gram
from probatum.quantum.kernels.nystroem import landmark_shares

LARGEST = 12
"""Qubits above which the observable no longer fits a model file (4,096 x 4,096 numbers)."""

Array = NDArray[np.float64]


class ObservableRidge(Encoded):
    """What the classifier and the regressor on the fidelity kernel share."""

    penalty: float
    observable_: NDArray[Any]
    offset_: float

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

    def _learn(self, features: Array, target: Array, weight: Array) -> None:
        self._refuse_nonsense(features.shape[1])
        features, target, weight = _counted(features, target, weight)
        self.offset_ = float(np.average(target, weights=weight))
        with threadpool_limits(limits=1, user_api="blas"):
            psi = self._states(features)
            shares = ridge_shares(gram(psi), target - self.offset_, self.penalty / weight)
            self.observable_ = (psi.T * shares) @ psi.conj()

    def _expectation(self, X: ArrayLike) -> Array:
        check_is_fitted(self)
        features = validate_data(self, X, dtype=np.float64, reset=False)
        with threadpool_limits(limits=1, user_api="blas"):
            psi = self._states(features)
            expectation = np.einsum("nd,nd->n", psi.conj(), psi @ self.observable_.T).real
        return np.asarray(self.offset_ + expectation, dtype=np.float64)

    def _dual(
        self, features: Array, target: Array, weight: Array, landmarks: Array | None
    ) -> Dual:
        self._expect_positive("bandwidth", "penalty")
        features, target, weight = _counted(features, target, weight)
        offset = float(np.average(target, weights=weight))
        known = features if landmarks is None else landmarks
        with threadpool_limits(limits=1, user_api="blas"):
            psi = self._states(known)
            if landmarks is None:
                shares = ridge_shares(gram(psi), target - offset, self.penalty / weight)
            else:
                cross = cross_gram(self._states(features), psi)
                shares = landmark_shares(
                    gram(psi), cross, target - offset, weight=weight, penalty=self.penalty
                )
        return Dual(
            circuit=self._circuit(known.shape[1]),
            known=self.circuit_parameters(known),
            shares=shares,
            offset=offset,
        )

    def _refuse_nonsense(self, features: int) -> None:
        self._expect_positive("bandwidth", "penalty")
        qubits = self._circuit(features).num_qubits
        if qubits > LARGEST:
            raise ModelError(
                f"quantum kernel — expected at most {LARGEST} qubits, got {qubits} — choose "
                "fewer predictors, or landmarks (QuantumNystroem) for more qubits"
            )


def _counted(features: Array, target: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Return patients of weight zero left out."""
    counted = weight > 0
    return features[counted], target[counted], weight[counted]
