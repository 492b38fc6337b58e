"""How each group fares against the group it is compared with, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from probatum.analysis.equity.disclosure import REPORTED, statuses
from probatum.analysis.equity.shares import (
    Decided,
    Share,
    decided,
    difference,
    ratio,
    share,
)
from probatum.analysis.estimate import Estimate
from probatum.analysis.multiplicity import hochberg, holm
from probatum.errors import NotEstimable

RATES: Final = ("selection_rate", "true_positive_rate", "false_positive_rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDifference:
    """One group's rate beside that of the group it is compared with.

    Attributes
    ----------
    label, reference : str
        The group, and the one it is compared with.
    status : {"reported", "too small to report", "withheld to protect another group"}
    rate : {"selection_rate", "true_positive_rate", "false_positive_rate"}
    difference : Estimate or None
        Group less reference; ``None`` unless reported. Its p-value is of this pair alone.
    ratio : Estimate or None
        Group over reference; ``None`` unless reported, and where the reference's rate is 0.
    adjusted_p_value : float or None
        The p-value after as many comparisons of this rate as there are reported groups.
    adjustment : str
        How that was done.
    """

    label: str
    reference: str
    status: str
    rate: str
    difference: Estimate | None
    ratio: Estimate | None
    adjusted_p_value: float | None
    adjustment: str

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as it stands in evidence."""
        told = {name: getattr(self, name) for name in ("difference", "ratio")}
        return {
            "label": self.label,
            "reference": self.reference,
            "status": self.status,
            "rate": self.rate,
            **{name: None if one is None else one.as_dict() for name, one in told.items()},
            "adjusted_p_value": self.adjusted_p_value,
            "adjustment": self.adjustment,
        }


def against_reference(
    outcome: ArrayLike,
    positive: ArrayLike,
    group: ArrayLike,
    *,
    reference: str,
    minimum_cell: int,
    complementary: bool = True,
    adjustment: Literal["holm", "hochberg"] = "holm",
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[GroupDifference, ...]:
    """Differences and ratios of three rates between each group and a reference group.

    Newcombe intervals and score tests (see ``method``), and ratios with intervals made of the
    same Wilson intervals. P-values of one rate are adjusted together over the groups; the
    intervals are not, they describe one pair each.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened.
    positive : (n,) of bool
        Whether the patient is selected, such as ``risk >= threshold``.
    group : (n,) of labels
        One group a patient; "not recorded" is a label, a missing value is refused.
    reference : str
        Label of the group that the others are compared with, from the protocol.
    minimum_cell : int, at least 2
        Fewest patients of a class that may be reported, from the protocol.
    complementary : bool
        Whether to withhold a further group where one could be had by subtracting.
    adjustment : {"holm", "hochberg"}
        Holm's holds always; Hochberg's rejects no less, and is proven for p-values that are
        independent or positively dependent.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level of each difference.

    Returns
    -------
    tuple of GroupDifference
        Three a group but the reference, in the order of the labels. A large p-value does not
        show that a group is served as well: read the interval.

    Raises
    ------
    NotEstimable
        When no group or only a hidden one has the reference's label, when there is no other
        group, or as :func:`~probatum.analysis.equity.rates_by_group`.

    References
    ----------
    Newcombe RG. Stat Med 1998;17:873-890, method 10. Holm S. Scand J Stat 1979;6:65-70.
    Hochberg Y. Biometrika 1988;75:800-802. Donner A, Zou GY. Stat Methods Med Res
    2012;21:347-359 (ratios).

    Examples
    --------
    >>> rows = against_reference([1, 1, 0, 0] * 2, [1, 1, 0, 0, 1, 0, 0, 0], list("AAAABBBB"),
    ...                          reference="A", minimum_cell=2)
    >>> [(row.rate, row.difference.value) for row in rows][1]
    ('true_positive_rate', -0.5)
    """
    cohort = decided(outcome, positive, group, weight)
    told = statuses(
        cohort[0], cohort[3], minimum_cell=minimum_cell, complementary=complementary
    )
    _check_reference(reference, told)
    if adjustment not in ("holm", "hochberg"):
        raise NotEstimable(f"adjustment — expected 'holm' or 'hochberg', got {adjustment!r}")
    by_rate = [
        _of_rate(rate, cohort, told, reference, adjustment, confidence) for rate in RATES
    ]
    return tuple(row for rows in zip(*by_rate, strict=True) for row in rows)


def _of_rate(
    rate: str,
    cohort: Decided,
    told: Mapping[str, str],
    reference: str,
    adjustment: Literal["holm", "hochberg"],
    confidence: float,
) -> list[GroupDifference]:
    shares = _shares(rate, cohort, told, confidence)
    name, other = rate.replace("_", " "), shares.pop(reference)
    found = {label: difference(one, other, name=name) for label, one in shares.items()}
    times = {label: ratio(one, other, name=name) for label, one in shares.items()}
    adjusted = _adjusted(found, adjustment)
    return [
        GroupDifference(
            label=label,
            reference=reference,
            status=status,
            rate=rate,
            difference=found.get(label),
            ratio=times.get(label),
            adjusted_p_value=adjusted.get(label),
            adjustment=f"{adjustment.capitalize()} over {len(found)} groups",
        )
        for label, status in told.items()
        if label != reference
    ]


def _shares(
    rate: str, cohort: Decided, told: Mapping[str, str], confidence: float
) -> dict[str, Share]:
    y, positive, weight, labels = cohort
    among = dict(zip(RATES, (np.ones_like(y), y, ~y), strict=True))[rate]
    name = rate.replace("_", " ")
    return {
        label: share(
            positive, among & (labels == label), weight, confidence=confidence, name=name
        )
        for label, status in told.items()
        if status == REPORTED
    }


def _adjusted(
    found: Mapping[str, Estimate], adjustment: Literal["holm", "hochberg"]
) -> dict[str, float]:
    if not found:
        return {}
    step = {"holm": holm, "hochberg": hochberg}[adjustment]
    p_values = [one.p_value for one in found.values() if one.p_value is not None]
    return dict(zip(found, step(p_values).adjusted.tolist(), strict=True))


def _check_reference(reference: str, told: Mapping[str, str]) -> None:
    if reference not in told:
        raise NotEstimable(
            f"reference — expected the label of a group, {sorted(told)}, got {reference!r}"
        )
    if len(told) == 1:
        raise NotEstimable("reference — expected another group to compare with it, got none")
    if told[reference] != REPORTED:
        raise NotEstimable(
            f"reference — expected a group that can be reported, got one {told[reference]} — "
            "choose a larger group beforehand"
        )
