"""What every encoding needs: a predictor to load, and, for some, copies side by side."""

from __future__ import annotations

from qiskit import QuantumCircuit

from probatum.errors import CircuitError


def expect_some(name: str, features: int) -> None:
    """Refuse an encoding of no predictor.

    Raises
    ------
    CircuitError
        When there is none.
    """
    if features < 1:
        raise CircuitError(
            f"{name} encoding — expected at least one predictor, got {features} — "
            "name the predictors in the protocol"
        )


def copies(circuit: QuantumCircuit, times: int) -> QuantumCircuit:
    """Return a circuit several times on qubits of its own, its parameters shared.

    Examples
    --------
    >>> copies(QuantumCircuit(3), 2).num_qubits
    6
    """
    qubits = circuit.num_qubits
    several = QuantumCircuit(qubits * times, name=circuit.name)
    for copy in range(times):
        several.compose(circuit, range(copy * qubits, (copy + 1) * qubits), inplace=True)
    return several
