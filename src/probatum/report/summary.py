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
    lines += _elsewhere(evidence / "robustness/robustness.json")
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
        yield f"  incident{_incident(incident)} — {incident['handling']}"


def _incident(incident: Mapping[str, Any]) -> str:
    """What happened, where, and in which period, as far as the record knows."""
    period = "" if incident["period"] is None else f" {incident['period']}"
    where = incident["column"] or incident.get("backend")
    return f"{period}: {incident['what']}" + (f", {where}" if where else "")


def _interval(estimate: Mapping[str, Any]) -> str:
    value, lower, upper = (estimate[key] for key in ("value", "lower", "upper"))
    return f"{value:6.3f} ({lower:.3f} to {upper:.3f})"


def _elsewhere(path: Path) -> Iterator[str]:
    """One line for the verdict on an advantage, one for the worst scenario of robustness."""
    found: Mapping[str, Any] = {"status": "not yet performed", "reason": ""}
    if path.is_file():
        found = _read(path)
    if found["status"] != "performed":
        why = f": {found['reason']}" if found["reason"] else ""
        yield f"advantage   {found['status']}{why}"
        yield f"robustness  {found['status']}{why}"
        return
    advantage, rows = found["results"]["advantage"], found["results"]["scenarios"]
    versus = advantage["versus"] or "the best classical rival"
    yield f"advantage   over {versus}, by the protocol's rule: {advantage['verdict']}"
    worst = max(rows, key=lambda row: float(row["flips"]["value"]))
    share = 100 * worst["flips"]["value"]
    where = f"in {worst['id']}: {worst['verdict']}"
    yield f"robustness  at worst {share:.1f}% of decisions flip, {where}"


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
