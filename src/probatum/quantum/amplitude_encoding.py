"""A patient's measurements as the amplitudes of a few qubits: the vector itself is the state.

The circuit is the rotation tree of Mottonen: it halves the vector again and again, and each
split is one angle. The angles are worked out classically from the measurements; the circuit
holds them as free parameters, in RY and CX gates that any device has.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector

from probatum.errors import NotEstimable
from probatum.quantum.encoding_copies import copies, expect_some


def amplitude_encoding(
    features: int, *, repetitions: int = 1, entanglement: str = "linear"
) -> QuantumCircuit:
    r"""The measurements, scaled to length one, as the amplitudes of few qubits.

    The kernel is :math:`(x \cdot y / \lVert x\rVert\lVert y\rVert)^{2r}`, the squared cosine
    of the angle between two patients. Only a row's direction counts, so bandwidth has no
    effect, and a row of zeros is refused.

    Parameters
    ----------
    features : int
        Prepared predictors; :math:`\lceil\log_2 p\rceil` qubits hold them.
    repetitions : int
        Copies of the state side by side, each on its own qubits.
    entanglement : str
        Not used: the tree needs the joins it has.

    References
    ----------
    Mottonen M et al. Quantum Inf Comput 2005;5:467-473. Rebentrost P et al. Phys Rev Lett
    2014;113:130503 (copies give polynomial kernels).
    """
    expect_some("amplitude", features)
    return copies(_tree(features), repetitions)


def qubits_for(features: int) -> int:
    """Return how many qubits hold this many amplitudes.

    Examples
    --------
    >>> [qubits_for(features) for features in (1, 2, 3, 8, 9)]
    [1, 1, 2, 3, 4]
    """
    return max(1, (features - 1).bit_length())


def _tree(features: int) -> QuantumCircuit:
    """Return the circuit; parameter ``t[k]`` is column k of :func:`tree_angles`.

    References
    ----------
    Mottonen M et al. Quantum Inf Comput 2005;5:467-473. Shende VV et al. IEEE TCAD
    2006;25:1000-1010 (multiplexed rotations in Gray-code order).
    """
    qubits = qubits_for(features)
    circuit = QuantumCircuit(qubits, name="amplitude")
    angle = iter(ParameterVector("t", (1 << qubits) - 1))
    for level in range(qubits):
        target = qubits - 1 - level
        for turn in range(1 << level):
            circuit.ry(next(angle), target)
            if level:
                circuit.cx(target + 1 + _changing_bit(turn, level), target)
    return circuit


def tree_angles(rows: ArrayLike) -> NDArray[np.float64]:
    r"""Return the angles that make each row, scaled to length one, the state's amplitudes.

    Parameters
    ----------
    rows : (N, p) float
        Signs are kept; a row's length is not, and amplitudes beyond p are zero.

    Returns
    -------
    (N, 2**n - 1) float
        Level by level from the whole vector down, each level mixed by a Walsh transform so
        that no rotation needs a control.

    Raises
    ------
    NotEstimable
        When a row is zero: it has no direction, so no state.

    Examples
    --------
    >>> tree_angles([[3.0, 0.0], [1.0, -1.0]]).round(4)
    array([[ 0.    ],
           [-1.5708]])
    """
    given = np.asarray(rows, dtype=np.float64)
    if not np.abs(given).max(axis=1, initial=0).all():
        raise NotEstimable(
            "amplitude encoding — expected rows with some measurement other than zero, got "
            "rows of zeros — choose another encoding, or add a constant predictor"
        )
    padding = (1 << qubits_for(given.shape[1])) - given.shape[1]
    halves, levels = np.pad(given, ((0, 0), (0, padding))), []
    while halves.shape[1] > 1:
        left, right = halves[:, 0::2], halves[:, 1::2]
        levels.append(2 * np.arctan2(right, left))
        halves = np.hypot(left, right)
    return np.hstack([_unmixed(level) for level in reversed(levels)])


def _unmixed(level: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Return the uncontrolled angles: :math:`2^{-l}\sum_j (-1)^{j\cdot g(i)}\theta_j`."""
    order = np.arange(level.shape[1])
    gray = order ^ (order >> 1)
    signs = 1.0 - 2.0 * (np.bitwise_count(order[:, np.newaxis] & gray) & 1)
    mixed: NDArray[Any] = (level[:, :, np.newaxis] * signs).sum(axis=1)
    return mixed / len(order)


def _changing_bit(turn: int, bits: int) -> int:
    """Return the bit in which the Gray code changes after ``turn``, the last one back to 0."""
    following = turn + 1
    return min((following & -following).bit_length() - 1, bits - 1)
