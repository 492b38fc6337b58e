"""A provider of quantum computing on this machine, as IBM's client meets it over HTTP.

Its device is a snapshot and its answers are those of the client's local mode; what it does
wrong, it does on the wire: `Provider.reply` is handed each answer and may spoil it. It keeps
every job it took, whatever becomes of who sent it.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
from ibm_quantum_schemas.executor.version_2_0.models import (
    CompressedTensorModel,
    ParamsModel,
    QuantumProgramResultItemModel,
    QuantumProgramResultModel,
)
from qiskit_ibm_runtime import fake_provider
from qiskit_ibm_runtime.fake_provider.executor.run_quantum_program import run_quantum_program
from qiskit_ibm_runtime.options_models.simulator import SimulatorOptions
from qiskit_ibm_runtime.quantum_program import QuantumProgram
from qiskit_ibm_runtime.quantum_program.params_converters import (
    QUANTUM_PROGRAM_PARAMS_CONVERTERS,
)
from qiskit_ibm_runtime.quantum_program.quantum_program import SamplexItem

from tests.quantum.backends.building import DEVICE

NAME = "ibm_manila"
CRN = "crn:v1:bluemix:public:quantum-computing:eu-de:a/account:instance::"
SNAPSHOT = Path(fake_provider.__file__).parent / "backends" / "manila"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is sent back; nothing at all where it is silent."""

    body: Any = None
    status: int = 200
    is_silent: bool = False

    def content(self) -> bytes:
        is_text = isinstance(self.body, str)
        return self.body.encode() if is_text else json.dumps(self.body).encode()


Spoils = Callable[[str, str, Reply], Reply]


def faithful(method: str, path: str, reply: Reply) -> Reply:
    """What a provider does that does nothing wrong."""
    return reply


@dataclass(kw_only=True)
class Provider:
    """Its jobs end as soon as they are asked after."""

    reply: Spoils = faithful
    calibrated: datetime = field(default_factory=lambda: datetime.now(UTC))
    usage_seconds: float = 2.5
    timestamps: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: list[dict[str, Any]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def cancelled(self) -> list[str]:
        return [path for method, path in self.asked if path.endswith("/cancel")]

    def answer(self, method: str, path: str, body: bytes) -> Reply:
        self.asked.append((method, path))
        return self.reply(method, path, Reply(body=self._answer(method, path, body)))

    def _answer(self, method: str, path: str, body: bytes) -> Any:
        if path.endswith("/identity/token"):
            return _token()
        if path.endswith("/instances/usage"):
            return {}
        if path.endswith("/backends"):
            return {"devices": [{"name": NAME}]}
        if f"/backends/{NAME}/" in path:
            return self._of_device(path.rsplit("/", 1)[1])
        if (method, path.rsplit("/", 1)[1]) == ("POST", "jobs"):
            self.sent.append(json.loads(body))
            return {"id": f"job-{len(self.sent)}", "backend": NAME}
        if path.endswith("/jobs"):
            return self._tagged(parse_qs(body.decode()).get("tags", []))
        return self._of_job(path)

    def _tagged(self, tags: list[str]) -> Any:
        numbers = [
            number
            for number, job in enumerate(self.sent, start=1)
            if set(tags) <= set(job.get("tags", []))
        ]
        return {"jobs": [self._job(number) for number in numbers], "count": len(numbers)}

    def _job(self, number: int) -> dict[str, Any]:
        return {
            "id": f"job-{number}",
            "backend": NAME,
            "program": {"id": "executor"},
            "tags": self.sent[number - 1].get("tags", []),
            "state": {"status": "Completed"},
        }

    def _of_device(self, what: str) -> Any:
        if what == "configuration":
            found = json.loads((SNAPSHOT / "conf_manila.json").read_text())
            return {**found, "backend_name": NAME, "simulator": False, "local": False}
        if what == "properties":
            return _moved(json.loads((SNAPSHOT / "props_manila.json").read_text()), self)
        return {"state": True, "status": "active", "length_queue": 0}

    def _of_job(self, path: str) -> Any:
        if path.endswith("/results"):
            return _results(self.sent[int(path.split("job-")[1].split("/")[0]) - 1])
        if path.endswith("/metrics"):
            usage = {"qpu_charge_time_seconds": self.usage_seconds, "status": "complete"}
            return {"usage": usage, "timestamps": self.timestamps}
        return self._job(int(path.split("job-")[1].split("/")[0]))


def _token() -> dict[str, Any]:
    now = int(time.time())
    token = jwt.encode({"iat": now, "exp": now + 3600}, "k" * 32, algorithm="HS256")
    return {"access_token": token, "expires_in": 3600, "expiration": now + 3600}


def _moved(properties: dict[str, Any], provider: Provider) -> dict[str, Any]:
    """The calibration as if it had ended when the provider says."""
    latest = datetime.fromisoformat(properties["last_update_date"])
    later = provider.calibrated - latest

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: (datetime.fromisoformat(one) + later).astimezone(UTC).isoformat()
                if key in ("date", "last_update_date")
                else moved(one)
                for key, one in value.items()
            }
        return [moved(one) for one in value] if isinstance(value, list) else value

    found: dict[str, Any] = moved(properties)
    return found


def _results(job: dict[str, Any]) -> str:
    """What the device gives for a job, written as the provider writes it."""
    params, program = _program(job)
    found = run_quantum_program(DEVICE, program, SimulatorOptions(seed_simulator=7))
    items = [
        {name: CompressedTensorModel.from_numpy(value) for name, value in one.items()}
        for one in found
    ]
    return QuantumProgramResultModel(
        data=[QuantumProgramResultItemModel(results=one, metadata={}) for one in items],
        metadata={"chunk_timing": []},
        passthrough_data=params.quantum_program.passthrough_data,
        semantic_role=params.quantum_program.semantic_role,
    ).model_dump_json()


def shots_of(job: dict[str, Any]) -> int:
    """How many shots a job that was sent takes, all circuits together."""
    _, program = _program(job)
    return int(program.shots * sum(item.size() for item in program.items))


def _program(job: dict[str, Any]) -> tuple[ParamsModel, QuantumProgram]:
    params = ParamsModel.model_validate(job["params"])
    program, _ = QUANTUM_PROGRAM_PARAMS_CONVERTERS["v2.0"].decoder(params)
    for item in program.items:
        if isinstance(item, SamplexItem):
            item.samplex.finalize()
    return params, program


@contextmanager
def serving(provider: Provider) -> Iterator[dict[str, str]]:
    """Serve until left; the environment a study needs to reach it."""

    class Handler(BaseHTTPRequestHandler):
        def _do(self, method: str) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            path, _, query = self.path.partition("?")
            body = self.rfile.read(size) if size else query.encode()
            reply = provider.answer(method, path, body)
            if reply.is_silent:
                provider.closing.wait(60)
                return
            content = reply.content()
            self.send_response(reply.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_GET(self) -> None:
            self._do("GET")

        def do_POST(self) -> None:
            self._do("POST")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = f"http://127.0.0.1:{server.server_port}"
    try:
        yield {
            "QISKIT_IBM_TOKEN": "secret-token",
            "QISKIT_IBM_INSTANCE": CRN,
            "QISKIT_IBM_URL": f"{place}/experimental",
            "IAM_URL": place,
            "QISKIT_FUNCTIONS_EXPERIMENTAL": "1",
        }
    finally:
        provider.closing.set()
        server.shutdown()
        server.server_close()
