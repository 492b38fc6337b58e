"""How long a cohort's fidelity kernel takes here and in other simulators, in one run.

    python benchmarks/gram.py [--qubits 8] [--patients 500] [--rounds 3]

Rounds are interleaved, medians are compared as ratios, every peer runs on one thread and is
followed by the same matrix product, so that the state preparation is what differs. The largest
difference of any kernel entry from ours is printed beside each ratio. Never a timed test.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit, transpile
from qiskit.quantum_info import Statevector
from qiskit_aer import AerSimulator
from threadpoolctl import threadpool_limits

from probatum.quantum.encodings import zz_encoding
from probatum.quantum.exact.simulation import states
from probatum.quantum.kernels.fidelity import gram

Kernel = Callable[[QuantumCircuit, NDArray[np.float64]], NDArray[np.float64]]


def ours(circuit: QuantumCircuit, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The whole cohort through one program."""
    return gram(states(circuit, rows))


def ours_in_single_precision(
    circuit: QuantumCircuit, rows: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The same with complex64 amplitudes."""
    return gram(states(circuit, rows, dtype=np.complex64))


def statevector(circuit: QuantumCircuit, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Qiskit's Statevector, one patient at a time."""
    bound = (circuit.assign_parameters(row) for row in rows)
    return gram(np.array([Statevector(each).data for each in bound]))


def aer_one_job(circuit: QuantumCircuit, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Aer as it is best used: transpiled once, all patients bound in one job."""
    simulator = AerSimulator(method="statevector", max_parallel_threads=1)
    saved = circuit.copy()
    saved.save_statevector()
    fitted = transpile(saved, simulator, optimization_level=1)
    binds = [{p: rows[:, i].tolist() for i, p in enumerate(circuit.parameters)}]
    result = simulator.run(fitted, parameter_binds=binds).result()
    found = [np.asarray(result.data(i)["statevector"]) for i in range(len(rows))]
    return gram(np.array(found))


KERNELS: dict[str, Kernel] = {
    "probatum": ours,
    "probatum, complex64": ours_in_single_precision,
    "Aer, one job": aer_one_job,
    "Qiskit Statevector": statevector,
}


def main() -> None:
    """Print one line a simulator: median seconds, ratio to ours, largest difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--qubits", type=int, default=8)
    parser.add_argument("--patients", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    circuit = zz_encoding(arguments.qubits, repetitions=2)
    shape = (arguments.patients, arguments.qubits)
    rows = np.random.default_rng(0).uniform(0, np.pi, shape)
    seconds: dict[str, list[float]] = {name: [] for name in KERNELS}
    found: dict[str, NDArray[np.float64]] = {}
    with threadpool_limits(limits=1):
        for _ in range(arguments.rounds):
            for name, kernel in KERNELS.items():
                start = time.perf_counter()
                found[name] = kernel(circuit, rows)
                seconds[name].append(time.perf_counter() - start)
    mine = statistics.median(seconds["probatum"])
    print(f"zz encoding, 2 repetitions, {shape[1]} qubits, {shape[0]} patients")
    for name, times in seconds.items():
        middle = statistics.median(times)
        away = np.abs(found[name] - found["probatum"]).max()
        print(f"{name:22} {middle:9.4f} s {middle / mine:8.1f} x   differs by {away:.1e}")


if __name__ == "__main__":
    main()
