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
moved, and its SHA-256 tells which.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from probatum.capture.calendar import Holds, deliveries, is_here
from probatum.capture.due import Due, Waiting, check_clock, due, to_deliver
from probatum.capture.looks import take_look
from probatum.capture.maturity import is_follow_up, link
from probatum.capture.reception import Hand
from probatum.capture.reception import receive as received
from probatum.capture.standing import Standing
from probatum.ledger.canonical import Digest, sha256
from probatum.ledger.events import Event, Kind
from probatum.study.protocol import Protocol
from tasks.ledger import AGAIN, entries
from tasks.places import Places, capturing, hand_over

_TAKEN = ".taken-"
"""A file renamed so is ours: the outside system can no longer replace it while it is judged."""

Decision = Callable[[str, bytes, Standing, Hand], tuple[Event, ...]]


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
    return _deal_with("baseline", received, Places(root=root, study=study), at)


@task(task_run_name="link outcomes that have matured", cache_policy=NO_CACHE, **AGAIN)
def link_outcomes(study: str, at: datetime, root: Path = Path()) -> tuple[str, ...]:
    """Link or quarantine every waiting file of outcomes; the names of the files dealt with.

    If the outcomes known by now complete a planned look, the look is recorded too.
    """
    places = Places(root=root, study=study)
    names = _deal_with("followup", link, places, at)
    hand = Hand(protocol=places.protocol(), at=at)
    with capturing(places) as ledger:
        ledger.append(take_look(Standing.of(ledger.entries()), hand))
    return names


def _deal_with(holds: Holds, decide: Decision, places: Places, at: datetime) -> tuple[str, ...]:
    hand = Hand(protocol=places.protocol(), at=at)
    names = []
    with capturing(places) as ledger:
        standing = Standing.of(ledger.entries())
        check_clock(hand.protocol, standing, at)
        for taken in _take(places, hand):
            content = taken.read_bytes()
            if _holds(content, hand.protocol) == holds:
                names.append(_name(taken))
                events = decide(_name(taken), content, standing, hand)
                ledger.append(events)
                standing = Standing.of(ledger.entries()) if events else standing
                folder = _destination(sha256(content), events, standing, places)
                taken.replace(folder / f"{sha256(content)[:16]}.csv")
    return tuple(names)


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


def _take(places: Places, hand: Hand) -> Iterator[Path]:
    """Make every file that is there ours, in the order of names."""
    for file in _files(places, hand.protocol, hand.at):
        taken = file.with_name(_TAKEN + _name(file))
        if file != taken and not taken.exists():
            file.replace(taken)
    here = _files(places, hand.protocol, hand.at)
    yield from (file for file in here if file.name.startswith(_TAKEN))


def _waiting(places: Places, protocol: Protocol, at: datetime) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(name=_name(file), holds=_holds(file.read_bytes(), protocol))
        for file in _files(places, protocol, at)
    )


def _files(places: Places, protocol: Protocol, at: datetime) -> list[Path]:
    """Files handed over, ours or not yet; those under another hidden name are being written."""
    found = places.inbox.iterdir() if places.inbox.exists() else ()
    whole = (f for f in found if not f.name.startswith(".") or f.name.startswith(_TAKEN))
    return sorted(f for f in whole if f.is_file() and is_here(_name(f), at, protocol))


def _name(file: Path) -> str:
    return file.name.removeprefix(_TAKEN)


def _holds(content: bytes, protocol: Protocol) -> Holds:
    return "followup" if is_follow_up(content, protocol) else "baseline"
