"""The points of the curves that a report draws: ROC, calibration and decision curves."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from probatum.analysis.calibration import calibration_curve
from probatum.analysis.decision import decision_curve
from probatum.analysis.discrimination import roc_curve
from probatum.errors import NotEstimable
from probatum.stages.evidence import write_table
from probatum.stages.performance import Predicted

_ROC = ["model", "fpr", "tpr", "threshold"]
_CALIBRATION = ["model", "kind", "predicted", "observed", "lower", "upper", "n"]
_DECISION = ["threshold", "model", "net_benefit", "treat_all"]
_THRESHOLDS = np.arange(1, 51) / 100
"""Where decision curves are drawn; the protocol's thresholds are reported in numbers."""


def write_curves(folder: Path, models: Mapping[str, Predicted]) -> None:
    """Write ``roc.csv``, ``calibration.csv`` and ``decision.csv`` for some models.

    A curve that a model's people cannot give has no rows. "treat all" and "treat none" are two
    more lines of the decision curve, for the people of the first model.
    """
    write_table(folder / "roc.csv", _stacked(_ROC, _roc, models))
    write_table(folder / "calibration.csv", _stacked(_CALIBRATION, _calibration, models))
    write_table(folder / "decision.csv", _decision_lines(models))


def _decision_lines(models: Mapping[str, Predicted]) -> pd.DataFrame:
    lines = _stacked(_DECISION, _decision, models)
    first = lines[lines["model"].isin(list(models)[:1])]
    everyone = first.assign(model="treat all", net_benefit=first["treat_all"])
    nobody = first.assign(model="treat none", net_benefit=0.0)
    return pd.concat([lines, everyone, nobody])[_DECISION[:-1]]


def _stacked(
    columns: list[str],
    points: Callable[[Predicted], dict[str, Any]],
    models: Mapping[str, Predicted],
) -> pd.DataFrame:
    parts = [pd.DataFrame(columns=columns)]
    for name, cases in models.items():
        with suppress(NotEstimable):
            parts.append(pd.DataFrame({"model": name, **points(cases)}))
    return pd.concat(parts[1:] or parts)


def _roc(cases: Predicted) -> dict[str, Any]:
    curve = roc_curve(cases.outcome, cases.risk, weight=cases.weight)
    return {"fpr": curve.fpr, "tpr": curve.tpr, "threshold": curve.threshold}


def _calibration(cases: Predicted) -> dict[str, Any]:
    curve = calibration_curve(cases.outcome, cases.risk, **cases.weighted())
    groups = [group.observed for group in curve.groups]
    risk = [group.mean_risk for group in curve.groups]
    return {
        "kind": ["smooth"] * curve.risk.size + ["group"] * len(groups),
        "predicted": [*curve.risk, *risk],
        "observed": [*curve.observed, *(group.value for group in groups)],
        "lower": [*curve.lower, *(group.lower for group in groups)],
        "upper": [*curve.upper, *(group.upper for group in groups)],
        "n": [cases.outcome.size] * curve.risk.size + [group.n for group in groups],
    }


def _decision(cases: Predicted) -> dict[str, Any]:
    curve = decision_curve(cases.outcome, cases.risk, _THRESHOLDS.tolist(), weight=cases.weight)
    return {
        "threshold": _THRESHOLDS,
        "net_benefit": curve.model,
        "treat_all": curve.treat_all,
    }
