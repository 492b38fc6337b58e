"""Is this data what the protocol said it would be, and is it de-identified?

A failed rule does not fail the stage: the finding is evidence and is written. The stages after
this one refuse to run while a blocking rule is broken.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from probatum.cohort.quality import Assessment, assess
from probatum.cohort.suites import read_suite
from probatum.cohort.tables import read_text
from probatum.ledger.canonical import sha256
from probatum.stages.evidence import Evidence, Status, stage_main, write_evidence
from probatum.stages.layout import Layout, read_bytes
from probatum.study.protocol import Protocol

_TABLES = ("baseline", "followup")
_SUITES = ("baseline", "followup", "model_input")


def quality(layout: Layout, protocol: Protocol) -> None:
    """Ask the protocol's quality rules of the retrospective tables and write the answers."""
    paths = {name: layout.data / "retrospective" / f"{name}.csv" for name in _TABLES}
    _tell("reading", *(path.name for path in paths.values()))
    tables = {name: read_text(path) for name, path in paths.items()}
    folder = layout.root / "expectations" / layout.study
    suites = {name: read_suite(folder, name, protocol) for name in _SUITES}
    _tell("asking", *(f"{len(suites[name]['expectations'])} of {name}" for name in _SUITES))
    found = assess(tables["baseline"], tables["followup"], protocol, suites)
    _report(found)
    evidence = Evidence(
        study=layout.study,
        stage="quality",
        status=Status.PERFORMED,
        grade=layout.data_grade(),
        protocol_sha256=layout.protocol_sha256(),
        results=_results(found, paths, {name: len(table) for name, table in tables.items()}),
    )
    write_evidence(layout.evidence / "quality" / "quality.json", evidence)


def _results(found: Assessment, paths: dict[str, Path], rows: dict[str, int]) -> dict[str, Any]:
    return {
        "blocking_passed": found.blocking_passed,
        "rules": [rule.as_dict() for rule in found.rules],
        "missingness": [line.as_dict() for line in found.missingness],
        "k_anonymity": found.k_anonymity.as_dict() if found.k_anonymity else None,
        "tables": list(_tables(paths, rows)),
    }


def _tables(paths: dict[str, Path], rows: dict[str, int]) -> Iterator[dict[str, Any]]:
    for name, path in paths.items():
        yield {"table": name, "rows": rows[name], "sha256": sha256(read_bytes(path))}


def _report(found: Assessment) -> None:
    for rule in found.rules:
        if not rule.passed:
            _tell(
                rule.severity, f"{rule.table}: {rule.rule}: {rule.description}", str(rule.count)
            )
    broken = sum(not rule.passed for rule in found.rules)
    _tell(f"{len(found.rules)} asked", f"{broken} broken")


def _tell(what: str, *about: str) -> None:
    print(f"quality: {what}: {', '.join(about)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    stage_main("quality", quality)
