"""Kernel classes of other libraries, as their users call them and as well as we can."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit, transpile

Rows = NDArray[np.float64]


def statevector_kernel(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """qiskit-machine-learning's own statevector kernel; a fresh one, for it keeps states."""
    from qiskit_machine_learning.kernels import FidelityStatevectorKernel

    return np.asarray(FidelityStatevectorKernel(feature_map=circuit).evaluate(rows))


def statevector_kernel_on_aer(circuit: QuantumCircuit, rows: Rows) -> NDArray[Any]:
    """The same with Aer's state vectors and with the gates joined beforehand."""
    from qiskit_aer.quantum_info import AerStatevector
    from qiskit_machine_learning.kernels import FidelityStatevectorKernel

    joined = transpile(circuit, basis_gates=["h", "rz", "p", "u", "cx"], optimization_level=1)
    kernel = FidelityStatevectorKernel(
        feature_map=joined, statevector_type=AerStatevector, enforce_psd=False
    )
    return np.asarray(kernel.evaluate(rows))


def squlearn_kernel(circuit: QuantumCircuit, rows: Rows, *, on: str) -> NDArray[Any]:
    """SQUlearn's kernel of the same map, on one of its executors."""
    from squlearn import Executor
    from squlearn.encoding_circuit import QiskitEncodingCircuit
    from squlearn.kernel import FidelityKernel

    kernel = FidelityKernel(QiskitEncodingCircuit(circuit), executor=Executor(on))
    return np.asarray(kernel.evaluate(rows))
