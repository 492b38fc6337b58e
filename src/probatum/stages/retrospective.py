"""Does the frozen model work on patients it has not seen, and is it better than its rivals?

The evaluation patients are read only once the record says that they were opened, under this
protocol and with this model, after the data had passed their quality rules.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from probatum.stages.curves import write_curves
from probatum.stages.evaluation import findings, read_evaluation
from probatum.stages.evidence import (
    Evidence,
    Status,
    empty,
    read_evidence_under,
    stage_main,
    write_evidence,
    write_json,
    write_table,
)
from probatum.stages.frozen import frozen_model
from probatum.stages.layout import Layout
from probatum.stages.opening import opening, why_closed
from probatum.stages.performance import flat
from probatum.stages.record import read_cut
from probatum.study.grade import lowest
from probatum.study.protocol import Protocol

_LEARNING = ["model", "role", "share", "n", "auc", "low", "high"]


def retrospective(layout: Layout, protocol: Protocol) -> None:
    """Write ``evidence/<study>/retrospective``: what was found, or why nobody looked."""
    hashes = {
        "protocol_sha256": layout.protocol_sha256(),
        "model_sha256": layout.model_sha256(),
    }
    quality, training = (
        read_evidence_under(path, hashes["protocol_sha256"])
        for path in (layout.evidence / "quality/quality.json", layout.models / "training.json")
    )
    opened = opening(read_cut(layout), **hashes)
    grades = [layout.data_grade(), quality.grade, training.grade, *opened.grades()]
    results: dict[str, Any] = {"opened": opened.as_dict()}
    folder = layout.evidence / "retrospective"
    empty(folder)
    reason = why_closed(quality, opened)
    if not reason:
        results |= _found(folder, layout, protocol, training)
    evidence = Evidence(
        study=layout.study,
        stage="retrospective",
        status=Status.CLOSED if reason else Status.PERFORMED,
        reason=reason,
        grade=lowest(grades),
        results=results,
        **hashes,
    )
    write_evidence(folder / "performance.json", evidence)
    write_json(folder / "metrics.json", flat(results))


def _found(
    folder: Path, layout: Layout, protocol: Protocol, training: Evidence
) -> dict[str, Any]:
    """Look at the evaluation patients: write the tables, return the results."""
    best = training.results["best_comparator"]
    model = frozen_model(layout, layout.model_sha256())
    evaluation = read_evaluation(layout, protocol, model, best)
    write_curves(folder, evaluation.predicted(protocol))
    write_table(folder / "predictions.csv", evaluation.table(protocol.population.id_column))
    learning = pd.DataFrame(training.results["learning_curve"], columns=_LEARNING)
    write_table(folder / "learning.csv", learning)
    return findings(evaluation, protocol)


if __name__ == "__main__":
    stage_main("retrospective", retrospective)
