"""How many calibration patients a promise of coverage takes."""

from __future__ import annotations

import math

from probatum.errors import NotEstimable
from probatum.models.intervals.shot_noise import check_level

ROUNDING = 1e-9
"""Added before rounding down: 1 / 0.05 is 20, and a little less in binary."""


def expect_enough(patients: int, confidence: float) -> None:
    r"""Raise unless there are more than the promised order statistic takes.

    .. math:: m > \max\{1 / \gamma,\ 1 / (1 - \gamma)\}

    which is what MAPIE asks for, at most two patients more than the theory.

    Raises
    ------
    NotEstimable
        When it does not.

    Examples
    --------
    >>> expect_enough(21, 0.95)
    """
    rarest = min(check_level(confidence), 1 - confidence)
    least = math.floor(1 / rarest + ROUNDING) + 1
    if patients < least:
        raise NotEstimable(
            f"coverage of {confidence:g} — expected {least} calibration patients or more, got "
            f"{patients} — add patients or lower the confidence"
        )
