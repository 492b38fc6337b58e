r"""Averages from counts: which ways to measure an observable needs, and how to read them.

A sum of Pauli terms :math:`\sum_k c_k P_k` is measured in as few bases as hold all its terms
qubit by qubit; a term's value in one outcome is the parity of its bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import CircuitError
from probatum.quantum.backends.backend import Counts, Execution, Expectations
from probatum.quantum.backends.circuit_record import circuit_sha256
from probatum.quantum.backends.record import ExecutionRecord

REAL = 1e-12
"""Imaginary parts of a coefficient up to this are rounding."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Basis:
    """One way to measure all qubits, and what its outcomes say of each observable."""

    letters: str
    """I, X, Y or Z a qubit, qubit 0 first."""
    masks: NDArray[np.int64]
    """(T,) the bits that each term reads."""
    weights: NDArray[np.float64]
    """(T, M) the coefficient of each term in each observable."""

    def rotated(self, circuit: QuantumCircuit) -> QuantumCircuit:
        """Return the circuit, with the basis turned into that of the readout."""
        turned = circuit.copy()
        for qubit, letter in enumerate(self.letters):
            if letter == "Y":
                turned.sdg(qubit)
            if letter in "XY":
                turned.h(qubit)
        return turned

    def worth(
        self, outcomes: NDArray[np.int64], read: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return what each outcome adds to each observable, shape (outcomes, M).

        Parameters
        ----------
        outcomes : (outcomes,) of int
            Qubit 0 is the lowest bit.
        read : (n, 2) of float, optional
            For each qubit, what reading 0 and reading 1 count; 1 and -1 where every readout is
            taken as right.
        """
        if read is not None:
            return np.asarray(self._product(outcomes, read) @ self.weights)
        parity = np.bitwise_count(outcomes[:, None] & self.masks) & 1
        return np.asarray((1.0 - 2.0 * parity) @ self.weights)

    def largest(self, read: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return what no outcome's worth exceeds, shape (M,)."""
        sizes = np.ones(len(self.masks))
        for qubit, counted in enumerate([] if read is None else np.abs(read).max(axis=1)):
            sizes = np.where(self.masks >> qubit & 1, sizes * counted, sizes)
        return np.asarray(sizes @ np.abs(self.weights))

    def _product(
        self, outcomes: NDArray[np.int64], read: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the product of what each term's bits count, shape (outcomes, T)."""
        found = np.ones((len(outcomes), len(self.masks)))
        for qubit, counted in enumerate(read):
            factor = counted[outcomes >> qubit & 1]
            found *= np.where(self.masks >> qubit & 1, factor[:, None], 1.0)
        return found

    @cached_property
    def table(self) -> NDArray[np.float64]:
        """What every possible outcome adds, shape (2**n, M)."""
        return self.worth(np.arange(1 << len(self.letters)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """The bases that some observables need."""

    constants: NDArray[np.float64]
    """(M,) the part of each observable that needs no measurement."""
    bases: tuple[Basis, ...]

    @classmethod
    def of(cls, observables: Sequence[SparsePauliOp], qubits: int) -> Plan:
        """Group the terms of some observables; the same terms are measured once.

        Raises
        ------
        CircuitError
            When one is not Hermitian, or is not on the circuit's qubits.
        """
        table: dict[str, NDArray[np.float64]] = {}
        for place, observable in enumerate(observables):
            _check(observable, qubits)
            for label, coefficient in observable.to_list():
                row = table.setdefault(label, np.zeros(len(observables)))
                row[place] += coefficient.real
        constants = table.pop("I" * qubits, np.zeros(len(observables)))
        return cls(
            constants=constants,
            bases=tuple(_basis(labels, table) for labels in grouped(table)),
        )

    def measured(self, qubits: int) -> Plan:
        """Return the plan with a basis to measure, also where no observable needs one."""
        return self if self.bases else replace(self, bases=(_nothing(qubits, self.constants),))

    def of_probabilities(
        self,
        found: Sequence[NDArray[np.float64]],
        reads: Sequence[NDArray[np.float64] | None] | None = None,
    ) -> NDArray[np.float64]:
        """Return the averages (N, M) from each basis's probabilities (N, 2**n)."""
        tables = [
            basis.table if read is None else basis.worth(np.arange(p.shape[1]), read)
            for p, basis, read in zip(found, self.bases, self._reads(reads), strict=True)
        ]
        parts = (p @ table for p, table in zip(found, tables, strict=True))
        return np.asarray(sum(parts, start=self.constants))

    def of_executions(
        self,
        found: Sequence[Execution],
        reads: Sequence[NDArray[np.float64] | None] | None = None,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the averages and their standard errors, each (N, M), from counts.

        The bases are measured apart, so their variances add. With a single shot a variance
        cannot be told and is taken as that of the worst case, the largest value squared.

        Parameters
        ----------
        reads : sequence of (n, 2) of float, optional
            For each basis, what its bits count; see :meth:`Basis.worth`.
        """
        rows = range(len(found[0].counts))
        moments = np.array(
            [
                [_moments(run.counts[row], basis, read) for row in rows]
                for run, basis, read in zip(found, self.bases, self._reads(reads), strict=True)
            ]
        )
        mean, variance = moments[:, :, 0].sum(axis=0), moments[:, :, 1].sum(axis=0)
        return self.constants + mean, np.sqrt(variance)

    def _reads(
        self, reads: Sequence[NDArray[np.float64] | None] | None
    ) -> Sequence[NDArray[np.float64] | None]:
        return [None] * len(self.bases) if reads is None else reads


def averaged(
    run: Callable[[Sequence[QuantumCircuit]], Sequence[Execution]],
    circuit: QuantumCircuit,
    observables: Sequence[SparsePauliOp],
) -> Expectations:
    """Return averages from counts of as few circuits as the observables need.

    Parameters
    ----------
    run : callable
        Runs circuits, whose parameters are those of ``circuit``, for all rows.
    """
    plan = Plan.of(observables, circuit.num_qubits).measured(circuit.num_qubits)
    executions = tuple(run([basis.rotated(circuit) for basis in plan.bases]))
    values, errors = plan.of_executions(executions)
    return Expectations(
        values=values,
        standard_error=errors,
        record=summed([execution.record for execution in executions], circuit),
        executions=executions,
    )


def summed(records: Sequence[ExecutionRecord], circuit: QuantumCircuit) -> ExecutionRecord:
    """Return one record of several runs that make up one answer.

    Times and costs add up, except that a job which several runs share is waited for once;
    depth and gates are those of the largest.
    """

    def total(name: str, of: Sequence[ExecutionRecord]) -> float | None:
        stated = [value for record in of if (value := getattr(record, name)) is not None]
        return sum(stated) if stated else None

    jobs = list({record.job_ids or (n,): record for n, record in enumerate(records)}.values())
    return replace(
        records[0],
        circuit_sha256=circuit_sha256(circuit),
        job_ids=tuple(sorted({job for record in records for job in record.job_ids})),
        queue_seconds=total("queue_seconds", jobs),
        run_seconds=total("run_seconds", jobs),
        quantum_seconds=total("quantum_seconds", records),
        processor_seconds=total("processor_seconds", records),
        cost=total("cost", records),
        depth=max(record.depth for record in records),
        two_qubit_depth=max(record.two_qubit_depth for record in records),
        two_qubit_gates=max(record.two_qubit_gates for record in records),
    )


def grouped(labels: Iterable[str]) -> list[list[str]]:
    """Return Pauli labels in groups that one basis measures, qubit by qubit.

    Labels on many qubits come first and each goes to the first group it fits, so a full set
    of labels on n qubits makes 3**n groups, which is the fewest.

    Examples
    --------
    >>> grouped(["ZZ", "IZ", "XI", "XX", "ZX"])
    [['XX', 'XI'], ['ZX'], ['ZZ', 'IZ']]
    """
    ordered = sorted(labels, key=lambda label: (label.count("I"), label))
    wanted = np.array([[ord(letter) for letter in label] for label in ordered])
    held = np.zeros((0, wanted.shape[1] if ordered else 0), dtype=np.int64)
    groups: list[list[str]] = []
    for label, row in zip(ordered, wanted, strict=True):
        row = np.where(row == ord("I"), 0, row)
        fits = np.flatnonzero(((held == 0) | (row == 0) | (held == row)).all(axis=1))
        if len(fits):
            held[fits[0]] = np.maximum(held[fits[0]], row)
            groups[fits[0]].append(label)
        else:
            held = np.vstack([held, row])
            groups.append([label])
    return groups


def varying(observable: SparsePauliOp) -> SparsePauliOp:
    """Return an observable without its constant, which needs no measurement."""
    terms = [(label, c) for label, c in observable.to_list() if set(label) != {"I"}]
    nothing = [("I" * observable.num_qubits, 0.0)]
    return SparsePauliOp.from_list(terms or nothing)


def _basis(labels: Sequence[str], table: dict[str, NDArray[np.float64]]) -> Basis:
    letters = "".join(
        max(letter, key=lambda one: one != "I") for letter in zip(*labels, strict=True)
    )
    masks = [int("".join("0" if one == "I" else "1" for one in label), 2) for label in labels]
    return Basis(
        letters=letters[::-1],
        masks=np.array(masks, dtype=np.int64),
        weights=np.array([table[label] for label in labels]),
    )


def _nothing(qubits: int, constants: NDArray[np.float64]) -> Basis:
    """The basis of observables that need no measurement: what is read adds nothing."""
    return Basis(
        letters="I" * qubits,
        masks=np.zeros(1, dtype=np.int64),
        weights=np.zeros((1, len(constants))),
    )


def _moments(
    counts: Counts, basis: Basis, read: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean of each observable over the shots, and that mean's variance."""
    times = np.array(list(counts.values()), dtype=np.float64)
    outcomes = np.array([int(outcome, 2) for outcome in counts], dtype=np.int64)
    worth = basis.worth(outcomes, read)
    shots = times.sum()
    mean = times @ worth / shots
    if shots == 1:
        return mean, basis.largest(read) ** 2
    return mean, times @ (worth - mean) ** 2 / (shots * (shots - 1))


def _check(observable: SparsePauliOp, qubits: int) -> None:
    if observable.num_qubits != qubits:
        raise CircuitError(
            f"observable — expected {qubits} qubits, got {observable.num_qubits} — name every "
            "qubit of the circuit"
        )
    if not all(np.isfinite(c) and abs(c.imag) <= REAL for c in map(complex, observable.coeffs)):
        raise CircuitError(
            "observable — expected finite real coefficients, got others — give a Hermitian "
            "observable"
        )
