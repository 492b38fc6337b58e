"""The index test: a classifier that compares patients by the overlap of their quantum states.

Training solves one linear system between all patients; nobody is left out for speed. What is
kept is an observable, a matrix to be measured on the state of a new patient, and not the
patients it was learned from: the model file holds no one's record.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.validation import _check_sample_weight, check_array, check_X_y, validate_data

from probatum.models.dual import Dual
from probatum.models.kernel_ridge import classes_as_signs
from probatum.models.observable_ridge import ObservableRidge


class QuantumKernelClassifier(ClassifierMixin, ObservableRidge):  # type: ignore[misc]
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
    entanglement : "linear", "full" or "none"
        Which qubits an entangling layer joins; "none" is the control without entanglement.

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

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from prepared features (n, p), two classes, and weights (n,).

        Raises
        ------
        ModelError
            When a hyper-parameter is not positive, or there are too many qubits.
        NotEstimable
            When there are not exactly two classes.
        """
        features, classes = validate_data(self, X, y, dtype=np.float64)
        weight = _check_sample_weight(
            sample_weight, features, dtype=np.float64, ensure_non_negative=True
        )
        self.classes_, signs = classes_as_signs(classes, weight)
        self._learn(features, signs, weight)
        return self

    def decision_function(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the score of each patient; above zero the second class is more likely."""
        return self._expectation(X)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the more likely class of each patient."""
        likely = self.decision_function(X) > 0
        return np.asarray(self.classes_[likely.astype(int)])

    def dual(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        landmarks: ArrayLike | None = None,
    ) -> Dual:
        """Return this model, fitted to these patients, in the form a device can run.

        The model itself is not changed, and need not be fitted. With no landmarks the scores
        of exact overlaps are those of :meth:`decision_function`, at one circuit for each
        patient here; with m landmarks, m circuits, and the scores of the ridge on them.

        Parameters
        ----------
        X, y, sample_weight
            As in :meth:`fit`.
        landmarks : (m, p) float, optional
            Prepared features of patients, or of nobody, to compare with.
        """
        features, classes = check_X_y(X, y, dtype=np.float64)
        weight = _check_sample_weight(
            sample_weight, features, dtype=np.float64, ensure_non_negative=True
        )
        _, signs = classes_as_signs(classes, weight)
        chosen = None if landmarks is None else check_array(landmarks, dtype=np.float64)
        return self._dual(features, signs, weight, chosen)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
