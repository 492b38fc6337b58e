"""A number that the protocol chooses, taken as a number or as none at all."""

from __future__ import annotations

import math

import numpy as np

__all__ = ["one_number", "whole_number"]


def one_number(chosen: object) -> float:
    """The number chosen; NaN, which lies in no range, for a word, nothing or several.

    So a range is asked for once, ``if not 0 < one_number(threshold) < 1``, and whatever is no
    number is refused by the same sentence as a number outside.

    Examples
    --------
    >>> one_number(1), one_number("0.2"), one_number(None), one_number([0.1, 0.2])
    (1.0, nan, nan, nan)
    """
    if isinstance(chosen, str | bytes) or np.ndim(chosen) != 0:  # type: ignore[arg-type]
        return math.nan
    try:
        return float(chosen)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan


def whole_number(chosen: object) -> float:
    """The same; NaN also for a number that is not whole.

    Examples
    --------
    >>> whole_number(10), whole_number(2.5), whole_number(math.inf)
    (10.0, nan, nan)
    """
    number = one_number(chosen)
    return number if number.is_integer() else math.nan
