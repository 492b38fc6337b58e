"""Are the risks right in each group, or right on the whole and wrong in each?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from probatum.analysis.calibration import in_the_large, observed_expected, slope
from probatum.analysis.calibration.logistic import log_odds
from probatum.analysis.equity.disclosure import REPORTED, sizes_told, statuses
from probatum.analysis.equity.labels import labels_of
from probatum.analysis.estimate import Estimate, check_level
from probatum.analysis.observations import BoolArray, FloatArray, at_risk
from probatum.errors import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCalibration:
    """How right the risks of one group are.

    Attributes
    ----------
    label : str
        The group.
    status : {"reported", "too small to report", "withheld to protect another group"}
    n : int or None
        Patients; ``None`` where the count is small, or would give one away that is.
    in_the_large, observed_expected, slope : Estimate or None
        ``None`` unless reported, and where ``note`` says why there is none.
    note : str
        Why a number does not exist for these patients; empty where all do.
    """

    label: str
    status: str
    n: int | None
    in_the_large: Estimate | None = None
    observed_expected: Estimate | None = None
    slope: Estimate | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the row as it stands in evidence."""
        told = {
            name: getattr(self, name) for name in ("in_the_large", "observed_expected", "slope")
        }
        return {
            "label": self.label,
            "status": self.status,
            "n": self.n,
            **{name: None if one is None else one.as_dict() for name, one in told.items()},
            "note": self.note,
        }


def calibration_by_group(
    outcome: ArrayLike,
    risk: ArrayLike,
    group: ArrayLike,
    *,
    minimum_cell: int,
    complementary: bool = True,
    limit: float | None = None,
    weight: ArrayLike | None = None,
    confidence: float = 0.95,
) -> tuple[GroupCalibration, ...]:
    """Calibration in the large, observed to expected events and the slope, a row a group.

    Parameters
    ----------
    outcome : (n,) of bool
        Whether the event happened.
    risk : (n,) of float in (0, 1)
        Predicted probability of the event; 0 and 1 have no log-odds, see ``limit``.
    group : (n,) of labels
        One group a patient; "not recorded" is a label, a missing value is refused.
    minimum_cell : int, at least 2
        Fewest patients of a class that may be reported, from the protocol.
    complementary : bool
        Whether to withhold a further group where one could be had by subtracting.
    limit : float in (0, 0.5), optional
        Risks nearer to 0 or 1 than this are moved to it, and ``method`` says how many.
    weight : (n,) of float > 0, optional
        Inverse-probability-of-censoring weights, taken as known.
    confidence : float in (0, 1)
        Two-sided confidence level, not adjusted for the number of groups.

    Returns
    -------
    tuple of GroupCalibration
        In the order of the labels. A group whose risks separate its classes has no slope, one
        of whom no event is expected no ratio, and ``note`` says so.

    Raises
    ------
    NotEstimable
        With risks of exactly 0 or 1 and no ``limit``, whatever the group; when a label is
        missing or the minimum cell is below 2.

    References
    ----------
    Van Calster B et al. BMC Med 2019;17:230. Hebert-Johnson U et al. Proc Mach Learn Res
    2018;80:1939-1948 (right on the whole and wrong in each group).

    Examples
    --------
    >>> rows = calibration_by_group([1, 0, 0, 1], [.6, .4, .5, .5], list("AAAA"),
    ...                             minimum_cell=2)
    >>> rows[0].observed_expected.value
    1.0
    """
    y, p, w = at_risk(outcome, risk, weight)
    labels = labels_of(group, y.size)
    check_level(confidence)
    log_odds(p, limit)
    told = statuses(y, labels, minimum_cell=minimum_cell, complementary=complementary)
    sizes = sizes_told(labels, told, minimum_cell=minimum_cell, complementary=complementary)
    rows = []
    for label, status in told.items():
        member = labels == label
        of_group = (y[member], p[member], None if weight is None else w[member])
        found = _calibration(*of_group, limit, confidence) if status == REPORTED else {}
        rows.append(GroupCalibration(label=label, status=status, n=sizes[label], **found))
    return tuple(rows)


def _calibration(
    y: BoolArray,
    p: FloatArray,
    weight: FloatArray | None,
    limit: float | None,
    confidence: float,
) -> dict[str, Any]:
    """What there is of the three numbers, and why there is no more."""
    options: dict[str, Any] = {"weight": weight, "confidence": confidence}
    ask: dict[str, Callable[[], Estimate]] = {
        "in_the_large": lambda: in_the_large(y, p, limit=limit, **options),
        "observed_expected": lambda: observed_expected(y, p, **options),
        "slope": lambda: slope(y, p, limit=limit, **options),
    }
    found: dict[str, Any] = {}
    reasons = []
    for name, number in ask.items():
        try:
            found[name] = number()
        except NotEstimable as refusal:
            reasons.append(str(refusal))
    return found | {"note": "; ".join(dict.fromkeys(reasons))}
