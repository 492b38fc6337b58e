"""Whether the protocol allows a device as it is now: which, where, calibrated when."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from probatum.quantum.backends.faults import (
    CalibrationTooOld,
    DeviceNotAllowed,
    RegionNotAllowed,
)
from probatum.quantum.devices import calibration_age
from probatum.study.execution import Hardware

HOUR = 3600.0


def check_allowed(device: Any, region: str | None, terms: Hardware, at: datetime) -> None:
    """Refuse a device that the protocol does not allow now.

    Parameters
    ----------
    device : BackendV2
        Of the provider.
    region : str or None
        Where the provider would compute, as the provider says; ``None`` for what stays on this
        machine, which is allowed everywhere.
    terms : Hardware
        What the protocol allows.
    at : datetime
        Now; aware.

    Raises
    ------
    DeviceNotAllowed, RegionNotAllowed, CalibrationTooOld
    """
    if device.name != terms.device:
        raise DeviceNotAllowed(
            f"device — expected {terms.device}, got {device.name} — ask the provider for "
            "the one that the protocol names"
        )
    if region is not None and {region} != {terms.region} & set(terms.allowed_regions):
        raise RegionNotAllowed(
            f"region of {device.name} — expected {terms.region} among the allowed "
            f"{list(terms.allowed_regions)}, got {region} — use an instance there"
        )
    _check_age(device, terms, at)


def _check_age(device: Any, terms: Hardware, at: datetime) -> None:
    hours = calibration_age(device, at).total_seconds() / HOUR
    if hours > terms.oldest_calibration_hours:
        raise CalibrationTooOld(
            f"calibration of {device.name} — expected one of the last "
            f"{terms.oldest_calibration_hours:g} hours, got one {hours:.1f} hours old — wait "
            "for the next calibration",
            observed=math.ceil(hours),
            limit=math.floor(terms.oldest_calibration_hours),
        )
