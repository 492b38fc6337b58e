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
    records: int
    mean_score: float
    change: float | None
    """Of the mean score since the calibration before; None for the first."""
    shots_per_second: float | None
    calibration: Mapping[str, float]
    """What the calibration measured: means over the qubits and pairs in use, by name."""

    def as_dict(self) -> dict[str, Any]:
        """The moment as a row of a table."""
        row = asdict(self)
        return {**{k: v for k, v in row.items() if k != "calibration"}, **self.calibration}


def history(records: Iterable[Mapping[str, Any]]) -> tuple[Moment, ...]:
    """Put captured task records in the order of device and calibration.

    Records of what is never calibrated, such as an exact simulator, are left out.

    Examples
    --------
    >>> def record(day, score):
    ...     metadata = {"calibrated_at": f"2026-01-{day}T00:00:00+00:00"}
    ...     return {"platform": {"device": "d", "device_metadata": metadata},
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
    score = fmean(record["results"]["score"]["value"] for record in records)
    rates = [rate for record in records if (rate := record.get("shots_per_second"))]
    return Moment(
        device=device,
        calibrated_at=at,
        records=len(records),
        mean_score=score,
        change=score - before.mean_score if before else None,
        shots_per_second=fmean(rates) if rates else None,
        calibration=_means([record.get("calibration") for record in records]),
    )


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
