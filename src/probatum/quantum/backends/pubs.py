"""What is sent to a device, and its answer taken off: one template, all patients' angles.

A *pub* is IBM's word for a circuit with the arrays of angles it is run at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qiskit import QuantumCircuit

from probatum.quantum.backends.backend import Counts
from probatum.quantum.backends.engines import Rows
from probatum.quantum.backends.faults import JobLost


def pubs_of(template: QuantumCircuit, rows: Rows, *observables: Any) -> list[tuple[Any, ...]]:
    """Return what is sent: all rows with one template, or a copy a row where nothing is free.

    The columns are put in the order of the template's parameters, which are named x0, x1, …
    """
    columns = [int(free.name[1:]) for free in template.parameters]
    if not columns:
        return [(template, *observables)] * len(rows)
    ordered = rows[:, columns]
    return [(template, *observables, ordered[:, None, :] if observables else ordered)]


def counts_of(read: Iterator[Any], is_bound: bool, rows: int, shots: int) -> tuple[Counts, ...]:
    """Take one template's counts off the results, row after row."""
    if is_bound:
        registers = [next(read).join_data() for _ in range(rows)]
    else:
        register = next(read).join_data()
        expect_complete(register.size, rows)
        registers = [register[row] for row in range(rows)]
    for one in registers:
        expect_complete(one.num_shots, shots)
    return tuple(one.get_counts() for one in registers)


def expect_complete(found: int, asked: int) -> None:
    """Refuse an answer that is a part of what was asked for, or something else."""
    if found != asked:
        raise JobLost(
            f"job — expected all {asked:,} parts of its answer, got {found:,} — it is tried "
            "again as often as the protocol says"
        )
