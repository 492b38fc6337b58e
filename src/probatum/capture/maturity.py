"""Letting an outcome in only when its time has come, and only beside a sealed prediction."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from probatum.capture.calendar import matures
from probatum.capture.judgement import (
    Reason,
    file_name,
    where,
    wrong_cells,
    wrong_columns,
    wrong_ids,
)
from probatum.capture.reception import Hand, quarantined
from probatum.capture.rows import is_empty, rows_of, values
from probatum.capture.standing import Standing
from probatum.errors import DataError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Event, Kind, written
from probatum.study.population import Column
from probatum.study.protocol import Protocol


def is_follow_up(content: bytes, protocol: Protocol) -> bool:
    """Whether a file holds outcomes and nothing else but ids: told by its header, not its name.

    A file with predictors beside outcomes is no follow-up but a batch that leaks.
    """
    try:
        header = set(rows_of(content).columns)
    except DataError:
        return False
    allowed = {column.name for column in _columns(protocol)}
    return protocol.outcome.event_column in header and header <= allowed


def link(name: str, content: bytes, standing: Standing, hand: Hand) -> tuple[Event, ...]:
    """The events that link the outcomes of a follow-up file, or set the file aside whole.

    The outcome of a case that was left out at admission, as recorded there, is left out too.
    Follow-up is cut at the horizon: what happened to a person after it is not yet known for
    everyone of the period, and is not what the study asks about.

    Returns
    -------
    tuple of Event
        One ``outcome_linked`` for each case not linked yet; or one ``batch_quarantined`` with
        the reasons; or none, if every outcome is already linked.
    """
    digest = sha256(content)
    rows = rows_of(content)
    if reasons := tuple(_judge(rows, standing, hand)):
        about = {
            "batch_sha256": digest,
            "name": file_name(name),
            "period": None,
            "rows": len(rows),
        }
        return (quarantined(about, reasons, hand, *sorted(r.rule for r in reasons)),)
    return tuple(_links(rows, standing, hand, digest))


def _columns(protocol: Protocol) -> tuple[Column, ...]:
    identifier = protocol.column(protocol.population.id_column)
    return (identifier, *protocol.columns_known_at("follow_up"))


def _judge(rows: pd.DataFrame, standing: Standing, hand: Hand) -> Iterable[Reason]:
    protocol = hand.protocol
    if reasons := tuple(wrong_columns(rows.columns, _columns(protocol))):
        return reasons
    if not len(rows):
        return (Reason(rule="no-rows", count=0),)
    ids = rows[protocol.population.id_column]
    reasons = (
        *wrong_ids(rows, protocol),
        *_wrong_outcomes(rows, protocol),
        *where("outcome-before-prediction", ~ids.isin(_expected(standing)), ids),
    )
    return reasons or (*_not_mature(ids, standing, hand), *_other(rows, standing, protocol))


def _expected(standing: Standing) -> list[str]:
    return [*standing.predictions, *standing.ineligible]


def _wrong_outcomes(rows: pd.DataFrame, protocol: Protocol) -> Iterable[Reason]:
    ids = rows[protocol.population.id_column]
    outcome = protocol.outcome
    for column in protocol.columns_known_at("follow_up"):
        yield from wrong_cells(rows, column, protocol)
        if column.name in (outcome.time_column, outcome.event_column):
            yield from where(f"missing:{column.name}", is_empty(rows[column.name]), ids)


def _not_mature(ids: pd.Series, standing: Standing, hand: Hand) -> Iterable[Reason]:
    outcome = hand.protocol.outcome
    mature = {
        case: matures(prediction.period, outcome) <= hand.at
        for case, prediction in standing.predictions.items()
    }
    early = ~ids.map(lambda case: mature.get(case, True)).astype(bool)
    yield from where("outcome-not-mature", early, ids)


def _other(rows: pd.DataFrame, standing: Standing, protocol: Protocol) -> Iterable[Reason]:
    ids = rows[protocol.population.id_column]
    found = _outcomes(rows, protocol)
    differs = ids.map(lambda case: standing.outcomes.get(case, found[case]) != found[case])
    yield from where("outcome-differs-from-linked", differs, ids)


def _outcomes(rows: pd.DataFrame, protocol: Protocol) -> dict[str, tuple[int | float, int]]:
    """Time and event of each case, cut at the horizon."""
    outcome, ids = protocol.outcome, rows[protocol.population.id_column]
    times = values(rows[outcome.time_column], protocol.column(outcome.time_column)).tolist()
    events = values(rows[outcome.event_column], protocol.column(outcome.event_column)).tolist()
    horizon = outcome.horizon_days
    return {
        case: (time, int(event)) if time <= horizon else (horizon, 0)
        for case, time, event in zip(ids, times, events, strict=True)
    }


def _links(rows: pd.DataFrame, standing: Standing, hand: Hand, digest: str) -> Iterator[Event]:
    for case, (time, event) in _outcomes(rows, hand.protocol).items():
        if case in standing.outcomes or case not in standing.predictions:
            continue
        payload: dict[str, Any] = {
            "case_id": case,
            "time": time,
            "event": event,
            "known_at": written(hand.at),
            "source_sha256": digest,
        }
        why = "the horizon has passed for everyone of the period"
        yield hand.event(Kind.OUTCOME_LINKED, why, (case,), payload)
