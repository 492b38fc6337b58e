"""What the silent stage has to do next, as a pure consequence of protocol and record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from probatum.capture.calendar import Delivery, Holds, deliveries
from probatum.capture.looks import look_due
from probatum.capture.standing import Standing
from probatum.errors import CaptureError
from probatum.ledger.chain import Entry
from probatum.ledger.events import Kind
from probatum.study.protocol import Protocol


class Act(StrEnum):
    """What is to be done, in the order in which it is done."""

    DELIVER = "deliver"
    """A replay's outside system has a file to hand over."""
    RECEIVE = "receive"
    """A file of patients waits to be judged."""
    SEAL = "seal"
    """An admitted batch waits to be predicted."""
    LINK = "link"
    """A file of outcomes waits to be judged."""
    LOOK = "look"
    """A planned look has its information."""
    CUT = "cut"
    """The record holds something that no cut holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing to be done, and about what: a file, a batch, a look or the record."""

    act: Act
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A file in the inbox."""

    name: str
    holds: Holds


_NOT_NEWS = frozenset({Kind.CUT_MADE})


def due(
    protocol: Protocol, entries: Sequence[Entry], at: datetime, waiting: Iterable[Waiting] = ()
) -> tuple[Due, ...]:
    """What is to be done now, in order; empty when nothing is.

    Parameters
    ----------
    protocol : Protocol
        A protocol without a silent stage makes only cuts due.
    entries : sequence of Entry
        The whole record.
    at : datetime
        Now, aware; in a replay an instant of its calendar.
    waiting : iterable of Waiting
        The files in the inbox.

    Raises
    ------
    CaptureError
        If ``at`` is no instant of a replay's calendar, or lies before what was captured.
    """
    standing, waiting = Standing.of(entries), tuple(waiting)
    check_clock(protocol, standing, at)
    return tuple(_all_due(protocol, entries, standing, at, waiting))


def to_deliver(
    protocol: Protocol, standing: Standing, at: datetime, waiting: Iterable[Waiting]
) -> tuple[Delivery, ...]:
    """The files of a replay whose time has come, and which neither wait nor were dealt with."""
    here = {file.name for file in waiting}
    return tuple(
        delivery
        for delivery in deliveries(protocol)
        if delivery.at <= at and delivery.name not in here and not _is_done(delivery, standing)
    )


def check_clock(protocol: Protocol, standing: Standing, at: datetime) -> None:
    """Refuse a time that a replay's calendar does not hold, or that the record has passed."""
    calendar = {delivery.at for delivery in deliveries(protocol)}
    if calendar and at not in calendar:
        raise CaptureError(
            f"replay — expected an instant of its calendar, got {at.isoformat()} — a replay "
            "never takes the time from a clock"
        )
    if standing.latest is not None and at < standing.latest:
        raise CaptureError(
            f"capture — expected a time not before {standing.latest.isoformat()}, up to which "
            f"the record goes, got {at.isoformat()} — go on from there"
        )


def is_cut_due(entries: Sequence[Entry], standing: Standing) -> bool:
    """Whether anything but a cut was recorded since the last cut."""
    return any(entry.event.kind not in _NOT_NEWS for entry in entries[standing.cut_after :])


def _all_due(
    protocol: Protocol,
    entries: Sequence[Entry],
    standing: Standing,
    at: datetime,
    waiting: tuple[Waiting, ...],
) -> Iterator[Due]:
    for delivery in to_deliver(protocol, standing, at, waiting):
        yield Due(act=Act.DELIVER, about=delivery.name)
    yield from (Due(act=Act.RECEIVE, about=f.name) for f in waiting if f.holds == "baseline")
    yield from (Due(act=Act.SEAL, about=batch.sha256) for batch in standing.unsealed)
    yield from (Due(act=Act.LINK, about=f.name) for f in waiting if f.holds == "followup")
    if look := look_due(standing, protocol):
        yield Due(act=Act.LOOK, about=look)
    if is_cut_due(entries, standing):
        yield Due(act=Act.CUT, about=entries[-1].digest)


def _is_done(delivery: Delivery, standing: Standing) -> bool:
    if delivery.name in standing.quarantined.values():
        return True
    if delivery.holds == "baseline":
        return any(batch.name == delivery.name for batch in standing.batches.values())
    of_period = [c for c, p in standing.predictions.items() if p.period == delivery.period]
    return any(case in standing.outcomes for case in of_period)
