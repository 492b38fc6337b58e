"""Does the model serve each group of patients that the protocol names as well as the others?

A group too small to estimate from is reported as such, never as zero and never left out.
"""

from probatum.analysis.equity.calibrated import GroupCalibration, calibration_by_group
from probatum.analysis.equity.comparison import GroupDifference, against_reference
from probatum.analysis.equity.disclosure import REPORTED, TOO_SMALL, WITHHELD
from probatum.analysis.equity.parity import (
    demographic_parity_difference,
    equal_opportunity_difference,
    equalized_odds_difference,
    false_positive_rate_difference,
)
from probatum.analysis.equity.parity_ratio import (
    demographic_parity_ratio,
    equal_opportunity_ratio,
    equalized_odds_ratio,
    false_positive_rate_ratio,
)
from probatum.analysis.equity.rates import GroupRates, rates_by_group
from probatum.analysis.equity.subgroup import SubgroupRow, by_subgroup, intersections

__all__ = [
    "REPORTED",
    "TOO_SMALL",
    "WITHHELD",
    "GroupCalibration",
    "GroupDifference",
    "GroupRates",
    "SubgroupRow",
    "against_reference",
    "by_subgroup",
    "calibration_by_group",
    "demographic_parity_difference",
    "demographic_parity_ratio",
    "equal_opportunity_difference",
    "equal_opportunity_ratio",
    "equalized_odds_difference",
    "equalized_odds_ratio",
    "false_positive_rate_difference",
    "false_positive_rate_ratio",
    "intersections",
    "rates_by_group",
]
