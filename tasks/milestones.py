"""A study's milestones in its ledger: protocol locked, model frozen, results opened.

Each is recorded once, however often a run is started. What they are bound to is bytes: the
SHA-256 of the protocol file, of the model, of the quality evidence.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from probatum.errors import DataError, ModelError
from probatum.ledger.canonical import Digest, sha256
from probatum.ledger.events import Event, Kind
from probatum.study.grade import Grade
from tasks.clock import now
from tasks.inbox import replay_instants
from tasks.ledger import entries, record
from tasks.places import Places


def has_silent_stage(study: str, root: Path = Path()) -> bool:
    """Whether the protocol plans predictions that nobody sees."""
    return Places(root=root, study=study).protocol().silent is not None


def is_live(study: str, root: Path = Path()) -> bool:
    """Whether the silent stage meets patients as they arrive, rather than old records."""
    silent = Places(root=root, study=study).protocol().silent
    return silent is not None and silent.capture == "live"


def grade_of_deeds(study: str, root: Path = Path()) -> Grade:
    """The grade of what is recorded of the study now: that of its capture, else live."""
    silent = Places(root=root, study=study).protocol().silent
    return Grade(silent.capture) if silent else Grade.LIVE


def study_time(study: str, root: Path = Path()) -> datetime:
    """Now, as capture counts it: the clock's, or how far a replay's calendar has come.

    A replay that never asks the clock writes the same ledger wherever it is run again.
    """
    is_replay = has_silent_stage(study, root) and not is_live(study, root)
    return replay_instants(study, root)[0] if is_replay else now()


@task(task_run_name="lock the protocol", cache_policy=NO_CACHE)
def lock_protocol(study: str, at: datetime, root: Path = Path()) -> Digest:
    """Record the protocol's hash, or an amendment where another was locked; the hash.

    Changing the protocol after it was locked is allowed, and never silent.
    """
    locked = [*_said(study, root, Kind.PROTOCOL_LOCKED, Kind.AMENDMENT)]
    digest = _protocol_sha256(study, root)
    payload = {
        "protocol_sha256": digest,
        "version": Places(root=root, study=study).protocol().study.version,
    }
    if not locked:
        why = "locked before anything it promises is looked at"
        _put(study, Kind.PROTOCOL_LOCKED, at, root, why, ("protocol",), payload)
    elif locked[-1]["protocol_sha256"] != digest:
        why = "the protocol file is no longer what was locked"
        payload["previous_sha256"] = locked[-1]["protocol_sha256"]
        _put(study, Kind.AMENDMENT, at, root, why, ("protocol", str(len(locked))), payload)
    return digest


@task(task_run_name="freeze the model", cache_policy=NO_CACHE)
def freeze_model(study: str, at: datetime, root: Path = Path()) -> Digest:
    """Record which model the protocol led to; its hash.

    Raises
    ------
    ModelError
        If this protocol already led to another model.
    """
    model, protocol = _model_sha256(study, root), _protocol_sha256(study, root)
    payload = {"model_sha256": model, "protocol_sha256": protocol}
    for frozen in _said(study, root, Kind.MODEL_FROZEN):
        if frozen["protocol_sha256"] == protocol and frozen["model_sha256"] != model:
            raise ModelError(
                f"model of {study} — expected the one frozen under this protocol, "
                f"{frozen['model_sha256'][:12]}…, got {model.short}… — bring the frozen model "
                "back from version control, or amend the protocol"
            )
    why = "developed by the locked protocol, and not to change from here on"
    _put(study, Kind.MODEL_FROZEN, at, root, why, (protocol,), payload)
    return model


@task(task_run_name="open the evaluation", cache_policy=NO_CACHE)
def open_evaluation(study: str, at: datetime, root: Path = Path()) -> None:
    """Record that the evaluation patients are looked at, under what and with what.

    Each different combination of protocol, model and data is another look, and counted as one.

    Raises
    ------
    DataError
        If a blocking quality rule is not met.
    """
    quality = root / "evidence" / study / "quality" / "quality.json"
    if not _read(quality)["results"]["blocking_passed"]:
        raise DataError(
            f"evaluation of {study} — expected every blocking quality rule met, got one that "
            "is not — see the quality report, and repair the data at their source"
        )
    hashes = {
        "protocol_sha256": _protocol_sha256(study, root),
        "model_sha256": _model_sha256(study, root),
        "quality_sha256": sha256(quality.read_bytes()),
    }
    why = "the protocol is locked, the model frozen and the data sound"
    purpose = ("evaluation", *hashes.values())
    payload = {"partition": "evaluation", **hashes}
    _put(study, Kind.RESULTS_OPENED, at, root, why, purpose, payload)


def _put(
    study: str,
    kind: Kind,
    at: datetime,
    root: Path,
    why: str,
    purpose: tuple[str, ...],
    payload: Mapping[str, Any],
) -> None:
    """Record one event, unless it is there."""
    event = Event(
        kind=kind,
        study=study,
        at=at,
        who="programme",
        why=why,
        grade=grade_of_deeds(study, root),
        purpose=purpose,
        payload=payload,
    )
    before = len(entries(study, root))
    record.fn(study, [event], root)
    if len(entries(study, root)) > before:
        get_run_logger().info("%s: %s", kind.value.replace("_", " "), why)


def _said(study: str, root: Path, *kinds: Kind) -> list[Mapping[str, Any]]:
    """What the events of some kinds say, in their order."""
    events = (entry.event for entry in entries(study, root))
    return [event.payload for event in events if event.kind in kinds]


def _protocol_sha256(study: str, root: Path) -> Digest:
    return sha256(Places(root=root, study=study).protocol_file.read_bytes())


def _model_sha256(study: str, root: Path) -> Digest:
    return Digest(_read(Places(root=root, study=study).models / "model.json")["sha256"])


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path} — expected a stage's JSON, got {type(error).__name__} — derive its stage "
            "first"
        ) from error
