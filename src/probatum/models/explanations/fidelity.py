"""How well a readable model speaks for the real one, patient by patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import r2_score

from probatum.errors import NotEstimable
from probatum.models.intervals.shot_noise import check_level

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fidelity:
    """How well a surrogate speaks for a model, on patients it was not fitted on.

    Attributes
    ----------
    r_squared : float, at most 1
        Of the model's risk. 1: the same risk for everyone; 0: no better than the mean. Where
        the model says the same of all, 1 if the surrogate does too, else 0.
    disagreement : float in [0, 1]
        Share of patients for whom the two decide differently at the threshold.
    lower, upper : float
        Clopper-Pearson interval of the disagreement.
    """

    r_squared: float
    disagreement: float
    lower: float
    upper: float
    level: float
    patients: int
    threshold: float

    @property
    def agreement(self) -> float:
        """Return the share of patients for whom the two decide alike."""
        return 1 - self.disagreement

    def as_dict(self) -> dict[str, Any]:
        """Return the fidelity for a JSON file."""
        return {
            "r_squared": self.r_squared,
            "agreement": self.agreement,
            "disagreement": {
                "value": self.disagreement,
                "lower": self.lower,
                "upper": self.upper,
                "level": self.level,
                "method": "Clopper-Pearson",
            },
            "patients": self.patients,
            "threshold": self.threshold,
        }


SAME = 1e-9
"""Difference between two risks that is taken as rounding."""


def fidelity(risk: Array, theirs: Array, *, threshold: float, level: float) -> Fidelity:
    """Return how well one risk speaks for another, patient by patient.

    A patient is acted on at a risk of the threshold or more.

    Raises
    ------
    NotEstimable
        With fewer than two patients, when the risks are not of the same patients, or one is
        missing.

    Examples
    --------
    >>> risk, theirs = np.array([0.1, 0.3, 0.3]), np.array([0.1, 0.1, 0.3])
    >>> round(fidelity(risk, theirs, threshold=0.2, level=0.95).disagreement, 3)
    0.333
    """
    if len(risk) < 2:
        raise NotEstimable(
            f"fidelity — expected two patients or more, got {len(risk)} — hold some out"
        )
    if risk.shape != theirs.shape or not np.isfinite([risk, theirs]).all():
        raise NotEstimable(
            "fidelity — expected two known risks of each patient, got "
            f"{risk.shape} and {theirs.shape} or a missing one — ask both of the same patients"
        )
    check_level(level)
    differ = int(np.sum((risk >= threshold) != (theirs >= threshold)))
    interval = binomtest(differ, len(risk)).proportion_ci(level, method="exact")
    return Fidelity(
        r_squared=_r_squared(risk, theirs),
        disagreement=differ / len(risk),
        lower=float(interval.low),
        upper=float(interval.high),
        level=level,
        patients=len(risk),
        threshold=threshold,
    )


def _r_squared(risk: Array, theirs: Array) -> float:
    if np.ptp(risk) <= SAME:
        return float(np.allclose(risk, theirs, rtol=0, atol=SAME))
    return float(r2_score(risk, theirs))
