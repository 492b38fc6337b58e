"""The smallest plausible difference in a record with which the decision would be another.

It says something of the model, not of medicine: a patient whose value is changed by treatment
does not become the patient who always had it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from probatum.models.explanations.columns import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of the record that would be another."""

    column: str
    meaning: str
    unit: str | None
    before: Value
    after: Value

    def as_dict(self) -> dict[str, Any]:
        """Return the change for a JSON file."""
        return {
            "column": self.column,
            "meaning": self.meaning,
            "unit": self.unit,
            "before": self.before,
            "after": self.after,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """What would have to be different, or that nothing plausible would do.

    Attributes
    ----------
    risk : float
        As the record is.
    changes : tuple of Change
        Empty when none was found within the plausible ranges.
    risk_after : float
        The model's own, with the changes; the risk as it is when there are none.
    distance : float
        Sum over changes, each in units of the plausible range.
    tried : int
        Records the model was asked about.
    """

    risk: float
    changes: tuple[Change, ...]
    risk_after: float
    distance: float
    tried: int

    @property
    def is_found(self) -> bool:
        """Return whether any plausible change would do."""
        return bool(self.changes)

    def as_dict(self) -> dict[str, Any]:
        """Return the counterfactual for a JSON file."""
        return {
            "found": self.is_found,
            "answer": "found" if self.is_found else "none within plausible ranges",
            "risk": self.risk,
            "risk_after": self.risk_after,
            "changes": [change.as_dict() for change in self.changes],
            "distance": self.distance,
            "tried": self.tried,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Between which values an entry was allowed to change; None for a category."""

    column: str
    meaning: str
    unit: str | None
    lowest: float | None
    highest: float | None
    values: int
    """Distinct values that could be proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactuals:
    """The counterfactuals of a cohort, in the order of its patients."""

    patients: tuple[Counterfactual, ...]
    ranges: tuple[Range, ...]
    threshold: float
    most_changes: int

    @property
    def changeable(self) -> tuple[str, ...]:
        """The columns that were allowed to change."""
        return tuple(each.column for each in self.ranges)

    def as_dict(self) -> dict[str, Any]:
        """Return the cohort in a few numbers, for a JSON file."""
        found = [each for each in self.patients if each.is_found]
        counts = [len(each.changes) for each in found]
        return {
            "patients": len(self.patients),
            "found": len(found),
            "none_within_plausible_ranges": len(self.patients) - len(found),
            "by_changes": {str(k): counts.count(k) for k in range(1, self.most_changes + 1)},
            "median_distance": float(np.median([f.distance for f in found])) if found else None,
            "changeable": list(self.changeable),
            "changed": {name: self._changed(found, name) for name in self.changeable},
            "ranges": [
                asdict(each) | {"changed": self._changed(found, each.column)}
                for each in self.ranges
            ],
            "threshold": self.threshold,
        }

    @staticmethod
    def _changed(found: Sequence[Counterfactual], name: str) -> int:
        """For how many a column is among what would have to differ."""
        return sum(name in {change.column for change in each.changes} for each in found)
