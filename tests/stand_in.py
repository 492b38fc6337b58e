"""A study that runs in seconds: real DVC, real ledger, stages that only count."""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from probatum.cohort.suites import write_suites
from probatum.study.reading import load_protocol
from tasks.ledger import entries

ROOT = Path(__file__).parents[1]
STUDIES = ("by-hand", "by-rest", "by-browser", "killed", "live")
ROLES = ("statistician",)

WORDS = {
    "quality": ([], "evidence/${item}/quality"),
    "develop": (["evidence/${item}/quality", "data/${item}/pace"], "models/${item}"),
    "retrospective": (
        ["models/${item}", "data/${item}/cut/ledger.jsonl"],
        "evidence/${item}/retrospective",
    ),
    "robustness": (["evidence/${item}/retrospective"], "evidence/${item}/robustness"),
    "silent": ([], "evidence/${item}/silent"),
    "drift": (["models/${item}"], "evidence/${item}/drift"),
    "gates": (
        ["evidence/${item}/retrospective", "data/${item}/cut/ledger.jsonl"],
        "evidence/${item}/gates.json",
    ),
    "dossier": (["evidence/${item}/gates.json"], "reports/rendered/${item}"),
}

STAGE = '''
"""Every stage of the stand-in study; each run of one leaves a line in runs.txt."""

import hashlib
import json
import sys
import time
from pathlib import Path

stage, study = sys.argv[1:]
evidence = Path("evidence") / study
with open("runs.txt", "a") as file:
    file.write(f"{stage} {study}\\n")
print(f"{stage}: {study} ...")


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\\n")


def found(**results):
    return {"study": study, "stage": stage, "status": "performed", "reason": "",
            "grade": "rehearsal", "results": results}


def ledger(kind):
    path = Path("data") / study / "cut" / "ledger.jsonl"
    events = [json.loads(line)["event"] for line in path.read_text().splitlines()]
    return [event["payload"] for event in events if event["kind"] == kind]


if stage == "quality":
    write(evidence / "quality/quality.json", found(blocking_passed=True))
elif stage == "develop":
    pace = Path("data", study, "pace").read_text().strip()
    if pace == "refuse":
        print("people — expected 100 or more, got 3 — enrol more people", file=sys.stderr)
        raise SystemExit(2)
    time.sleep(float(pace))
    sha256 = hashlib.sha256(b"the model").hexdigest()
    write(Path("models") / study / "model.json", {"sha256": sha256})
elif stage == "retrospective":
    write(evidence / "retrospective/performance.json",
          found(opened=len(ledger("results_opened"))))
elif stage == "robustness":
    write(evidence / "robustness/robustness.json", found())
elif stage == "silent":
    write(evidence / "silent/performance.json", found())
elif stage == "drift":
    write(evidence / "drift/drift.json", found(alarms=[
        {"period": "2004", "column": "gait_speed", "measure": "psi", "observed": 0.3,
         "limit": 0.25, "level": "alarm"}]))
elif stage == "gates":
    names = {s["role"]: s["name"] for s in ledger("signed") if s["decision"] == "approve"}
    roles = ("statistician",)
    status = "passed" if set(roles) <= set(names) else "criteria met, awaiting signature"
    write(evidence / "gates.json", found(gates=[
        {"id": "retrospective-to-silent", "after": "retrospective", "criteria_met": True,
         "decides": "Whether the model may run silently", "status": status,
         "why": "Every criterion is met.", "basis_sha256": "b" * 64,
         "allowed_for_submission": True,
         "requires": [{"id": "retrospective-discrimination", "met": True}],
         "signed_by": [{"role": r, "name": names.get(r), "at": None} for r in roles]}]))
elif stage == "dossier":
    folder = Path("reports/rendered") / study
    folder.mkdir(parents=True, exist_ok=True)
    gates = json.loads((evidence / "gates.json").read_text())
    folder.joinpath("technical-file.html").write_text(f"<h1>{gates['results']}</h1>")
'''


def build(folder, studies=STUDIES, pace="0"):
    """A project of stand-in studies in ``folder``: promises, data, stages, DVC."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in studies:
        write_study(folder, name, pace)
    folder.joinpath("stage.py").write_text(STAGE)
    stages = "".join(map(_stage, WORDS))
    folder.joinpath("dvc.yaml").write_text(
        f"vars: [{{studies: {list(studies)}}}]\nstages:\n{stages}"
    )
    folder.joinpath("var").mkdir()
    dvc(folder, "init", "--no-scm", "-q")
    dvc(folder, "add", "-q", "data")
    return folder


def write_study(folder, name, pace):
    """The small study's protocol under another name, and its data: nobody at all.

    Both files a replay hands over each year are set aside, so no model is ever asked.
    """
    study = folder / "studies" / name
    study.mkdir(parents=True)
    promised = yaml.safe_load((ROOT / "tests/assets/small-study/protocol.yaml").read_text())
    promised["study"].update(id=name, date=str(promised["study"]["date"]))
    if name == "live":
        promised["silent"]["capture"] = "live"
    study.joinpath("protocol.yaml").write_text(yaml.safe_dump(promised, sort_keys=False))
    write_suites(load_protocol(study / "protocol.yaml"), folder / "expectations" / name)
    data = folder / "data" / name
    for part in ("cut", "replay"):
        data.joinpath(part).mkdir(parents=True)
    data.joinpath("pace").write_text(pace)
    data.joinpath("cut/ledger.jsonl").write_text("")
    for year in promised["population"]["partitions"]["silent"]:
        data.joinpath(f"replay/baseline-{year}.csv").write_text(f"person {year}")
        data.joinpath(f"replay/followup-{year}.csv").write_text(f"outcome {year}")


def _stage(word):
    deps, out = WORDS[word]
    return (
        f"  {word}:\n    foreach: ${{studies}}\n    do:\n"
        f"      cmd: python stage.py {word} ${{item}}\n"
        f"      deps: {['stage.py', *deps]}\n      outs: ['{out}']\n"
    )


def dvc(folder, *arguments):
    """Run DVC in a folder."""
    command = [sys.executable, "-m", "dvc", *arguments]
    subprocess.run(command, cwd=folder, check=True, env=environment(), timeout=120)


def environment(**more):
    """What a program needs to run the stand-in: this interpreter, and our own packages."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), **more}


def runs(folder, study):
    """Which stages of a study were run, in order."""
    file = folder / "runs.txt"
    lines = file.read_text().splitlines() if file.exists() else []
    return [line.split()[0] for line in lines if line.split()[1] == study]


def recorded(folder, study, kind=None):
    """The events in a study's live ledger, all or of one kind."""
    events = [entry.event for entry in entries(study, folder)]
    return [event for event in events if kind in (None, event.kind.value)]
