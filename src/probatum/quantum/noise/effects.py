"""What a measurement asks of a state: the effect of each outcome, its readout errors included.

An outcome's probability, and an observable's average, is the inner product of its vector with
the state's vector of averages. Both are products over the qubits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import CircuitError
from probatum.quantum.noise.calibration import Noise
from probatum.quantum.noise.evolution import Vectors
from probatum.quantum.noise.transfer import kronecker

ROOT = math.sqrt(2)
UNREAD: NDArray[np.float64] = np.array([[ROOT, 0.0, 0.0, 0.0]])
"""The one outcome of a qubit that is not read out."""


def bit_effects(noise: Noise, qubit: int, *, readout: bool = True) -> NDArray[np.float64]:
    """Return the effects "0 is read" and "1 is read" of a qubit, shape (2, 4).

    Examples
    --------
    >>> bit_effects(Noise(), 0).round(2)
    array([[ 0.71,  0.  ,  0.  ,  0.71],
           [ 0.71,  0.  ,  0.  , -0.71]])
    """
    table = noise.readout(qubit) if readout else np.eye(2)
    return weighted_bit(np.eye(2), table)


def weighted_bit(
    values: NDArray[np.float64], table: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the effects of giving values to what is read on one qubit.

    Parameters
    ----------
    values : (k, 2)
        Each row: the value of reading 0 and of reading 1.
    table : (2, 2)
        Probability of reading the column when the row is true.
    """
    when_true = np.asarray(values) @ table.T
    effects = np.zeros((len(when_true), 4))
    effects[:, 0] = when_true.sum(axis=1) / ROOT
    effects[:, 3] = (when_true[:, 0] - when_true[:, 1]) / ROOT
    return effects


def observable_vector(
    observable: SparsePauliOp,
    qubits: Sequence[int],
    bits: Mapping[int, int],
    noise: Noise,
    *,
    readout: bool,
) -> NDArray[np.float64]:
    """Return the vector whose inner product with a state is an observable's average.

    Parameters
    ----------
    observable : SparsePauliOp
        On the circuit's own qubits; real coefficients.
    qubits : sequence of int
        Physical qubits of the vectors, the fastest first.
    bits : mapping of int to int
        Physical qubit -> the circuit's own qubit that ends there.
    readout : bool
        Whether readout errors dilute every string.
    """
    if observable.num_qubits != len(bits):
        raise CircuitError(
            f"observable — expected {len(bits)} qubits, got {observable.num_qubits} — "
            "write it for the circuit's own qubits"
        )
    if np.abs(np.imag(observable.coeffs)).max() > 0:
        raise CircuitError(
            "observable — expected real coefficients, got complex ones — only a Hermitian "
            "operator can be measured"
        )
    total = np.zeros(4 ** len(qubits))
    for label, coefficient in observable.to_list():
        letters = {q: label[::-1][bits[q]] if q in bits else "I" for q in qubits}
        tables = {q: noise.readout(q) if readout else np.eye(2) for q in qubits}
        factors = [_letter(letters[q], tables[q]) for q in reversed(qubits)]
        total += np.real(coefficient) * kronecker(factors)
    return total


def _letter(letter: str, table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one letter of a Pauli string, as it is read through a readout table."""
    if letter == "I":
        return np.array([ROOT, 0.0, 0.0, 0.0])
    read = weighted_bit(np.array([[1.0, -1.0]]), table)[0]
    along = np.zeros(4)
    along[0], along["IXYZ".index(letter)] = read[0], read[3]
    return along


def outcome_probabilities(
    vectors: Vectors,
    qubits: Sequence[int],
    bits: Mapping[int, int],
    effects: Mapping[int, NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Return the probability of each bit string, shape (patients, 2^bits), bit 0 lowest."""
    patients, descending = len(vectors), list(reversed(qubits))
    left = vectors.reshape(patients, *(4,) * len(qubits))
    for place, qubit in enumerate(descending, start=1):
        effect = effects[qubit] if qubit in bits else UNREAD
        read = np.matmul(np.moveaxis(left, place, -1), effect.T)
        left = np.moveaxis(read, -1, place)
    high_first = sorted(descending, key=lambda qubit: -bits.get(qubit, -1))
    places = [1 + descending.index(qubit) for qubit in high_first]
    return left.transpose(0, *places).reshape(patients, 1 << len(bits))
