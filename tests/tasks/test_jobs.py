"""A process that dies while a job is at the provider neither pays twice nor loses the counts.

Processes are killed by SIGKILL, most of them by the provider, in the midst of an answer.
"""

import multiprocessing
import os
import re
import signal
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from probatum.ledger.events import Kind
from probatum.ledger.jsonl import as_bytes
from probatum.quantum.backends.faults import JobLost, NotReached
from probatum.quantum.backends.kept import read_run
from tasks.backend import seal
from tasks.hardware import Outside, purse_of
from tasks.ledger import entries
from tests.quantum.backends.building import DEVICE, Slow, Time
from tests.quantum.backends.provider import NAME, Provider, Reply, faithful, serving
from tests.tasks.building import STUDY
from tests.tasks.cutting import NOON, a_provider, capture, capture_and_die
from tests.tasks.hardware_building import (
    AT,
    PRICE,
    a_hardware_study,
    files,
    outside,
    said,
    seals,
)

ESTIMATE = 25.6
"""20 patients, 8 bases, 400 shots at 0.25 ms: 16 s at 1.60."""
CHARGED = 2.5 * 1.6
JOBS = (Kind.JOB_ANNOUNCED, Kind.JOB_DISPATCHED, Kind.JOB_ANSWERED, Kind.JOB_LOST)
BY_THE_PROVIDER = {
    "before it is sent": "/instances/usage$",
    "before its name is known": "POST .*/jobs$",
    "while it waits": "GET .*/jobs/job-1$",
    "while its answer is on the way": "/results$",
    "before its answer is on record": "/metrics$",
}
BY_ITSELF = ("before its counts are kept", "before it is sealed")


def a_study(root: Path, **changes):
    return a_hardware_study(root, device=NAME, prices=[{**PRICE, "backend": NAME}], **changes)


def spent(places) -> float:
    return purse_of(places, NOON).spent("EUR")


def jobs(places) -> list[int]:
    """How many jobs were announced, dispatched, answered and lost."""
    return [len(said(places, kind)) for kind in JOBS]


@pytest.fixture(scope="module")
def context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.tasks.cutting", "great_expectations"])
    return context


@pytest.fixture
def resumes(monkeypatch):
    """What is left of a study after another process goes on with it."""

    def resume(places, environment) -> bytes:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        capture(places.root)
        return as_bytes(entries(STUDY, places.root))

    return resume


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """The ledger and the counts of a capture that nothing cut short."""
    places = a_study(tmp_path_factory.mktemp("undisturbed"))
    with pytest.MonkeyPatch.context() as patch, serving(a_provider()) as environment:
        for name, value in environment.items():
            patch.setenv(name, value)
        assert capture(places.root) == 20
    assert jobs(places) == [1, 1, 1, 0]
    [file] = files(places)
    return as_bytes(entries(STUDY, places.root)), file.read_bytes()


def dies(context, places, provider: Provider, environment, instant: str) -> None:
    """Start a capture that is killed at an instant, by the provider or by itself."""
    process = context.Process(target=capture_and_die, args=(places.root, environment, instant))
    where = BY_THE_PROVIDER.get(instant, "never")

    def reply(method: str, path: str, honest: Reply) -> Reply:
        is_there = re.search(where, f"{method} {path}") and said(places, Kind.JOB_ANNOUNCED)
        if not is_there or process.pid is None:
            return honest
        os.kill(process.pid, signal.SIGKILL)
        return Reply(is_silent=True)

    provider.reply = reply
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    provider.reply = faithful


@pytest.mark.parametrize("instant", [*BY_THE_PROVIDER, *BY_ITSELF])
def test_killed_at_any_instant_one_job_is_sent_and_paid_and_the_same_is_sealed(
    context, undisturbed, resumes, tmp_path, instant
):
    places, provider = a_study(tmp_path), a_provider()
    with serving(provider) as environment:
        dies(context, places, provider, environment, instant)
        assert said(places, Kind.PREDICTION_SEALED) == []
        assert len(provider.sent) == (instant != "before it is sent")
        ledger = resumes(places, environment)
    assert len(provider.sent) == 1
    assert provider.cancelled == []
    [file] = files(places)
    assert (ledger, file.read_bytes()) == undisturbed
    assert spent(places) == pytest.approx(CHARGED)


def test_the_job_carries_the_announcement_it_was_sent_for(tmp_path, resumes):
    places, provider = a_study(tmp_path), a_provider()
    with serving(provider) as environment:
        resumes(places, environment)
    [announced] = [e.event for e in entries(STUDY, tmp_path) if e.event.kind is JOBS[0]]
    assert provider.sent[0]["tags"] == [announced.id]
    [dispatched] = said(places, Kind.JOB_DISPATCHED)
    assert (dispatched["tag"], dispatched["job_id"]) == (announced.id, "job-1")
    assert announced.payload["amount"] == pytest.approx(ESTIMATE)
    [answered] = said(places, Kind.JOB_ANSWERED)
    assert (answered["queue_seconds"], answered["run_seconds"]) == (40, 3.5)
    assert answered["amount"] == pytest.approx(CHARGED)


# --- what the next process meets -----------------------------------------------------------


class CutShort(BaseException):
    """Nothing handles it, as nothing handles a kill."""


def cut_short(seconds: float) -> None:
    raise CutShort


@pytest.fixture
def waiting(tmp_path, monkeypatch):
    """A study whose process ended while its job was in the queue, and the provider."""
    places, provider = a_study(tmp_path), a_provider(reply=queued)
    with serving(provider) as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(CutShort):
            seal.fn(STUDY, AT, tmp_path, Outside(now=lambda: NOON, wait=cut_short))
        provider.reply = faithful
        yield places, provider


def queued(method: str, path: str, honest: Reply) -> Reply:
    if not path.endswith("/jobs/job-1"):
        return honest
    return Reply(body={**honest.body, "state": {"status": "Queued"}})


def first(verb: str, end: str, *replies: Reply):
    """Replies on one path, one after the other; honest ones after them."""
    left = list(replies)

    def reply(method: str, path: str, honest: Reply) -> Reply:
        is_there = method == verb and path.endswith(end)
        return left.pop(0) if left and is_there else honest

    return reply


def test_what_waits_at_the_provider_counts_against_the_cap_after_a_restart(waiting):
    places, _ = waiting
    assert jobs(places) == [1, 1, 0, 0]
    assert spent(places) == pytest.approx(ESTIMATE)


def test_the_budget_pays_for_a_job_once_however_often_it_is_gone_on_with(waiting):
    places, provider = waiting
    text = places.protocol_file.read_text().replace("amount: 100", "amount: 26")
    assert "amount: 26" in text
    places.protocol_file.write_text(text)
    assert capture(places.root) == 20
    assert said(places, Kind.INCIDENT) == []
    assert len(provider.sent) == 1


def test_an_answer_is_read_by_the_calibration_of_the_day_it_was_sent(waiting):
    """The device was calibrated again while nobody waited; its counts are the older day's."""
    places, provider = waiting
    provider.calibrated = NOON
    capture(places.root)
    [file] = files(places)
    assert read_run(file).record.calibration.at.startswith("2025-12-31")
    assert jobs(places) == [1, 1, 1, 0]


def test_a_job_the_provider_no_longer_knows_is_lost_and_another_is_paid(waiting):
    places, provider = waiting
    provider.reply = first("GET", "/jobs/job-1", Reply(body="no such job", status=404))
    seals_again(places)
    [incident] = said(places, Kind.INCIDENT)
    assert (incident["what"], incident["job_id"]) == (JobLost.what, "job-1")
    assert incident["handling"] == "tried again"
    [gone] = said(places, Kind.JOB_LOST)
    assert gone["job_id"] == "job-1"
    assert jobs(places) == [2, 2, 1, 1]
    assert spent(places) == pytest.approx(ESTIMATE + CHARGED)
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"index"}


def seals_again(places) -> None:
    """Go on, without the seconds between two tries."""
    time = Time()
    seal.fn(STUDY, AT, places.root, Outside(now=lambda: NOON, wait=time.wait))


def test_a_provider_that_does_not_say_whether_it_has_the_job_is_sent_no_other(waiting):
    places, provider = waiting
    provider.reply = first("GET", "/jobs/job-1", Reply(body="forbidden", status=403))
    seals_again(places)
    [incident] = said(places, Kind.INCIDENT)
    assert (incident["what"], incident["handling"]) == (NotReached.what, "tried again")
    assert len(provider.sent) == 1
    assert jobs(places) == [1, 1, 1, 0]
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"index"}


def test_a_job_that_was_taken_though_the_answer_was_lost_is_found_and_paid_once(
    tmp_path, monkeypatch
):
    places, provider = a_study(tmp_path), a_provider()
    provider.reply = first("POST", "/jobs", Reply(body="bad gateway", status=400))
    with serving(provider) as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        seals_again(places)
    [incident] = said(places, Kind.INCIDENT)
    assert (incident["what"], incident["handling"]) == (JobLost.what, "tried again")
    assert len(provider.sent) == 1
    assert jobs(places) == [1, 1, 1, 0]
    assert spent(places) == pytest.approx(CHARGED)
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"index"}


def test_a_job_nobody_can_ask_after_is_given_up_with_the_batch_and_stays_in_the_sum(waiting):
    places, provider = waiting
    denied = Reply(body="forbidden", status=403)
    provider.reply = first("GET", "/jobs/job-1", denied, denied)
    seals_again(places)
    assert [i["what"] for i in said(places, Kind.INCIDENT)] == [NotReached.what] * 2
    assert jobs(places) == [1, 1, 0, 1]
    assert spent(places) == pytest.approx(ESTIMATE)
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"fallback"}
    assert len(provider.sent) == 1


@pytest.mark.parametrize("spoil", [lambda f: f.unlink(), lambda f: f.write_bytes(b"{}\n")])
def test_an_answer_that_nobody_knows_how_to_read_predicts_nobody(waiting, spoil):
    places, provider = waiting
    [file] = places.executions.glob("*.sent.jsonl")
    spoil(file)
    seals_again(places)
    assert {p["role"] for p in said(places, Kind.PREDICTION_SEALED)} == {"fallback"}
    assert len(provider.sent) == 1


def test_a_job_of_the_local_mode_ends_with_its_process_and_is_sent_again(tmp_path):
    places, time = a_hardware_study(tmp_path), Time()
    time.wait = cut_short
    slow = Slow(device=DEVICE, is_local=True, status="QUEUED")
    with pytest.raises(CutShort):
        seal.fn(STUDY, AT, tmp_path, outside(slow, time=time))
    assert seals(places) == 20
    assert [i["what"] for i in said(places, Kind.INCIDENT)] == [JobLost.what]
    assert jobs(places) == [2, 2, 1, 1]
