"""What may be asked of any backend, checked before one is reached or paid."""

from __future__ import annotations

from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike
from qiskit import QuantumCircuit

from probatum.errors import CircuitError
from probatum.quantum.backends.engines import Rows

NOT_UNITARY = frozenset({"initialize", "measure", "reset"})
"""Instructions that not every backend can run, and that the one asked for does itself."""


def checked_rows(circuit: QuantumCircuit, rows: ArrayLike) -> Rows:
    """Return the rows as an array.

    Raises
    ------
    CircuitError
        When they are not finite, are none, or do not have the circuit's parameters; or when
        the circuit reads or resets a qubit itself, which the backend does at its end.
    """
    _check_unitary(circuit)
    try:
        values = np.asarray(rows, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CircuitError(
            "circuit parameters — expected numbers, got something else — give one row a "
            "patient and one column a parameter"
        ) from error
    fits = values.ndim == 2 and values.shape[1] == circuit.num_parameters
    if not fits or not len(values) or not np.isfinite(values).all():
        raise CircuitError(
            f"circuit parameters — expected finite angles of shape (patients, "
            f"{circuit.num_parameters}), got shape {values.shape} — give one row a patient and "
            "one column a parameter"
        )
    return values


def check_shots(shots: int) -> None:
    """Refuse a number of shots that is none.

    Raises
    ------
    CircuitError
    """
    if not isinstance(shots, Integral) or shots < 1:
        raise CircuitError(f"shots — expected 1 or more, got {shots} — correct the plan")


def _check_unitary(circuit: QuantumCircuit) -> None:
    found = NOT_UNITARY & set(circuit.count_ops())
    if circuit.num_clbits or found or circuit.has_control_flow_op():
        raise CircuitError(
            f"circuit {circuit.name!r} — expected gates alone, got "
            f"{', '.join(sorted(found)) or 'classical bits'} — leave measuring to the backend, "
            "and encode patients in gates"
        )
