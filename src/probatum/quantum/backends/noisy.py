"""A device that exists, simulated from its calibration: same couplings, gates and errors.

The circuit is fitted to the whole device; then the qubits it does not touch are left out of
circuit and noise alike, which changes no probability and makes a simulation possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp
from qiskit.transpiler import Target
from qiskit_aer.noise import NoiseModel
from qiskit_aer.noise.device import basic_device_gate_errors, basic_device_readout_errors

from probatum.errors import CircuitError
from probatum.quantum.backends.aer import run, simulator
from probatum.quantum.backends.backend import Counts
from probatum.quantum.backends.bases import Plan
from probatum.quantum.backends.engines import Fitted, Rows
from probatum.quantum.backends.mitigated import READ
from probatum.quantum.backends.record import Kind
from probatum.quantum.backends.scaling import noisier, read_from
from probatum.quantum.devices import calibration, snapshot
from probatum.quantum.noise.template import Template, fitted, measured, template

LARGEST = 12
"""Qubits above which the density matrix of one patient no longer fits a small machine."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cut:
    """A fitted circuit and its device's noise, on the qubits in use alone."""

    source: QuantumCircuit
    """As given, for other bases."""
    template: Template
    """Fitted to the whole device, for other noise scales."""
    circuit: QuantumCircuit
    """Measured; qubit 0 is the lowest physical qubit in use."""
    noise: NoiseModel


@dataclass(frozen=True, kw_only=True)
class Noisy:
    """Aer's density matrix with the noise of a calibrated device."""

    device: str
    """A snapshot of ``qiskit_ibm_runtime.fake_provider``, such as ``fake_torino``."""
    optimization_level: int
    transpiler_seed: int

    @property
    def name(self) -> str:
        """The device's name."""
        return self.device

    @property
    def kind(self) -> Kind:
        """A noisy simulator."""
        return "noisy simulator"

    @property
    def software(self) -> tuple[str, ...]:
        """Who computes, and who keeps the calibration."""
        return ("qiskit", "qiskit-aer", "qiskit-ibm-runtime")

    @cached_property
    def _backend(self) -> Any:
        return snapshot(self.device)

    def fitted(self, circuit: QuantumCircuit) -> Fitted:
        """Fit the circuit to the device, then leave out what it does not touch."""
        found = fitted(
            measured(circuit),
            self._backend,
            optimization_level=self.optimization_level,
            seed=self.transpiler_seed,
        )
        if len(found.qubits) > LARGEST:
            raise CircuitError(
                f"circuit on {self.device} — expected at most {LARGEST} qubits in use, got "
                f"{len(found.qubits)} — choose fewer predictors"
            )
        return Fitted(
            circuit=self._cut(circuit, found),
            transpiled=found.circuit.remove_final_measurements(inplace=False),
            optimization_level=self.optimization_level,
            transpiler_seed=self.transpiler_seed,
            physical_qubits=found.qubits,
            device=self.device,
            calibration=calibration(self._backend, found.qubits, found.places),
            details={"method": "density_matrix", READ: read_from(found.bits)},
        )

    def folded(self, fitted: Fitted, scale: int) -> Fitted:
        """Run the gates ``scale`` times, on the qubits they were fitted to."""
        cut: Cut = fitted.circuit
        worse = noisier(fitted, cut.template.circuit, scale)
        return replace(worse, circuit=self._cut(cut.source, template(worse.circuit)))

    def _cut(self, source: QuantumCircuit, found: Template) -> Cut:
        return Cut(
            source=source,
            template=found,
            circuit=cut(found),
            noise=cut_noise(found, self._backend.target),
        )

    def counts(self, fitted: Fitted, rows: Rows, shots: int, seed: int) -> Sequence[Counts]:
        """Run all rows in one job; gates and readout err."""
        cut: Cut = fitted.circuit
        job = run(_machine(cut), cut.circuit, rows, shots=shots, seed=seed)
        return [job.get_counts(place) for place in range(len(rows))]

    def averages(
        self, fitted: Fitted, observables: Sequence[SparsePauliOp], rows: Rows
    ) -> NDArray[np.float64]:
        """Average what readout would give: its errors and those of turning the basis count."""
        source = fitted.circuit.source
        plan = Plan.of(observables, source.num_qubits)
        found = [
            self.probabilities(self.fitted(basis.rotated(source)), rows) for basis in plan.bases
        ]
        return np.broadcast_to(
            plan.of_probabilities(found), (len(rows), len(observables))
        ).copy()

    def probabilities(self, fitted: Fitted, rows: Rows) -> NDArray[np.float64]:
        """Return the probability of each outcome as it would be read."""
        cut: Cut = fitted.circuit
        places = {bit: qubit for qubit, bit in _reads(cut.circuit)}
        order = [places[bit] for bit in range(len(places))]
        asked = cut.circuit.remove_final_measurements(inplace=False)
        asked.save_probabilities([asked.qubits[place] for place in order])
        job = run(_machine(cut), asked, rows)
        found = np.array([job.data(row)["probabilities"] for row in range(len(rows))])
        return _misread(found, [_table(cut.noise, place) for place in order])


def cut(found: Template) -> QuantumCircuit:
    """Return a template's circuit on the qubits it uses, in their order, all bits kept."""
    place = {qubit: index for index, qubit in enumerate(found.qubits)}
    small = QuantumCircuit(len(place), len(found.bits))
    small.global_phase = found.circuit.global_phase
    for part in found.parts:
        for gate in part:
            small.append(gate.gate, [place[qubit] for qubit in gate.qubits])
    for qubit, bit in found.bits.items():
        small.measure(place[qubit], bit)
    return small


def cut_noise(found: Template, target: Target) -> NoiseModel:
    """Return the noise of the gates and readouts a template uses, on its own numbering.

    It is what Aer's ``NoiseModel.from_backend`` has for them: relaxation, depolarisation up to
    the measured error, and readout errors.
    """
    small = _small_target(found, target)
    model = NoiseModel(basis_gates=sorted({name for name, _ in found.places}))
    for name, qubits, error in basic_device_gate_errors(target=small):
        model.add_quantum_error(error, name, list(qubits))
    for qubits, error in basic_device_readout_errors(target=small):
        model.add_readout_error(error, list(qubits))
    return model


def _small_target(found: Template, target: Target) -> Target:
    place = {qubit: index for index, qubit in enumerate(found.qubits)}
    properties = target.qubit_properties
    small = Target(
        num_qubits=len(place),
        dt=target.dt,
        qubit_properties=[properties[qubit] for qubit in place] if properties else None,
    )
    used: dict[str, dict[tuple[int, ...], Any]] = {}
    for name, qubits in sorted({*found.places, *(("measure", (q,)) for q in found.bits)}):
        mapped = tuple(place[qubit] for qubit in qubits)
        used.setdefault(name, {})[mapped] = target[name].get(qubits)
    for name, known in used.items():
        small.add_instruction(target.operation_from_name(name), known)
    return small


def _machine(cut: Cut) -> Any:
    return simulator("density_matrix", cut.noise)


def _reads(circuit: QuantumCircuit) -> list[tuple[int, int]]:
    """Each measured qubit and the bit it is read into."""
    return [
        (circuit.find_bit(one.qubits[0]).index, circuit.find_bit(one.clbits[0]).index)
        for one in circuit.data
        if one.operation.name == "measure"
    ]


def _table(noise: NoiseModel, qubit: int) -> NDArray[np.float64]:
    """Return how a qubit is read: row what is true, column what is read."""
    for entry in noise.to_dict()["errors"]:
        if entry["type"] == "roerror" and [qubit] in [list(q) for q in entry["gate_qubits"]]:
            return np.array(entry["probabilities"], dtype=np.float64)
    return np.eye(2)


def _misread(
    found: NDArray[np.float64], tables: Sequence[NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the distribution of what is read, given that of what is true; bit 0 first."""
    for bit, table in enumerate(tables):
        halves = found.reshape(len(found), -1, 2, 1 << bit)
        found = np.einsum("nhtl,tr->nhrl", halves, table).reshape(len(found), -1)
    return found
