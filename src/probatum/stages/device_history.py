"""How each device changed from calibration to calibration, by the benchmarks captured.

The records are read from the cut and held against its index; they were measured once, and
nothing here measures them again.
"""

import json
from typing import Any

from probatum.errors import DataError
from probatum.ledger.canonical import sha256
from probatum.quantum.backend_standing import standings
from probatum.quantum.device_history import Moment, history
from probatum.stages.layout import Layout, read_bytes

FOLDER, INDEX = "benchmarks", "index.json"


def device_history(layout: Layout) -> dict[str, Any]:
    """Every device, calibration by calibration; no moments where nothing was captured.

    Returns
    -------
    dict
        ``benchmarks``, how many were captured, of devices and of simulators; ``backends``, how
        each stands over all of them; ``moments``, one a device and calibration, in their order.
    """
    runs = captured(layout)
    records = [record for run in runs for record in run]
    return {
        "benchmarks": len(runs),
        "backends": [standing.as_dict() for standing in standings(records)],
        "moments": [_told(moment) for moment in history(records)],
    }


def captured(layout: Layout) -> list[list[dict[str, Any]]]:
    """The benchmarks in the cut, one list of task records a backend and run.

    Raises
    ------
    DataError
        If a file is not what the index says was put on record.
    """
    folder = layout.cut / FOLDER
    if not (folder / INDEX).exists():
        return []
    found = []
    for row in json.loads(read_bytes(folder / INDEX)):
        content = read_bytes(folder / row["file"])
        if sha256(content) != row["record_sha256"]:
            raise DataError(
                f"{folder / row['file']} — expected the benchmark that was put on record, "
                f"{row['record_sha256'][:12]}…, got another — restore it from a good copy"
            )
        found.append(json.loads(content))
    return found


def _told(moment: Moment) -> dict[str, Any]:
    measured = ("t1_seconds", "t2_seconds", "readout_error", "two_qubit_error")
    return {
        "device": moment.device,
        "kind": moment.kind,
        "calibrated_at": moment.calibrated_at,
        "runs": moment.runs,
        "tasks": [{"task": task, "score": score} for task, score in moment.scores.items()],
        "mean_score": moment.mean_score,
        "change": moment.change,
        "change_error": moment.change_error,
        "shots_per_second": moment.shots_per_second,
        "calibration": {name: moment.calibration.get(name) for name in measured},
    }
