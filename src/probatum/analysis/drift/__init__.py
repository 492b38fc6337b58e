"""Are the patients who arrive now still those the model was validated on?"""

from probatum.analysis.drift.calibration_change import CalibrationDrift, calibration_drift_test
from probatum.analysis.drift.classifier import classifier_test
from probatum.analysis.drift.distances import ks, wasserstein
from probatum.analysis.drift.indices import (
    jensen_shannon,
    missing_share,
    psi,
    psi_categorical,
    standardised_difference,
)
from probatum.analysis.drift.table import ColumnDrift, DriftTable, drift_table

__all__ = [
    "CalibrationDrift",
    "ColumnDrift",
    "DriftTable",
    "calibration_drift_test",
    "classifier_test",
    "drift_table",
    "jensen_shannon",
    "ks",
    "missing_share",
    "psi",
    "psi_categorical",
    "standardised_difference",
    "wasserstein",
]
