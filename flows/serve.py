"""Everything that runs while a study runs: Prefect's server, a worker, the documents.

``python -m flows.serve`` starts them, says where to look, and stops them all on Ctrl-C.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import State
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Crashed
from prefect.workers.process import ProcessWorker

from flows.console import ADDRESS, is_healthy
from flows.service import CODE, HOST, CannotServe, Service, free_port, is_free, say
from probatum.errors import Refusal

POOL = "probatum-local"
_START = 120.0
"""Seconds the server gets to answer; a loaded machine needs half a minute."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until told to stop; a refusal is one sentence and exit code 2."""
    service = _service(arguments)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _stop)
    try:
        with ExitStack() as at_the_end:
            _check_ports(service)
            at_the_end.callback(service.stop)
            start(service)
            while True:
                service.check_alive()
                time.sleep(1)
    except Refusal as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        say("stopped")


def start(service: Service) -> None:
    """Start everything in its order, and say where it is."""
    service.records.mkdir(parents=True, exist_ok=True)
    say("starting Prefect's server; the first time takes half a minute")
    service.start("server", "prefect", "server", "start")
    _await_health(service)
    (service.records / ADDRESS).write_text(service.api)
    with (
        temporary_settings({PREFECT_API_URL: service.api}),
        get_client(sync_client=True) as api,
    ):
        _settle_interrupted(api)
        _make_pool(api)
    say("deploying the flows")
    service.prefect("deploy", "--all")
    say("starting the worker")
    service.start(
        "worker", "prefect", "worker", "start", "--pool", POOL, "--name", "this machine"
    )
    service.start(
        "documents",
        "http.server",
        str(service.documents_port),
        "--bind",
        HOST,
        "--directory",
        str(service.home / "reports" / "rendered"),
    )
    _say_where(service)


def _service(arguments: Sequence[str] | None) -> Service:
    parser = argparse.ArgumentParser(prog="python -m flows.serve", description=__doc__)
    parser.add_argument("--port", type=int, default=4200, help="of the UI (default 4200)")
    parser.add_argument("--study", help="study the deployments are for unless told otherwise")
    given = parser.parse_args(arguments)
    home = Path(os.environ.get("PROBATUM_HOME", CODE)).resolve()
    study = given.study or os.environ.get("PROBATUM_STUDY") or _first_study(home)
    return Service(
        home=home, study=study, port=given.port, documents_port=free_port(given.port + 1)
    )


def _first_study(home: Path) -> str:
    return min((p.parent.name for p in home.glob("studies/*/protocol.yaml")), default="none")


def _check_ports(service: Service) -> None:
    if not is_free(service.port):
        raise CannotServe(
            f"port {service.port} — expected it free, got one in use — stop what uses it, or "
            f"choose another: make serve PORT={service.port + 10}"
        )


def _await_health(service: Service) -> None:
    started = time.monotonic()
    while not is_healthy(service.api):
        service.check_alive()
        if time.monotonic() - started > _START:
            raise CannotServe(
                f"server — expected an answer within {_START:.0f} s, got none — see "
                f"{service.records}/server.log"
            )
        time.sleep(1)
    say(f"the server answers after {time.monotonic() - started:.0f} s")


def _settle_interrupted(client: SyncPrefectClient) -> None:
    """Let runs that a dead worker left behind no longer count as running.

    The worker is ours alone, so whatever ran before it started has ended with its process.
    """
    running = {"state": {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}}
    wanted = FlowRunFilter.model_validate({**running, "deployment_id": {"is_null_": False}})
    for run in client.read_flow_runs(flow_run_filter=wanted):
        state: State[None] = Crashed(
            message="The machine stopped while this ran. Start it again."
        )
        client.set_flow_run_state(run.id, state, force=True)
        say(f"interrupted, to be started again: {run.name}")


def _make_pool(client: SyncPrefectClient) -> None:
    """Let the pool hold one run at a time: all of them write in one working tree.

    The limit is the pool's, not the worker's (``--limit``): a worker with a limit dies when a
    suspended run is resumed before its first process has ended.
    """
    pool = WorkPoolCreate(
        name=POOL,
        type=ProcessWorker.type,
        base_job_template=ProcessWorker.get_default_base_job_template(),
        concurrency_limit=1,
    )
    client.create_work_pool(pool, overwrite=True)


def _say_where(service: Service) -> None:
    say(f"ready: http://{HOST}:{service.port}")
    print(
        f"\n  1. Open http://{HOST}:{service.port}/deployments\n"
        "  2. Choose 'whatever-is-due', then Run, Quick run, Run\n"
        f"  3. Read the documents at {service.documents}/{service.study}/\n"
        "  4. Choose 'write-and-sign' to sign; a waiting run shows Resume\n\n"
        f"  Study {service.study}; what the programs say is in {service.records}.\n"
        "  Ctrl-C stops everything; what was under way goes on when started again.\n",
        flush=True,
    )


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
