"""Which outcomes cannot be ruled out for a patient, with a stated share of patients covered.

A conformal set holds every outcome that would not look strange beside the calibration patients.
Whatever the model, the true outcome lies in the set of at least the stated share of new
patients, as long as they and the calibration patients are exchangeable and no model was trained
on the latter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from mapie.classification import SplitConformalClassifier
from numpy.typing import NDArray

from probatum.errors import NotEstimable
from probatum.models.intervals.coverage import expect_enough
from probatum.models.intervals.known_risk import KnownRisk, checked_risk, silenced

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConformalSets:
    """The outcomes that cannot be ruled out for each patient.

    Attributes
    ----------
    without_event, with_event : (n,) of bool
        Whether the set holds the outcome. Both: the model cannot tell. Neither: the patient
        looks like none of the calibration patients of either outcome.
    confidence : float in (0, 1)
        Least share of new patients whose set holds their outcome.
    calibration_patients : int
    by_outcome : bool
        Whether that share is promised within each outcome too.
    """

    without_event: Flags
    with_event: Flags
    confidence: float
    calibration_patients: int
    by_outcome: bool

    def covers(self, outcome: Array) -> Flags:
        """Return whether each patient's set holds the outcome, 0 or 1, that came."""
        return np.where(np.asarray(outcome) == 1, self.with_event, self.without_event)

    def as_dict(self) -> dict[str, Any]:
        """Return the shares of patients by what their set holds, for a JSON file."""
        no, yes = self.without_event, self.with_event
        return {
            "confidence": self.confidence,
            "calibration_patients": self.calibration_patients,
            "guarantee": "within each outcome" if self.by_outcome else "over all patients",
            "patients": len(no),
            "event_only": float(np.mean(yes & ~no)),
            "no_event_only": float(np.mean(no & ~yes)),
            "both": float(np.mean(yes & no)),
            "neither": float(np.mean(~yes & ~no)),
        }


def conformal_sets(
    calibration_risk: Array,
    calibration_outcome: Array,
    risk: Array,
    *,
    confidence: float,
    by_outcome: bool,
) -> ConformalSets:
    r"""Return the conformal set of each patient, by split conformal prediction.

    Outcome y is in the set when :math:`1 - \hat p_y` is at most the
    :math:`\lceil (m + 1)\gamma \rceil`-th smallest of the m calibration patients.

    Parameters
    ----------
    calibration_risk : (m,) of float in [0, 1]
        Of patients on whom the model was not trained, such as
        :func:`probatum.models.intervals.cross_fitting.held_out_risk`.
    calibration_outcome : (m,) of 0 or 1
    risk : (n,) of float in [0, 1]
        Of the patients asked about.
    confidence : float in (0, 1)
        :math:`\gamma`.
    by_outcome : bool
        True calibrates each outcome on its own patients, so that a rare event is not the one
        that is missed.

    Raises
    ------
    NotEstimable
        When there are too few calibration patients for the confidence, some outcome is neither
        0 nor 1, or a risk is no probability.

    References
    ----------
    Sadinle M, Lei J, Wasserman L. J Am Stat Assoc 2019;114:223-234. Vovk V. Proc ACML 2012,
    475-490 (label-conditional).

    Departures
    ----------
    Censoring weights are not used: the promise is for patients whose outcome becomes known.

    Examples
    --------
    >>> known = np.array([0.1, 0.2, 0.3, 0.9])
    >>> sets = conformal_sets(known, np.array([0, 0, 0, 1]), np.array([0.05, 0.5]),
    ...                       confidence=0.7, by_outcome=False)
    >>> sets.without_event.tolist(), sets.with_event.tolist()
    ([True, False], [False, False])
    """
    if not np.isin(calibration_outcome, (0, 1)).all():
        raise NotEstimable(
            "conformal sets — expected outcomes of 0 or 1, got others — leave out those whose "
            "outcome is unknown"
        )
    known, asked = checked_risk(calibration_risk), checked_risk(risk)
    if len(known) != len(calibration_outcome):
        raise NotEstimable(
            f"conformal sets — expected one outcome for each of {len(known)} calibration "
            f"patients, got {len(calibration_outcome)} — pair them"
        )
    groups = (0, 1) if by_outcome else (None,)
    held = [
        _held(known, np.asarray(calibration_outcome), asked, confidence, group)
        for group in groups
    ]
    return ConformalSets(
        without_event=held[0][:, 0],
        with_event=held[-1][:, 1],
        confidence=confidence,
        calibration_patients=len(calibration_outcome),
        by_outcome=by_outcome,
    )


def _held(known: Array, outcome: Array, risk: Array, level: float, group: int | None) -> Flags:
    """Which outcomes are held, shape (n, 2), calibrated on one group or on all."""
    rows = np.ones(len(outcome), bool) if group is None else outcome == group
    count = int(rows.sum())
    expect_enough(count, level)
    model = SplitConformalClassifier(
        KnownRisk.ready(), confidence_level=level, conformity_score="lac", prefit=True
    )
    with silenced("WARNING: your conformalization dataset has less labels"):
        model.conformalize(known[rows, np.newaxis], outcome[rows].astype(int))
    _, sets = model.predict_set(risk[:, np.newaxis])
    return np.asarray(sets[:, :, 0], dtype=np.bool_)
