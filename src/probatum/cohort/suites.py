"""The expectations a protocol implies for each table, in the form Great Expectations reads.

A suite is data: it stands in ``expectations/<study>/`` where anyone can read it, and is always
what the protocol implies, character for character.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from probatum.cohort.expectations import (
    Json,
    ages_top_coded,
    cell_forms,
    columns_are,
    followup_complete,
    missing_at_most,
    missing_at_most_in,
    periods_allowed,
    ranges,
    schema,
    unique_ids,
)
from probatum.cohort.partitions import periods_of
from probatum.cohort.tables import baseline_columns, followup_columns, model_columns
from probatum.errors import DataError
from probatum.study.conduct import QualityRule
from probatum.study.population import Column, Role
from probatum.study.protocol import Protocol

Suite = Mapping[str, Any]
Severity = Literal["blocking", "warning"]


def severity_of(rule: QualityRule, protocol: Protocol) -> Severity | None:
    """Whether the protocol lets a rule block or warn; None if it does not ask for the rule."""
    if rule in protocol.quality.blocking:
        return "blocking"
    return "warning" if rule in protocol.quality.warning else None


def suites(protocol: Protocol) -> dict[str, Json]:
    """Every suite the protocol implies, by its name.

    ``baseline`` and ``followup`` are for the tables of development and evaluation, ``batch``
    for what arrives during the silent stage (absent without one), ``model_input`` for what is
    handed to a model.
    """
    built = {
        "baseline": _baseline(protocol, periods_of(protocol, "development", "evaluation")),
        "followup": _followup(protocol),
        "model_input": _model_input(protocol),
    }
    silent = periods_of(protocol, "silent")
    if silent:
        built["batch"] = _batch(protocol, silent)
    return {name: _suite(name, parts, protocol) for name, parts in built.items()}


def suite_text(suite: Suite) -> str:
    """A suite as the text of its file, always the same for the same protocol."""
    return json.dumps(suite, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write_suites(protocol: Protocol, folder: Path) -> tuple[Path, ...]:
    """Write every suite of the protocol into ``folder``, one file a suite."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, suite in suites(protocol).items():
        path = folder / f"{name}.json"
        path.write_text(suite_text(suite), encoding="utf-8", newline="\n")
        paths.append(path)
    return tuple(paths)


def read_suite(folder: Path, name: str, protocol: Protocol) -> Suite:
    """The suite in a file, if it is the one the protocol implies.

    Raises
    ------
    DataError
        If the file is absent or differs from what the protocol implies.
    """
    path = folder / f"{name}.json"
    implied = suite_text(suites(protocol)[name])
    if not path.is_file() or path.read_text(encoding="utf-8") != implied:
        raise DataError(
            f"{path} — expected the suite that the protocol implies, got "
            f"{'another' if path.is_file() else 'none'} — write the suites again"
        )
    found: Suite = json.loads(implied)
    return found


def _suite(name: str, parts: Iterable[Json], protocol: Protocol) -> Json:
    asked = [part for part in parts if severity_of(part["meta"]["rule"], protocol) is not None]
    for part in asked:
        is_blocking = severity_of(part["meta"]["rule"], protocol) == "blocking"
        part["severity"] = "critical" if is_blocking else "warning"
    return {"name": name, "expectations": asked, "meta": {"study": protocol.study.id}}


def _baseline(protocol: Protocol, periods: tuple[int, ...]) -> Iterator[Json]:
    yield from _rows_at_baseline(protocol, periods)
    time = protocol.population.time_column
    for column in _measured(protocol):
        yield from (missing_at_most_in(column, period, time) for period in periods)


def _batch(protocol: Protocol, periods: tuple[int, ...]) -> Iterator[Json]:
    yield from _rows_at_baseline(protocol, periods)
    yield from map(missing_at_most, _measured(protocol))


def _rows_at_baseline(protocol: Protocol, periods: tuple[int, ...]) -> Iterator[Json]:
    columns = baseline_columns(protocol)
    yield from schema(columns)
    yield from ranges(columns)
    yield periods_allowed(protocol.population.time_column, periods)
    yield unique_ids(protocol)
    yield from ages_top_coded(protocol)


def _measured(protocol: Protocol) -> list[Column]:
    told = (Role.IDENTIFIER, Role.TIME)
    return [column for column in baseline_columns(protocol) if column.role not in told]


def _followup(protocol: Protocol) -> Iterator[Json]:
    columns = followup_columns(protocol)
    yield from schema(columns)
    yield from ranges(columns)
    yield unique_ids(protocol)
    yield from followup_complete(protocol)


def _model_input(protocol: Protocol) -> Iterator[Json]:
    columns = model_columns(protocol)
    yield columns_are(columns, "leak_columns_absent")
    yield from cell_forms(columns)
    yield from ranges(columns)
    yield unique_ids(protocol)
    yield from ages_top_coded(protocol)
