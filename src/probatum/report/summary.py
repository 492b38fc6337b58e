"""The end of a run in one screen: what was found, what was met, where to look, how to check."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from probatum.errors import ReportError
from probatum.study.reading import load_protocol

STAGES = ("retrospective", "silent")


def summary_text(root: Path, study: str) -> str:
    """A summary of a study's evidence for a terminal, at most 96 characters wide.

    Raises
    ------
    ReportError
        If the study has not been taken through its stages yet.
    """
    protocol = load_protocol(root / "studies" / study / "protocol.yaml")
    evidence = root / "evidence" / study
    lines = [f"{study}: {protocol.study.title}", ""]
    for stage in STAGES:
        lines += _stage(stage, _read(evidence / stage / "performance.json"))
    lines += _criteria(_read(evidence / "gates.json"))
    return "\n".join([*lines, *_ways_on(root, study)]) + "\n"


def _read(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        raise ReportError(
            f"summary — expected {path}, found none — run the stages first: make evidence"
        )
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _stage(stage: str, evidence: Mapping[str, Any]) -> Iterator[str]:
    yield f"{stage} ({evidence['grade']})"
    if evidence["status"] != "performed":
        yield f"  {evidence['status']}: {evidence['reason']}"
        return
    results = evidence["results"]
    models = results.get("models") or {"index test": results["index"]}
    for name, found in models.items():
        yield f"  {name:<44} AUC {_interval(found['auc'])}  n {found['auc']['n']}"
    for difference in results.get("differences", ()):
        if difference["is_best"]:
            label = f"index less {difference['versus']} (best)"
            yield f"  {label:<44}     {_interval(difference['auc_difference'])}"
    for incident in results.get("incidents", ()):
        yield f"  incident {incident['period']}: {incident['column']} — {incident['handling']}"


def _interval(estimate: Mapping[str, Any]) -> str:
    value, lower, upper = (estimate[key] for key in ("estimate", "lower", "upper"))
    return f"{value:6.3f} ({lower:.3f} to {upper:.3f})"


def _criteria(gates: Mapping[str, Any]) -> Iterator[str]:
    yield "criteria"
    for endpoint in gates["results"]["endpoints"]:
        verdict = "met" if endpoint["met"] else "NOT MET"
        if not endpoint.get("confirmatory", True):
            verdict += ", descriptive"
        yield f"  {verdict:<22} {endpoint['id']}: {endpoint['criterion']}"
    yield "gates"
    for gate in gates["results"]["gates"]:
        yield f"  {gate['status']:<38} {gate['id']}"


def _ways_on(root: Path, study: str) -> Iterator[str]:
    folder = Path("reports/rendered") / study
    yield "documents"
    for name in ("index.html", "technical-file.pdf"):
        if (root / folder / name).is_file():
            yield f"  {folder / name}"
    yield "look        make serve, or open the index.html above in a browser"
    yield f"reproduce   .venv/bin/probatum reproduce {study}"
    yield f"verify      .venv/bin/probatum verify {folder}"
