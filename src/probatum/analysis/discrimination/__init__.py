"""Does the model give those who will have the event a higher score than those who will not?

The area under the curve, whole and in part, of one model and of two; of clustered and of
censored patients; the operating points behind it; concordance; precision and recall.
"""

from probatum.analysis.discrimination.area import auc
from probatum.analysis.discrimination.at_horizon import time_dependent_auc
from probatum.analysis.discrimination.clusters import clustered_auc, clustered_auc_difference
from probatum.analysis.discrimination.comparison import (
    auc_difference,
    auc_difference_unpaired,
    non_inferiority,
)
from probatum.analysis.discrimination.concordance import c_index, uno_c_index
from probatum.analysis.discrimination.operating_point import (
    sensitivity_at_specificity,
    specificity_at_sensitivity,
)
from probatum.analysis.discrimination.partial import partial_auc
from probatum.analysis.discrimination.precision_recall import (
    PrecisionRecallCurve,
    average_precision,
    precision_recall_curve,
)
from probatum.analysis.discrimination.roc import RocCurve, roc_curve

__all__ = [
    "PrecisionRecallCurve",
    "RocCurve",
    "auc",
    "auc_difference",
    "auc_difference_unpaired",
    "average_precision",
    "c_index",
    "clustered_auc",
    "clustered_auc_difference",
    "non_inferiority",
    "partial_auc",
    "precision_recall_curve",
    "roc_curve",
    "sensitivity_at_specificity",
    "specificity_at_sensitivity",
    "time_dependent_auc",
    "uno_c_index",
]
