"""The inbox: where an outside system leaves patients' files, and what becomes of each.

A flow calls these in this order; each may be killed at any instant and called again::

    for at in replay_instants(study):      # a replay only; a live flow passes its own ``at``
        deliver(study, at)                 # a replay only: the outside system hands files over
        receive(study, at)                 # judge waiting baseline files: admit or quarantine
        backend.seal(study, at)            # predict admitted batches, seal before any outcome
        link_outcomes(study, at)           # judge waiting outcome files; link what matured
        cut.take(study, at)                # copy the ledger into data/ if anything is new

``due_now(study, at)`` says what of this is still to be done (empty: nothing); asking changes
nothing. All take ``root=Path()``, the working tree, as last argument. In a replay ``at`` is an
instant of its calendar, and never earlier than what was captured; anything else is refused.

A file is taken out of the inbox only after what became of it is in the ledger. So a kill at any
instant leaves either a file still to be dealt with, or one already dealt with and only to be
moved, and its SHA-256 tells which. What is kept is a copy of the bytes that were judged; beside
a file set aside lies a report for the data manager, made from the ledger alone.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from probatum.capture.calendar import Holds, deliveries
from probatum.capture.due import Due, Waiting, check_clock, due, to_deliver
from probatum.capture.looks import take_look
from probatum.capture.maturity import is_follow_up, link
from probatum.capture.reception import Hand, not_a_file
from probatum.capture.reception import receive as received
from probatum.capture.set_aside import report
from probatum.capture.standing import Standing
from probatum.cohort.suites import Suite
from probatum.ledger.canonical import Digest, sha256
from probatum.ledger.events import Event, Kind
from probatum.ledger.store import Ledger
from probatum.study.protocol import Protocol
from tasks.arrivals import Arrival, arrivals, content_of, take
from tasks.ledger import AGAIN, entries
from tasks.places import Places, capturing, hand_over

Decision = Callable[[str, bytes, Standing, Hand, Suite], tuple[Event, ...]]


def replay_instants(study: str, root: Path = Path()) -> tuple[datetime, ...]:
    """Instants of the replay calendar that the record has not passed, in order."""
    latest = Standing.of(entries(study, root)).latest
    calendar = {d.at for d in deliveries(Places(root=root, study=study).protocol())}
    return tuple(sorted(at for at in calendar if latest is None or at >= latest))


def due_now(study: str, at: datetime, root: Path = Path()) -> tuple[Due, ...]:
    """What the protocol, the record and the waiting files make due at ``at``, in order."""
    places = Places(root=root, study=study)
    protocol = places.protocol()
    return due(protocol, entries(study, root), at, _waiting(places, protocol, at))


@task(task_run_name="hand over what the replay has due", cache_policy=NO_CACHE, **AGAIN)
def deliver(study: str, at: datetime, root: Path = Path()) -> tuple[str, ...]:
    """Hand over the replay files whose time has come, as an outside system would."""
    places = Places(root=root, study=study)
    protocol = places.protocol()
    with capturing(places) as ledger:
        standing = Standing.of(ledger.entries())
        check_clock(protocol, standing, at)
        here = _waiting(places, protocol, at)
        names = [d.name for d in to_deliver(protocol, standing, at, here)]
        for name in names:
            hand_over(name, (places.replay / name).read_bytes(), places.inbox)
    return tuple(names)


@task(task_run_name="judge who arrived", cache_policy=NO_CACHE, **AGAIN)
def receive(study: str, at: datetime, root: Path = Path()) -> tuple[str, ...]:
    """Admit or quarantine every waiting file of patients; the names of the files dealt with."""
    return _deal_with("baseline", "batch", received, Places(root=root, study=study), at)


@task(task_run_name="link outcomes that have matured", cache_policy=NO_CACHE, **AGAIN)
def link_outcomes(study: str, at: datetime, root: Path = Path()) -> tuple[str, ...]:
    """Link or quarantine every waiting file of outcomes; the names of the files dealt with.

    If the outcomes known by now complete a planned look, the look is recorded too.
    """
    places = Places(root=root, study=study)
    names = _deal_with("followup", "followup", link, places, at)
    hand = Hand(protocol=places.protocol(), at=at)
    with capturing(places) as ledger:
        ledger.append(take_look(Standing.of(ledger.entries()), hand))
    return names


def _deal_with(
    holds: Holds, suite_name: str, decide: Decision, places: Places, at: datetime
) -> tuple[str, ...]:
    hand = Hand(protocol=places.protocol(), at=at)
    suite = places.suite(suite_name)
    names = []
    with capturing(places) as ledger:
        standing = Standing.of(ledger.entries())
        check_clock(hand.protocol, standing, at)
        ledger.append(_faults(arrivals(places, hand.protocol, at), hand))
        for taken in take(places, hand.protocol, at):
            content = content_of(taken.file)
            if _holds(content, hand.protocol) == holds:
                names.append(taken.name)
                events = decide(taken.name, content, standing, hand, suite)
                ledger.append(events)
                standing = Standing.of(ledger.entries()) if events else standing
                _put_away(content, events, standing, places, ledger)
                taken.file.unlink()
    return tuple(names)


def _faults(found: list[Arrival], hand: Hand) -> list[Event]:
    return [not_a_file(a.name, a.fault, a.mark, hand) for a in found if a.fault]


def _put_away(
    content: bytes,
    events: tuple[Event, ...],
    standing: Standing,
    places: Places,
    ledger: Ledger,
) -> None:
    """Keep the bytes that were judged where they belong, and beside them why, if set aside."""
    digest = sha256(content)
    folder = _destination(digest, events, standing, places)
    hand_over(f"{digest[:16]}.csv", content, folder)
    if folder == places.quarantine:
        said = [
            entry
            for entry in ledger.entries(Kind.BATCH_QUARANTINED)
            if entry.event.payload["batch_sha256"] == digest
        ]
        hand_over(f"{digest[:16]}.md", report(said[-1]).encode(), folder)


def _destination(
    digest: Digest, events: tuple[Event, ...], standing: Standing, places: Places
) -> Path:
    """Where a file belongs: by what was just recorded of it, or else was recorded before.

    Outcomes set aside as too early may be linked when they come again; so what was recorded
    last decides.
    """
    if events:
        is_set_aside = any(event.kind is Kind.BATCH_QUARANTINED for event in events)
    else:
        is_set_aside = digest in standing.quarantined and digest not in standing.sources
    return places.quarantine if is_set_aside else places.admitted


def _waiting(places: Places, protocol: Protocol, at: datetime) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(name=arrival.name, holds=_holds(content_of(arrival.file), protocol))
        for arrival in arrivals(places, protocol, at)
        if not arrival.fault
    )


def _holds(content: bytes, protocol: Protocol) -> Holds:
    return "followup" if is_follow_up(content, protocol) else "baseline"
