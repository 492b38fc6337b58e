"""A made-up study with every kind of evidence, in the shapes in which the stages write it.

The results stand in ``tests/assets/made-up``, one file a stage; what must agree with something
else, such as the protocol's digest and the record's head, is filled in here.
"""

import csv
import io
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
from qiskit import QuantumCircuit, qasm3
from qiskit.circuit import ParameterVector

from probatum.ledger.canonical import sha256
from probatum.ledger.chain import Entry
from probatum.ledger.events import Event, Kind
from probatum.ledger.jsonl import as_bytes
from probatum.report.bundle import bundle
from probatum.report.claims import as_json
from probatum.report.evidence import Evidence
from probatum.study.grade import Grade

DATASHEET = b"""title: People of a day clinic who do not exist
citation: [Nobody N. Nothing in particular. 2026]
composition:
  instances: {text: Each row is one simulated person., source: The simulation}
  count: {text: "480 people", status: known}
uses:
  impact: {text: A model built on them is wrong for everyone., status: unknown}
ingestion: {rows: 480}
"""
ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "reports/templates"
ASSETS = ROOT / "tests/assets/made-up"
PROTOCOL = (ROOT / "tests/assets/small-study/protocol.yaml").read_bytes()
STUDY, MODEL = "small-study", "ab" * 32
INDEX, BEST, OTHER = "quantum kernel classifier", "logistic regression", "gradient boosting"
FALLBACK = "logistic regression without vitamin D"
FILES = {
    "quality": "evidence/quality/quality.json",
    "develop": "models/training.json",
    "retrospective": "evidence/retrospective/performance.json",
    "robustness": "evidence/robustness/robustness.json",
    "silent": "evidence/silent/performance.json",
    "drift": "evidence/drift/drift.json",
    "gates": "evidence/gates.json",
}


def envelope(
    stage, results, *, status="performed", reason="", grade="rehearsal", protocol=PROTOCOL
):
    """What every stage writes around its results."""
    return as_json(
        {
            "study": STUDY,
            "stage": stage,
            "status": status,
            "reason": reason,
            "grade": grade,
            "protocol_sha256": sha256(protocol),
            "model_sha256": None if stage == "quality" else MODEL,
            "results": results,
        }
    )


def results(stage):
    """What a stage of the made-up study found."""
    return json.loads((ASSETS / f"{stage}.json").read_text(encoding="utf-8"))


def worse(found):
    """Results in which the index test ranks worse than its best rival, beyond the margin."""
    difference = {"value": -0.09, "lower": -0.11, "upper": -0.07}
    for row in found.get("differences", []):
        row["auc_difference"].update(difference)
    for row in found["endpoints"]:
        if row["measure"] == "auc_difference":
            row["estimate"].update(difference)
            row["met"] = False
    return found


def people(n=320, seed=7):
    """Outcomes, and risks that carry some information about them."""
    rng = np.random.default_rng(seed)
    score = rng.normal(size=n)
    risk = 1 / (1 + np.exp(0.8 - score))
    outcome = rng.random(n) < risk
    blurred = {
        name: 1 / (1 + np.exp(0.8 - score - rng.normal(0, blur, n)))
        for name, blur in ((INDEX, 0.3), (OTHER, 0.8))
    }
    return outcome, {**blurred, BEST: risk, FALLBACK: risk}


def table(columns, rows):
    """Rows as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([columns, *rows])
    return out.getvalue().encode()


def roc(outcome, risk):
    """The points of a ROC curve."""
    for cut in np.linspace(1, 0, 41):
        said = risk >= cut
        yield said[~outcome].mean(), said[outcome].mean(), cut


def calibration(outcome, risk):
    """The points of a smooth curve with its band, and of groups with their intervals."""
    for x in np.linspace(risk.min(), risk.max(), 25):
        y = x**1.1
        yield "smooth", x, y, max(y - 0.06, 0), min(y + 0.06, 1), len(risk)
    for part in np.array_split(np.argsort(risk), 8):
        y = outcome[part].mean()
        yield "group", risk[part].mean(), y, max(y - 0.12, 0), min(y + 0.12, 1), len(part)


def net_benefits(outcome, risk):
    """The points of a decision curve."""
    for at in np.arange(1, 51) / 100:
        said = risk >= at
        yield at, (said & outcome).mean() - (said & ~outcome).mean() * at / (1 - at)


def tables(models):
    """The tables that a stage writes beside its results."""
    outcome, risks = people()
    reference = {"treat all": np.ones(len(outcome)), "treat none": np.zeros(len(outcome))}
    lines = {name: risks[name] for name in models} | reference
    known = [i % 40 > 0 for i in range(len(outcome))]
    return {
        "roc.csv": table(
            ["model", "fpr", "tpr", "threshold"],
            [[name, *row] for name in models for row in roc(outcome, risks[name])],
        ),
        "calibration.csv": table(
            ["model", "kind", "predicted", "observed", "lower", "upper", "n"],
            [[name, *row] for name in models for row in calibration(outcome, risks[name])],
        ),
        "decision.csv": table(
            ["model", "threshold", "net_benefit"],
            [[name, *row] for name in lines for row in net_benefits(outcome, lines[name])],
        ),
        "predictions.csv": table(
            ["case_id", "known", "outcome", "weight", *models],
            [
                [f"p{i:03}", int(known[i]), int(y) if known[i] else "", 1.02]
                + [round(float(risks[name][i]), 6) for name in models]
                for i, y in enumerate(outcome)
            ],
        ),
    }


def circuit():
    """A small encoding circuit."""
    x = ParameterVector("x", 4)
    made = QuantumCircuit(4)
    for q in range(4):
        made.h(q)
        made.p(2 * x[q], q)
    for q in range(3):
        made.cx(q, q + 1)
        made.p(2 * x[q] * x[q + 1], q + 1)
        made.cx(q, q + 1)
    return qasm3.dumps(made).encode()


def ledger(entries=6):
    """A short, sound record."""
    chain = []
    for number in range(entries):
        event = Event(
            kind=Kind.DEVIATION,
            study=STUDY,
            at=datetime(2004, 1, 1 + number, tzinfo=UTC),
            who="data manager",
            why="the freezer failed",
            grade=Grade.REHEARSAL,
            purpose=("deviation", str(number)),
            payload={"what": "thawed", "samples": number},
        )
        chain.append(Entry.after(chain[-1] if chain else None, event))
    return chain


def made_up(*, is_worse=False, without=(), protocol=PROTOCOL, **changed):
    """The made-up study; ``without`` names what to leave out, ``changed`` what to replace."""
    chain = ledger()
    found = {stage: results(stage) for stage in FILES}
    found["silent"]["chain"] = {"entries": len(chain), "head": chain[-1].digest}
    if is_worse:
        found |= {stage: worse(found[stage]) for stage in ("retrospective", "gates")}
    files = {FILES[s]: envelope(s, found[s], protocol=protocol) for s in FILES}
    ingestion = {"study": STUDY, "grade": "rehearsal", "source": "simulated", "changes": []}
    files |= {
        "protocol.yaml": protocol,
        "datasheet.yaml": DATASHEET,
        "ingestion.json": as_json(ingestion),
        "ledger.jsonl": as_bytes(chain),
        "models/model.json": as_json({"sha256": MODEL}),
        "models/circuit.qasm": circuit(),
    }
    for stage, models in (
        ("retrospective", (INDEX, BEST, OTHER)),
        ("silent", (INDEX, FALLBACK)),
    ):
        files |= {f"evidence/{stage}/{name}": rows for name, rows in tables(models).items()}
    left = {name: files[name] for name in files if not name.startswith((*without, "\0"))}
    return Evidence(study=STUDY, files=left | changed)


def altered(evidence, file, change):
    """The same evidence with one JSON file changed by a function of its content."""
    document = json.loads(evidence.files[file])
    change(document)
    return Evidence(study=evidence.study, files={**evidence.files, file: as_json(document)})


@cache
def the_bundle():
    """Every file of the made-up study's bundle, made once."""
    return bundle(made_up(), TEMPLATES)
