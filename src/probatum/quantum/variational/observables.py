"""What is measured at the end of a variational circuit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, islice

from qiskit.quantum_info import SparsePauliOp

from probatum.errors import CircuitError

OBSERVABLES = ("local", "mean", "parity")


def observable(name: str, qubits: int) -> SparsePauliOp:
    r"""Return the observable a protocol names.

    Parameters
    ----------
    name : "local", "mean" or "parity"
        :math:`Z_0`; :math:`\frac1n\sum_i Z_i`; :math:`Z_0 Z_1 \cdots Z_{n-1}`. All lie in
        [-1, 1]. The more qubits one looks at together, the flatter the loss becomes with
        their number (Cerezo M et al. Nat Commun 2021;12:1791).
    qubits : int

    Raises
    ------
    CircuitError
        When the name is not known.

    Examples
    --------
    >>> observable("parity", 3).paulis.to_labels()
    ['ZZZ']
    """
    if name == "local":
        return z_string((0,), qubits)
    if name == "mean":
        terms = [("Z", [q], 1 / qubits) for q in range(qubits)]
        return SparsePauliOp.from_sparse_list(terms, num_qubits=qubits)
    if name == "parity":
        return z_string(tuple(range(qubits)), qubits)
    raise CircuitError(
        f"observable — expected one of {', '.join(OBSERVABLES)}, got {name!r} — "
        "correct the protocol"
    )


def z_string(wires: tuple[int, ...], qubits: int) -> SparsePauliOp:
    """Return the product of Z on some qubits."""
    return SparsePauliOp.from_sparse_list([("Z" * len(wires), wires, 1)], num_qubits=qubits)


def class_observables(
    classes: int, qubits: int, *, among: Sequence[int] | None = None
) -> tuple[SparsePauliOp, ...]:
    """Return one observable a class: Z on single qubits first, then on pairs, and so on.

    Parameters
    ----------
    classes : int
    qubits : int
    among : sequence of int, optional
        The qubits looked at; by default all.

    Raises
    ------
    CircuitError
        When there are more classes than such products, ``2**qubits - 1``.

    Examples
    --------
    >>> [o.paulis.to_labels()[0] for o in class_observables(3, 2)]
    ['IZ', 'ZI', 'ZZ']
    """
    wires = range(qubits) if among is None else among
    if classes > (1 << len(wires)) - 1:
        raise CircuitError(
            f"classes — expected at most {(1 << len(wires)) - 1} on {len(wires)} qubits, got "
            f"{classes} — use more qubits"
        )
    subsets = (w for size in range(1, len(wires) + 1) for w in combinations(wires, size))
    return tuple(z_string(subset, qubits) for subset in islice(subsets, classes))
