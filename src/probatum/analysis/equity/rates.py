"""Whom a decision selects in each group, and whom it should have: three rates a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.equity.disclosure import REPORTED, sizes_told, statuses
from probatum.analysis.equity.shares import decided, share
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import BoolArray, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRates:
    """How often a decision selects the patients of one group.

    Attributes
    ----------
    label : str
        The group.
    status : {"reported", "too small to report", "withheld to protect another group"}
    n : int or None
        Patients; ``None`` where the count is small, or would give one away that is.
    selection_rate : Estimate or None
        Share of all its patients whom the decision selects.
    true_positive_rate : Estimate or None
        Share selected of those with the event; the sensitivity.
    false_positive_rate : Estimate or None
        Share selected of those without; one less the specificity.
    """

    label: str
    status: str
    n: int | None
    selection_rate: Estimate | None = None
    true_positive_rate: Estimate | None = None
    false_positive_rate: Estimate | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the row as it stands in evidence."""
        rates = ("selection_rate", "true_positive_rate", "false_positive_rate")
        told = {name: getattr(self, name) for name in rates}
        return {"label": self.label, "status": self.status, "n": self.n} | {
            name: None if rate is None else rate.as_dict() for name, rate in told.items()
        }


def rates_by_group(
    outcome: ArrayLike,
    positive: ArrayLike,
    group: ArrayLike,
    *,
    minimum_cell: int,
    complementary: bool = True,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[GroupRates, ...]:
    """Selection rate, true positive rate and false positive rate, a row a group.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened.
    positive : (n,) of bool
        Whether the patient is selected, such as ``risk >= threshold``.
    group : (n,) of labels
        One group a patient; "not recorded" is a label, a missing value is refused.
    minimum_cell : int, at least 2
        Fewest patients of a class that may be reported, from the protocol.
    complementary : bool
        Whether to withhold a further group where one could be had by subtracting.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level of each rate, not adjusted for the number of groups.

    Returns
    -------
    tuple of GroupRates
        In the order of the labels; Wilson intervals, at Kish's effective n with weights.

    Raises
    ------
    NotEstimable
        When a label is missing, lengths differ or the minimum cell is below 2.

    References
    ----------
    Weerts H et al. Fairlearn. J Mach Learn Res 2023;24(257):1-8 (the names of the rates).

    Examples
    --------
    >>> rows = rates_by_group([1, 1, 0, 0], [1, 0, 1, 0], list("AAAA"), minimum_cell=2)
    >>> rows[0].selection_rate.value, rows[0].false_positive_rate.value
    (0.5, 0.5)
    """
    y, t, w, labels = decided(outcome, positive, group, weight)
    told = statuses(y, labels, minimum_cell=minimum_cell, complementary=complementary)
    sizes = sizes_told(labels, told, minimum_cell=minimum_cell, complementary=complementary)
    return tuple(
        GroupRates(
            label=label,
            status=status,
            n=sizes[label],
            **(_rates(y, t, w, labels == label, confidence) if status == REPORTED else {}),
        )
        for label, status in told.items()
    )


def _rates(
    y: BoolArray, t: BoolArray, w: FloatArray, member: BoolArray, confidence: float
) -> dict[str, Estimate]:
    among = {
        "selection_rate": np.ones_like(y),
        "true_positive_rate": y,
        "false_positive_rate": ~y,
    }
    return {
        name: share(
            t, member & who, w, confidence=confidence, name=name.replace("_", " ")
        ).estimate
        for name, who in among.items()
    }
