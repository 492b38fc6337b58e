"""Answers of yes and no as qubits that are flipped or not."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector

from probatum.errors import DataError
from probatum.quantum.encoding_copies import copies, expect_some


def basis_encoding(
    features: int, *, repetitions: int = 1, entanglement: str = "linear"
) -> QuantumCircuit:
    r"""One qubit for each yes-or-no predictor, flipped for yes; nothing is entangled.

    The kernel of two patients who differ in h answers is :math:`\cos^{2hr}(c\pi/2)` at
    bandwidth c: for c = 1 a whole flip, and patients are either identical or unlike; below
    one, less than a flip, and the kernel counts the answers they share.

    Parameters
    ----------
    features : int
        Prepared predictors, each 0 or 1.
    repetitions : int
        Copies of the state side by side, each on its own qubits.
    entanglement : str
        Not used: there is none.
    """
    expect_some("basis", features)
    circuit, x = QuantumCircuit(features, name="basis"), ParameterVector("x", features)
    for i in range(features):
        circuit.ry(x[i], i)
    return copies(circuit, repetitions)


def flips(rows: ArrayLike, *, bandwidth: float = 1.0) -> NDArray[np.float64]:
    """Return the angle of each answer: half a circle times the bandwidth for yes, 0 for no.

    Raises
    ------
    DataError
        When a predictor is neither 0 nor 1.

    Examples
    --------
    >>> flips([[0, 1]]).round(4)
    array([[0.    , 3.1416]])
    """
    answers = np.asarray(rows, dtype=np.float64)
    if not np.isin(answers, (0, 1)).all():
        raise DataError(
            "basis encoding — expected predictors of 0 and 1 only, got others — "
            "encode the rest by angle, or cut them at a threshold first"
        )
    return np.asarray(bandwidth * math.pi * answers)
