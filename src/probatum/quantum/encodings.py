"""How a patient's prepared measurements become a quantum circuit.

An encoding is two things under one name: a Qiskit circuit with free parameters
(:func:`encoding`), and the angles those parameters take for a patient (:func:`angles`). For
most the angles are the measurements themselves, times the bandwidth. Gates are RY, RX, RZ, CX,
CZ, H, P and RZZ, so that depth and gate counts read straight off the drawing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector

from probatum.errors import CircuitError, DataError
from probatum.quantum.amplitude_encoding import amplitude_encoding, tree_angles
from probatum.quantum.basis_encoding import basis_encoding, flips
from probatum.quantum.encoding_copies import expect_some
from probatum.quantum.entanglement import without_entanglement

GOLDEN = (math.sqrt(5) - 1) / 2
"""Its multiples, less their whole part, fill the circle evenly: fixed weights, no chance."""


def angle_encoding(
    features: int, *, repetitions: int = 1, entanglement: str = "linear"
) -> QuantumCircuit:
    r"""One RY rotation a predictor; between repetitions, CZ gates join the qubits.

    With one repetition nothing is entangled and the kernel has the closed form
    :math:`k(x, y) = \prod_i \cos^2((x_i - y_i)/2)`: the classical control among the
    encodings.

    Parameters
    ----------
    features : int
        Prepared predictors, one qubit each.
    repetitions : int
        Times the data are loaded.
    entanglement : "linear" or "full"
        Neighbours only, or every pair.
    """
    circuit, x = _empty("angle", features)
    for repetition in range(repetitions):
        if repetition:
            _join(circuit, entanglement)
        for i in range(features):
            circuit.ry(x[i], i)
    return circuit


def zz_encoding(
    features: int, *, repetitions: int = 2, entanglement: str = "linear"
) -> QuantumCircuit:
    r"""The ZZ feature map: H, phases 2x_i, and pair phases 2(π-x_i)(π-x_j), repeated.

    Qiskit writes each pair phase as CX, P, CX; here it is one RZZ gate, which is the same up
    to a phase common to all amplitudes, that no kernel and no measurement sees.

    References
    ----------
    Havlicek V et al. Nature 2019;567:209-212, equations 4 and 5.
    """
    circuit, x = _empty("zz", features)
    for _ in range(repetitions):
        circuit.h(range(features))
        for i in range(features):
            circuit.p(2 * x[i], i)
        for i, j in _pairs(features, entanglement):
            circuit.rzz(2 * (math.pi - x[i]) * (math.pi - x[j]), i, j)
    return circuit


def iqp_encoding(
    features: int, *, repetitions: int = 1, entanglement: str = "linear"
) -> QuantumCircuit:
    r"""Phases that commute, between Hadamards: x_i on each qubit, x_i x_j on pairs.

    .. math:: |\psi(x)\rangle = \Bigl(e^{-\frac{i}{2}(\sum_i x_i Z_i
              + \sum_{ij} x_i x_j Z_i Z_j)} H^{\otimes n}\Bigr)^{r} |0\rangle

    up to a common phase. Patients at zero sit in the plain superposition, where the ZZ map
    turns them by :math:`\pi^2`: near zero this encoding is smooth, that one is not.

    References
    ----------
    Shepherd D, Bremner MJ. Proc R Soc A 2009;465:1413-1439. Havlicek V et al. Nature
    2019;567:209-212 (with general coefficients). Huang H-Y et al. Nat Commun 2021;12:2631.
    """
    circuit, x = _empty("iqp", features)
    for _ in range(repetitions):
        circuit.h(range(features))
        for i in range(features):
            circuit.p(x[i], i)
        for i, j in _pairs(features, entanglement):
            circuit.rzz(x[i] * x[j], i, j)
    return circuit


def reuploading_encoding(
    features: int, *, repetitions: int = 2, entanglement: str = "linear"
) -> QuantumCircuit:
    r"""Data re-uploading with fixed weights: RY and RZ by a weight, RX by the data, repeated.

    CZ gates join the qubits between repetitions. With one repetition the kernel has the
    closed form :math:`\prod_i \cos^2(d_i/2) + m_i^2 \sin^2(d_i/2)`, :math:`d = x - y`, where
    :math:`m_i` is the mean of X after the weights' rotations.

    References
    ----------
    Perez-Salinas A et al. Quantum 2020;4:226. Schuld M et al. Phys Rev A 2021;103:032430
    (each repetition adds a frequency to what the model can represent).

    Departures
    ----------
    A kernel trains nothing inside its circuit, so the weights are fixed: turns of
    :data:`GOLDEN` times 1, 2, 3, ... The trained form is a variational model.
    """
    circuit, x = _empty("reuploading", features)
    weights = fixed_weights(repetitions, features)
    for repetition in range(repetitions):
        if repetition:
            _join(circuit, entanglement)
        for i in range(features):
            circuit.ry(weights[repetition, i, 0], i)
            circuit.rz(weights[repetition, i, 1], i)
            circuit.rx(x[i], i)
    return circuit


def fixed_weights(repetitions: int, features: int) -> NDArray[np.float64]:
    """Return the weights of re-uploading, shape (repetitions, features, 2), radians.

    Examples
    --------
    >>> fixed_weights(1, 1).round(4)
    array([[[3.8832, 1.4833]]])
    """
    turns = GOLDEN * np.arange(1, 2 * repetitions * features + 1)
    return np.asarray(2 * math.pi * (turns % 1)).reshape(repetitions, features, 2)


def _empty(name: str, features: int) -> tuple[QuantumCircuit, ParameterVector]:
    expect_some(name, features)
    return QuantumCircuit(features, name=name), ParameterVector("x", features)


def _join(circuit: QuantumCircuit, entanglement: str) -> None:
    for i, j in _pairs(circuit.num_qubits, entanglement):
        circuit.cz(i, j)


def _pairs(features: int, entanglement: str) -> Iterator[tuple[int, int]]:
    if entanglement == "linear":
        return ((i, i + 1) for i in range(features - 1))
    if entanglement == "full":
        return combinations(range(features), 2)
    raise _unknown_entanglement(entanglement)


def _unknown_entanglement(given: str) -> CircuitError:
    return CircuitError(
        f"entanglement — expected 'linear', 'full' or 'none', got {given!r} — "
        "correct the protocol"
    )


ENTANGLEMENTS = ("linear", "full", "none")
"""What a protocol may say of the qubits that are joined."""

ENCODINGS: Mapping[str, Callable[..., QuantumCircuit]] = {
    "amplitude": amplitude_encoding,
    "angle": angle_encoding,
    "basis": basis_encoding,
    "iqp": iqp_encoding,
    "reuploading": reuploading_encoding,
    "zz": zz_encoding,
}
"""The encodings a protocol may name."""


def encoding(
    name: str, features: int, *, repetitions: int, entanglement: str = "linear"
) -> QuantumCircuit:
    """Return the circuit a protocol names.

    Parameters
    ----------
    name : str
        One of :data:`ENCODINGS`.
    features : int
        Prepared predictors.
    repetitions : int
        Times the data are loaded; copies, for amplitude and basis.
    entanglement : "linear", "full" or "none"
        Which qubits are joined. With "none" every joining gate is left out, whatever the
        encoding: the control of :func:`~probatum.quantum.entanglement.without_entanglement`.

    Raises
    ------
    CircuitError
        When the name, the entanglement or the number of repetitions is not known.

    Examples
    --------
    >>> encoding("zz", 3, repetitions=2).num_qubits
    3
    >>> encoding("amplitude", 30, repetitions=1).num_qubits
    5
    """
    _expect_known(name)
    if not isinstance(repetitions, Integral) or repetitions < 1:
        raise CircuitError(
            f"repetitions of {name} — expected a whole number, 1 or more, got "
            f"{repetitions!r} — correct the protocol"
        )
    if entanglement not in ENTANGLEMENTS:
        raise _unknown_entanglement(entanglement)
    if entanglement == "none":
        return without_entanglement(ENCODINGS[name](features, repetitions=repetitions))
    return ENCODINGS[name](features, repetitions=repetitions, entanglement=entanglement)


def angles(name: str, rows: ArrayLike, *, bandwidth: float = 1.0) -> NDArray[np.float64]:
    """Return what the circuit's parameters are for each patient.

    Parameters
    ----------
    name : str
        One of :data:`ENCODINGS`.
    rows : (N, p) float
        Prepared predictors.
    bandwidth : float > 0
        Factor on them before they turn anything.

    Returns
    -------
    (N, parameters) float
        Radians, in the order of ``encoding(name, p, ...).parameters``.

    Raises
    ------
    NotEstimable
        When a row is zero and the encoding is by amplitude.
    DataError
        When the rows are no table of finite numbers, or the encoding is by basis and a
        predictor is neither 0 nor 1.
    CircuitError
        When the name is not known, or the bandwidth not positive.

    Examples
    --------
    >>> angles("zz", [[1.0, 2.0]], bandwidth=0.5)
    array([[0.5, 1. ]])
    """
    _expect_known(name)
    if not 0 < bandwidth < math.inf:
        raise CircuitError(
            f"bandwidth of {name} — expected a positive number, got {bandwidth:g} — "
            "correct the protocol"
        )
    given = np.asarray(rows, dtype=np.float64)
    if given.ndim != 2 or not np.isfinite(given).all():
        raise DataError(
            f"{name} encoding — expected a table of finite numbers, one row a patient, got "
            f"shape {given.shape}{' with others' if given.ndim == 2 else ''} — prepare the "
            "predictors first"
        )
    if name == "amplitude":
        return tree_angles(given)
    if name == "basis":
        return flips(given, bandwidth=bandwidth)
    return np.asarray(bandwidth * given)


def _expect_known(name: str) -> None:
    if name not in ENCODINGS:
        raise CircuitError(
            f"encoding — expected one of {', '.join(sorted(ENCODINGS))}, got {name!r} — "
            "correct the protocol"
        )
