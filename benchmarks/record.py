"""The record a run leaves: one entry a comparison, in the shape metriq-gym gives its own."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks import in_r
from benchmarks.harness import Outcome, Timing, blas

PACKAGES = (
    *("numpy", "scipy", "qiskit", "qiskit-aer", "qiskit-machine-learning", "pennylane"),
    *("pennylane-lightning", "qulacs", "squlearn", "jax", "qiskit-algorithms"),
    *("qiskit-optimization", "qiskit-ibm-runtime"),
    *("pandas", "scikit-learn", "statsmodels", "evidently", "mlstatkit", "confidenceinterval"),
)

STATISTICS = ("delong", "resampling", "drift")
"""Subjects that are of the analysis; the others are of the quantum core."""


def record(outcomes: Iterable[Outcome], *, at: datetime, subject: str) -> list[dict[str, Any]]:
    """Return one entry a comparison.

    ``results`` holds each contender's median seconds with their spread over rounds as
    uncertainty, its processor seconds, and its ratio to ours.
    """
    return [_entry(outcome, at, subject) for outcome in outcomes]


def _entry(outcome: Outcome, at: datetime, subject: str) -> dict[str, Any]:
    return {
        "app_version": version("probatum"),
        "timestamp": at.isoformat(timespec="seconds"),
        "suite_id": "probatum-statistics" if subject in STATISTICS else "probatum-quantum-core",
        "job_type": subject,
        "params": {"title": outcome.comparison.title, **outcome.comparison.params},
        "platform": machine(),
        "runtime_seconds": sum(sum(timing.seconds) for timing in outcome.timings),
        "results": {
            "blas_gigaflops": outcome.blas_gigaflops,
            "contenders": [_contender(outcome, timing) for timing in outcome.timings],
        },
    }


def _contender(outcome: Outcome, timing: Timing) -> dict[str, Any]:
    spread = (max(timing.seconds) - min(timing.seconds)) / 2
    return {
        "name": timing.name,
        "how": timing.how,
        "seconds": {"value": timing.median, "uncertainty": spread},
        "cpu_seconds": timing.cpu_seconds,
        "ratio": None if timing is outcome.ours else outcome.ratio(timing),
        "target": outcome.comparison.targets.get(timing.name),
        "target_met": outcome.is_met(timing),
        "difference": timing.difference,
        "tolerance": timing.tolerance,
        "agrees": timing.agrees,
        "extrapolated": timing.extrapolated,
        "rounds": len(timing.seconds),
        **timing.details,
    }


def machine() -> dict[str, Any]:
    """What the run happened on; no name of the machine."""
    return {
        "provider": "local",
        "device": _processor(),
        "device_metadata": {
            "simulator": True,
            "cores": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
            "blas": blas(),
            "packages": {name: found for name in PACKAGES if (found := _version(name))},
            "in_r": in_r.versions(),
        },
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
