"""Whether a batch of patients may enter the silent stage, before anyone is predicted.

The rules of the protocol are asked by its Great Expectations suite, the same way as of every
other table. Only what no table can tell is decided here: who was admitted before, whether the
ids may be published, and whether the period is one that is silent and has begun.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from probatum.capture.calendar import begins
from probatum.capture.judgement import Reason, broken_rules, ill_typed, where
from probatum.cohort.eligibility import meets
from probatum.cohort.expectations import missing_at_most
from probatum.cohort.partitions import periods_of
from probatum.cohort.pseudonyms import are_pseudonyms
from probatum.cohort.quality import batch_failures
from probatum.cohort.rules import RuleResult
from probatum.cohort.suites import Suite
from probatum.cohort.tables import baseline_columns, lenient, typed
from probatum.study.population import Column
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A column emptier than the protocol allows, for which it states what is done."""

    column: str
    observed: float
    """Share of empty cells of the batch, 0 to 1, to six decimals."""
    limit: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Why a batch is kept out; if nothing says so, what is to be noted of it."""

    reasons: tuple[Reason, ...]
    incidents: tuple[Incident, ...]


def judge(
    table: pd.DataFrame,
    protocol: Protocol,
    suite: Suite,
    *,
    admitted: Collection[str],
    at: datetime,
) -> Judgement:
    """Every reason to keep a batch out, whole; without one it is admitted, incidents and all.

    Parameters
    ----------
    table : DataFrame of text
        As `probatum.cohort.tables.text_of` gives it.
    protocol : Protocol
        What a batch must be like.
    suite : mapping
        The protocol's suite ``batch``.
    admitted : collection of str
        Cases of batches admitted before.
    at : datetime
        Now; a batch of a period that has not begun is refused.

    Notes
    -----
    A broken rule is a reason, also one that only warns: here somebody must know what to do. For
    a column emptier than its limit the protocol may have said: then it is an incident.
    """
    columns = baseline_columns(protocol)
    failures = batch_failures(table, protocol, suite)
    planned = {failed: column for failed in failures if (column := _planned(failed, protocol))}
    reasons = (
        *broken_rules([f for f in failures if f not in planned], table, columns),
        *_ids(table, protocol, admitted),
        *_period(table, protocol, at),
    ) or tuple(ill_typed(table, columns, protocol))
    noted = (_incident(failed, column, len(table)) for failed, column in planned.items())
    return Judgement(reasons=reasons, incidents=() if reasons else tuple(noted))


def ineligible(table: pd.DataFrame, protocol: Protocol) -> tuple[Reason, ...]:
    """For each eligibility rule, the cases of an admitted batch that do not meet it."""
    values = typed(table, baseline_columns(protocol), protocol, "batch")
    ids = table[protocol.population.id_column]
    unmet = {
        rule.id: tuple(sorted(ids[~meets(values[rule.column], rule)]))
        for rule in protocol.population.eligibility
    }
    return tuple(
        Reason(rule=f"ineligible:{name}", count=len(cases), case_ids=cases)
        for name, cases in unmet.items()
        if cases
    )


def period_of(table: pd.DataFrame, protocol: Protocol) -> int | None:
    """The one period of a batch; ``None`` unless there is exactly one, and the study's."""
    found = _periods(table, protocol)
    planned = periods_of(protocol, "development", "evaluation", "silent")
    return int(found[0]) if len(found) == 1 and found[0] in planned else None


def _periods(table: pd.DataFrame, protocol: Protocol) -> list[float]:
    """Every different number in the column of periods."""
    column = protocol.column(protocol.population.time_column)
    values = lenient(table, [column])
    found = values[column.name].dropna().unique().tolist() if len(values.columns) else []
    return [float(period) for period in found]


def _ids(
    table: pd.DataFrame, protocol: Protocol, admitted: Collection[str]
) -> Iterator[Reason]:
    name = protocol.population.id_column
    if name not in table:
        return
    ids = table[name]
    shown = pd.Series(are_pseudonyms(ids, protocol.deidentification.k), index=ids.index)
    yield from where("case-id-form", ~shown.astype(bool), table, protocol)
    yield from where("case-id-admitted-before", ids.isin(list(admitted)), table, protocol)


def _period(table: pd.DataFrame, protocol: Protocol, at: datetime) -> Iterator[Reason]:
    found, period = _periods(table, protocol), period_of(table, protocol)
    if len(found) > 1:
        yield Reason(rule="not-one-period", count=len(found))
    elif found and period not in protocol.population.partitions.silent:
        yield Reason(rule="not-a-silent-period", count=len(table))
    elif period is not None and begins(period) > at:
        yield Reason(rule="period-not-begun", count=len(table))


def _planned(failed: RuleResult, protocol: Protocol) -> Column | None:
    """The column emptier than its limit, if that is what warns and a handling is stated."""
    columns = map(protocol.column, protocol.model.fallback.without_columns)
    named = {missing_at_most(column)["description"]: column for column in columns}
    return named.get(failed.description) if failed.severity == "warning" else None


def _incident(failed: RuleResult, column: Column, rows: int) -> Incident:
    observed = round(failed.count / rows, 6)
    return Incident(column=column.name, observed=observed, limit=column.missing)
