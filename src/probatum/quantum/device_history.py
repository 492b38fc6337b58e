"""How a device changed from one calibration to the next, as captured records show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from math import sqrt
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
    errors: Mapping[str, float]
    """Standard error of each score, by task, from the spread over repeats; as of one run, since
    runs with the same seeds need not be independent."""
    change: float | None
    """Of the mean score of the tasks known at both, since the calibration before; None for the
    first."""
    change_error: float | None
    """Standard error of the change: about twice as much may be luck."""
    shots_per_second: float | None
    calibration: Mapping[str, float]
    """What the calibration measured: means over the qubits and pairs in use, by name."""

    def as_dict(self) -> dict[str, Any]:
        """The moment as a row of a table."""
        row = asdict(self)
        shown = {k: v for k, v in row.items() if k not in ("calibration", "scores", "errors")}
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
    scores, errors = _scores(records)
    change, error = _change(scores, errors, before) if before else (None, None)
    return Moment(
        device=device,
        calibrated_at=at,
        kind=records[0]["platform"]["provider"],
        runs=len({record["timestamp"] for record in records}),
        scores=scores,
        mean_score=fmean(scores.values()),
        errors=errors,
        change=change,
        change_error=error,
        shots_per_second=throughput(records),
        calibration=_means([record.get("calibration") for record in records]),
    )


def _scores(records: list[Mapping[str, Any]]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the mean score of each task, and its standard error where repeats tell it."""
    seen: dict[str, list[float]] = {}
    variances: dict[str, list[float]] = {}
    for record in records:
        name, score = task_name(record), record["results"]["score"]
        seen.setdefault(name, []).append(score["value"])
        repeats = record["params"].get("repeats", 1)
        if repeats > 1:
            variances.setdefault(name, []).append(score["uncertainty"] ** 2 / repeats)
    errors = {name: sqrt(fmean(values)) for name, values in variances.items()}
    return {name: fmean(values) for name, values in seen.items()}, errors


def _change(
    scores: Mapping[str, float], errors: Mapping[str, float], before: Moment
) -> tuple[float | None, float | None]:
    both = sorted(scores.keys() & before.scores.keys())
    if not both:
        return None, None
    change = fmean(scores[name] - before.scores[name] for name in both)
    if not all(name in errors and name in before.errors for name in both):
        return change, None
    squares = (errors[name] ** 2 + before.errors[name] ** 2 for name in both)
    return change, sqrt(sum(squares)) / len(both)


def task_name(record: Mapping[str, Any]) -> str:
    """Return what a record's task is called, its width included."""
    return f"{record['job_type']} on {record['params']['width']} qubits"


def throughput(records: Iterable[Mapping[str, Any]]) -> float | None:
    """Return all shots by all seconds of the runs that were timed; None where none was.

    Examples
    --------
    >>> record = {"params": {"shots": 100, "repeats": 2}, "runtime_seconds": 4.0}
    >>> throughput([record, {**record, "runtime_seconds": 1.0}])
    80.0
    """
    timed = [record for record in records if record.get("runtime_seconds")]
    shots = sum(one["params"]["shots"] * one["params"]["repeats"] for one in timed)
    return shots / sum(one["runtime_seconds"] for one in timed) if timed else None


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
