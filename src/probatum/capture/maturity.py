"""Letting an outcome in only when its time has come, and only beside a sealed prediction."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from probatum.capture.calendar import matures
from probatum.capture.judgement import (
    THE_FILE,
    Reason,
    broken_rules,
    file_name,
    ill_typed,
    unreadable,
    where,
)
from probatum.capture.reception import Hand, quarantined
from probatum.capture.standing import Standing
from probatum.cohort.quality import followup_failures
from probatum.cohort.suites import Suite
from probatum.cohort.tables import followup_columns, text_of, typed
from probatum.errors import DataError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Event, Kind, written
from probatum.study.protocol import Protocol


def is_follow_up(content: bytes, protocol: Protocol) -> bool:
    """Whether a file holds outcomes and nothing else but ids: told by its header, not its name.

    A file with predictors beside outcomes is no follow-up but a batch that leaks.
    """
    try:
        header = set(text_of(content, THE_FILE).columns)
    except DataError:
        return False
    allowed = {column.name for column in followup_columns(protocol)}
    return protocol.outcome.event_column in header and header <= allowed


def link(
    name: str, content: bytes, standing: Standing, hand: Hand, suite: Suite
) -> tuple[Event, ...]:
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
    about = {"batch_sha256": digest, "name": file_name(name), "period": None, "rows": 0}
    try:
        table = text_of(content, THE_FILE)
    except DataError as error:
        return (_set_aside(about, (unreadable(error),), hand),)
    if reasons := tuple(_judge(table, standing, hand, suite)):
        return (_set_aside(about | {"rows": len(table)}, reasons, hand),)
    return tuple(_links(table, standing, hand, digest))


def _set_aside(about: dict[str, Any], reasons: tuple[Reason, ...], hand: Hand) -> Event:
    """The event; the same content may be set aside for other reasons at another time."""
    return quarantined(about, reasons, hand, *sorted(reason.rule for reason in reasons))


def _judge(
    table: pd.DataFrame, standing: Standing, hand: Hand, suite: Suite
) -> tuple[Reason, ...]:
    protocol, columns = hand.protocol, followup_columns(hand.protocol)
    failures = followup_failures(table, protocol, suite)
    blocking = [failed for failed in failures if failed.severity == "blocking"]
    reasons = (
        *broken_rules(blocking, table, columns),
        *_not_expected(table, standing, protocol),
    ) or tuple(ill_typed(table, columns, protocol))
    return reasons or (
        *_not_mature(table, standing, hand),
        *_other(table, standing, protocol),
    )


def _not_expected(
    table: pd.DataFrame, standing: Standing, protocol: Protocol
) -> Iterator[Reason]:
    name = protocol.population.id_column
    if name in table:
        expected = table[name].isin([*standing.predictions, *standing.ineligible])
        yield from where("outcome-before-prediction", ~expected, table, protocol)


def _not_mature(table: pd.DataFrame, standing: Standing, hand: Hand) -> Iterator[Reason]:
    protocol = hand.protocol
    mature = {
        case: matures(prediction.period, protocol.outcome) <= hand.at
        for case, prediction in standing.predictions.items()
    }
    ids = table[protocol.population.id_column]
    early = ~ids.map(lambda case: mature.get(case, True)).astype(bool)
    yield from where("outcome-not-mature", early, table, protocol)


def _other(table: pd.DataFrame, standing: Standing, protocol: Protocol) -> Iterator[Reason]:
    ids = table[protocol.population.id_column]
    found = _outcomes(table, protocol)
    differs = ids.map(lambda case: standing.outcomes.get(case, found[case]) != found[case])
    yield from where("outcome-differs-from-linked", differs.astype(bool), table, protocol)


def _outcomes(table: pd.DataFrame, protocol: Protocol) -> dict[str, tuple[int | float, int]]:
    """Time and event of each case, cut at the horizon."""
    outcome, ids = protocol.outcome, table[protocol.population.id_column]
    values = typed(table, followup_columns(protocol), protocol, THE_FILE)
    times, events = values[outcome.time_column], values[outcome.event_column]
    horizon = outcome.horizon_days
    return {
        case: (time, int(event)) if time <= horizon else (horizon, 0)
        for case, time, event in zip(ids, times.tolist(), events.tolist(), strict=True)
    }


def _links(table: pd.DataFrame, standing: Standing, hand: Hand, digest: str) -> Iterator[Event]:
    for case, (time, event) in _outcomes(table, hand.protocol).items():
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
