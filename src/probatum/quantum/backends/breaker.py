"""A circuit breaker: after failures in a row a backend is left alone for a while.

Closed, everything is sent. Open, nothing is. Half-open, one trial is sent: its success closes
the breaker, its failure opens it again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from probatum.quantum.backends.faults import NotCalled
from probatum.study.execution import Patience

State = Literal["closed", "open", "half-open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """What is remembered of a backend's failures; each event gives a new one.

    Examples
    --------
    >>> from datetime import UTC
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> breaker = Breaker(failures_to_open=1, open_seconds=60.0).after_failure(noon)
    >>> breaker.state(noon), breaker.state(noon + timedelta(minutes=1))
    ('open', 'half-open')
    >>> breaker.after_success().state(noon)
    'closed'
    """

    failures_to_open: int
    open_seconds: float
    failures: int = 0
    """In a row, up to now."""
    opened: datetime | None = None
    """When the last failure opened it; ``None`` while it is closed."""

    @classmethod
    def of(cls, patience: Patience) -> Breaker:
        """A closed breaker with the protocol's patience."""
        return cls(
            failures_to_open=patience.failures_to_open, open_seconds=patience.open_seconds
        )

    def state(self, at: datetime) -> State:
        """Whether anything is sent at an instant."""
        if self.opened is None:
            return "closed"
        is_over = at >= self.opened + timedelta(seconds=self.open_seconds)
        return "half-open" if is_over else "open"

    def after_failure(self, at: datetime) -> Breaker:
        """The breaker after one more failure."""
        failures = self.failures + 1
        opens = failures >= self.failures_to_open
        return replace(self, failures=failures, opened=at if opens else None)

    def after_success(self) -> Breaker:
        """The breaker after a success: closed, and nothing held against the backend."""
        return replace(self, failures=0, opened=None)

    def check(self, at: datetime) -> None:
        """Refuse to send while it is open.

        Raises
        ------
        NotCalled
        """
        if self.state(at) == "open":
            raise NotCalled(
                f"quantum backend — expected fewer than {self.failures_to_open} failures in a "
                f"row, got {self.failures} — wait until it may be tried again",
                observed=self.failures,
                limit=self.failures_to_open,
            )
