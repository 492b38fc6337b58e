"""A circuit that loads the same measurements again and again, weighted anew each time.

One qubit that sees the data often enough can draw any boundary; more qubits need fewer
repetitions. Qubits and predictors are independent numbers here.
"""

from __future__ import annotations

from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector

from probatum.errors import CircuitError
from probatum.quantum.variational.circuits import Loaded
from probatum.quantum.variational.patterns import pairs

AXES = ("ry", "rz")
"""Rotations by turns: a qubit's first angle turns about Y, its second about Z, and so on."""


def reuploading(
    features: int, *, qubits: int = 4, layers: int = 2, entanglement: str = "circular"
) -> Loaded:
    r"""Layers of rotations by :math:`u_{lj}\,x_j + v_{lj}` with CZ gates between them.

    Predictor :math:`j` turns qubit :math:`j \bmod n`. Where there are more qubits than
    predictors, the remaining qubits take the predictors once more. A last layer of rotations by
    weights alone closes the circuit.

    Parameters
    ----------
    features : int
        Prepared predictors.
    qubits : int
    layers : int
        Times every predictor is loaded.
    entanglement : str
        See :func:`probatum.quantum.variational.patterns.pairs`.

    References
    ----------
    Pérez-Salinas A et al. Quantum 2020;4:226, equations 9 to 11.

    Departures
    ----------
    Turns about Y and Z alternate instead of a general rotation for each three predictors.

    Examples
    --------
    >>> len(reuploading(3, qubits=2, layers=2).weights)
    14
    """
    if min(features, qubits, layers) < 1:
        raise CircuitError(
            f"re-uploading — expected at least one predictor, qubit and layer, got {features}, "
            f"{qubits} and {layers} — correct the protocol"
        )
    circuit = QuantumCircuit(qubits, name="reuploading")
    slots = max(features, qubits)
    x, w = ParameterVector("x", features), ParameterVector("w", 2 * slots * layers + qubits)
    for layer in range(layers):
        for slot in range(slots):
            place = 2 * (layer * slots + slot)
            rotate = getattr(circuit, AXES[slot // qubits % 2])
            rotate(w[place] * x[slot % features] + w[place + 1], slot % qubits)
        for i, j in pairs(qubits, entanglement):
            circuit.cz(i, j)
    for qubit in range(qubits):
        circuit.ry(w[2 * slots * layers + qubit], qubit)
    centres = (1.0, 0.0) * (slots * layers) + (0.0,) * qubits
    return Loaded(circuit=circuit, inputs=tuple(x), weights=tuple(w), centres=centres)
