"""One builder for every gate the exact simulator claims by name."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.circuit import AnnotatedOperation, ControlModifier, InverseModifier, PowerModifier
from qiskit.circuit import library as gates
from qiskit.circuit.library import get_standard_gate_name_mapping
from qiskit.quantum_info import SparsePauliOp, random_unitary

STANDARD = get_standard_gate_name_mapping()
Angles = Sequence[Any]
Builder = Callable[[Angles, np.random.Generator], Any]


def _controlled(base: Callable[[Angles], Any], most: int) -> Builder:
    """The base gate under one to ``most`` controls, some of them open."""

    def build(angles: Angles, rng: np.random.Generator) -> Any:
        controls = int(rng.integers(1, most + 1))
        state = int(rng.integers(1 << controls))
        return base(angles).control(controls, ctrl_state=state, annotated=False)

    return build


def _unit_vector(rng: np.random.Generator, size: int) -> np.ndarray:
    vector = rng.normal(size=size) + 1j * rng.normal(size=size)
    return vector / np.linalg.norm(vector)


def _ready_made(angles: Angles, rng: np.random.Generator) -> Any:
    """A user's own gate, made of a circuit with a global phase."""
    circuit = QuantumCircuit(2, global_phase=angles[0])
    circuit.ry(angles[1], 0)
    circuit.cx(0, 1)
    circuit.append(gates.RZZGate(angles[2]), [1, 0])
    return circuit.to_gate()


def _annotated(angles: Angles, rng: np.random.Generator) -> Any:
    modifiers = [InverseModifier(), PowerModifier(2), ControlModifier(1, 0)]
    return AnnotatedOperation(gates.SXGate(), modifiers)


def _isometry(angles: Angles, rng: np.random.Generator) -> Any:
    return gates.Isometry(np.asarray(random_unitary(4, seed=rng))[:, :2], 0, 0)


def _rotations(rng: np.random.Generator) -> list[float]:
    return list(rng.uniform(-3, 3, size=4))


def _standard(name: str) -> Builder:
    kind, wanted = STANDARD[name].base_class, len(STANDARD[name].params)
    return lambda angles, rng: kind(*angles[:wanted])


PAULIS = SparsePauliOp(["XX", "ZY", "IZ"], [0.5, -1.0, 0.25])

SPECIAL: dict[str, Builder] = {
    "barrier": lambda angles, rng: gates.Barrier(2),
    "delay": lambda angles, rng: STANDARD["delay"].base_class(100),
    "permutation": lambda angles, rng: gates.PermutationGate(rng.permutation(3)),
    "unitary": lambda angles, rng: gates.UnitaryGate(random_unitary(4, seed=rng)),
    "mcx": lambda angles, rng: gates.MCXGate(3, ctrl_state=int(rng.integers(7))),
    "mcphase": lambda angles, rng: gates.MCPhaseGate(angles[0], 2),
    "rv": lambda angles, rng: gates.RVGate(*_rotations(rng)[:3]),
    "ms": lambda angles, rng: gates.MSGate(3, angles[0]),
    "pauli": lambda angles, rng: gates.PauliGate("XYZ"),
    "diagonal": lambda angles, rng: gates.DiagonalGate(np.exp(1j * np.array(_rotations(rng)))),
    "qft": lambda angles, rng: gates.QFTGate(3),
    "PauliEvolution": lambda angles, rng: gates.PauliEvolutionGate(PAULIS, angles[0]),
    "ucrx": lambda angles, rng: gates.UCRXGate(_rotations(rng)),
    "ucry": lambda angles, rng: gates.UCRYGate(_rotations(rng)),
    "ucrz": lambda angles, rng: gates.UCRZGate(_rotations(rng)),
    "multiplexer": lambda angles, rng: gates.UCGate(
        [np.asarray(random_unitary(2, seed=rng)) for _ in range(2)]
    ),
    "hamiltonian": lambda angles, rng: gates.HamiltonianGate(PAULIS.to_matrix(), 0.7),
    "isometry": _isometry,
    "annotated": _annotated,
    "state_preparation": lambda angles, rng: gates.StatePreparation(_unit_vector(rng, 4)),
}
"""Gates that Qiskit's own list of standard gates leaves out, or that need a plain number."""

FIRST_ONLY: dict[str, Builder] = {
    "initialize": lambda angles, rng: gates.Initialize(_unit_vector(rng, 4)),
}
"""Gates that begin with a reset, and may therefore only come first."""

UNDER_CONTROL: dict[str, Builder] = {
    "controlled mix": _controlled(lambda angles: gates.RYGate(angles[0]), 2),
    "controlled h": _controlled(lambda angles: gates.HGate(), 3),
    "controlled y": _controlled(lambda angles: gates.YGate(), 2),
    "controlled x": _controlled(lambda angles: gates.XGate(), 3),
    "controlled u": _controlled(lambda angles: gates.UGate(*angles[:3]), 2),
    "controlled swap": _controlled(lambda angles: gates.SwapGate(), 2),
    "controlled rzz": _controlled(lambda angles: gates.RZZGate(angles[0]), 2),
    "controlled unitary": _controlled(
        lambda angles: gates.UnitaryGate(random_unitary(4, seed=5)), 1
    ),
    "controlled permutation": lambda angles, rng: AnnotatedOperation(
        gates.PermutationGate([2, 0, 1]), [ControlModifier(1, 0), ControlModifier(1)]
    ),
    "open cx": lambda angles, rng: gates.CXGate(ctrl_state=0),
    "open cu": lambda angles, rng: gates.CUGate(*angles[:4], ctrl_state=0),
    "user's own": _ready_made,
    "user's own, controlled": lambda angles, rng: _ready_made(angles, rng).control(
        1, annotated=False
    ),
    "global phase, controlled": _controlled(lambda angles: gates.GlobalPhaseGate(angles[0]), 1),
}
"""More ways of writing gates than there are names."""

UNSUPPORTED = {"measure", "reset"}

BUILDERS: dict[str, Builder] = {
    **{name: _standard(name) for name in STANDARD if name not in UNSUPPORTED},
    **SPECIAL,
    **UNDER_CONTROL,
}
"""Everything that may stand anywhere in a circuit; each takes four angles and a generator."""
