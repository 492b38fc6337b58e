"""Diagonal gates: a whole layer of phases, multiplied into the amplitudes in one pass.

Any product of diagonal gates is ``exp(i f(z))`` with ``f`` a polynomial in the bits of the
basis state ``z``. The table of ``exp(i f(z))`` over all ``z`` is built by doubling: the half
where the highest bit is 1 is the half where it is 0 times a polynomial of one degree less. No
sine or cosine is taken per amplitude, only one per term and patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Amplitudes = NDArray[Any]
"""(2^n, patients) complex."""


def phase_table(terms: Mapping[int, Amplitudes], qubits: int, patients: int) -> Amplitudes:
    r"""Return :math:`\prod_{m \subseteq z} t_m` for every basis state ``z``.

    Parameters
    ----------
    terms : mapping of int to (patients,) complex
        The factor each term contributes where all bits of its key are 1; key 0 is
        contributed everywhere.
    qubits : int
        Number of bits of ``z``.
    patients : int
        Length of every factor.

    Returns
    -------
    (2**qubits, patients) complex

    Examples
    --------
    >>> table = phase_table({0b01: np.array([1j]), 0b11: np.array([-1 + 0j])}, 2, 1)
    >>> [complex(value) for value in table[:, 0]]
    [(1+0j), 1j, (1+0j), (-0-1j)]
    """
    dtype = next(iter(terms.values())).dtype
    table = np.empty((1 << qubits, patients), dtype)
    table[0] = terms.get(0, 1)
    for bit in range(qubits):
        low, high = table[: 1 << bit], table[1 << bit : 2 << bit]
        factors = {m ^ (1 << bit): t for m, t in terms.items() if m.bit_length() == bit + 1}
        _multiply(low, factors, high)
    return table


def _multiply(low: Amplitudes, factors: Mapping[int, Amplitudes], out: Amplitudes) -> None:
    """Write ``low`` times the polynomial of the remaining bits to ``out``."""
    if not factors:
        out[:] = low
    elif set(factors) == {0}:
        np.multiply(low, factors[0], out=out)
    else:
        bits, patients = max(factors).bit_length(), low.shape[1]
        shape = (-1, 1 << bits, patients)
        inner = phase_table(factors, bits, patients)
        np.multiply(low.reshape(shape), inner, out=out.reshape(shape))
