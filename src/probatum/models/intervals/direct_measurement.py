"""What is measured when the model in use, whichever it is, scores a patient on a device."""

from __future__ import annotations

import pandas as pd

from probatum.models.intervals.kernel_measurement import observable_measurement
from probatum.models.intervals.measurement import Spectrum
from probatum.models.intervals.variational_measurement import variational_measurement
from probatum.models.risk_model import RiskModel
from probatum.models.variational_training import VariationalTraining


def direct_measurement(model: RiskModel, frame: pd.DataFrame) -> Spectrum:
    """Return the law of the score when the model's own observable is measured.

    Parameters
    ----------
    model : RiskModel
        Around a quantum kernel classifier, or a variational classifier of two classes.
    frame : (n, ...) DataFrame
        With the protocol's predictor columns.

    Raises
    ------
    NotEstimable
        When the model is a classical one: it is not measured.
    """
    if isinstance(model.pipeline["model"], VariationalTraining):
        return variational_measurement(model, frame)
    return observable_measurement(model, frame)
