"""A whole small project in an empty folder: simulated people, real code, real stages."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from probatum.study.reading import load_protocol

ROOT = Path(__file__).parents[1]
PROTOCOL = ROOT / "tests/assets/small-study/protocol.yaml"
NAME = "small-study"
BASELINE = ["person", "visit_year", "age", "sex", "gait_speed", "vitamin_d"]
FOLLOW_UP = ["person", "days", "fell"]
GENESIS = "0" * 64


def people(seed=20260115, a_year=160):
    """Simulated people of 2001 to 2005; the old and slow fall; vitamin D is lost in 2005."""
    rng = np.random.default_rng(seed)
    year = np.repeat(np.arange(2001, 2006), a_year)
    n = len(year)
    age = rng.integers(60, 91, n)
    gait = np.clip(rng.normal(1.4 - 0.012 * (age - 60), 0.25), 0.2, 2.5).round(2)
    vitamin = np.clip(rng.lognormal(4.0, 0.4, n), 5, 190).round(0)
    lost = rng.random(n) < np.where(year == 2005, 0.9, 0.1)
    sex = rng.choice(["F", "M"], n)
    logit = -0.6 + 0.05 * (age - 75) - 2.5 * (gait - 1.2) - 0.01 * (vitamin - 55)
    fell = rng.random(n) < 1 / (1 + np.exp(-logit))
    days = np.where(fell, rng.integers(1, 365, n), rng.integers(366, 700, n))
    gone = ~fell & (rng.random(n) < 0.03)
    days = np.where(gone, rng.integers(30, 360, n), days)
    frame = pd.DataFrame({
        "person": [f"small-{i:012x}" for i in rng.permutation(n)],
        "visit_year": year, "age": age, "sex": sex, "gait_speed": gait,
        "vitamin_d": np.where(lost, np.nan, vitamin), "days": days, "fell": fell.astype(int),
    })  # fmt: skip
    return frame.sort_values("person", ignore_index=True)


def write_data(frame, folder):
    """The captured data of the small study, as an ingestion would leave it."""
    for part in ("retrospective", "replay", "cut/benchmarks"):
        (folder / part).mkdir(parents=True)
    early = frame[frame.visit_year <= 2003]
    write(early[BASELINE], folder / "retrospective/baseline.csv")
    write(early[FOLLOW_UP], folder / "retrospective/followup.csv")
    for year in (2004, 2005):
        rows = frame[frame.visit_year == year]
        write(rows[BASELINE], folder / f"replay/baseline-{year}.csv")
        write(rows[FOLLOW_UP], folder / f"replay/followup-{year}.csv")
    (folder / "cut/ledger.jsonl").write_bytes(b"")
    write_json({"entries": 0, "head": GENESIS}, folder / "cut/cut.json")
    write_json([], folder / "cut/benchmarks/index.json")
    record = {"study": NAME, "grade": "rehearsal", "source": "simulated", "changes": []}
    write_json(record, folder / "ingestion.json")


def write(frame, path):
    frame.to_csv(path, index=False, lineterminator="\n", float_format="%.10g")


def write_json(value, path):
    path.write_text(json.dumps(value, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def build(folder, **options):
    """The small project in ``folder``: promise, data, expectations, code, git and DVC."""
    from probatum.cohort.suites import write_suites

    study = folder / "studies" / NAME
    study.mkdir(parents=True)
    shutil.copy(PROTOCOL, study)
    write_data(people(**options), folder / "data" / NAME)
    write_suites(load_protocol(study / "protocol.yaml"), folder / "expectations" / NAME)
    for code in ("src", "flows", "tasks"):
        shutil.copytree(
            ROOT / code, folder / code, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copytree(ROOT / "reports/templates", folder / "reports/templates")
    pipeline = (ROOT / "dvc.yaml").read_text(encoding="utf-8")
    pipeline = re.sub(r"(- studies:\n)(?: +- .*\n)+", rf"\1      - {NAME}\n", pipeline)
    (folder / "dvc.yaml").write_text(pipeline.split("\nmetrics:")[0] + "\n", encoding="utf-8")
    (folder / ".gitignore").write_text("var/\n__pycache__/\n", encoding="utf-8")
    for command in (
        ["git", "init", "-q"],
        ["dvc", "init", "-q"],
        ["dvc", "config", "core.analytics", "false"],
        ["cp", str(ROOT / ".dvcignore"), ".dvcignore"],
        ["dvc", "remote", "add", "-q", "-d", "embedded", "dvcstore"],
        ["dvc", "add", "-q", "data"],
        ["dvc", "push", "-q"],
    ):
        run(command, folder)
    commit(folder, "The small study")
    return folder


def run(command, folder, **environment):
    """Run a program of this environment in ``folder``; a failure shows what it said."""
    done = subprocess.run(
        command,
        cwd=folder,
        text=True,
        capture_output=True,
        check=False,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": f"{folder / 'src'}:{folder}",
            "PREFECT_HOME": str(folder / "var/prefect"),
            "DVC_SITE_CACHE_DIR": str(folder / "var/dvc"),
            "MPLCONFIGDIR": str(folder / "var/matplotlib"),
            "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@example.org",
            "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@example.org",
            **environment,
        },
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    return done.stdout


def commit(folder, message):
    """Commit everything in ``folder``."""
    run(["git", "add", "-A"], folder)
    run(["git", "commit", "-q", "-m", message], folder)
