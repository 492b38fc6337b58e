"""Statistics without a row of their own, and why: every other one has a row."""

from typing import Final

SAME: Final = "the same function of other columns"
A_PLAN: Final = "a plan before any patient is seen"
A_RULE: Final = "a rule that runs on; its false alarms are counted by the run length"

STANDS_FOR: Final[dict[str, tuple[str, str]]] = {
    "by-subgroup": ("auc", "auc, sensitivity, specificity and observed-expected of each group"),
    "calibration-by-group": (
        "slope",
        "in-the-large, observed-expected and slope of each group",
    ),
    "decision-curve": ("net-benefit", "the net benefit at each threshold, one by one"),
    "decision-curve-survival": (
        "net-benefit-survival",
        "the net benefit at each threshold, one by one",
    ),
    "drift-table": ("psi", "psi, jensen-shannon, ks and wasserstein of each column"),
    "interval-coverage": ("coverage", "counts whom the interval holds, then the same"),
    "intersections": ("by-subgroup", "the same rows, of groups crossed"),
    "missing-share": ("proportion", "Wilson's interval of the share"),
    "rates-by-group": ("proportion", "Wilson's interval of each rate"),
    "tipping-point": ("proportion", "the interval of those known, and of each share supposed"),
    "tipping-point-difference": (
        "proportion-difference",
        "the interval of those known, and of each pair of shares supposed",
    ),
}
"""A statistic, the one that stands for it, and why that is enough."""

TESTED_ELSEWHERE: Final[dict[str, str]] = {
    "bed-days": "cost-per-outcome",
}
"""A statistic with a row for its interval, and the one whose row stands for its p-value."""

NOTHING_TO_COVER: Final[dict[str, str]] = {
    "brier-decomposition": "terms without an interval",
    "conditional-power": "a chance computed, not estimated",
    "conformal-quantile": "a cut-off; its sets are those of coverage",
    "crossing-probabilities": "a chance computed, not estimated",
    "fraction-missing": "a number without an interval",
    "inflation": A_PLAN,
    "precision-recall-curve": "points without a band",
    "predictive-power": "a chance computed, not estimated",
    "recalibration": "a model, with errors and without an interval",
    "roc-curve": "points without a band",
    "spent-alpha": "what boundaries are made of",
    "treat-all": "a number without an interval",
    "cusum": A_RULE,
    "ewma": A_RULE,
    "risk-adjusted-cusum": A_RULE,
    "cusum-run-length": A_PLAN,
    "ewma-run-length": A_PLAN,
    "limit-for-run-length": A_PLAN,
    "risk-adjusted-limit": A_PLAN,
    "risk-adjusted-run-length": A_PLAN,
    "simulated-run-length": A_PLAN,
    "mrmc-power": A_PLAN,
    "mrmc-sample-size": A_PLAN,
}
"""A statistic, and why there is nothing that could hold a truth or miss it. What belongs to
sample sizes is not listed: none of it has seen a patient."""
