"""When the silent stage may be looked at: at planned amounts of information, and once each."""

from collections.abc import Iterator

from probatum.capture.reception import Hand
from probatum.capture.standing import Standing
from probatum.ledger.events import Event, Kind
from probatum.study.protocol import Protocol


def information(standing: Standing, protocol: Protocol) -> int:
    """Index predictions whose outcome at the horizon is known.

    A person lost before the horizon without the event tells nothing of it, and cases of the
    fallback are reported apart.
    """
    horizon = protocol.outcome.horizon_days
    return sum(
        standing.predictions[case].role == "index" and (event == 1 or time >= horizon)
        for case, (time, event) in standing.outcomes.items()
        if case in standing.predictions
    )


def is_complete(standing: Standing, protocol: Protocol) -> bool:
    """Whether every silent period was captured and every sealed prediction has its outcome."""
    captured = {batch.period for batch in standing.batches.values()}
    waiting = set(standing.predictions) - set(standing.outcomes)
    planned = set(protocol.population.partitions.silent)
    return captured >= planned and not waiting and not standing.unsealed


def look_due(standing: Standing, protocol: Protocol) -> str | None:
    """The name of the look that is due; ``None`` if none is.

    A look is due once its planned share of the outcomes is known. If two are, only the later is
    taken, and the earlier is spent. The last is also due when no more outcomes can come, at the
    information there is.

    Examples
    --------
    Looks are named ``look-1``, ``look-2`` and so on, in the order of their shares.
    """
    if protocol.silent is None:
        return None
    planned = protocol.silent.looks
    known = information(standing, protocol) / planned.planned_outcomes
    reached = sum(known >= fraction for fraction in planned.fractions)
    if is_complete(standing, protocol):
        reached = len(planned.fractions)
    name = f"look-{reached}"
    taken = max((int(look.removeprefix("look-")) for look in standing.looks), default=0)
    return name if reached > taken else None


def take_look(standing: Standing, hand: Hand) -> Iterator[Event]:
    """The event of the look that is due, if one is."""
    protocol, name = hand.protocol, look_due(standing, hand.protocol)
    if name is None or protocol.silent is None:
        return
    yield hand.event(
        Kind.LOOK_TAKEN,
        "the planned share of the outcomes is known",
        (name,),
        {
            "name": name,
            "information": information(standing, protocol),
            "planned": protocol.silent.looks.planned_outcomes,
        },
    )
