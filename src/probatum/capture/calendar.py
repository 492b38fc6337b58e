"""When a period is over, when its outcomes are known, and when a replay hands over what."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from probatum.study.population import Outcome
from probatum.study.protocol import Protocol

Holds = Literal["baseline", "followup"]


def begins(period: int) -> datetime:
    """The first instant of a calendar year."""
    return datetime(period, 1, 1, tzinfo=UTC)


def ends(period: int) -> datetime:
    """The instant at which a calendar year is over.

    Examples
    --------
    >>> ends(1998).isoformat()
    '1999-01-01T00:00:00+00:00'
    """
    return begins(period + 1)


def matures(period: int, outcome: Outcome) -> datetime:
    """The instant from which the outcome at the horizon is known for everyone of a period.

    The later of: the stated number of whole years after the period's end, and the horizon
    after the period's end, which is the horizon of its last patient.
    """
    stated = begins(period + 1 + outcome.maturity_years)
    return max(stated, ends(period) + timedelta(days=outcome.horizon_days))


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Delivery:
    """One file that the outside system of a replay hands over."""

    at: datetime
    holds: Holds
    period: int

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self.holds}-{self.period}.csv"


def is_here(name: str, at: datetime, protocol: Protocol) -> bool:
    """Whether a file in the inbox is there yet: in a replay, from the instant of its delivery.

    So a capture that was interrupted, and begins again at an earlier instant, does not see what
    was handed over at a later one.
    """
    later = {delivery.name for delivery in deliveries(protocol) if delivery.at > at}
    return name not in later


def deliveries(protocol: Protocol) -> tuple[Delivery, ...]:
    """Every file of a replay, in order of time: a year's patients at its end, outcomes later.

    Empty where the protocol plans no silent stage, or one that is live.
    """
    if protocol.silent is None or protocol.silent.capture == "live":
        return ()
    planned = [
        delivery
        for period in protocol.population.partitions.silent
        for delivery in (
            Delivery(at=ends(period), holds="baseline", period=period),
            Delivery(at=matures(period, protocol.outcome), holds="followup", period=period),
        )
    ]
    return tuple(sorted(planned))
