"""What the shell brings to a device: the way to it, the time, the purse, and a memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from probatum.quantum.backends.costs import Estimate
from probatum.quantum.backends.dispatch import Forgetful, Journal
from probatum.quantum.backends.simulators import Clock
from probatum.quantum.backends.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Link:
    """What the shell brings to a device: the way to it, the time, and the study's purse."""

    transport: Transport
    region: str | None
    """Where the provider computes, as the provider says; ``None`` for its local stand-in."""
    at: datetime
    """Now; aware. Calibrations are held against it."""
    clock: Clock
    """Seconds since some fixed instant."""
    wait: Callable[[float], None]
    spent: Callable[[], float]
    """What the study's runs cost until now, in the budget's currency."""
    dispatching: Callable[[Estimate], None]
    """Told, and shows, what is about to be sent and what it will cost; returns when noted."""
    journal: Journal = field(default_factory=Forgetful)
    """Who remembers what was sent, so that it is not sent again."""
