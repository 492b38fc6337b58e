"""The exact fidelity kernel of a cohort, here and in other simulators.

ZZ feature map of two repetitions. Ours is the whole way from circuit and patients to kernel;
the limit is BLAS's own product on states that are ready. Each peer is run as its users call it
and as well as we can tune it; peers that prepare states one by one do so for a share of the
patients, and their time is divided by that share, which the table marks.

A peer that gives states is followed by BLAS's zherk on two threads, which is the best that
anyone has at hand; the best of them also by our own product, so that preparation alone is
compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.circuit.library import zz_feature_map
from threadpoolctl import threadpool_limits

from benchmarks.harness import Comparison, Contender
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import gram
from probatum.quantum.kernels.large import fidelity_gram

Rows = NDArray[np.float64]
SHOWN = 16
"""Patients whose kernel is compared; peers that only do a share have at least these."""

TARGETS = {
    "zherk on ready states": 1.25,
    "qiskit-machine-learning FidelityStatevectorKernel": 50.0,
    "sQUlearn FidelityKernel, PennyLane": 20.0,
    "qulacs, one OpenMP thread": 2.5,
    "Aer, one job": 5.0,
    "PennyLane lightning, one tape": 5.0,
}
"""At 2,000 patients and 12 qubits."""


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Linear and full entanglement at 4, 8 and 12 qubits, and at 16 for 500 patients."""
    sizes = [(4, 60), (6, 60)] if quick else SIZES
    for qubits, patients in sizes:
        for entanglement in ("linear", "full"):
            yield _comparison(qubits, patients, entanglement)


SIZES = [(n, patients) for patients in (500, 2000) for n in (4, 8, 12)] + [(16, 500)]


def _comparison(qubits: int, patients: int, entanglement: str) -> Comparison:
    circuit = zz_feature_map(qubits, reps=2, entanglement=entanglement)
    rows = np.random.default_rng(0).uniform(0, np.pi, (patients, qubits))
    targets = {(12, 2000): TARGETS, (16, 500): {"zherk on ready states": 2.5}}
    return Comparison(
        title="fidelity kernel, ZZ feature map, 2 repetitions",
        params={"qubits": qubits, "patients": patients, "entanglement": entanglement},
        contenders=(*_ours(circuit, rows), *_limits(circuit, rows), *_peers(circuit, rows)),
        difference=_difference,
        targets=targets.get((qubits, patients), {}),
        tolerance=1e-13,
    )


def _difference(ours: NDArray[Any], theirs: NDArray[Any]) -> float | None:
    shown = min(SHOWN, len(ours), len(theirs))
    upper = np.triu_indices(shown, 1)
    return float(np.abs(ours[:shown, :shown][upper] - theirs[:shown, :shown][upper]).max())


def _ours(circuit: QuantumCircuit, rows: Rows) -> tuple[Contender, ...]:
    return (
        Contender(
            name="probatum, double precision",
            how="ours",
            run=lambda: fidelity_gram(circuit, rows, threads=2),
        ),
        Contender(
            name="probatum, single precision",
            how="ours",
            run=lambda: fidelity_gram(circuit, rows, threads=2, dtype=np.complex64),
        ),
    )


def _limits(circuit: QuantumCircuit, rows: Rows) -> tuple[Contender, ...]:
    from scipy.linalg.blas import zherk

    ready = states(circuit, rows, threads=2).T
    return (
        Contender(
            name="zherk on ready states",
            how="limit",
            run=lambda: _squared(zherk(1.0, ready, trans=2)),
        ),
    )


def _squared(overlaps: NDArray[Any]) -> NDArray[np.float64]:
    """Return the squares of the first patients only: the limit is the product's."""
    shown = overlaps[:SHOWN, :SHOWN]
    return np.asarray(np.abs(shown) ** 2)


def _peers(circuit: QuantumCircuit, rows: Rows) -> Iterator[Contender]:
    """Yield the peers; a share of the patients where all would take minutes."""
    patients = len(rows)
    amplitudes = patients << rows.shape[1]
    part = _some(patients, amplitudes)
    state_by_state = [
        ("qulacs, as called", "as used", qulacs_states, 2),
        ("qulacs, one OpenMP thread", "tuned", qulacs_states, 1),
        ("Aer, one job for each patient", "as used", aer_states, 2),
        ("PennyLane lightning, a circuit for each patient", "as used", lightning_states, 2),
    ]
    for name, how, source, threads in state_by_state:
        whole = patients if source is qulacs_states and threads == 1 else part
        yield _from_states(name, how, source, circuit, rows, whole, threads)
    yield _from_states(
        "qulacs, one OpenMP thread, our product",
        "tuned",
        qulacs_states,
        circuit,
        rows,
        patients,
        1,
        product=partial(gram, threads=2),
    )
    yield _from_states("Aer, one job", "tuned", aer_one_job, circuit, rows, patients, 1)
    two = partial(aer_one_job, at_once=2)
    name = "Aer, one job, two circuits at a time"
    yield _from_states(name, "tuned", two, circuit, rows, patients, 2)
    yield _from_states(
        "PennyLane lightning, one tape", "tuned", lightning_tapes, circuit, rows, part, 1
    )
    if amplitudes <= 1 << 23:
        yield _from_states(
            "PennyLane default.qubit, broadcast",
            "tuned",
            default_qubit_states,
            circuit,
            rows,
            patients if amplitudes <= 1 << 21 else part,
            2,
        )
    yield from _kernels(circuit, rows)


def _some(patients: int, amplitudes: int) -> int:
    """Return how many patients a slow source of states is run for."""
    return patients if amplitudes <= 1 << 20 else max(SHOWN, patients // 8)


def _from_states(
    name: str,
    how: Any,
    source: Callable[[QuantumCircuit, Rows], NDArray[Any]],
    circuit: QuantumCircuit,
    rows: Rows,
    part: int,
    threads: int,
    product: Callable[[NDArray[Any]], NDArray[Any]] | None = None,
) -> Contender:
    """A peer's states, and a product of them.

    Where only a part is prepared, its product is done for as large a share of all pairs.
    """
    multiply = product or by_zherk
    share = part / len(rows)
    source(circuit, rows[:2])  # so that no import is timed

    def run() -> NDArray[Any]:
        found = source(circuit, rows[:part])
        return _share_of_product(found, len(rows), share, multiply)

    return Contender(
        name=name,
        how=how,
        run=run,
        share=share,
        threads=threads,
        rounds=1 if share < 1 else None,
    )


def _share_of_product(
    found: NDArray[Any],
    patients: int,
    share: float,
    multiply: Callable[[NDArray[Any]], NDArray[Any]],
) -> NDArray[Any]:
    """Return the kernel of the states, repeated until it has that share of all pairs."""
    if share == 1:
        return multiply(found)
    rows = round(patients * np.sqrt(share))
    return multiply(np.resize(found, (rows, found.shape[1])))


def by_zherk(found: NDArray[Any]) -> NDArray[Any]:
    """Return the kernel by BLAS: the upper half of the overlaps, squared and mirrored."""
    from scipy.linalg.blas import zherk

    with threadpool_limits(limits=2, user_api="blas"):
        upper = zherk(1.0, found.T, trans=2)
    kernel = upper.real**2 + upper.imag**2
    kernel += np.triu(kernel, 1).T
    return kernel


# ------------------------------------------------------------------ states, by each peer


def qulacs_states(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """A qulacs circuit for each patient; qulacs turns the other way, hence the signs."""
    from qulacs import QuantumCircuit as Qulacs
    from qulacs import QuantumState

    plan = _plan(circuit)
    found = np.empty((len(rows), 1 << circuit.num_qubits), np.complex128)
    for row, out in zip(rows, found, strict=True):
        mine = Qulacs(circuit.num_qubits)
        for name, wires, angle in plan:
            if name == "h":
                mine.add_H_gate(wires[0])
            elif name == "cx":
                mine.add_CNOT_gate(*wires)
            else:
                mine.add_U1_gate(wires[0], angle(row))
        state = QuantumState(circuit.num_qubits)
        mine.update_quantum_state(state)
        out[:] = state.get_vector()
    return found


def aer_states(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """Aer as most call it: bind, transpile, run, one patient after another."""
    from qiskit import transpile
    from qiskit_aer import AerSimulator

    simulator, found = AerSimulator(method="statevector"), []
    for row in rows:
        bound = circuit.assign_parameters(row)
        bound.save_statevector()
        result = simulator.run(transpile(bound, simulator)).result()
        found.append(np.asarray(result.get_statevector()))
    return np.array(found)


def aer_one_job(circuit: QuantumCircuit, rows: Rows, *, at_once: int = 1) -> NDArray[Any]:
    """Aer at its best: transpiled once, all patients bound in one job, one thread each."""
    from qiskit import transpile
    from qiskit_aer import AerSimulator

    simulator = AerSimulator(
        method="statevector", max_parallel_threads=at_once, max_parallel_experiments=at_once
    )
    saved = circuit.copy()
    saved.save_statevector()
    fitted = transpile(saved, simulator, optimization_level=1)
    binds = [{p: rows[:, i].tolist() for i, p in enumerate(circuit.parameters)}]
    result = simulator.run(fitted, parameter_binds=binds).result()
    if not result.success:
        raise RuntimeError(result.status)
    return np.array([np.asarray(result.data(i)["statevector"]) for i in range(len(rows))])


def lightning_states(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """PennyLane's lightning device as most call it: a QNode, patient after patient."""
    import pennylane as qml

    device = qml.device("lightning.qubit", wires=circuit.num_qubits)
    operations = _pennylane(circuit)

    @qml.qnode(device, diff_method=None)
    def node(row: Rows) -> Any:
        operations(row)
        return qml.state()

    return _from_big_endian(np.array([node(row) for row in rows]))


def lightning_tapes(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """The same without the QNode: all circuits in one call of the device."""
    import pennylane as qml

    device = qml.device("lightning.qubit", wires=circuit.num_qubits)
    operations = _pennylane(circuit)
    tapes = [qml.tape.QuantumScript(operations(row), [qml.state()]) for row in rows]
    return _from_big_endian(np.array(device.execute(tapes)))


def default_qubit_states(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """PennyLane's default device with all patients broadcast through one circuit."""
    import pennylane as qml

    device = qml.device("default.qubit", wires=circuit.num_qubits)
    operations = _pennylane(circuit)

    @qml.qnode(device, diff_method=None)
    def node(columns: Rows) -> Any:
        operations(columns)
        return qml.state()

    return _from_big_endian(np.asarray(node(rows.T)))


def _plan(circuit: QuantumCircuit) -> list[tuple[str, list[int], Any]]:
    """Return the feature map's gates with their angles as plain functions of a patient."""
    plan, held = [], None
    for instruction in circuit.data:
        name = instruction.operation.name
        wires = [circuit.find_bit(bit).index for bit in instruction.qubits]
        if name == "p" and held is None:
            plan.append((name, wires, partial(_single, wires[0])))
        elif name == "p":
            plan.append((name, wires, partial(_pair, *held)))
        else:
            plan.append((name, wires, None))
            if name == "cx":
                held = None if held == wires else wires
    return plan


def _single(qubit: int, row: Any) -> Any:
    return 2 * row[qubit]


def _pair(one: int, other: int, row: Any) -> Any:
    return 2 * (np.pi - row[one]) * (np.pi - row[other])


def _pennylane(circuit: QuantumCircuit) -> Callable[[Any], list[Any]]:
    import pennylane as qml

    plan = _plan(circuit)

    def operations(row: Any) -> list[Any]:
        found = []
        for name, wires, angle in plan:
            if name == "h":
                found.append(qml.Hadamard(wires[0]))
            elif name == "cx":
                found.append(qml.CNOT(wires))
            else:
                found.append(qml.PhaseShift(angle(row), wires[0]))
        return found

    return operations


def _from_big_endian(found: NDArray[Any]) -> NDArray[Any]:
    """Return states with the first qubit as the lowest bit."""
    qubits = found.shape[1].bit_length() - 1
    axes = (0, *range(qubits, 0, -1))
    turned = found.reshape(-1, *[2] * qubits).transpose(axes)
    return np.ascontiguousarray(turned.reshape(found.shape))


# ------------------------------------------------------------------ whole kernels, by peers


def _kernels(circuit: QuantumCircuit, rows: Rows) -> Iterator[Contender]:
    """Kernel classes; whole where a target is held against them, else for a share."""
    targeted = (rows.shape[1], len(rows)) == (12, 2000)
    few = min(len(rows), 64 if rows.shape[1] < 12 else 24)
    name = "qiskit-machine-learning FidelityStatevectorKernel"
    whole = len(rows) if targeted else few
    yield _scaled(name, qml_statevector_kernel, circuit, rows, whole)
    for executor, called in (("pennylane", "PennyLane"), ("qulacs", "qulacs")):
        source = partial(squlearn_kernel, executor=executor)
        size = whole if executor == "pennylane" else few
        yield _scaled(f"sQUlearn FidelityKernel, {called}", source, circuit, rows, size)


def _scaled(
    name: str,
    source: Callable[[QuantumCircuit, Rows], NDArray[Any]],
    circuit: QuantumCircuit,
    rows: Rows,
    few: int,
) -> Contender:
    """Their time grows faster than the patients; the share assumes it does not."""
    source(circuit, rows[:2])  # so that no import is timed
    return Contender(
        name=name,
        how="as used",
        run=lambda: source(circuit, rows[:few]),
        share=few / len(rows),
        rounds=1 if few < len(rows) or few > 500 else None,
    )


def qml_statevector_kernel(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """The library's own statevector kernel; a fresh one, for it keeps states."""
    from qiskit_machine_learning.kernels import FidelityStatevectorKernel

    return np.asarray(FidelityStatevectorKernel(feature_map=circuit).evaluate(rows))


def squlearn_kernel(circuit: QuantumCircuit, rows: Rows, *, executor: str) -> NDArray[Any]:
    """SQUlearn's kernel on its own circuit of the same map, with one of its executors."""
    from squlearn import Executor
    from squlearn.encoding_circuit import QiskitEncodingCircuit
    from squlearn.kernel import FidelityKernel

    encoding = QiskitEncodingCircuit(circuit)
    kernel = FidelityKernel(encoding, executor=Executor(executor), evaluate_duplicates="all")
    return np.asarray(kernel.evaluate(rows))
