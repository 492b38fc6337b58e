"""Killed at any instant and started again, capture ends with the bytes it would have had."""

import multiprocessing
import random
import signal
import time
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from probatum.ledger.chain import verify
from probatum.ledger.database import SERVER
from probatum.ledger.events import Kind
from tasks.ledger import entries
from tasks.places import Places, hand_over
from tests.capture.building import as_csv, patients
from tests.postgresql import a_database
from tests.tasks.building import (
    STUDY,
    a_study,
    everything,
    replay,
    replay_and_die,
    replay_with,
)

Settings = dict[str, str]


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    """Processes that start in milliseconds, so that they can be killed often."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.tasks.building", "great_expectations"])
    return context


def a_study_with_a_spoiled_batch(root: Path) -> Places:
    """Before the first year is over, somebody has handed over a batch that breaks a rule."""
    places = a_study(root)
    places.inbox.mkdir(parents=True)
    hand_over("baseline-0.csv", as_csv(patients(age="97")), places.inbox)
    return places


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    places = a_study_with_a_spoiled_batch(tmp_path_factory.mktemp("undisturbed"))
    replay(places.root)
    assert len(list(places.quarantine.iterdir())) == 2
    return everything(places)


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Where the record is kept, for this process and those that are killed."""
    if request.param == "sqlite":
        return {}
    address = a_database(request.getfixturevalue("postgresql"))
    monkeypatch.setenv(SERVER, address)
    return {SERVER: address}


def _finish(context: ForkServerContext, root: Path, settings: Settings) -> None:
    process = context.Process(target=replay_with, args=(settings, root))
    process.start()
    process.join()
    assert process.exitcode == 0


def _dies_at(
    context: ForkServerContext, root: Path, operation: int, settings: Settings
) -> bool:
    process = context.Process(target=replay_and_die, args=(root, operation, settings))
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def test_killed_before_one_file_operation_after_another_nothing_is_lost_or_repeated(
    context: ForkServerContext,
    undisturbed: dict[str, bytes],
    tmp_path: Path,
    settings: Settings,
) -> None:
    """Each start gets a few operations further than the one before it, and is killed there."""
    places, operation = a_study_with_a_spoiled_batch(tmp_path), 0
    while _dies_at(context, tmp_path, operation, settings):
        operation += 3
    assert operation >= 3 * 20
    assert everything(places) == undisturbed


@pytest.mark.slow
def test_killed_once_at_any_file_operation_nothing_is_lost_or_repeated(
    context: ForkServerContext, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    operations = random.Random(1).sample(range(250), 24)  # noqa: S311
    for operation in operations:
        places = a_study_with_a_spoiled_batch(tmp_path / str(operation))
        _dies_at(context, places.root, operation, {})
        _finish(context, places.root, {})
        assert everything(places) == undisturbed, f"killed before operation {operation}"


def test_killed_at_random_instants_nothing_is_lost_or_repeated(
    context: ForkServerContext,
    undisturbed: dict[str, bytes],
    tmp_path: Path,
    settings: Settings,
) -> None:
    rng, killed = random.Random(2), 0  # noqa: S311
    places = a_study_with_a_spoiled_batch(tmp_path)
    for _ in range(20):
        process = context.Process(target=replay_with, args=(settings, tmp_path))
        process.start()
        time.sleep(rng.uniform(0.02, 0.15))
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
    _finish(context, tmp_path, settings)
    assert killed > 0
    assert everything(places) == undisturbed


def test_two_captures_at_once_seal_and_link_every_case_once(
    context: ForkServerContext, tmp_path: Path, settings: Settings
) -> None:
    a_study(tmp_path)
    both = [context.Process(target=replay_with, args=(settings, tmp_path)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    _finish(context, tmp_path, settings)
    found = entries(STUDY, tmp_path)
    verify(found)
    kinds = [entry.event.kind for entry in found]
    assert kinds.count(Kind.PREDICTION_SEALED) == kinds.count(Kind.OUTCOME_LINKED) == 39
    assert kinds.count(Kind.BATCH_ADMITTED) == 2
