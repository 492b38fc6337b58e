"""What arrived, was kept out, was predicted and has matured, one line a period."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from probatum.analysis.calibration import observed_expected
from probatum.analysis.discrimination import auc
from probatum.ledger.events import Kind
from probatum.stages.performance import Predicted, found
from probatum.stages.record import Cut
from probatum.stages.unblinded import Unblinded
from probatum.study.protocol import Protocol

_INCIDENT = ("period", "what", "column", "backend", "observed", "limit", "handling")


def timeline(
    cut: Cut, sealed: pd.DataFrame, unblinded: Unblinded, protocol: Protocol
) -> list[dict[str, Any]]:
    """Counts of people a planned period, and of incidents; the whole plan, arrived or not."""
    arrived = {
        "received": _people(cut, Kind.BATCH_RECEIVED),
        "admitted": _people(cut, Kind.BATCH_ADMITTED),
        "quarantined": _people(cut, Kind.BATCH_QUARANTINED),
        "incidents": _count(row["period"] for row in incidents(cut)),
    }
    rows, outcomes = unblinded.rows, unblinded.outcomes
    predicted = {
        "sealed_index": _count(sealed.loc[sealed["role"] == "index", "period"]),
        "sealed_fallback": _count(sealed.loc[sealed["role"] == "fallback", "period"]),
        "matured": _count(rows["period"]),
        "known": _count(rows.loc[outcomes.known, "period"]),
        "events": _count(rows.loc[outcomes.known & outcomes.outcome, "period"]),
    }
    counts = arrived | predicted
    return [
        {"period": period, **{name: count.get(period, 0) for name, count in counts.items()}}
        for period in protocol.population.partitions.silent
    ]


def by_period(unblinded: Unblinded, protocol: Protocol) -> list[dict[str, Any]]:
    """How each period's predictions did, the index test's apart from the fallback's."""
    rows = []
    for period in protocol.population.partitions.silent:
        for role in ("index", "fallback"):
            mask = unblinded.of_role(role) & (unblinded.rows["period"] == period).to_numpy()
            if mask.any():
                done = _done(unblinded.predicted(mask, protocol))
                rows.append({"period": period, "role": role, **done})
    return rows


def _done(cases: Predicted) -> dict[str, Any]:
    y, p, options = cases.outcome, cases.risk, cases.weighted()
    return {
        "n": int(y.size),
        "events": int(y.sum()),
        "auc": found(auc, y, p, **options),
        "observed_expected": found(observed_expected, y, p, **options),
    }


def incidents(cut: Cut) -> list[dict[str, Any]]:
    """What went wrong, what was measured, which limit it passed, and what was done."""
    payloads = cut.payloads(Kind.INCIDENT)
    return [{name: payload.get(name) for name in _INCIDENT} for payload in payloads]


def incident_counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many incidents were missing input, how many a backend's fault, and what was done.

    A batch that is tried again and then given up leaves one incident for each fault.
    """
    of_backends = [row for row in rows if row["backend"] is not None]
    return {
        "missing_input": sum(row["column"] is not None for row in rows),
        "backend": len(of_backends),
        "backend_tried_again": sum(row["handling"] == "tried again" for row in of_backends),
        "backend_fallback": sum(row["handling"] == "fallback" for row in of_backends),
    }


def quarantined(cut: Cut) -> list[dict[str, Any]]:
    """Files set aside whole, and the rules they broke; no case is named."""
    return [
        {
            "name": payload["name"],
            "period": payload["period"],
            "reasons": [{"rule": r["rule"], "count": r["count"]} for r in payload["reasons"]],
        }
        for payload in cut.payloads(Kind.BATCH_QUARANTINED)
    ]


def _people(cut: Cut, kind: Kind) -> dict[Any, int]:
    total: dict[Any, int] = {}
    for payload in cut.payloads(kind):
        total[payload["period"]] = total.get(payload["period"], 0) + payload["rows"]
    return total


def _count(periods: Iterable[Any]) -> dict[Any, int]:
    return pd.Series(list(periods), dtype="object").value_counts().to_dict()
