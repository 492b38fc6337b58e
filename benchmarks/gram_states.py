"""The states of a cohort in other simulators: as their users get them, and as well as we can.

Every function takes the feature map and the patients and returns (patients, 2**n) states in
Qiskit's order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit

Rows = NDArray[np.float64]


def qulacs(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """A qulacs circuit for each patient; qulacs turns the other way, hence the signs."""
    from qulacs import QuantumCircuit as Circuit
    from qulacs import QuantumState

    plan = _plan(circuit)
    found = np.empty((len(rows), 1 << circuit.num_qubits), np.complex128)
    for row, out in zip(rows, found, strict=True):
        mine = Circuit(circuit.num_qubits)
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


def qulacs_in_processes(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """The same in two processes, one thread each; they wait from the first call on."""
    import joblib

    halves = np.array_split(rows, 2)
    with joblib.parallel_config(backend="loky", n_jobs=2, inner_max_num_threads=1):
        found = joblib.Parallel()(joblib.delayed(qulacs)(circuit, h) for h in halves)
    return np.concatenate(found)


def aer(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
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


def pennylane(circuit: QuantumCircuit, rows: Rows, *, device: str) -> NDArray[Any]:
    """One of PennyLane's devices as most call it: a QNode, patient after patient."""
    import pennylane as qml

    operations = _pennylane(circuit)

    @qml.qnode(qml.device(device, wires=circuit.num_qubits), diff_method=None)
    def node(row: Rows) -> Any:
        operations(row)
        return qml.state()

    return _from_big_endian(np.array([node(row) for row in rows]))


def lightning_tapes(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """PennyLane's lightning without the QNode: all circuits in one call of the device."""
    import pennylane as qml

    device = qml.device("lightning.qubit", wires=circuit.num_qubits)
    operations = _pennylane(circuit)
    tapes = [qml.tape.QuantumScript(operations(row), [qml.state()]) for row in rows]
    return _from_big_endian(np.array(device.execute(tapes)))


def default_qubit(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
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
