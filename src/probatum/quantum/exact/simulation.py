"""The exact quantum state of every patient of a cohort, through one parameterised circuit.

The cohort runs in tiles so that memory stays bounded. The amplitudes of a patient are the
same bytes whatever the tile, the number of threads, or the company the patient is in.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray
from qiskit import QuantumCircuit

from probatum.errors import CircuitError
from probatum.quantum.exact.arrays import array_module, to_host
from probatum.quantum.exact.compilation import compiled
from probatum.quantum.exact.program import Program
from probatum.quantum.exact.tiling import columns_of, evolve

ROWS = 256
"""Amplitudes of each patient written at a stretch, so that both sides stay in the cache."""


def states(
    circuit: QuantumCircuit | Program,
    parameters: ArrayLike,
    *,
    dtype: DTypeLike = np.complex128,
    tile: int | None = None,
    threads: int = 1,
    device: str = "cpu",
) -> NDArray[Any]:
    r"""Return the state :math:`U(x)|0\dots0\rangle` of each patient.

    Parameters
    ----------
    circuit : QuantumCircuit or Program
        The encoding; see :mod:`probatum.quantum.exact.gates` for its gates.
    parameters : (N, p) of float
        One row a patient, in the order of ``circuit.parameters``; radians.
    dtype : complex128 or complex64
        Precision of the amplitudes. Angles are always taken in double precision.
    tile : int, optional
        Patients held at once; by default as many as keep a tile inside the cache.
    threads : int
        Tiles run at the same time.
    device : "cpu" or "gpu"
        Where the amplitudes are worked out; they are returned in the processor's memory.

    Returns
    -------
    (N, 2**n) complex
        Little-endian as in Qiskit.

    Raises
    ------
    CircuitError
        When a gate is not understood, or the rows do not have the circuit's parameters.
    Unavailable
        When the device is not there.

    Examples
    --------
    >>> from qiskit.circuit import ParameterVector
    >>> x = ParameterVector("x", 1)
    >>> circuit = QuantumCircuit(1)
    >>> _ = circuit.ry(x[0], 0)
    >>> states(circuit, [[0.0], [np.pi]]).real.round(12)
    array([[1., 0.],
           [0., 1.]])
    """
    program = circuit if isinstance(circuit, Program) else compiled(circuit)
    columns = columns_of(program, parameters)
    found = np.empty((columns.shape[1], 1 << program.qubits), amplitude_dtype(dtype))

    def receive(part: slice, psi: Any, turns: Any) -> None:
        if program.global_phase:
            psi = psi * turns.astype(found.dtype)
        _write(to_host(psi), found[part])

    evolve(
        program,
        columns,
        receive,
        dtype=working_dtype(program, found.dtype),
        xp=array_module(device),
        tile=tile,
        threads=threads,
    )
    return found


def amplitude_dtype(dtype: DTypeLike) -> np.dtype[Any]:
    """Return complex64 or complex128, and refuse anything else."""
    found = np.dtype(dtype)
    if found not in (np.complex64, np.complex128):
        raise CircuitError(
            f"precision of amplitudes — expected complex64 or complex128, got {found} — "
            "choose one of them"
        )
    return found


def working_dtype(program: Program, dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return the dtype a program runs in: real numbers where they are enough."""
    return dtype.type(0).real.dtype if program.is_real else dtype


def _write(psi: NDArray[Any], rows: NDArray[Any]) -> None:
    for start in range(0, len(psi), ROWS):
        part = slice(start, start + ROWS)
        rows[:, part] = psi[part].T
