"""A variational circuit made ready: what is the same for all patients worked out once.

Leading gates that hold no weight are the feature map: their states are found once for a
cohort and kept while the weights are learned. The rest becomes a few steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np
from qiskit import QuantumCircuit

from probatum.quantum.variational.angles import Angles, angles
from probatum.quantum.variational.circuits import VariationalCircuit
from probatum.quantum.variational.fusion import Block, Step, Varying, fused
from probatum.quantum.variational.measurement import Measured, flipping_alike
from probatum.quantum.variational.reading import Gate, Turn, depends_on, gates
from probatum.quantum.variational.ready_steps import ReadyStep, ready_steps


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Program:
    """A variational circuit in the form the sweeps run."""

    qubits: int
    weights: int
    inputs: int
    feature_map: QuantumCircuit
    feature_columns: tuple[int, ...]
    """Which input each free parameter of the feature map is."""
    has_real_map: bool
    """Whether the feature map gives real amplitudes."""
    is_real: bool
    """Whether all steps and observables are real, so that real arithmetic is enough."""
    steps: tuple[ReadyStep, ...]
    shared: Angles
    """Of turns that are the same for all patients."""
    own: Angles | None
    """Of turns that differ from patient to patient."""
    measured: tuple[Measured, ...]

    @property
    def observables(self) -> int:
        """How many numbers are measured of a patient."""
        return len(self.measured[0].entries)


def ready(variational: VariationalCircuit) -> Program:
    """Work a variational circuit out, as far as it does not hold numbers yet.

    Raises
    ------
    CircuitError
        When the circuit holds something that is not a unitary gate.
    """
    feature_map, rest = _divided(variational)
    inputs = frozenset(variational.inputs)
    varies = [depends_on(gate, inputs) for gate in rest]
    steps = fused(rest, varies, variational.circuit.num_qubits)
    measured = flipping_alike(variational.observables)
    real_rest = all(map(_is_real, rest))
    is_real = real_rest and all(np.isrealobj(part.entries) for part in measured)
    columns = {p: column for column, p in enumerate(variational.inputs)}
    return Program(
        qubits=variational.circuit.num_qubits,
        weights=len(variational.weights),
        inputs=len(variational.inputs),
        feature_map=feature_map,
        feature_columns=tuple(columns[p] for p in feature_map.parameters),
        has_real_map=all(map(_is_real, gates(feature_map))),
        is_real=is_real,
        steps=ready_steps(steps, variational.circuit.num_qubits, is_real=is_real),
        shared=angles(_formulas(steps, Block), variational.weights),
        own=_own_angles(steps, variational),
        measured=measured,
    )


def _divided(variational: VariationalCircuit) -> tuple[QuantumCircuit, list[Gate]]:
    """Return the leading part without weights, and the gates of the rest."""
    circuit, weights = variational.circuit, set(variational.weights)

    def has_no_weight(instruction: Any) -> bool:
        return not any(
            weights & set(getattr(p, "parameters", ())) for p in instruction.operation.params
        )

    leading = len(list(takewhile(has_no_weight, circuit.data)))
    before, after = circuit.copy_empty_like(), circuit.copy_empty_like()
    for place, instruction in enumerate(circuit.data):
        (before if place < leading else after).append(instruction)
    return before, list(gates(after))


def _is_real(gate: Gate) -> bool:
    if isinstance(gate, Turn):
        return gate.axis.count("Y") % 2 == 1
    return not np.imag(gate.matrix).any()


def _formulas(steps: Sequence[Step], kind: type[Block] | type[Varying]) -> list[Any]:
    held = [s.gates if isinstance(s, Block) else s.turns for s in steps if isinstance(s, kind)]
    return [gate.angle for gates in held for gate in gates if isinstance(gate, Turn)]


def _own_angles(steps: Sequence[Step], variational: VariationalCircuit) -> Angles | None:
    formulas = _formulas(steps, Varying)
    return angles(formulas, variational.weights, variational.inputs) if formulas else None
