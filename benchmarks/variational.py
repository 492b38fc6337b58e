"""Loss and exact gradient of a variational classifier over a cohort, once ("an epoch").

The ZZ feature map (2 repetitions, linear), RealAmplitudes (2 repetitions, reverse linear), the
parity of all qubits, the sum of squared errors, 400 patients. A peer that loops over patients
does a part of them; its gradient is compared with ours on that part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.harness import Comparison, Contender
from probatum.quantum.encodings import encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.variational.adjoint import Cohort, cohort, pulled_back
from probatum.quantum.variational.ansaetze import hardware_efficient
from probatum.quantum.variational.circuits import VariationalCircuit, joined
from probatum.quantum.variational.observables import observable
from probatum.quantum.variational.program import Program, ready

Floats = NDArray[np.float64]
Gradient = tuple[int, Floats]
"""Of the loss over the first so many patients."""

BLOCK, SWEEPS = 16, 3
"""Rows of a block, and products with it: forward, back, and where the sweeps meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One cohort, one circuit, one set of weights."""

    variational: VariationalCircuit
    program: Program
    rows: Floats
    targets: Floats
    weights: Floats

    @property
    def qubits(self) -> int:
        """Of the circuit."""
        return self.program.qubits

    def first(self, patients: int) -> Task:
        """The same task for the first patients only."""
        return replace(self, rows=self.rows[:patients], targets=self.targets[:patients])


def a_task(qubits: int, patients: int) -> Task:
    """Draw a cohort and weights."""
    rng = np.random.default_rng(0)
    ansatz = hardware_efficient(qubits, repetitions=2, entanglement="reverse_linear")
    v = joined(encoding("zz", qubits, repetitions=2), ansatz).measuring(
        observable("parity", qubits)
    )
    return Task(
        variational=v,
        program=ready(v),
        rows=rng.uniform(0, np.pi, (patients, qubits)),
        targets=rng.choice([-1.0, 1.0], patients),
        weights=rng.uniform(-np.pi, np.pi, len(v.weights)),
    )


def epoch(task: Task, patients: Cohort) -> Gradient:
    """Ours: the states of the feature map are kept, everything after them is run."""

    def slope(found: Floats, part: slice) -> Floats:
        return 2 * (found - task.targets[part, np.newaxis])

    _, gradient = pulled_back(task.program, patients, task.weights, slope)
    return len(task.rows), gradient


def limit(task: Task) -> Callable[[], Any]:
    """As many multiplications as the sweeps need at least, in one large real product."""
    layers, blocks = 3, -(-task.qubits // 4)
    columns = 2 * len(task.rows)
    size = min(BLOCK, 1 << task.qubits)
    flops = 2 * SWEEPS * layers * blocks * size * columns * (1 << task.qubits)
    side = round((flops / 2) ** (1 / 3))
    a, b = np.random.default_rng(0).normal(size=(2, side, side))
    return lambda: np.matmul(a, b)


def estimator_qnn(task: Task, *, precision: float) -> Gradient:
    """qiskit-machine-learning, which shifts each parameter of each patient's circuit twice."""
    from qiskit.primitives import StatevectorEstimator
    from qiskit_machine_learning.gradients import ParamShiftEstimatorGradient
    from qiskit_machine_learning.neural_networks import EstimatorQNN

    estimator = StatevectorEstimator(default_precision=precision)
    network = EstimatorQNN(
        circuit=task.variational.circuit,
        observables=list(task.variational.observables),
        input_params=list(task.variational.inputs),
        weight_params=list(task.variational.weights),
        estimator=estimator,
        gradient=ParamShiftEstimatorGradient(estimator),
        default_precision=precision,
    )
    found = network.forward(task.rows, task.weights)[:, 0]
    _, slopes = network.backward(task.rows, task.weights)
    return len(task.rows), 2 * (found - task.targets) @ slopes[:, 0]


def _pennylane_model(qml: Any, qubits: int, *, prepared: bool) -> Callable[[Any, Any], Any]:
    """The circuit in PennyLane; ``prepared`` starts from the feature map's state."""

    def feature_map(x: Any) -> None:
        for _ in range(2):
            for i in range(qubits):
                qml.Hadamard(i)
            for i in range(qubits):
                qml.RZ(2 * x[i], i)
            for i in range(qubits - 1):
                qml.IsingZZ(2 * (np.pi - x[i]) * (np.pi - x[i + 1]), [i, i + 1])

    def model(x: Any, w: Any) -> Any:
        if prepared:
            qml.StatePrep(x, wires=range(qubits - 1, -1, -1))
        else:
            feature_map(x)
        for layer in range(3):
            if layer:
                for i in reversed(range(qubits - 1)):
                    qml.CNOT([i, i + 1])
            for i in range(qubits):
                qml.RY(w[layer * qubits + i], i)
        return qml.expval(qml.prod(*(qml.Z(i) for i in range(qubits))))

    return model


def lightning(task: Task, *, prepared: bool) -> Callable[[], Gradient]:
    """PennyLane's compiled simulator with its adjoint gradient, patient by patient."""
    import pennylane as qml
    from pennylane import numpy as pnp

    model = _pennylane_model(qml, task.qubits, prepared=prepared)
    device = qml.device("lightning.qubit", wires=task.qubits)
    node = qml.QNode(model, device, diff_method="adjoint")
    slopes = qml.grad(node, argnums=1)
    kept = states(task.program.feature_map, task.rows) if prepared else task.rows

    def run() -> Gradient:
        w = pnp.array(task.weights, requires_grad=True)
        total = np.zeros(len(task.weights))
        for x, target in zip(kept, task.targets, strict=True):
            along = slopes(pnp.array(x, requires_grad=False), w)
            total += 2 * (slopes.forward - target) * along
        return len(task.rows), np.asarray(total)

    return run


def compiled_jax(task: Task, *, prepared: bool) -> Callable[[], Gradient]:
    """PennyLane's default.qubit through jax: jit, vmap, backpropagation; compiled before."""
    import jax
    import pennylane as qml

    jax.config.update("jax_enable_x64", True)
    model = _pennylane_model(qml, task.qubits, prepared=prepared)
    node = qml.QNode(model, qml.device("default.qubit", wires=task.qubits), interface="jax")

    def loss(w: Any, x: Any, y: Any) -> Any:
        found = jax.vmap(node, in_axes=(0, None))(x, w)
        return ((found - y) ** 2).sum()

    both = jax.jit(jax.value_and_grad(loss))
    kept = states(task.program.feature_map, task.rows) if prepared else task.rows
    arguments = tuple(jax.numpy.asarray(a) for a in (task.weights, kept, task.targets))
    jax.block_until_ready(both(*arguments))

    def run() -> Gradient:
        _, gradient = jax.block_until_ready(both(*arguments))
        return len(task.rows), np.asarray(gradient)

    return run


def comparisons(quick: bool) -> Iterator[Comparison]:
    """One epoch at 4 and at 8 qubits."""
    for qubits in (4,) if quick else (4, 8):
        yield _comparison(qubits, 40 if quick else 400)


def _comparison(qubits: int, patients: int) -> Comparison:
    task = a_task(qubits, patients)
    kept = cohort(task.program, task.rows)
    narrow = cohort(task.program, task.rows, dtype=np.float32)

    def part(name: str, how: Any, build: Callable[[Task], Any], some: int) -> Contender:
        run = build(task.first(some))
        return Contender(
            name=name, how=how, run=run, share=some / patients, rounds=1, threads=1
        )

    def difference(ours: Any, theirs: Any) -> float | None:
        if not isinstance(theirs, tuple):
            return None
        alike = task.first(theirs[0])
        _, gradient = epoch(alike, cohort(task.program, alike.rows))
        return float(np.abs(gradient - theirs[1]).max())

    contenders = (
        Contender(name="probatum", how="ours", run=lambda: epoch(task, kept), threads=1),
        Contender(
            name="probatum, float32",
            how="ours",
            run=lambda: epoch(task, narrow),
            threads=1,
            tolerance=1e-4,
        ),
        Contender(name="real matrix product", how="limit", run=limit(task), threads=1),
        part(
            "EstimatorQNN",
            "as used",
            lambda t: lambda: estimator_qnn(t, precision=0.015625),
            2,
        ),
        part(
            "EstimatorQNN, without added noise",
            "tuned",
            lambda t: lambda: estimator_qnn(t, precision=0.0),
            2,
        ),
        part("lightning adjoint", "as used", lambda t: lightning(t, prepared=False), 20),
        part(
            "lightning adjoint, states kept", "tuned", lambda t: lightning(t, prepared=True), 20
        ),
        Contender(
            name="PennyLane, jit-compiled jax",
            how="as used",
            run=compiled_jax(task, prepared=False),
        ),
        Contender(
            name="PennyLane, jit-compiled jax, states kept",
            how="tuned",
            run=compiled_jax(task, prepared=True),
        ),
    )
    return Comparison(
        title="variational classifier, loss and exact gradient, one epoch",
        params={"qubits": qubits, "patients": patients, "weights": len(task.weights)},
        contenders=contenders,
        difference=difference,
        targets=TARGETS if qubits == 8 else {},
        tolerance=1e-9,
    )


TARGETS = {
    "real matrix product": 3.0,
    "EstimatorQNN": 5000.0,
    "EstimatorQNN, without added noise": 5000.0,
    "lightning adjoint": 200.0,
    "PennyLane, jit-compiled jax": 10.0,
}
