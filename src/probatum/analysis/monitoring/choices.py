"""What a chart is set up with: numbers and words, refused where they make no chart."""

from __future__ import annotations

import math

from probatum.analysis.choices import one_number
from probatum.errors import NotEstimable


def positive(number: float, name: str) -> float:
    """Return a finite number above 0, or refuse.

    Raises
    ------
    NotEstimable
        When it is anything else.

    Examples
    --------
    >>> positive(5, "limit")
    5.0
    """
    if not 0 < one_number(number) < math.inf:
        raise NotEstimable(f"{name} — expected a finite number above 0, got {number}")
    return float(number)


def any_number(number: float, name: str) -> float:
    """Return a finite number, or refuse.

    Raises
    ------
    NotEstimable
        When it is not finite.

    Examples
    --------
    >>> any_number(-1, "shift")
    -1.0
    """
    if not math.isfinite(one_number(number)):
        raise NotEstimable(f"{name} — expected a finite number, got {number}")
    return float(number)


def share(number: float, name: str) -> float:
    """Return a number in (0, 1], such as the weight of the newest patient, or refuse.

    Raises
    ------
    NotEstimable
        When it is anything else.

    Examples
    --------
    >>> share(0.1, "smoothing")
    0.1
    """
    if not 0 < one_number(number) <= 1:
        raise NotEstimable(f"{name} — expected a number in (0, 1], got {number}")
    return float(number)


def a_side(side: str) -> None:
    """Refuse a side that is none.

    Raises
    ------
    NotEstimable
        Unless it is ``"both"``, ``"upper"`` or ``"lower"``.

    Examples
    --------
    >>> a_side("both")
    """
    if side not in ("both", "upper", "lower"):
        raise NotEstimable(f"side — expected both, upper or lower, got {side!r}")
