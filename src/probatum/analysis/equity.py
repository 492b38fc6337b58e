"""Does the model work as well for each group of patients the protocol names?

A group too small to estimate from is reported as such, never as zero and never left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.calibration import observed_expected
from probatum.analysis.discrimination import auc
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import BoolArray, FloatArray, at_risk
from probatum.analysis.proportion import sensitivity, specificity
from probatum.errors import NotEstimable

__all__ = ["REPORTED", "TOO_SMALL", "SubgroupRow", "by_subgroup"]

REPORTED: Final = "reported"
TOO_SMALL: Final = "too small to report"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupRow:
    """What one group of patients can expect of the model.

    Attributes
    ----------
    label : str
        The group.
    status : {"reported", "too small to report"}
    n, events : int or None
        Patients, and those with the event; ``None`` where the count itself is below the
        minimum cell, or would give one away that is.
    auc, sensitivity, specificity, observed_expected : Estimate or None
        ``None`` when too small to report.
    """

    label: str
    status: str
    n: int | None
    events: int | None
    auc: Estimate | None
    sensitivity: Estimate | None
    specificity: Estimate | None
    observed_expected: Estimate | None

    def as_dict(self) -> dict[str, object]:
        """Return the row as it stands in evidence."""
        return {
            "label": self.label,
            "status": self.status,
            "n": self.n,
            "events": self.events,
            "auc": _told(self.auc),
            "sensitivity": _told(self.sensitivity),
            "specificity": _told(self.specificity),
            "observed_expected": _told(self.observed_expected),
        }


def by_subgroup(
    outcome: ArrayLike,
    risk: ArrayLike,
    group: ArrayLike,
    *,
    threshold: float,
    minimum_cell: int,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[SubgroupRow, ...]:
    """Discrimination, both error rates and calibration, a row a group.

    A group is reported when it holds at least ``minimum_cell`` patients with and as many
    without the event. Intervals are not adjusted for the number of groups: they describe.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event.
    group : (n,) of labels
        One group a patient; "not recorded" is a label, a missing value is refused.
    threshold : float in (0, 1)
        Positive is ``risk >= threshold``.
    minimum_cell : int, at least 2
        Fewest patients of a class that may be reported, from the protocol.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level.

    Returns
    -------
    tuple of SubgroupRow
        In the order of the labels.

    Raises
    ------
    NotEstimable
        When a label is missing, the threshold is no risk or the minimum cell is below 2.

    Examples
    --------
    >>> rows = by_subgroup([1, 1, 0, 0, 1], [.9, .8, .2, .1, .7], list("AAAAB"),
    ...                    threshold=.5, minimum_cell=2)
    >>> [(row.label, row.n, row.status) for row in rows]
    [('A', 4, 'reported'), ('B', None, 'too small to report')]
    """
    y, p, w = at_risk(outcome, risk, weight)
    labels = _labels(group, y.size)
    if not 0 < threshold < 1:
        raise NotEstimable(f"threshold — expected a risk in (0, 1), got {threshold}")
    if minimum_cell < 2:
        raise NotEstimable(f"minimum cell — expected at least 2 patients, got {minimum_cell}")
    rows = []
    for label in np.unique(labels):
        member = labels == label
        of_group = (y[member], p[member], w[member])
        if _smaller_class(of_group[0]) < minimum_cell:
            rows.append(_too_small(str(label), of_group[0].size, minimum_cell))
        else:
            rows.append(_reported(str(label), *of_group, threshold, confidence))
    return tuple(rows)


def _reported(
    label: str, y: BoolArray, p: FloatArray, w: FloatArray, threshold: float, confidence: float
) -> SubgroupRow:
    positive = p >= threshold
    weight = None if np.all(w == 1) else w
    return SubgroupRow(
        label=label,
        status=REPORTED,
        n=y.size,
        events=int(np.count_nonzero(y)),
        auc=auc(y, p, weight=weight, confidence=confidence),
        sensitivity=sensitivity(y, positive, weight=weight, confidence=confidence),
        specificity=specificity(y, positive, weight=weight, confidence=confidence),
        observed_expected=_ratio(y, p, weight, confidence),
    )


def _ratio(
    y: BoolArray, p: FloatArray, weight: FloatArray | None, confidence: float
) -> Estimate | None:
    return observed_expected(y, p, weight=weight, confidence=confidence) if p.any() else None


def _too_small(label: str, n: int, minimum_cell: int) -> SubgroupRow:
    return SubgroupRow(
        label=label,
        status=TOO_SMALL,
        n=n if n >= minimum_cell else None,
        events=None,
        auc=None,
        sensitivity=None,
        specificity=None,
        observed_expected=None,
    )


def _smaller_class(y: BoolArray) -> int:
    events = int(np.count_nonzero(y))
    return min(events, y.size - events)


def _labels(group: ArrayLike, n: int) -> NDArray[np.str_]:
    labels = pd.Series(np.asarray(group))
    if labels.size != n:
        raise NotEstimable(
            f"group — expected a label for each of {n} patients, got {labels.size}"
        )
    missing = int(labels.isna().sum())
    if missing:
        raise NotEstimable(
            f"group — expected a label for every patient, got {missing} missing — "
            "name them, such as 'not recorded'"
        )
    return labels.astype(str).to_numpy(dtype=np.str_)


def _told(estimate: Estimate | None) -> dict[str, float | int | str | None] | None:
    return None if estimate is None else estimate.as_dict()
