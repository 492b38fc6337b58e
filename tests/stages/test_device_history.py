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
) -> dict[str, Any]:
    qubit = {"qubit": 0, "t1_seconds": t1, "t2_seconds": 8e-5, "readout_error": 0.02}
    return {
        "job_type": task,
        "params": {"width": 3},
        "timestamp": run,
        "shots_per_second": 100.0,
        "platform": {
            "device": "ibm_oslo",
            "provider": "hardware",
            "device_metadata": {"calibrated_at": at},
        },
        "results": {"score": {"value": score}},
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
    assert device_history(layout) == {"benchmarks": 0, "moments": []}


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


def test_what_is_never_calibrated_has_no_moment(layout: Layout) -> None:
    captured(layout, [record(1.0, None)])
    assert device_history(layout) == {"benchmarks": 1, "moments": []}


def test_a_record_that_is_not_what_the_index_says_is_refused(layout: Layout) -> None:
    folder = captured(layout, [record(0.75, FIRST)])
    [file] = [file for file in folder.iterdir() if file.name != "index.json"]
    file.write_bytes(file.read_bytes().replace(b"0.75", b"0.95"))
    with pytest.raises(DataError, match="put on record"):
        device_history(layout)
