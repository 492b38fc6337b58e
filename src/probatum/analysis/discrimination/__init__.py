"""Does the model give those who will have the event a higher score than those who will not?"""

from probatum.analysis.discrimination.area import auc, auc_difference, non_inferiority
from probatum.analysis.discrimination.roc import RocCurve, roc_curve

__all__ = ["RocCurve", "auc", "auc_difference", "non_inferiority", "roc_curve"]
