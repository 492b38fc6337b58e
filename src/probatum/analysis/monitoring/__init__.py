"""Is the model still doing, patient after patient, what it did when it was validated?"""

from probatum.analysis.monitoring.baseline import RunLengths, simulated_run_length
from probatum.analysis.monitoring.charting import Chart
from probatum.analysis.monitoring.design import Limit, limit_for_run_length
from probatum.analysis.monitoring.risk_adjusted import (
    risk_adjusted_cusum,
    risk_adjusted_limit,
    risk_adjusted_run_length,
)
from probatum.analysis.monitoring.run_length import (
    RunLength,
    cusum_run_length,
    ewma_run_length,
)
from probatum.analysis.monitoring.standard import cusum, ewma

__all__ = [
    "Chart",
    "Limit",
    "RunLength",
    "RunLengths",
    "cusum",
    "cusum_run_length",
    "ewma",
    "ewma_run_length",
    "limit_for_run_length",
    "risk_adjusted_cusum",
    "risk_adjusted_limit",
    "risk_adjusted_run_length",
    "simulated_run_length",
]
