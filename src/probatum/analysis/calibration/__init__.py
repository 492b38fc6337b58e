"""Are the risks the model tells patients the risks they turn out to have?

Mean (in the large, observed to expected), weak (slope) and moderate (the smooth curve and its
index) calibration, and the Brier score.
"""

from probatum.analysis.calibration.accuracy import brier, scaled_brier
from probatum.analysis.calibration.recalibration import in_the_large, observed_expected, slope
from probatum.analysis.calibration.smooth import (
    CalibrationCurve,
    CalibrationGroup,
    calibration_curve,
    ici,
)

__all__ = [
    "CalibrationCurve",
    "CalibrationGroup",
    "brier",
    "calibration_curve",
    "ici",
    "in_the_large",
    "observed_expected",
    "scaled_brier",
    "slope",
]
