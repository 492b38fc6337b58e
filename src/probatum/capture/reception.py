"""What is written down when a batch of patients arrives: admitted whole, or set aside whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from probatum.capture.admission import Incident, Judgement, ineligible, judge, period_of
from probatum.capture.judgement import THE_FILE, Reason, file_name, unreadable
from probatum.capture.standing import Standing
from probatum.cohort.suites import Suite
from probatum.cohort.tables import text_of
from probatum.errors import CaptureError, DataError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Event, Kind
from probatum.study.grade import Grade
from probatum.study.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who writes in a study's record, at which instant, and with which grade."""

    protocol: Protocol
    at: datetime

    def event(
        self, kind: Kind, why: str, purpose: tuple[str, ...], payload: dict[str, Any]
    ) -> Event:
        """An event of the study, written by capture now."""
        silent = self.protocol.silent
        if silent is None:
            raise CaptureError(
                f"study {self.protocol.study.id} — expected a silent stage in its protocol, "
                "got none — plan one before capturing anything"
            )
        return Event(
            kind=kind,
            study=self.protocol.study.id,
            at=self.at,
            who="capture",
            why=why,
            grade=Grade(silent.capture),
            purpose=purpose,
            payload=payload,
        )


def receive(
    name: str, content: bytes, standing: Standing, hand: Hand, suite: Suite
) -> tuple[Event, ...]:
    """The events by which a file of patients is received, and admitted or quarantined.

    Parameters
    ----------
    name : str
        The file's name; kept only if its form is plain.
    content : bytes
        The whole file; its SHA-256 is what it is known by.
    standing : Standing
        What the record says so far.
    hand : Hand
        The protocol, and now.
    suite : mapping
        The protocol's suite ``batch``.

    Returns
    -------
    tuple of Event
        Empty if this very content was decided on before.
    """
    digest = sha256(content)
    if digest in standing.batches or digest in standing.quarantined:
        return ()
    about = {"batch_sha256": digest, "name": file_name(name), "period": None, "rows": 0}
    return tuple(_decision(about, content, standing, hand, suite))


def quarantined(
    about: dict[str, Any], reasons: tuple[Reason, ...], hand: Hand, *purpose: str
) -> Event:
    """The event that sets a file aside."""
    return hand.event(
        Kind.BATCH_QUARANTINED,
        "the file breaks a rule of the protocol",
        (about["batch_sha256"], *purpose),
        {**about, "reasons": [reason.as_dict() for reason in reasons]},
    )


def not_a_file(name: str, fault: str, purpose: str, hand: Hand) -> Event:
    """The event that says, once, that something in the inbox is no file that can be read.

    Parameters
    ----------
    fault : str
        What it is instead, such as a symbolic link.
    purpose : str
        What tells it from another one of the same name, and is not its name.
    """
    return hand.event(
        Kind.INCIDENT,
        "only a file that can be read whole is judged",
        ("inbox", fault, purpose),
        {
            "what": f"in the inbox lies {fault}, which is not looked at",
            "name": file_name(name),
            "period": None,
            "column": None,
            "observed": None,
            "limit": None,
            "handling": "left where it lies",
        },
    )


def _decision(
    about: dict[str, Any], content: bytes, standing: Standing, hand: Hand, suite: Suite
) -> Iterator[Event]:
    protocol = hand.protocol
    try:
        table = text_of(content, THE_FILE)
    except DataError as error:
        table = pd.DataFrame()
        found = Judgement(reasons=(unreadable(error),), incidents=())
    else:
        about = about | {"period": period_of(table, protocol), "rows": len(table)}
        found = judge(table, protocol, suite, admitted=standing.case_ids, at=hand.at)
    purpose = (about["batch_sha256"],)
    yield hand.event(Kind.BATCH_RECEIVED, "a file arrived", purpose, {**about, "reasons": []})
    if found.reasons:
        yield quarantined(about, found.reasons, hand)
    else:
        yield from _admission(about, table, found.incidents, hand)


def _admission(
    about: dict[str, Any], table: pd.DataFrame, incidents: tuple[Incident, ...], hand: Hand
) -> Iterator[Event]:
    for incident in incidents:
        yield _incident(about, incident, hand)
    left_out = ineligible(table, hand.protocol)
    yield hand.event(
        Kind.BATCH_ADMITTED,
        "the batch keeps every rule of the protocol",
        (about["batch_sha256"],),
        {
            **about,
            "reasons": [reason.as_dict() for reason in left_out],
            "case_ids": list(table[hand.protocol.population.id_column]),
        },
    )


def _incident(about: dict[str, Any], incident: Incident, hand: Hand) -> Event:
    return hand.event(
        Kind.INCIDENT,
        hand.protocol.model.fallback.rule,
        (about["batch_sha256"], incident.column),
        {
            "what": "missing beyond the limit",
            "batch_sha256": about["batch_sha256"],
            "period": about["period"],
            "column": incident.column,
            "observed": incident.observed,
            "limit": incident.limit,
            "handling": "fallback",
        },
    )
