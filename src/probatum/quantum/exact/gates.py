"""The gates the exact simulator claims, and what each does to the amplitudes.

Four families cover the circuits of quantum kernels: a *rotation* mixes the two halves of one
qubit, a *phase* only turns amplitudes, a *permutation* only moves them, and a *composite* is a
two- or three-qubit gate written by Qiskit in terms of the other three. A gate in none of them
is refused by name; nothing is approximated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Angles = NDArray[np.float64]
Matrices = NDArray[np.float64] | NDArray[np.complex128]
"""(2, 2, patients)."""


def _rx(theta: Angles) -> Matrices:
    c, s = np.cos(theta / 2), -1j * np.sin(theta / 2)
    return np.array([[c, s], [s, c]])


def _ry(theta: Angles) -> Matrices:
    c, s = np.cos(theta / 2), np.sin(theta / 2)
    return np.array([[c, -s], [s, c]])


def _u(theta: Angles, phi: Angles, lam: Angles) -> Matrices:
    c, s = np.cos(theta / 2), np.sin(theta / 2)
    left, right = np.exp(1j * phi), np.exp(1j * lam)
    return np.array([[c, -right * s], [left * s, left * right * c]])


def _r(theta: Angles, phi: Angles) -> Matrices:
    return _u(theta, phi - math.pi / 2, math.pi / 2 - phi)


def _u2(phi: Angles, lam: Angles) -> Matrices:
    return _u(np.full_like(phi, math.pi / 2), phi, lam)


def _constant(matrix: list[list[complex]]) -> Callable[[], Matrices]:
    return lambda: np.array(matrix)[:, :, np.newaxis]


ROTATIONS: Mapping[str, Callable[..., Matrices]] = {
    "rx": _rx,
    "ry": _ry,
    "r": _r,
    "u": _u,
    "u3": _u,
    "u2": _u2,
    "sx": _constant([[0.5 + 0.5j, 0.5 - 0.5j], [0.5 - 0.5j, 0.5 + 0.5j]]),
    "sxdg": _constant([[0.5 - 0.5j, 0.5 + 0.5j], [0.5 + 0.5j, 0.5 - 0.5j]]),
    "y": _constant([[0, -1j], [1j, 0]]),
}
"""Gate name -> its 2x2 matrix, from angles of shape (patients,)."""

FIXED_PHASES: Mapping[str, float] = {
    "z": math.pi,
    "s": math.pi / 2,
    "sdg": -math.pi / 2,
    "t": math.pi / 4,
    "tdg": -math.pi / 4,
    "cz": math.pi,
    "cs": math.pi / 2,
    "csdg": -math.pi / 2,
    "ccz": math.pi,
}
"""Gate name -> the phase of the state in which all its qubits are 1."""

FREE_PHASES: Mapping[str, tuple[tuple[tuple[int, ...], float], ...]] = {
    "p": (((0,), 1.0),),
    "u1": (((0,), 1.0),),
    "rz": (((), -0.5), ((0,), 1.0)),
    "cp": (((0, 1), 1.0),),
    "cu1": (((0, 1), 1.0),),
    "crz": (((0,), -0.5), ((0, 1), 1.0)),
    "rzz": (((), -0.5), ((0,), 1.0), ((1,), 1.0), ((0, 1), -2.0)),
}
"""Gate name -> its phase as a polynomial in its qubits' bits, in units of its angle.

``rzz`` turns by -1/2 where the bits agree and +1/2 where they differ:
``-1/2 + a + b - 2ab``.
"""

PERMUTATIONS: frozenset[str] = frozenset({"x", "cx", "swap"})

COMPOSITES: frozenset[str] = frozenset(
    {
        *("ccx", "ch", "crx", "cry", "csx", "cswap", "cu", "cu3", "cy", "dcx"),
        *("ecr", "iswap", "rxx", "ryy", "rzx"),
    }
)
"""Gates taken through Qiskit's own definition, which holds only gates of this page."""

SILENT: frozenset[str] = frozenset({"barrier", "id"})

CLAIMED: frozenset[str] = (
    frozenset({"h"})
    | frozenset(ROTATIONS)
    | frozenset(FIXED_PHASES)
    | frozenset(FREE_PHASES)
    | PERMUTATIONS
    | COMPOSITES
    | SILENT
)
"""Every gate name the exact simulator takes."""
