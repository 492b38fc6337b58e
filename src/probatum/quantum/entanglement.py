"""A circuit with nothing that joins its qubits: the control for what entanglement adds."""

from __future__ import annotations

from qiskit import QuantumCircuit

from probatum.errors import CircuitError


def without_entanglement(circuit: QuantumCircuit) -> QuantumCircuit:
    """Return the circuit without its gates on two qubits or more.

    What is left acts on each qubit alone, so its states are products and a computer follows
    them at no cost. A model that does as well with them owes nothing to entanglement.

    Parameters
    ----------
    circuit : QuantumCircuit
        Flat: a gate on several qubits is left out whole, whatever it is made of.

    Raises
    ------
    CircuitError
        When some parameter stands in joining gates only: the control would be blind to it.

    References
    ----------
    Bowles J, Ahmed S, Schuld M. arXiv 2403.07059, section 6 (separable controls).

    Examples
    --------
    >>> joined = QuantumCircuit(2)
    >>> joined.h([0, 1])  # doctest: +ELLIPSIS
    <...>
    >>> joined.cz(0, 1)  # doctest: +ELLIPSIS
    <...>
    >>> dict(without_entanglement(joined).count_ops())
    {'h': 2}
    """
    alone = circuit.copy_empty_like()
    for instruction in circuit.data:
        if len(instruction.qubits) == 1 or instruction.operation.name == "barrier":
            alone.append(instruction)
    lost = sorted(p.name for p in set(circuit.parameters) - set(alone.parameters))
    if lost:
        raise CircuitError(
            f"{circuit.name} without entanglement — expected every parameter to turn a single "
            f"qubit somewhere, got none for {', '.join(lost)} — compare with another circuit"
        )
    return alone
