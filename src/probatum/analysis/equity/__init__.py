"""Does the model serve each group of patients that the protocol names as well as the others?

A group too small to estimate from is reported as such, never as zero and never left out.
"""

from probatum.analysis.equity.calibrated import GroupCalibration, calibration_by_group
from probatum.analysis.equity.disclosure import REPORTED, TOO_SMALL, WITHHELD
from probatum.analysis.equity.rates import GroupRates, rates_by_group
from probatum.analysis.equity.subgroup import SubgroupRow, by_subgroup, intersections

__all__ = [
    "REPORTED",
    "TOO_SMALL",
    "WITHHELD",
    "GroupCalibration",
    "GroupRates",
    "SubgroupRow",
    "by_subgroup",
    "calibration_by_group",
    "intersections",
    "rates_by_group",
]
