"""Those who want to know: what a run found, posted where the people look for it."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event
from prefect.logging import get_run_logger

from probatum.errors import Refusal
from probatum.ledger.events import Kind
from tasks.ledger import entries
from tasks.signatures import outstanding


class GateClosed(Refusal):
    """The study may not go on: a criterion is not met, or a signature is absent."""


DOCUMENTS_URL = "PROBATUM_DOCUMENTS_URL"
"""Environment variable: the address at which reports/rendered is served, if it is."""


@task(task_run_name="post the gates", cache_policy=NO_CACHE)
def post_gates(study: str, root: Path = Path()) -> None:
    """Show which criteria are met and which gates are passed, as a table."""
    evidence = _read(root / "evidence" / study / "gates.json")
    gates = evidence["results"].get("gates", [])
    for gate in gates:
        get_run_logger().info("gate %s: %s", gate["id"], gate["status"])
    create_table_artifact(
        key=f"gates-{study}",
        table=[_row(gate, evidence["grade"]) for gate in gates],
        description=f"Gates of **{study}**: {evidence['reason'] or evidence['status']}.",
    )


@task(task_run_name="post the documents", cache_policy=NO_CACHE)
def post_documents(study: str, root: Path = Path()) -> None:
    """Show where the rendered documents are."""
    folder = root / "reports" / "rendered" / study
    documents = sorted(path for path in folder.glob("*") if path.suffix in (".html", ".pdf"))
    links = "\n".join(f"* [{path.name}]({_address(path, study)})" for path in documents)
    create_markdown_artifact(
        key=f"documents-{study}",
        markdown=f"# Documents of {study}\n\n{links or 'None are written yet.'}\n",
        description=f"Documents of {study}",
    )
    get_run_logger().info("%d documents in %s", len(documents), folder)


@task(task_run_name="post what drifted", cache_policy=NO_CACHE)
def post_drift(study: str, root: Path = Path()) -> None:
    """Show the drift alarms, and raise an event that automations may listen for."""
    evidence = _read(root / "evidence" / study / "drift" / "drift.json")
    alarms = evidence["results"].get("alarms", [])
    get_run_logger().info("%d drift limits exceeded", len(alarms))
    create_table_artifact(
        key=f"drift-{study}",
        table=alarms,
        description=f"Drift of **{study}**: {evidence['reason'] or evidence['status']}.",
    )
    if alarms:
        emit_event(
            "probatum.drift.alarm",
            resource={"prefect.resource.id": f"probatum.study.{study}"},
            payload={"study": study, "alarms": len(alarms)},
        )


@task(task_run_name="{at:%Y-%m-%d}: say what went wrong at the door", cache_policy=NO_CACHE)
def say_faults(study: str, at: datetime, root: Path = Path()) -> None:
    """Name what was set aside or raised an incident at a time, and by which rules."""
    logger = get_run_logger()
    for event in (entry.event for entry in entries(study, root) if entry.event.at == at):
        if event.kind is Kind.BATCH_QUARANTINED:
            rules = ", ".join(sorted({reason["rule"] for reason in event.payload["reasons"]}))
            logger.warning("set aside, see var/%s/quarantine: %s", study, rules)
        if event.kind is Kind.INCIDENT:
            logger.warning("incident: %s", event.payload["what"])


@task(task_run_name="say which signatures are outstanding", cache_policy=NO_CACHE)
def say_outstanding(study: str, root: Path = Path()) -> None:
    """Name the roles that have not signed yet, and where they can."""
    for request in outstanding(study, root):
        get_run_logger().info(
            "outstanding: the signature of the %s for %s; it is given in the UI, by the "
            "deployment write-and-sign",
            request.role,
            request.gate,
        )


@task(task_run_name="see that the gate after {after} is passed", cache_policy=NO_CACHE)
def require_passed(study: str, after: str, root: Path = Path()) -> None:
    """Let the study go on only through a gate that is passed.

    Raises
    ------
    GateClosed
        Naming the first gate that is not, and what it lacks.
    """
    evidence = _read(root / "evidence" / study / "gates.json")
    for gate in evidence["results"].get("gates", []):
        if gate["after"] == after and gate["status"] != "passed":
            raise GateClosed(
                f"gate {gate['id']} of {study} — expected it passed, got {gate['status']!r} — "
                f"{gate['why']}"
            )


def _row(gate: dict[str, Any], grade: str) -> dict[str, str]:
    signatures = [f"{s['role']}: {s['name'] or 'not yet'}" for s in gate["signed_by"]]
    met = [f"{c['id']}: {'met' if c['met'] else 'not met'}" for c in gate["requires"]]
    return {
        "gate": gate["id"],
        "decides": gate["decides"],
        "criteria": "; ".join(met) or "none",
        "status": gate["status"],
        "signatures": "; ".join(signatures) or "none needed",
        "grade": grade,
    }


def _address(path: Path, study: str) -> str:
    served = os.environ.get(DOCUMENTS_URL)
    return f"{served}/{study}/{path.name}" if served else path.resolve().as_uri()


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))
