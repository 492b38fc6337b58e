"""Circuits of weights: the part of a variational model that learns.

Each is a Qiskit circuit over the free parameters ``w[0], w[1], ...``, written in plain gates so
that depth and gate counts read straight off the drawing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector

from probatum.errors import CircuitError
from probatum.quantum.variational.patterns import pairs

ROTATIONS: Mapping[str, tuple[str, ...]] = {
    "real_amplitudes": ("ry",),
    "efficient_su2": ("ry", "rz"),
}
"""Ansatz -> the rotations of one layer; the names are Qiskit's."""


def hardware_efficient(
    qubits: int,
    *,
    repetitions: int = 2,
    entanglement: str = "reverse_linear",
    rotations: tuple[str, ...] = ("ry",),
) -> QuantumCircuit:
    """Layers of rotations with CX gates between them; a last layer of rotations closes.

    With ``("ry",)`` it is Qiskit's RealAmplitudes, with ``("ry", "rz")`` its EfficientSU2.

    Parameters
    ----------
    qubits : int
    repetitions : int
        Entangling layers; 0 leaves a product of single qubits.
    entanglement : str
        See :func:`probatum.quantum.variational.patterns.pairs`.
    rotations : tuple of str
        Gates of a layer, each with one angle.

    References
    ----------
    Kandala A et al. Nature 2017;549:242-246.

    Examples
    --------
    >>> hardware_efficient(3, repetitions=2).num_parameters
    9
    """
    _expect("qubits", qubits, least=1)
    _expect("repetitions", repetitions, least=0)
    circuit = QuantumCircuit(qubits, name="hardware_efficient")
    w = iter(ParameterVector("w", qubits * len(rotations) * (repetitions + 1)))
    for repetition in range(repetitions + 1):
        if repetition:
            for control, target in pairs(qubits, entanglement):
                circuit.cx(control, target)
        _rotate(circuit, rotations, w)
    return circuit


def mirrored(
    qubits: int,
    *,
    repetitions: int = 1,
    entanglement: str = "reverse_linear",
    rotations: tuple[str, ...] = ("ry",),
) -> QuantumCircuit:
    r"""Blocks :math:`R'(w')\,E^\dagger E\,R(w)` that are the identity where :math:`w' = -w`.

    Training that starts there starts away from the barren plateau, whatever the depth; see
    :func:`identity_start`. A middle rotation on every qubit keeps :math:`E^\dagger E` apart.

    Parameters
    ----------
    qubits, entanglement, rotations
        As in :func:`hardware_efficient`.
    repetitions : int
        Blocks.

    References
    ----------
    Grant E et al. Quantum 2019;3:214.

    Departures
    ----------
    The paper draws each block's first half at random and mirrors it; here one half is one
    entangling layer between two layers of rotations.
    """
    _expect("qubits", qubits, least=1)
    _expect("repetitions", repetitions, least=1)
    circuit = QuantumCircuit(qubits, name="mirrored")
    half = 2 * qubits * len(rotations)
    w = iter(ParameterVector("w", 2 * half * repetitions))
    joined = pairs(qubits, entanglement)
    for _ in range(repetitions):
        _rotate(circuit, rotations, w)
        for control, target in joined:
            circuit.cx(control, target)
        _rotate(circuit, rotations, w)
        _rotate(circuit, rotations[::-1], w)
        for control, target in joined[::-1]:
            circuit.cx(control, target)
        _rotate(circuit, rotations[::-1], w)
    return circuit


def identity_start(
    qubits: int, *, repetitions: int, rotations: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return weights at which :func:`mirrored` does nothing, random within that.

    Examples
    --------
    >>> identity_start(2, repetitions=1, rotations=1, rng=np.random.default_rng(0)).shape
    (8,)
    """
    blocks = []
    for _ in range(repetitions):
        first, second = rng.uniform(-np.pi, np.pi, (2, rotations, qubits))
        blocks += [first, second, -second[::-1], -first[::-1]]
    return np.concatenate([block.ravel() for block in blocks])


def _rotate(circuit: QuantumCircuit, rotations: tuple[str, ...], w: Iterator[object]) -> None:
    for gate in rotations:
        for qubit in range(circuit.num_qubits):
            getattr(circuit, gate)(next(w), qubit)


def _expect(what: str, value: int, *, least: int) -> None:
    if value < least:
        raise CircuitError(
            f"{what} — expected {least} or more, got {value} — correct the protocol"
        )
