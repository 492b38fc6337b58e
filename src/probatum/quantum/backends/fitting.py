"""A circuit fitted to a device as it is now, where the protocol allows that device today."""

from __future__ import annotations

from qiskit import QuantumCircuit

from probatum.quantum.backends.engines import Fitted
from probatum.quantum.backends.link import Link
from probatum.quantum.backends.mitigated import READ
from probatum.quantum.backends.permission import check_age, check_allowed
from probatum.quantum.backends.scaling import read_from
from probatum.quantum.devices import calibration
from probatum.quantum.noise.template import Template, fitted
from probatum.study.execution import Hardware


def fitted_now(
    ready: QuantumCircuit, link: Link, terms: Hardware, *, optimization_level: int, seed: int
) -> Fitted:
    """Return a circuit as the device can run it, and the calibration of the qubits in use.

    Raises
    ------
    DeviceNotAllowed, RegionNotAllowed, CalibrationTooOld
    """
    device = link.transport.device
    check_allowed(device, link.region, terms)
    found: Template = fitted(ready, device, optimization_level=optimization_level, seed=seed)
    known = calibration(device, found.qubits, found.places)
    check_age(known, terms, link.at)
    return Fitted(
        circuit=found.circuit,
        transpiled=found.circuit.remove_final_measurements(inplace=False),
        optimization_level=optimization_level,
        transpiler_seed=seed,
        physical_qubits=found.qubits,
        device=terms.device,
        calibration=known,
        details={READ: read_from(found.bits)} if found.bits else {},
    )
