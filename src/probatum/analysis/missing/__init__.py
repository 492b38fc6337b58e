"""What was not observed: several imputations pooled, and how bad the unknown could be."""

from probatum.analysis.missing.outcomes import (
    OutcomeBounds,
    auc_bounds,
    sensitivity_bounds,
    specificity_bounds,
)
from probatum.analysis.missing.pooling import fraction_missing, rubin
from probatum.analysis.missing.tipping import TippingPoint, tipping_point

__all__ = [
    "OutcomeBounds",
    "TippingPoint",
    "auc_bounds",
    "fraction_missing",
    "rubin",
    "sensitivity_bounds",
    "specificity_bounds",
    "tipping_point",
]
