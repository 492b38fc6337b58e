"""How a variational model is measured: every qubit read, its observable counted from bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from probatum.errors import NotEstimable
from probatum.models.intervals.measurement import Spectrum
from probatum.models.risk_model import RiskModel
from probatum.models.variational_training import VariationalTraining
from probatum.quantum.exact.simulation import states

Array = NDArray[np.float64]


def variational_measurement(model: RiskModel, frame: pd.DataFrame) -> Spectrum:
    """Return the law of a variational model's score.

    Parameters
    ----------
    model : RiskModel
        Around a fitted variational classifier of two classes.
    frame : (n, ...) DataFrame
        With the protocol's predictor columns.

    Raises
    ------
    NotEstimable
        When the model is another one, has several outputs, or looks at more than Z.
    """
    found = model.pipeline["model"]
    if not isinstance(found, VariationalTraining) or len(found.observables()) != 1:
        raise NotEstimable(
            "shot noise — expected a variational model of one output, got "
            f"{type(found).__name__} — choose the law that fits the model"
        )
    rows = found.circuit_rows(model.pipeline["preparation"].transform(frame))
    with threadpool_limits(limits=1):
        amplitudes = states(found.circuit(), rows)
    values, place = np.unique(readings(found.observables()[0]), return_inverse=True)
    return Spectrum(
        offset=float(found.offset_[0]),
        eigenvalues=float(found.scale_[0]) * values,
        probabilities=np.abs(amplitudes) ** 2 @ np.eye(len(values))[place],
    )


def readings(observable: Any) -> Array:
    """Return what an observable of Z and identity is for each reading of the bits, (2**n,).

    Raises
    ------
    NotEstimable
        When it holds X or Y, which are not read from the bits.

    Examples
    --------
    >>> from qiskit.quantum_info import SparsePauliOp
    >>> readings(SparsePauliOp(["IZ", "ZZ"], [1.0, 0.5])).tolist()
    [1.5, -1.5, 0.5, -0.5]
    """
    if observable.paulis.x.any():
        raise NotEstimable(
            "shot noise — expected an observable of Z, got one with X or Y — turn the basis in "
            "the circuit"
        )
    bits = np.arange(2**observable.num_qubits)[:, np.newaxis] >> np.arange(
        observable.num_qubits
    )
    odd = (bits & 1) @ observable.paulis.z.astype(np.intp).T
    return np.asarray((1.0 - 2 * (odd % 2)) @ observable.coeffs.real, dtype=np.float64)
