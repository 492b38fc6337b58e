"""How a patient's prepared measurements become a quantum circuit.

Each encoding is a Qiskit circuit with one qubit and one free parameter for each prepared
predictor. They are written in RY, CZ, H, P and RZZ gates so that depth and gate counts read
straight off the drawing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector

from probatum.errors import CircuitError


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
            for i, j in _pairs(features, entanglement):
                circuit.cz(i, j)
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


def _empty(name: str, features: int) -> tuple[QuantumCircuit, ParameterVector]:
    if features < 1:
        raise CircuitError(
            f"{name} encoding — expected at least one predictor, got {features} — "
            "name the predictors in the protocol"
        )
    return QuantumCircuit(features, name=name), ParameterVector("x", features)


def _pairs(features: int, entanglement: str) -> Iterator[tuple[int, int]]:
    if entanglement == "linear":
        return ((i, i + 1) for i in range(features - 1))
    if entanglement == "full":
        return combinations(range(features), 2)
    raise CircuitError(
        f"entanglement — expected 'linear' or 'full', got {entanglement!r} — "
        "correct the protocol"
    )


ENCODINGS: Mapping[str, Callable[..., QuantumCircuit]] = {
    "angle": angle_encoding,
    "zz": zz_encoding,
}
"""The encodings a protocol may name."""


def encoding(
    name: str, features: int, *, repetitions: int, entanglement: str = "linear"
) -> QuantumCircuit:
    """Return the circuit a protocol names.

    Raises
    ------
    CircuitError
        When the name, the entanglement or the number of repetitions is not known.

    Examples
    --------
    >>> encoding("zz", 3, repetitions=2).num_qubits
    3
    """
    if name not in ENCODINGS:
        raise CircuitError(
            f"encoding — expected one of {', '.join(sorted(ENCODINGS))}, got {name!r} — "
            "correct the protocol"
        )
    if repetitions < 1:
        raise CircuitError(
            f"repetitions of {name} — expected 1 or more, got {repetitions} — "
            "correct the protocol"
        )
    return ENCODINGS[name](features, repetitions=repetitions, entanglement=entanglement)
