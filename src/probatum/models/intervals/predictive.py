"""The predictive interval of each patient's risk, its sources kept apart and put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit
from scipy.stats import norm

from probatum.errors import NotEstimable
from probatum.models.intervals.conformal import ConformalSets
from probatum.models.intervals.decomposition import Decomposition, decomposition
from probatum.models.intervals.refits import ModelUncertainty
from probatum.models.intervals.shot_noise import ShotNoise
from probatum.models.intervals.venn_abers import VennAbersPair

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PredictiveIntervals:
    r"""What is known of each patient's risk, and which part of the doubt comes from where.

    The combined interval is
    :math:`\operatorname{logit}^{-1}(L \pm z \sqrt{\operatorname{Var} L})` with the total
    variance of the decomposition. Conformal calibration stands beside it, never inside: its
    promise is about outcomes and needs no model of the noise.

    Attributes
    ----------
    shot : ShotNoise
    model : ModelUncertainty
    sets : ConformalSets
    calibration : VennAbersPair
    parts : Decomposition
    level : float in (0, 1)
        Of every interval but the conformal ones.
    """

    shot: ShotNoise
    model: ModelUncertainty
    sets: ConformalSets
    calibration: VennAbersPair
    parts: Decomposition
    level: float

    def __post_init__(self) -> None:
        counted = (self.risk, self.parts.total, self.sets.with_event, self.calibration.lower)
        lengths = {len(values) for values in counted}
        levels = {self.level, self.shot.level, self.model.level}
        if len(lengths) != 1 or len(levels) != 1:
            raise NotEstimable(
                "predictive intervals — expected the same patients and one level throughout, "
                f"got {sorted(lengths)} patients and levels {sorted(levels)} — compute each "
                "source for the same frame"
            )

    @property
    def risk(self) -> Array:
        """Return the risk at infinitely many shots, of the model as it is measured."""
        return self.shot.risk

    @property
    def lower(self) -> Array:
        """Return the lower end of the combined interval."""
        return self._end(-1)

    @property
    def upper(self) -> Array:
        """Return the upper end of the combined interval."""
        return self._end(1)

    def _end(self, side: int) -> Array:
        reach = float(norm.ppf((1 + self.level) / 2)) * np.sqrt(self.parts.total)
        curve = self.shot.curve
        log_odds = curve.intercept + curve.slope * self.shot.score
        return np.asarray(expit(log_odds + side * reach))

    def undecided(self, threshold: float) -> NDArray[np.bool_]:
        """Return whether the combined interval holds the risk at which one would act."""
        return np.asarray((self.lower < threshold) & (threshold <= self.upper))

    def as_frame(self) -> pd.DataFrame:
        """Return one row a patient, in the order given: risk, ends by source, sets, share."""
        return pd.DataFrame(
            {
                "risk": self.risk,
                "lower": self.lower,
                "upper": self.upper,
                "shot_lower": self.shot.lower,
                "shot_upper": self.shot.upper,
                "model_lower": self.model.lower,
                "model_upper": self.model.upper,
                "calibration_lower": self.calibration.lower,
                "calibration_upper": self.calibration.upper,
                "event_possible": self.sets.with_event,
                "no_event_possible": self.sets.without_event,
                "quantum_share": self.parts.share,
                "quantum_share_standard_error": self.parts.share_standard_error,
            }
        )

    def as_dict(self, *, threshold: float) -> dict[str, Any]:
        """Return the cohort's summary for a JSON file.

        Parameters
        ----------
        threshold : float in (0, 1)
            The protocol's operating point.
        """
        width = self.upper - self.lower
        return {
            "patients": len(width),
            "level": self.level,
            "combined": {
                "rule": "log odds plus and minus the normal quantile of the total variance",
                "median_width": float(np.median(width)),
                "largest_width": float(np.max(width)),
                "undecided": float(np.mean(self.undecided(threshold))),
            },
            "shot": self.shot.as_dict()
            | {"flips": float(np.mean(self.shot.flip_probability(threshold)))},
            "model": self.model.as_dict(),
            "conformal": self.sets.as_dict(),
            "venn_abers": self.calibration.as_dict(),
            "decomposition": self.parts.as_dict(),
            "threshold": threshold,
        }


def predictive_intervals(
    *,
    shot: ShotNoise,
    model: ModelUncertainty,
    sets: ConformalSets,
    calibration: VennAbersPair,
    device_variance: Array | None = None,
    residual_variance: Array | None = None,
) -> PredictiveIntervals:
    """Put the sources of one cohort together.

    Parameters
    ----------
    shot, model, sets, calibration
        Of the same patients in the same order.
    device_variance, residual_variance : (n,) of float, optional
        On the logit scale, see :class:`Decomposition`.
    """
    parts = decomposition(
        shot_variance=shot.variance,
        model=model,
        device_variance=device_variance,
        residual_variance=residual_variance,
    )
    return PredictiveIntervals(
        shot=shot,
        model=model,
        sets=sets,
        calibration=calibration,
        parts=parts,
        level=shot.level,
    )
