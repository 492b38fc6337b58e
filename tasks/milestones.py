"""A study's milestones in its ledger: protocol locked, model frozen, results opened.

Each is recorded once, however often a run is started. What they are bound to is bytes: the
SHA-256 of the protocol file, of the model, of the quality evidence.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from probatum.errors import DataError, ModelError
from probatum.ledger.canonical import Digest, sha256
from probatum.ledger.events import Event, Grade, Kind
from probatum.study.protocol import Protocol
from probatum.study.reading import load_protocol
from tasks.clock import now
from tasks.inbox import replay_instants
from tasks.ledger import entries, record

_WHO = "programme"


def protocol_of(study: str, root: Path = Path()) -> Protocol:
    """What the study promised."""
    return load_protocol(_protocol_file(study, root))


def has_silent_stage(study: str, root: Path = Path()) -> bool:
    """Whether the protocol plans predictions that nobody sees."""
    return protocol_of(study, root).silent is not None


def is_live(study: str, root: Path = Path()) -> bool:
    """Whether the silent stage meets patients as they arrive, rather than old records."""
    silent = protocol_of(study, root).silent
    return silent is not None and silent.capture == "live"


def grade_of_deeds(study: str, root: Path = Path()) -> Grade:
    """The grade of what is recorded of the study now: that of its capture, else live."""
    silent = protocol_of(study, root).silent
    return Grade(silent.capture) if silent else Grade.LIVE


def study_time(study: str, root: Path = Path()) -> datetime:
    """Now, as capture counts it: the clock's, or how far a replay's calendar has come."""
    is_replay = has_silent_stage(study, root) and not is_live(study, root)
    return replay_instants(study, root)[0] if is_replay else now()


@task(task_run_name="lock the protocol", cache_policy=NO_CACHE)
def lock_protocol(study: str, at: datetime, root: Path = Path()) -> Digest:
    """Record the protocol's hash, or an amendment where another was locked; the hash.

    Changing the protocol after it was locked is allowed, and never silent.
    """
    digest = sha256(_protocol_file(study, root).read_bytes())
    locked = _protocols(study, root)
    if not locked or locked[-1] != digest:
        what = _amendment(study, at, digest, locked, root)
        record.fn(study, [what], root)
        get_run_logger().info("%s %s", what.kind.value.replace("_", " "), digest.short)
    return digest


@task(task_run_name="freeze the model", cache_policy=NO_CACHE)
def freeze_model(study: str, at: datetime, root: Path = Path()) -> Digest:
    """Record which model the protocol led to; its hash.

    Raises
    ------
    ModelError
        If this protocol already led to another model.
    """
    model = _digest(_read(root / "models" / study / "model.json"), "sha256")
    protocol = sha256(_protocol_file(study, root).read_bytes())
    payload = {"model_sha256": model, "protocol_sha256": protocol}
    frozen = _last(study, Kind.MODEL_FROZEN, root, protocol_sha256=protocol)
    if frozen and frozen["model_sha256"] != model:
        raise ModelError(
            f"model of {study} — expected the one frozen under this protocol, "
            f"{frozen['model_sha256'][:12]}…, got {model.short}… — bring the frozen model back "
            "from version control, or amend the protocol"
        )
    why = "developed by the locked protocol, and not to change from here on"
    event = _event(study, Kind.MODEL_FROZEN, at, why, (protocol,), payload, root)
    record.fn(study, [event], root)
    return model


@task(task_run_name="open the evaluation", cache_policy=NO_CACHE)
def open_evaluation(study: str, at: datetime, root: Path = Path()) -> None:
    """Record that the evaluation patients are looked at: under which protocol, with which model.

    Each different combination is another look, and is counted as one.

    Raises
    ------
    DataError
        If a blocking quality rule is not met.
    """
    file = root / "evidence" / study / "quality" / "quality.json"
    if not _read(file)["results"]["blocking_passed"]:
        raise DataError(
            f"evaluation of {study} — expected every blocking quality rule met, got one that "
            "is not — see the quality report, and repair the data at their source"
        )
    protocol = sha256(_protocol_file(study, root).read_bytes())
    model = _digest(_read(root / "models" / study / "model.json"), "sha256")
    hashes = {
        "protocol_sha256": protocol,
        "model_sha256": model,
        "quality_sha256": sha256(file.read_bytes()),
    }
    payload = {"partition": "evaluation", **hashes}
    why = "the protocol is locked, the model frozen and the data sound"
    purpose = ("evaluation", *hashes.values())
    event = _event(study, Kind.RESULTS_OPENED, at, why, purpose, payload, root)
    record.fn(study, [event], root)


def _amendment(
    study: str, at: datetime, digest: Digest, locked: list[str], root: Path
) -> Event:
    version = protocol_of(study, root).study.version
    payload: dict[str, Any] = {"protocol_sha256": digest, "version": version}
    if not locked:
        why = "locked before anything it promises is looked at"
        return _event(study, Kind.PROTOCOL_LOCKED, at, why, ("protocol",), payload, root)
    payload["previous_sha256"] = locked[-1]
    why = "the protocol file is no longer what was locked"
    purpose = ("protocol", str(len(locked)))
    return _event(study, Kind.AMENDMENT, at, why, purpose, payload, root)


def _event(
    study: str,
    kind: Kind,
    at: datetime,
    why: str,
    purpose: tuple[str, ...],
    payload: dict[str, Any],
    root: Path,
) -> Event:
    grade = grade_of_deeds(study, root)
    return Event(
        kind=kind,
        study=study,
        at=at,
        who=_WHO,
        why=why,
        grade=grade,
        purpose=purpose,
        payload=payload,
    )


def _protocols(study: str, root: Path) -> list[str]:
    kinds = (Kind.PROTOCOL_LOCKED, Kind.AMENDMENT)
    return [
        entry.event.payload["protocol_sha256"]
        for entry in entries(study, root)
        if entry.event.kind in kinds
    ]


def _last(study: str, kind: Kind, root: Path, **wanted: str) -> dict[str, Any] | None:
    found = [
        dict(entry.event.payload)
        for entry in entries(study, root)
        if entry.event.kind is kind and wanted.items() <= entry.event.payload.items()
    ]
    return found[-1] if found else None


def _protocol_file(study: str, root: Path) -> Path:
    return root / "studies" / study / "protocol.yaml"


def _digest(record_: dict[str, Any], key: str) -> Digest:
    return Digest(record_[key])


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path} — expected a stage's JSON, got {type(error).__name__} — derive its stage "
            "first"
        ) from error
