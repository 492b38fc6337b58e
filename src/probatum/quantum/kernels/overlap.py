"""How a device measures the likeness of two patients: prepare one, undo the other, see 0s."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector

from probatum.errors import CircuitError


def overlap_circuit(circuit: QuantumCircuit) -> QuantumCircuit:
    r"""Return :math:`U(y)^\dagger\, U(x)`, whose probability of all zeros is the kernel.

    A barrier stands between the halves, so that no gate is merged across and the circuit is
    one template for every pair. Nothing is measured yet.

    Parameters
    ----------
    circuit : QuantumCircuit
        The encoding, U.

    Returns
    -------
    QuantumCircuit
        Its parameters are those of x, then those of y, each in the order of ``circuit``; the
        rows of :func:`overlap_rows` fit them.

    References
    ----------
    Havlicek V et al. Nature 2019;567:209-212.

    Examples
    --------
    >>> from probatum.quantum.encodings import angle_encoding
    >>> [p.name for p in overlap_circuit(angle_encoding(2)).parameters]
    ['x[0]', 'x[1]', 'y[0]', 'y[1]']
    """
    pair = _named(circuit, "x")
    pair.barrier()
    pair.compose(_named(circuit, "y").inverse(), inplace=True)
    pair.name = f"{circuit.name} overlap"
    return pair


def overlap_rows(left: ArrayLike, right: ArrayLike) -> NDArray[np.float64]:
    """Return one row for every pair: each patient of ``left`` with each of ``right``.

    Parameters
    ----------
    left, right : (N, p) and (M, p) float
        Parameters of the encoding.

    Returns
    -------
    (N * M, 2p) float
        Patient by patient of ``left``; reshape what is measured to (N, M).

    Raises
    ------
    CircuitError
        When the rows are of different lengths.

    Examples
    --------
    >>> overlap_rows([[1.0], [2.0]], [[8.0], [9.0]])
    array([[1., 8.],
           [1., 9.],
           [2., 8.],
           [2., 9.]])
    """
    one, other = np.asarray(left, np.float64), np.asarray(right, np.float64)
    if one.shape[1:] != other.shape[1:]:
        raise CircuitError(
            f"overlap of two cohorts — expected rows of one length, got {one.shape} and "
            f"{other.shape} — encode both with the same circuit"
        )
    return np.hstack([np.repeat(one, len(other), axis=0), np.tile(other, (len(one), 1))])


def _named(circuit: QuantumCircuit, letter: str) -> QuantumCircuit:
    fresh = ParameterVector(letter, circuit.num_parameters)
    named: QuantumCircuit = circuit.assign_parameters(
        dict(zip(circuit.parameters, fresh, strict=True))
    )
    return named
