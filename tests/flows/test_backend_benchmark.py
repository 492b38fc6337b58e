"""Backends are put to standard tasks, and each device is shown calibration by calibration."""

import json
from datetime import UTC, datetime

import pytest
from stand_in import write_study

from probatum.quantum.device_history import history
from tasks import benchmark
from tasks.benchmark import measure, post_history

NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)
STUDY = "by-hand"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The stand-in study's promise, and nothing else."""
    folder = tmp_path_factory.mktemp("benchmark")
    write_study(folder, STUDY, "0")
    return folder


class Log:
    """What a task said, without a run of Prefect around it."""

    lines: list[str]

    def __init__(self):
        self.lines = []

    def info(self, form, *parts):
        """Keep the line."""
        self.lines.append(form % parts)


@pytest.fixture(autouse=True)
def log(monkeypatch):
    """What the tasks say."""
    kept = Log()
    monkeypatch.setattr(benchmark, "get_run_logger", lambda: kept)
    return kept


@pytest.fixture
def posted(monkeypatch):
    """The tables posted, by their key."""
    tables = {}
    monkeypatch.setattr(
        benchmark,
        "create_table_artifact",
        lambda key, table, description: tables.update({key: table}),
    )
    return tables


@pytest.fixture(scope="module")
def records(home):
    """One run of the tasks on every backend of the study."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(benchmark, "get_run_logger", Log)
        file = measure.fn(STUDY, NOON, home)
    assert file == home / "var" / STUDY / "benchmarks" / "20261122T030000Z.json"
    return json.loads(file.read_text())


def test_every_backend_of_the_study_does_every_task(records):
    devices = [record["platform"]["device"] for record in records]
    assert {name: devices.count(name) for name in dict.fromkeys(devices)} == {
        "exact": 6,
        "fake_manila": 6,
        "fake_guadalupe": 6,
    }


def test_a_captured_run_has_its_time_its_speed_and_its_raw_counts(records):
    for record in records:
        assert record["timestamp"] == "2026-11-22T03:00:00+00:00"
        assert record["runtime_seconds"] > 0
        assert record["shots_per_second"] > 0
        assert [sum(counts.values()) for counts in record["counts"]] == [256, 256]
        assert len(record["executions"]) == 2


def test_a_record_has_the_fields_of_metriq_gym(records):
    fields = {
        *("app_version", "timestamp", "suite_id", "job_type", "results", "runtime_seconds"),
        *("suite", "platform", "circuit_metadata", "params"),
    }
    for record in records:
        assert fields <= record.keys()
        assert {"provider", "device", "device_metadata"} == record["platform"].keys()
        assert record["results"]["score"].keys() == {"value", "uncertainty"}


def test_noise_costs_accuracy(records):
    scores = {
        (record["platform"]["device"], record["job_type"]): record["results"]["score"]["value"]
        for record in records
    }
    for task in ("ghz", "mirror", "kernel-self-overlap"):
        assert scores["fake_manila", task] < scores["exact", task]


def test_a_second_calibration_shows_what_changed(records):
    later = json.loads(json.dumps([r for r in records if r["platform"]["device"] != "exact"]))
    for record in later:
        record["platform"]["device_metadata"]["calibrated_at"] = "2030-01-01T00:00:00+00:00"
        record["results"]["score"]["value"] -= 0.125
        for qubit in record["calibration"]["qubits"]:
            qubit["t1_seconds"] *= 0.5
    moments = history([*later, *records])
    assert [(m.device, m.change is None) for m in moments] == [
        ("fake_guadalupe", True),
        ("fake_guadalupe", False),
        ("fake_manila", True),
        ("fake_manila", False),
    ]
    for before, after in (moments[:2], moments[2:]):
        assert after.change == pytest.approx(-0.125)
        halved = 0.5 * before.calibration["t1_seconds"]
        assert after.calibration["t1_seconds"] == pytest.approx(halved)


def test_the_history_is_posted_for_people_to_see(home, records, posted, log):
    post_history.fn(STUDY, home)
    [table] = posted.values()
    assert [row["device"] for row in table] == ["fake_guadalupe", "fake_manila"]
    assert all(row["two_qubit_error"] > 0 for row in table)
    assert log.lines == []  # nothing changed: there is one calibration of each


def test_without_a_plan_nothing_is_run(home, log, monkeypatch):
    file = home / "studies" / STUDY / "protocol.yaml"
    text = file.read_text()
    start, end = text.index("robustness:\n"), text.index("\nsilent:\n")
    bare = text[:start] + text[end + 1 :]
    file.write_text(bare.replace("  robustness: 5\n", ""))
    try:
        assert measure.fn(STUDY, NOON, home) is None
    finally:
        file.write_text(text)
    assert log.lines == ["the protocol names no tasks; nothing was run"]
