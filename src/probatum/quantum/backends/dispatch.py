"""A job that may outlive the process that sent it: what was asked and sent, and who remembers.

The same question is not paid twice: before anything is sent, a journal is asked whether it was
sent already. What a journal remembers survives the process; `Journal` says what it is told, and
what it cannot know.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from probatum.errors import BackendError, LedgerError
from probatum.ledger.canonical import Digest, canonical_bytes, sha256
from probatum.quantum.backends.costs import Estimate
from probatum.quantum.backends.engines import Rows
from probatum.quantum.backends.record import ExecutionRecord
from probatum.quantum.backends.transport import Metered

_ASKED = "probatum/asked/v1"
_CIRCUITS = "probatum/circuits/v1"
_ROWS = "probatum/rows/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question to a device: all that decides what is sent, but the device's state today."""

    backend: str
    circuits_sha256: Digest
    """Of the templates, in the order in which they are sent."""
    rows_sha256: Digest
    """Of all patients' angles."""
    shots: int
    """Of each circuit."""
    seed: int
    optimization_level: int
    transpiler_seed: int
    mitigation: str
    estimate: Estimate
    """What it will cost; no part of the question."""

    def as_dict(self) -> dict[str, Any]:
        """Return the question as plain JSON values."""
        names = (name for name in self.__dataclass_fields__ if name != "estimate")
        return {name: getattr(self, name) for name in names}

    @property
    def sha256(self) -> Digest:
        """What the question is known by."""
        return sha256(canonical_bytes([_ASKED, self.as_dict()]))


def circuits_sha256(parts: Iterable[str]) -> Digest:
    """Return one digest for those of several circuits, and whatever else goes with them."""
    return sha256(canonical_bytes([_CIRCUITS, *parts]))


def rows_sha256(rows: Rows) -> Digest:
    """Return the digest of angles: their shape, and each number's eight bytes."""
    numbers = rows.astype("<f8").tobytes().hex()
    return sha256(canonical_bytes([_ROWS, list(rows.shape), numbers]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One template as it was fitted and sent; what it took and cost is not known yet."""

    record: ExecutionRecord
    is_bound: bool
    """Whether each row went as a circuit of its own, because no angle was left free."""

    @property
    def parts(self) -> int:
        """How many parts of the answer are this template's."""
        return self.record.rows if self.is_bound else 1


def sent_as_bytes(sent: Iterable[Sent]) -> bytes:
    """Return what was sent as canonical JSON, one template a line."""
    return b"".join(
        canonical_bytes({"record": one.record.as_dict(), "is_bound": one.is_bound}) + b"\n"
        for one in sent
    )


def sent_of_bytes(content: bytes) -> tuple[Sent, ...]:
    """Return what `sent_as_bytes` wrote.

    Raises
    ------
    BackendError
        For anything else.
    """
    try:
        lines = [json.loads(line) for line in content.splitlines()]
        found = tuple(
            Sent(record=ExecutionRecord.from_dict(one["record"]), is_bound=one["is_bound"])
            for one in lines
        )
    except (ValueError, KeyError, TypeError, AttributeError, LedgerError) as error:
        raise _altered() from error
    if not found or sent_as_bytes(found) != content:
        raise _altered()
    return found


def _altered() -> BackendError:
    return BackendError(
        "what was sent — expected each circuit's record in canonical JSON, got other bytes or "
        "none — restore the file from a cut"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A question that was announced before and is not lost."""

    tag: str
    sent: tuple[Sent, ...]
    job_id: str | None
    """The provider's name for it; ``None`` where the process ended before it was known."""
    metered: Metered | None
    """How long it took, where it was answered already."""


class Journal(Protocol):
    """Who remembers, beyond the end of this process, what was sent.

    It is told before a job is sent, as soon as the provider has named it, and when its answer
    is read. Between the first two lies the one instant at which the provider may have taken a
    job whose name nobody here knows: the job therefore carries the announcement's tag, and a
    later process asks the provider for that tag before it sends. What is left is a provider
    that took a job and does not list it under its tag: the job is then sent again, and may be
    charged twice while the study's books hold it once.
    """

    def begun(self, asked: Asked) -> Begun | None:
        """What was announced for a question and not lost since."""

    def announced(self, asked: Asked, sent: Sequence[Sent]) -> str:
        """Remember what is about to be sent; the tag it is sent with.

        An announcement that is still open is announced again under its tag.
        """

    def dispatched(self, tag: str, job_id: str) -> None:
        """Remember that the provider took it, under which name."""

    def answered(self, tag: str, metered: Metered, amount: float) -> None:
        """Remember that the answer was read, how long it took and what it costs."""


class Forgetful:
    """A journal that remembers nothing: each question is new, and is sent without a tag."""

    def begun(self, asked: Asked) -> Begun | None:
        """Nothing."""
        return None

    def announced(self, asked: Asked, sent: Sequence[Sent]) -> str:
        """No tag."""
        return ""

    def dispatched(self, tag: str, job_id: str) -> None:
        """Forget it."""

    def answered(self, tag: str, metered: Metered, amount: float) -> None:
        """Forget it."""
