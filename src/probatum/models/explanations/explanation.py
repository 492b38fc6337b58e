"""Why a patient's risk is not the average, entry by entry of the record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from probatum.models.explanations.columns import Value

POINTS = 100
"""Risk points in a probability of 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one entry of the record did to the risk.

    Attributes
    ----------
    column, meaning : str
        As the protocol has them.
    unit : str or None
    value : float, int, str or None
        The patient's; None where the entry is missing, which is information too.
    points : float
        Added to the average risk, in percentage points.
    """

    column: str
    meaning: str
    unit: str | None
    value: Value
    points: float

    def as_dict(self) -> dict[str, Any]:
        """Return the contribution for a JSON file."""
        return {
            "column": self.column,
            "meaning": self.meaning,
            "unit": self.unit,
            "value": self.value,
            "points": self.points,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why one patient's risk is not the average.

    Attributes
    ----------
    risk : float in [0, 1]
    average : float in [0, 1]
        The mean risk of the background patients.
    contributions : tuple of Contribution
        The largest first; ``average + sum(points) / 100`` is the risk.
    """

    risk: float
    average: float
    contributions: tuple[Contribution, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation for a JSON file."""
        return {
            "risk": self.risk,
            "average": self.average,
            "contributions": [each.as_dict() for each in self.contributions],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanations:
    """The explanations of a cohort, in the order of its patients."""

    patients: tuple[Explanation, ...]
    background: int
    """Patients the average was taken over."""
    method: str

    def as_dict(self) -> dict[str, Any]:
        """Return the cohort in a few numbers: how much each column moves a risk."""
        return {
            "patients": len(self.patients),
            "background": self.background,
            "method": self.method,
            "average_risk": self.patients[0].average if self.patients else None,
            "largest_gap": max((_gap(patient) for patient in self.patients), default=0.0),
            "columns": self._columns(),
        }

    def _columns(self) -> list[dict[str, Any]]:
        """Return each column's mean absolute contribution, the largest first."""
        moved: dict[tuple[str, str], list[float]] = {}
        for patient in self.patients:
            for each in patient.contributions:
                moved.setdefault((each.column, each.meaning), []).append(abs(each.points))
        rows = [
            {
                "column": column,
                "meaning": meaning,
                "mean_absolute_points": float(np.mean(points)),
                "largest_absolute_points": max(points),
            }
            for (column, meaning), points in sorted(moved.items())
        ]
        return sorted(rows, key=lambda row: -row["mean_absolute_points"])


def _gap(patient: Explanation) -> float:
    """How far the contributions are from adding up; rounding, if all is well."""
    total = sum(each.points for each in patient.contributions) / POINTS
    return abs(patient.average + total - patient.risk)
