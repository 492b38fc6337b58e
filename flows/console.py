"""A flow run by hand: one line for each step, with the time it took, and nothing else."""

import argparse
import logging
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import prefect
from prefect import Flow
from prefect.settings import (
    PREFECT_API_URL,
    PREFECT_HOME,
    PREFECT_SERVER_ALLOW_EPHEMERAL_MODE,
    PREFECT_SERVER_ANALYTICS_ENABLED,
    PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS,
    temporary_settings,
)

from probatum.errors import Refusal

ADDRESS = "address"
"""File in Prefect's home in which a running `flows.serve` keeps the address of its API."""

_PREFECT = str(Path(prefect.__file__).parent)
_RUNS = ("prefect.flow_runs", "prefect.task_runs")


def main(flow: Flow[..., None]) -> None:
    """Run a flow for the study named on the command line.

    A refusal is one sentence and exit code 2; a bug keeps its traceback.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m flows.{flow.fn.__name__}", description=flow.description
    )
    parser.add_argument("study", help="name of a folder in studies/")
    study = parser.parse_args().study
    try:
        with _settings(), _steps(f"{flow.name} of {study}"):
            flow(study)
    except Refusal as refusal:
        sys.exit(_said(f"refused: {refusal}", 2))
    except KeyboardInterrupt:
        sys.exit(_said("stopped; start it again and it goes on from here", 130))


def _said(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


@contextmanager
def _settings() -> Iterator[None]:
    """Prefect's records in var/; a server of `flows.serve` joined where one runs."""
    home = Path(os.environ.get("PREFECT_HOME", "var/prefect")).resolve()
    updates: dict[Any, Any] = {
        PREFECT_HOME: home,
        PREFECT_SERVER_ALLOW_EPHEMERAL_MODE: True,
        PREFECT_SERVER_ANALYTICS_ENABLED: False,
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS: 120,  # a loaded machine is slow
    }
    address = os.environ.get("PREFECT_API_URL") or served(home)
    if address:
        updates[PREFECT_API_URL] = address
    with temporary_settings(updates):
        yield


def served(home: Path) -> str | None:
    """Address of the API that `flows.serve` runs on this home, or None where it does not."""
    file = home / ADDRESS
    address = file.read_text().strip() if file.exists() else None
    return address if address and is_healthy(address) else None


def is_healthy(address: str) -> bool:
    """Whether a Prefect API answers at an address."""
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def _steps(title: str) -> Iterator[None]:
    """Show the steps of a run on standard output; Prefect's own words only if they warn."""
    logging.getLogger("prefect").setLevel(logging.WARNING)
    steps = Steps()
    for name in _RUNS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.addHandler(steps)
    steps.say(title)
    yield
    steps.say("done")


class Steps(logging.Handler):
    """One line for each finished step, and above it what the step said."""

    def __init__(self) -> None:
        """Start the clock."""
        super().__init__()
        self._began = self._left_last_step = time.monotonic()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line a record is worth; Prefect's own say only that a step ended."""
        if not record.pathname.startswith(_PREFECT):
            self.say(f"  | {record.getMessage()}")
        elif record.name == _RUNS[1] and "Finished in state Completed" in record.msg:
            took = time.monotonic() - self._left_last_step
            self._left_last_step = time.monotonic()
            self.say(f"{record.__dict__['task_run_name']}: done in {took:.1f} s")

    def say(self, sentence: str) -> None:
        """Write one line."""
        print(f"{time.monotonic() - self._began:7.1f} s  {sentence}", flush=True)
