"""Are the risks the model tells patients the risks they turn out to have?

Mean (in the large, observed to expected), weak (slope) and moderate (the smooth curve and its
index) calibration, and the Brier score.
"""

from probatum.analysis.calibration.accuracy import brier, scaled_brier
from probatum.analysis.calibration.curve import (
    CalibrationCurve,
    CalibrationGroup,
    calibration_curve,
)
from probatum.analysis.calibration.distance import e50, e90, emax, ici
from probatum.analysis.calibration.weak import in_the_large, observed_expected, slope

__all__ = [
    "CalibrationCurve",
    "CalibrationGroup",
    "brier",
    "calibration_curve",
    "e50",
    "e90",
    "emax",
    "ici",
    "in_the_large",
    "observed_expected",
    "scaled_brier",
    "slope",
]
