"""How each backend stands over all its captured benchmarks: how right, how fast, how dear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any

from probatum.quantum.device_history import throughput


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A backend over every standard task it was put to.

    Attributes
    ----------
    runs : int
        Instants at which it was put to the tasks.
    repeats : int
        Of all tasks in all runs.
    mean_score, mean_spread : float
        Over tasks and runs; the spread is the standard deviation over repeats.
    latency_seconds : float or None
        From sending one repeat of a task to its answer, on average, the queue included.
    queue_seconds : float or None
        The part of it that was waiting; None where nothing waits.
    shots_per_second : float or None
        All shots by all seconds.
    cost, currency
        Of everything; None where nobody asked for money.
    """

    backend: str
    kind: str | None
    runs: int
    repeats: int
    mean_score: float
    mean_spread: float
    latency_seconds: float | None
    queue_seconds: float | None
    shots_per_second: float | None
    cost: float | None
    currency: str | None

    def as_dict(self) -> dict[str, Any]:
        """The standing as JSON values."""
        return asdict(self)


def standings(records: Iterable[Mapping[str, Any]]) -> tuple[Standing, ...]:
    """Sum captured task records up, one standing a backend and kind, in their order.

    Examples
    --------
    >>> record = {"params": {"shots": 100, "repeats": 2}, "runtime_seconds": 4.0,
    ...           "timestamp": "t", "platform": {"device": "d", "provider": "exact"},
    ...           "results": {"score": {"value": 0.9, "uncertainty": 0.1}}, "cost": None,
    ...           "latency_seconds": {"value": 2.0, "uncertainty": 0.0}, "executions": []}
    >>> standings([record])[0].shots_per_second
    50.0
    """
    grouped: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for record in records:
        platform = record["platform"]
        grouped.setdefault((platform["device"], platform["provider"] or ""), []).append(record)
    return tuple(_standing(own) for _, own in sorted(grouped.items()))


def _standing(records: list[Mapping[str, Any]]) -> Standing:
    platform = records[0]["platform"]
    scores = [record["results"]["score"] for record in records]
    latencies = [at["value"] for record in records if (at := record.get("latency_seconds"))]
    waits = [run["queue_seconds"] for record in records for run in record.get("executions", ())]
    known = [wait for wait in waits if wait is not None]
    paid = [cost for record in records if (cost := record.get("cost"))]
    return Standing(
        backend=platform["device"],
        kind=platform["provider"],
        runs=len({record["timestamp"] for record in records}),
        repeats=sum(record["params"]["repeats"] for record in records),
        mean_score=fmean(score["value"] for score in scores),
        mean_spread=fmean(score["uncertainty"] for score in scores),
        latency_seconds=fmean(latencies) if latencies else None,
        queue_seconds=fmean(known) if known else None,
        shots_per_second=throughput(records),
        cost=sum(cost["amount"] for cost in paid) if paid else None,
        currency=paid[0]["currency"] if paid else None,
    )
