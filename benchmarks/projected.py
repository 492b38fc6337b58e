"""How long projected features and the geometric difference take here, and elsewhere.

Features are the means of X, Y and Z of every qubit for a whole cohort, states included. The
geometric difference is compared with the formula as PennyLane's demonstration writes it, a
matrix square root and an inverse, and with SciPy's generalised eigenvalues.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from sklearn.metrics.pairwise import rbf_kernel

from benchmarks.harness import Comparison, Contender
from probatum.quantum.encodings import iqp_encoding, zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import gram
from probatum.quantum.kernels.geometric_difference import geometric_difference
from probatum.quantum.kernels.projected import projected_features

Array = NDArray[np.float64]

PATIENTS, QUBITS = 500, (4, 8, 12)
FEW = {4: 100, 8: 50, 12: 25}
"""Patients the slowest peers really run."""
REGULARISATION = 0.01


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Features at each number of qubits; then the geometric difference, both forms."""
    for qubits in QUBITS[:1] if quick else QUBITS:
        yield _features(qubits)
    yield from _differences(300 if quick else 1000)


def _features(qubits: int) -> Comparison:
    rows = np.random.default_rng(0).uniform(0, np.pi, (PATIENTS, qubits))
    circuit = zz_encoding(qubits)
    few, share = rows[: FEW[qubits]], FEW[qubits] / PATIENTS
    used, tuned = "sQUlearn, qulacs", "sQUlearn, qulacs, one thread"
    contenders = (
        Contender(
            name="probatum",
            how="ours",
            run=lambda: projected_features(circuit, rows, threads=2),
        ),
        Contender(name=used, how="as used", run=_squlearn("qulacs", rows), rounds=1),
        Contender(name=tuned, how="tuned", run=_squlearn("qulacs", rows), rounds=2, threads=1),
        Contender(
            name="sQUlearn, PennyLane",
            how="as used",
            run=_squlearn("pennylane", few),
            share=share,
            rounds=1,
        ),
        Contender(
            name="PennyLane default.qubit, a circuit for each patient",
            how="as used",
            run=_one_by_one(few),
            share=share,
            rounds=1,
        ),
        Contender(
            name="PennyLane default.qubit, broadcast",
            how="tuned",
            run=_broadcast(rows),
            rounds=2,
        ),
    )
    return Comparison(
        title="projected features, ZZ feature map, 2 repetitions, linear",
        params={"qubits": qubits, "patients": PATIENTS},
        contenders=contenders,
        difference=_difference,
        targets={used: 50, tuned: 50},
        tolerance=1e-12,
    )


def _difference(ours: Array, theirs: Array) -> float:
    """Largest difference of a mean; a peer that ran fewer patients is compared on those."""
    qubits = ours.shape[1] // 3
    means = math.sqrt(2) * ours[: len(theirs)].reshape(-1, qubits, 3)
    return float(np.abs(means.swapaxes(1, 2).reshape(theirs.shape) - theirs).max())


def _squlearn(simulator: str, rows: Array) -> Callable[[], Array]:
    """sQUlearn's projected kernel asked for its features: X of all qubits, then Y, then Z."""
    from qiskit.circuit.library import zz_feature_map
    from squlearn import Executor
    from squlearn.encoding_circuit import QiskitEncodingCircuit
    from squlearn.kernel import ProjectedQuantumKernel

    circuit = zz_feature_map(rows.shape[1], reps=2, entanglement="linear")

    def run() -> Array:
        encoding = QiskitEncodingCircuit(circuit.copy(), mode="features")
        kernel = ProjectedQuantumKernel(encoding, Executor(simulator), caching=False)
        return np.asarray(kernel.evaluate_qnn(rows))

    return run


def _broadcast(rows: Array) -> Callable[[], Array]:
    """PennyLane with all patients in one broadcast circuit."""
    means = _means(rows.shape[1])
    return lambda: np.stack(means(rows), axis=1)


def _one_by_one(rows: Array) -> Callable[[], Array]:
    means = _means(rows.shape[1])
    return lambda: np.array([np.array(means(row)) for row in rows])


def _means(qubits: int) -> Any:
    """PennyLane's means of X, Y and Z of one patient, or of as many as are given."""
    import pennylane as qml

    @qml.qnode(qml.device("default.qubit", wires=qubits))
    def means(x: Array) -> Any:
        for _ in range(2):
            for i in range(qubits):
                qml.Hadamard(i)
                qml.PhaseShift(2 * x[..., i], i)
            for i in range(qubits - 1):
                angle = 2 * (np.pi - x[..., i]) * (np.pi - x[..., i + 1])
                qml.MultiRZ(angle, [i, i + 1])
        paulis = (qml.PauliX, qml.PauliY, qml.PauliZ)
        return [qml.expval(pauli(i)) for pauli in paulis for i in range(qubits)]

    return means


def _differences(patients: int) -> Iterator[Comparison]:
    rows = np.random.default_rng(0).normal(size=(patients, 8))
    classical = rbf_kernel(rows, gamma=1 / 8)
    quantum = gram(states(iqp_encoding(8, repetitions=2), 0.5 * rows))
    params = {"patients": patients, "encoding": "IQP, 8 qubits", "classical": "RBF, gamma 1/8"}
    textbook = "textbook: sqrtm and inv"
    yield Comparison(
        title="geometric difference, unregularised",
        params=params,
        contenders=(
            Contender(
                name="probatum",
                how="ours",
                run=lambda: geometric_difference(classical, quantum, regularisation=0).general,
            ),
            Contender(name=textbook, how="as used", run=lambda: _textbook(classical, quantum)),
            Contender(
                name="SciPy, generalised eigenvalues",
                how="tuned",
                run=lambda: _generalised(classical, quantum),
            ),
        ),
        difference=_relative,
        targets={textbook: 10},
        tolerance=1e-8,
    )
    yield Comparison(
        title=f"geometric difference, regularised by {REGULARISATION}, both sides",
        params=params,
        contenders=(
            Contender(
                name="probatum",
                how="ours",
                run=lambda: _both(classical, quantum),
            ),
            Contender(
                name=textbook, how="as used", run=lambda: _textbook_both(classical, quantum)
            ),
            Contender(
                name="SciPy, one eigenbasis",
                how="tuned",
                run=lambda: _eigenbasis_both(classical, quantum),
            ),
        ),
        difference=_relative,
        targets={textbook: 10},
        tolerance=1e-8,
    )


def _relative(ours: Any, theirs: Any) -> float:
    return float(np.max(np.abs(np.asarray(theirs) / np.asarray(ours) - 1)))


def _both(classical: Array, quantum: Array) -> tuple[float, float]:
    found = geometric_difference(classical, quantum, regularisation=REGULARISATION)
    return found.general, found.training


def _textbook(classical: Array, quantum: Array) -> float:
    root = np.real(linalg.sqrtm(quantum))
    return float(np.sqrt(np.linalg.norm(root @ np.linalg.inv(classical) @ root, 2)))


def _textbook_both(classical: Array, quantum: Array) -> tuple[float, float]:
    root_q, root_c = (np.real(linalg.sqrtm(kernel)) for kernel in (quantum, classical))
    inverse = np.linalg.inv(classical + REGULARISATION * np.eye(len(classical)))
    inner = inverse @ inverse
    general = np.linalg.norm(root_q @ root_c @ inner @ root_c @ root_q, 2)
    training = np.linalg.norm(root_q @ inner @ root_q, 2)
    return float(np.sqrt(general)), float(REGULARISATION * np.sqrt(training))


def _generalised(classical: Array, quantum: Array) -> float:
    last = len(classical) - 1
    values = linalg.eigh(quantum, classical, eigvals_only=True, subset_by_index=(last, last))
    return float(np.sqrt(values[0]))


def _eigenbasis_both(classical: Array, quantum: Array) -> tuple[float, float]:
    """Everything in the eigenbasis of the classical kernel, norms as largest eigenvalues."""
    values, vectors = linalg.eigh(classical)
    turned, shrunk = vectors.T @ quantum @ vectors, 1 / (values + REGULARISATION)
    last = len(values) - 1
    found = []
    for scale in (np.sqrt(np.maximum(values, 0)) * shrunk, shrunk):
        scaled = scale[:, np.newaxis] * turned * scale
        found.append(linalg.eigvalsh(scaled, subset_by_index=(last, last))[0])
    return float(np.sqrt(found[0])), float(REGULARISATION * np.sqrt(found[1]))
