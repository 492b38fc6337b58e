"""A model that is ready for patients: preparation, score, and calibrated risk in one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from probatum.models.calibration import Platt


class RiskModel:
    """From a patient's record to the probability of the event.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted; takes a frame with the protocol's predictor columns and gives a score.
    intercept, slope : float
        Of the calibration curve, see :mod:`probatum.models.calibration`.
    """

    def __init__(self, pipeline: Pipeline, intercept: float, slope: float) -> None:
        self.pipeline = pipeline
        self.intercept = intercept
        self.slope = slope

    def score(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return the uncalibrated score of each patient, shape (patients,)."""
        with threadpool_limits(limits=1):
            return np.asarray(self.pipeline.decision_function(frame), dtype=np.float64)

    def risk(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return the probability of the event for each patient, shape (patients,)."""
        return Platt(intercept=self.intercept, slope=self.slope).risk(self.score(frame))
