r"""How a gate, perfect or not, changes what is measured on average: its Pauli transfer matrix.

A state of n qubits is held as the real vector of its :math:`4^n` averages
:math:`r_P = \mathrm{Tr}(P\rho)/\sqrt{2^n}` over the Pauli strings P, qubit 0 varying fastest
in the order I, X, Y, Z. A gate with its noise is then one real matrix
:math:`R_{PQ} = \mathrm{Tr}(P\,\mathcal{E}(Q))/2^k` on the k qubits it touches, and nothing
about the noise is approximated.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from qiskit.circuit import Gate
from qiskit.quantum_info import PTM, Operator

Transfer = NDArray[np.float64]
"""(4^k, 4^k): row and column of a two-qubit string are 4 P(second) + P(first)."""

GROUND: NDArray[np.float64] = np.array([1.0, 0.0, 0.0, 1.0]) / math.sqrt(2)
"""The averages of a qubit in state 0."""

TURNS: Mapping[str, int] = {
    **dict.fromkeys(("rx", "ry", "rz", "p", "u1"), 1),
    **dict.fromkeys(("rxx", "ryy", "rzz", "rzx"), 2),
}
"""Gates that rotate about one Pauli string, and their number of qubits."""


def gate_transfer(gate: Gate) -> Transfer:
    """Return the matrix of a noiseless gate without free parameters.

    Examples
    --------
    >>> from qiskit.circuit.library import XGate
    >>> gate_transfer(XGate()).diagonal()
    array([ 1.,  1., -1., -1.])
    """
    return np.ascontiguousarray(PTM(Operator(gate)).data.real)


def relaxation(duration: float, t1: float, t2: float) -> Transfer:
    r"""Return what waiting does to a qubit that decays to 0.

    X and Y shrink by :math:`e^{-t/T_2}`, Z by :math:`e^{-t/T_1}` towards 1.

    Parameters
    ----------
    duration, t1, t2 : float
        In one unit of time; ``t2`` beyond ``2 * t1`` is not physical and is taken as that.
        Infinite times mean no decay.

    Examples
    --------
    >>> relaxation(0.0, t1=1.0, t2=1.0).diagonal()
    array([1., 1., 1., 1.])
    """
    kept, coherent = math.exp(-duration / t1), math.exp(-duration / min(t2, 2 * t1))
    matrix = np.diag([1.0, coherent, coherent, kept])
    matrix[3, 0] = 1 - kept
    return matrix


def depolarising(probability: float, qubits: int) -> Transfer:
    """Return the channel that forgets the state with a probability.

    Examples
    --------
    >>> depolarising(0.25, 1).diagonal()
    array([1.  , 0.75, 0.75, 0.75])
    """
    diagonal = np.full(4**qubits, 1 - probability)
    diagonal[0] = 1.0
    return np.diag(diagonal)


def kronecker(factors: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the Kronecker product of factors, the first varying slowest."""
    product = np.ones(1)
    for factor in factors:
        product = np.asarray(np.kron(product, factor), dtype=np.float64)
    return product


def average_fidelity(transfer: Transfer) -> float:
    r"""Return how well a channel keeps a random pure state; 1 for the identity.

    .. math:: F = \frac{d\,\mathrm{Tr}(R)/d^2 + 1}{d + 1}

    References
    ----------
    Nielsen MA. Phys Lett A 2002;303:249-252, equation 3.

    Examples
    --------
    >>> average_fidelity(depolarising(1.0, 1))
    0.5
    """
    dimension = math.isqrt(len(transfer))
    return float((np.trace(transfer) / dimension + 1) / (dimension + 1))
