"""The risk of each patient as two numbers of which one is calibrated, whatever the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from mapie.calibration import VennAbersCalibrator
from numpy.typing import NDArray

from probatum.errors import NotEstimable
from probatum.models.intervals.known_risk import KnownRisk, checked_risk, silenced

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VennAbersPair:
    """The risk of each patient had it ended without the event, and had it ended with it.

    Attributes
    ----------
    lower, upper : (n,) of float in [0, 1]
        Isotonic calibration with the patient added as one without, and with, the event. One
        of the two is perfectly calibrated; their distance is what calibration leaves open.
    calibration_patients : int
    """

    lower: Array
    upper: Array
    calibration_patients: int

    @property
    def risk(self) -> Array:
        r"""Return one risk a patient, :math:`p_1 / (1 - p_0 + p_1)`."""
        return self.upper / (1 - self.lower + self.upper)

    def as_dict(self) -> dict[str, Any]:
        """Return the cohort in a few numbers, for a JSON file."""
        width = self.upper - self.lower
        return {
            "calibration_patients": self.calibration_patients,
            "patients": len(width),
            "median_width": float(np.median(width)),
            "largest_width": float(np.max(width)),
        }


def venn_abers(
    calibration_risk: Array, calibration_outcome: Array, risk: Array
) -> VennAbersPair:
    """Return the Venn-Abers pair of each patient.

    Parameters as :func:`probatum.models.intervals.conformal.conformal_sets`.

    Raises
    ------
    NotEstimable
        When the calibration patients do not have both outcomes, one is unknown, or a risk is no
        probability.

    References
    ----------
    Vovk V, Petej I. Venn-Abers predictors. Proc UAI 2014, 829-838.

    Departures
    ----------
    For a risk above all calibration patients the upper end is 1, as the definition asks; the
    library may give the last step's value. Censoring weights are not used.

    Examples
    --------
    >>> pair = venn_abers(np.array([0.2, 0.4]), np.array([0, 1]), np.array([0.3]))
    >>> pair.lower.tolist(), pair.upper.tolist()
    ([0.0], [1.0])
    """
    outcome, known = np.asarray(calibration_outcome), checked_risk(calibration_risk)
    asked = checked_risk(risk)
    if len(known) != len(outcome) or not np.isin(outcome, (0, 1)).all():
        raise NotEstimable(
            f"Venn-Abers pair — expected an outcome of 0 or 1 for each of {len(known)} "
            f"calibration patients, got {len(outcome)} or others — leave out those whose "
            "outcome is unknown"
        )
    if len(np.unique(outcome)) < 2:
        raise NotEstimable(
            "Venn-Abers pair — expected calibration patients with and without the event, got "
            "one kind only — add patients"
        )
    with silenced("All-NaN"), np.errstate(divide="ignore", invalid="ignore"):
        model = VennAbersCalibrator(KnownRisk.ready(), cv="prefit")
        model.fit(known[:, np.newaxis], outcome.astype(int))
        _, pair = model.predict_proba(asked[:, np.newaxis], p0_p1_output=True)
    lower, upper = np.clip(pair, 0, 1).T + 0.0  # the library's zero may be negative
    beyond = asked > np.max(known)
    return VennAbersPair(
        lower=lower,
        upper=np.where(beyond, 1.0, upper),
        calibration_patients=len(outcome),
    )
