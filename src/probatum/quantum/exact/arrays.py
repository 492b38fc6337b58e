"""Which array library works: NumPy on the processor, CuPy on a graphics card.

The simulator is written once, against the part of their interface that both share; this is
the one place where the choice is made.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from probatum.errors import Unavailable

DEVICES = {"cpu": "numpy", "gpu": "cupy"}


def array_module(device: str) -> Any:
    """Return the array library of a device.

    Parameters
    ----------
    device : "cpu" or "gpu"

    Raises
    ------
    Unavailable
        When the library is not installed or finds no device.

    Examples
    --------
    >>> array_module("cpu").__name__
    'numpy'
    """
    if device not in DEVICES:
        raise Unavailable(
            f"device — expected one of {', '.join(sorted(DEVICES))}, got {device!r} — "
            "name one of them"
        )
    try:
        module = import_module(DEVICES[device])
    except ImportError:
        raise Unavailable(
            f"device {device!r} — expected the library {DEVICES[device]}, got none installed — "
            "install the extra 'gpu', or use the device 'cpu'"
        ) from None
    if device == "gpu" and not _has_device(module):
        raise Unavailable(
            "device 'gpu' — expected a graphics card, got none that CuPy can use — "
            "use the device 'cpu'"
        )
    return module


def to_host(array: Any) -> NDArray[Any]:
    """Return the array in the processor's memory."""
    return np.asarray(array.get() if hasattr(array, "get") else array)


def _has_device(cupy: Any) -> bool:
    try:
        return bool(cupy.cuda.runtime.getDeviceCount())
    except cupy.cuda.runtime.CUDARuntimeError:
        return False
