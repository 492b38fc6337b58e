"""How a device changed from one calibration to the next, as captured records show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from statistics import fmean
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A device as one calibration found it, and how it did on the standard tasks then."""

    device: str
    calibrated_at: str
    """UTC, ISO 8601."""
    kind: str | None
    """Whether the device was real."""
    runs: int
    """Instants at which it was put to the tasks."""
    scores: Mapping[str, float]
    """Mean over the runs, by task."""
    mean_score: float
    change: float | None
    """Of the mean score of the tasks known at both, since the calibration before; None for the
    first."""
    shots_per_second: float | None
    calibration: Mapping[str, float]
    """What the calibration measured: means over the qubits and pairs in use, by name."""

    def as_dict(self) -> dict[str, Any]:
        """The moment as a row of a table."""
        row = asdict(self)
        shown = {k: v for k, v in row.items() if k not in ("calibration", "scores")}
        return {**shown, **self.calibration}


def history(records: Iterable[Mapping[str, Any]]) -> tuple[Moment, ...]:
    """Put captured task records in the order of device and calibration.

    Records of what is never calibrated, such as an exact simulator, are left out.

    Examples
    --------
    >>> def record(day, score):
    ...     metadata = {"calibrated_at": f"2026-01-{day}T00:00:00+00:00"}
    ...     return {"job_type": "ghz", "params": {"width": 3}, "timestamp": None,
    ...             "platform": {"device": "d", "provider": None, "device_metadata": metadata},
    ...             "results": {"score": {"value": score}}}
    >>> [moment.change for moment in history([record(12, 0.75), record(11, 0.5)])]
    [None, 0.25]
    """
    grouped: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for record in records:
        platform = record["platform"]
        at = platform["device_metadata"]["calibrated_at"]
        if at is not None:
            grouped.setdefault((platform["device"], at), []).append(record)
    moments: list[Moment] = []
    for (device, at), own in sorted(grouped.items()):
        before = moments[-1] if moments and moments[-1].device == device else None
        moments.append(_moment(device, at, own, before))
    return tuple(moments)


def _moment(
    device: str, at: str, records: list[Mapping[str, Any]], before: Moment | None
) -> Moment:
    scores = _scores(records)
    rates = [rate for record in records if (rate := record.get("shots_per_second"))]
    return Moment(
        device=device,
        calibrated_at=at,
        kind=records[0]["platform"]["provider"],
        runs=len({record["timestamp"] for record in records}),
        scores=scores,
        mean_score=fmean(scores.values()),
        change=_change(scores, before.scores) if before else None,
        shots_per_second=fmean(rates) if rates else None,
        calibration=_means([record.get("calibration") for record in records]),
    )


def _scores(records: list[Mapping[str, Any]]) -> dict[str, float]:
    seen: dict[str, list[float]] = {}
    for record in records:
        name = f"{record['job_type']} on {record['params']['width']} qubits"
        seen.setdefault(name, []).append(record["results"]["score"]["value"])
    return {name: fmean(values) for name, values in seen.items()}


def _change(scores: Mapping[str, float], before: Mapping[str, float]) -> float | None:
    both = scores.keys() & before.keys()
    return fmean(scores[name] - before[name] for name in sorted(both)) if both else None


def _means(tables: Iterable[Mapping[str, Any] | None]) -> dict[str, float]:
    """Means over all qubits and pairs that the records' calibrations name."""
    seen: dict[str, list[float]] = {}
    for table in tables:
        for part in (table or {}).get("qubits", ()):
            for name in ("t1_seconds", "t2_seconds", "readout_error"):
                seen.setdefault(name, []).append(part[name])
        for part in (table or {}).get("pairs", ()):
            seen.setdefault("two_qubit_error", []).append(part["error"])
    known = {name: [v for v in values if v is not None] for name, values in seen.items()}
    return {name: fmean(values) for name, values in known.items() if values}
