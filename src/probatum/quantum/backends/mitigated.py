r"""Averages with a device's known errors taken out, beside the averages as they were read.

What is done is stated before anything runs. Every number is worked out from raw counts and
what their records say of the device, so that kept counts give the same numbers again, or those
of any other method that needs no further circuit.

References
----------
Bravyi S et al. Phys Rev A 2021;103:042605 (readout).
Temme K, Bravyi S, Gambetta JM. Phys Rev Lett 2017;119:180509 (extrapolation).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.quantum_info import SparsePauliOp

from probatum.errors import BackendError
from probatum.quantum.backends.backend import Execution, Expectations
from probatum.quantum.backends.bases import Plan, summed
from probatum.quantum.backends.faults import ReadoutUnknown
from probatum.quantum.backends.record import ExecutionRecord, Kind
from probatum.quantum.devices import Calibration, QubitCalibration
from probatum.quantum.mitigation.noisy_kernel import METHODS, SCALES, Method
from probatum.quantum.mitigation.readout import ReadoutCorrection
from probatum.quantum.mitigation.zero_noise import FITS, Fit, extrapolated

Numbers = NDArray[np.float64]
Averages = tuple[Numbers, Numbers]
"""Averages and their standard errors, each (N, observables)."""

SCALE, SCALED, FIT, READ = "noise_scale", "noise_scales", "fit", "readout_qubits"
"""What a record's details call a run's scale, an answer's scales, its curve, and the physical
qubit each bit was read from, bit 0 first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigation:
    """What is done against a device's errors, as stated before anything runs."""

    method: Method = "none"
    """In the protocol's words."""
    fit: Fit = "linear"
    """The curve of an extrapolation."""

    def __post_init__(self) -> None:
        """Refuse what nobody knows how to do."""
        if self.method not in METHODS or self.fit not in FITS:
            raise BackendError(
                f"mitigation — expected one of {', '.join(METHODS)} and a curve of "
                f"{', '.join(FITS)}, got {self.method!r} and {self.fit!r} — correct the "
                "protocol"
            )

    @property
    def is_on(self) -> bool:
        """Whether anything is done."""
        return self.method != "none"

    @property
    def corrects_readout(self) -> bool:
        """Whether misread bits are accounted for."""
        return self.method in ("readout", "both")

    @property
    def scales(self) -> tuple[int, ...]:
        """How many times the gates run: each circuit is sent once a scale."""
        return SCALES if self.method in ("zero_noise_extrapolation", "both") else (1,)

    def stated(self, record: ExecutionRecord) -> ExecutionRecord:
        """Return the record of an answer, with what was done to get it."""
        said = {SCALED: " ".join(map(str, self.scales)), FIT: self.fit}
        if len(self.scales) == 1:
            del said[FIT]
        return replace(record, mitigation=self.method, details={**record.details, **said})


NOTHING = Mitigation()
"""Averages stay as they were read."""


def mitigated(
    run: Callable[[Sequence[QuantumCircuit]], Sequence[Execution]],
    circuit: QuantumCircuit,
    observables: Sequence[SparsePauliOp],
    mitigation: Mitigation,
) -> Expectations:
    """Return averages from counts, as mitigated and as read.

    Parameters
    ----------
    run : callable
        Runs circuits, whose parameters are those of ``circuit``, for all rows: all of them at
        the first noise scale of the method, then all at the next.
    """
    plan = Plan.of(observables, circuit.num_qubits).measured(circuit.num_qubits)
    executions = tuple(run([basis.rotated(circuit) for basis in plan.bases]))
    values, errors = scored(plan, executions, mitigation)
    raw, raw_errors = scored(plan, executions, NOTHING)
    return Expectations(
        values=values,
        standard_error=errors,
        record=mitigation.stated(summed([one.record for one in executions], circuit)),
        executions=executions,
        raw_values=raw,
        raw_standard_error=raw_errors,
    )


def scored(plan: Plan, executions: Sequence[Execution], mitigation: Mitigation) -> Averages:
    """Return averages and their standard errors from raw counts alone.

    Raises
    ------
    BackendError
        When the counts are not those of the plan's bases at the method's noise scales, or
        nothing says how the qubits are misread.
    """
    found = []
    for scale in mitigation.scales:
        runs = [one for one in executions if _scale(one.record) == scale]
        if len(runs) != len(plan.bases):
            raise BackendError(
                f"kept counts — expected {len(plan.bases)} executions at noise scale {scale}, "
                f"got {len(runs)} — score them by a method whose circuits were run"
            )
        reads = [read_of(one.record) for one in runs] if mitigation.corrects_readout else None
        found.append(plan.of_executions(runs, reads))
    values, errors = zip(*found, strict=True)
    return at_no_noise(plan, values, errors, mitigation)


def at_no_noise(
    plan: Plan, values: Sequence[Numbers], errors: Sequence[Numbers], mitigation: Mitigation
) -> Averages:
    """Return what averages at the method's noise scales say of none."""
    if len(mitigation.scales) == 1:
        return values[0], errors[0]
    varying = np.array(values) - plan.constants
    curve = extrapolated(mitigation.scales, varying, np.array(errors), fit=mitigation.fit)
    return plan.constants + curve.values, curve.standard_error


def mitigation_of(record: ExecutionRecord) -> Mitigation:
    """Return what was done here to an answer; nothing where the vendor did it, or nobody."""
    if SCALED not in record.details:
        return NOTHING
    method: Method = next((one for one in METHODS if one == record.mitigation), "none")
    fit: Fit = next((one for one in FITS if one == record.details.get(FIT)), "linear")
    return Mitigation(method=method, fit=fit)


def read_of(record: ExecutionRecord) -> Numbers:
    """Return what each bit read by a run counts, shape (n, 2), by its record."""
    return read_values(record.kind, record.calibration, record.details.get(READ, ""))


def read_values(kind: Kind, calibration: Calibration | None, qubits: str) -> Numbers:
    """Return for each bit what reading 0 and reading 1 count, so that misreading cancels.

    Parameters
    ----------
    kind : str
        A simulator of a snapshot misreads 0 and 1 alike, at their mean rate; hardware at the
        rates stated for each.
    calibration : Calibration, optional
        Of the qubits in use.
    qubits : str
        Physical qubits, bit 0 first, with spaces between.

    Raises
    ------
    ReadoutUnknown
        When no rate is stated, or a qubit's readout tells nothing.
    """
    stated = {one.qubit: one for one in calibration.qubits} if calibration else {}
    rates = [_rates(kind, stated.get(int(qubit))) for qubit in qubits.split()]
    if not rates or any(sum(rate) >= 1 for rate in rates):
        raise ReadoutUnknown(
            "readout correction — expected qubits that are read right more often than wrong, "
            f"got qubits {qubits or 'not stated'} — state another mitigation in the protocol"
        )
    tables = np.array([[[1 - up, up], [down, 1 - down]] for up, down in rates])
    return ReadoutCorrection(tables=tables).weights(np.tile([1.0, -1.0], (len(tables), 1)))


def _rates(kind: Kind, qubit: QubitCalibration | None) -> tuple[float, float]:
    """How often a 0 is read as 1, and a 1 as 0."""
    mean = qubit.readout_error if qubit else None
    up, down = (mean, mean)
    if kind == "hardware" and qubit:
        up = mean if qubit.reads_one_for_zero is None else qubit.reads_one_for_zero
        down = mean if qubit.reads_zero_for_one is None else qubit.reads_zero_for_one
    if up is None or down is None:
        raise ReadoutUnknown(
            "readout correction — expected the calibration to state each qubit's readout "
            "error, got one without — state another mitigation in the protocol"
        )
    return up, down


def _scale(record: ExecutionRecord) -> int:
    return int(record.details.get(SCALE, "1"))
