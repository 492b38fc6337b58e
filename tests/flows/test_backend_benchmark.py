"""What backends did with standard tasks is kept, put on record, and shown by calibration."""

import json
import shutil

import pytest
from stand_in import write_study

from probatum.errors import LedgerError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Event, Kind
from probatum.quantum.device_history import history
from probatum.stages.device_history import device_history
from probatum.stages.layout import Layout
from probatum.study.grade import Grade
from tasks import benchmark
from tasks.benchmark import measure, post_history, put_on_record
from tasks.cut import take
from tasks.inbox import deliver, link_outcomes, receive, replay_instants
from tasks.ledger import entries, restore
from tasks.ledger import record as put_down
from tasks.places import Places
from tests.flows.benchmarking import NOON, STUDY, Log, a_promise, listening


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The stand-in study's promise, and nothing else."""
    return a_promise(tmp_path_factory.mktemp("benchmark"))


def replayed(root):
    """The whole replay, instant by instant; nobody is in it."""
    for at in replay_instants(STUDY, root):
        deliver.fn(STUDY, at, root)
        receive.fn(STUDY, at, root)
        link_outcomes.fn(STUDY, at, root)
        take.fn(STUDY, at, root)


def deliver_something(root):
    """One entry in the live study's record, about no backend."""
    event = Event(
        kind=Kind.DEVIATION, study="live", at=NOON, who="test", why="so it is",
        grade=Grade.LIVE, purpose=("one",), payload={"what": "so it is"},
    )  # fmt: skip
    put_down.fn("live", [event], root)


@pytest.fixture(autouse=True)
def log(monkeypatch):
    """What the tasks say."""
    return listening(monkeypatch)


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
def kept(home):
    """The files of one run of the tasks on every backend of the study."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(benchmark, "get_run_logger", Log)
        return measure.fn(STUDY, NOON, home)


@pytest.fixture(scope="module")
def records(kept):
    """What the run left behind, backend after backend."""
    return [record for file in kept for record in json.loads(file.read_text())]


def test_each_backend_has_a_file_named_by_its_content(home, kept):
    assert len(kept) == 3
    for file in kept:
        assert file.parent == home / "var" / STUDY / "benchmarks"
        assert file.stem == sha256(file.read_bytes())[:16]


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


def test_each_repeat_is_fitted_and_sampled_with_seeds_of_its_own(records):
    for record in records:
        first, second = record["executions"]
        assert second["seed"] == first["seed"] + 1
        if record["platform"]["device"] != "exact":
            assert second["transpiler_seed"] == first["transpiler_seed"] + 1


def test_a_record_says_how_large_the_device_is_and_not_how_wide_the_task(records):
    sizes = {
        record["platform"]["device"]: record["platform"]["device_metadata"]["num_qubits"]
        for record in records
    }
    assert sizes == {"exact": 3, "fake_manila": 5, "fake_guadalupe": 16}


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
    table, stands = posted[f"devices-{STUDY}"], posted[f"backends-{STUDY}"]
    assert [row["backend"] for row in stands] == ["exact", "fake_guadalupe", "fake_manila"]
    assert all(row["latency_seconds"] > 0 and row["shots_per_second"] > 0 for row in stands)
    assert all(row["cost"] is None for row in stands)
    assert [row["device"] for row in table] == ["fake_guadalupe", "fake_manila"]
    assert all(row["two_qubit_error"] > 0 for row in table)
    assert log.lines == []  # nothing changed: there is one calibration of each


# --- on record -----------------------------------------------------------------------------


@pytest.fixture
def study(tmp_path, kept):
    """A live study in whose folder the benchmarks were captured."""
    write_study(tmp_path, "live", "0")
    places = Places(root=tmp_path, study="live")
    shutil.copytree(kept[0].parent, places.benchmarks)
    for file in places.benchmarks.iterdir():
        if file.name not in {path.name for path in kept}:
            file.unlink()
    return places


def on_record(places):
    return [
        entry.event
        for entry in entries(places.study, places.root)
        if entry.event.kind is Kind.BACKEND_BENCHMARKED
    ]


def test_a_benchmark_is_put_on_record_once(study, log):
    assert put_on_record.fn("live", study.root) == 3
    assert put_on_record.fn("live", study.root) == 0
    events = on_record(study)
    assert [event.payload["device"] for event in events] == [
        "exact",
        "fake_guadalupe",
        "fake_manila",
    ]
    assert {event.at for event in events} == {NOON}
    assert {event.grade for event in events} == {Grade.LIVE}
    last = events[-1].payload
    assert last["kind"] == "noisy simulator"
    assert last["is_simulated"]
    assert last["calibrated_at"] == "2024-05-27T18:27:23+00:00"
    assert last["tasks"][0] == "ghz on 3 qubits"
    assert (last["shots"], last["repeats"], last["seed"]) == (256, 2, 5)
    assert (last["cost"], last["currency"]) == (None, None)


def test_the_cut_copies_the_benchmarks_and_says_which(study, log):
    put_on_record.fn("live", study.root)
    assert take.fn("live", NOON, study.root)
    folder = study.cut / "benchmarks"
    index = json.loads((folder / "index.json").read_text())
    assert {row["device"] for row in index} == {"exact", "fake_manila", "fake_guadalupe"}
    for row in index:
        assert sha256((folder / row["file"]).read_bytes()) == row["record_sha256"]
    assert len(list(folder.iterdir())) == 4


def test_the_stage_shows_each_device_as_its_benchmark_found_it(study, records, log):
    put_on_record.fn("live", study.root)
    take.fn("live", NOON, study.root)
    found = device_history(Layout(study="live", root=study.root))
    assert found["benchmarks"] == 3
    assert [moment["device"] for moment in found["moments"]] == [
        "fake_guadalupe",
        "fake_manila",
    ]
    manila = found["moments"][1]
    assert len(manila["tasks"]) == 6
    assert manila["calibration"]["two_qubit_error"] > 0
    own = [r for r in records if r["platform"]["device"] == "fake_manila"]
    mean = sum(r["results"]["score"]["value"] for r in own) / 6
    assert manila["mean_score"] == pytest.approx(mean)


def test_a_cut_without_benchmarks_says_so(tmp_path, log):
    write_study(tmp_path, "live", "0")
    deliver_something(tmp_path)
    take.fn("live", NOON, tmp_path)
    index = tmp_path / "data/live/cut/benchmarks/index.json"
    assert index.read_text() == "[]\n"


def test_a_fresh_clone_has_the_benchmarks_again(study, log, tmp_path_factory):
    put_on_record.fn("live", study.root)
    take.fn("live", NOON, study.root)
    before = {file.name: file.read_bytes() for file in study.benchmarks.iterdir()}
    shutil.rmtree(study.live)
    restore.fn("live", study.root)
    assert {file.name: file.read_bytes() for file in study.benchmarks.iterdir()} == before
    assert put_on_record.fn("live", study.root) == 0


def test_a_record_changed_after_it_was_put_on_record_is_not_cut(study, log):
    put_on_record.fn("live", study.root)
    file = next(study.benchmarks.iterdir())
    file.write_bytes(file.read_bytes().replace(b"ghz", b"GHZ", 1))
    with pytest.raises(LedgerError, match="put on record"):
        take.fn("live", NOON, study.root)


def test_in_the_midst_of_a_replay_nothing_is_put_on_record(home, kept, log):
    assert put_on_record.fn(STUDY, home) == 0
    assert log.lines == ["the replay is not over; the benchmarks wait for its end"]
    assert on_record(Places(root=home, study=STUDY)) == []


def test_after_a_replay_the_benchmarks_come_on_record_and_a_new_replay_still_fits(
    tmp_path, kept, log
):
    places = Places(root=tmp_path, study=STUDY)
    write_study(tmp_path, STUDY, "0")
    replayed(tmp_path)
    shutil.copytree(kept[0].parent, places.benchmarks)
    assert put_on_record.fn(STUDY, tmp_path) >= 3
    take.fn(STUDY, NOON, tmp_path)
    once = (places.cut / "ledger.jsonl").read_bytes()
    shutil.rmtree(places.live)
    replayed(tmp_path)
    assert (places.cut / "ledger.jsonl").read_bytes() == once
