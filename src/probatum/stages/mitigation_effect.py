"""What error mitigation did to sealed risks: the same counts, scored with it and without."""

from dataclasses import replace
from typing import Any

import pandas as pd

from probatum.analysis.calibration import brier, observed_expected
from probatum.analysis.discrimination import auc, auc_difference
from probatum.analysis.flips import change
from probatum.stages.performance import Predicted, found
from probatum.stages.unblinded import Unblinded
from probatum.study.protocol import Protocol


def mitigation_effect(
    sealed: pd.DataFrame, unblinded: Unblinded, protocol: Protocol
) -> dict[str, Any] | None:
    """How far the risks moved, whose decision flipped, and what became of the performance.

    Returns
    -------
    dict or None
        ``flips`` and its like are over everyone whose risk was sealed both ways, outcome known
        or not; ``with`` and ``without`` are over those of known outcome. ``None`` where no risk
        was sealed both ways, as on a simulator without errors.
    """
    both = sealed[sealed["risk_raw"].notna()]
    if both.empty:
        return None
    level, threshold = protocol.analysis.confidence, protocol.model.threshold
    raw, risk = (both[name].astype(float) for name in ("risk_raw", "risk"))
    mask = unblinded.rows["risk_raw"].notna().to_numpy(dtype=bool)
    after = unblinded.predicted(mask, protocol)
    known = unblinded.outcomes.among(mask).known
    before = replace(after, risk=unblinded.rows.loc[mask, "risk_raw"].to_numpy(float)[known])
    return {
        "method": protocol.backends.mitigation,
        "n": len(both),
        **change(raw, risk, threshold=threshold, confidence=level).as_dict(),
        "with": _performance(after),
        "without": _performance(before),
        "auc_difference": found(
            auc_difference, after.outcome, after.risk, before.risk, **after.weighted()
        ),
    }


def _performance(cases: Predicted) -> dict[str, Any]:
    y, p, options = cases.outcome, cases.risk, cases.weighted()
    return {
        "auc": found(auc, y, p, **options),
        "observed_expected": found(observed_expected, y, p, **options),
        "brier": found(brier, y, p, **options),
    }
