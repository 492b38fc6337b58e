"""What acting on a model's risk is worth to the patients it is used on."""

from probatum.analysis.decision.benefit import (
    DecisionCurve,
    decision_curve,
    net_benefit,
    net_benefit_difference,
    treat_all,
)
from probatum.analysis.decision.cost import Consequences, bed_days, cost_per_outcome
from probatum.analysis.decision.reclassification import (
    Improvement,
    integrated_discrimination,
    net_reclassification,
)
from probatum.analysis.decision.relative import (
    interventions_avoided,
    standardised_net_benefit,
    test_trade_off,
)
from probatum.analysis.decision.survival import decision_curve_survival, net_benefit_survival

__all__ = [
    "Consequences",
    "DecisionCurve",
    "Improvement",
    "bed_days",
    "cost_per_outcome",
    "decision_curve",
    "decision_curve_survival",
    "integrated_discrimination",
    "interventions_avoided",
    "net_benefit",
    "net_benefit_difference",
    "net_benefit_survival",
    "net_reclassification",
    "standardised_net_benefit",
    "test_trade_off",
    "treat_all",
]
