"""Small circuits on calibrated devices, and two oracles that know nothing of our engine."""

import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Operator, SuperOp
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, QuantumError
from qiskit_aer.noise.device import basic_device_gate_errors, basic_device_readout_errors

from probatum.quantum.devices import snapshot


def aer_noise(device: str, qubits: tuple[int, ...]) -> NoiseModel:
    """Aer's own noise model of a device, cut to some of its qubits by its public functions."""
    target = snapshot(device).target
    model = NoiseModel(basis_gates=list(target.operation_names))
    for name, place, error in basic_device_gate_errors(target=_Cut(target, qubits)):
        model.add_quantum_error(error, name, list(place))
    for place, error in basic_device_readout_errors(target=target):
        if set(place) <= set(qubits):
            model.add_readout_error(error, list(place))
    return model


class _Cut:
    """A device's target that shows only some qubits."""

    def __init__(self, target, qubits):
        self.target, self.kept = target, set(qubits)
        self.qubit_properties = target.qubit_properties

    def operation_from_name(self, name):
        return self.target.operation_from_name(name)

    def items(self):
        for name, places in self.target.items():
            if places and None not in places:
                yield name, {q: p for q, p in places.items() if set(q) <= self.kept}


def compact(circuit: QuantumCircuit, qubits: tuple[int, ...]) -> QuantumCircuit:
    """The same circuit with only the qubits it uses, in ascending order."""
    small = QuantumCircuit(len(qubits), circuit.num_clbits)
    for step in circuit.data:
        places = [circuit.find_bit(q).index for q in step.qubits]
        if step.operation.name == "barrier":
            continue
        bits = [circuit.find_bit(c).index for c in step.clbits]
        small.append(step.operation, [qubits.index(p) for p in places], bits)
    return small


def bound(circuit: QuantumCircuit, **values) -> QuantumCircuit:
    """Bind parameters x0, x1, … and y0, y1, … to rows x and y."""
    given = {p: values[p.name[0]][int(p.name[1:])] for p in circuit.parameters}
    return circuit.assign_parameters(given)


def stepwise_probabilities(circuit, noise_model, qubits):
    """Gate by gate with qiskit.quantum_info: slow, and independent of Aer's simulator."""
    errors = {}
    readouts = {}
    for entry in noise_model.to_dict()["errors"]:
        if entry["type"] == "roerror":
            readouts[entry["gate_qubits"][0][0]] = np.array(entry["probabilities"])
    for name, place, error in _errors_of(noise_model):
        errors[name, tuple(place)] = SuperOp(error)
    small = compact(circuit, qubits)
    state, bits = DensityMatrix.from_int(0, 2 ** len(qubits)), {}
    for step in small.data:
        places = [small.find_bit(q).index for q in step.qubits]
        if step.operation.name == "measure":
            bits[places[0]] = small.find_bit(step.clbits[0]).index
            continue
        state = state.evolve(Operator(step.operation), places)
        error = errors.get((step.operation.name, tuple(qubits[p] for p in places)))
        if error is not None:
            state = state.evolve(error, places)
    order = sorted(bits, key=bits.get)
    found = state.probabilities(order).reshape((2,) * len(order))
    for axis, place in enumerate(reversed(order)):
        table = readouts.get(qubits[place], np.eye(2))
        found = np.moveaxis(np.tensordot(found, table, axes=(axis, 0)), -1, axis)
    return found.ravel()


def _errors_of(noise_model):
    for entry in noise_model.to_dict()["errors"]:
        if entry["type"] == "qerror":
            for name in entry["operations"]:
                for place in entry["gate_qubits"]:
                    yield name, place, QuantumError.from_dict(entry)


def aer_probabilities(circuits, noise_model, order):
    """Probabilities of all bit strings by Aer's density matrix, without readout errors."""
    simulator = AerSimulator(method="density_matrix", noise_model=noise_model)
    ready = []
    for circuit in circuits:
        unread = circuit.copy_empty_like()
        for step in circuit.data:
            if step.operation.name != "measure":
                unread.append(step.operation, step.qubits, step.clbits)
        unread.save_probabilities(list(order))
        ready.append(unread)
    result = simulator.run(ready).result()
    assert result.success
    return np.array([result.data(i)["probabilities"] for i in range(len(ready))])
