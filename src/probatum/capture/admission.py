"""Whether a batch of patients may enter the silent stage, before anyone is predicted."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from probatum.capture.calendar import begins
from probatum.capture.judgement import (
    Reason,
    missing_share,
    where,
    wrong_cells,
    wrong_columns,
    wrong_ids,
)
from probatum.capture.rows import is_empty, values
from probatum.study.population import Column, EligibilityRule, Role
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A column emptier than the protocol allows, for which it states what is done."""

    column: str
    observed: float
    """Share of empty cells among the eligible, 0 to 1, to six decimals."""
    limit: float


def judge(
    rows: pd.DataFrame, protocol: Protocol, *, admitted: Collection[str], at: datetime
) -> tuple[Reason, ...]:
    """Every reason to keep a batch out; none means it is admitted, whole.

    Parameters
    ----------
    rows : DataFrame of str
        As `probatum.capture.rows.rows_of` gives them.
    protocol : Protocol
        What a batch must be like.
    admitted : collection of str
        Cases of batches admitted before.
    at : datetime
        Now; a batch of a period that has not begun is refused.

    Notes
    -----
    The rules, in order: a column absent, unknown or known only later (a leak); no rows; an id
    that is no pseudonym, repeated, or admitted before; a cell of another type, over the age top
    code or out of range; not one period, or not a silent one that has begun; emptier than the
    limit, unless the protocol states what is done then. Wrong columns end the judgement, since
    nothing else can be judged.
    """
    if reasons := tuple(_columns(rows, protocol)):
        return reasons
    if not len(rows):
        return (Reason(rule="no-rows", count=0),)
    ids = rows[protocol.population.id_column]
    reasons = (
        *wrong_ids(rows, protocol),
        *where("case-id-admitted-before", ids.isin(list(admitted)), ids),
        *(
            reason
            for column in _cells(protocol)
            for reason in wrong_cells(rows, column, protocol)
        ),
    )
    return reasons or (*_period(rows, protocol, at), *_missing(rows, protocol))


def ineligible(rows: pd.DataFrame, protocol: Protocol) -> tuple[Reason, ...]:
    """For each eligibility rule, the cases of an admitted batch that do not meet it."""
    ids = rows[protocol.population.id_column]
    return tuple(
        reason
        for rule in protocol.population.eligibility
        for reason in where(
            f"ineligible:{rule.id}", ~_is_met(rows[rule.column], rule, protocol), ids
        )
    )


def incidents(rows: pd.DataFrame, protocol: Protocol) -> tuple[Incident, ...]:
    """Columns emptier than their limit among the eligible, where the fallback does without."""
    planned = protocol.model.fallback.without_columns
    return tuple(
        Incident(column=column.name, observed=round(share, 6), limit=column.missing)
        for column, share in _too_empty(rows, protocol)
        if column.name in planned
    )


def period_of(rows: pd.DataFrame, protocol: Protocol) -> int | None:
    """The one period of a batch; ``None`` where there is not exactly one."""
    name = protocol.population.time_column
    periods = set(rows[name]) if name in rows else set()
    only = periods.pop() if len(periods) == 1 else ""
    return int(only) if only.isascii() and only.isdigit() and len(only) <= 15 else None


def _columns(rows: pd.DataFrame, protocol: Protocol) -> Iterable[Reason]:
    later = [column.name for column in protocol.columns_with(Role.LEAK)]
    leaks = [name for name in later if name in rows]
    for name in leaks:
        yield Reason(rule=f"leak:{name}", count=1)
    here = [str(name) for name in rows.columns if name not in leaks]
    yield from wrong_columns(here, protocol.columns_known_at("baseline"))


def _cells(protocol: Protocol) -> tuple[Column, ...]:
    """The baseline columns whose cells are judged; the ids have rules of their own."""
    columns = protocol.columns_known_at("baseline")
    return tuple(column for column in columns if column.role is not Role.IDENTIFIER)


def _period(rows: pd.DataFrame, protocol: Protocol, at: datetime) -> Iterable[Reason]:
    name = protocol.population.time_column
    period = period_of(rows, protocol)
    if period is None:
        yield Reason(rule="not-one-period", count=rows[name].nunique())
    elif period not in protocol.population.partitions.silent:
        yield Reason(rule="not-a-silent-period", count=len(rows))
    elif begins(period) > at:
        yield Reason(rule="period-not-begun", count=len(rows))


def _missing(rows: pd.DataFrame, protocol: Protocol) -> Iterable[Reason]:
    planned = protocol.model.fallback.without_columns
    for column, _ in _too_empty(rows, protocol):
        if column.name not in planned:
            empty = is_empty(rows[column.name])
            ids = rows[protocol.population.id_column]
            yield from where(f"missing-beyond-limit:{column.name}", empty, ids)


def _too_empty(rows: pd.DataFrame, protocol: Protocol) -> Iterable[tuple[Column, float]]:
    rules = protocol.population.eligibility
    eligible = pd.Series(True, index=rows.index)
    for rule in rules:
        eligible &= _is_met(rows[rule.column], rule, protocol)
    for column in _cells(protocol):
        share = missing_share(rows.loc[eligible, column.name])
        if share > column.missing:
            yield column, share


def _is_met(cells: pd.Series, rule: EligibilityRule, protocol: Protocol) -> pd.Series:
    """Which cells meet every condition a rule states; an empty cell meets ``present`` never.

    Where the protocol is silent: an empty cell meets no bound and no list either.
    """
    found = values(cells, protocol.column(rule.column))
    conditions: list[tuple[object, Callable[[], pd.Series]]] = [
        (rule.at_least, lambda: found >= rule.at_least),
        (rule.at_most, lambda: found <= rule.at_most),
        (rule.one_of, lambda: found.isin(rule.one_of or ())),
        (rule.present, lambda: ~is_empty(cells)),
    ]
    met = pd.Series(True, index=cells.index)
    for stated, holds in conditions:
        if stated is not None:
            met &= holds()
    return met
