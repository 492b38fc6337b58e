"""How well one model did: does it rank, is it calibrated, does it classify, is it useful?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from probatum.analysis.calibration import (
    brier,
    ici,
    in_the_large,
    observed_expected,
    scaled_brier,
    slope,
)
from probatum.analysis.catalogue import name_of
from probatum.analysis.decision import net_benefit, net_benefit_difference, treat_all
from probatum.analysis.discrimination import auc
from probatum.analysis.estimate import Estimate
from probatum.analysis.proportion import (
    negative_predictive_value,
    positive_predictive_value,
    sensitivity,
    specificity,
)
from probatum.errors import NotEstimable
from probatum.stages.followed import Followed, Mask, Numbers
from probatum.study.protocol import Protocol

_FLAT = ("auc", "brier", "calibration_slope", "ici", "observed_expected", "scaled_brier")


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """People of known outcome and the risk one model gave them.

    Attributes
    ----------
    outcome : (n,) of bool
        Whether the event happened by the horizon.
    risk : (n,) of float in [0, 1]
        Predicted probability of the event.
    weight : (n,) of float > 0
        Inverse-probability-of-censoring weights.
    level : float
        Confidence of the intervals.
    resolution : float
        The finest difference between two risks; a risk of 0 or 1 counts as this far from it.
    """

    outcome: Mask
    risk: Numbers
    weight: Numbers
    level: float
    resolution: float

    def weighted(self) -> dict[str, Any]:
        """The options every weighted estimator takes."""
        return {"weight": self.weight, "confidence": self.level}


def predicted(people: Followed, risk: Numbers, protocol: Protocol) -> Predicted:
    """Those of ``people`` whose outcome is known, with their risks."""
    known = people.known
    return Predicted(
        outcome=people.outcome[known],
        risk=risk[known],
        weight=people.weight[known],
        level=protocol.analysis.confidence,
        resolution=protocol.resolution,
    )


def performance(role: str, cases: Predicted, protocol: Protocol) -> dict[str, Any]:
    """Every measure of one model; ``None`` for a quantity that these people cannot give.

    Parameters
    ----------
    role : str
        ``index``, ``comparator`` or ``fallback``.
    cases : Predicted
        People of known outcome.
    protocol : Protocol
        States the operating threshold, the thresholds of the decision curve and the seed.
    """
    y, p, options = cases.outcome, cases.risk, cases.weighted()
    seed, replicates = protocol.seeds.resampling, protocol.analysis.bootstrap_replicates
    resampled = {"seed": seed, "replicates": replicates} if role != "comparator" else {}
    positive = p >= protocol.model.threshold
    logit = {"limit": cases.resolution, **options}
    return {
        "role": role,
        "n": int(y.size),
        "events": int(y.sum()),
        "flagged": int(positive.sum()),
        "auc": found(auc, y, p, **options),
        "auc_complete_case": found(auc, y, p, confidence=cases.level),
        "calibration_slope": found(slope, y, p, **logit),
        "calibration_in_the_large": found(in_the_large, y, p, **logit),
        "observed_expected": found(observed_expected, y, p, **options),
        "brier": found(brier, y, p, **options),
        "scaled_brier": found(scaled_brier, y, p, **options),
        "ici": found(ici, y, p, **options, **resampled),
        "sensitivity": found(sensitivity, y, positive, **options),
        "specificity": found(specificity, y, positive, **options),
        "ppv": found(positive_predictive_value, y, positive, **options),
        "npv": found(negative_predictive_value, y, positive, **options),
        "net_benefit": [_worth(cases, at) for at in protocol.analysis.thresholds],
    }


def flat(results: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of a stage's index test that DVC compares between versions, by name."""
    models = results.get("models", {}).values()
    index = next((m for m in models if m["role"] == "index"), results.get("index", {}))
    estimates = {name: index[name]["value"] for name in _FLAT if index.get(name)}
    return {name: index[name] for name in ("n", "events") if name in index} | estimates


def found(estimator: Callable[..., Estimate], *data: Any, **options: Any) -> Any:
    """An estimate as it stands in evidence, with the name of what it estimates.

    ``None``, JSON's null, where it does not exist.
    """
    try:
        estimate = estimator(*data, **options).as_dict()
    except NotEstimable:
        return None
    return {"estimator": name_of(estimator), **estimate}


def _worth(cases: Predicted, threshold: float) -> dict[str, Any]:
    y, p, options = cases.outcome, cases.risk, cases.weighted()
    model = found(net_benefit, y, p, threshold, **options)
    return {
        "threshold": threshold,
        "model": model and model["value"],
        "treat_all": treat_all(y, threshold, weight=cases.weight) if y.size else None,
        "treat_none": 0.0,
        "versus_treat_all": found(net_benefit_difference, y, p, threshold, **options),
    }
