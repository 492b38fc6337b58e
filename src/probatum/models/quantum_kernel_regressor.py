"""A regressor that compares patients by the overlap of their quantum states."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.validation import _check_sample_weight, validate_data

from probatum.models.observable_ridge import ObservableRidge


class QuantumKernelRegressor(RegressorMixin, ObservableRidge):  # type: ignore[misc]
    r"""Kernel ridge regression on the fidelity kernel, kept as an observable.

    .. math:: \min_f \sum_i w_i\,(y_i - \bar y - f(x_i))^2 + \lambda \lVert f \rVert^2

    and :math:`f(x) = \langle\psi(x)|O|\psi(x)\rangle`; see
    :class:`~probatum.models.quantum_kernel.QuantumKernelClassifier`, whose hyper-parameters
    and attributes these are.

    Parameters
    ----------
    encoding : str
        Name of the circuit, see :data:`probatum.quantum.encodings.ENCODINGS`.
    repetitions : int
        Times the circuit loads the data.
    bandwidth : float > 0
        Factor on the prepared features before they become angles.
    penalty : float > 0
        :math:`\lambda`, in units of one patient's squared error.
    entanglement : "linear", "full" or "none"
        Which qubits an entangling layer joins.

    References
    ----------
    Saunders C, Gammerman A, Vovk V. ICML 1998:515-521.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 30)[:, np.newaxis]
    >>> model = QuantumKernelRegressor("angle", bandwidth=1.0, penalty=1e-3)
    >>> model.fit(x, np.sin(x[:, 0])).score(x, np.sin(x[:, 0])) > 0.999
    True
    """

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from prepared features (n, p), a number each, and weights (n,).

        Raises
        ------
        ModelError
            When a hyper-parameter is not positive, or there are too many qubits.
        """
        features, target = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        weight = _check_sample_weight(
            sample_weight, features, dtype=np.float64, ensure_non_negative=True
        )
        self._learn(features, target.astype(np.float64), weight)
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the number expected of each patient."""
        return self._expectation(X)
