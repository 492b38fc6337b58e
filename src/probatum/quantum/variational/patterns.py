"""Which qubits an entangling layer joins, and in which order."""

from __future__ import annotations

from itertools import combinations

from probatum.errors import CircuitError

PATTERNS = ("linear", "reverse_linear", "circular", "full", "none")


def pairs(qubits: int, pattern: str) -> tuple[tuple[int, int], ...]:
    """Return the pairs of a layer, in order of time.

    Parameters
    ----------
    qubits : int
    pattern : "linear", "reverse_linear", "circular", "full" or "none"
        Neighbours upwards; neighbours downwards; the last with the first and then neighbours;
        every pair; no pair, which is the control for what entanglement adds.

    Raises
    ------
    CircuitError
        When the pattern is not one of these.

    Examples
    --------
    >>> pairs(3, "circular")
    ((2, 0), (0, 1), (1, 2))
    """
    neighbours = tuple((q, q + 1) for q in range(qubits - 1))
    if pattern == "linear":
        return neighbours
    if pattern == "reverse_linear":
        return neighbours[::-1]
    if pattern == "circular":
        return ((qubits - 1, 0), *neighbours) if qubits > 2 else neighbours
    if pattern == "full":
        return tuple(combinations(range(qubits), 2))
    if pattern == "none":
        return ()
    raise CircuitError(
        f"entanglement — expected one of {', '.join(PATTERNS)}, got {pattern!r} — "
        "correct the protocol"
    )
