"""How often: shares of patients, their differences and ratios, with honest intervals.

One group, two groups, two tests of the same patients, clusters, likelihood ratios, another
prevalence, and patients whose true state was never looked for.
"""

from probatum.analysis.proportion.at_prevalence import npv_at_prevalence, ppv_at_prevalence
from probatum.analysis.proportion.begg_greenes import (
    begg_greenes_sensitivity,
    begg_greenes_specificity,
)
from probatum.analysis.proportion.clustered import (
    clustered_proportion,
    clustered_sensitivity,
    clustered_specificity,
)
from probatum.analysis.proportion.discordance import mcnemar
from probatum.analysis.proportion.likelihood_ratios import (
    diagnostic_odds_ratio,
    likelihood_ratio_negative,
    likelihood_ratio_positive,
)
from probatum.analysis.proportion.non_inferiority import (
    paired_non_inferiority,
    proportion_non_inferiority,
    sensitivity_non_inferiority,
    specificity_non_inferiority,
)
from probatum.analysis.proportion.pairs import paired_difference
from probatum.analysis.proportion.share import (
    METHODS,
    negative_predictive_value,
    positive_predictive_value,
    proportion,
    sensitivity,
    specificity,
    weighted_proportion,
)
from probatum.analysis.proportion.two_groups import proportion_difference, proportion_ratio
from probatum.analysis.proportion.two_tests import (
    sensitivity_difference,
    specificity_difference,
)
from probatum.analysis.proportion.unverified import (
    VerificationBounds,
    verification_bounds_sensitivity,
    verification_bounds_specificity,
)

__all__ = [
    "METHODS",
    "VerificationBounds",
    "begg_greenes_sensitivity",
    "begg_greenes_specificity",
    "clustered_proportion",
    "clustered_sensitivity",
    "clustered_specificity",
    "diagnostic_odds_ratio",
    "likelihood_ratio_negative",
    "likelihood_ratio_positive",
    "mcnemar",
    "negative_predictive_value",
    "npv_at_prevalence",
    "paired_difference",
    "paired_non_inferiority",
    "positive_predictive_value",
    "ppv_at_prevalence",
    "proportion",
    "proportion_difference",
    "proportion_non_inferiority",
    "proportion_ratio",
    "sensitivity",
    "sensitivity_difference",
    "sensitivity_non_inferiority",
    "specificity",
    "specificity_difference",
    "specificity_non_inferiority",
    "verification_bounds_sensitivity",
    "verification_bounds_specificity",
    "weighted_proportion",
]
