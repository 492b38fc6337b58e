"""A batch sent to the stand-in provider by a process that is killed at a stated instant."""

import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tasks.backend import seal
from tasks.hardware import Outside
from tests.quantum.backends.provider import Provider
from tests.tasks.building import STUDY
from tests.tasks.hardware_building import AT

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
STAMPS = {
    "created": "2026-01-01T12:00:00Z",
    "running": "2026-01-01T12:00:40Z",
    "finished": "2026-01-01T12:00:43.5Z",
}


def noon() -> datetime:
    """The same time of day in every process."""
    return NOON


def a_provider(**changes) -> Provider:
    """A provider that says the same of its device and its jobs whenever it is asked."""
    given = {"calibrated": datetime(2025, 12, 31, tzinfo=UTC), "timestamps": STAMPS}
    return Provider(**{**given, **changes})


def capture(root: Path) -> int:
    """What the flow does with a batch that waits for its predictions."""
    return seal.fn(STUDY, AT, root, Outside(now=noon))


def capture_and_die(root: Path, environment: Mapping[str, str], instant: str = "") -> None:
    """The same in a process of its own, killed where the counts are kept, or just after."""
    kept = False

    def look(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal kept
        path = str(arguments[0]) if arguments else ""
        is_run = "/executions/." in path and ".sent" not in path
        if event == "open" and is_run and instant == "before its counts are kept":
            os.kill(os.getpid(), signal.SIGKILL)
        if kept and event == "open" and "/admitted/" in path:
            os.kill(os.getpid(), signal.SIGKILL)
        kept |= event == "os.rename" and is_run and instant == "before it is sealed"

    os.environ.update(environment)
    sys.addaudithook(look)
    capture(root)
