"""Whether the protocol allows a device as it is now: which, where, calibrated when."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from probatum.quantum.backends.faults import (
    CalibrationTooOld,
    DeviceNotAllowed,
    RegionNotAllowed,
)
from probatum.quantum.devices import Calibration, calibration_age
from probatum.study.execution import Hardware

HOUR = 3600.0
SKEW = timedelta(hours=1)
"""How far two clocks may differ before a calibration counts as made after now."""


def check_allowed(device: Any, region: str | None, terms: Hardware) -> None:
    """Refuse a device that the protocol does not name, or one somewhere else.

    Parameters
    ----------
    device : BackendV2
        Of the provider.
    region : str or None
        Where the provider would compute, as the provider says; ``None`` for what stays on this
        machine, which is allowed everywhere.
    terms : Hardware
        What the protocol allows.

    Raises
    ------
    DeviceNotAllowed, RegionNotAllowed, CalibrationTooOld
        The last where the device says nothing of its calibration.
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
    if device.properties() is None:
        raise CalibrationTooOld(
            f"calibration of {device.name} — expected one of the last "
            f"{terms.oldest_calibration_hours:g} hours, got none — name a device that is "
            "calibrated"
        )


def check_age(found: Calibration, terms: Hardware, at: datetime) -> None:
    """Refuse a calibration that is older than the protocol allows, or is not yet made.

    The age is that of the oldest error rate among the gates and readouts in use: that a device
    was calibrated again does not say that these were.

    Parameters
    ----------
    at : datetime
        Now; aware.

    Raises
    ------
    CalibrationTooOld
    """
    hours = calibration_age(found, at).total_seconds() / HOUR
    if datetime.fromisoformat(found.at) > at + SKEW:
        raise CalibrationTooOld(
            f"calibration of {found.device} — expected one before {at.isoformat()}, got one of "
            f"{found.at} — set this machine's clock"
        )
    if hours > terms.oldest_calibration_hours:
        raise CalibrationTooOld(
            f"calibration of {found.device} — expected error rates of the last "
            f"{terms.oldest_calibration_hours:g} hours, got one {hours:.1f} hours old — wait "
            "for the next calibration",
            observed=math.ceil(hours),
            limit=math.floor(terms.oldest_calibration_hours),
        )
