"""A real Prefect server, worker and deployments, as `make serve` has them, over stand-ins."""

import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from stand_in import environment

FINAL = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


@dataclass
class Served:
    """`python -m flows.serve` on a project of stand-in studies."""

    home: Path
    study: str
    port: int
    process: subprocess.Popen | None = None

    @property
    def ui(self):
        """Address of the UI."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self):
        """What it printed so far."""
        return (self.home / "serve.txt").read_text()

    def start(self):
        """Start it and wait until it says that it is ready."""
        with (self.home / "serve.txt").open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flows.serve", "--port", str(self.port)],
                cwd=self.home,
                env=environment(
                    PROBATUM_HOME=str(self.home),
                    PROBATUM_STUDY=self.study,
                    PREFECT_HOME=str(self.home / "var/prefect"),
                ),
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: "ready" in self.said or self.process.poll() is not None, 150)
        assert self.process.poll() is None, self.said

    def stop(self):
        """Ask it to end, as a service manager does; how many processes it left behind."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        left = [member for member in family if member.is_running()]
        for member in left:
            member.kill()
        return len(left)

    def get(self, path):
        """Read from the API."""
        answer = httpx.get(f"{self.ui}/api{path}", timeout=20)
        answer.raise_for_status()
        return answer.json()

    def post(self, path, **body):
        """Ask something of the API; again where its SQLite is busy, as clients do."""
        for _ in range(10):
            answer = httpx.post(f"{self.ui}/api{path}", json=body, timeout=20)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(0.5)
        answer.raise_for_status()
        return answer.json()

    def run(self, deployment, study):
        """Start a deployment for a study; the run's id."""
        found = self.get(f"/deployments/name/{deployment}")
        created = self.post(
            f"/deployments/{found['id']}/create_flow_run", parameters={"study": study}
        )
        return created["id"]

    def state(self, run):
        """The name and type of a run's state, and its message."""
        state = self.get(f"/flow_runs/{run}")["state"]
        return state["name"], state["type"], state["message"]

    def settled(self, run, *names, seconds=90):
        """Wait until a run is in one of some states; the state's name."""
        until(lambda: self.state(run)[0] in names or self.state(run)[1] in FINAL, seconds)
        name, _, message = self.state(run)
        assert name in names, f"{name}: {message}\n{self.log(run)}"
        return name

    def log(self, run):
        """What a run wrote, line by line."""
        wanted = {"flow_run_id": {"any_": [run]}}
        return "\n".join(line["message"] for line in self.post("/logs/filter", logs=wanted))

    def task_names(self, run):
        """The names of a run's tasks, in the order in which they ended."""
        found = self.post("/task_runs/filter", flow_runs={"id": {"any_": [run]}})
        return [task["name"] for task in sorted(found, key=lambda t: t["end_time"] or "")]

    def resume(self, run, **answer):
        """Answer the form of a waiting run; whether it was accepted, and why not."""
        done = self.post(f"/flow_runs/{run}/resume", run_input=answer)
        return done["status"], (done["details"] or {}).get("reason")

    def worker(self):
        """The worker's process, with all that it started."""
        mine = psutil.Process(self.process.pid).children()
        worker = next(p for p in mine if re.search("worker start", " ".join(p.cmdline())))
        return [worker, *worker.children(recursive=True)]


def until(is_so, seconds):
    """Wait for something, looking four times a second."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(0.25)


def free_port():
    """A port nobody uses, and nobody the next one."""
    for _ in range(100):
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port
    raise AssertionError("no two free ports side by side")


_shared = []


def shared(folder):
    """One server for all tests of a session, started when first asked for."""
    if not _shared:
        server = Served(home=folder(), study="by-browser", port=free_port())
        server.start()
        _shared.append(server)
    return _shared[0]


def stop_shared():
    """Stop it, and see that nothing is left."""
    if _shared:
        assert _shared.pop().stop() == 0
