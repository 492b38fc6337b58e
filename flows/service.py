"""The programs that run while a study runs, and what each of them is given."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flows.console import ADDRESS
from probatum.errors import Refusal
from tasks.notices import DOCUMENTS_URL
from tasks.programs import end

HOST = "127.0.0.1"
CODE = Path(__file__).resolve().parents[1]


class CannotServe(Refusal):
    """A port is taken, or one of the programs ended by itself."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """What is served: where, and from which working tree."""

    home: Path
    study: str
    port: int
    documents_port: int
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def api(self) -> str:
        """Address of Prefect's API."""
        return f"http://{HOST}:{self.port}/api"

    @property
    def documents(self) -> str:
        """Address of the rendered documents."""
        return f"http://{HOST}:{self.documents_port}"

    @property
    def records(self) -> Path:
        """Prefect's home: its database, and what each program said."""
        return Path(os.environ.get("PREFECT_HOME", self.home / "var/prefect")).resolve()

    def environment(self) -> Mapping[str, str]:
        """What every program is given: one address, nothing sent anywhere else."""
        return {
            **os.environ,
            "PREFECT_HOME": str(self.records),
            "PREFECT_API_URL": self.api,
            "PREFECT_SERVER_APIHOST": HOST,
            # not --port: the UI would go on talking to the default one
            "PREFECT_SERVER_API_PORT": str(self.port),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_UI_V2_ENABLED": "false",
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "DO_NOT_TRACK": "1",
            "DVC_NO_ANALYTICS": "1",
            "PROBATUM_HOME": str(self.home),
            "PROBATUM_STUDY": self.study,
            DOCUMENTS_URL: self.documents,
            "PYTHONPATH": os.pathsep.join([str(CODE), *_inherited_path()]),
            "PYTHONUNBUFFERED": "1",
        }

    def start(self, name: str, *arguments: str) -> None:
        """Start a program that stays; what it says goes to a file."""
        log = (self.records / f"{name}.log").open("ab")
        with log:
            self.programs[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=CODE,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl-C is for us; we then end the programs in order
            )

    def prefect(self, *arguments: str) -> None:
        """Run one of Prefect's commands to its end."""
        done = subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *arguments],
            cwd=CODE,
            env=self.environment(),
            text=True,
            capture_output=True,
        )
        if done.returncode:
            raise CannotServe(
                f"prefect {' '.join(arguments[:2])} — expected it to succeed, got: "
                f"{(done.stdout + done.stderr).strip()[-500:]} — see {self.records}/server.log"
            )

    def check_alive(self) -> None:
        """Refuse to go on without one of the programs."""
        for name, program in self.programs.items():
            if program.poll() is not None:
                raise CannotServe(
                    f"{name} — expected it to stay, got exit code {program.returncode} — "
                    f"see {self.records}/{name}.log"
                )

    def stop(self) -> None:
        """End the programs, the last started first."""
        (self.records / ADDRESS).unlink(missing_ok=True)
        for name in reversed(self.programs):
            say(f"stopping the {name}")
            end(self.programs[name])


def is_free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port(wanted: int) -> int:
    """The port wanted, or another one where that is taken."""
    if is_free(wanted):
        return wanted
    with socket.socket() as attempt:
        attempt.bind((HOST, 0))
        return int(attempt.getsockname()[1])


def say(sentence: str) -> None:
    """Tell who started it, on standard output."""
    print(f"serve: {sentence}", flush=True)


def _inherited_path() -> list[str]:
    inherited = os.environ.get("PYTHONPATH")
    return [inherited] if inherited else []
