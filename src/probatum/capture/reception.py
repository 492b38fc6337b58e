"""What is written down when a batch of patients arrives: admitted whole, or set aside whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from probatum.capture.admission import Incident, incidents, ineligible, judge, period_of
from probatum.capture.judgement import Reason, file_name
from probatum.capture.rows import rows_of
from probatum.capture.standing import Standing
from probatum.errors import CaptureError, DataError
from probatum.ledger.canonical import Digest, sha256
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


def receive(name: str, content: bytes, standing: Standing, hand: Hand) -> tuple[Event, ...]:
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

    Returns
    -------
    tuple of Event
        Empty if this very content was decided on before.
    """
    digest = sha256(content)
    if digest in standing.batches or digest in standing.quarantined:
        return ()
    return tuple(_decision(file_name(name), digest, content, standing, hand))


def is_decided(content: bytes, standing: Standing) -> bool:
    """Whether the record already says what became of this content as a batch."""
    digest = sha256(content)
    return digest in standing.batches or digest in standing.quarantined


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


def _decision(
    name: str, digest: Digest, content: bytes, standing: Standing, hand: Hand
) -> Iterator[Event]:
    protocol = hand.protocol
    about: dict[str, Any] = {"batch_sha256": digest, "name": name, "period": None, "rows": 0}
    try:
        rows = rows_of(content)
    except DataError:
        reasons: tuple[Reason, ...] = (Reason(rule="unreadable-file", count=1),)
    else:
        about |= {"period": period_of(rows, protocol), "rows": len(rows)}
        reasons = judge(rows, protocol, admitted=standing.case_ids, at=hand.at)
    yield hand.event(Kind.BATCH_RECEIVED, "a file arrived", (digest,), {**about, "reasons": []})
    if reasons:
        yield quarantined(about, reasons, hand)
    else:
        yield from _admission(about, rows, hand)


def _admission(about: dict[str, Any], rows: pd.DataFrame, hand: Hand) -> Iterator[Event]:
    for incident in incidents(rows, hand.protocol):
        yield _incident(about, incident, hand)
    left_out = ineligible(rows, hand.protocol)
    yield hand.event(
        Kind.BATCH_ADMITTED,
        "the batch keeps every rule of the protocol",
        (about["batch_sha256"],),
        {
            **about,
            "reasons": [reason.as_dict() for reason in left_out],
            "case_ids": list(rows[hand.protocol.population.id_column]),
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
