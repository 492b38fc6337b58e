"""How often: a share of patients, with an interval that holds at none and at all of them."""

from probatum.analysis.proportion.share import (
    METHODS,
    negative_predictive_value,
    positive_predictive_value,
    proportion,
    sensitivity,
    specificity,
    weighted_proportion,
)

__all__ = [
    "METHODS",
    "negative_predictive_value",
    "positive_predictive_value",
    "proportion",
    "sensitivity",
    "specificity",
    "weighted_proportion",
]
