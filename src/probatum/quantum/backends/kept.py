"""Raw counts on paper: what a run was and what was counted, kept so it can be scored again.

The lines are canonical JSON, so that the same run has the same digest, and a digest that was
sealed says which counts a prediction came from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probatum.errors import BackendError, LedgerError
from probatum.ledger.canonical import canonical_bytes
from probatum.quantum.backends.backend import Execution
from probatum.quantum.backends.record import ExecutionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRun:
    """One answer of a backend: the record of the whole, and the counts of each part."""

    record: ExecutionRecord
    executions: tuple[Execution, ...]
    """Empty where averages were computed and nothing was counted."""

    def as_bytes(self) -> bytes:
        """Return the record as the first line, and one line an execution after it."""
        return canonical_bytes(self.record.as_dict()) + b"\n" + as_lines(self.executions)


def read_run(path: Path) -> KeptRun:
    """Return the run that `KeptRun.as_bytes` wrote to a file.

    Raises
    ------
    BackendError
        If a line is not what it has to be, in the one spelling it has.
    """
    first, *lines = _lines(path) or [b""]
    try:
        record = ExecutionRecord.from_dict(json.loads(first))
        is_exact = canonical_bytes(record.as_dict()) + b"\n" == first
    except (ValueError, TypeError, AttributeError, LedgerError) as error:
        raise _altered(0) from error
    if not is_exact:
        raise _altered(0)
    executions = (_execution(line, place) for place, line in enumerate(lines, start=1))
    return KeptRun(record=record, executions=tuple(executions))


def as_lines(executions: Iterable[Execution]) -> bytes:
    """Return executions as canonical JSON, one a line, each line ended by a line feed."""
    return b"".join(canonical_bytes(one.as_dict()) + b"\n" for one in executions)


def read_executions(path: Path) -> tuple[Execution, ...]:
    """Return the executions that `as_lines` wrote to a file.

    Raises
    ------
    BackendError
        If a line is not one execution in the one spelling it has.
    """
    return tuple(_execution(line, place) for place, line in enumerate(_lines(path)))


def _lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        raise BackendError(
            f"{path.name} — expected the kept counts of a run, got {type(error).__name__} — "
            "restore the file from a cut"
        ) from error


def _execution(line: bytes, place: int) -> Execution:
    try:
        value: Mapping[str, Any] = json.loads(line)
        found = Execution.from_dict(value)
    except (ValueError, KeyError, TypeError, AttributeError, LedgerError) as error:
        raise _altered(place) from error
    if as_lines([found]) != line:
        raise _altered(place)
    return found


def _altered(place: int) -> BackendError:
    return BackendError(
        f"kept counts, line {place + 1} — expected one execution in canonical JSON, got other "
        "bytes — restore the file from a cut"
    )
