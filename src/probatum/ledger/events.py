"""What can happen in a study and be written down: one typed event for each happening."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson

from probatum.errors import LedgerError
from probatum.ledger import payloads
from probatum.ledger.canonical import Digest, canonical_bytes, plain, sha256
from probatum.ledger.instants import in_seconds, instant, written
from probatum.ledger.kinds import Kind
from probatum.study.grade import Grade

__all__ = ["Event", "Kind", "id_of", "instant", "written"]

_DOMAIN = "probatum/event/v1"


def id_of(study: str, kind: str, purpose: Iterable[str]) -> Digest:
    """SHA-256 of what an event is about: domain tag, study, kind and purpose.

    For texts alone any writer of JSON without spaces gives the canonical bytes, and this one is
    the quickest.

    Examples
    --------
    >>> id_of("demo", "deviation", ["1"]) == sha256(
    ...     canonical_bytes(["probatum/event/v1", "demo", "deviation", "1"]))
    True
    """
    return sha256(orjson.dumps([_DOMAIN, study, str(kind), *purpose]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened, who says so and why.

    The same purpose always gives the same id, whenever and however often it is sent; so a
    retry is recognised, and a second, different answer to the same question is refused.
    """

    kind: Kind
    study: str
    at: datetime
    """When it happened: aware, kept in UTC to the second. Not part of the id."""
    who: str
    why: str
    grade: Grade
    purpose: tuple[str, ...]
    """What the event is about, such as a case; with study and kind it makes the id."""
    payload: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Keep an own, unchangeable copy of the payload, and refuse what JSON cannot hold."""
        if not all((self.study, self.who, self.why, *self.purpose)):
            raise LedgerError(
                f"event {self.kind.value} — expected study, who, why and each part of the "
                "purpose, got an empty text — say who records what for which reason"
            )
        plain([self.study, self.who, self.why, self.purpose])
        object.__setattr__(self, "at", in_seconds(self.at))
        payload = plain(self.payload)
        payloads.check(self.kind, payload)
        object.__setattr__(self, "payload", MappingProxyType(payload))

    @property
    def id(self) -> Digest:
        """SHA-256 of what the event is about; see `id_of`."""
        return id_of(self.study, self.kind, self.purpose)

    def says_the_same_as(self, other: "Event") -> bool:
        """Whether two events of one id are the same statement, whoever sent them and when."""
        mine, theirs = (canonical_bytes([e.grade.value, e.payload]) for e in (self, other))
        return self.id == other.id and mine == theirs

    def as_dict(self) -> dict[str, Any]:
        """The event as plain JSON values."""
        return {
            "kind": self.kind.value,
            "study": self.study,
            "at": written(self.at),
            "who": self.who,
            "why": self.why,
            "grade": self.grade.value,
            "purpose": list(self.purpose),
            "payload": plain(self.payload),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> "Event":
        """The event that `as_dict` wrote.

        Raises
        ------
        LedgerError
            If a field is absent, unknown or of an unknown value.
        """
        try:
            typed = {
                "kind": Kind(record["kind"]),
                "at": instant(record["at"]),
                "grade": Grade(record["grade"]),
                "purpose": tuple(record["purpose"]),
            }
            return cls(**{**record, **typed})
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(
                "event — expected exactly the fields of an event, got a record with a field "
                f"absent, unknown or unreadable ({type(error).__name__}) — restore the record"
            ) from error
