"""The exact quantum state of every patient of a cohort, through one parameterised circuit.

The cohort runs in tiles so that memory stays bounded. Each operation acts on one patient's
column without looking at its neighbours, so the amplitudes of a patient are the same bytes
whatever the tile, the number of threads, or the company the patient is in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import takewhile
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from qiskit import QuantumCircuit

from probatum.errors import CircuitError
from probatum.quantum.exact.compilation import (
    Hadamard,
    Permutation,
    Phases,
    Program,
    Rotation,
    Step,
    compiled,
)
from probatum.quantum.exact.expressions import Columns
from probatum.quantum.exact.phases import Amplitudes, phase_table

OneQubit = Rotation | Hadamard

TILE_AMPLITUDES = 1 << 17
"""Amplitudes a thread works on at once: two megabytes, measured fastest from 6 to 12 qubits."""


def states(
    circuit: QuantumCircuit | Program,
    parameters: ArrayLike,
    *,
    dtype: DTypeLike = np.complex128,
    tile: int | None = None,
    threads: int = 1,
) -> NDArray[Any]:
    r"""Return the state :math:`U(x)|0\dots0\rangle` of each patient.

    Parameters
    ----------
    circuit : QuantumCircuit or Program
        The encoding; see :data:`probatum.quantum.exact.gates.CLAIMED` for its gates.
    parameters : (N, p) of float
        One row a patient, in the order of ``circuit.parameters``; radians.
    dtype : complex128 or complex64
        Precision of the amplitudes. Angles are always taken in double precision.
    tile : int, optional
        Patients held at once; by default as many as keep a tile inside the cache.
    threads : int
        Tiles run at the same time.

    Returns
    -------
    (N, 2**n) complex
        Little-endian as in Qiskit.

    Raises
    ------
    CircuitError
        When a gate is not claimed, or the rows do not have the circuit's parameters.

    Examples
    --------
    >>> from qiskit.circuit import ParameterVector
    >>> x = ParameterVector("x", 1)
    >>> circuit = QuantumCircuit(1)
    >>> _ = circuit.ry(x[0], 0)
    >>> states(circuit, [[0.0], [math.pi]]).real.round(12)
    array([[1., 0.],
           [0., 1.]])
    """
    program = circuit if isinstance(circuit, Program) else compiled(circuit)
    columns = _columns(program, parameters)
    patients = columns.shape[1]
    size = tile or max(1, TILE_AMPLITUDES >> program.qubits)
    found = np.empty((patients, 1 << program.qubits), dtype)
    starts = range(0, patients, size)

    def run(start: int) -> None:
        part = slice(start, min(start + size, patients))
        found[part] = _evolved(program, _tile(columns, part), found.dtype).T[
            : part.stop - start
        ]

    if threads == 1:
        for start in starts:
            run(start)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, starts))
    return found


def _columns(program: Program, parameters: ArrayLike) -> Columns:
    rows = np.asarray(parameters, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != program.parameters:
        raise CircuitError(
            f"circuit parameters — expected shape (patients, {program.parameters}), "
            f"got {rows.shape} — give one row a patient and one column a parameter"
        )
    return np.ascontiguousarray(rows.T)


def _tile(columns: Columns, part: slice) -> Columns:
    """Return a tile's columns; a lone patient is doubled.

    NumPy rounds a product of arrays of length one differently from all longer ones.
    """
    tile = columns[:, part]
    return np.ascontiguousarray(np.repeat(tile, 2, axis=1) if tile.shape[1] == 1 else tile)


def _evolved(program: Program, columns: Columns, dtype: np.dtype[Any]) -> Amplitudes:
    tables: dict[tuple[tuple[int, str], ...], Amplitudes] = {}
    leading = tuple(takewhile(lambda step: isinstance(step, OneQubit), program.steps))
    psi = _product_state(program.qubits, leading, columns, dtype)
    for step in program.steps[len(leading) :]:
        match step:
            case Rotation() | Hadamard():
                _mix(psi, step, columns, stride=1 << step.qubit)
            case Permutation():
                psi = psi[step.source]
            case Phases():
                key = tuple((mask, turn.text) for mask, turn in step.terms)
                if key not in tables:
                    tables[key] = _table(program.qubits, step, columns, dtype)
                psi *= tables[key]
    return _scaled(psi, program, columns)


def _product_state(
    qubits: int, steps: tuple[Step, ...], columns: Columns, dtype: np.dtype[Any]
) -> Amplitudes:
    """Return the state while no qubit is entangled yet, by doubling."""
    patients = columns.shape[1]
    psi = np.ones((1 << qubits, patients), dtype)
    for qubit in range(qubits):
        pair = np.zeros((2, patients), np.complex128)
        pair[0] = 1
        for step in steps:
            if isinstance(step, OneQubit) and step.qubit == qubit:
                _mix(pair, step, columns, stride=1)
        low, high = psi[: 1 << qubit], psi[1 << qubit : 2 << qubit]
        np.multiply(low, pair[1].astype(dtype), out=high)
        low *= pair[0].astype(dtype)
    return psi


def _mix(psi: Amplitudes, step: OneQubit, columns: Columns, *, stride: int) -> None:
    """Apply a one-qubit step in place; its qubit's bit is worth ``stride`` rows."""
    halves = psi.reshape(-1, 2, stride, psi.shape[1])
    zero, one = halves[:, 0], halves[:, 1]
    if isinstance(step, Hadamard):
        difference = zero - one
        zero += one
        one[...] = difference
        return
    matrix = step.matrix(*(turn.of(columns) for turn in step.angles))
    real = psi.real.dtype if np.isrealobj(matrix) else psi.dtype
    (a, b), (c, d) = matrix.astype(real)
    mixed = a * zero + b * one
    one[...] = c * zero + d * one
    zero[...] = mixed


def _table(qubits: int, step: Phases, columns: Columns, dtype: np.dtype[Any]) -> Amplitudes:
    turns: dict[int, NDArray[np.float64]] = {}
    for mask, turn in step.terms:
        turns[mask] = turns.get(mask, 0.0) + turn.of(columns)
    factors: Mapping[int, Amplitudes] = {
        m: np.exp(1j * t).astype(dtype) for m, t in turns.items()
    }
    return phase_table(factors, qubits, columns.shape[1])


def _scaled(psi: Amplitudes, program: Program, columns: Columns) -> Amplitudes:
    """Multiply by the Hadamards' factors and the global phase, kept until now."""
    halvings, odd = divmod(program.hadamards, 2)
    psi *= psi.real.dtype.type(0.5**halvings * (math.sqrt(0.5) if odd else 1.0))
    if program.global_phase:
        turn = sum(phase.of(columns) for phase in program.global_phase)
        psi *= np.exp(1j * np.asarray(turn)).astype(psi.dtype)
    return psi
