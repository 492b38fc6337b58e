"""Whether other simulators of the same circuits say the same of the same people."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit

from probatum.quantum.backends.aer import NAMES, Aer
from probatum.quantum.backends.cirq_simulator import Cirq
from probatum.quantum.backends.engines import Engine
from probatum.quantum.backends.exact import Exact
from probatum.quantum.backends.simulators import Simulated
from probatum.quantum.kernels.overlap import overlap_circuit, overlap_rows
from probatum.stages.followed import Numbers
from probatum.stages.landmarks import overlaps
from probatum.stages.on_devices import Measured

FEW = 4
"""People, and landmark people, whose overlaps are worked out again; every pair of them."""

DIGITS = 12
"""Decimals of a difference that are kept: finer ones belong to the processor."""

Pairs = NDArray[np.float64]


def agreement(sample: Measured) -> list[dict[str, Any]]:
    """Largest difference in overlaps from those the stage is built on, one row a backend."""
    people, known = sample.angles[:FEW], sample.landmarks.angles[:FEW]
    ours = overlaps(sample.kernel, sample.angles[:FEW], sample.landmarks)[:, :FEW].ravel()
    pair, rows = overlap_circuit(sample.kernel.circuit()), overlap_rows(people, known)
    return [_row(engine, pair, rows, ours) for engine in engines()]


def engines() -> Iterator[Engine]:
    """The project's own simulator, each of Aer's methods, and Cirq where it is installed."""
    yield Exact()
    for name in NAMES:
        yield Aer(name=name)
    if find_spec("cirq") is not None:
        yield Cirq()


def _row(engine: Engine, pair: QuantumCircuit, rows: Pairs, ours: Numbers) -> dict[str, Any]:
    theirs = Simulated(engine=engine).probabilities(pair, rows)[:, 0]
    return {
        "backend": engine.name,
        "overlaps": len(rows),
        "largest_difference": round(float(np.abs(theirs - ours).max()), DIGITS) + 0.0,
    }
