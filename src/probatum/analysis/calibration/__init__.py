"""Are the risks the model tells patients the risks they turn out to have?

Mean (in the large, observed to expected), weak (slope) and moderate (the smooth curve and its
indices) calibration; the Brier score and its parts; tests; the same at a horizon that not
everybody was followed up to; and risks put right.
"""

from probatum.analysis.calibration.accuracy import brier, scaled_brier
from probatum.analysis.calibration.curve import (
    CalibrationCurve,
    CalibrationGroup,
    calibration_curve,
)
from probatum.analysis.calibration.decomposition import BrierDecomposition, brier_decomposition
from probatum.analysis.calibration.distance import ici
from probatum.analysis.calibration.extremes import e50, e90, emax
from probatum.analysis.calibration.gap import ece
from probatum.analysis.calibration.goodness import hosmer_lemeshow, spiegelhalter
from probatum.analysis.calibration.isotonic import IsotonicRecalibration
from probatum.analysis.calibration.joint import weak_calibration_test
from probatum.analysis.calibration.remapping import Recalibration, recalibration
from probatum.analysis.calibration.survival import brier_survival, observed_expected_survival
from probatum.analysis.calibration.weak import in_the_large, observed_expected, slope

__all__ = [
    "BrierDecomposition",
    "CalibrationCurve",
    "CalibrationGroup",
    "IsotonicRecalibration",
    "Recalibration",
    "brier",
    "brier_decomposition",
    "brier_survival",
    "calibration_curve",
    "e50",
    "e90",
    "ece",
    "emax",
    "hosmer_lemeshow",
    "ici",
    "in_the_large",
    "observed_expected",
    "observed_expected_survival",
    "recalibration",
    "scaled_brier",
    "slope",
    "spiegelhalter",
    "weak_calibration_test",
]
