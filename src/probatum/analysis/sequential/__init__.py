"""Looking at the data more than once without promising more than they hold."""

from probatum.analysis.sequential.after_stopping import repeated_interval, stage_wise_interval
from probatum.analysis.sequential.anytime import ConfidenceSequence, confidence_sequence
from probatum.analysis.sequential.crossing import Crossing, crossing_probabilities
from probatum.analysis.sequential.efficacy import Boundaries, boundaries
from probatum.analysis.sequential.evidence import EProcess, e_value
from probatum.analysis.sequential.outlook import conditional_power, predictive_power
from probatum.analysis.sequential.planning import Design, group_sequential_design, inflation
from probatum.analysis.sequential.spending import SPENDING, spent_alpha

__all__ = [
    "SPENDING",
    "Boundaries",
    "ConfidenceSequence",
    "Crossing",
    "Design",
    "EProcess",
    "boundaries",
    "conditional_power",
    "confidence_sequence",
    "crossing_probabilities",
    "e_value",
    "group_sequential_design",
    "inflation",
    "predictive_power",
    "repeated_interval",
    "spent_alpha",
    "stage_wise_interval",
]
