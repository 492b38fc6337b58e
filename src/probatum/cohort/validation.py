"""Holding a table against its expectations with Great Expectations.

The library is asked in memory: nothing is stored, nothing is sent, no page is made. Its results
hold patients' values; an `Outcome` keeps only where and how many.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from probatum.cohort.expectations import Json
from probatum.cohort.suites import Suite


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Whether one expectation holds, and in how many and which rows it does not."""

    expectation: Json
    passed: bool
    count: int
    """Rows, or for an expectation on the table its parts, that are not as expected."""
    rows: tuple[int, ...]
    """Positions of those rows, from 0."""
    seen: int
    """Rows looked at."""


def outcomes(
    suite: Suite, readings: Mapping[str, pd.DataFrame], parameters: Mapping[str, Any]
) -> tuple[Outcome, ...]:
    """One outcome for each expectation of a suite, in the suite's order.

    Parameters
    ----------
    suite : mapping
        As `probatum.cohort.suites` writes it.
    readings : mapping of str to DataFrame
        The table as each reading that the suite names; missing is None or NaN. An expectation
        on a column that its reading lacks is not met in any row.
    parameters : mapping
        Values for what the suite leaves open.
    """
    found: dict[str, Outcome] = {}
    for reading, frame in readings.items():
        asked = [e for e in suite["expectations"] if e["meta"]["reads"] == reading]
        answerable = [e for e in asked if _columns(e) <= set(frame.columns)]
        for e in asked:
            found[e["description"]] = _not_met(e, frame)
        for outcome in _validated(suite["name"], answerable, frame, parameters):
            found[outcome.expectation["description"]] = outcome
    return tuple(found[e["description"]] for e in suite["expectations"])


def _columns(expectation: Json) -> set[str]:
    kwargs = expectation["kwargs"]
    named = {kwargs["column"]} if "column" in kwargs else set()
    condition = kwargs.get("row_condition")
    return named | ({condition["column"]["name"]} if condition else set())


def _not_met(expectation: Json, frame: pd.DataFrame) -> Outcome:
    n = len(frame)
    return Outcome(expectation=expectation, passed=False, count=n, rows=(), seen=n)


def _validated(
    name: str, expectations: Sequence[Json], frame: pd.DataFrame, parameters: Mapping[str, Any]
) -> Iterator[Outcome]:
    if not expectations:
        return
    known = {expectation["description"]: expectation for expectation in expectations}
    for result in _results(name, expectations, frame.reset_index(drop=True), parameters):
        expectation = known[str(result.expectation_config.description)]
        if "raised_exception" not in result.exception_info or not result.result:
            raise RuntimeError(f"{expectation['description']}: Great Expectations has failed")
        yield _outcome(expectation, bool(result.success), result.result, len(frame))


def _outcome(
    expectation: Json, passed: bool, result: Mapping[str, Any], rows_of_table: int
) -> Outcome:
    if "unexpected_count" not in result:
        mismatched = result.get("details", {}).get("mismatched", {})
        count = sum(len(columns) for columns in mismatched.values()) or int(not passed)
        return Outcome(
            expectation=expectation, passed=passed, count=count, rows=(), seen=rows_of_table
        )
    rows = tuple(sorted(int(row) for row in result.get("unexpected_index_list") or ()))
    return Outcome(
        expectation=expectation,
        passed=passed,
        count=int(result["unexpected_count"]),
        rows=rows,
        seen=int(result["element_count"]),
    )


def _results(
    name: str, expectations: Sequence[Json], frame: pd.DataFrame, parameters: Mapping[str, Any]
) -> Sequence[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the import takes seconds, and warns of itself
        import great_expectations as gx
        from great_expectations.data_context.types import base
    config = base.DataContextConfig(
        store_backend_defaults=base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        progress_bars=base.ProgressBarsConfig(globally=False),
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=config)
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset(name)
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    validation = batch.validate(
        gx.ExpectationSuite(name=name, expectations=[dict(e) for e in expectations]),
        result_format={"result_format": "COMPLETE"},
        expectation_parameters=dict(parameters),
    )
    found: Sequence[Any] = validation.results
    return found
