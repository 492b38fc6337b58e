"""Capture killed at random instants, again and again: what is lost, what is there twice.

    python -m benchmarks.kills --kills 500

replays a small study on each database in processes that end by SIGKILL, each started again
where the one before ended, until so many were killed; then says whether every study finished
with the bytes of one that nobody disturbed. Not a comparison: nobody else is timed.
"""

import argparse
import multiprocessing
import os
import random
import signal
import tempfile
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path

from probatum.ledger.database import SERVER, Database
from probatum.ledger.events import Kind
from probatum.ledger.store import Ledger
from tests.postgresql import a_database, a_server
from tests.tasks.building import STUDY, a_study, everything, replay, replay_with

SHORTEST = 0.02
"""Seconds after which a process is killed at the earliest; at the latest it is just done."""


def main() -> None:
    """Kill on SQLite, then on PostgreSQL."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=500)
    kills = parser.parse_args().kills
    with tempfile.TemporaryDirectory(dir="var") as folder, a_server() as address:
        root = Path(folder)
        places = a_study(root / "undisturbed")
        replay(places.root)
        undisturbed = everything(places)
        for name, server in (("SQLite", None), ("PostgreSQL", address)):
            print(_killed(root / name, undisturbed, kills, server), flush=True)


def _killed(root: Path, undisturbed: dict[str, bytes], kills: int, server: str | None) -> str:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.tasks.building", "great_expectations"])
    rng, killed, studies, began = random.Random(5), 0, 0, time.monotonic()  # noqa: S311
    longest = 0.0
    while killed < kills:
        settings = {SERVER: a_database(server)} if server else {}
        os.environ.update(settings)
        places, studies, left = a_study(root / str(studies)), studies + 1, True
        if not longest:
            longest, left = _undisturbed(context, places.root, settings), False
        while left:
            process = context.Process(target=replay_with, args=(settings, places.root))
            process.start()
            process.join(rng.uniform(SHORTEST, longest))
            process.kill()
            process.join()
            left = process.exitcode == -signal.SIGKILL
            killed += left
        if everything(places) != undisturbed:
            raise RuntimeError(f"study {studies} ended with other bytes, see {places.root}")
        with Ledger(Database.of_study(STUDY, places.root)) as ledger:
            ledger.verify()
            sealed = len(ledger.entries(Kind.PREDICTION_SEALED))
        os.environ.pop(SERVER, None)
    return (
        f"{'PostgreSQL' if server else 'SQLite'}: {killed} processes killed over {studies} "
        f"studies in {time.monotonic() - began:.0f} s; every chain sound, every study with its "
        f"{sealed} predictions once, byte for byte as undisturbed"
    )


def _undisturbed(context: ForkServerContext, root: Path, settings: dict[str, str]) -> float:
    """Seconds that a replay takes which nobody disturbs."""
    began = time.monotonic()
    process = context.Process(target=replay_with, args=(settings, root))
    process.start()
    process.join()
    return time.monotonic() - began


if __name__ == "__main__":
    main()
