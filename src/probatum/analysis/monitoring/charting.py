"""A statistic followed patient by patient, its limits, and where it first crosses one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from probatum.analysis.observations import FloatArray, read_only

Line: TypeAlias = tuple[FloatArray, FloatArray]
"""A statistic and its limit, a patient at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What a control chart shows, in the order in which patients were given.

    Attributes
    ----------
    rise, rise_limit : (n,) of float, or None
        The statistic that watches for a rise and what it may not reach; ``None`` where the
        chart does not look for one.
    fall, fall_limit : (n,) of float, or None
        The same for a fall: a signal is at or below the limit.
    first_signal : int or None
        Index of the first patient, from 0, at whom a statistic reaches its limit. The chart
        goes on after it without a restart.
    direction : {"rise", "fall"} or None
        Of the first signal.
    n : int
        Patients charted.
    method : str
        What was done, in words fit for a report.
    """

    rise: FloatArray | None
    rise_limit: FloatArray | None
    fall: FloatArray | None
    fall_limit: FloatArray | None
    first_signal: int | None
    direction: Literal["rise", "fall"] | None
    n: int
    method: str

    def as_dict(self) -> dict[str, float | int | str | list[float] | None]:
        """Return the chart as it stands in evidence; a side not watched is left out."""
        lines = {
            "rise": self.rise,
            "rise_limit": self.rise_limit,
            "fall": self.fall,
            "fall_limit": self.fall_limit,
        }
        return {
            "first_signal": self.first_signal,
            "direction": self.direction,
            "n": self.n,
            "method": self.method,
            **{name: line.tolist() for name, line in lines.items() if line is not None},
        }


def charted(*, rise: Line | None = None, fall: Line | None = None, method: str) -> Chart:
    """Return the chart of one or two lines, with its first signal.

    Parameters
    ----------
    rise, fall : pair of (n,) of float, optional
        Statistic and limit; at least one pair.
    method : str

    Examples
    --------
    >>> charted(rise=(np.array([0.0, 1.0, 2.0]), np.ones(3)), method="example").first_signal
    1
    """
    crossed = {
        "rise": math.inf if rise is None else _first(rise[0] >= rise[1]),
        "fall": math.inf if fall is None else _first(fall[0] <= fall[1]),
    }
    when = min(crossed.values())
    way: Literal["rise", "fall"] = "rise" if crossed["rise"] == when else "fall"
    found = when < math.inf
    (up, top), (down, bottom) = rise or (None, None), fall or (None, None)
    return Chart(
        rise=None if up is None else read_only(up),
        rise_limit=None if top is None else read_only(top),
        fall=None if down is None else read_only(down),
        fall_limit=None if bottom is None else read_only(bottom),
        first_signal=int(when) if found else None,
        direction=way if found else None,
        n=next(line[0].size for line in (rise, fall) if line is not None),
        method=method,
    )


def _first(crossed: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    return int(np.argmax(crossed)) if crossed.any() else math.inf
