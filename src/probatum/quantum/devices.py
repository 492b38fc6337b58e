"""A real device as its maker calibrated it on a stated day.

The snapshots come with Qiskit's IBM Runtime client: couplings, gate errors, coherence times and
readout errors of a machine that existed, frozen. Nothing here speaks to a machine.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from qiskit_ibm_runtime import fake_provider

from probatum.errors import CircuitError


def snapshot(device: str) -> Any:
    """Return the calibration snapshot of a device as a Qiskit backend.

    Parameters
    ----------
    device : str
        A device of ``qiskit_ibm_runtime.fake_provider``, such as ``fake_torino``.

    Raises
    ------
    CircuitError
        When no snapshot of that name is installed.
    """
    name = "".join(part.capitalize() for part in device.split("_"))
    for version in (name, f"{name}V2"):
        if hasattr(fake_provider, version):
            return getattr(fake_provider, version)()
    raise CircuitError(
        f"device {device!r} — expected a snapshot of qiskit_ibm_runtime.fake_provider, got "
        "no such name — correct backends.transpile_to in the protocol"
    )


def calibrated_at(backend: Any) -> datetime:
    """Return when a device was calibrated; UTC."""
    found: datetime = backend.properties().last_update_date
    return found.astimezone(UTC)
