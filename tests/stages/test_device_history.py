"""A device is shown as its captured benchmarks found it, and as nothing else."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from probatum.errors import DataError
from probatum.ledger.canonical import sha256
from probatum.stages.device_history import device_history
from probatum.stages.layout import Layout

FIRST, SECOND = "2026-03-01T05:00:00+00:00", "2026-03-08T05:00:00+00:00"


def record(
    score: float,
    at: str | None,
    *,
    task: str = "ghz",
    run: str = "2026-03-02",
    t1: float = 1e-4,
    spread: float = 0.02,
    seconds: float = 4.0,
) -> dict[str, Any]:
    qubit = {"qubit": 0, "t1_seconds": t1, "t2_seconds": 8e-5, "readout_error": 0.02}
    return {
        "job_type": task,
        "params": {"width": 3, "shots": 100, "repeats": 4},
        "timestamp": run,
        "runtime_seconds": seconds,
        "latency_seconds": {"value": seconds / 4, "uncertainty": 0.0},
        "cost": {"amount": 0.5, "currency": "EUR"},
        "executions": [{"queue_seconds": 0.25}, {"queue_seconds": None}],
        "platform": {
            "device": "ibm_oslo",
            "provider": "hardware",
            "device_metadata": {"calibrated_at": at},
        },
        "results": {"score": {"value": score, "uncertainty": spread}},
        "calibration": {"qubits": [qubit], "pairs": [{"error": None}]},
    }


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(study="small-study", root=tmp_path)


def captured(layout: Layout, *benchmarks: Sequence[dict[str, Any]]) -> Path:
    folder = layout.cut / "benchmarks"
    folder.mkdir(parents=True)
    index = []
    for records in benchmarks:
        content = json.dumps(records).encode()
        name = f"{sha256(content)[:16]}.json"
        (folder / name).write_bytes(content)
        index.append({"file": name, "record_sha256": sha256(content)})
    (folder / "index.json").write_text(json.dumps(index))
    return folder


@pytest.mark.parametrize("has_index", [True, False])
def test_where_nothing_was_captured_there_is_no_moment(layout: Layout, has_index: bool) -> None:
    if has_index:
        captured(layout)
    assert device_history(layout) == {"benchmarks": 0, "backends": [], "moments": []}


def test_each_calibration_is_a_moment_with_the_means_of_its_runs(layout: Layout) -> None:
    captured(
        layout,
        [record(0.5, SECOND, run="2026-03-09", t1=5e-5)],
        [record(0.75, FIRST), record(0.25, FIRST, task="mirror")],
        [record(0.25, FIRST, run="2026-03-03"), record(0.75, FIRST, task="mirror")],
    )
    found = device_history(layout)
    assert found["benchmarks"] == 3
    first, second = found["moments"]
    assert (first["calibrated_at"], first["runs"], first["change"]) == (FIRST, 2, None)
    assert first["tasks"] == [
        {"task": "ghz on 3 qubits", "score": 0.5},
        {"task": "mirror on 3 qubits", "score": 0.5},
    ]
    assert second["kind"] == "hardware"
    assert second["calibration"] == {
        "t1_seconds": 5e-5,
        "t2_seconds": 8e-5,
        "readout_error": 0.02,
        "two_qubit_error": None,
    }


def test_a_change_is_that_of_the_tasks_done_both_times(layout: Layout) -> None:
    captured(
        layout,
        [record(0.75, FIRST), record(0.25, FIRST, task="mirror")],
        [record(0.5, SECOND, run="2026-03-09")],
    )
    assert device_history(layout)["moments"][1]["change"] == -0.25


def test_a_change_has_the_error_that_the_repeats_leave(layout: Layout) -> None:
    """Of one task: the root of 0.02 squared and 0.04 squared, over four repeats each."""
    captured(
        layout,
        [record(0.75, FIRST), record(0.75, FIRST, run="2026-03-03")],
        [record(0.5, SECOND, run="2026-03-09", spread=0.04)],
    )
    first, second = device_history(layout)["moments"]
    assert first["change_error"] is None
    assert second["change_error"] == pytest.approx(((0.02**2 + 0.04**2) / 4) ** 0.5)


def test_one_repeat_leaves_the_error_of_a_change_unknown(layout: Layout) -> None:
    once = record(0.5, SECOND, run="2026-03-09")
    once["params"]["repeats"] = 1
    captured(layout, [record(0.75, FIRST)], [once])
    second = device_history(layout)["moments"][1]
    assert (second["change"], second["change_error"]) == (-0.25, None)


def test_what_is_never_calibrated_has_no_moment_but_a_standing(layout: Layout) -> None:
    captured(layout, [record(1.0, None)])
    found = device_history(layout)
    assert (found["benchmarks"], found["moments"]) == (1, [])
    assert [row["backend"] for row in found["backends"]] == ["ibm_oslo"]


def test_a_backend_stands_as_right_as_fast_and_as_dear_as_its_records_say(
    layout: Layout,
) -> None:
    captured(
        layout,
        [record(0.5, FIRST, seconds=4.0), record(0.75, FIRST, task="mirror", seconds=1.0)],
        [record(1.0, SECOND, run="2026-03-09", seconds=3.0)],
    )
    [found] = device_history(layout)["backends"]
    assert (found["runs"], found["repeats"]) == (2, 12)
    assert found["mean_score"] == pytest.approx(0.75)
    assert found["mean_spread"] == pytest.approx(0.02)
    assert found["shots_per_second"] == pytest.approx(3 * 400 / 8)
    assert found["latency_seconds"] == pytest.approx(8 / 12)
    assert found["queue_seconds"] == 0.25
    assert (found["cost"], found["currency"]) == (1.5, "EUR")


def test_a_record_that_is_not_what_the_index_says_is_refused(layout: Layout) -> None:
    folder = captured(layout, [record(0.75, FIRST)])
    [file] = [file for file in folder.iterdir() if file.name != "index.json"]
    file.write_bytes(file.read_bytes().replace(b"0.75", b"0.95"))
    with pytest.raises(DataError, match="put on record"):
        device_history(layout)
