"""What acting on a model's risk is worth to the patients it is used on."""

from probatum.analysis.decision.benefit import (
    DecisionCurve,
    decision_curve,
    net_benefit,
    net_benefit_difference,
    treat_all,
)

__all__ = [
    "DecisionCurve",
    "decision_curve",
    "net_benefit",
    "net_benefit_difference",
    "treat_all",
]
