"""What was not observed: several imputations pooled, and how bad the unknown could be."""

from probatum.analysis.missing.chained import imputations, pooled
from probatum.analysis.missing.outcomes import (
    OutcomeBounds,
    auc_bounds,
    sensitivity_bounds,
    specificity_bounds,
)
from probatum.analysis.missing.pooling import fraction_missing, rubin
from probatum.analysis.missing.tipping import (
    TippingFrontier,
    TippingPoint,
    tipping_point,
    tipping_point_difference,
)

__all__ = [
    "OutcomeBounds",
    "TippingFrontier",
    "TippingPoint",
    "auc_bounds",
    "fraction_missing",
    "imputations",
    "pooled",
    "rubin",
    "sensitivity_bounds",
    "specificity_bounds",
    "tipping_point",
    "tipping_point_difference",
]
