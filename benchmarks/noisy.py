"""How long the kernel of a hundred patients takes on a calibrated noisy device, and elsewhere.

Ours is timed cold: building the device's snapshot, fitting the circuit, compiling, all ordered
pairs and their shots. Aer is given its fitted template and its cut noise model for nothing.
FidelityQuantumKernel gets the simulator of the whole device, as its users do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit, transpile
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel
from qiskit_aer.noise.device import basic_device_gate_errors, basic_device_readout_errors

from benchmarks.harness import Comparison, Contender
from probatum.quantum.devices import snapshot
from probatum.quantum.encodings import zz_encoding
from probatum.quantum.kernels.shots import sampled_kernel
from probatum.quantum.noise.kernel import NoisyKernel, compiled_kernel, noisy_kernel

PATIENTS, SHOTS, LEVEL, SEED = 100, 1024, 1, 7
PAIRS = PATIENTS * (PATIENTS - 1) // 2

CASES = (("fake_manila", 4, 0.5), ("fake_torino", 4, 0.5), ("fake_torino", 6, 0.5))
LARGE = ("fake_torino", 8, 4.0)
PAIRS_RUN = {4: 1000, 6: 500, 8: 120}
"""Pairs that Aer really runs; its time is extrapolated to all."""
PATIENTS_RUN = {4: 24, 6: 16, 8: 8}
"""Patients that FidelityQuantumKernel really runs; enough that its start weighs little."""

Probabilities = NDArray[np.float64]


def comparisons(quick: bool) -> Iterator[Comparison]:
    """One comparison a device and number of qubits."""
    for device, qubits, limit in CASES[:1] if quick else (*CASES, LARGE):
        yield _comparison(device, qubits, limit)


def _comparison(device: str, qubits: int, limit: float) -> Comparison:
    circuit = zz_encoding(qubits)
    rows = np.random.default_rng(0).uniform(0, np.pi, (PATIENTS, qubits))
    kernel = compiled_kernel(circuit, device, optimization_level=LEVEL, seed=SEED)
    run, few = PAIRS_RUN[qubits], PATIENTS_RUN[qubits]
    sampled, exact = "Aer, one job, cut noise, shots", "Aer, one job, cut noise, probabilities"
    used, clock = "FidelityQuantumKernel, noisy backend", f"{limit:g} s by the clock"
    cut = "FidelityQuantumKernel, cut noise"
    whole = AerSimulator.from_backend(snapshot(device))
    contenders = (
        Contender(name="probatum, cold", how="ours", run=_ours(circuit, device, rows)),
        Contender(
            name=sampled,
            how="tuned",
            run=_aer(kernel, device, rows, run, shots=SHOTS),
            share=run / PAIRS,
            rounds=2,
        ),
        Contender(
            name=exact,
            how="tuned",
            run=_aer(kernel, device, rows, run, shots=None),
            share=run / PAIRS,
            rounds=2,
        ),
        Contender(
            name=used,
            how="as used",
            run=_fidelity_quantum_kernel(circuit, rows[:few], whole),
            share=few * (few - 1) / 2 / PAIRS,
            rounds=1,
        ),
        Contender(
            name=cut,
            how="tuned",
            run=_fidelity_quantum_kernel(circuit, rows[:few], _cut_simulator(device, kernel)),
            share=few * (few - 1) / 2 / PAIRS,
            rounds=1,
        ),
        Contender(
            name="Aer, fitted and run pair by pair",
            how="as used",
            run=_aer_pair_by_pair(circuit, device, rows[:3]),
            share=3 / PAIRS,
            rounds=1,
        ),
        Contender(name=clock, how="limit", run=lambda: time.sleep(limit), rounds=1),
    )
    return Comparison(
        title="noisy kernel",
        params={
            "device": device,
            "qubits": qubits,
            "patients": PATIENTS,
            "shots": SHOTS,
            "encoding": "ZZ, linear, 2 repetitions",
            "optimization_level": LEVEL,
        },
        contenders=contenders,
        difference=_difference,
        targets={sampled: 15.0, exact: 15.0, used: 200.0, clock: 1.0},
        tolerance=1e-8,
    )


def _ours(circuit: QuantumCircuit, device: str, rows: Probabilities) -> Callable[[], Any]:
    def run() -> Probabilities:
        found = noisy_kernel(
            circuit, rows, device=device, optimization_level=LEVEL, seed=SEED, threads=2
        )
        sampled_kernel(found, SHOTS, np.random.default_rng(0))
        return found

    return run


def _difference(ours: Any, theirs: Any) -> float | None:
    """Of probabilities; counts have their own law, which the tests check."""
    if not isinstance(theirs, np.ndarray) or theirs.ndim != 1:
        return None
    pairs = list(combinations(range(PATIENTS), 2))[: len(theirs)]
    return float(np.abs(ours[tuple(np.transpose(pairs))] - theirs).max())


def _aer(
    kernel: NoisyKernel, device: str, rows: Probabilities, pairs: int, *, shots: int | None
) -> Callable[[], Any]:
    """Aer as it is best used: one template, all pairs bound in one job, noise cut to it."""
    circuit = _compact(kernel, read=shots is not None)
    simulator = _cut_simulator(device, kernel)
    first, second = np.transpose(list(combinations(range(PATIENTS), 2))[:pairs])
    chosen = {"x": rows[first], "y": rows[second]}
    binds = {p: chosen[p.name[0]][:, int(p.name[1:])].tolist() for p in circuit.parameters}

    def run() -> Any:
        result = simulator.run(circuit, parameter_binds=[binds], shots=shots or 1).result()
        if not result.success:
            raise RuntimeError(result.status)
        if shots is not None:
            return result.get_counts()
        states = np.array([result.data(i)["probabilities"] for i in range(pairs)])
        return _read(states, kernel)

    return run


def _aer_pair_by_pair(
    circuit: QuantumCircuit, device: str, rows: Probabilities
) -> Callable[[], Any]:
    """Aer with the noise of the whole device, each pair fitted and sent by itself."""
    simulator = AerSimulator.from_backend(snapshot(device))

    def run() -> Any:
        found = []
        for x, y in combinations(rows, 2):
            pair = circuit.assign_parameters(x)
            pair.barrier()
            pair.compose(circuit.assign_parameters(y).inverse(), inplace=True)
            pair.measure_all()
            fitted = transpile(pair, simulator, optimization_level=LEVEL, seed_transpiler=SEED)
            found.append(simulator.run(fitted, shots=SHOTS).result().get_counts())
        return found

    return run


def _read(found: Probabilities, kernel: NoisyKernel) -> Probabilities:
    """Return the probability of reading 0 on all bits, from that of every true string."""
    weights = np.ones(1)
    for qubit in kernel.template.qubits:
        weights = np.kron(kernel.noise.readout(qubit)[:, 0], weights)
    return np.asarray(found @ weights)


def _compact(kernel: NoisyKernel, *, read: bool) -> QuantumCircuit:
    """Return the template on its own qubits alone, measured or with its probabilities."""
    whole, qubits = kernel.template.circuit, kernel.template.qubits
    small = QuantumCircuit(len(qubits), len(qubits))
    for step in whole.data:
        places = [whole.find_bit(bit).index for bit in step.qubits]
        if step.operation.name == "barrier" or (step.operation.name == "measure" and not read):
            continue
        bits = [whole.find_bit(bit).index for bit in step.clbits]
        small.append(step.operation, [qubits.index(place) for place in places], bits)
    if not read:
        small.save_probabilities()
    return small


def _cut_simulator(device: str, kernel: NoisyKernel) -> AerSimulator:
    """Aer with the noise of the template's own qubits alone, two circuits at a time."""
    return AerSimulator(
        method="density_matrix",
        noise_model=_cut_noise(device, kernel.template.qubits),
        max_parallel_experiments=2,
        max_parallel_threads=2,
        seed_simulator=SEED,
    )


def _cut_noise(device: str, qubits: tuple[int, ...]) -> NoiseModel:
    target = snapshot(device).target
    model = NoiseModel(basis_gates=list(target.operation_names))
    for name, place, error in basic_device_gate_errors(target=target):
        if set(place) <= set(qubits):
            model.add_quantum_error(error, name, [qubits.index(q) for q in place])
    for place, error in basic_device_readout_errors(target=target):
        if set(place) <= set(qubits):
            model.add_readout_error(error, [qubits.index(q) for q in place])
    return model


def _fidelity_quantum_kernel(
    circuit: QuantumCircuit, rows: Probabilities, simulator: AerSimulator
) -> Callable[[], Any]:
    from qiskit.primitives import BackendSamplerV2
    from qiskit.transpiler import generate_preset_pass_manager
    from qiskit_machine_learning.kernels import FidelityQuantumKernel
    from qiskit_machine_learning.state_fidelities import ComputeUncompute

    manager = generate_preset_pass_manager(
        optimization_level=LEVEL, backend=simulator, seed_transpiler=SEED
    )
    sampler = BackendSamplerV2(backend=simulator, options={"default_shots": SHOTS})
    fidelity = ComputeUncompute(sampler, pass_manager=manager)
    theirs = FidelityQuantumKernel(
        feature_map=circuit, fidelity=fidelity, enforce_psd=False, max_circuits_per_job=None
    )
    return lambda: theirs.evaluate(x_vec=rows)
