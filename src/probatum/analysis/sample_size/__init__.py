"""How many patients does a study need to answer its question?

To develop a model, to validate one, to know its accuracy well enough, and to show it better
than a goal or no worse than another; beside each size the power that a number of patients has.
"""

from probatum.analysis.sample_size.accuracy import assurance_of_width, buderer
from probatum.analysis.sample_size.area import auc_goal, auc_goal_power, auc_precision
from probatum.analysis.sample_size.area_difference import (
    auc_difference_power,
    auc_difference_size,
)
from probatum.analysis.sample_size.both_shares import co_primary, co_primary_power
from probatum.analysis.sample_size.development import riley_binary, riley_survival
from probatum.analysis.sample_size.development_continuous import riley_continuous
from probatum.analysis.sample_size.goal import proportion_goal, proportion_goal_power
from probatum.analysis.sample_size.inflation import design_effect, sequential_inflation
from probatum.analysis.sample_size.paired import (
    mcnemar_power,
    mcnemar_size,
    paired_non_inferiority_power,
    paired_proportion_non_inferiority,
)
from probatum.analysis.sample_size.predictor import cox_snell_r2
from probatum.analysis.sample_size.size import Criterion, SampleSize
from probatum.analysis.sample_size.two_groups import (
    proportion_difference_power,
    proportion_difference_size,
)
from probatum.analysis.sample_size.validation import riley_validation_binary
from probatum.analysis.sample_size.validation_continuous import riley_validation_continuous

__all__ = [
    "Criterion",
    "SampleSize",
    "assurance_of_width",
    "auc_difference_power",
    "auc_difference_size",
    "auc_goal",
    "auc_goal_power",
    "auc_precision",
    "buderer",
    "co_primary",
    "co_primary_power",
    "cox_snell_r2",
    "design_effect",
    "mcnemar_power",
    "mcnemar_size",
    "paired_non_inferiority_power",
    "paired_proportion_non_inferiority",
    "proportion_difference_power",
    "proportion_difference_size",
    "proportion_goal",
    "proportion_goal_power",
    "riley_binary",
    "riley_continuous",
    "riley_survival",
    "riley_validation_binary",
    "riley_validation_continuous",
    "sequential_inflation",
]
