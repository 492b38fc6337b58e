"""Which way an entry of the record moves a risk: for whom it raises it, and for whom not.

The size of a contribution says how much an entry matters; a clinician asks first in which
direction, and whether that is the direction medicine knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

import numpy as np

from probatum.models.explanations.columns import Value
from probatum.models.explanations.explanation import Contribution, Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """What one entry did, on average, to the risks of those who share a value of it.

    Attributes
    ----------
    side : str
        ``above`` or ``at most`` the value, which is the median of those explained; ``is`` the
        value, a category; or ``missing``.
    people : int
    mean_points : float or None
        Added to the average risk, in percentage points; None where there are too few people to
        be told of.
    """

    column: str
    meaning: str
    unit: str | None
    side: str
    value: Value
    people: int
    mean_points: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return the direction for a JSON file."""
        return asdict(self)


def directions(patients: Sequence[Explanation], *, least: int) -> tuple[Direction, ...]:
    """Return the directions of every column, those first that move the risk most.

    Parameters
    ----------
    patients : sequence of Explanation
        Of one model.
    least : int
        People below which a group is named and its mean is not told.

    Examples
    --------
    >>> def explained(age, points):
    ...     entry = Contribution(column="age", meaning="Age", unit="year", value=age,
    ...                          points=points)
    ...     return Explanation(risk=0.5, average=0.4, contributions=(entry,))
    >>> found = directions([explained(60, -5.0), explained(80, 15.0)], least=1)
    >>> [(one.side, one.value, one.mean_points) for one in found]
    [('at most', 70.0, -5.0), ('above', 70.0, 15.0)]
    """
    entries = sorted(
        (entry for patient in patients for entry in patient.contributions),
        key=lambda entry: entry.column,
    )
    columns = [list(own) for _, own in groupby(entries, key=lambda entry: entry.column)]
    columns.sort(key=lambda own: -np.mean([abs(entry.points) for entry in own]))
    return tuple(one for own in columns for one in _of(own, least))


def _of(entries: Sequence[Contribution], least: int) -> Iterator[Direction]:
    for side, value, own in _groups(entries):
        if own:
            points = float(np.mean([entry.points for entry in own]))
            yield Direction(
                column=own[0].column,
                meaning=own[0].meaning,
                unit=own[0].unit,
                side=side,
                value=value,
                people=len(own),
                mean_points=points if len(own) >= least else None,
            )


def _groups(
    entries: Sequence[Contribution],
) -> Iterator[tuple[str, Value, list[Contribution]]]:
    known = [entry for entry in entries if entry.value is not None]
    numbers = [float(entry.value) for entry in known if not isinstance(entry.value, str)]  # type: ignore[arg-type]
    if numbers and len(numbers) == len(known):
        middle = float(np.median(numbers))
        pairs = list(zip(numbers, known, strict=True))
        yield "at most", middle, [entry for number, entry in pairs if number <= middle]
        yield "above", middle, [entry for number, entry in pairs if number > middle]
    else:
        for category in sorted({str(entry.value) for entry in known}):
            yield "is", category, [entry for entry in known if str(entry.value) == category]
    yield "missing", None, [entry for entry in entries if entry.value is None]
