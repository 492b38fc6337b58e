"""Serving: what stands in the way is one sentence, and nothing is left behind."""

import asyncio
import socket
import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise

import yaml
from prefect.server.schemas.schedules import CronSchedule
from stand_in import ROOT, environment

FLOWS = (
    "programme",
    "retrospective",
    "silent_prospective",
    "drift_monitoring",
    "backend_benchmark",
    "technical_file",
)


def test_a_port_already_in_use_is_one_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "flows.serve", "--port", str(port)],
            cwd=tmp_path,
            env=environment(PROBATUM_HOME=str(tmp_path), PREFECT_HOME=str(tmp_path / "home")),
            text=True,
            capture_output=True,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(f"refused: port {port} — expected it free, got one in use")
    assert done.stderr.count("\n") == 1


def test_a_flow_says_from_the_command_line_what_it_does(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "flows.programme", "--help"],
        cwd=tmp_path,
        env=environment(PREFECT_HOME=str(tmp_path / "home")),
        text=True,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "usage: python -m flows.programme" in done.stdout


def test_every_flow_has_a_deployment_and_every_schedule_is_switched_off():
    promised = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    assert {d["entrypoint"].rsplit(".", 1)[1] for d in promised} == set(FLOWS)
    assert not [s for d in promised for s in d["schedules"] if s["active"]]


def test_the_backends_are_benchmarked_once_a_week():
    promised = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    [benchmark] = [d for d in promised if d["entrypoint"].endswith(".backend_benchmark")]
    [schedule] = benchmark["schedules"]
    start = datetime(2026, 11, 1, tzinfo=UTC)
    planned = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    dates = asyncio.run(planned.get_dates(9, start=start))
    assert {(b - a).days for a, b in pairwise(dates)} == {7}


def test_no_flow_module_postpones_its_annotations():
    # a form whose annotations are text cannot be served
    flows = (ROOT / "flows").glob("*.py")
    assert not [f.name for f in flows if "from __future__ import annotations" in f.read_text()]
