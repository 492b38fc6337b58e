"""Does the model work as well for each group of patients the protocol names?

A group too small to estimate from is reported as such, never as zero and never left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from probatum.analysis.calibration import observed_expected
from probatum.analysis.decision.policy import checked
from probatum.analysis.discrimination import auc
from probatum.analysis.equity.disclosure import REPORTED, sizes_told, statuses
from probatum.analysis.equity.labels import crossed, labels_of
from probatum.analysis.estimate import Estimate
from probatum.analysis.observations import BoolArray, FloatArray, at_risk
from probatum.analysis.proportion import sensitivity, specificity


@dataclass(frozen=True, slots=True, kw_only=True)
class SubgroupRow:
    """What one group of patients can expect of the model.

    Attributes
    ----------
    label : str
        The group.
    status : {"reported", "too small to report", "withheld to protect another group"}
    n, events : int or None
        Patients, and those with the event; ``None`` where the count itself is below the
        minimum cell, or would give one away that is.
    auc, sensitivity, specificity, observed_expected : Estimate or None
        ``None`` unless reported; no ``observed_expected`` either where no event is expected.
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
    complementary: bool = True,
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
    complementary : bool
        Whether to withhold a further group, the smallest, where one that is too small could be
        had by subtracting the others from a total. ``False`` only where no total of the same
        patients is told.
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

    References
    ----------
    Hundepool A et al. Statistical Disclosure Control. Wiley 2012, chapter 4 (what is hidden).
    DeLong ER et al. Biometrics 1988;44:837-845. Wilson EB. J Am Stat Assoc 1927;22:209-212.

    Examples
    --------
    >>> rows = by_subgroup([1, 1, 0, 0, 1], [.9, .8, .2, .1, .7], list("AAAAB"),
    ...                    threshold=.5, minimum_cell=2, complementary=False)
    >>> [(row.label, row.n, row.status) for row in rows]
    [('A', 4, 'reported'), ('B', None, 'too small to report')]
    """
    y, p, w = at_risk(outcome, risk, weight)
    labels = labels_of(group, y.size)
    told = statuses(y, labels, minimum_cell=minimum_cell, complementary=complementary)
    sizes = sizes_told(labels, told, minimum_cell=minimum_cell, complementary=complementary)
    return _rows((y, p, w), labels, told, sizes, checked(threshold), confidence)


def intersections(
    outcome: ArrayLike,
    risk: ArrayLike,
    group_a: ArrayLike,
    group_b: ArrayLike,
    group_c: ArrayLike | None = None,
    *,
    threshold: float,
    minimum_cell: int,
    complementary: bool = True,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[SubgroupRow, ...]:
    """Discrimination, both error rates and calibration where two or three attributes meet.

    As :func:`by_subgroup`, a row for each combination of labels.
    A model can serve women and the old each well and old women badly; only their own row shows
    it. A combination that nobody has gets no row.

    Parameters
    ----------
    outcome, risk, threshold, minimum_cell, weight, confidence
        As :func:`by_subgroup`.
    group_a, group_b, group_c : (n,) of labels
        Attributes named in the protocol; the third may be left out.
    complementary : bool
        As :func:`by_subgroup`; the totals of every value of every attribute, which
        :func:`by_subgroup` tells, are foiled as well.

    Returns
    -------
    tuple of SubgroupRow
        Labelled ``"F & 65+"``, in the order of the labels.

    Raises
    ------
    NotEstimable
        As :func:`by_subgroup`.

    References
    ----------
    Buolamwini J, Gebru T. Proc Mach Learn Res 2018;81:77-91.

    Examples
    --------
    >>> rows = intersections([1, 1, 0, 0, 1], [.9, .8, .2, .1, .7], list("FFFFM"),
    ...                      list("OOOOO"), threshold=.5, minimum_cell=2, complementary=False)
    >>> [(row.label, row.status) for row in rows]
    [('F & O', 'reported'), ('M & O', 'too small to report')]
    """
    y, p, w = at_risk(outcome, risk, weight)
    given = (group_a, group_b) if group_c is None else (group_a, group_b, group_c)
    attributes = [labels_of(group, y.size) for group in given]
    labels = crossed(*attributes)
    told = statuses(
        y,
        labels,
        minimum_cell=minimum_cell,
        complementary=complementary,
        attributes=attributes,
    )
    sizes = sizes_told(labels, told, minimum_cell=minimum_cell, complementary=complementary)
    return _rows((y, p, w), labels, told, sizes, checked(threshold), confidence)


def _rows(
    cohort: tuple[BoolArray, FloatArray, FloatArray],
    labels: NDArray[np.str_],
    told: Mapping[str, str],
    sizes: Mapping[str, int | None],
    threshold: float,
    confidence: float,
) -> tuple[SubgroupRow, ...]:
    rows = []
    for label, status in told.items():
        if status == REPORTED:
            y, p, w = (values[labels == label] for values in cohort)
            rows.append(_reported(label, y, p, w, threshold, confidence))
        else:
            rows.append(_hidden(label, status, sizes[label]))
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


def _hidden(label: str, status: str, n: int | None) -> SubgroupRow:
    return SubgroupRow(
        label=label,
        status=status,
        n=n,
        events=None,
        auc=None,
        sensitivity=None,
        specificity=None,
        observed_expected=None,
    )


def _told(estimate: Estimate | None) -> dict[str, float | int | str | None] | None:
    return None if estimate is None else estimate.as_dict()
