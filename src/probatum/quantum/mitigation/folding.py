r"""Making a circuit noisier on purpose: run it, undo it, run it again.

A circuit U becomes :math:`U(U^\dagger U)^k`: without noise the same circuit, with noise about
:math:`2k+1` times as wrong. From several such scales the result without noise is extrapolated.

References
----------
Giurgica-Tiron T et al. IEEE QCE 2020:306-316 (unitary folding).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from qiskit import QuantumCircuit
from qiskit.circuit.library import RZGate

from probatum.errors import CircuitError
from probatum.quantum.noise.template import MIDDLE
from probatum.quantum.noise.transfer import TURNS

SELF_INVERSE = frozenset({"id", "x", "y", "z", "h", "cx", "cz", "ecr", "swap"})
"""Gates that undo themselves."""

HALF_TURN_APART = frozenset({"sx", "sxdg"})
"""Gates undone by themselves between two half turns about Z, up to a phase nobody measures."""

Instructions = list[tuple[Any, tuple[Any, ...]]]


def folded(circuit: QuantumCircuit, scale: int) -> QuantumCircuit:
    """Return a fitted circuit whose gates run ``scale`` times.

    Parts before and after a barrier labelled for the middle of a pair are folded each by
    itself, so that a noisy kernel still falls apart into its two halves. Barriers keep a
    compiler from removing what was added; send it with optimisation level 0. All qubits are
    read at the same time, as at scale 1.

    Parameters
    ----------
    circuit : QuantumCircuit
        Fitted to a device; ends with its measurements.
    scale : int
        1, 3, 5, …

    Raises
    ------
    CircuitError
        When the scale is even or below 1, or a gate's inverse is not made of the device's
        own gates.

    Examples
    --------
    >>> circuit = QuantumCircuit(1)
    >>> _ = circuit.sx(0)
    >>> folded(circuit, 3).count_ops()["sx"]
    3
    """
    if scale < 1 or scale % 2 == 0:
        raise CircuitError(
            f"noise scale — expected 1, 3, 5 or another odd number, got {scale} — "
            "correct the protocol"
        )
    if scale == 1:
        return circuit.copy()
    made = circuit.copy_empty_like()
    part: Instructions = []
    for step in circuit.data:
        operation = step.operation
        if operation.name == "measure" or operation.label == MIDDLE:
            _write(made, part, scale)
            if part and operation.name == "measure":
                made.barrier()
            part = []
            made.append(operation, step.qubits, step.clbits)
        elif operation.name != "barrier":
            part.append((operation, tuple(step.qubits)))
    _write(made, part, scale)
    return made


def _write(made: QuantumCircuit, part: Instructions, scale: int) -> None:
    if not part:
        return
    touched = sorted(
        {bit for _, bits in part for bit in bits}, key=lambda bit: made.find_bit(bit).index
    )
    undone = [step for forward in reversed(part) for step in _inverse(*forward)]
    _append(made, part)
    for _ in range(scale // 2):
        for again in (undone, part):
            made.barrier(touched)
            _append(made, again)


def _append(made: QuantumCircuit, part: Instructions) -> None:
    for operation, bits in part:
        made.append(operation, bits)


def _inverse(operation: Any, bits: tuple[Any, ...]) -> Iterable[tuple[Any, tuple[Any, ...]]]:
    name = operation.name
    if name in SELF_INVERSE:
        return [(operation, bits)]
    if name in HALF_TURN_APART:
        turn = (RZGate(math.pi), bits)
        return [turn, (operation, bits), turn]
    if name in TURNS:
        return [(type(operation)(-operation.params[0]), bits)]
    known = sorted({*SELF_INVERSE, *HALF_TURN_APART, *TURNS})
    raise CircuitError(
        f"folding gate {name!r} — expected one of {', '.join(known)}, got {name!r} — fit the "
        "circuit to a device first"
    )
