"""Four indices of drift for fifty columns of a million patients a side, here and elsewhere.

Ours is ``drift_table``: the stability index, Jensen-Shannon, Kolmogorov-Smirnov and Wasserstein
with their intervals. A peer does a share of the columns, and its time is divided by it. Results
are compared where they mean the same: Evidently bins both samples together, so that its first
two indices are others, and of the third it gives the p-value only.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from benchmarks.harness import Comparison, Contender
from probatum.analysis.drift import drift_table

Found = NDArray[np.float64]
"""A row a column: stability index, Jensen-Shannon, Kolmogorov-Smirnov, Wasserstein."""

ROWS, COLUMNS, PART = 1_000_000, 50, 2
"""Patients a side, columns, and those of them that a peer does."""
LIMIT = 10.0
CLOCK = f"{LIMIT:g} s by the clock"
POPULATION = 1e-6
"""How far a distance over the SD with divisor n may lie from one over that with n - 1."""
METHODS = ("psi", "jensenshannon", "ks", "wasserstein")


def comparisons(quick: bool) -> Iterator[Comparison]:
    """Yield one, of columns that moved a little."""
    rows, columns = (20_000, 4) if quick else (ROWS, COLUMNS)
    before, now = sides(rows, columns)
    share, few = PART / columns, list(before.columns[:PART])
    _evidently(before[:2000], now[:2000], few)  # so that no import is timed
    peers = {
        "Evidently, DataDriftPreset": ("as used", _preset),
        "Evidently, ValueDrift by the same four": ("as used", _evidently),
        "textbook: SciPy and NumPy": ("tuned", _textbook),
    }
    yield Comparison(
        title="drift of many columns, four indices each",
        params={"rows a side": rows, "columns": columns},
        contenders=(
            *(
                Contender(
                    name=f"probatum, {name}",
                    how="ours",
                    run=partial(_ours, before, now, workers),
                    threads=workers,
                )
                for name, workers in (("two threads", 2), ("one thread", 1))
            ),
            *(
                Contender(
                    name=name,
                    how=how,
                    run=partial(run, before, now, few),
                    share=share,
                    rounds=None if how == "tuned" else 1,
                    tolerance=POPULATION if "Evidently" in name else None,
                )
                for name, (how, run) in peers.items()
            ),
            Contender(name=CLOCK, how="limit", run=partial(time.sleep, LIMIT), rounds=1),
        ),
        difference=_difference,
        targets={CLOCK: 1.0},
        tolerance=1e-12,
    )


def sides(rows: int, columns: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return reference and current, each column of them by itself in memory."""
    rng = np.random.default_rng(0)
    names = [f"x{place}" for place in range(columns)]
    before = {name: rng.normal(size=rows) for name in names}
    now = {name: 0.03 + 1.02 * rng.normal(size=rows) for name in names}
    return pd.DataFrame(before), pd.DataFrame(now)


def _difference(ours: Found, theirs: Any) -> float | None:
    """The largest difference of what both have; a peer has NaN where it has another index."""
    if theirs is None:
        return None
    return float(np.nanmax(np.abs(ours[: len(theirs)] - theirs)))


def _ours(before: pd.DataFrame, now: pd.DataFrame, workers: int) -> Found:
    rows = drift_table(before, now, workers=workers).rows
    indices = ("psi", "jensen_shannon", "ks", "wasserstein")
    return np.array([[getattr(row, index).value for index in indices] for row in rows])


def _textbook(before: pd.DataFrame, now: pd.DataFrame, names: Sequence[str]) -> Found:
    return np.array([_by_scipy(before[name].values, now[name].values) for name in names])


def _by_scipy(e: Any, a: Any) -> list[float]:
    """Return the four, each as its own function gives it."""
    cuts = np.quantile(e, np.linspace(0, 1, 11))[1:-1]
    p, q = (
        np.bincount(np.searchsorted(cuts, side), minlength=10) / side.size for side in (e, a)
    )
    return [
        float(np.sum((q - p) * np.log(q / p))),
        float(
            np.sqrt((stats.entropy(p, (p + q) / 2, 2) + stats.entropy(q, (p + q) / 2, 2)) / 2)
        ),
        float(stats.ks_2samp(e, a, method="asymp").statistic),
        float(stats.wasserstein_distance(e, a) / e.std(ddof=1)),
    ]


# ------------------------------------------------------------------ Evidently


def _preset(before: pd.DataFrame, now: pd.DataFrame, names: Sequence[str]) -> Found:
    """Of more than a thousand patients it gives Wasserstein's distance."""
    from evidently.presets import DataDriftPreset

    told = _report([DataDriftPreset()], before, now, names)
    return _last([one["value"] for one in told if "ValueDrift" in one["metric_name"]])


def _evidently(before: pd.DataFrame, now: pd.DataFrame, names: Sequence[str]) -> Found:
    from evidently.metrics import ValueDrift

    wanted = [ValueDrift(column=name, method=method) for name in names for method in METHODS]
    told = _report(wanted, before, now, names)
    return _last([one["value"] for one in told if "wasserstein" in one["metric_name"]])


def _report(
    metrics: list[Any], before: pd.DataFrame, now: pd.DataFrame, names: Sequence[str]
) -> list[dict[str, Any]]:
    os.environ["DO_NOT_TRACK"] = "1"
    from evidently import DataDefinition, Dataset, Report

    told = DataDefinition(numerical_columns=list(names))
    reference, current = (
        Dataset.from_pandas(side[names], data_definition=told) for side in (before, now)
    )
    return list(Report(metrics).run(current, reference).dict()["metrics"])


def _last(distances: Sequence[float]) -> Found:
    found = np.full((len(distances), 4), np.nan)
    found[:, 3] = distances
    return found
