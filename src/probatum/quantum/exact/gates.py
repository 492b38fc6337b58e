"""The gates the exact simulator knows of itself, and what each does to the amplitudes.

A *phase* only turns amplitudes, a *mix* mixes the two halves of one qubit, a *move* only
relabels them. Everything else comes down to these: a controlled gate is one of them under
conditions, any other gate is read through Qiskit's own definition of it. A gate that has
neither is refused by name; nothing is approximated here.

A definition may itself be an approximation: that of an evolution under terms that do not
commute is its synthesis, one Trotter step unless the gate says otherwise. It is taken as a
device would run it. Append its exponential as a matrix where the exact evolution is meant.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from qiskit.circuit import Barrier, Delay, Instruction
from qiskit.circuit import library as qiskit_gates

Angles = NDArray[np.float64]
Matrices = NDArray[np.float64] | NDArray[np.complex128]
"""(2, 2, patients)."""

Kind = type[Instruction]
Polynomial = tuple[tuple[tuple[tuple[int, ...], ...], float], ...]
"""Terms of a phase: the parities multiplied together, each of some of the gate's qubits,
and the factor on the gate's angle."""

ROOT_HALF = math.sqrt(0.5)


def _rx(theta: Angles) -> Matrices:
    c, s = np.cos(theta / 2), -1j * np.sin(theta / 2)
    return np.array([[c, s], [s, c]])


def _ry(theta: Angles) -> Matrices:
    c, s = np.cos(theta / 2), np.sin(theta / 2)
    return np.array([[c, -s], [s, c]])


def _u(theta: Angles, phi: Angles, lam: Angles) -> Matrices:
    c, s = np.cos(theta / 2), np.sin(theta / 2)
    left, right = np.exp(1j * phi), np.exp(1j * lam)
    return np.array([[c + 0j, -right * s], [left * s, left * right * c]])


def _r(theta: Angles, phi: Angles) -> Matrices:
    return _u(theta, phi - math.pi / 2, math.pi / 2 - phi)


def _u2(phi: Angles, lam: Angles) -> Matrices:
    return _u(np.full_like(phi, math.pi / 2), phi, lam)


MIXES: Mapping[Kind, Callable[..., Matrices]] = {
    qiskit_gates.RXGate: _rx,
    qiskit_gates.RYGate: _ry,
    qiskit_gates.RGate: _r,
    qiskit_gates.UGate: _u,
    qiskit_gates.U3Gate: _u,
    qiskit_gates.U2Gate: _u2,
}
"""Gate -> its 2x2 matrix, from angles of shape (patients,)."""

FIXED_MIXES: Mapping[Kind, tuple[tuple[complex, complex], tuple[complex, complex]]] = {
    qiskit_gates.HGate: ((ROOT_HALF, ROOT_HALF), (ROOT_HALF, -ROOT_HALF)),
    qiskit_gates.SXGate: ((0.5 + 0.5j, 0.5 - 0.5j), (0.5 - 0.5j, 0.5 + 0.5j)),
    qiskit_gates.SXdgGate: ((0.5 - 0.5j, 0.5 + 0.5j), (0.5 + 0.5j, 0.5 - 0.5j)),
}

FIXED_PHASES: Mapping[Kind, float] = {
    qiskit_gates.ZGate: math.pi,
    qiskit_gates.SGate: math.pi / 2,
    qiskit_gates.SdgGate: -math.pi / 2,
    qiskit_gates.TGate: math.pi / 4,
    qiskit_gates.TdgGate: -math.pi / 4,
}
"""Gate -> the phase of the state in which its qubit is 1."""

PHASES: Mapping[Kind, Polynomial] = {
    qiskit_gates.GlobalPhaseGate: (((), 1.0),),
    qiskit_gates.PhaseGate: ((((0,),), 1.0),),
    qiskit_gates.U1Gate: ((((0,),), 1.0),),
    qiskit_gates.RZGate: (((), -0.5), (((0,),), 1.0)),
    qiskit_gates.RZZGate: (((), -0.5), (((0, 1),), 1.0)),
}
"""Gate -> its phase as a polynomial in parities of its qubits, in units of its angle.

``rzz`` turns by -1/2 where the bits agree and by +1/2 where they differ.
"""

SILENT: tuple[Kind, ...] = (Barrier, Delay, qiskit_gates.IGate)

CLAIMED: frozenset[str] = frozenset(
    {
        *("barrier", "delay", "id", "global_phase", "p", "u1", "rz", "rzz"),
        *("z", "s", "sdg", "t", "tdg", "x", "y", "swap", "permutation"),
        *("h", "sx", "sxdg", "rx", "ry", "r", "u", "u2", "u3", "unitary"),
        *("cx", "cy", "cz", "ch", "cs", "csdg", "csx", "cp", "cu1", "crx", "cry", "crz"),
        *("cu", "cu3", "cswap", "ccx", "ccz", "c3sx", "mcx", "mcphase"),
        *("dcx", "ecr", "iswap", "rxx", "ryy", "rzx", "rccx", "rcccx"),
        *("xx_minus_yy", "xx_plus_yy", "rv", "ms", "pauli", "diagonal", "qft"),
        *("PauliEvolution", "state_preparation", "initialize", "ucrx", "ucry", "ucrz"),
        *("multiplexer", "hamiltonian", "isometry", "annotated"),
    }
)
"""Names tried in tests. Any other gate whose definition comes down to these is taken too."""
