"""Diagonal gates: a whole layer of phases, multiplied into the amplitudes in one pass.

Any product of diagonal gates is ``exp(i f(z))`` with ``f`` a polynomial in the bits of the
basis state ``z``. The table of ``exp(i f(z))`` over all ``z`` is built by doubling: the half
where the highest bit is 1 is the half where it is 0 times a polynomial of one degree less. No
sine or cosine is taken per amplitude, only one per term and patient.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probatum.quantum.exact.workspace import Amplitudes, Workspace

LOW_BITS = 5
"""Bits whose table is built for a whole group of patients at once, not tile by tile."""

RUN = 256
"""Numbers multiplied at a stretch; shorter stretches cost more to set up than to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTree:
    """A phase polynomial worked out as far as a group of patients can share the work."""

    low: Any
    """(2**k, group) table of the lowest bits."""
    high: tuple[tuple[int, PhaseTree] | None, ...]
    """For each further bit the lowest bit its factor depends on, and the factor."""

    @property
    def bits(self) -> int:
        """How many bits the whole table is over."""
        return len(self.low).bit_length() - 1 + len(self.high)


def phase_table(terms: Mapping[int, Any], bits: int, patients: int, xp: Any) -> Amplitudes:
    r"""Return :math:`\prod_{m \subseteq z} t_m` for every basis state ``z``.

    Parameters
    ----------
    terms : mapping of int to (patients,) complex
        The factor each term contributes where all bits of its key are 1; key 0 is
        contributed everywhere.
    bits : int
        Number of bits of ``z``.
    patients : int
        Length of every factor.
    xp : module
        Array library of the factors.

    Returns
    -------
    (2**bits, patients) complex

    Examples
    --------
    >>> import numpy as np
    >>> table = phase_table({0b01: np.array([1j]), 0b11: np.array([-1 + 0j])}, 2, 1, np)
    >>> [complex(value) for value in table[:, 0]]
    [(1+0j), 1j, (1+0j), (-0-1j)]
    """
    dtype = next(iter(terms.values())).dtype
    table = xp.empty((1 << bits, patients), dtype)
    table[0] = terms.get(0, 1)
    for bit, factors in enumerate(_by_highest(terms, bits)):
        low, high = table[: 1 << bit], table[1 << bit : 2 << bit]
        if factors:
            lowest, needed = _span(factors)
            inner = phase_table(_shifted(factors, lowest), needed, patients, xp)
            apply(inner, low, high, each=1 << lowest if needed else len(low), xp=xp)
        else:
            high[...] = low
    return table


def phase_tree(terms: Mapping[int, Any], bits: int, patients: int, xp: Any) -> PhaseTree:
    """Return the polynomial of :func:`phase_table` in a form from which tables grow fast."""
    low_bits = min(bits, LOW_BITS)
    low = {mask: factor for mask, factor in terms.items() if mask < 1 << low_bits}
    low = low or {0: xp.ones(patients, next(iter(terms.values())).dtype)}
    high: list[tuple[int, PhaseTree] | None] = []
    for factors in _by_highest(terms, bits)[low_bits:]:
        if factors:
            lowest, needed = _span(factors)
            tree = phase_tree(_shifted(factors, lowest), needed, patients, xp)
            high.append((lowest, tree))
        else:
            high.append(None)
    return PhaseTree(low=phase_table(low, low_bits, patients, xp), high=tuple(high))


def grown(tree: PhaseTree, part: slice, space: Workspace) -> Amplitudes:
    """Return the table for some patients of the group, lent by the workspace."""
    table = space.lend(1 << tree.bits)
    size = len(tree.low)
    table[:size] = tree.low[:, part]
    for factor in tree.high:
        low, high = table[:size], table[size : 2 * size]
        if factor is None:
            high[...] = low
        else:
            _multiply(*factor, low, high, part, space)
        size *= 2
    return table


def apply(inner: Any, low: Amplitudes, out: Amplitudes, *, each: int, xp: Any) -> None:
    """Multiply runs of ``each`` rows of ``low`` by the rows of ``inner``, over and over."""
    rows, patients = inner.shape
    together = min(each, 1 << max(RUN // patients, 1).bit_length() - 1)
    if together > 1:
        spread = xp.empty((rows, together, patients), inner.dtype)
        spread[...] = inner[:, None, :]
        inner = spread
    shape = (-1, rows, each // together, together * patients)
    inner = inner.reshape(rows, 1, together * patients)
    xp.multiply(low.reshape(shape), inner, out=out.reshape(shape))


def _multiply(
    lowest: int,
    tree: PhaseTree,
    low: Amplitudes,
    out: Amplitudes,
    part: slice,
    space: Workspace,
) -> None:
    each = 1 << lowest if tree.bits else len(low)
    if not tree.high:
        apply(tree.low[:, part], low, out, each=each, xp=space.xp)
        return
    inner = grown(tree, part, space)
    apply(inner, low, out, each=each, xp=space.xp)
    space.take_back(inner)


def _by_highest(terms: Mapping[int, Any], bits: int) -> list[dict[int, Any]]:
    """Return for each bit the terms it is the highest of, without it."""
    found: list[dict[int, Any]] = [{} for _ in range(bits)]
    for mask, factor in terms.items():
        if mask:
            highest = mask.bit_length() - 1
            found[highest][mask ^ 1 << highest] = factor
    return found


def _span(factors: Mapping[int, Any]) -> tuple[int, int]:
    """Return the lowest bit the factors depend on, and how many from there."""
    lowest = min(((mask & -mask).bit_length() - 1 for mask in factors if mask), default=0)
    return lowest, max(max(factors).bit_length() - lowest, 0)


def _shifted(factors: Mapping[int, Any], lowest: int) -> dict[int, Any]:
    return {mask >> lowest: factor for mask, factor in factors.items()}
