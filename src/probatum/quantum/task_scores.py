r"""How well a device did a task whose answer is known, and what kind of task it was.

Distributions are (:math:`2^n`,) arrays; entry :math:`i` is the outcome whose bit :math:`q` is
qubit :math:`q`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.converters import circuit_to_dag

from probatum.errors import CircuitError, NotEstimable

Distribution = NDArray[np.float64]


def hellinger_fidelity(ideal: Distribution, found: Distribution) -> float:
    r"""Return how alike two distributions are: 1 where equal, 0 where they share no outcome.

    .. math:: F_H(P, Q) = \Bigl(\sum_i \sqrt{p_i q_i}\Bigr)^2

    Raises
    ------
    NotEstimable
        When one is no distribution, or they have different outcomes.

    References
    ----------
    Lubinski T et al. (QED-C). IEEE Trans Quantum Eng 2023;4:3100332, equation 1.

    Departures
    ----------
    A probability that rounding took below zero, by a billionth at most, counts as zero.

    Examples
    --------
    >>> round(hellinger_fidelity(np.array([0.5, 0.5]), np.array([1.0, 0.0])), 12)
    0.5
    """
    for distribution in (ideal, found):
        _expect_distribution(distribution, ideal.shape)
    both = np.clip(ideal, 0, None) * np.clip(found, 0, None)
    return float(min(np.sum(np.sqrt(both)) ** 2, 1.0))


def polarisation_fidelity(ideal: Distribution, found: Distribution) -> float:
    r"""Return the fidelity that is left once what mere noise would reach is taken away.

    .. math:: F(P, Q) = \frac{F_H(P, Q) - F_H(P, U)}{1 - F_H(P, U)}

    with :math:`U` uniform; kept within [0, 1]. 0: no better than a device that answers at
    random.

    Raises
    ------
    NotEstimable
        When the ideal answer is itself uniform.

    References
    ----------
    Lubinski T et al. (QED-C). IEEE Trans Quantum Eng 2023;4:3100332, equation 2.

    Examples
    --------
    >>> answer, noise = np.array([1.0, 0, 0, 0]), np.full(4, 0.25)
    >>> polarisation_fidelity(answer, noise), polarisation_fidelity(answer, answer)
    (0.0, 1.0)
    """
    by_chance = hellinger_fidelity(ideal, np.full(ideal.shape, 1 / ideal.size))
    if 1 - by_chance < 1e-12:
        raise NotEstimable(
            "polarisation fidelity — expected an answer that noise does not give, got a "
            "uniform one — choose another task"
        )
    return float(
        np.clip((hellinger_fidelity(ideal, found) - by_chance) / (1 - by_chance), 0, 1)
    )


def _expect_distribution(distribution: Distribution, shape: tuple[int, ...]) -> None:
    sound = len(shape) == 1 and distribution.shape == shape and distribution.size > 0
    if not sound or distribution.min() < -1e-9 or not abs(distribution.sum() - 1) <= 1e-6:
        raise NotEstimable(
            f"fidelity — expected probabilities, one an outcome, that add up to 1, got shape "
            f"{distribution.shape} beside {shape} and a sum of {distribution.sum():g} — "
            "normalise them"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What a circuit asks of a device, each from 0 (nothing) to 1."""

    communication: float
    """Share of the pairs of qubits that interact."""
    critical_depth: float
    """Share of the two-qubit gates that stand on the longest path."""
    entanglement_ratio: float
    """Share of two-qubit gates among all gates."""
    parallelism: float
    """How full the layers are."""
    liveness: float
    """Share of the qubits' time in which they are worked on."""

    def as_dict(self) -> dict[str, float]:
        """The features by name."""
        return asdict(self)


def features(circuit: QuantumCircuit) -> Features:
    r"""Return the SupermarQ features of a circuit; barriers and final measurement left out.

    With :math:`n` qubits, :math:`g` gates, depth :math:`d` and degree :math:`\deg(q)` in the
    graph of interacting qubits: communication :math:`\sum \deg(q) / n(n-1)`; parallelism
    :math:`\max(0, (g/d - 1)/(n-1))`; liveness, the mean share of layers in which a qubit is
    in a gate.

    Raises
    ------
    CircuitError
        When there are fewer than two qubits, or no gates.

    References
    ----------
    Tomesh T et al. SupermarQ. HPCA 2022, section III, equations 1 to 5.

    Departures
    ----------
    A circuit without two-qubit gates has a critical depth of 0. The measurement feature is
    left out: no task measures in its middle.

    Examples
    --------
    >>> bell = QuantumCircuit(2)
    >>> _ = bell.h(0), bell.cx(0, 1)
    >>> features(bell).liveness
    0.75
    """
    gates = [
        [circuit.find_bit(qubit).index for qubit in instruction.qubits]
        for instruction in circuit.data
        if instruction.operation.name not in ("barrier", "measure")
    ]
    qubits = circuit.num_qubits
    if qubits < 2 or not gates:
        raise CircuitError(
            f"features — expected gates on two qubits or more, got {len(gates)} on {qubits} — "
            "name another task"
        )
    depth = _depth(gates, qubits)
    joined = [frozenset(gate) for gate in gates if len(gate) == 2]
    busy = sum(map(len, gates))
    return Features(
        communication=2 * len(set(joined)) / (qubits * (qubits - 1)),
        critical_depth=_critical(circuit) / len(joined) if joined else 0.0,
        entanglement_ratio=len(joined) / len(gates),
        parallelism=max((len(gates) / depth - 1) / (qubits - 1), 0.0),
        liveness=busy / (qubits * depth),
    )


def _depth(gates: list[list[int]], qubits: int) -> int:
    free = [0] * qubits
    for gate in gates:
        layer = max(free[qubit] for qubit in gate) + 1
        for qubit in gate:
            free[qubit] = layer
    return max(free)


def _critical(circuit: QuantumCircuit) -> int:
    """Count the two-qubit gates on the longest path."""
    bare = circuit.copy_empty_like()
    for instruction in circuit.data:
        if instruction.operation.name not in ("barrier", "measure"):
            bare.append(instruction)
    path = circuit_to_dag(bare).longest_path()
    return sum(len(getattr(node, "qargs", ())) == 2 and hasattr(node, "op") for node in path)
