"""The same patients as Evidently, a widely used monitor, sees them.

Evidently bins on both samples together, so its index moves with the patients who arrive; the
protocol's limits are held against our own index, and this one stands beside it.
"""

import os
import warnings
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from probatum.study.population import Role
from probatum.study.protocol import Protocol

_METRICS = {"ValueDrift": "psi", "MissingValueCount": "missing_share"}


def evidently_results(
    reference: pd.DataFrame, periods: Mapping[int, pd.DataFrame], protocol: Protocol
) -> dict[str, Any]:
    """Evidently's population stability index and missing share, a row a period and column.

    Only numbers are kept: its identifiers and times differ from run to run.
    """
    rows = []
    for period, current in periods.items():
        for metric in _run(reference, current, protocol).dict()["metrics"]:
            kind = metric["config"]["type"].rpartition(":")[2]
            value = metric["value"]
            rows.append(
                {
                    "period": period,
                    "column": metric["config"]["column"],
                    "measure": _METRICS[kind],
                    "value": float(value["share"] if isinstance(value, dict) else value),
                }
            )
    return {"version": version("evidently"), "results": rows}


def write_page(
    path: Path, reference: pd.DataFrame, current: pd.DataFrame, protocol: Protocol
) -> None:
    """Write Evidently's interactive page, for looking and not for the record.

    The page differs from run to run, so it is no evidence and stands in no stage's outputs.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _run(reference, current, protocol).save_html(str(path))


def _run(reference: pd.DataFrame, current: pd.DataFrame, protocol: Protocol) -> Any:
    columns = protocol.columns_with(Role.PREDICTOR)
    numbers = [c.name for c in columns if c.type in ("integer", "number")]
    categories = [c.name for c in columns if c.name not in numbers]
    names, limits = [*numbers, *categories], protocol.drift
    enough = [n for n in names if _is_enough(n, reference, current, limits.minimum_cases)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports, and its sums over few values, warn
        evidently, metrics = _evidently()
        definition = evidently.DataDefinition(
            numerical_columns=numbers, categorical_columns=categories
        )
        drifts = [
            metrics.ValueDrift(column=name, method="psi", threshold=limits.psi.alarm)
            for name in enough
        ]
        missing = [metrics.MissingValueCount(column=name) for name in names]
        now, then = (
            evidently.Dataset.from_pandas(frame[names], data_definition=definition)
            for frame in (current, reference)
        )
        return evidently.Report([*drifts, *missing]).run(now, then)


def _evidently() -> tuple[Any, Any]:
    """Evidently, imported only here since that takes seconds, and kept from calling home."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    return import_module("evidently"), import_module("evidently.metrics")


def _is_enough(name: str, reference: pd.DataFrame, current: pd.DataFrame, least: int) -> bool:
    return min(reference[name].count(), current[name].count()) >= least
