"""Time series as features of a quantum reservoir, for any classical model to learn from."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from probatum.errors import ModelError
from probatum.models.hyper_parameters import expect_finite, expect_positive, expect_whole
from probatum.quantum.variational.reservoir import (
    Reservoir,
    features,
    names,
    transverse_ising,
)

Floats = NDArray[np.float64]
LARGEST = 8
"""Qubits above which a patient's density matrix (4**n numbers) costs too much."""


class QuantumReservoir(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    r"""Averages read off a fixed, random quantum system that listens to each patient's series.

    A row is one series, time by time, all channels of a time together. At each time the input
    qubits are set to the current values, the others remember, and all mix; see
    :func:`probatum.quantum.variational.reservoir.transverse_ising`. Nothing is learned:
    ``fit`` only draws the couplings.

    Parameters
    ----------
    qubits : int
        Of the system.
    channels : int
        Values at one time; less than ``qubits``.
    readouts : int
        How many of the last times are read.
    bandwidth : float > 0
        Factor on the values before they become angles.
    coupling, field, duration : float
        Of the Hamiltonian, and how long it acts between two values.
    random_state : int, RandomState or None
        Draws the couplings.

    Attributes
    ----------
    evolution_ : (2**n, 2**n) complex
        What happens between two values.
    readout_ : (n(n+1)/2, 2**n) float
        Eigenvalues of what is read.

    References
    ----------
    Fujii K, Nakajima K. Phys Rev Appl 2017;8:024030.

    Examples
    --------
    >>> series = np.random.default_rng(0).uniform(0, 3, (5, 12))
    >>> QuantumReservoir(qubits=4).fit_transform(series).shape
    (5, 10)
    """

    def __init__(
        self,
        qubits: int = 5,
        channels: int = 1,
        readouts: int = 1,
        bandwidth: float = 1.0,
        coupling: float = 1.0,
        field: float = 0.5,
        duration: float = 2.0,
        random_state: Any = 0,
    ) -> None:
        self.qubits = qubits
        self.channels = channels
        self.readouts = readouts
        self.bandwidth = bandwidth
        self.coupling = coupling
        self.field = field
        self.duration = duration
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Draw the couplings; only the shape of X (n, times * channels) matters.

        Raises
        ------
        ModelError
            When a parameter makes no sense, or the rows do not hold whole times.
        """
        validate_data(self, X, dtype=np.float64)
        self._refuse_nonsense()
        rng = np.random.default_rng(check_random_state(self.random_state).randint(1 << 31))
        drawn = transverse_ising(
            self.qubits,
            channels=self.channels,
            coupling=self.coupling,
            field=self.field,
            duration=self.duration,
            rng=rng,
        )
        self.evolution_, self.readout_ = drawn.evolution, drawn.readout
        return self

    def transform(self, X: ArrayLike) -> Floats:
        """Return the features of each series, shape (n, readouts * n(n+1)/2)."""
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        series = self.bandwidth * rows.reshape(len(rows), -1, self.channels)
        with threadpool_limits(limits=1, user_api="blas"):
            return features(self._reservoir(), series, readouts=self.readouts)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return names such as ``t-0 Z1Z2``: what was read, and how many times ago."""
        check_is_fitted(self)
        return np.array(names(self._reservoir(), self.readouts), dtype=object)

    def _reservoir(self) -> Reservoir:
        return Reservoir(
            qubits=self.qubits,
            channels=self.channels,
            evolution=self.evolution_,
            readout=self.readout_,
        )

    def _refuse_nonsense(self) -> None:
        expect_whole("qubits", self.qubits, least=2, most=LARGEST)
        for name in ("bandwidth", "coupling", "duration"):
            expect_positive(name, getattr(self, name))
        expect_finite("field", self.field)
        advice = "leave at least one qubit for memory"
        expect_whole("channels", self.channels, least=1, most=self.qubits - 1, advice=advice)
        times, rest = divmod(self.n_features_in_, self.channels)
        if rest:
            raise ModelError(
                f"series — expected rows of {self.channels} values a time, got "
                f"{self.n_features_in_} values — give whole times"
            )
        advice = "read at most as many times as there are"
        expect_whole("readouts", self.readouts, least=1, most=times, advice=advice)
