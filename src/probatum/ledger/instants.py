"""The one way in which the ledger writes a time: in UTC, to the second."""

import re
from datetime import UTC, datetime

from probatum.errors import LedgerError

_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def written(at: datetime) -> str:
    """An instant as the ledger writes it, in UTC to the second.

    Examples
    --------
    >>> written(datetime(1999, 1, 1, tzinfo=UTC))
    '1999-01-01T00:00:00Z'
    """
    return f"{in_seconds(at):%Y-%m-%dT%H:%M:%SZ}"


def instant(text: str) -> datetime:
    """The instant that `written` wrote; a ValueError for any other spelling."""
    if _WRITTEN.fullmatch(text) is None:
        raise ValueError("an instant is written as 1999-01-01T00:00:00Z")
    return datetime.fromisoformat(text)


def in_seconds(at: datetime) -> datetime:
    """An instant in UTC, to the second; refused where it has no zone."""
    if at.tzinfo is None:
        raise LedgerError(
            "time of an event — expected a zone, got none — state it, such as UTC"
        )
    return at.astimezone(UTC).replace(microsecond=0)
