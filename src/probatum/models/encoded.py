"""What every model on a quantum encoding shares: from a patient's predictors to a circuit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from probatum.errors import ModelError
from probatum.models.hyper_parameters import expect_positive
from probatum.quantum.encodings import angles, encoding
from probatum.quantum.exact.simulation import states

MOST_QUBITS = 20
"""Qubits of the largest states followed exactly: a million amplitudes a patient."""


class Encoded(BaseEstimator):  # type: ignore[misc]
    """An estimator with the hyper-parameters of an encoding.

    A subclass names ``encoding``, ``repetitions``, ``bandwidth`` and ``entanglement`` in its
    constructor, as scikit-learn wants them.
    """

    encoding: str
    repetitions: int
    bandwidth: float
    entanglement: str
    n_features_in_: int

    def circuit(self) -> QuantumCircuit:
        """Return the circuit of the fitted model, its parameters still free."""
        check_is_fitted(self)
        return self._circuit(self.n_features_in_)

    def circuit_parameters(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return what the circuit's parameters are for each patient, (n, parameters)."""
        return angles(self.encoding, X, bandwidth=self.bandwidth)

    def _circuit(self, features: int) -> QuantumCircuit:
        circuit = encoding(
            self.encoding,
            features,
            repetitions=self.repetitions,
            entanglement=self.entanglement,
        )
        if circuit.num_qubits > MOST_QUBITS:
            raise ModelError(
                f"encoding — expected at most {MOST_QUBITS} qubits, got {circuit.num_qubits} — "
                "choose fewer predictors or another encoding"
            )
        return circuit

    def _states(self, features: NDArray[np.float64]) -> NDArray[Any]:
        circuit = self._circuit(features.shape[1])
        return states(circuit, self.circuit_parameters(features))

    def _expect_positive(self, *names: str) -> None:
        for name in names:
            expect_positive(name, getattr(self, name))
