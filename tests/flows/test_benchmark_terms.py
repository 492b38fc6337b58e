"""Standard tasks are sent where the protocol and the device allow, and paid from the purse."""

import json
from contextlib import contextmanager

import pytest
import yaml

from probatum.quantum.backends.transport import Runtime
from probatum.quantum.devices import snapshot
from tasks import benchmark
from tasks.benchmark import measure
from tasks.hardware import Outside, purse_of
from tasks.places import Places
from tests.flows.benchmarking import NOON, STUDY, a_promise, listening

PRICE = {
    "backend": "fake_manila",
    "per_task": 0,
    "per_shot": 0,
    "per_second": 1.6,
    "currency": "EUR",
    "as_of": "2026-01-31",
}
TERMS = {
    "device": "fake_manila",
    "region": "eu-de",
    "allowed_regions": ["eu-de"],
    "shots": 256,
    "oldest_calibration_hours": 1e6,
    "repetition_seconds": 0.00025,
    "budget": {"amount": 100, "currency": "EUR"},
    "patience": {
        "run_seconds": 600,
        "queue_seconds": 300,
        "tries": 1,
        "first_wait_seconds": 1,
        "failures_to_open": 2,
        "open_seconds": 60,
    },
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The stand-in study's promise, and nothing else."""
    return a_promise(tmp_path_factory.mktemp("benchmark"))


@pytest.fixture(autouse=True)
def log(monkeypatch):
    """What the tasks say."""
    return listening(monkeypatch)


@contextmanager
def edited(home, change, **terms):
    """The study with another promise, for a while; ``terms`` are those of the hardware."""
    file = home / "studies" / STUDY / "protocol.yaml"
    text = file.read_text()
    promised = change(text)
    if terms:
        asked = yaml.safe_load(promised)
        asked["backends"]["hardware"] |= terms
        asked["backends"]["prices"][0]["backend"] = asked["backends"]["hardware"]["device"]
        promised = yaml.safe_dump(asked, sort_keys=False)
    file.write_text(promised)
    try:
        yield
    finally:
        file.write_text(text)


def local_device():
    """The provider's client in its local mode."""
    way = Runtime(device=snapshot("fake_manila"), is_local=True)
    return Outside(reach=lambda terms: (way, None))


def with_hardware(text):
    """The same promise, with a device that may be asked."""
    promised = yaml.safe_load(text)
    promised["backends"] |= {"prices": [PRICE], "hardware": TERMS}
    return yaml.safe_dump(promised, sort_keys=False)


def wider(text):
    """The same promise, with tasks that need more qubits than one of the devices has."""
    promised = yaml.safe_load(text)
    promised["robustness"]["benchmark"]["widths"] = [3, 6]
    return yaml.safe_dump(promised, sort_keys=False)


def test_tasks_wider_than_a_device_are_not_sent_to_it(home, log):
    with edited(home, wider):
        places = Places(root=home, study=STUDY)
        bench = benchmark.Bench(
            places=places,
            protocol=places.protocol(),
            plan=places.protocol().robustness,
            at=NOON,
            outside=Outside(),
        )
        assert bench.plan.benchmark.widths == (3, 6)
        records = json.loads(bench.measured("fake_manila").read_text())
    assert {record["params"]["width"] for record in records} == {3}


def test_without_a_plan_nothing_is_run(home, log):
    def bare(text):
        start, end = text.index("robustness:\n"), text.index("\nsilent:\n")
        return (text[:start] + text[end + 1 :]).replace("  robustness: 5\n", "")

    with edited(home, bare):
        assert measure.fn(STUDY, NOON, home) == ()
    assert log.lines == ["the protocol names no tasks; nothing was run"]


def test_without_credentials_the_reason_is_said_and_the_others_go_on(home, log, monkeypatch):
    monkeypatch.delenv("QISKIT_IBM_TOKEN", raising=False)
    with edited(home, with_hardware, device="ibm_torino"):
        files = measure.fn(STUDY, NOON, home)
    assert len(files) == 3
    [said] = [line for line in log.lines if "left out" in line]
    assert said.startswith("hardware was left out: provider of ibm_torino — expected a token")


def test_hardware_is_paid_from_the_studys_purse(home, log):
    with edited(home, with_hardware):
        file = measure.fn(STUDY, NOON, home, local_device())[-1]
    records = json.loads(file.read_text())
    assert len(records) == 6
    costs = [run["cost"] for record in records for run in record["executions"]]
    assert len(costs) == 12
    assert min(costs) > 0
    purse = purse_of(Places(root=home, study=STUDY), NOON)
    assert purse.spent("EUR") == pytest.approx(sum(costs))


def test_over_the_cap_nothing_more_is_sent_and_what_was_paid_for_is_kept(home, log):
    spent = purse_of(Places(root=home, study=STUDY), NOON).spent("EUR")
    budget = {"amount": spent + 2.5 * 256 * 0.00025 * 1.6, "currency": "EUR"}
    with edited(home, with_hardware, budget=budget):
        file = measure.fn(STUDY, NOON, home, local_device())[-1]
    assert [r["job_type"] for r in json.loads(file.read_text())] == ["ghz"]
    [said] = [line for line in log.lines if "left out" in line]
    assert "cap" in said or "budget" in said
