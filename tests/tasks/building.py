"""A small made-up study in a folder of its own, and its whole replay from beginning to end."""

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from probatum.cohort.suites import write_suites
from probatum.ledger.jsonl import as_bytes
from tasks.backend import seal
from tasks.cut import take
from tasks.inbox import deliver, link_outcomes, receive, replay_instants
from tasks.ledger import entries, record
from tasks.places import Places
from tests.capture.building import PROTOCOL, PROTOCOL_FILE, as_csv, frozen, outcomes, patients
from tests.tasks.freezing import freeze

STUDY = "small-study"
FILE_OPERATIONS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect"}


def a_study(root: Path, n: int = 20) -> Places:
    """The study's files as DVC would bring them, and the model frozen in its record.

    In the second year vitamin D is missing beyond its limit, and one person is too young.
    """
    places = Places(root=root, study=STUDY)
    places.protocol_file.parent.mkdir(parents=True)
    shutil.copy(PROTOCOL_FILE, places.protocol_file)
    write_suites(PROTOCOL, places.expectations)
    places.replay.mkdir(parents=True)
    second = [{**row, "vitamin_d": ""} for row in patients(2005, n, age="57")]
    for period, rows in ((2004, patients(2004, n)), (2005, second)):
        (places.replay / f"baseline-{period}.csv").write_bytes(as_csv(rows))
        (places.replay / f"followup-{period}.csv").write_bytes(as_csv(outcomes(period, n)))
    record.fn(STUDY, [frozen(model_sha256=freeze(places.models))], root)
    return places


def replay(root: Path) -> None:
    """What the flow does: hand over, judge, predict, link and copy out, instant by instant."""
    for at in replay_instants(STUDY, root):
        deliver.fn(STUDY, at, root)
        receive.fn(STUDY, at, root)
        seal.fn(STUDY, at, root)
        link_outcomes.fn(STUDY, at, root)
        take.fn(STUDY, at, root)


def replay_with(settings: Mapping[str, str], root: Path) -> None:
    """The same in a process of its own, which is told where the record is kept."""
    os.environ.update(settings)
    replay(root)


def replay_and_die(root: Path, operation: int, settings: Mapping[str, str]) -> None:
    """The same, killed by SIGKILL just before its n-th operation on a file of the study."""
    left = operation

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event not in FILE_OPERATIONS or str(root) not in str(arguments[0]):
            return
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    replay_with(settings, root)


def everything(places: Places) -> dict[str, bytes]:
    """What a replay leaves behind: the record, the cut, and where each file ended."""
    folders = (places.inbox, places.admitted, places.quarantine, places.cut)
    found = {
        str(file.relative_to(places.root)): file.read_bytes()
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    return {"ledger": as_bytes(entries(STUDY, places.root)), **found}
