"""DVC, a program of its own: the only way a number comes to be."""

import re
import sys
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.logging import get_run_logger
from prefect.runtime import task_run
from prefect.tasks import Task

from probatum.errors import Refusal
from tasks.programs import running

STAGES = {
    "quality": "check the data against the protocol",
    "develop": "develop the model and its comparators",
    "retrospective": "evaluate on patients the model has not seen",
    "robustness": "try the model with shots, noise and less input",
    "silent": "compare the sealed predictions with the outcomes",
    "drift": "look for drift",
    "gates": "judge the gates",
    "dossier": "write the documents",
}
"""Each stage's word, and what deriving it does, in the words a run is listed under."""

BUSY = ("is busy, it is being blocked by", "Unable to acquire lock")
"""What DVC says when another DVC holds what it needs."""
_HALF_WRITTEN = "JSON structure is corrupted"
_HINTS = (
    "> ",
    "Updating lock file",
    "Use `dvc push`",
    "Data and pipelines are up to date",
    "To track the changes with git",
    "To enable auto staging",
    "\tgit add",
    "\tdvc config",
)
"""How DVC's lines begin that tell the one who follows a run nothing."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Busy(Exception):
    """Another DVC holds what this one needs; it will let go."""


class DerivationFailed(Refusal):
    """A stage could not be derived; the message is the stage's own."""


def only_when_busy(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether trying again makes sense: only where DVC was busy, never after a refusal."""
    reason = str(state.result(raise_on_failure=False))
    return any(sign in reason for sign in BUSY)


AGAIN: dict[str, Any] = {
    "retries": 720,
    "retry_delay_seconds": 5,
    "retry_condition_fn": only_when_busy,
}
"""How a task that runs DVC waits for another DVC: an hour, asking every 5 seconds."""


def _what() -> str:
    return STAGES.get(task_run.parameters["stage"], "derive an unknown stage")


@task(task_run_name=_what, cache_policy=NO_CACHE, **AGAIN)
def derive(stage: str, study: str, root: Path = Path()) -> bool:
    """Bring one stage of a study up to date; whether anything had to be computed.

    Only this stage is run: what comes before it is the procedure's to order. DVC's output is
    passed on line by line, and DVC is ended if this task is.

    Raises
    ------
    DerivationFailed
        With the stage's own last words.
    Busy
        If another DVC is at work; the task is tried again every 5 seconds for an hour.
    """
    if stage not in STAGES:
        raise DerivationFailed(
            f"stage {stage!r} — expected one of {', '.join(STAGES)}, got another word — "
            "name a stage of dvc.yaml"
        )
    lines = dvc(("repro", "--single-item", f"{stage}@{study}"), root)
    return not any("didn't change, skipping" in line for line in lines)


def dvc(arguments: tuple[str, ...], root: Path) -> list[str]:
    """Run DVC to its end, each line of its output logged; the lines.

    Raises
    ------
    DerivationFailed, Busy
        As `derive`.
    """
    logger, lines = get_run_logger(), list[str]()
    command = [sys.executable, "-m", "dvc", "--wait-for-lock", *arguments]
    with running(command, root) as program:
        for line in program.stdout or ():
            lines.append(_COLOUR.sub("", line).rstrip())
            if lines[-1] and not lines[-1].startswith(_HINTS):
                logger.info("%s", lines[-1])
        code = program.wait()
    if code:
        _refuse(" ".join(arguments), lines, root)
    return lines


def _refuse(what: str, lines: list[str], root: Path) -> None:
    said = "\n".join(lines)
    if _HALF_WRITTEN in said:
        # a DVC killed while writing its list of readers and writers leaves half of it
        (root / ".dvc/tmp/rwlock").unlink(missing_ok=True)
        raise Busy(f"dvc {what}: {BUSY[1]}, its list was half written and is begun anew")
    for sign in BUSY:
        if sign in said:
            raise Busy(f"dvc {what}: {sign} another run of DVC")
    raise DerivationFailed(f"{what.split()[-1]}: {own_words(lines)}")


def own_words(lines: list[str]) -> str:
    """The stage's own last line; DVC's where the stage said nothing.

    Examples
    --------
    >>> own_words(["> python stage.py", "age — expected 50, got 5", "ERROR: exited with 2"])
    'age — expected 50, got 5'
    >>> own_words(["ERROR: missing data 'source': data/x"])
    "missing data 'source': data/x"
    """
    spoken = [line for line in lines if line]
    faults = [n for n, line in enumerate(spoken) if line.startswith("ERROR: ")]
    first = faults[0] if faults else len(spoken)
    if first and not spoken[first - 1].startswith(("> ", "Running stage")):
        return spoken[first - 1]
    return spoken[first].removeprefix("ERROR: ") if faults else "it ended without a word"
